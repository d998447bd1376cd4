// herd: 100,000 clients lose one server at once. How long until they are back, and what they do to it meanwhile.
import { benchmark, table, target, type Scale, type Told } from '../benchmark'
import { median } from '../measure/statistics'
import { lines } from '../plot/lines'
import { POLICIES } from './policies'
import { herd, rateLimited, restarted, seeded, type Drop, type Outcome, type Server } from './simulation'
import { words } from './words'

const RATE = 2000
const HINT = 50
/** The part of the users who are writing when their server dies. */
const WRITING = 0.02

interface Scenario {
  readonly drop: Drop
  readonly server: () => Server
  /** Seconds before anybody can be back. */
  readonly down: number
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  restart: {
    drop: { shared: true, writing: WRITING },
    server: () => restarted(RATE, 0),
    down: 0,
  },
  restart5: {
    drop: { shared: true, writing: WRITING },
    server: () => restarted(RATE, 5000),
    down: 5,
  },
  restart10: {
    drop: { shared: true, writing: WRITING },
    server: () => restarted(RATE, 10_000),
    down: 10,
  },
  limited: {
    drop: { shared: true, writing: WRITING },
    server: () => rateLimited(RATE),
    down: 0,
  },
  hinted: {
    drop: { shared: true, retryAfter: HINT, writing: WRITING },
    server: () => restarted(RATE, 0),
    down: 0,
  },
  killed: {
    drop: { shared: false, writing: WRITING },
    server: () => rateLimited(RATE),
    down: 0,
  },
  killed10: {
    drop: { shared: false, writing: WRITING },
    server: () => restarted(RATE, 10_000),
    down: 10,
  },
}

interface Wait {
  readonly p50: number
  readonly p95: number
}

type Row = Omit<Outcome, 'perSecond'>

interface Data {
  readonly clients: number
  readonly rate: number
  readonly seeds: number
  readonly rows: Record<string, Record<string, Row>>
  /** Attempts in each of the first seconds of a restart. */
  readonly waves: Record<string, readonly number[]>
  /** Seconds until a lone client is back whose user waits for something: median and 95 %; and one whose user does not, which older results lack. */
  readonly lone: Record<string, Wait & { readonly idle?: Wait }>
}

const measure = (scale: Scale): Promise<Data> => {
  const clients = scale === 'full' ? 100_000 : 10_000
  const seeds = scale === 'full' ? 3 : 1
  const capacity = (RATE * clients) / 100_000
  const rows: Data['rows'] = {}
  const waves: Data['waves'] = {}
  const lone: Data['lone'] = {}
  for (const [name, policy] of Object.entries(POLICIES)) {
    const scenarios: Record<string, Row> = {}
    for (const [key, { drop, server, down }] of Object.entries(SCENARIOS)) {
      const limit = () =>
        clients === 100_000
          ? server()
          : key === 'limited' || key === 'killed'
            ? rateLimited(capacity)
            : restarted(capacity, down * 1000)
      const runs = Array.from({ length: seeds }, (_, seed) => herd(clients, policy, limit(), drop, seeded(seed + 1)))
      const middle = (of: (run: Outcome) => number) => median(runs.map(of))
      scenarios[key] = {
        t50: middle((run) => run.t50),
        t99: middle((run) => run.t99),
        peak: middle((run) => run.peak),
        perClient: middle((run) => run.perClient),
      }
      if (key === 'restart') waves[name] = runs[0]?.perSecond.slice(0, 120) ?? []
    }
    rows[name] = scenarios
    // A lone client meets a server with time for it: only its own wait counts.
    const random = seeded(1)
    const wait = (idle: boolean) => {
      const waits = Array.from(
        { length: 10_000 },
        () => policy({ attempt: 1, shared: false, idle, retryAfter: undefined, previous: 0 }, random) / 1000,
      ).sort((a, b) => a - b)
      return { p50: median(waits), p95: waits[9500] ?? NaN }
    }
    lone[name] = { ...wait(false), idle: wait(true) }
  }
  return Promise.resolve({ clients, rate: capacity, seeds, rows, waves, lone })
}

const count = (value: number) => value.toLocaleString('en-US')

const tell = ({ clients, rate, seeds, rows, waves, lone }: Data, say: typeof words.en): Told => {
  const policy = (name: string) => say.policies[name] ?? name
  const titles = say.scenarios(HINT)
  const ideal = (key: string) => (SCENARIOS[key]?.down ?? 0) + (0.99 * clients) / rate
  const mine = (key: string): Row => rows['miniprogram-im']?.[key] ?? { t50: NaN, t99: NaN, peak: NaN, perClient: NaN }
  const sections = Object.keys(SCENARIOS).map((key) => {
    const body = Object.entries(rows).map(([name, scenarios]) => {
      const row = scenarios[key] ?? { t50: NaN, t99: NaN, peak: NaN, perClient: NaN }
      return [policy(name), row.t50, row.t99, row.t99 / ideal(key), row.peak, row.peak / rate, row.perClient]
    })
    return `**${titles[key] ?? key}**${say.ideal(ideal(key).toFixed(1))}\n\n${table(say.head, body)}`
  })
  /** Those in which the server, or the refusal of its successor, says that many share the fate. */
  const told = Object.entries(SCENARIOS).filter(([, { drop }]) => drop.shared)
  const ours = lone['miniprogram-im']
  return {
    text: `${say.about(count(clients), count(rate), seeds)}

![${say.picture}](herd.svg)

${sections.join('\n\n')}

${say.lone}

${table(
  say.loneHead,
  Object.entries(lone).map(([name, { p50, p95, idle }]) => [
    policy(name),
    p50,
    p95,
    idle?.p50 ?? NaN,
    idle?.p95 ?? NaN,
  ]),
)}

${ours?.idle ? say.silent(WRITING * 100) : say.older}`,
    plots: {
      herd: lines(
        ['full jitter', 'equal jitter', 'decorrelated jitter', 'fixed 1 s ± 20 %', 'miniprogram-im'].map((name) => ({
          label: policy(name),
          ours: name === 'miniprogram-im',
          points: (waves[name] ?? []).map((count, second) => [second, Math.max(count, 1)] as const),
        })),
        {
          title: say.plot,
          note: say.note(count(clients), count(rate)),
          x: { label: say.x },
          y: { label: say.y, log: true },
        },
      ),
    },
    targets: [
      target(say.time, Math.max(...told.map(([key]) => mine(key).t99 / ideal(key))), 1.25, 'at most', '×'),
      target(say.peak, Math.max(...told.map(([key]) => mine(key).peak / rate)), 3, 'at most', '×'),
      target(say.killedTime, mine('killed').t99 / ideal('killed'), 1.3, 'at most', '×'),
      target(say.killedPeak, mine('killed').peak / rate, 8, 'at most', '×'),
      target(say.killed10Time, mine('killed10').t99 / ideal('killed10'), 1.3, 'at most', '×'),
      target(say.killed10Peak, mine('killed10').peak / rate, 10, 'at most', '×'),
      target(say.loneWaits, ours?.p50 ?? NaN, 1, 'at most', ' s'),
      target(say.loneIdle, ours?.idle?.p50 ?? NaN, 4, 'at most', ' s'),
    ],
  }
}

export const herdBenchmark = benchmark('herd', words, measure, tell)
