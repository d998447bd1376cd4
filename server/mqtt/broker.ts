// Routes messages and keeps sessions: a message is on the disk, in every queue it belongs to, before its sender hears of it.
import { Refused } from '../refusals'
import type { Account } from '../account'
import type { Archive } from '../archive/archive'
import { steadyNow } from '../clock'
import type { Change, Store } from '../store/store'
import type { Limits } from '../limits'
import type { Accounts } from '../accounts/accounts'
import type { Groups } from '../groups/groups'
import type { Qos, Said, Will } from './codec/read'
import { followGroups, type Speak } from './group-word'
import { copyOf, type Message } from './message'
import { handOut, type Queue, type Receiver } from './queue'
import { recount, type Recounted } from './recount'
import { empty, openRegistry, userKey } from './registry'
import type { Session } from './session'
import {
  destinationKey,
  mayPublish,
  maySubscribe,
  serverName,
  type Destination,
  type Identity,
  type IsMember,
  type MayNot,
} from './topics'

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
  /** Whether any client of the user is connected. */
  isOnline(who: Identity): boolean
  /** What no client of the user has acknowledged yet, each message once, in its order. */
  waitingFor(who: Identity): Message[]
  /** Told of each user of whom no client is connected and for whom a message has just been kept, or left behind. */
  onWaiting(listener: (who: Identity) => void): void
  /** Sessions of a user, connected or not, and how many messages wait until one of them listens. */
  of(who: Identity): { sessions: readonly Session[]; waiting: number }
  /** The session of a client id, new or resumed; resolves when it is on the disk. */
  open(
    who: Identity,
    clientId: string,
    wish: { clean: boolean; expiry: number },
  ): { session: Session; present: boolean; stored: Promise<void> }
  /** The client is gone; its session lives on as long as it asked for. Its will, if it is still wanted, waits for its delay. */
  leave(session: Session, will: Will | undefined): void
  /** Why not, or a promise that resolves when the message is on the disk. `also` is written with it, or alone when nobody receives. */
  publish(who: Identity, clientId: string, said: Said, also: () => Change[]): NotSent | Promise<void>
  /**
   * The server's own word to users of an app: kept once for all of them, on the account of whoever caused it. `must`: also
   * when that is full, because what it tells has happened.
   */
  tell(app: string, users: readonly string[], body: object, by: string, must?: boolean): void
  subscribe(session: Session, filter: string, qos: Qos, noLocal: boolean): MayNot | 'full' | undefined
  unsubscribe(session: Session, filter: string): boolean
  /** Puts changed subscriptions on the disk, and into the queue what came for them while no session listened. */
  settle(session: Session): Promise<void>
  /** A user is gone: sessions, waiting messages, everything. */
  forget(app: string, user: string): void
  /** What is due: wills, sessions that nobody came back to, messages that nobody fetched. */
  sweep(now: number): void
  /** Counts what is really here, kind by kind, by looking at all of it: what the account must say. For tests. */
  recount(): Recounted
}

export async function openBroker(
  store: Store,
  account: Account,
  accounts: Accounts,
  groups: Groups,
  limits: Limits,
  archive?: Archive,
  /** What else has to be done with a message that was taken, before its sender hears that it was. */
  alsoDone: (who: Identity, to: Destination, payload: Buffer) => Promise<unknown> | undefined = () => undefined,
): Promise<Broker> {
  const opened = await openRegistry(store, account)
  const { sessions, mailboxes, pool } = opened.registry
  const { listeners, mailboxOf, sessionsOf, create, end } = opened.registry
  let { seq } = opened
  const before = seq
  let delivered = 0
  let sweptSessions = steadyNow()
  let sweptMailboxes = steadyNow()
  let waiting: ((who: Identity) => void) | undefined
  const delayedWills = new Set([...sessions.values()].filter(({ delayed }) => delayed))

  const isMember: IsMember = (app, group, user) => groups.isMember(app, group, user)
  const write = (changes: Change[]): Promise<void> => (changes.length === 0 ? Promise.resolve() : store.write(changes))
  /** For changes that nobody waits for. A store that fails stops the whole server. */
  const journal = (changes: Change[]): void => void write(changes).catch(() => undefined)

  function receiversOf({ app, kind, name }: Destination): Iterable<string> | undefined {
    if (kind === 'g') return groups.membersOf(app, name)
    const user = accounts.user(app, name)
    return user && user.status !== 'removed' && user.status !== 'closed' ? [name] : undefined
  }

  const messageOf = (said: Said, to: Destination, from: { sender: string; owner: string }): Message => ({
    seq: seq + 1,
    topic: said.topic,
    personal: false,
    destination: destinationKey(to),
    payload: said.payload,
    carried: said.carried,
    qos: said.qos,
    ...from,
    expires: steadyNow() + Math.min(said.expiry ?? limits.sessionSeconds, limits.sessionSeconds) * 1000,
    mayExpire: said.expiry !== undefined,
  })

  /** Puts a message into every queue it belongs to, and on the disk. A promise: then it is there, and on its way. */
  function route(
    draft: Message,
    to: { app: string; users: Iterable<string>; crowd: boolean; except?: string; must?: boolean },
    also: () => Change[],
  ): 'full' | Promise<void> {
    const now: Session[] = []
    const later: (Receiver & { readonly user: string; readonly session?: Session })[] = []
    for (const user of to.users) {
      const found = listeners({ app: to.app, user }, draft)
      for (const { session, qos } of found) {
        if (qos === 'silent') continue
        const granted = Math.min(draft.qos, qos)
        if (granted === 0) now.push(session)
        else later.push({ user, queue: session.queue, qos: granted === 2 ? 2 : 1, session })
      }
      if (found.length === 0 && draft.qos > 0 && user !== to.except) {
        later.push({ user, queue: mailboxOf({ app: to.app, user }), qos: draft.qos === 2 ? 2 : 1 })
      }
    }

    const overfull = later.filter(({ queue }) => queue.size >= limits.queuedMessages)
    // To one receiver: the sender is told. In a group, whoever does not fetch must not silence all others: the oldest goes.
    if (overfull.length > 0 && !to.crowd) return 'full'
    if (later.length === 0) {
      seq = draft.seq
      for (const session of now) session.sendNow(draft)
      return write(also())
    }

    // What is kept is a copy: the packet is a view into a frame that may be much larger.
    const message = { ...draft, payload: copyOf(draft.payload), carried: copyOf(draft.carried) }
    const held = pool.hold(message, later.length, to.must ?? false)
    if (!held) {
      for (const { queue, session } of later) if (!session && queue.size === 0) forgetMailbox(queue)
      return 'full'
    }
    seq = message.seq
    for (const session of now) session.sendNow(message)
    const changes: Change[] = []
    for (const { queue } of overfull) {
      const [oldest] = queue.entries.values()
      if (oldest?.state === 'waiting') changes.push(...queue.remove(oldest))
    }
    changes.push(handOut(held, later))
    return write([...changes, ...also()]).then(() => {
      held.stored = true
      for (const { session } of later) session?.pump()
      if (waiting) for (const { user } of later) tellWaiting({ app: to.app, user })
    })
  }

  const forgetMailbox = ({ owner }: Queue): void => void mailboxes.delete(owner.slice(1))

  const tellWaiting = (who: Identity): void => {
    if (waiting && !broker.isOnline(who)) waiting(who)
  }

  /** Ends a session, and says the will that waited for that. */
  function close(session: Session, keepMessages: boolean): void {
    const changes = [...sayDelayed(session), ...end(session, keepMessages)]
    // What it still had to get may wait for others of the user now.
    const pump = (): void => sessionsOf(session).forEach((other) => other.pump())
    write(changes).then(pump, () => undefined)
  }

  /** A will that nobody waits for: what happens to it, its sender cannot be told. */
  function say(session: Session, will: Will): void {
    const sent = broker.publish(session, session.id, will, () => [])
    if (sent instanceof Promise) sent.catch(() => undefined)
  }

  function sayDelayed(session: Session): Change[] {
    delayedWills.delete(session)
    const { delayed } = session
    if (!delayed) return []
    session.delayed = undefined
    say(session, delayed.will)
    return [session.journal()]
  }

  /** Takes subscriptions away that the user has no right to any more, and what waits unfetched. */
  function withdraw(app: string, user: string, destination: string): void {
    const changes: Change[] = []
    for (const session of sessionsOf({ app, user })) {
      for (const [filter, subscription] of session.subscriptions) {
        if (subscription.destination === destination) session.unsubscribe(filter)
      }
      changes.push(...session.writtenSubscriptions())
    }
    const mailbox = mailboxes.get(userKey({ app, user }))
    for (const entry of mailbox?.entries.values() ?? []) {
      if (entry.held.message.destination === destination) changes.push(...mailbox!.remove(entry))
    }
    journal(changes)
  }

  const speak: Speak = (to, { users, body, by, must }) => {
    const { app, kind } = to
    const topic = kind === 'g' ? `${destinationKey(to)}/${serverName}` : destinationKey(to)
    const said: Said = { topic, payload: Buffer.from(JSON.stringify(body)), qos: 1, carried: Buffer.alloc(0) }
    const message = messageOf(said, to, { sender: '', owner: userKey({ app, user: by }) })
    const spoken = route({ ...message, personal: kind === 's' }, { app, users, crowd: true, must }, () => [])
    if (spoken instanceof Promise) spoken.catch(() => undefined)
  }

  const broker: Broker = {
    figures() {
      const { message, entry } = account.tally()
      return {
        sessions: sessions.size,
        waiting: message.count,
        waitingBytes: message.bytes + entry.bytes,
        published: seq - before,
        delivered,
      }
    },

    handedOver() {
      delivered++
    },

    isOnline: (who) => sessionsOf(who).some(({ outlet }) => outlet !== undefined),

    waitingFor(who) {
      const found = new Map<number, Message>()
      const queues = [mailboxes.get(userKey(who)), ...sessionsOf(who).map(({ queue }) => queue)]
      const now = steadyNow()
      for (const queue of queues) {
        for (const { held, state } of queue?.entries.values() ?? [])
          if (state !== 'received' && held.message.expires > now) found.set(held.message.seq, held.message)
      }
      return [...found.values()].sort((a, b) => a.seq - b.seq)
    },

    onWaiting(listener) {
      waiting = listener
    },

    of: (who) => ({ sessions: sessionsOf(who), waiting: mailboxes.get(userKey(who))?.size ?? 0 }),

    open(who, clientId, { clean, expiry }) {
      let session = sessions.get(clientId)
      const present = session !== undefined && !clean
      if (session && clean) {
        close(session, false)
        session = undefined
      }
      if (!session) {
        const own = sessionsOf(who)
        if (own.length >= limits.sessionsPerUser) {
          const [stalest] = own.filter(({ outlet }) => !outlet).sort((a, b) => (a.leftAt ?? 0) - (b.leftAt ?? 0))
          if (!stalest) throw new Refused('unavailable', `a user may have ${limits.sessionsPerUser} sessions`)
          close(stalest, true)
        }
        session = sessions.size < limits.sessions ? create(clientId, who) : undefined
        if (!session) throw new Refused('unavailable', 'the server has room for no more sessions', 60)
      }
      // Back in time: the will that waited is not said.
      delayedWills.delete(session)
      session.delayed = undefined
      const lasts = Math.min(expiry, limits.sessionSeconds)
      // One that comes back as it was is on the disk already: nothing to wait for.
      const asBefore = present && session.expiry === lasts
      session.expiry = lasts
      session.leftAt = undefined
      const stored = write([session.journal()])
      if (asBefore) stored.catch(() => undefined)
      return { session, present, stored: asBefore ? Promise.resolve() : stored }
    },

    leave(session, will) {
      const changes = session.detach()
      const alive = sessions.get(session.id) === session
      const delay = alive && will ? Math.min(will.delay, session.expiry) : 0
      if (will && delay === 0) say(session, will)
      if (!alive) return
      if (will && delay > 0) {
        session.delayed = { will, due: steadyNow() + delay * 1000 }
        delayedWills.add(session)
      }
      if (session.expiry === 0) close(session, true)
      else journal([...changes, session.journal()])
      tellWaiting({ app: session.app, user: session.user })
    },

    publish(who, clientId, said, also) {
      const to = mayPublish(who, said.topic, isMember)
      if (typeof to === 'string') return to
      const users = receiversOf(to)
      if (!users) return 'noSuchUser'
      const draft = messageOf(said, to, { sender: clientId, owner: userKey(who) })
      const kept = archive?.keeps(to, said.payload)
      // What goes into the archive is there before its sender hears of it, as in every queue; until then it is booked as one that waits.
      const holding = kept && account.hold(userKey(who), 'message', kept.payload.length)
      if (kept && !holding) return 'full'
      const sent = route(draft, { app: to.app, users, crowd: to.kind === 'g', except: who.user }, also)
      if (sent === 'full') holding?.close()
      if (sent === 'full') return sent
      const done = alsoDone(who, to, said.payload)
      if (!archive && !done) return sent
      return Promise.all([sent, archive?.keep(kept), done])
        .finally(() => holding?.close())
        .then(() => undefined)
    },

    tell: (app, users, body, by, must = false) => speak({ app, kind: 's', name: '' }, { users, body, by, must }),

    subscribe(session, filter, qos, noLocal) {
      const to = maySubscribe(session, filter, isMember)
      if (typeof to === 'string') return to
      if (!session.subscriptions.has(filter) && session.subscriptions.size >= limits.subscriptionsPerSession)
        return 'full'
      const since = session.subscriptions.get(filter)?.since ?? seq
      return session.subscribe(filter, { destination: destinationKey(to), qos, noLocal, since }) ? undefined : 'full'
    },

    unsubscribe: (session, filter) => session.unsubscribe(filter),

    settle(session) {
      if (sessions.get(session.id) !== session) return Promise.resolve()
      const mailbox = mailboxes.get(userKey(session))
      const changes = session.writtenSubscriptions()
      for (const entry of mailbox?.entries.values() ?? []) {
        const wanted = session.wants(entry.held.message)
        if (wanted === undefined || wanted === 'silent' || wanted === 0) continue
        const qos = Math.min(entry.qos, wanted) === 2 ? 2 : 1
        changes.push(...session.queue.add(entry.held, qos), ...mailbox!.remove(entry))
      }
      if (mailbox?.size === 0) mailboxes.delete(userKey(session))
      return write(changes)
    },

    forget(app, user) {
      const key = userKey({ app, user })
      const changes = sessionsOf({ app, user }).flatMap((session) => {
        // A user who is gone says nothing more.
        delayedWills.delete(session)
        return end(session, false)
      })
      const mailbox = mailboxes.get(key)
      if (mailbox) changes.push(...empty(mailbox))
      mailboxes.delete(key)
      journal(changes)
    },

    sweep(now) {
      for (const session of delayedWills) {
        if (session.delayed && session.delayed.due <= now) journal(sayDelayed(session))
      }
      if (now - sweptSessions < 1000) return
      sweptSessions = now
      const changes: Change[] = []
      for (const session of sessions.values()) {
        if (session.outlet || session.leftAt === undefined || session.leftAt + session.expiry * 1000 > now) continue
        close(session, true)
      }
      if (now - sweptMailboxes > 60_000) {
        sweptMailboxes = now
        groups.sweep(now)
        for (const [key, mailbox] of mailboxes) {
          for (const entry of mailbox.entries.values()) {
            if (entry.held.message.expires <= now) changes.push(...mailbox.remove(entry))
          }
          if (mailbox.size === 0) mailboxes.delete(key)
        }
      }
      journal(changes)
    },

    recount: () => recount(sessions.values(), mailboxes.values()),
  }

  followGroups(groups, { withdraw, speak, devices: (app, user) => sessionsOf({ app, user }).length })
  return broker
}
