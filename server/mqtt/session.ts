// What the server keeps for one client id: subscriptions, what it still has to get, and the QoS 2 handshakes in both directions.
import type { Packet } from 'mqtt-packet'
import { weightOf, type Account } from '../account'
import { steadyNow } from '../clock'
import { keyOf, type Change, type Store } from '../store/store'
import type { Qos, Will } from './codec/read'
import type { Delivery } from './codec/write'
import { topicFor, type Message } from './message'
import { Queue, type Entry, type Pool } from './queue'

export interface Subscription {
  readonly destination: string
  readonly qos: Qos
  readonly noLocal: boolean
  /** The number of the last message before it began; whatever came later was handed to it. Of earlier versions: 0. */
  readonly since: number
}

/** The living connection of a session. */
export interface Outlet {
  /** Most QoS 1 and 2 messages that may be unacknowledged. */
  readonly sendMaximum: number
  /** CONNACK has left. */
  readonly ready: boolean
  readonly full: boolean
  send(packet: Packet): void
  /** Sends a PUBLISH; false when the client takes no packet of its size. */
  publish(delivery: Delivery): boolean
}

/** A will that waits for its delay. */
export interface DelayedWill {
  readonly will: Will
  /** When it is said, by the steady clock. */
  readonly due: number
}

export interface StoredSession {
  readonly id: string
  readonly app: string
  readonly user: string
  readonly expiry: number
  /** When the client left; absent while it is here, or when the server crashed meanwhile. */
  readonly leftAt?: number
  readonly delayed?: DelayedWill
  /** As earlier versions kept them; now each has a key of its own. */
  readonly subscriptions?: ReadonlyMap<string, Omit<Subscription, 'since'>>
}

export interface StoredSubscription extends Omit<Subscription, 'since'> {
  readonly since?: number
  readonly filter: string
}

const sessionKey = (id: string): string => keyOf('session', id)
const inboundKey = (id: string, packet: number): string => keyOf('inbound', id, String(packet))
const subscriptionKey = (id: string, filter: string): string => keyOf('subscription', id, filter)

export const subscriptionContents = (filter: string): number => 2 * filter.length

export class Session {
  readonly subscriptions = new Map<string, Subscription>()
  /** Packet identifiers of QoS 2 messages that the client has sent and not released yet. */
  readonly inbound = new Set<number>()
  readonly queue: Queue
  /** Seconds that it outlives its connection. */
  expiry = 0
  /** By the steady clock. */
  leftAt: number | undefined
  #delayed: DelayedWill | undefined
  #outlet: Outlet | undefined
  #inFlight = 0
  /** Filters whose subscription is not on the disk as it is here. */
  readonly #unwritten = new Set<string>()

  constructor(
    readonly id: string,
    readonly app: string,
    readonly user: string,
    private readonly store: Store,
    pool: Pool,
    private readonly account: Account,
  ) {
    this.queue = new Queue(id, pool)
  }

  /** Whose account it is on. */
  get owner(): string {
    return `${this.app}/${this.user}`
  }

  get outlet(): Outlet | undefined {
    return this.#outlet
  }

  get delayed(): DelayedWill | undefined {
    return this.#delayed
  }

  set delayed(delayed: DelayedWill | undefined) {
    if (this.#delayed) this.account.give(this.owner, 'will', willContents(this.#delayed.will))
    this.#delayed = delayed
    if (delayed) this.account.add(this.owner, 'will', willContents(delayed.will))
  }

  /** Its change on the disk; its subscriptions have their own. */
  journal(): Change {
    const { id, app, user, expiry, leftAt, delayed } = this
    const value: StoredSession = {
      id,
      app,
      user,
      expiry,
      ...(leftAt === undefined ? {} : { leftAt }),
      ...(delayed === undefined ? {} : { delayed }),
    }
    return { key: sessionKey(id), value }
  }

  /** Everything that its end takes off the disk and the account, except the queue. */
  erase(): Change[] {
    for (const filter of [...this.subscriptions.keys()]) this.unsubscribe(filter)
    const { id, inbound } = this
    const changes = [
      { key: sessionKey(id) },
      ...this.writtenSubscriptions(),
      ...[...inbound].map((packet) => ({ key: inboundKey(id, packet) })),
    ]
    for (let left = inbound.size; left > 0; left--) this.account.give(this.owner, 'handshake')
    inbound.clear()
    this.delayed = undefined
    return changes
  }

  /** False when there is no room for one more. */
  subscribe(filter: string, subscription: Subscription): boolean {
    const known = this.subscriptions.has(filter)
    if (!known && !this.account.take(this.owner, 'subscription', subscriptionContents(filter))) return false
    this.subscriptions.set(filter, subscription)
    this.#unwritten.add(filter)
    return true
  }

  /** Puts back what the disk holds. */
  restoreSubscription(filter: string, subscription: Subscription): void {
    if (!this.subscriptions.has(filter)) this.account.add(this.owner, 'subscription', subscriptionContents(filter))
    this.subscriptions.set(filter, subscription)
  }

  unsubscribe(filter: string): boolean {
    if (!this.subscriptions.delete(filter)) return false
    this.account.give(this.owner, 'subscription', subscriptionContents(filter))
    this.#unwritten.add(filter)
    return true
  }

  /** What has changed of the subscriptions since this was last asked. */
  writtenSubscriptions(): Change[] {
    const changes = [...this.#unwritten].map((filter): Change => {
      const value = this.subscriptions.get(filter)
      const key = subscriptionKey(this.id, filter)
      return value ? { key, value: { filter, ...value } satisfies StoredSubscription } : { key }
    })
    this.#unwritten.clear()
    return changes
  }

  /** Whether a message was handed to it when it came: by a subscription that was there, or because it sent it. */
  had(message: Message): boolean {
    return this.#filtersFor(message).some((filter) => {
      const { since = Infinity, noLocal = false } = this.subscriptions.get(filter) ?? {}
      return since < message.seq || (noLocal && message.sender === this.id)
    })
  }

  /**
   * How a message is to be delivered here: the highest QoS of all subscriptions that match, `silent` when only those do
   * that want nothing of their own; `undefined` when none does.
   */
  wants(message: Message): Qos | 'silent' | undefined {
    let found: Qos | 'silent' | undefined
    for (const filter of this.#filtersFor(message)) {
      const subscription = this.subscriptions.get(filter)
      if (!subscription) continue
      if (subscription.noLocal && message.sender === this.id) found ??= 'silent'
      else if (found === undefined || found === 'silent' || found < subscription.qos) found = subscription.qos
    }
    return found
  }

  #filtersFor(message: Message): string[] {
    const topic = topicFor(message, this.user)
    const destination = message.personal ? topic : message.destination
    return topic === destination ? [topic] : [`${destination}/+`, topic]
  }

  attach(outlet: Outlet): void {
    this.#outlet = outlet
    this.leftAt = undefined
    this.#inFlight = 0
    for (const entry of this.queue.entries.values()) {
      if (entry.state !== 'received') entry.state = 'waiting'
    }
  }

  /** The client is gone; the packet identifiers under way are on the disk then, so that it finds them again. */
  detach(): Change[] {
    this.#outlet = undefined
    this.leftAt = steadyNow()
    const sent = [...this.queue.entries.values()].filter(({ state, qos }) => state === 'sent' && qos === 1)
    return sent.map((entry) => this.queue.journal(entry))
  }

  /** After CONNACK: ends the QoS 2 handshakes that the last connection left open, then sends what waits. */
  resume(): void {
    for (const entry of this.queue.entries.values()) {
      if (entry.state !== 'received') continue
      this.#inFlight++
      this.#outlet?.send({ cmd: 'pubrel', messageId: entry.id })
    }
    this.pump()
  }

  /** Sends what waits, as far as the client and the link take it. */
  pump(): void {
    const outlet = this.#outlet
    if (!outlet?.ready) return
    const now = steadyNow()
    for (const entry of this.queue.entries.values()) {
      if (outlet.full || this.#inFlight >= outlet.sendMaximum || !entry.held.stored) return
      if (entry.state === 'numbered') return
      if (entry.state !== 'waiting') continue
      if (entry.held.message.expires <= now) {
        this.#drop(entry)
        continue
      }
      const fresh = entry.id === 0
      if (!this.queue.number(entry)) return
      // Exactly once: the number must outlive us before the client may answer with it.
      if (fresh && entry.qos === 2) {
        this.#number(entry, outlet)
        return
      }
      // A packet that the client cannot take counts as delivered (MQTT 5, 3.1.2.11.4).
      if (!outlet.publish(deliveryOf(entry.held.message, this.user, entry.qos, entry.id, entry.again, now))) {
        this.#drop(entry)
        continue
      }
      entry.state = 'sent'
      entry.again = true
      this.#inFlight++
    }
  }

  /** Puts the packet identifiers of this entry, and of as many QoS 2 entries behind it as fit, on the disk; then goes on. */
  #number(first: Entry, outlet: Outlet): void {
    const numbered: Entry[] = []
    let found = false
    for (const entry of this.queue.entries.values()) {
      found ||= entry === first
      if (!found || entry.state !== 'waiting') continue
      const fits = numbered.length < outlet.sendMaximum - this.#inFlight
      if (!fits || entry.qos !== 2 || !entry.held.stored || !this.queue.number(entry)) break
      entry.state = 'numbered'
      numbered.push(entry)
    }
    this.#write(
      numbered.map((entry) => this.queue.journal(entry)),
      () => {
        for (const entry of numbered) if (entry.state === 'numbered') entry.state = 'waiting'
        if (outlet === this.#outlet) this.pump()
      },
    )
  }

  /** QoS 0: now or never. */
  sendNow(message: Message): void {
    const outlet = this.#outlet
    if (!outlet?.ready || outlet.full) return
    outlet.publish(deliveryOf(message, this.user, 0, 0, false, steadyNow()))
  }

  acknowledged(id: number): void {
    const entry = this.queue.byId(id)
    if (entry?.qos !== 1 || entry.state !== 'sent') return
    this.#finish(entry)
  }

  received(id: number, reasonCode: number): void {
    const entry = this.queue.byId(id)
    const known = entry?.qos === 2 && (entry.state === 'sent' || entry.state === 'received')
    if (reasonCode >= 0x80) {
      // The client has ended it; nothing is released (MQTT 5, 4.3.3).
      if (known) this.#finish(entry)
    } else if (!known) {
      this.#outlet?.send({ cmd: 'pubrel', messageId: id, reasonCode: packetIdentifierNotFound })
    } else {
      entry.state = 'received'
      const outlet = this.#outlet
      // Only when it is on the disk: after PUBREL the client forgets the identifier, and must not see it again.
      this.#write([this.queue.journal(entry)], () => {
        if (outlet === this.#outlet) outlet?.send({ cmd: 'pubrel', messageId: id })
      })
    }
  }

  completed(id: number): void {
    const entry = this.queue.byId(id)
    if (entry?.state === 'received') this.#finish(entry)
  }

  /** Whether one more QoS 2 message of the client can be remembered. */
  mayTake(): boolean {
    return this.account.fits(this.owner, weightOf('handshake'), 'handshake')
  }

  /** Remembers a QoS 2 message of the client; the change belongs to the message's own write. */
  take(packet: number): Change {
    if (!this.inbound.has(packet)) this.account.add(this.owner, 'handshake')
    this.inbound.add(packet)
    return { key: inboundKey(this.id, packet), value: packet }
  }

  /** The client will not repeat it; false when it was not known. */
  release(packet: number): boolean {
    if (!this.inbound.delete(packet)) return false
    this.account.give(this.owner, 'handshake')
    this.#write([{ key: inboundKey(this.id, packet) }])
    return true
  }

  #finish(entry: Entry): void {
    this.#inFlight--
    this.#drop(entry)
    this.pump()
  }

  /** Done with: if a power cut undoes it, the client gets it again, as QoS 1 may, or ends the same QoS 2 handshake again. */
  #drop(entry: Entry): void {
    this.store.note(this.queue.remove(entry))
  }

  #write(changes: Change[], then: () => void = () => undefined): void {
    // A store that fails stops the whole server; there is nothing to add here.
    this.store.write(changes).then(then, () => undefined)
  }
}

const packetIdentifierNotFound = 0x92

export const willContents = ({ topic, payload, carried }: Will): number =>
  payload.length + carried.length + 2 * topic.length

function deliveryOf(message: Message, user: string, qos: Qos, messageId: number, dup: boolean, now: number): Delivery {
  const { payload, carried, mayExpire, expires } = message
  return {
    topic: topicFor(message, user),
    payload,
    carried,
    qos,
    messageId,
    dup,
    expiry: mayExpire ? Math.max(1, Math.ceil((expires - now) / 1000)) : undefined,
  }
}
