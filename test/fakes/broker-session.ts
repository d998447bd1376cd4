// What a broker remembers of one client id between links: subscriptions, what waits for it, what is half delivered.
import type { IPublishPacket, Packet, QoS } from 'mqtt-packet'
import { covers } from './topic-filter'

export interface Message {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: QoS
  readonly retain: boolean
  readonly properties: NonNullable<IPublishPacket['properties']>
}

/** The living link that a session delivers through. */
export interface Outlet {
  readonly receiveMaximum: number
  send(packet: Packet): void
}

interface Flight {
  readonly id: number
  readonly message: Message
  /** The client has it (PUBREC); only PUBREL and PUBCOMP are left. */
  received: boolean
}

export interface BrokerSession {
  readonly clientId: string
  readonly user: string
  readonly subscriptions: Map<string, { readonly qos: QoS; readonly noLocal: boolean }>
  /** Packet ids of QoS 2 messages from the client that it has not released yet. */
  readonly unreleased: Set<number>
  /** Messages that the client has not acknowledged. */
  readonly waiting: number
  /** When the session ends, while no link is up. */
  expiresAt: number
  /** The highest QoS that a subscription asks for this message; undefined when none covers it. */
  wants(topic: string, own: boolean): QoS | undefined
  deliver(message: Message): void
  /** A link is up: what was in flight goes again in its order, with DUP, and then what waited. */
  attach(outlet: Outlet): void
  detach(): void
  /** PUBACK, PUBREC or PUBCOMP of the client. False when nothing in flight has this id. */
  acknowledged(cmd: 'puback' | 'pubrec' | 'pubcomp', id: number, failed: boolean): boolean
}

export function createBrokerSession(clientId: string, user: string): BrokerSession {
  const subscriptions: BrokerSession['subscriptions'] = new Map()
  const flights: Flight[] = []
  const queue: Message[] = []
  let outlet: Outlet | undefined
  let lastId = 0

  function freeId(): number {
    do lastId = (lastId % 0xffff) + 1
    while (flights.some(({ id }) => id === lastId))
    return lastId
  }

  const publish = ({ id, message }: Flight, dup: boolean) =>
    outlet?.send({ cmd: 'publish', dup, messageId: id, ...message })
  const release = ({ id }: Flight) => outlet?.send({ cmd: 'pubrel', messageId: id, reasonCode: 0 })

  function pump(): void {
    while (outlet && queue.length > 0 && flights.length < outlet.receiveMaximum) {
      const flight = { id: freeId(), message: queue.shift()!, received: false }
      flights.push(flight)
      publish(flight, false)
    }
  }

  return {
    clientId,
    user,
    subscriptions,
    unreleased: new Set(),
    expiresAt: Infinity,
    get waiting() {
      return flights.length + queue.length
    },
    wants(topic, own) {
      const granted = [...subscriptions]
        .filter(([filter, { noLocal }]) => covers(filter, topic) && !(own && noLocal))
        .map(([, { qos }]) => qos)
      return granted.length > 0 ? (Math.max(...granted) as QoS) : undefined
    },
    deliver(message) {
      if (message.qos === 0) {
        outlet?.send({ cmd: 'publish', dup: false, ...message })
        return
      }
      queue.push(message)
      pump()
    },
    attach(link) {
      outlet = link
      for (const flight of flights)
        if (flight.received) release(flight)
        else publish(flight, true)
      pump()
    },
    detach: () => void (outlet = undefined),
    acknowledged(cmd, id, failed) {
      const at = flights.findIndex((flight) => flight.id === id)
      const flight = flights[at]
      if (!flight) return false
      if (cmd === 'pubrec' && !failed) {
        flight.received = true
        release(flight)
        return true
      }
      flights.splice(at, 1)
      pump()
      return true
    },
  }
}
