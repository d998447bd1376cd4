// log: what one more line costs when the cache is full, and what the cache holds.
import { join } from 'node:path'
import { benchmark, round, table, target, type Scale, type Told } from '../benchmark'
import { interleaved, MODES, sample, type Mode } from '../measure/sample'
import { median } from '../measure/statistics'
import { bars } from '../plot/bars'
import { ALGORITHMS, type Algorithm } from './algorithms'
import type { Figures, Order } from './lines'
import { words } from './words'

type Language = Order['language']
type Rows = Record<Algorithm, Figures>

interface Data {
  readonly rounds: number
  readonly rows: Record<Mode, Record<Language, Rows>>
}

const names = Object.keys(ALGORITHMS) as Algorithm[]

const measure = async (scale: Scale): Promise<Data> => {
  const rounds = scale === 'full' ? 5 : 1
  const script = join(__dirname, 'lines.ts')
  const take = async (mode: Mode, language: Language): Promise<Rows> => {
    const samples = await interleaved(names, rounds, (algorithm) => {
      // A string of 3 MiB is copied for every line beyond its cap: a few of them tell enough.
      const copies = algorithm === 'one string and slice'
      const steady = copies ? 100 : scale === 'full' ? 30_000 : 3000
      return sample<Figures>(
        script,
        { algorithm, language, fill: copies ? 20_000 : 40_000, steady } satisfies Order,
        mode,
      )
    })
    return Object.fromEntries(
      [...samples].map(([algorithm, runs]) => {
        const middle = (key: keyof Figures) => median(runs.map((run) => run[key]))
        const figures: Figures = {
          filling: middle('filling'),
          full: middle('full'),
          p999: middle('p999'),
          slowest: middle('slowest'),
          memory: middle('memory'),
          export: middle('export'),
        }
        return [algorithm, figures]
      }),
    ) as Rows
  }
  const both = async (mode: Mode) => ({ en: await take(mode, 'en'), zh: await take(mode, 'zh') })
  const [first, second] = MODES
  return {
    rounds,
    rows: { [first ?? 'jit']: await both('jit'), [second ?? 'jitless']: await both('jitless') } as Data['rows'],
  }
}

const MB = 1024 * 1024

const tell = ({ rounds, rows }: Data, say: typeof words.en): Told => {
  const ours = (mode: Mode, language: Language) => rows[mode][language]['miniprogram-im']
  const body = (mode: Mode) =>
    table(
      say.head,
      names.map((name) => {
        const { filling, full, p999, slowest, memory, export: exporting } = rows[mode].en[name]
        return [
          say.algorithms[name],
          filling,
          full,
          p999,
          slowest,
          memory / MB,
          rows[mode].zh[name].memory / MB,
          exporting,
        ]
      }),
    )
  return {
    text: `${say.about(rounds)}

![${say.picture}](log.svg)

${body('jit')}

**\`--jitless\`**

${body('jitless')}`,
    plots: {
      log: bars(
        names.map((name) => ({
          label: say.algorithms[name],
          value: rows.jit.en[name].full,
          text: `${round(rows.jit.en[name].full)} µs`,
          ours: name.startsWith('miniprogram-im'),
        })),
        {
          title: say.plot,
          note: say.note,
          log: true,
          mark: { value: 1.5, label: say.mark },
        },
      ),
    },
    targets: [
      target(say.full, ours('jit', 'en').full, 1.5, 'at most', ' µs'),
      target(say.memory, Math.max(ours('jit', 'en').memory, ours('jit', 'zh').memory) / (3 * MB), 1.2, 'at most', '×'),
    ],
  }
}

export const logBenchmark = benchmark('log', words, measure, tell)
