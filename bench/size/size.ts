// size: what a mini-program ships for each SDK, how long it takes to start, and the memory it holds.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { benchmark, round, table, target, type Scale, type Told } from '../benchmark'
import { interleaved, MODES, sample, type Mode } from '../measure/sample'
import { median } from '../measure/statistics'
import { bundle, CONNECTION, OURS, PEER, versionOf, type Subject } from '../peers'
import { bars } from '../plot/bars'
import { entries, type Entry } from './entries'
import type { Order, Start } from './start'
import { words } from './words'

interface Row {
  readonly name: string
  readonly version: string
  readonly minified: number
  readonly gzip: number
  readonly shims: string
  readonly start: Readonly<Record<Mode, Start>>
}

interface Data {
  readonly rounds: number
  readonly rows: readonly Row[]
  readonly entries: readonly Entry[]
}

const CONNECT = new Map<Subject, Order['connect']>([
  [OURS, 'ours'],
  [CONNECTION, 'ours'],
  [PEER.mqtt, 'mqtt'],
  [PEER.centrifuge, 'centrifuge'],
  [PEER.socketio, 'socketio'],
])
const PACKAGE = new Map<Subject, string>([
  [PEER.rongcloud, '@rongcloud/engine'],
  [PEER.mqtt, 'mqtt'],
])

const measure = async (scale: Scale): Promise<Data> => {
  const rounds = scale === 'full' ? 15 : 2
  const subjects = [OURS, CONNECTION, ...Object.values(PEER)]
  const script = join(__dirname, 'start.ts')
  const taken = new Map<Mode, Map<Subject, Start[]>>()
  for (const mode of MODES)
    taken.set(
      mode,
      await interleaved(subjects, rounds, (subject) => {
        const order: Order = { file: bundle(subject, true), shims: subject.shims ?? [], connect: CONNECT.get(subject) }
        return sample<Start>(script, order, mode)
      }),
    )
  const start = (mode: Mode, subject: Subject): Start => {
    const runs = taken.get(mode)?.get(subject) ?? []
    const connections = runs.flatMap((run) => run.connection ?? [])
    const seconds = runs.flatMap((run) => run.second ?? [])
    return {
      evaluation: median(runs.map((run) => run.evaluation)),
      loaded: median(runs.map((run) => run.loaded)),
      ...(connections.length > 0 && { connection: median(connections) }),
      ...(seconds.length > 0 && { second: median(seconds) }),
    }
  }
  const rows = subjects.map((subject) => {
    const code = readFileSync(bundle(subject, true))
    return {
      name: subject.name,
      version: subject === OURS || subject === CONNECTION ? '' : versionOf(PACKAGE.get(subject) ?? subject.name),
      minified: code.length,
      gzip: gzipSync(code, { level: 9 }).length,
      shims: (subject.shims ?? []).join(', '),
      start: { jit: start('jit', subject), jitless: start('jitless', subject) },
    }
  })
  return { rounds, rows, entries: entries() }
}

/** Results of before the entries were weighed are told, too. */
type Known = Omit<Data, 'entries'> & Partial<Pick<Data, 'entries'>>

const KB = 1024
const tell = ({ rounds, rows, entries = [] }: Known, say: typeof words.en): Told => {
  const of = (name: string) => rows.find((row) => row.name === name)
  const [main, easemob] = [of(CONNECTION.name), of(PEER.easemob.name)]
  const plain = (name: string) => name === OURS.name || name === CONNECTION.name
  const entry = (name: string) => entries.find((one) => one.name === name)
  const weights = table(
    say.entryHead,
    entries.map(({ name, minified, gzip, zstd, es5, es6 }) => [name, minified, gzip, zstd ?? '', es5 ?? '', es6 ?? '']),
  )
  const byEntry = entries.length > 0 ? `\n\n${say.entries}\n\n${weights}` : ''
  return {
    text: `${say.about(rounds)}

![${say.bytes.title}](size.svg)

${table(
  say.head,
  rows.map(({ name, version, minified, gzip, start, shims }) => [
    `${name} ${version}`.trim(),
    minified,
    gzip,
    start.jit.evaluation,
    start.jitless.evaluation,
    start.jit.loaded / KB,
    start.jit.connection === undefined ? '' : start.jit.connection / KB,
    start.jit.second === undefined ? '' : start.jit.second / KB,
    shims,
  ]),
)}

![${say.start.title}](start.svg)${byEntry}`,
    plots: {
      size: bars(
        rows.map(({ name, gzip }) => ({ label: name, value: gzip, text: round(gzip), ours: plain(name) })),
        say.bytes,
      ),
      start: bars(
        rows.map(({ name, start }) => ({
          label: name,
          value: start.jitless.evaluation,
          text: `${round(start.jitless.evaluation)} ms`,
          ours: plain(name),
        })),
        { title: say.start.plot, note: say.start.note },
      ),
    },
    targets: [
      target(say.connection('gzip'), entry('connection')?.gzip ?? NaN, 21_000, 'at most', say.unit),
      target(say.connection(say.head[1]!), entry('connection')?.minified ?? NaN, 49_000, 'at most', say.unit),
      target(say.everything('gzip'), entry('everything')?.gzip ?? NaN, 32_500, 'at most', say.unit),
      target(say.everything(say.head[1]!), entry('everything')?.minified ?? NaN, 80_000, 'at most', say.unit),
      target(
        say.evaluation,
        (main?.start.jit.evaluation ?? NaN) / (easemob?.start.jit.evaluation ?? NaN),
        0.14,
        'at most',
        '×',
      ),
      target(say.heap, (main?.start.jit.connection ?? NaN) / KB, 220, 'at most', ' KB'),
      target(say.second, (main?.start.jit.second ?? NaN) / KB, 31, 'at most', ' KB'),
    ],
  }
}

export const sizeBenchmark = benchmark('size', words, measure, tell)
