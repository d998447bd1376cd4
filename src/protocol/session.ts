// What the connection knows of any wire protocol: a session that outlives links, fed with bytes and the time.
import type { ConnectionError } from '../errors/connection-error'
import type { Refusal } from './refusal'

export interface Credentials {
  readonly userName: string
  readonly clientId: string
  readonly token: string
}

/** What the server told when it accepted the session. */
export interface SessionInfo {
  /** The server still had the session: nothing sent meanwhile is lost. */
  readonly resumed: boolean
  readonly protocolVersion: 4 | 5
  readonly clientId: string
  /** Milliseconds since 1970 by the server's clock, where it tells. */
  readonly serverTime?: number | undefined
  /** The server's properties for people and logs; `undefined` in MQTT 3.1.1. */
  readonly properties?: Readonly<Record<string, unknown>> | undefined
}

export interface IncomingMessage {
  readonly topic: string
  /** A view into what the platform received: to be read or copied before the call ends. */
  readonly payload: Uint8Array
  readonly qos: 0 | 1 | 2
  readonly retain: boolean
  readonly dup: boolean
  readonly properties?: Readonly<Record<string, unknown>> | undefined
}

export interface OutgoingMessage {
  readonly topic: string
  /** In QoS 1 and 2 not to be changed until the outcome is known: it may have to be sent again. */
  readonly payload: string | Uint8Array
  readonly qos: 0 | 1 | 2
  readonly retain?: boolean
  readonly properties?: Readonly<Record<string, unknown>>
}

/** Called once: without an error when the server has it, else with why not. */
export type Outcome = (error?: ConnectionError) => void

/** What a session asks of the connection. Calls come only from inside a call into the session, never from a timer. */
export interface SessionHost {
  /** Hands bytes to the socket: one exact buffer with everything that one event produced. */
  send(bytes: ArrayBuffer): void
  accepted(info: SessionInfo): void
  /** The handshake failed or the server ended the session; `undefined` detail means that the link is to be dropped. */
  refused(refusal: Refusal): void
  /**
   * A message; `acknowledge` tells the server that it is taken care of (QoS 1 and 2; in order of arrival, whatever the order
   * of the calls). Until then the server keeps it; on a link of the past it does nothing, and the server sends it again.
   */
  message(message: IncomingMessage, acknowledge: () => void): void
  /** A message that breaks a rule of the protocol was left out, and the server told so; `error` says which and why. */
  skipped(error: ConnectionError): void
  /** A ping leaves, to be answered within `patience` ms. */
  pinged(patience: number): void
  /** A ping was answered; `roundTrip` in milliseconds. */
  alive(roundTrip: number): void
  /** The server took the new token (MQTT 5 re-authentication), or did not. */
  reauthenticated(refusal?: Refusal): void
  /** The server lost the session and now refuses a subscription that it had granted; `error` names it. */
  unsubscribed(error: ConnectionError): void
}

/** One protocol session; outlives any number of links. Pure: no timer, no clock; `now` is passed in. */
export interface Session {
  /** The protocol version to remember for this server and to `start` with next time; 5 unless it is certain. */
  readonly protocolVersion: 4 | 5
  /**
   * Starts the handshake on a fresh link. `remembered` is what `protocolVersion` was for this server before; give it when
   * the server is new to this session, and not on every start, because the session learns.
   */
  start(credentials: Credentials, now: number, remembered?: 4 | 5): void
  /**
   * Bytes from the link, in any chunks; what answers them leaves with `flush`. What breaks the protocol (a string does)
   * ends the link; the same again in the next session, soon after its login, makes the one after it start anew.
   */
  receive(data: ArrayBuffer | string, now: number): void
  /**
   * The link is gone; in-flight messages wait for the next one. `closed` is what its end means by itself; what comes back
   * is what it means together with what the session knows: in 3.1.1 CONNACK says that the login failed and the close
   * reason why, and a first close before CONNACK that is `deliberate` (the server's own, for no reason that we know:
   * `mayRefuseVersion` in close-codes) is news about the version it speaks, worth another attempt at once, uncounted.
   */
  linkLost(closed?: Refusal, deliberate?: boolean): Refusal
  /** Publishes when online; else the outcome is NotConnected. In flight, it survives lost links. */
  publish(message: OutgoingMessage, outcome: Outcome, now: number): void
  /** Remembered, and restored whenever the server lost the session. Without a link: remembered, outcome when it is done. */
  subscribe(filters: readonly string[], qos: 0 | 1 | 2, outcome: Outcome, now: number): void
  unsubscribe(filters: readonly string[], outcome: Outcome, now: number): void
  /** Something waits for the server's answer, or for a link. */
  pending(): boolean
  /** Asks the server for a sign of life, to be answered within `patience` ms. */
  probe(patience: number, now: number): void
  /** When `tick` wants to be called next; Infinity: not at all. */
  deadline(): number
  /** Lets what is due happen: a ping, or the finding that the link is dead. */
  tick(now: number): void
  /** Time passed that nobody saw (the app was frozen): deadlines shift, so that our sleep is not the server's silence. */
  slept(duration: number): void
  /** Sends everything that calls since the last flush have produced. */
  flush(): void
  /** Offers the server a new token on the living link; false where the protocol cannot. */
  reauthenticate(token: string, now: number): boolean
  /** Says good-bye on the wire (the socket is closed by the connection). */
  end(): void
  /** Forgets everything: in-flight outcomes fail with `error`, subscriptions are dropped. */
  reset(error: ConnectionError): void
}
