// Everything the machine may ask for. The interpreter carries it out; the machine itself touches nothing.
import type { ConnectionError } from '../errors/connection-error'

export type Effect =
  /** Get a token (a fresh one if asked) and an endpoint; answered by `authorized` or `refused`. */
  | { readonly type: 'authorize'; readonly attempt: number; readonly fresh: boolean }
  /** Answered by `slotGranted`. */
  | { readonly type: 'takeSlot'; readonly attempt: number }
  /** Answered by `socketOpened` or `refused`. */
  | { readonly type: 'openSocket'; readonly attempt: number }
  /** Start the protocol's handshake; answered by `accepted` or `refused`. */
  | { readonly type: 'shakeHands'; readonly attempt: number }
  /** End whatever the attempt holds: its fetch, its place in the queue, its socket. */
  | { readonly type: 'abandon'; readonly attempt: number; readonly reason: string }
  /** Say good-bye on the wire and forget the session. */
  | { readonly type: 'endSession'; readonly error: ConnectionError }
  /** Tell with `socketsGone` when no socket of this connection is left (perhaps at once). */
  | { readonly type: 'awaitSockets' }
  /** Find out soon whether the link still lives. */
  | { readonly type: 'probe' }
  | { readonly type: 'queryNetwork' }
  | { readonly type: 'redirect'; readonly url: string }
  /** The first success of this open(). */
  | { readonly type: 'openSucceeded' }
  | { readonly type: 'openFailed'; readonly error: ConnectionError }
  | { readonly type: 'closeFinished'; readonly confirmed: boolean }
  // what listeners hear
  | { readonly type: 'tellConnected' }
  /** `attempt` counts from 1; one that is repeated uncounted keeps its number. */
  | {
      readonly type: 'tellReconnecting'
      readonly attempt: number
      readonly delay: number
      readonly cause: ConnectionError
    }
  | { readonly type: 'tellDisconnected'; readonly error: ConnectionError }
  | { readonly type: 'tellNetwork'; readonly connected: boolean }
