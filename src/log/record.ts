// The shape of a log record and the list of everything that is ever recorded. The report (bin/) reads this same list.

/** 0 TRACE, 1 DEBUG, 2 INFO, 3 WARN, 4 ERROR. */
export type Level = 0 | 1 | 2 | 3 | 4

/**
 * Every event by its area, with its fields; `undefined` has none. The compiler holds every record to this list, and a test holds the
 * list to what is recorded. A record never carries a token, a password, a message body or a phone number.
 */
export interface Events {
  connection: {
    /** `with`: how the user logs in. */
    open: { user: string; with: 'token' | 'password' }
    /** `event`: what moved it. */
    state: { from: string; to: string; event: string }
    /** The server took the login, `ms` after the attempt began; `serverTime` where it tells its clock. */
    accepted: { version: 4 | 5; resumed: boolean; ms: number; serverTime: number | undefined }
    /** An attempt failed or a link ended. */
    refused: { name: string; verdict: string; detail: string | undefined }
    /** What was told by `onError`. */
    error: { name: string; code: number; detail: string | undefined }
    close: undefined
    destroy: undefined
  }
  socket: {
    open: { socket: number; url: string }
    opened: { socket: number; ms: number }
    closing: { socket: number; reason: string }
    /** `asked`: it was we who closed. */
    closed: { socket: number; code: number; reason: string; asked: boolean }
    failed: { socket: number; errMsg: string; errno: number | undefined }
    /** Abandoned before it opened, and not gone yet. */
    zombie: { socket: number }
    /** Given up without the platform's word. */
    writtenOff: { socket: number }
    /** The platform would not take the call of close(). */
    refused: { socket: number; errMsg: string }
  }
  slot: { wait: Slots; taken: Slots; returned: Slots }
  heartbeat: {
    /** To be answered within `patience` ms. */
    ping: { patience: number }
    /** The round trip. */
    pong: { ms: number }
  }
  app: {
    started: Readonly<Record<string, string>>
    shown: { away: number }
    hidden: undefined
    network: { connected: boolean; type: string }
    weak: { weak: boolean }
    /** The platform lacks it, and the feature is off. */
    missing: { api: string }
  }
  token: {
    fetch: undefined
    fetched: { ms: number; expiresIn: number | undefined }
    failed: { name: string; detail: string | undefined }
    willExpire: { in: number }
    expired: undefined
  }
  endpoint: {
    list: { count: number }
    failed: { detail: string }
    rotate: { url: string | undefined }
    fallback: { to: string | undefined }
  }
  /** A call that repeats by itself failed: the first time in a row. */
  rest: { failed: { what: string; name: string; detail: string | undefined } }
  message: {
    sent: { id: string }
    acked: Outcome
    failed: Outcome
    received: { id: string }
    duplicate: { id: string }
    /** It is no message of ours, or too large. */
    invalid: { from: string; wrong: unknown }
    /** Marked as control, and of a kind that this version does not know. */
    ignored: { from: string }
    /** It breaks a rule of MQTT. */
    skipped: { detail: string | undefined }
  }
  /** History and outbox. */
  store: {
    opened: { ms: number }
    failed: { detail: unknown }
    /** Lines of a file that could not be read. */
    repaired: { file: number; lost: number }
    evicted: { segment: number }
  }
  log: {
    /** A handler of the app threw. */
    listener: { event: string; message: string }
    failed: { detail: unknown }
    uploaded: { bytes: number }
  }
}

interface Slots {
  taken: number
  most: number
  max: number
}

interface Outcome {
  id: string
  code: number | undefined
}

export type Area = keyof Events
export type Fields = Readonly<Record<string, unknown>>

export interface LogRecord {
  /** Milliseconds since 1970, by the phone's clock. */
  readonly t: number
  /** 0 trace, 1 debug, 2 info, 3 warning, 4 error. */
  readonly level: 0 | 1 | 2 | 3 | 4
  readonly area: string
  readonly event: string
  readonly fields?: Readonly<Record<string, unknown>>
  /** Number of the connection within this start of the app. */
  readonly connection?: number
  /** Number of the attempt that it belongs to. */
  readonly attempt?: number
}

/** Writes one record; `fields` is called only if a level or a sink wants the record. */
export type Log = <A extends Area, E extends keyof Events[A] & string>(
  level: Level,
  area: A,
  event: E,
  ...more: Events[A][E] extends undefined
    ? [fields?: undefined, attempt?: number]
    : [fields: () => Events[A][E], attempt?: number]
) => void

/** As `Log`, without the list: for who passes records on. */
export type AnyLog = (level: Level, area: string, event: string, fields?: () => Fields, attempt?: number) => void

/** First line of every file that leaves the phone. */
export interface LogHeader {
  readonly header: 'miniprogram-im'
  /** Grows when a reader must know of a change. */
  readonly format: 1
  readonly sdk: string
  /** When the file was made, in milliseconds since 1970 by the phone's clock. */
  readonly t: number
  /** Minutes that the phone's local time is ahead of UTC. */
  readonly zone: number
  readonly device?: Readonly<Record<string, string>> | undefined
  readonly stats: Readonly<Record<string, number>>
}
