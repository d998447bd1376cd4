// What happened on one phone: spans of states, attempts with their causes, sockets, round trips, refusals.
import { conditions, ErrorCode, type ErrorName } from '../src/errors/codes'
import type { AlignedLog, ClockSpan } from './clocks'
import type { ReadRecord } from './read'

/** From `from` to `to` (milliseconds since 1970) something was `what`. */
export interface Span {
  readonly from: number
  to: number
  readonly what: string
}

export interface Refusal {
  readonly t: number
  readonly name: string
  readonly code: number
  readonly detail: string
  readonly verdict: string
  readonly connection: number
  readonly attempt: number | undefined
  /** State in which it came. */
  readonly state: string
  /** Sockets that the SDK held besides the one that this is about. */
  readonly others: number
  /** State to which it led; empty where the log ends before that. */
  next: string
  /** Index of its record. */
  readonly at: number
}

export interface Attempt {
  readonly connection: number
  readonly number: number
  readonly from: number
  to: number
  /** Milliseconds waited before it. */
  readonly delay: number
  /** Why the one before ended, if it did: the name of its refusal. */
  readonly cause: string
  /** Milliseconds in each state of the attempt, in order. */
  readonly phases: [state: string, ms: number][]
  /** online: it is or was connected; else the refusal's name, or '' where the log does not tell. */
  outcome: string
  readonly at: number
}

export interface Point {
  readonly t: number
  readonly value: number
}

export interface ConnectionLife {
  readonly number: number
  user: string
  readonly states: readonly Span[]
}

export interface Phone {
  readonly name: string
  readonly header: AlignedLog['header']
  readonly unread: number
  readonly records: readonly ReadRecord[]
  /** Indexes of the records with which an app started. */
  readonly starts: readonly number[]
  readonly from: number
  readonly to: number
  readonly connections: readonly ConnectionLife[]
  readonly attempts: readonly Attempt[]
  readonly refusals: readonly Refusal[]
  /** hidden or shown. */
  readonly app: readonly Span[]
  /** The type of the network; `none` without one, `weak` while it is weak. */
  readonly network: readonly Span[]
  /** Sockets that the SDK holds in this app, after each change. */
  readonly sockets: readonly Point[]
  /** The budget that the slots' records name. */
  readonly maxSockets: number | undefined
  /** Milliseconds of each answered ping. */
  readonly roundTrips: readonly Point[]
  /** Where its own clock was ahead of the common time; records and spans are in the common time. */
  readonly clock: readonly ClockSpan[]
  /** How often the phone's clock went backwards. */
  readonly clockJumps: number
}

const OF_AN_ATTEMPT = ['authorizing', 'queued', 'opening', 'handshaking']

export const isErrorName = (name: string): name is ErrorName => Object.prototype.hasOwnProperty.call(conditions, name)

const text = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

const slotOf = ({ connection, attempt }: ReadRecord) => `${connection}/${attempt}`

/** Spans that follow one another: each begins where the one before ends. */
const track = () => {
  const spans: Span[] = []
  let open: Span | undefined
  return {
    spans,
    now: () => open?.what,
    end(t: number) {
      if (open) open.to = Math.max(open.from, t)
      open = undefined
    },
    turn(t: number, what: string) {
      if (open?.what === what) return
      if (open) open.to = Math.max(open.from, t)
      open = { from: t, to: t, what }
      spans.push(open)
    },
  }
}

interface Live {
  readonly number: number
  user: string
  readonly states: ReturnType<typeof track>
  attempt: Attempt | undefined
  /** When the state now began. */
  since: number
  /** What ended the attempt before, and how long was waited since. */
  cause: string
  refusal: Refusal | undefined
  waited: number
}

export const readPhone = (log: AlignedLog): Phone => {
  const { records } = log
  const starts: number[] = []
  const connections = new Map<number, Live>()
  /** Those that had a record since the app started. */
  const running = new Set<Live>()
  const attempts: Attempt[] = []
  const refusals: Refusal[] = []
  const app = track()
  const network = track()
  const sockets: Point[] = []
  const holding = new Set<string>()
  const roundTrips: Point[] = []
  let networkType = ''
  let maxSockets: number | undefined
  let clockJumps = 0
  let latest = records[0]?.t ?? 0

  const live = (record: ReadRecord): Live => {
    const key = record.connection ?? 0
    let connection = connections.get(key)
    if (!connection) {
      connection = {
        number: key,
        user: '',
        states: track(),
        attempt: undefined,
        since: latest,
        cause: '',
        refusal: undefined,
        waited: 0,
      }
      connections.set(key, connection)
    }
    running.add(connection)
    return connection
  }

  const endAttempt = (connection: Live, t: number) => {
    if (connection.attempt) connection.attempt.to = t
    connection.attempt = undefined
  }

  const changeState = (connection: Live, record: ReadRecord, t: number, at: number) => {
    const from = connection.states.now() ?? text(record.fields.from)
    const to = text(record.fields.to)
    const spent = t - connection.since
    connection.attempt?.phases.push([from, spent])
    if (connection.refusal) connection.refusal.next = to
    connection.refusal = undefined
    connection.waited = from === 'waiting' || from === 'paused' ? connection.waited + spent : connection.waited
    connection.since = t
    connection.states.turn(t, to)
    if (
      OF_AN_ATTEMPT.includes(to) &&
      (!connection.attempt || connection.attempt.number !== record.attempt || from === 'online')
    ) {
      endAttempt(connection, t)
      connection.attempt = {
        connection: connection.number,
        number: record.attempt ?? attempts.length + 1,
        from: t,
        to: t,
        delay: connection.waited,
        cause: connection.cause,
        phases: [],
        outcome: '',
        at,
      }
      attempts.push(connection.attempt)
      connection.waited = 0
    } else if (to === 'online') {
      if (connection.attempt) connection.attempt.outcome = 'online'
      connection.cause = ''
    } else if (!OF_AN_ATTEMPT.includes(to)) endAttempt(connection, t)
  }

  const refuse = (connection: Live, record: ReadRecord, t: number, at: number) => {
    const name = text(record.fields.name)
    const state = connection.states.now() ?? ''
    connection.refusal = {
      t,
      name,
      code: number(record.fields.code) ?? (isErrorName(name) ? ErrorCode[name] : ErrorCode.Unknown),
      detail: text(record.fields.detail),
      verdict: text(record.fields.verdict),
      connection: connection.number,
      attempt: record.attempt,
      state,
      others: (sockets.at(-1)?.value ?? 0) - (holding.has(slotOf(record)) ? 1 : 0),
      next: '',
      at,
    }
    refusals.push(connection.refusal)
    connection.cause = name
    if (connection.attempt?.outcome === '') connection.attempt.outcome = name
  }

  const restart = (t: number, at: number) => {
    starts.push(at)
    for (const connection of running) {
      endAttempt(connection, t)
      connection.states.end(t)
      connection.cause = ''
      connection.waited = 0
    }
    running.clear()
    holding.clear()
    app.end(t)
    network.end(t)
    if (sockets.length) sockets.push({ t, value: 0 })
  }

  records.forEach((record, at) => {
    // The phone's clock may be set back; spans never run backwards.
    if (at > 0 && record.t < records[at - 1]!.t) clockJumps++
    const before = latest
    const t = (latest = Math.max(latest, record.t))
    const { fields } = record
    switch (`${record.area}.${record.event}`) {
      case 'app.started':
        restart(before, at)
        app.turn(t, 'shown')
        break
      case 'app.shown':
      case 'app.hidden':
        app.turn(t, record.event)
        break
      case 'app.network':
        networkType = fields.connected === false ? 'none' : text(fields.type)
        network.turn(t, networkType)
        break
      case 'app.weak':
        network.turn(t, fields.weak === true ? 'weak' : networkType || 'unknown')
        break
      case 'connection.open':
        live(record).user = text(fields.user)
        break
      case 'connection.state':
        changeState(live(record), record, t, at)
        break
      case 'connection.refused':
      case 'connection.dropped':
        refuse(live(record), record, t, at)
        break
      case 'slot.wait':
      case 'slot.taken':
      case 'slot.returned':
        if (record.event === 'taken') holding.add(slotOf(record))
        else holding.delete(slotOf(record))
        maxSockets = number(fields.max) ?? maxSockets
        if (number(fields.taken) !== undefined) sockets.push({ t, value: number(fields.taken)! })
        break
      case 'heartbeat.pong':
        if (number(fields.ms) !== undefined) roundTrips.push({ t, value: number(fields.ms)! })
        break
      default:
    }
  })
  for (const connection of running) {
    connection.attempt?.phases.push([connection.states.now() ?? '', latest - connection.since])
    endAttempt(connection, latest)
    connection.states.end(latest)
  }
  app.end(latest)
  network.end(latest)

  return {
    name: log.name,
    header: log.header,
    unread: log.unread,
    records,
    starts,
    from: records[0]?.t ?? 0,
    to: latest,
    connections: [...connections.values()]
      .filter(({ states }) => states.spans.length > 0)
      .map(({ number, user, states }) => ({ number, user, states: states.spans })),
    attempts,
    refusals,
    app: app.spans,
    network: network.spans,
    sockets,
    maxSockets,
    roundTrips,
    clock: log.clock,
    clockJumps,
  }
}
