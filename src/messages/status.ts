// Where a message of the history stands, in rising order: a status never falls, except that a failed message may be sent again.
import type { MessageStatus } from './types'

export const received = 0
export const sending = 1
export const failed = 2
export const sent = 3
export const delivered = 4
export const read = 5

/** By number, as the app reads them. */
export const statusNames: readonly MessageStatus[] = ['received', 'sending', 'failed', 'sent', 'delivered', 'read']
