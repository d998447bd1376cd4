// slots: how many sockets each SDK holds when closing is slow, refused or never answered, and what it still does after close().
import { join } from 'node:path'
import { benchmark, table, target, type Told } from '../benchmark'
import { sample } from '../measure/sample'
import { bundle, OURS } from '../peers'
import { bars } from '../plot/bars'
import { DRIVERS } from './drivers'
import type { Order, Outcome } from './play'
import { SCENARIOS } from './scenarios'
import { words } from './words'

interface Data {
  /** By scenario, by SDK. */
  readonly outcomes: Readonly<Record<string, Readonly<Record<string, Outcome>>>>
}

/** Where the platform itself may make a second socket necessary. */
const LIMIT = 2

const measure = async (): Promise<Data> => {
  const outcomes: Record<string, Record<string, Outcome>> = {}
  for (const scenario of Object.keys(SCENARIOS)) {
    const row: Record<string, Outcome> = {}
    for (const { subject } of DRIVERS) {
      const order: Order = { subject: subject.name, file: bundle(subject, true), scenario }
      row[subject.name] = await sample<Outcome>(join(__dirname, 'play.ts'), order, 'jit')
    }
    outcomes[scenario] = row
  }
  return { outcomes }
}

const tell = ({ outcomes }: Data, say: typeof words.en): Told => {
  const names = DRIVERS.map(({ subject }) => subject.name)
  const of = (name: string) => Object.values(outcomes).flatMap((row) => row[name] ?? [])
  const sections = Object.entries(outcomes).map(
    ([scenario, row]) =>
      `**${say.scenarios[scenario]?.[0] ?? scenario}**${say.colon}${say.scenarios[scenario]?.[1] ?? ''}\n\n${table(
        say.head,
        names.flatMap((name) => {
          const outcome = row[name]
          return outcome
            ? [[name, outcome.most, outcome.left, outcome.after, say.resolved[outcome.resolved], outcome.thrown]]
            : []
        }),
      )}`,
  )
  const mine = of(OURS.name)
  const bySum = (pick: (outcome: Outcome) => number) => (name: string) =>
    of(name).reduce((sum, outcome) => sum + pick(outcome), 0)
  return {
    text: `${say.about}

![${say.picture}](slots.svg)

${sections.join('\n\n')}`,
    plots: {
      slots: bars(
        names.map((name) => ({
          label: name,
          value: Math.max(...of(name).map(({ most }) => most)),
          ours: name === OURS.name,
        })),
        {
          title: say.plot,
          note: say.note,
        },
      ),
    },
    targets: [
      target(say.most, Math.max(...mine.map(({ most }) => most)), LIMIT, 'at most'),
      target(say.left, bySum(({ left }) => left)(OURS.name), 0, 'at most'),
      target(say.after, bySum(({ after }) => after)(OURS.name), 0, 'at most'),
      target(say.before, mine.filter(({ resolved }) => resolved !== 'after the end').length, 0, 'at most', say.times),
      target(say.thrown, bySum(({ thrown }) => thrown)(OURS.name), 0, 'at most'),
    ],
  }
}

export const slotsBenchmark = benchmark('slots', words, measure, tell)
