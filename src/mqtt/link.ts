// What the parts of a session know of the link they write to.
import type { Bytes } from './codec/writer'
import type { Exchanges } from './exchanges'
import type { Limits } from './limits'
import type { Outcome } from '../protocol/session'
import type { OutgoingPublish } from './codec/publish'
import type { Qos } from './codec/packet'

/** A publish of QoS 1 or 2 on its way. */
export interface Flight {
  readonly message: OutgoingPublish
  readonly outcome: Outcome
  /** 0 until it has one. */
  id: number
  /** The link it was last sent on; 0 is none. */
  link: number
  /** QoS 2: the server has it, and only the release is open. */
  released: boolean
  /** The server may have lost the session in between without our knowing. */
  doubtful: boolean
}

/** A SUBSCRIBE, or an UNSUBSCRIBE where `qos` is undefined. */
export interface Request {
  readonly filters: readonly string[]
  readonly qos: Qos | undefined
  readonly outcome: Outcome
  /** Made by us because the server lost the session. */
  readonly restoring: boolean
}

export type Exchange = Flight | Request

export interface Link {
  readonly exchanges: Exchanges<Exchange>
  /** What the server allows; `undefined` while there is no session on a link. */
  limits: Limits | undefined
  readonly write: (bytes: Bytes) => void
}
