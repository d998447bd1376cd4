// Every event of a connection and what its handlers are given.
import type { ConnectionError } from '../errors/connection-error'
import type { StateName } from '../machine/state'
import type { MessageEvents } from '../messages/types'
import type { IncomingMessage, SessionInfo } from '../protocol/session'

export interface EventMap extends MessageEvents {
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
}

export type EventName = keyof EventMap
export type Listener<E extends EventName> = (payload: EventMap[E]) => void
export type Handlers = { readonly [E in EventName]?: Listener<E> }
