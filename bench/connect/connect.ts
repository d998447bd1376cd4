// connect: how long until connected, and until messages flow again after what happens to phones.
import { join } from 'node:path'
import { benchmark, table, type Scale, type Told } from '../benchmark'
import { sample } from '../measure/sample'
import { median } from '../measure/statistics'
import { bundle, OURS } from '../peers'
import { bars } from '../plot/bars'
import { CONNECTING } from './drivers'
import type { Connects, Login, Order } from './play'

/** The mishaps as a plot has room for them, in their order. */
const SHORT = ['link breaks', 'after the background', 'wifi to 4g', 'half-open']

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

const tell = ({ seeds, rows }: Data): Told => {
  const names = Object.keys(rows)
  const mishaps = Object.keys(rows[OURS.name]?.mishaps ?? {})
  const of = (name: string, mishap: string) => rows[name]?.mishaps[mishap] ?? { median: NaN, worst: NaN }
  return {
    text: `On the simulated phone, 25 ms each way, virtual clock, ${seeds} seeds. *Login*: from the call until it says that it is connected, and from the open socket;
what waits for an answer costs a round trip. *After a mishap*: the user sends a message at that moment; the time until it is acknowledged (median, and the
worst seed). ∞: not within ten minutes. Easemob, NIM, RongCloud, Tencent, LeanCloud and goeasy cannot be logged in without their vendor's servers.

${table(
  [
    '',
    'first login, ms',
    'from the open socket',
    'requests that waited',
    'bytes',
    'second login, ms',
    'requests',
    'bytes',
  ],
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

![Until a message is acknowledged after a mishap](connect.svg)

${table(
  ['ms until the message is acknowledged', ...names.flatMap((name) => [name, 'worst'])],
  mishaps.map((mishap) => [mishap, ...names.flatMap((name) => [of(name, mishap).median, of(name, mishap).worst])]),
)}`,
    plots: {
      connect: bars(
        mishaps.flatMap((mishap, at) =>
          names.map((name) => ({
            label: name === OURS.name ? `${SHORT[at] ?? ''}: ours` : name,
            value: of(name, mishap).median,
            text: Number.isFinite(of(name, mishap).median)
              ? `${(of(name, mishap).median / 1000).toFixed(1)} s`
              : 'not in 10 min',
            ours: name === OURS.name,
          })),
        ),
        {
          title: 'Until a message is acknowledged after a mishap',
          note: 'seconds, median; shorter is better; logarithmic',
          log: true,
        },
      ),
    },
    targets: [], // none was set; the table compares
  }
}

export const connectBenchmark = benchmark('connect', 'Connecting and coming back', measure, tell)
