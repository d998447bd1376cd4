// herd: 100,000 clients lose one server at once. How long until they are back, and what they do to it meanwhile.
import { benchmark, table, target, type Scale, type Told } from '../benchmark'
import { median } from '../measure/statistics'
import { lines } from '../plot/lines'
import { POLICIES } from './policies'
import { herd, rateLimited, restarted, seeded, type Drop, type Outcome, type Server } from './simulation'

const RATE = 2000
const HINT = 50

interface Scenario {
  readonly title: string
  readonly drop: Drop
  readonly server: () => Server
  /** Seconds before anybody can be back. */
  readonly down: number
  /** The promise of the SDK covers it. */
  readonly promised: boolean
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  restart: {
    title: 'Shuts down (0x8B), back at once',
    drop: { shared: true },
    server: () => restarted(RATE, 0),
    down: 0,
    promised: true,
  },
  restart5: {
    title: 'Shuts down (0x8B), back after 5 s',
    drop: { shared: true },
    server: () => restarted(RATE, 5000),
    down: 5,
    promised: true,
  },
  restart10: {
    title: 'Shuts down (0x8B), back after 10 s',
    drop: { shared: true },
    server: () => restarted(RATE, 10_000),
    down: 10,
    promised: true,
  },
  limited: {
    title: 'Rate-limited (0x9F)',
    drop: { shared: true },
    server: () => rateLimited(RATE),
    down: 0,
    promised: true,
  },
  hinted: {
    title: `Shuts down and asks for ${HINT} s (user property \`retryAfter\`)`,
    drop: { shared: true, retryAfter: HINT },
    server: () => restarted(RATE, 0),
    down: 0,
    promised: true,
  },
  killed: {
    title: 'Dies without a word; the next one is rate-limited (0x9F)',
    drop: { shared: false },
    server: () => rateLimited(RATE),
    down: 0,
    promised: false,
  },
}

type Row = Omit<Outcome, 'perSecond'>

interface Data {
  readonly clients: number
  readonly rate: number
  readonly seeds: number
  readonly rows: Record<string, Record<string, Row>>
  /** Attempts in each of the first seconds of a restart. */
  readonly waves: Record<string, readonly number[]>
  /** Seconds until a lone client is back: median and 95 %. */
  readonly lone: Record<string, { readonly p50: number; readonly p95: number }>
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
    const waits = Array.from(
      { length: 10_000 },
      () => policy({ attempt: 1, shared: false, retryAfter: undefined, previous: 0 }, random) / 1000,
    ).sort((a, b) => a - b)
    lone[name] = { p50: median(waits), p95: waits[9500] ?? NaN }
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
  const promised = Object.entries(SCENARIOS).filter(([, { promised }]) => promised)
  return {
    text: `A discrete-event simulation: ${clients.toLocaleString('en-US')} clients are dropped within 100 ms; the server takes ${rate.toLocaleString('en-US')} logins a second; every
policy meets the same server with the same seeds (median of ${seeds}). A restarting server has a listen queue of 511 and leaves what does not fit
waiting for a second; a rate-limited one has a token bucket of depth 100 and refuses at once with 0x9F. \`miniprogram-im\` is the function that
ships (\`src/machine/backoff.ts\`). ∞: not back within two hours.

![Attempts per second after a restart](herd.svg)

${sections.join('\n\n')}

**A lone drop** (the server has time)

${table(
  ['policy', 'back at the median, s', '95 %, s'],
  Object.entries(lone).map(([name, { p50, p95 }]) => [name, p50, p95]),
)}

A node that dies without a word gives its clients no hint that they are many: the first second shows full jitter's peak, the price of a lone
drop's quick return; the refusals then spread them.`,
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
        'time to 99 %, against the ideal (worst of the promised cases)',
        Math.max(...promised.map(([key]) => mine(key).t99 / ideal(key))),
        1.25,
        'at most',
        '×',
      ),
      target(
        "peak, against the server's capacity (worst of the promised cases)",
        Math.max(...promised.map(([key]) => mine(key).peak / rate)),
        3,
        'at most',
        '×',
      ),
      target('a lone drop is back at the median after', lone['miniprogram-im']?.p50 ?? NaN, 1, 'at most', ' s'),
    ],
  }
}

export const herdBenchmark = benchmark('herd', 'The reconnect herd', measure, tell)
