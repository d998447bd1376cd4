// Every session and mailbox there is, by client id and by user; and how they come back after a restart.
import type { Change, Store } from '../store/store'
import type { Message } from './message'
import { createPool, messageKey, Queue, type Held, type Pool, type StoredEntry } from './queue'
import { Session, type StoredSession, type Subscription } from './session'
import type { Identity } from './topics'

export interface Listener {
  readonly session: Session
  readonly subscription: Subscription
}

export interface Registry {
  readonly pool: Pool
  readonly sessions: ReadonlyMap<string, Session>
  /** What waits for users no session of whom listens, by `org/app/user`. */
  readonly mailboxes: Map<string, Queue>
  sessionsOf(who: Identity): Session[]
  /** Sessions of the user that want this message. */
  listeners(who: Identity, message: { topic: string; destination: string }): Listener[]
  mailboxOf(who: Identity): Queue
  create(clientId: string, who: Identity): Session
  /** Ends a session. Unless the client wanted that, what it still had to get waits for the user's next one. */
  end(session: Session, keepMessages: boolean): Change[]
}

export const userKey = ({ app, user }: Identity): string => `${app}/${user}`

export const empty = (queue: Queue): Change[] => [...queue.entries.values()].flatMap((entry) => queue.remove(entry))

/** Also answers the number of the last message that is known. */
export async function openRegistry(store: Store): Promise<{ registry: Registry; seq: number }> {
  const pool = createPool()
  const sessions = new Map<string, Session>()
  const byUser = new Map<string, Set<Session>>()
  const mailboxes = new Map<string, Queue>()

  function mailbox(key: string): Queue {
    const known = mailboxes.get(key) ?? new Queue(`@${key}`, pool, false)
    mailboxes.set(key, known)
    return known
  }

  const registry: Registry = {
    pool,
    sessions,
    mailboxes,
    sessionsOf: (who) => [...(byUser.get(userKey(who)) ?? [])],
    listeners(who, message) {
      const found: Listener[] = []
      for (const session of byUser.get(userKey(who)) ?? []) {
        const subscription = session.subscriptionFor(message)
        if (subscription) found.push({ session, subscription })
      }
      return found
    },
    mailboxOf: (who) => mailbox(userKey(who)),
    create(clientId, who) {
      const session = new Session(clientId, who.app, who.user, store, pool)
      sessions.set(clientId, session)
      byUser.set(userKey(who), (byUser.get(userKey(who)) ?? new Set()).add(session))
      return session
    },
    end(session, keepMessages) {
      sessions.delete(session.id)
      const siblings = byUser.get(userKey(session))
      siblings?.delete(session)
      if (siblings?.size === 0) byUser.delete(userKey(session))
      const changes: Change[] = []
      if (keepMessages) {
        for (const { state, held, qos } of session.queue.entries.values()) {
          if (state === 'received' || registry.listeners(session, held.message).length > 0) continue
          changes.push(...registry.mailboxOf(session).add(held, qos))
        }
      }
      return [...changes, ...empty(session.queue), ...session.erase()]
    },
  }

  const now = Date.now()
  let seq = 0
  const messages = new Map<number, Held>()
  for await (const [, value] of store.read('message')) {
    const message = value as Message
    seq = Math.max(seq, message.seq)
    messages.set(message.seq, pool.hold(message, true))
  }
  for await (const [, value] of store.read('session')) {
    const { id, app, user, expiry, subscriptions, leftAt } = value as StoredSession
    const session = registry.create(id, { app, user })
    for (const [filter, subscription] of subscriptions) session.subscriptions.set(filter, subscription)
    session.expiry = expiry
    // Whoever was connected when the last run ended left at that moment.
    session.leftAt = leftAt ?? now
  }
  const ownerOf = (key: string): string => decodeURIComponent(key.split('/')[1] ?? '')
  for await (const [key, value] of store.read('inbound')) sessions.get(ownerOf(key))?.inbound.add(value as number)
  const leftOver: Change[] = []
  for await (const [key, value] of store.read('queue')) {
    const entry = value as StoredEntry
    const owner = ownerOf(key)
    const held = messages.get(entry.seq)
    const queue = owner.startsWith('@') ? mailbox(owner.slice(1)) : sessions.get(owner)?.queue
    if (held && queue) queue.restore(held, entry)
    else leftOver.push({ key })
  }
  for (const [number, { references }] of messages) {
    if (references === 0) leftOver.push({ key: messageKey(number) })
  }
  for (const session of [...sessions.values()]) {
    if (session.expiry === 0) leftOver.push(...registry.end(session, true))
  }
  await store.write(leftOver)
  return { registry, seq }
}
