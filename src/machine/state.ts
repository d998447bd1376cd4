// Every state a connection can be in; each arm holds only what exists in that state.
import type { ConnectionError } from '../errors/connection-error'

/** How far this login has come and what it may still spend. Carried from attempt to attempt. */
export interface Run {
  /** Retries spent since the last earned reset. */
  readonly tries: number
  /** Retries allowed: Infinity never gives up. */
  readonly limit: number
  /** When open()'s own time-out ends it: Infinity after the first success, and where it has none. */
  readonly giveUpAt: number
  /** Set once a cause was shared by many clients: the window (ms) in which they return. */
  readonly crowd: number | undefined
  /** The attempt has a fresh token, because the one before was refused. */
  readonly refreshed?: true | undefined
  /** A session that was hardly there was said to be taken over, and is tried once more. */
  readonly doubted?: true | undefined
  /** Redirects followed since a link last earned a fresh count. */
  readonly hops: number
  /** Sessions in a row that the server accepted and ended soon without a word. */
  readonly short: number
  /** Failures in a row that were not counted. */
  readonly free: number
  /** The server has accepted this login before: it comes back by itself. Before that, a failure of open() is its end. */
  readonly proven: boolean
  /** The far side ended the link and nobody waits for anything: there is time. */
  readonly idle: boolean
  /**
   * What the network did under the attempt: it went away; it changed, and the attempt is to finish soon; or the attempt before
   * was replaced for that, and this one has its whole time.
   */
  readonly change?: 'lost' | 'pending' | 'spent' | undefined
  /** The last failure. */
  readonly cause?: ConnectionError | undefined
}

/** What to do once everything is closed. */
export type AfterClose =
  | { readonly kind: 'idle' }
  | { readonly kind: 'destroyed' }
  | { readonly kind: 'open'; readonly timeout: number | undefined }

export type State =
  /** Not logged in: before open(), and after close(). */
  | { readonly kind: 'idle' }
  /** The token and the endpoint of the next attempt are being fetched. */
  | { readonly kind: 'authorizing'; readonly run: Run; readonly until: number }
  /** The attempt waits for a socket slot. */
  | { readonly kind: 'queued'; readonly run: Run }
  /** The platform was asked for a socket. */
  | { readonly kind: 'opening'; readonly run: Run; readonly until: number }
  /** The socket is open; the server has not accepted the login yet. */
  | { readonly kind: 'handshaking'; readonly run: Run; readonly until: number }
  /** Messages flow. */
  | { readonly kind: 'online'; readonly run: Run; readonly since: number; readonly hinted: number }
  /** The next attempt is due at `until`. */
  | { readonly kind: 'waiting'; readonly run: Run; readonly until: number; readonly fresh: boolean }
  /**
   * The phone says that the app is hidden or the network is gone: no attempt is counted, and the next one is made when it says
   * otherwise, or at `defyAt` in spite of it: its word is only a hint, and it is asked again meanwhile.
   */
  | {
      readonly kind: 'paused'
      readonly run: Run
      readonly until: number
      /** When the phone's word has counted long enough. */
      readonly defyAt: number
      readonly notBefore: number
      readonly fresh: boolean
    }
  /** All retries after a drop are spent; the return of the app or of the network starts afresh. */
  | { readonly kind: 'gaveUp' }
  /** A definite refusal, or a login that did not come about: only open() starts again. */
  | { readonly kind: 'stopped' }
  /** close() or destroy(): waiting for the end of every socket, at most until `until`. */
  | { readonly kind: 'closing'; readonly until: number; readonly next: AfterClose }
  /** destroy() is done: nothing happens any more. */
  | { readonly kind: 'destroyed' }

/** Spelled out for the published types; the table in transition.ts has a row for each, which holds the two together. */
export type StateName =
  | 'idle'
  | 'authorizing'
  | 'queued'
  | 'opening'
  | 'handshaking'
  | 'online'
  | 'waiting'
  | 'paused'
  | 'gaveUp'
  | 'stopped'
  | 'closing'
  | 'destroyed'
export type In<K extends StateName> = Extract<State, { kind: K }>

/** The state, and the facts of the world that every state shares. */
export interface Machine {
  readonly state: State
  /** Number of the newest attempt; whatever bears another number is dropped. */
  readonly attempt: number
  /** On screen. */
  readonly visible: boolean
  /** The phone has a network, as far as it tells. */
  readonly connected: boolean
  /** Up to when the attempts so far are paid for (pace.ts). */
  readonly paid: number
}

export const start: Machine = { state: { kind: 'idle' }, attempt: 0, visible: true, connected: true, paid: -Infinity }

/** When the state wants to be looked at again (a `due` event); Infinity: it waits for something else. */
export const deadlineOf = (state: State): number =>
  Math.min('until' in state ? state.until : Infinity, 'run' in state ? state.run.giveUpAt : Infinity)
