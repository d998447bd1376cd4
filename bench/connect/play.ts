// One sample: one SDK connects for the first time and again, and finds back after a mishap, on the virtual clock.
import type { PhoneOptions } from '../../simulator/core/phone'
import { stage, type Stage } from '../phone/stage'
import { CONNECTING } from './drivers'

export interface Order {
  readonly subject: string
  readonly file: string
  readonly seed: number
}

export interface Login {
  /** ms from the call until it says that it is connected, and from the open socket. */
  readonly total: number
  readonly fromOpen: number
  /** Messages of the phone that waited for an answer. */
  readonly turns: number
  readonly bytes: number
}

export interface Connects {
  readonly first: Login
  readonly again: Login
  /** ms from the mishap until a message that the user sent at that moment was acknowledged; Infinity: not within ten minutes. */
  readonly mishaps: Readonly<Record<string, number>>
}

const MINUTE = 60_000

interface Mishap {
  readonly phone: Partial<PhoneOptions>
  /** Ends at the moment from which is counted. */
  play(stage: Stage): Promise<void>
}

export const MISHAPS: Readonly<Record<string, Mishap>> = {
  'the link breaks': {
    phone: {},
    play({ peers }) {
      for (const peer of [...peers]) peer.terminate()
      return Promise.resolve()
    },
  },
  'back after a minute in the background (cut, untold)': {
    phone: { profile: 'ios', quirks: { background: [], backgroundToServer: 'nothing' } },
    async play({ phone, clock }) {
      phone.hide()
      await clock.advance(MINUTE)
      phone.show()
    },
  },
  'wifi to 4g (link dead, untold)': {
    phone: { profile: 'android', quirks: { networkSwitch: 'silent' } },
    play({ phone }) {
      phone.network.set('4g')
      return Promise.resolve()
    },
  },
  'half-open, nobody tells': {
    phone: {},
    play({ peers }) {
      for (const peer of [...peers]) peer.freeze()
      return Promise.resolve()
    },
  },
}

const main = async ({ subject, file, seed }: Order): Promise<void> => {
  process.on('uncaughtException', () => undefined)
  process.on('unhandledRejection', () => undefined)
  const driver = CONNECTING.find((candidate) => candidate.subject.name === subject)
  if (!driver) throw new Error(`no ${subject}`)

  const begin = (phone: Partial<PhoneOptions>) => {
    const seen = { told: 0, heard: 0 }
    const made: Stage = stage(driver, file, {
      ...phone,
      seed,
      globals: {
        told: () => {
          seen.told++
          if (waiting) made.send()
        },
        heard: () => seen.heard++,
      },
    })
    let waiting = false
    return { ...made, seen, expectMessage: () => (waiting = true) }
  }
  type Begun = ReturnType<typeof begin>

  const login = async ({ clock, seen, traffic, open, phone }: Begun): Promise<Login> => {
    const before = { ...traffic, told: seen.told }
    const start = clock.now()
    open()
    await clock.runUntil(() => seen.told > before.told, MINUTE)
    const at = clock.now()
    const opened = [...phone.trace].reverse().find(({ what }) => what === 'open')?.at ?? start
    await clock.advance(1000)
    return {
      total: at - start,
      fromOpen: at - opened,
      turns: traffic.turns - before.turns,
      bytes: traffic.bytes - before.bytes,
    }
  }

  const fresh = begin({})
  const first = await login(fresh)
  fresh.close()
  await fresh.clock.advance(10_000)
  const again = await login(fresh)

  const mishaps: Record<string, number> = {}
  for (const [name, { phone, play }] of Object.entries(MISHAPS)) {
    const run = begin(phone)
    await login(run)
    await run.clock.advance(20_000 + seed * 137)
    await play(run)
    const start = run.clock.now()
    const { heard } = run.seen
    run.expectMessage()
    run.send()
    mishaps[name] = (await run.clock.runUntil(() => run.seen.heard > heard, 10 * MINUTE))
      ? run.clock.now() - start
      : Infinity
  }
  const connects: Connects = { first, again, mishaps }
  process.stdout.write(
    `\n${JSON.stringify(connects, (_, value: unknown) => (value === Infinity ? 'Infinity' : value))}\n`,
    () => process.exit(),
  )
}

void main(JSON.parse(process.argv[2] ?? '') as Order)
