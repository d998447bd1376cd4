// The reconnect herd: many clients, one server with a limit, a policy that says how long each client waits. Discrete events, no clock.

/** What a client knows when it has to wait: how often it failed in a row, and why just now. */
export interface Situation {
  /** 1 after the drop itself, 2 after the first failed attempt, ... */
  readonly attempt: number
  /** The drop, or a refusal since, said that many clients share this fate. */
  readonly shared: boolean
  /** The link ended without a word on a healthy network, and the user of this client waits for nothing. */
  readonly idle: boolean
  /** Seconds that the server asked for. */
  readonly retryAfter: number | undefined
  /** What this client waited last time, ms; 0 before the first wait. Decorrelated jitter wants it. */
  readonly previous: number
}

/** Milliseconds to wait. */
export type Policy = (situation: Situation, random: () => number) => number

/** What happened to an attempt that reached the server. */
export type Answer = 'accepted' | { readonly after: number; readonly shared: boolean; readonly retryAfter?: number }

export interface Server {
  /** An attempt arrives at `now` (ms since the drop). */
  arrive(now: number): Answer
}

export interface Drop {
  readonly shared: boolean
  /** The part of the clients whose users are writing at that moment. */
  readonly writing: number
  readonly retryAfter?: number
}

export interface Outcome {
  /** Seconds until half, and until 99 %, of the clients are back; Infinity where the horizon came first. */
  readonly t50: number
  readonly t99: number
  /** Most attempts in any one second. */
  readonly peak: number
  readonly perClient: number
  /** Attempts in each second. */
  readonly perSecond: readonly number[]
}

/** xorshift128: the same seed gives the same herd on every machine. */
export const seeded = (seed: number): (() => number) => {
  let x = seed >>> 0 || 1
  let y = 362436069
  let z = 521288629
  let w = 88675123
  const next = () => {
    const t = x ^ (x << 11)
    x = y
    y = z
    z = w
    w = (w ^ (w >>> 19) ^ t ^ (t >>> 8)) >>> 0
    return w / 4294967296
  }
  for (let i = 0; i < 16; i++) next()
  return next
}

const HORIZON = 7_200_000 // ms; what is not back after two hours counts as never

/** Everybody is dropped at 0 and notices within 100 ms; a message takes `latency` ms one way. */
export const herd = (
  clients: number,
  policy: Policy,
  server: Server,
  drop: Drop,
  random: () => number,
  latency = 25,
): Outcome => {
  // Events lie in buckets of one millisecond, so that a million of them cost no sorting.
  const buckets = new Map<number, number[]>()
  let last = 0
  const at = (time: number, client: number) => {
    const when = Math.ceil(time)
    if (when > HORIZON) return
    const bucket = buckets.get(when)
    if (bucket) bucket.push(client)
    else buckets.set(when, [client])
    if (when > last) last = when
  }

  const attempts = new Uint16Array(clients)
  const shared = new Uint8Array(clients)
  const writing = new Uint8Array(clients)
  const previous = new Float64Array(clients)
  const wait = (client: number, now: number, retryAfter: number | undefined) => {
    const attempt = (attempts[client] = attempts[client]! + 1)
    const delay = policy(
      {
        attempt,
        shared: shared[client] === 1,
        idle: writing[client] === 0,
        retryAfter,
        previous: previous[client]!,
      },
      random,
    )
    previous[client] = delay
    at(now + delay + latency, client)
  }
  for (let client = 0; client < clients; client++) {
    shared[client] = drop.shared ? 1 : 0
    // Spread evenly, without a number of the generator: the other cases stay as they were.
    writing[client] = Math.floor((client + 1) * drop.writing) > Math.floor(client * drop.writing) ? 1 : 0
    wait(client, random() * 100, drop.retryAfter)
  }

  const perSecond: (number | undefined)[] = []
  let total = 0
  let back = 0
  let t50 = Infinity
  let t99 = Infinity
  for (let now = 0; now <= last; now++) {
    const arriving = buckets.get(now)
    if (!arriving) continue
    buckets.delete(now)
    for (const client of arriving) {
      total++
      const second = Math.floor(now / 1000)
      perSecond[second] = (perSecond[second] ?? 0) + 1
      const answer = server.arrive(now)
      if (answer === 'accepted') {
        back++
        if (back === Math.ceil(clients / 2)) t50 = now / 1000
        if (back === Math.ceil(clients * 0.99)) t99 = now / 1000
      } else {
        if (answer.shared) shared[client] = 1
        wait(client, now + answer.after, answer.retryAfter)
      }
    }
  }
  const attemptsBySecond = Array.from(perSecond, (count) => count ?? 0)
  return {
    t50,
    t99,
    peak: attemptsBySecond.reduce((most, count) => Math.max(most, count), 0),
    perClient: total / clients,
    perSecond: attemptsBySecond,
  }
}

/**
 * A server process that comes back `downtime` ms after the drop: until then the port refuses at once; then a listen
 * queue of `backlog` is served at `rate` a second, and what does not fit in finds out after a second (the SYN's repeat).
 */
export const restarted = (rate: number, downtime: number, backlog = 511): Server => {
  let served = downtime // the time at which the queue will be empty
  return {
    arrive(now) {
      if (now < downtime) return { after: 25, shared: false }
      if (served < now) served = now
      if (((served - now) * rate) / 1000 >= backlog) return { after: 1000, shared: false }
      served += 1000 / rate
      return 'accepted'
    },
  }
}

/** A server that is up and takes `rate` logins a second from a bucket of `depth`; the others are told 0x9F (and when to come, if `hint`). */
export const rateLimited = (rate: number, depth = 100, hint?: number): Server => {
  let tokens = depth
  let filled = 0
  return {
    arrive(now) {
      tokens = Math.min(depth, tokens + ((now - filled) * rate) / 1000)
      filled = now
      if (tokens < 1) return { after: 25, shared: true, ...(hint !== undefined && { retryAfter: hint }) }
      tokens -= 1
      return 'accepted'
    },
  }
}
