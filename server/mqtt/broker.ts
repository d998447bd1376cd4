// Routes messages and keeps sessions: a message is on the disk, in every queue it belongs to, before its sender hears of it.
import { Refused } from '../refusals'
import type { Change, Store } from '../store/store'
import type { Limits } from '../limits'
import type { Accounts } from '../accounts/accounts'
import type { Groups } from '../groups/groups'
import { weightOf, type Carried, type Message } from './message'
import { messageKey, type Held, type Queue } from './queue'
import { empty, openRegistry, userKey } from './registry'
import type { Session } from './session'
import {
  destinationKey,
  mayPublish,
  maySubscribe,
  type Destination,
  type Identity,
  type IsMember,
  type MayNot,
} from './topics'

export interface Draft {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: 0 | 1 | 2
  readonly carried: Carried
  /** Seconds, when the sender set them. */
  readonly expiry?: number | undefined
}

export type NotSent = MayNot | 'noSuchUser' | 'full'

/** What the operator sees of it. */
export interface BrokerFigures {
  readonly sessions: number
  /** Messages that wait for anyone, and their bytes. */
  readonly waiting: number
  readonly waitingBytes: number
  /** Messages since the start: accepted, and handed to clients. */
  readonly published: number
  readonly delivered: number
}

export interface Broker {
  figures(): BrokerFigures
  /** A message went out to a client; for the figures. */
  handedOver(): void
  /** Sessions of a user, connected or not, and how many messages wait until one of them listens. */
  of(who: Identity): { sessions: readonly Session[]; waiting: number }
  /** The session of a client id, new or resumed; resolves when it is on the disk. */
  open(
    who: Identity,
    clientId: string,
    wish: { clean: boolean; expiry: number },
  ): { session: Session; present: boolean; stored: Promise<void> }
  /** The client is gone; its session lives on as long as it asked for. */
  leave(session: Session): void
  /** Why not, or a promise that resolves when the message is on the disk. `also` is written with it, or alone when nobody receives. */
  publish(who: Identity, clientId: string, draft: Draft, also: () => Change[]): NotSent | Promise<void>
  /** The server's own word to a user. */
  tell(app: string, user: string, body: object): void
  subscribe(session: Session, filter: string, qos: 0 | 1 | 2, noLocal: boolean): MayNot | 'full' | undefined
  unsubscribe(session: Session, filter: string): boolean
  /** Puts changed subscriptions on the disk, and into the queue what came for them while no session listened. */
  settle(session: Session): Promise<void>
  /** A user is gone: sessions, waiting messages, everything. */
  forget(app: string, user: string): void
  /** What is due: sessions that nobody came back to, messages that nobody fetched. */
  sweep(now: number): void
}

export async function openBroker(store: Store, accounts: Accounts, groups: Groups, limits: Limits): Promise<Broker> {
  const opened = await openRegistry(store)
  const { sessions, mailboxes, pool } = opened.registry
  const { listeners, mailboxOf, sessionsOf, create, end } = opened.registry
  let { seq } = opened
  const before = seq
  let delivered = 0
  let sweptSessions = Date.now()
  let sweptMailboxes = Date.now()

  const isMember: IsMember = (app, group, user) => groups.isMember(app, group, user)
  const write = (changes: Change[]): Promise<void> => (changes.length === 0 ? Promise.resolve() : store.write(changes))
  /** For changes that nobody waits for. A store that fails stops the whole server. */
  const journal = (changes: Change[]): void => void write(changes).catch(() => undefined)

  function receiversOf({ app, kind, name }: Destination): Iterable<string> | undefined {
    if (kind === 'g') return groups.membersOf(app, name)
    const user = accounts.user(app, name)
    return user && user.status !== 'removed' && user.status !== 'closed' ? [name] : undefined
  }

  function route(
    to: Destination,
    sender: Identity | undefined,
    clientId: string,
    draft: Draft,
    also: () => Change[],
  ): NotSent | Promise<void> {
    const receivers = receiversOf(to)
    if (!receivers) return 'noSuchUser'
    const at = Date.now()
    const message: Message = {
      seq: seq + 1,
      topic: draft.topic,
      destination: destinationKey(to),
      payload: draft.payload,
      qos: draft.qos,
      sender: clientId,
      at,
      expires: at + Math.min(draft.expiry ?? limits.sessionSeconds, limits.sessionSeconds) * 1000,
      mayExpire: draft.expiry !== undefined,
      carried: draft.carried,
    }

    const now: Session[] = []
    const later: { queue: Queue; qos: 1 | 2; session?: Session }[] = []
    for (const user of receivers) {
      const found = listeners({ app: to.app, user }, message)
      for (const { session, subscription } of found) {
        if (subscription.noLocal && clientId === session.id) continue
        const qos = Math.min(draft.qos, subscription.qos)
        if (qos === 0) now.push(session)
        else later.push({ queue: session.queue, qos: qos === 2 ? 2 : 1, session })
      }
      if (found.length === 0 && draft.qos > 0 && user !== sender?.user) {
        later.push({ queue: mailboxOf({ app: to.app, user }), qos: draft.qos === 2 ? 2 : 1 })
      }
    }

    if (later.length > 0 && pool.bytes + weightOf(message) > limits.queuedBytes) return 'full'
    const overfull = later.filter(({ queue }) => queue.size >= limits.queuedMessages)
    // To one receiver: the sender is told. In a group, whoever does not fetch must not silence all others: the oldest goes.
    if (overfull.length > 0 && to.kind !== 'g') return 'full'

    seq = message.seq
    for (const session of now) session.sendNow(message)
    if (later.length === 0) return write(also())

    const held: Held = pool.hold(message, false)
    const changes: Change[] = [{ key: messageKey(message.seq), value: message }]
    for (const { queue } of overfull) {
      const [oldest] = queue.entries.values()
      if (oldest?.state === 'waiting') changes.push(...queue.remove(oldest))
    }
    for (const { queue, qos } of later) changes.push(...queue.add(held, qos))
    return write([...changes, ...also()]).then(() => {
      held.stored = true
      for (const { session } of later) session?.pump()
    })
  }

  /** Takes subscriptions away that the user has no right to any more, and what waits unfetched. */
  function withdraw(app: string, user: string, destination: string): void {
    const changes: Change[] = []
    for (const session of sessionsOf({ app, user })) {
      const before = session.subscriptions.size
      for (const [filter, subscription] of session.subscriptions) {
        if (subscription.destination === destination) session.subscriptions.delete(filter)
      }
      if (session.subscriptions.size < before) changes.push(session.journal())
    }
    const mailbox = mailboxes.get(userKey({ app, user }))
    for (const entry of mailbox?.entries.values() ?? []) {
      if (entry.held.message.destination === destination) changes.push(...mailbox!.remove(entry))
    }
    journal(changes)
  }

  const broker: Broker = {
    figures: () => ({
      sessions: sessions.size,
      waiting: pool.messages,
      waitingBytes: pool.bytes,
      published: seq - before,
      delivered,
    }),

    handedOver() {
      delivered++
    },

    of: (who) => ({ sessions: sessionsOf(who), waiting: mailboxes.get(userKey(who))?.size ?? 0 }),

    open(who, clientId, { clean, expiry }) {
      const changes: Change[] = []
      let session = sessions.get(clientId)
      const present = session !== undefined && !clean
      if (session && clean) {
        changes.push(...end(session, false))
        session = undefined
      }
      if (!session) {
        const own = sessionsOf(who)
        if (own.length >= limits.sessionsPerUser) {
          const [stalest] = own.filter(({ outlet }) => !outlet).sort((a, b) => (a.leftAt ?? 0) - (b.leftAt ?? 0))
          if (!stalest) throw new Refused('unavailable', `a user may have ${limits.sessionsPerUser} sessions`)
          changes.push(...end(stalest, true))
        }
        if (sessions.size >= limits.sessions)
          throw new Refused('unavailable', 'the server has room for no more sessions', 60)
        session = create(clientId, who)
      }
      session.expiry = Math.min(expiry, limits.sessionSeconds)
      session.leftAt = undefined
      changes.push(session.journal())
      return { session, present, stored: write(changes) }
    },

    leave(session) {
      session.detach()
      if (sessions.get(session.id) !== session) return
      journal(session.expiry === 0 ? end(session, true) : [session.journal()])
    },

    publish(who, clientId, draft, also) {
      const to = mayPublish(who, draft.topic, isMember)
      return typeof to === 'string' ? to : route(to, who, clientId, draft, also)
    },

    tell(app, user, body) {
      const to: Destination = { app, kind: 's', name: user }
      const payload = Buffer.from(JSON.stringify(body))
      const told = route(to, undefined, '', { topic: destinationKey(to), payload, qos: 1, carried: {} }, () => [])
      if (told instanceof Promise) told.catch(() => undefined)
    },

    subscribe(session, filter, qos, noLocal) {
      const to = maySubscribe(session, filter, isMember)
      if (typeof to === 'string') return to
      if (!session.subscriptions.has(filter) && session.subscriptions.size >= limits.subscriptionsPerSession)
        return 'full'
      session.subscriptions.set(filter, { destination: destinationKey(to), qos, noLocal })
      return undefined
    },

    unsubscribe: (session, filter) => session.subscriptions.delete(filter),

    settle(session) {
      if (sessions.get(session.id) !== session) return Promise.resolve()
      const mailbox = mailboxes.get(userKey(session))
      const changes: Change[] = [session.journal()]
      for (const entry of mailbox?.entries.values() ?? []) {
        const subscription = session.subscriptionFor(entry.held.message)
        if (!subscription || subscription.qos === 0) continue
        const qos = Math.min(entry.qos, subscription.qos) === 2 ? 2 : 1
        changes.push(...session.queue.add(entry.held, qos), ...mailbox!.remove(entry))
      }
      if (mailbox?.size === 0) mailboxes.delete(userKey(session))
      return write(changes)
    },

    forget(app, user) {
      const key = userKey({ app, user })
      const changes = sessionsOf({ app, user }).flatMap((session) => end(session, false))
      const mailbox = mailboxes.get(key)
      if (mailbox) changes.push(...empty(mailbox))
      mailboxes.delete(key)
      journal(changes)
    },

    sweep(now) {
      if (now - sweptSessions < 1000) return
      sweptSessions = now
      const changes: Change[] = []
      for (const session of sessions.values()) {
        if (session.outlet || session.leftAt === undefined || session.leftAt + session.expiry * 1000 > now) continue
        changes.push(...end(session, true))
      }
      if (now - sweptMailboxes > 60_000) {
        sweptMailboxes = now
        for (const [key, mailbox] of mailboxes) {
          for (const entry of mailbox.entries.values()) {
            if (entry.held.message.expires <= now) changes.push(...mailbox.remove(entry))
          }
          if (mailbox.size === 0) mailboxes.delete(key)
        }
      }
      journal(changes)
    },
  }

  groups.onEvent(({ type, group, users, by }) => {
    const destination = destinationKey({ app: group.app, kind: 'g', name: group.id })
    for (const user of users) {
      if (type !== 'group.added') withdraw(group.app, user, destination)
      if (user !== by) broker.tell(group.app, user, { type, group: group.id, groupname: group.name, by })
    }
  })

  return broker
}
