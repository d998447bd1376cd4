// Every event of a connection and what its handlers are given.
import type { ConnectionError } from '../errors/connection-error'
import type { StateName } from '../machine/state'
import type { IncomingMessage, SessionInfo } from '../protocol/session'

export interface ConnectionEvents {
  /** The server accepted the login, or the link came back. `resumed`: it still had the session, nothing of the meantime is lost. */
  onConnected: SessionInfo
  /** The link is down, or could not be made: the next attempt (from 1) follows in `delay` ms. */
  onReconnecting: { readonly attempt: number; readonly delay: number; readonly cause: ConnectionError }
  /** It will not come back by itself, but for the return of the app or the network after retries ran out. */
  onDisconnected: ConnectionError
  /** The phone has a network again. */
  onOnline: undefined
  /** The phone lost its network. */
  onOffline: undefined
  /** Four fifths of the token's life are over; `remaining` in milliseconds. With a tokenProvider it is renewed by itself. */
  onTokenWillExpire: { readonly remaining: number }
  onTokenExpired: undefined
  /** Something failed that belongs to no call of the app. */
  onError: ConnectionError
  onStateChange: { readonly from: StateName; readonly to: StateName }
  /** Every PUBLISH that is no message of ours: for what the app subscribed itself. `payload` is valid during the call only. */
  onRawMessage: IncomingMessage
  /**
   * `count` messages for the user wait for the messages part: nobody took them yet, the server keeps them too. Called at every
   * change, with 0 once the part took them. Without the messages part only.
   */
  onWaiting: { readonly count: number }
}

export type ListenerOf<Events, E extends keyof Events> = (payload: Events[E]) => void
export type HandlersOf<Events> = { readonly [E in keyof Events]?: ListenerOf<Events, E> }
