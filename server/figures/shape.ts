// What `GET /admin/figures` and `GET /admin/history` answer: the one description that the server and the console's page share.
// Types alone, and nothing of Node, since the page knows none.
import type { Kind, Tally } from '../account'

/** A figure and what it cannot or should not pass. */
export interface Bounded {
  readonly value: number
  readonly bound: number
}

export interface CodeCount {
  readonly code: number
  /** Refused at login or by REST, and ended while connected. */
  readonly refused: number
  readonly ended: number
  /** Milliseconds since 1970. */
  readonly last: number
}

export interface WebhookFigures {
  /** Users whom the backend has still to be told of. */
  readonly pending: number
  /** Calls since the start: those that the backend took, and notices that were given up. */
  readonly delivered: number
  readonly givenUp: number
  /** Milliseconds since 1970, and what it was; gone with the next success. */
  readonly lastError?: { readonly at: number; readonly why: string }
}

export interface Figures {
  /** Milliseconds since 1970. */
  readonly now: number
  readonly started: number
  readonly online: Bounded
  readonly sessions: Bounded
  readonly users: Bounded
  /** Messages that wait for their receivers. */
  readonly waiting: number
  readonly waitingBytes: Bounded
  /** Bytes in memory that clients make the server keep, as the account books them, of those that they may; and what they are for. */
  readonly held: Bounded
  readonly heldBy: Readonly<Record<Kind, Tally>>
  /** Bytes of the process, of what this machine (or container) has. */
  readonly memory: Bounded
  /** Bytes of JavaScript's heap, of what Node allows. */
  readonly heap: Bounded
  /** Bytes of the data folder, of those that it may have, or of what the disk has room for where that is less. */
  readonly disk: Bounded
  /** Nothing new is kept until there is room again. */
  readonly diskFull: boolean
  /** Milliseconds that the event loop was late at the 99th percentile of the last ten seconds. */
  readonly lag: number
  /** Since the start. */
  readonly totals: {
    readonly logins: number
    readonly refused: number
    readonly published: number
    readonly delivered: number
    readonly messagesRefused: number
  }
  readonly codes: readonly CodeCount[]
  /** Where there is one. */
  readonly webhook?: WebhookFigures
}

/** `logins`, `refused`: in the span; `published`, `delivered`: a second. */
export type SeriesName =
  'online' | 'logins' | 'refused' | 'published' | 'delivered' | 'waitingBytes' | 'held' | 'memory' | 'disk' | 'lag'

export interface Series<Name extends string = SeriesName> {
  /** Seconds that one value stands for. */
  readonly every: number
  /** When the last value was taken, milliseconds since 1970; 0 while there is none. */
  readonly until: number
  /** Oldest first, all of the same length. */
  readonly values: Readonly<Record<Name, readonly number[]>>
}
