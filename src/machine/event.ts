// Everything that can happen to a connection, in the past tense.
import type { Refusal } from '../protocol/refusal'

export type Event =
  // the app
  /** open() was called; `timeout` in milliseconds (<= 0: without end; undefined: autoReconnectNumMax bounds it). */
  | { readonly type: 'openCalled'; readonly timeout: number | undefined }
  /** close() was called. */
  | { readonly type: 'closeCalled' }
  /** destroy() was called. */
  | { readonly type: 'destroyCalled' }
  /** A new token is to be used and the living link cannot take it: come back with it at once. */
  | { readonly type: 'tokenReplaced' }
  /** Somebody waits for the link: a message, a publish or a call. */
  | { readonly type: 'demanded' }
  // the attempt
  /** The token and the address of the server are there. */
  | { readonly type: 'authorized'; readonly attempt: number }
  /** The app's budget has a socket for this attempt. */
  | { readonly type: 'slotGranted'; readonly attempt: number }
  /** onOpen. */
  | { readonly type: 'socketOpened'; readonly attempt: number }
  /** The server accepted the login. */
  | { readonly type: 'accepted'; readonly attempt: number }
  /** The attempt or its link has ended, whoever ended it. */
  | { readonly type: 'refused'; readonly attempt: number; readonly refusal: Refusal }
  // the world
  /** The app is on screen again, after `away` ms. */
  | { readonly type: 'shown'; readonly away: number }
  /** The app left the screen. */
  | { readonly type: 'hidden' }
  /** The network came, went or changed its kind. */
  | { readonly type: 'networkChanged'; readonly connected: boolean }
  // time and sockets
  /** The deadline of the state has passed; `late`: the phone slept over it. */
  | { readonly type: 'due'; readonly late: boolean }
  /** No socket of this connection is left. */
  | { readonly type: 'socketsGone' }

export type EventName = Event['type']
export type EventOf<E extends EventName> = Extract<Event, { type: E }>
