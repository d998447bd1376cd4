// What becomes of a message whose sender takes it back: who may, for how long, and what is left of it.
import type { Row } from './journal'
import { tombstone, type AnyMessage } from './message'
import { recalled } from './status'

/** What is known of the messages of one sender in one conversation, so that nobody can recall those of others. */
export interface Past {
  find(id: string): { readonly message: AnyMessage; readonly status: number } | undefined
  /** Whether it came before, as far as is remembered. */
  seen(id: string): boolean
  /** The row that leaves a tombstone in its place. */
  recall(id: string): Row
}

/** A sender's clock may have been corrected in between, and another of its devices may have another. */
const slack = 300_000

/** Both times are the sender's, so that a recall counts however late it arrives. */
export const isTooLate = (message: AnyMessage, now: number, maxAge: number): boolean => now - message.time > maxAge

/** Rows for the history when a recall arrives; `undefined`: it changes nothing. */
export const recallArrives = (recall: AnyMessage, past: Past, maxAge: number): readonly Row[] | undefined => {
  const id = recall.mid as string
  const known = past.find(id)
  if (known && (known.status >= recalled || isTooLate(known.message, recall.time, maxAge + slack))) return undefined
  // Ahead of its message: a tombstone waits in its place, and the message will be one that came before.
  const early: Row[] = known || past.seen(id) ? [] : [['m', tombstone({ ...recall, id }), recalled]]
  return [...early, past.recall(id)]
}
