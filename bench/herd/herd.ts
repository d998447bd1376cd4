// herd: 100,000 clients lose one server at once. How long until they are back, and what they do to it meanwhile.
import { benchmark, table, target, type Scale, type Told } from '../benchmark'
import { median } from '../measure/statistics'
import { lines } from '../plot/lines'
import { POLICIES } from './policies'
import { herd, rateLimited, restarted, seeded, type Drop, type Outcome, type Server } from './simulation'

const RATE = 2000
const HINT = 50
/** The part of the users who are writing when their server dies. */
const WRITING = 0.02

interface Scenario {
  readonly title: string
  readonly drop: Drop
  readonly server: () => Server
  /** Seconds before anybody can be back. */
  readonly down: number
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  restart: {
    title: 'Shuts down (0x8B), back at once',
    drop: { shared: true, writing: WRITING },
    server: () => restarted(RATE, 0),
    down: 0,
  },
  restart5: {
    title: 'Shuts down (0x8B), back after 5 s',
    drop: { shared: true, writing: WRITING },
    server: () => restarted(RATE, 5000),
    down: 5,
  },
  restart10: {
    title: 'Shuts down (0x8B), back after 10 s',
    drop: { shared: true, writing: WRITING },
    server: () => restarted(RATE, 10_000),
    down: 10,
  },
  limited: {
    title: 'Rate-limited (0x9F)',
    drop: { shared: true, writing: WRITING },
    server: () => rateLimited(RATE),
    down: 0,
  },
  hinted: {
    title: `Shuts down and asks for ${HINT} s (user property \`retryAfter\`)`,
    drop: { shared: true, retryAfter: HINT, writing: WRITING },
    server: () => restarted(RATE, 0),
    down: 0,
  },
  killed: {
    title: 'Dies without a word; the next one is rate-limited (0x9F)',
    drop: { shared: false, writing: WRITING },
    server: () => rateLimited(RATE),
    down: 0,
  },
  killed10: {
    title: 'Dies without a word; its port refuses for 10 s',
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
  /** Seconds until a lone client is back whose user waits for something: median and 95 %; and one whose user does not. */
  readonly lone: Record<string, Wait & { readonly idle: Wait }>
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

const tell = ({ clients, rate, seeds, rows, waves, lone }: Data): Told => {
  const ideal = (key: string) => (SCENARIOS[key]?.down ?? 0) + (0.99 * clients) / rate
  const mine = (key: string): Row => rows['miniprogram-im']?.[key] ?? { t50: NaN, t99: NaN, peak: NaN, perClient: NaN }
  const sections = Object.entries(SCENARIOS).map(([key, { title }]) => {
    const body = Object.entries(rows).map(([name, scenarios]) => {
      const row = scenarios[key] ?? { t50: NaN, t99: NaN, peak: NaN, perClient: NaN }
      return [name, row.t50, row.t99, row.t99 / ideal(key), row.peak, row.peak / rate, row.perClient]
    })
    return `**${title}** (nobody can do better than ${ideal(key).toFixed(1)} s to 99 %)\n\n${table(['policy', '50 % back, s', '99 %, s', '99 % / ideal', 'peak, attempts/s', 'peak / capacity', 'attempts each'], body)}`
  })
  /** Those in which the server, or the refusal of its successor, says that many share the fate. */
  const told = Object.entries(SCENARIOS).filter(([, { drop }]) => drop.shared)
  const ours = lone['miniprogram-im']
  return {
    text: `A discrete-event simulation: ${clients.toLocaleString('en-US')} clients are dropped within 100 ms; the server takes ${rate.toLocaleString('en-US')} logins a second; every
policy meets the same server with the same seeds (median of ${seeds}). A restarting server has a listen queue of 511 and leaves what does not fit
waiting for a second; a rate-limited one has a token bucket of depth 100 and refuses at once with 0x9F. \`miniprogram-im\` is the function that
ships (\`src/machine/backoff.ts\`). ∞: not back within two hours.

![Attempts per second after a restart](herd.svg)

${sections.join('\n\n')}

**A lone drop** (the server has time)

${table(
  ['policy', 'somebody waits: back at the median, s', '95 %, s', 'nobody waits: median, s', '95 %, s'],
  Object.entries(lone).map(([name, { p50, p95, idle }]) => [name, p50, p95, idle.p50, idle.p95]),
)}

A node that dies without a word gives its clients no hint that they are many. Those whose users wait for something (${WRITING * 100} % here) come back
at once; the others have time, and their delays double from a wider window (\`IDLE_WINDOW\`).`,
    plots: {
      herd: lines(
        ['full jitter', 'equal jitter', 'decorrelated jitter', 'fixed 1 s ± 20 %', 'miniprogram-im'].map((name) => ({
          label: name,
          ours: name === 'miniprogram-im',
          points: (waves[name] ?? []).map((count, second) => [second, Math.max(count, 1)] as const),
        })),
        {
          title: 'Attempts per second after a server restarts',
          note: `${clients.toLocaleString('en-US')} clients, ${rate.toLocaleString('en-US')} logins a second; lower is kinder`,
          x: { label: 'seconds after the drop' },
          y: { label: 'attempts per second', log: true },
        },
      ),
    },
    targets: [
      target(
        'time to 99 %, against the ideal (worst of the cases that are told)',
        Math.max(...told.map(([key]) => mine(key).t99 / ideal(key))),
        1.25,
        'at most',
        '×',
      ),
      target(
        "peak, against the server's capacity (worst of the cases that are told)",
        Math.max(...told.map(([key]) => mine(key).peak / rate)),
        3,
        'at most',
        '×',
      ),
      target(
        'silent death: time to 99 %, against the ideal',
        mine('killed').t99 / ideal('killed'),
        1.3,
        'at most',
        '×',
      ),
      target("silent death: peak, against the server's capacity", mine('killed').peak / rate, 8, 'at most', '×'),
      target(
        'silent death, port refuses: time to 99 %, against the ideal',
        mine('killed10').t99 / ideal('killed10'),
        1.3,
        'at most',
        '×',
      ),
      target(
        "silent death, port refuses: peak, against the server's capacity",
        mine('killed10').peak / rate,
        10,
        'at most',
        '×',
      ),
      target('a lone drop, somebody waits: back at the median after', ours?.p50 ?? NaN, 1, 'at most', ' s'),
      target('a lone drop, nobody waits: back at the median after', ours?.idle.p50 ?? NaN, 4, 'at most', ' s'),
    ],
  }
}

export const herdBenchmark = benchmark('herd', 'The reconnect herd', measure, tell)
