// connect: how long until connected, and until messages flow again after what happens to phones.
import { join } from 'node:path'
import { benchmark, table, type Scale, type Told } from '../benchmark'
import { sample } from '../measure/sample'
import { median } from '../measure/statistics'
import { bundle, OURS } from '../peers'
import { bars } from '../plot/bars'
import { CONNECTING } from './drivers'
import type { Connects, Login, Order } from './play'
import { words } from './words'

interface Row {
  readonly first: Login
  readonly again: Login
  /** Median and worst of the seeds, ms. */
  readonly mishaps: Readonly<Record<string, { readonly median: number; readonly worst: number }>>
}

interface Data {
  readonly seeds: number
  readonly rows: Readonly<Record<string, Row>>
}

const measure = async (scale: Scale): Promise<Data> => {
  const seeds = scale === 'full' ? 20 : 2
  const rows: Record<string, Row> = {}
  for (const { subject } of CONNECTING) {
    const runs: Connects[] = []
    for (let seed = 1; seed <= seeds; seed++) {
      const order: Order = { subject: subject.name, file: bundle(subject, true), seed }
      runs.push(await sample<Connects>(join(__dirname, 'play.ts'), order, 'jit'))
    }
    const [run] = runs
    if (!run) continue
    const mishaps = Object.fromEntries(
      Object.keys(run.mishaps).map((name) => {
        const times = runs.map((each) => Number(each.mishaps[name]))
        return [name, { median: median(times), worst: Math.max(...times) }]
      }),
    )
    rows[subject.name] = { first: run.first, again: run.again, mishaps }
  }
  return { seeds, rows }
}

const tell = ({ seeds, rows }: Data, say: typeof words.en): Told => {
  const names = Object.keys(rows)
  const mishaps = Object.keys(rows[OURS.name]?.mishaps ?? {})
  const called = (mishap: string) => say.mishaps[mishap] ?? [mishap, mishap]
  const of = (name: string, mishap: string) => rows[name]?.mishaps[mishap] ?? { median: NaN, worst: NaN }
  return {
    text: `${say.about(seeds)}

${table(
  say.head,
  names.flatMap((name) => {
    const row = rows[name]
    return row
      ? [
          [
            name,
            row.first.total,
            row.first.fromOpen,
            row.first.turns,
            row.first.bytes,
            row.again.total,
            row.again.turns,
            row.again.bytes,
          ],
        ]
      : []
  }),
)}

![${say.picture}](connect.svg)

${table(
  [say.until, ...names.flatMap((name) => [name, say.worst])],
  mishaps.map((mishap) => [
    called(mishap)[0],
    ...names.flatMap((name) => [of(name, mishap).median, of(name, mishap).worst]),
  ]),
)}`,
    plots: {
      connect: bars(
        mishaps.flatMap((mishap) =>
          names.map((name) => ({
            label: name === OURS.name ? say.ours(called(mishap)[1]) : name,
            value: of(name, mishap).median,
            text: Number.isFinite(of(name, mishap).median)
              ? say.seconds((of(name, mishap).median / 1000).toFixed(1))
              : say.never,
            ours: name === OURS.name,
          })),
        ),
        {
          title: say.picture,
          note: say.note,
          log: true,
        },
      ),
    },
    targets: [], // none was set; the table compares
  }
}

export const connectBenchmark = benchmark('connect', words, measure, tell)
