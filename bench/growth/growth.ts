// growth: what one more message costs when there are already a hundred thousand.
import { join } from 'node:path'
import { benchmark, table, target, type Scale, type Told } from '../benchmark'
import { interleaved, MODES, sample, type Mode } from '../measure/sample'
import { median } from '../measure/statistics'
import { bundle, OURS } from '../peers'
import { lines } from '../plot/lines'
import type { Cost, Kind, Order } from './grow'
import { words } from './words'

const KINDS = Object.keys(words.en.what) as Kind[]

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

const tell = ({ rounds, sizes, rows }: Data, say: typeof words.en): Told => {
  const head = ['', ...sizes.map((size) => size.toLocaleString('en-US'))]
  const cpu = (mode: Mode) =>
    table(
      head,
      KINDS.map((kind) => [say.what[kind], ...rows[mode][kind].map((cost) => cost.cpu)]),
    )
  const memory = table(
    head,
    KINDS.map((kind) => [say.kinds[kind], ...rows.jit[kind].map((cost, at) => cost.memory / (sizes[at] ?? 1))]),
  )
  /** The dearest against the cheapest of the larger sizes; the smallest one is cold code. */
  const rise = (kind: Kind, of: (cost: Cost, size: number) => number) => {
    const values = rows.jit[kind].map((cost, at) => of(cost, sizes[at] ?? 1)).slice(1)
    return (values[values.length - 1] ?? NaN) / Math.min(...values)
  }
  return {
    text: `${say.about(rounds)}

![${say.picture}](growth.svg)

${cpu('jit')}

**\`--jitless\`**

${cpu('jitless')}

${say.memory}

${memory}`,
    plots: {
      growth: lines(
        KINDS.map((kind) => ({
          label: say.kinds[kind],
          points: rows.jit[kind].map((cost, at) => [sizes[at] ?? 1, cost.cpu] as const),
        })),
        {
          title: say.plot,
          note: say.note,
          x: { label: say.x, log: true },
          y: { label: 'µs', log: true },
        },
      ),
    },
    targets: KINDS.map((kind) =>
      target(
        say.rise(say.kinds[kind]),
        rise(kind, ({ cpu: each }) => each),
        2,
        'at most',
        '×',
      ),
    ),
  }
}

export const growthBenchmark = benchmark('growth', words, measure, tell)
