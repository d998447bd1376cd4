// Where a message of the history stands, in rising order: a status never falls, except that a failed message may be sent again.
import type { StoredMessage } from './types'

export const received = 0
export const sending = 1
export const failed = 2
export const sent = 3
export const delivered = 4
export const read = 5
/** Its sender took it back; or it was deleted on this phone, and only its place is left. Nothing is told of it any more. */
export const recalled = 6
export const deleted = 7

/** By number, as the app reads them. */
export const statusNames: readonly StoredMessage['status'][] = [
  'received',
  'sending',
  'failed',
  'sent',
  'delivered',
  'read',
  'recalled',
]
