// A broker small enough to be believed: it keeps a session, holds the client to the protocol, and a link to it can be
// cut at any packet. It hands a QoS 2 message on when it is released, as Mosquitto and aedes do.
import { parsed, wire, type Said } from './stage'

interface Open {
  readonly id: number
  readonly payload: string
  readonly qos: 1 | 2
  sent: boolean
  received: boolean
}

export interface ModelBroker {
  /** Everything the broker handed on, in its order. */
  readonly delivered: string[]
  /** Called when the broker loses the session. */
  onLoss: () => void
  /** What the client did against the protocol; empty. */
  readonly violations: string[]
  /** A fresh link; the session is kept, or lost before. */
  connect(kept: boolean, receiveMaximum: number): void
  cut(): void
  /** Bytes of the client, to be read later. */
  receive(bytes: ArrayBuffer): void
  /** Reads the next packet of the client; false when there is none. */
  read(): boolean
  /** Takes the next packet for the client off the wire. */
  take(): ArrayBuffer | undefined
  publish(payload: string, qos: 0 | 1 | 2): void
}

export function createModelBroker(): ModelBroker {
  const delivered: string[] = []
  const violations: string[] = []
  let incoming: Record<string, unknown>[] = []
  let outgoing: ArrayBuffer[] = []
  let online = false
  /** CONNECT of this link was read. */
  let ready = false
  /** What a link starts with once its CONNECT is read. */
  let plan = { kept: true, receiveMaximum: 10 }
  let known = false
  /** QoS 2 of the client that is not released yet. */
  let held = new Map<number, string>()
  /** Exchanges of the client that are open on this link. */
  let openHere = new Set<number>()
  let open: Open[] = []
  let last = 0

  const say = (packet: Said): void => {
    if (online) outgoing.push(wire(packet, 5))
  }
  const send = (message: Open): void => {
    if (message.received) say({ cmd: 'pubrel', messageId: message.id })
    else
      say({
        cmd: 'publish',
        topic: 't',
        payload: message.payload,
        qos: message.qos,
        messageId: message.id,
        dup: message.sent,
      })
    message.sent = true
  }

  function publishRead(packet: Record<string, unknown>): void {
    const payload = String(packet.payload)
    const id = packet.messageId as number
    if (packet.qos === 0) delivered.push(payload)
    else {
      if (openHere.has(id)) violations.push(`id ${id} used while it is open`)
      openHere.add(id)
      if (openHere.size > plan.receiveMaximum) violations.push('receive maximum exceeded')
      if (packet.qos === 1) {
        delivered.push(payload)
        openHere.delete(id)
        say({ cmd: 'puback', messageId: id })
      } else {
        const earlier = held.get(id)
        if (earlier !== undefined && (earlier !== payload || !packet.dup)) violations.push(`id ${id} reused`)
        held.set(id, payload)
        say({ cmd: 'pubrec', messageId: id })
      }
    }
  }

  function handle(packet: Record<string, unknown>): void {
    const id = packet.messageId as number
    switch (packet.cmd) {
      case 'connect': {
        const kept = plan.kept && known
        known = true
        ready = true
        if (!kept) {
          self.onLoss()
          held = new Map()
          open = []
        }
        say({
          cmd: 'connack',
          reasonCode: 0,
          sessionPresent: kept,
          properties: { receiveMaximum: plan.receiveMaximum, topicAliasMaximum: 0 },
        })
        open.forEach(send)
        break
      }
      case 'publish':
        publishRead(packet)
        break
      case 'pubrel': {
        const payload = held.get(id)
        if (payload !== undefined) delivered.push(payload)
        held.delete(id)
        openHere.delete(id)
        say({ cmd: 'pubcomp', messageId: id, reasonCode: payload === undefined ? 0x92 : 0 })
        break
      }
      case 'pubrec': {
        const message = open.find((its) => its.id === id)
        if (message) {
          message.received = true
          send(message)
        }
        break
      }
      case 'puback':
      case 'pubcomp':
        open = open.filter((its) => its.id !== id)
        break
      default:
        violations.push(`unexpected ${String(packet.cmd)}`)
    }
  }

  const self: ModelBroker = {
    onLoss: () => undefined,
    delivered,
    violations,
    connect(kept, receiveMaximum) {
      plan = { kept, receiveMaximum }
      online = true
      openHere = new Set()
    },
    cut() {
      online = false
      ready = false
      incoming = []
      outgoing = []
    },
    receive(bytes) {
      incoming.push(...parsed(bytes, 5))
    },
    read() {
      const packet = incoming.shift()
      if (packet) handle(packet)
      return packet !== undefined
    },
    take: () => outgoing.shift(),
    publish(payload, qos) {
      if (qos === 0) {
        if (ready) say({ cmd: 'publish', topic: 't', payload, qos })
        return
      }
      const message: Open = { id: (last = (last % 65535) + 1), payload, qos, sent: false, received: false }
      open.push(message)
      if (ready) send(message)
    },
  }
  return self
}
