// The shape of a log record and the list of everything that is ever recorded. The report (bin/) reads this same list.

/** 0 TRACE, 1 DEBUG, 2 INFO, 3 WARN, 4 ERROR. */
export type Level = 0 | 1 | 2 | 3 | 4

/** Every event by its area. A record never carries a token, a password, a message body or a phone number. */
export interface Events {
  /** state {from, to, code?, detail?} · attempt {url} · delay {delay, code} · accepted {resumed, version, ms} ·
   *  refused {code, name, verdict, detail, by} · dropped {code, name, detail, by} · open {user, with} · close · closed {confirmed} · destroy */
  connection:
    | 'state'
    | 'attempt'
    | 'delay'
    | 'accepted'
    | 'refused'
    | 'dropped'
    | 'open'
    | 'close'
    | 'closed'
    | 'destroy'
    | 'error'
  /** {socket} on each · open {url} · opened {ms} · closing {reason} · closed {code, reason, asked, ms} · failed {errMsg, errno} ·
   *  zombie · writtenOff · refused {errMsg} (the platform would not take the call) */
  socket: 'open' | 'opened' | 'closing' | 'closed' | 'failed' | 'zombie' | 'writtenOff' | 'refused'
  /** {taken, max} on each */
  slot: 'wait' | 'taken' | 'returned' | 'exhausted'
  /** ping {patience} · pong {ms} · dead {silence} */
  heartbeat: 'ping' | 'pong' | 'dead'
  /** started {sdk, platform, model, system, client, baseLibrary, appId, appVersion} · shown {away} · hidden · network {connected, type} · weak {weak} · missing {api} (the platform lacks it, the feature is off) */
  app: 'started' | 'shown' | 'hidden' | 'network' | 'weak' | 'missing'
  /** fetch · fetched {ms, expiresIn?} · failed {code, detail} · willExpire {in} · expired · renewed · refused {code} */
  token: 'fetch' | 'fetched' | 'failed' | 'willExpire' | 'expired' | 'renewed' | 'refused'
  /** list {count} · failed {detail} · rotate {url} · fallback {to} */
  endpoint: 'list' | 'failed' | 'rotate' | 'fallback'
  /** failed {what, name, detail} */
  rest: 'failed'
  /** {id} on each, never a body */
  message:
    'queued' | 'sent' | 'acked' | 'failed' | 'received' | 'duplicate' | 'invalid' | 'skipped' | 'cancelled' | 'expired'
  /** history and outbox: opened {ms, conversations} · failed {detail} · repaired {file, lost} · evicted {count} */
  store: 'opened' | 'failed' | 'repaired' | 'evicted'
  /** listener {message} (a handler of the app threw) · flushed {bytes} · failed {detail} · uploaded {bytes} */
  log: 'listener' | 'flushed' | 'failed' | 'uploaded'
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
export type Log = <A extends Area>(
  level: Level,
  area: A,
  event: Events[A],
  fields?: () => Fields,
  attempt?: number,
) => void

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
