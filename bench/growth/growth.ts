// growth: what one more message costs when there are already a hundred thousand.
import { join } from 'node:path'
import { benchmark, table, target, type Scale, type Told } from '../benchmark'
import { interleaved, MODES, sample, type Mode } from '../measure/sample'
import { median } from '../measure/statistics'
import { bundle, OURS } from '../peers'
import { lines } from '../plot/lines'
import type { Cost, Kind, Order } from './grow'

const WHAT: Readonly<Record<Kind, string>> = {
  conversations: 'a message arrives from somebody new, while there are so many conversations',
  history: 'a message arrives in a conversation of so many',
  subscriptions: 'a filter is added (and a message arrives for each hundred), while there are so many',
  'in flight': '`publish`, while so many wait for their acknowledgement',
  outbox: '`send`, while so many wait in the outbox',
}
const KINDS = Object.keys(WHAT) as Kind[]

interface Data {
  readonly rounds: number
  readonly sizes: readonly number[]
  readonly rows: Readonly<Record<Mode, Readonly<Record<Kind, readonly Cost[]>>>>
}

const measure = async (scale: Scale): Promise<Data> => {
  const rounds = scale === 'full' ? 3 : 1
  const sizes = scale === 'full' ? [100, 1000, 10_000, 100_000] : [100, 1000]
  const file = bundle(OURS, true)
  const rows: Partial<Record<Mode, Record<Kind, Cost[]>>> = {}
  for (const mode of MODES) {
    const kinds: Partial<Record<Kind, Cost[]>> = {}
    for (const kind of KINDS) {
      // What waits is bounded (1 MiB on the wire, 500 messages in the outbox); without a compiler the largest size takes minutes.
      const bounded = kind === 'in flight' || kind === 'outbox'
      const taken = sizes.filter((size) => size <= 10_000 || (mode === 'jit' && !bounded))
      const samples = await interleaved(taken, rounds, (size) =>
        sample<Cost>(join(__dirname, 'grow.ts'), { file, kind, size } satisfies Order, mode),
      )
      kinds[kind] = taken.map((size) => {
        const runs = samples.get(size) ?? []
        return { cpu: median(runs.map(({ cpu }) => cpu)), memory: median(runs.map(({ memory }) => memory)) }
      })
    }
    rows[mode] = kinds as Record<Kind, Cost[]>
  }
  return { rounds, sizes, rows: rows as Data['rows'] }
}

const tell = ({ rounds, sizes, rows }: Data): Told => {
  const head = (unit: string) => ['', ...sizes.map((size) => `${size.toLocaleString('en-US')}${unit}`)]
  const cpu = (mode: Mode) =>
    table(
      head(''),
      KINDS.map((kind) => [WHAT[kind], ...rows[mode][kind].map((cost) => cost.cpu)]),
    )
  const memory = table(
    head(''),
    KINDS.map((kind) => [kind, ...rows.jit[kind].map((cost, at) => cost.memory / (sizes[at] ?? 1))]),
  )
  /** The dearest against the cheapest of the larger sizes; the smallest one is cold code. */
  const rise = (kind: Kind, of: (cost: Cost, size: number) => number) => {
    const values = rows.jit[kind].map((cost, at) => of(cost, sizes[at] ?? 1)).slice(1)
    return (values[values.length - 1] ?? NaN) / Math.min(...values)
  }
  return {
    text: `The shipped file in a fresh process with a server and files of a few lines, default options but the bounds (history 100 MB, outbox 100,000). Something grows to
a size (on the wire at most 1 MiB, beyond which \`publish\` answers QueueFull; the outbox to 10,000, twenty times its default bound), then a thousand more of it are timed: microseconds of CPU each, the stand-ins included. Median of ${rounds}.

![One more](growth.svg)

${cpu('jit')}

**\`--jitless\`**

${cpu('jitless')}

**Bytes of heap for each**, files not counted

${memory}`,
    plots: {
      growth: lines(
        KINDS.map((kind) => ({
          label: kind,
          points: rows.jit[kind].map((cost, at) => [sizes[at] ?? 1, cost.cpu] as const),
        })),
        {
          title: 'What one more costs',
          note: 'microseconds of CPU; flat is good',
          x: { label: 'how many there are', log: true },
          y: { label: 'µs', log: true },
        },
      ),
    },
    targets: KINDS.map((kind) =>
      target(
        `${kind}: one more at the largest size, against the cheapest size (1,000 and more)`,
        rise(kind, ({ cpu: each }) => each),
        2,
        'at most',
        '×',
      ),
    ),
  }
}

export const growthBenchmark = benchmark('growth', 'Growth', measure, tell)
