// One sample: one SDK through one scenario, in a process of its own, because some of them throw out of timers.
import { stage, type Closing } from '../phone/stage'
import { DRIVERS } from './drivers'
import { SCENARIOS } from './scenarios'

const MINUTE = 60_000

export interface Outcome {
  /** Most sockets held at once. */
  readonly most: number
  /** Sockets still held five minutes after the last close(). */
  readonly left: number
  /** connectSocket calls after the last close(). */
  readonly after: number
  /** When close() resolved, seen from the end of the last socket. */
  readonly resolved: 'after the end' | 'before the end' | 'never' | 'no promise'
  /** It threw into the app's face, out of a callback or a timer. */
  readonly thrown: number
}

const resolvedWhen = ({ resolvedAt }: Closing, end: number | undefined): Outcome['resolved'] => {
  if (resolvedAt === 'none') return 'no promise'
  if (resolvedAt === undefined) return 'never'
  return end !== undefined && resolvedAt < end ? 'before the end' : 'after the end'
}

export interface Order {
  readonly subject: string
  readonly file: string
  readonly scenario: string
}

const main = async ({ subject, file, scenario }: Order): Promise<void> => {
  const driver = DRIVERS.find((candidate) => candidate.subject.name === subject)
  const chosen = SCENARIOS[scenario]
  if (!driver || !chosen) throw new Error(`no ${subject} in ${scenario}`)
  let thrown = 0
  process.on('uncaughtException', () => thrown++)
  process.on('unhandledRejection', () => undefined) // a login that fails is the app's business
  const played = stage(driver, file, chosen.phone)
  const { phone, clock } = played
  await chosen.play(played)
  const after = played.connects()
  const closing = played.close()
  await clock.advance(5 * MINUTE)
  const lastEnd = [...phone.trace].reverse().find(({ what }) => what === 'end')?.at
  const outcome: Outcome = {
    most: phone.sockets.most,
    left: phone.sockets.open,
    after: after(),
    // A socket that never ends was not waited for.
    resolved: resolvedWhen(closing, phone.sockets.open > 0 ? Infinity : lastEnd),
    thrown: thrown + phone.errors.length,
  }
  process.stdout.write(`\n${JSON.stringify(outcome)}\n`, () => process.exit())
}

void main(JSON.parse(process.argv[2] ?? '') as Order)
