// One order of messages on every phone, whatever their clocks say: docs/decisions/0060.
// Each message carries a number that is above every number its sender had seen in the conversation (a hybrid logical
// clock): an answer is never above its question, and both phones sort by the same two facts.
import type { StoredMessage } from 'miniprogram-im'

type Ordered = Pick<StoredMessage, 'id' | 'time' | 'ext'>

/** Of a client that sends no number, the time stands in. */
export const numberOf = ({ ext, time }: Ordered): number => {
  const number = ext?.order
  return typeof number === 'number' && Number.isFinite(number) ? number : time
}

/** Earlier first. */
export const inOrder = (a: Ordered, b: Ordered): number => numberOf(a) - numberOf(b) || (a.id < b.id ? -1 : 1)

/** The number of a message that is written now, after those. */
export const orderAfter = (seen: readonly Ordered[], now = Date.now()): { readonly order: number } => ({
  order: seen.reduce((most, message) => Math.max(most, numberOf(message) + 1), now),
})
