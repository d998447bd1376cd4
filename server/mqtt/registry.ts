// Every session and mailbox there is, by client id and by user; and how they come back after a restart.
import type { Account } from '../account'
import { steadyNow } from '../clock'
import type { Change, Store } from '../store/store'
import type { Qos } from './codec/read'
import { copyOf, messageFrom, type Message } from './message'
import { createPool, isDone, Queue, queueKey, type Pool, type StoredEntry, type StoredMessage } from './queue'
import { Session, type StoredSession, type StoredSubscription } from './session'
import type { Identity } from './topics'

/** A session that wants a message, and how; `silent`: it listens, but not to itself. */
export interface Listener {
  readonly session: Session
  readonly qos: Qos | 'silent'
}

export interface Registry {
  readonly pool: Pool
  readonly sessions: ReadonlyMap<string, Session>
  /** What waits for users no session of whom listens, by `org/app/user`. */
  readonly mailboxes: Map<string, Queue>
  sessionsOf(who: Identity): Session[]
  /** Sessions of the user that want this message. */
  listeners(who: Identity, message: Message): Listener[]
  mailboxOf(who: Identity): Queue
  /** `undefined`: there is no room for one more. */
  create(clientId: string, who: Identity): Session | undefined
  /** Ends a session. Unless the client wanted that, what it still had to get waits for the user's next one. */
  end(session: Session, keepMessages: boolean): Change[]
}

export const userKey = ({ app, user }: Identity): string => `${app}/${user}`

export const empty = (queue: Queue): Change[] => [...queue.entries.values()].flatMap((entry) => queue.remove(entry))

export const sessionContents = (clientId: string): number => 2 * clientId.length

/** Also answers the number of the last message that is known. */
export async function openRegistry(store: Store, account: Account): Promise<{ registry: Registry; seq: number }> {
  const pool = createPool(account)
  const sessions = new Map<string, Session>()
  const byUser = new Map<string, Set<Session>>()
  const mailboxes = new Map<string, Queue>()

  function mailbox(key: string): Queue {
    const known = mailboxes.get(key) ?? new Queue(`@${key}`, pool)
    mailboxes.set(key, known)
    return known
  }

  function open(clientId: string, who: Identity): Session {
    const session = new Session(clientId, who.app, who.user, store, pool, account)
    sessions.set(clientId, session)
    byUser.set(userKey(who), (byUser.get(userKey(who)) ?? new Set()).add(session))
    return session
  }

  const registry: Registry = {
    pool,
    sessions,
    mailboxes,
    sessionsOf: (who) => [...(byUser.get(userKey(who)) ?? [])],
    listeners(who, message) {
      const found: Listener[] = []
      for (const session of byUser.get(userKey(who)) ?? []) {
        const qos = session.wants(message)
        if (qos !== undefined) found.push({ session, qos })
      }
      return found
    },
    mailboxOf: (who) => mailbox(userKey(who)),
    create: (clientId, who) =>
      account.take(userKey(who), 'session', sessionContents(clientId)) ? open(clientId, who) : undefined,
    end(session, keepMessages) {
      sessions.delete(session.id)
      const siblings = byUser.get(userKey(session))
      siblings?.delete(session)
      if (siblings?.size === 0) byUser.delete(userKey(session))
      const changes: Change[] = []
      if (keepMessages) {
        for (const { state, held, qos } of session.queue.entries.values()) {
          const others = registry.listeners(session, held.message)
          if (state === 'received' || others.some((other) => other.session.had(held.message))) continue
          // Those that came later never had it; without any, it waits for the next one.
          const takers = others.flatMap((other) =>
            other.qos === 1 || other.qos === 2 ? [{ queue: other.session.queue, most: other.qos }] : [],
          )
          if (takers.length === 0) changes.push(...registry.mailboxOf(session).add(held, qos))
          for (const { queue, most } of takers) changes.push(...queue.add(held, qos === 2 ? most : 1))
        }
      }
      account.give(userKey(session), 'session', sessionContents(session.id))
      return [...changes, ...empty(session.queue), ...session.erase()]
    },
  }

  const now = steadyNow()
  let seq = 0
  const changes: Change[] = []
  for await (const [, value] of store.read('session')) {
    const { id, app, user, expiry, subscriptions, leftAt, delayed } = value as StoredSession
    account.add(`${app}/${user}`, 'session', sessionContents(id))
    const session = open(id, { app, user })
    session.expiry = expiry
    // Whoever was connected when the last run ended left at that moment; and nobody leaves in the future.
    session.leftAt = Math.min(leftAt ?? now, now)
    if (delayed) {
      const { will, due } = delayed
      const own = { ...will, payload: copyOf(Buffer.from(will.payload)), carried: copyOf(Buffer.from(will.carried)) }
      session.delayed = { will: own, due: Math.min(due, now + will.delay * 1000) }
    }
    if (!subscriptions) continue
    for (const [filter, subscription] of subscriptions) session.subscribe(filter, { ...subscription, since: 0 })
    changes.push(session.journal(), ...session.writtenSubscriptions())
  }
  const ownerOf = (key: string): string => decodeURIComponent(key.split('/')[1] ?? '')
  for await (const [key, value] of store.read('subscription')) {
    const { filter, ...subscription } = value as StoredSubscription
    const session = sessions.get(ownerOf(key))
    if (session) session.restoreSubscription(filter, { ...subscription, since: subscription.since ?? 0 })
    else changes.push({ key })
  }
  for await (const [key, value] of store.read('inbound')) {
    const session = sessions.get(ownerOf(key))
    if (session) session.take(value as number)
    else changes.push({ key })
  }
  /** Who waits for a message and has a key of their own for that, by its number. */
  const keyed = new Map<number, Map<string, StoredEntry>>()
  for await (const [key, value] of store.read('queue')) {
    const entry = value as StoredEntry
    const owner = ownerOf(key)
    if (!owner.startsWith('@') && !sessions.has(owner)) changes.push({ key })
    else keyed.set(entry.seq, (keyed.get(entry.seq) ?? new Map<string, StoredEntry>()).set(owner, entry))
  }
  const numberOf = (key: string): number => Number(key.split('/')[1])
  const doneOf = new Map<number, Uint8Array>()
  for await (const [key, value] of store.read('done')) doneOf.set(numberOf(key), Uint8Array.from(value as Uint8Array))
  const queueOf = (owner: string): Queue | undefined =>
    owner.startsWith('@') ? mailbox(owner.slice(1)) : sessions.get(owner)?.queue

  // In the order of their numbers, so that every queue is in order.
  for await (const [, value] of store.read('message')) {
    const message = messageFrom(value)
    seq = Math.max(seq, message.seq)
    const { receivers = [], granted } = value as Partial<StoredMessage>
    const done = doneOf.get(message.seq)
    const own = keyed.get(message.seq)
    const held = pool.restore(message, receivers.length, done)
    for (const [place, owner] of receivers.entries()) {
      if (isDone(done, place)) continue
      const entry = own?.get(owner)
      own?.delete(owner)
      const qos = granted?.[place] === 2 ? 2 : 1
      queueOf(owner)?.restore(
        held,
        place,
        entry !== undefined,
        entry ?? { seq: message.seq, qos, id: 0, received: false },
      )
    }
    for (const [owner, entry] of own ?? []) queueOf(owner)?.restore(held, -1, true, entry)
    if (held.references === 0) changes.push(...pool.drop(held))
    keyed.delete(message.seq)
  }
  for (const [number, owners] of keyed)
    for (const owner of owners.keys()) changes.push({ key: queueKey(owner, number) })
  // Numbers begin anew when no message is left: what comes now is later than any subscription.
  for (const session of sessions.values()) {
    for (const [filter, subscription] of session.subscriptions)
      if (subscription.since > seq) session.subscribe(filter, { ...subscription, since: seq })
    changes.push(...session.writtenSubscriptions())
  }
  for (const session of [...sessions.values()]) {
    if (session.expiry === 0) changes.push(...registry.end(session, true))
  }
  await store.write(changes)
  return { registry, seq }
}
