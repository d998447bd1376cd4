// log: what one more line costs when the cache is full, and what the cache holds.
import { join } from 'node:path'
import { benchmark, round, table, target, type Scale, type Told } from '../benchmark'
import { interleaved, MODES, sample, type Mode } from '../measure/sample'
import { median } from '../measure/statistics'
import { bars } from '../plot/bars'
import { ALGORITHMS, type Algorithm } from './algorithms'
import type { Figures, Order } from './lines'

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

const tell = ({ rounds, rows }: Data): Told => {
  const ours = (mode: Mode, language: Language) => rows[mode][language]['miniprogram-im']
  const body = (mode: Mode) =>
    table(
      [
        '',
        'filling, µs',
        'full, µs a line',
        '99.9 %, µs',
        'slowest, µs',
        'heap, MB',
        'heap, Chinese, MB',
        'export, ms',
      ],
      names.map((name) => {
        const { filling, full, p999, slowest, memory, export: exporting } = rows[mode].en[name]
        return [name, filling, full, p999, slowest, memory / MB, rows[mode].zh[name].memory / MB, exporting]
      }),
    )
  return {
    text: `Lines of about 150 bytes, one object of four fields each, go into a cache of 3 MiB until it is full, and on. \`miniprogram-im\` is the shipped logger (\`src/log\`), redaction
included; "Easemob's" is a re-implementation of what its SDK does; the others are what one would write first. Median of ${rounds}, each in a fresh process.
Chinese text counts in bytes with us, in characters with the others, which therefore hold twice their cap.

![One more line](log.svg)

${body('jit')}

**\`--jitless\`**

${body('jitless')}`,
    plots: {
      log: bars(
        names.map((name) => ({
          label: name,
          value: rows.jit.en[name].full,
          text: `${round(rows.jit.en[name].full)} µs`,
          ours: name.startsWith('miniprogram-im'),
        })),
        {
          title: 'One more line when the cache is full',
          note: 'microseconds; shorter is better; logarithmic',
          log: true,
          mark: { value: 1.5, label: 'target 1.5 µs' },
        },
      ),
    },
    targets: [
      target('one more line, cache full', ours('jit', 'en').full, 1.5, 'at most', ' µs'),
      target(
        'memory of the full cache, against its cap (worse of English and Chinese)',
        Math.max(ours('jit', 'en').memory, ours('jit', 'zh').memory) / (3 * MB),
        1.2,
        'at most',
        '×',
      ),
    ],
  }
}

export const logBenchmark = benchmark('log', 'The log', measure, tell)
