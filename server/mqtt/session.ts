// What the server keeps for one client id: subscriptions, what it still has to get, and the QoS 2 handshakes in both directions.
import type { IPublishPacket, Packet } from 'mqtt-packet'
import { keyOf, type Change, type Store } from '../store/store'
import type { Message } from './message'
import { Queue, type Entry, type Pool } from './queue'

export interface Subscription {
  readonly destination: string
  readonly qos: 0 | 1 | 2
  readonly noLocal: boolean
}

/** The living connection of a session. */
export interface Outlet {
  /** Most QoS 1 and 2 messages that may be unacknowledged. */
  readonly sendMaximum: number
  /** Largest packet that the client takes. */
  readonly packetBytes: number
  /** CONNACK has left. */
  readonly ready: boolean
  readonly full: boolean
  send(packet: Packet): void
  /** Sends a PUBLISH, with a topic alias where the client takes them. */
  publish(packet: IPublishPacket): void
}

export interface StoredSession {
  readonly id: string
  readonly app: string
  readonly user: string
  readonly expiry: number
  readonly subscriptions: Map<string, Subscription>
  /** When the client left; absent while it is here, or when the server crashed meanwhile. */
  readonly leftAt?: number
}

const sessionKey = (id: string): string => keyOf('session', id)
const inboundKey = (id: string, packet: number): string => keyOf('inbound', id, String(packet))

const packetIdentifierNotFound = 0x92

export class Session {
  readonly subscriptions = new Map<string, Subscription>()
  /** Packet identifiers of QoS 2 messages that the client has sent and not released yet. */
  readonly inbound = new Set<number>()
  readonly queue: Queue
  /** Seconds that it outlives its connection. */
  expiry = 0
  leftAt: number | undefined
  #outlet: Outlet | undefined
  #inFlight = 0

  constructor(
    readonly id: string,
    readonly app: string,
    readonly user: string,
    private readonly store: Store,
    pool: Pool,
  ) {
    this.queue = new Queue(id, pool, true)
  }

  get outlet(): Outlet | undefined {
    return this.#outlet
  }

  journal(): Change {
    const { id, app, user, expiry, subscriptions, leftAt } = this
    const value: StoredSession = { id, app, user, expiry, subscriptions, ...(leftAt === undefined ? {} : { leftAt }) }
    return { key: sessionKey(id), value }
  }

  /** Everything that its end takes off the disk, except the queue. */
  erase(): Change[] {
    return [{ key: sessionKey(this.id) }, ...[...this.inbound].map((packet) => ({ key: inboundKey(this.id, packet) }))]
  }

  subscriptionFor(message: { topic: string; destination: string }): Subscription | undefined {
    return this.subscriptions.get(`${message.destination}/+`) ?? this.subscriptions.get(message.topic)
  }

  attach(outlet: Outlet): void {
    this.#outlet = outlet
    this.leftAt = undefined
    this.#inFlight = 0
    for (const entry of this.queue.entries.values()) {
      if (entry.state === 'sent') entry.state = 'waiting'
    }
  }

  detach(): void {
    this.#outlet = undefined
    this.leftAt = Date.now()
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
    const now = Date.now()
    for (const entry of this.queue.entries.values()) {
      if (outlet.full || this.#inFlight >= outlet.sendMaximum || !entry.held.stored) return
      if (entry.state !== 'waiting') continue
      const { message } = entry.held
      // A packet that the client cannot take counts as delivered (MQTT 5, 3.1.2.11.4).
      if (message.expires <= now || message.payload.length + 2 * message.topic.length > outlet.packetBytes) {
        this.#drop(entry)
        continue
      }
      entry.state = 'sent'
      this.#inFlight++
      outlet.publish(packetOf(message, entry.qos, entry.id, entry.again, now))
      entry.again = true
    }
  }

  /** QoS 0: now or never. */
  sendNow(message: Message): void {
    const outlet = this.#outlet
    if (!outlet?.ready || outlet.full || message.payload.length + 2 * message.topic.length > outlet.packetBytes) return
    outlet.publish(packetOf(message, 0, 0, false, Date.now()))
  }

  acknowledged(id: number): void {
    const entry = this.queue.byId(id)
    if (entry?.qos !== 1 || entry.state !== 'sent') return
    this.#finish(entry)
  }

  received(id: number, reasonCode: number): void {
    const entry = this.queue.byId(id)
    if (entry?.qos !== 2 || entry.state === 'waiting') {
      this.#outlet?.send({ cmd: 'pubrel', messageId: id, reasonCode: packetIdentifierNotFound })
    } else if (reasonCode >= 0x80) {
      this.#finish(entry)
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

  /** Remembers a QoS 2 message of the client; the change belongs to the message's own write. */
  take(packet: number): Change {
    this.inbound.add(packet)
    return { key: inboundKey(this.id, packet), value: packet }
  }

  /** The client will not repeat it; false when it was not known. */
  release(packet: number): boolean {
    if (!this.inbound.delete(packet)) return false
    this.#write([{ key: inboundKey(this.id, packet) }])
    return true
  }

  #finish(entry: Entry): void {
    this.#inFlight--
    this.#drop(entry)
    this.pump()
  }

  #drop(entry: Entry): void {
    this.#write(this.queue.remove(entry))
  }

  #write(changes: Change[], then: () => void = () => undefined): void {
    // A store that fails stops the whole server; there is nothing to add here.
    this.store.write(changes).then(then, () => undefined)
  }
}

function packetOf(message: Message, qos: 0 | 1 | 2, messageId: number, dup: boolean, now: number): IPublishPacket {
  const seconds = Math.max(1, Math.ceil((message.expires - now) / 1000))
  return {
    cmd: 'publish',
    topic: message.topic,
    payload: message.payload,
    qos,
    dup,
    retain: false,
    ...(qos === 0 ? {} : { messageId }),
    properties: { ...message.carried, ...(message.mayExpire ? { messageExpiryInterval: seconds } : {}) },
  }
}
