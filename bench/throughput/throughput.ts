// throughput: messages and latency over a SocketTask, against MQTT.js and against the socket itself.
import { join } from 'node:path'
import { benchmark, round, table, target, type Scale, type Target, type Told } from '../benchmark'
import { compiled, interleaved, MODES, sample, type Mode } from '../measure/sample'
import { median, spread } from '../measure/statistics'
import { bundle, OURS, PEER } from '../peers'
import { bars } from '../plot/bars'
import type { Figures, Order, Work } from './client'
import { CLIENTS, type ClientName } from './clients'
import { words } from './words'

interface Row extends Figures {
  readonly mode: Mode
  readonly work: Work
  readonly qos: 0 | 1
  readonly size: number
  readonly client: ClientName
  /** How much the rounds disagreed about `perSecond`. */
  readonly spread: number
}

interface Data {
  readonly rounds: Readonly<Record<Mode, number>>
  readonly rows: readonly Row[]
}

/** Messages of one sample, with the compiler; without it a fifth. Enough for what is compiled to be compiled early on. */
const COUNT: Readonly<Record<Work, readonly [qos0: number, qos1: number]>> = {
  receive: [1_000_000, 200_000],
  burst: [500_000, 200_000],
  single: [100_000, 15_000],
  'round trip': [5000, 0],
}
const ROUNDS: Readonly<Record<Mode, number>> = { jit: 5, jitless: 3 }
/** MQTT.js waits for a timer for each single message: a twentieth of them takes its time. */
const countOf = (full: number, client: ClientName, work: Work): number =>
  client === 'MQTT.js' && work === 'single' ? full / 20 : full
const WORKS = Object.keys(COUNT) as Work[]

const measure = async (scale: Scale): Promise<Data> => {
  const rounds = scale === 'full' ? ROUNDS : { jit: 1, jitless: 1 }
  const sizes = scale === 'full' ? [100, 1024] : [100]
  const script = join(__dirname, 'client.ts')
  const blaster = compiled(join(__dirname, 'blaster.ts'))
  const files = { 'miniprogram-im': bundle(OURS, true), 'MQTT.js': bundle(PEER.mqtt, true) }
  const rows: Row[] = []
  for (const mode of MODES)
    for (const size of sizes)
      for (const work of WORKS)
        for (const qos of [0, 1] as const) {
          const full = COUNT[work][qos]
          if (full === 0) continue
          const samples = await interleaved(CLIENTS, rounds[mode], (client) => {
            const share = (mode === 'jitless' ? 5 : 1) * (scale === 'full' ? 1 : 10)
            const count = Math.ceil(countOf(full, client, work) / share / 100) * 100
            const order: Order = { blaster, files, client, work, qos, size, count }
            return sample<Figures>(script, order, mode)
          })
          for (const [client, runs] of samples) {
            const middle = (of: (run: Figures) => number | undefined) => median(runs.map((run) => of(run) ?? NaN))
            const times = work === 'round trip' ? { p50: middle((run) => run.p50), p99: middle((run) => run.p99) } : {}
            rows.push({
              mode,
              size,
              work,
              qos,
              client,
              perSecond: middle((run) => run.perSecond),
              cpu: middle((run) => run.cpu),
              sends: middle((run) => run.sends),
              spread: spread(runs.map((run) => run.perSecond)),
              ...times,
            })
          }
        }
  return { rounds, rows }
}

const tell = ({ rounds, rows }: Data, say: typeof words.en): Told => {
  const find = (mode: Mode, size: number, work: Work, qos: 0 | 1, client: ClientName) =>
    rows.find(
      (row) => row.mode === mode && row.size === size && row.work === work && row.qos === qos && row.client === client,
    )
  const kinds = rows
    .filter((row) => row.client === 'raw socket')
    .map(({ mode, size, work, qos }) => ({ mode, size, work, qos }))
  const share = (
    { mode, size, work, qos }: (typeof kinds)[number],
    client: ClientName,
    against: ClientName = 'raw socket',
  ) =>
    (find(mode, size, work, qos, client)?.perSecond ?? NaN) / (find(mode, size, work, qos, against)?.perSecond ?? NaN)

  const flow = (mode: Mode) =>
    table(
      say.head,
      kinds
        .filter((kind) => kind.mode === mode && kind.work !== 'round trip')
        .map((kind) => {
          const of = (client: ClientName) => find(kind.mode, kind.size, kind.work, kind.qos, client)
          const [raw, ours, mqtt] = [of('raw socket'), of('miniprogram-im'), of('MQTT.js')]
          return [
            say.works[kind.work],
            kind.size,
            String(kind.qos),
            raw?.perSecond ?? NaN,
            share(kind, 'miniprogram-im'),
            share(kind, 'MQTT.js'),
            ...[raw, ours, mqtt].map((row) => row?.cpu ?? NaN),
            ...[raw, ours, mqtt].map((row) => row?.sends ?? NaN),
            `± ${Math.round((ours?.spread ?? NaN) * 100)} %`,
          ]
        }),
    )
  const trips = table(
    say.tripsHead,
    kinds
      .filter(({ work }) => work === 'round trip')
      .map(({ mode, size }) => {
        const of = CLIENTS.map((client) => find(mode, size, 'round trip', 0, client))
        return [
          mode,
          size,
          ...of.map((row) => row?.p50 ?? NaN),
          ...of.map((row) => row?.p99 ?? NaN),
          ...of.map((row) => row?.cpu ?? NaN),
        ]
      }),
  )

  const worst = (of: (kind: (typeof kinds)[number]) => boolean, value: (kind: (typeof kinds)[number]) => number) =>
    Math.min(...kinds.filter(of).map(value))
  const jit = (work: Work, qos?: 0 | 1) => (kind: (typeof kinds)[number]) =>
    kind.mode === 'jit' && kind.work === work && (qos === undefined || kind.qos === qos)
  const ours = (kind: (typeof kinds)[number]) => share(kind, 'miniprogram-im')
  const late = Math.max(
    ...kinds
      .filter(jit('round trip'))
      .map(
        ({ mode, size }) =>
          (find(mode, size, 'round trip', 0, 'miniprogram-im')?.p50 ?? NaN) -
          (find(mode, size, 'round trip', 0, 'raw socket')?.p50 ?? NaN),
      ),
  )
  const targets: Target[] = [
    target(say.receive, worst(jit('receive', 0), ours), 0.75, 'at least', '×'),
    target(say.single, worst(jit('single'), ours), 0.85, 'at least', '×'),
    ...[100, 1024].map((size) =>
      target(
        say.burst(size.toLocaleString('en-US')),
        worst((kind) => kind.size === size && jit('burst')(kind), ours),
        3,
        'at least',
        '×',
      ),
    ),
    target(say.late, late, 0.1, 'at most', ' ms'),
    target(
      say.slowest.jit,
      worst(
        ({ mode }) => mode === 'jit',
        (kind) => share(kind, 'miniprogram-im', 'MQTT.js'),
      ),
      1,
      'at least',
      '×',
    ),
    target(
      say.slowest.jitless,
      worst(
        ({ mode }) => mode === 'jitless',
        (kind) => share(kind, 'miniprogram-im', 'MQTT.js'),
      ),
      1,
      'at least',
      '×',
    ),
  ]
  const bar = (mode: Mode, work: Work, qos: 0 | 1) =>
    CLIENTS.map((client) => ({
      label: `${say.works[work]}, QoS ${qos}: ${say.clients[client]}`,
      value: find(mode, 100, work, qos, client)?.perSecond ?? 0,
      text: `${round(find(mode, 100, work, qos, client)?.perSecond ?? NaN)}${say.perSecond}`,
      ours: client === 'miniprogram-im',
    }))
  const plot = (mode: Mode) =>
    bars(
      (['receive', 'burst', 'single'] as const).flatMap((work) =>
        ([0, 1] as const).flatMap((qos) => bar(mode, work, qos)),
      ),
      {
        title: `${say.plot}${mode === 'jitless' ? ', --jitless' : ''}`,
        note: say.plotNote,
        log: true,
      },
    )
  return {
    text: `${say.about(rounds)}

![${say.pictures.jit}](throughput.svg)

${flow('jit')}

**\`--jitless\`**

![${say.pictures.jitless}](throughput-jitless.svg)

${flow('jitless')}

${say.trips}

${trips}`,
    plots: { throughput: plot('jit'), 'throughput-jitless': plot('jitless') },
    targets,
  }
}

export const throughputBenchmark = benchmark('throughput', words, measure, tell)
