// Counts what the broker really keeps, kind by kind, by looking at all of it: what the account must say. For tests.
import { weightOf, type Tally } from '../account'
import { contentsOf, type Message } from './message'
import type { Queue } from './queue'
import { sessionContents } from './registry'
import { subscriptionContents, willContents, type Session } from './session'

const kinds = ['message', 'entry', 'session', 'subscription', 'handshake', 'will'] as const
type Counted = (typeof kinds)[number]

export type Recounted = Readonly<Record<Counted, Tally>>

export function recount(sessions: Iterable<Session>, mailboxes: Iterable<Queue>): Recounted {
  const found = new Map(kinds.map((kind) => [kind, { count: 0, bytes: 0 }]))
  const count = (kind: Counted, contents = 0): void => {
    const tally = found.get(kind)!
    tally.count++
    tally.bytes += weightOf(kind, contents)
  }
  const messages = new Set<Message>()
  const queues = [...mailboxes]
  for (const session of sessions) {
    queues.push(session.queue)
    count('session', sessionContents(session.id))
    for (const filter of session.subscriptions.keys()) count('subscription', subscriptionContents(filter))
    for (let left = session.inbound.size; left > 0; left--) count('handshake')
    if (session.delayed) count('will', willContents(session.delayed.will))
  }
  for (const queue of queues) {
    for (const { held } of queue.entries.values()) {
      count('entry')
      messages.add(held.message)
    }
  }
  for (const message of messages) count('message', contentsOf(message))
  return Object.fromEntries(found) as Recounted
}
