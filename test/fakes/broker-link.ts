// One link as a broker sees it: packets out of frames and into frames, the limits that both sides set, keep-alive.
import {
  generate,
  parser,
  writeToStream,
  type IConnackPacket,
  type IConnectPacket,
  type Packet,
  type PacketCmd,
} from 'mqtt-packet'
import type { Clock, TimerId } from '../../simulator/core/clock'
import type { MemoryPeer } from '../../simulator/links/memory-link'
import { isValidFilter } from './topic-filter'

writeToStream.cacheNumbers = false // else the first packet costs 65,536 buffers

/** How the broker sends at the moment; shared by all links, and changed between packets. */
export interface Mood {
  readonly delay: number
  readonly fragment: number
  readonly aliases: boolean
  readonly lost: Map<PacketCmd, number>
  readonly distort: (bytes: Buffer, packet: Packet) => Buffer
}

export interface BrokerLinkEvents {
  packet(packet: Packet): void
  /** The client did what MQTT forbids. */
  violation(what: string, reasonCode: number): void
  ended(): void
}

export interface BrokerLink {
  /** Of the client, from its CONNECT on. */
  version: 4 | 5
  /** How many unacknowledged messages the client takes. */
  readonly receiveMaximum: number
  send(packet: Packet): void
  sendBytes(bytes: Buffer): void
  close(code: number, reason: string): void
  freeze(): void
  /** Seconds; the link ends after one and a half times this silence. 0: never. */
  keepAlive(seconds: number): void
  limit(limits: {
    peer: NonNullable<IConnectPacket['properties']>
    own: NonNullable<IConnackPacket['properties']>
  }): void
}

export function createBrokerLink(peer: MemoryPeer, clock: Clock, mood: Mood, events: BrokerLinkEvents): BrokerLink {
  const parse = parser()
  const aliases = new Map<number, string>()
  const ownAliases = new Map<string, number>()
  /** Messages of the client (QoS 1 and 2) that are not acknowledged to their end. */
  const open = new Set<number>()
  let patience = 0
  let alarm: TimerId | undefined
  let busyUntil = 0
  let over = false
  let [receiveMaximum, maximumPacketSize, topicAliasMaximum] = [0xffff, Infinity, 0]
  let own: NonNullable<IConnackPacket['properties']> = {}

  function later(run: () => void): void {
    const at = Math.max(clock.now() + mood.delay, busyUntil) // a smaller delay must not overtake
    busyUntil = at
    if (at > clock.now()) clock.setTimeout(run, at - clock.now())
    else run()
  }

  function transmit(bytes: Buffer): void {
    const size = mood.fragment || bytes.length
    for (let at = 0; at < bytes.length; at += size) peer.send(exact(bytes.subarray(at, at + size)))
  }

  /** The second message of a topic carries the alias instead. */
  function shortened(packet: Packet): Packet {
    if (packet.cmd !== 'publish' || !mood.aliases) return packet
    const known = ownAliases.get(packet.topic)
    if (known !== undefined) return { ...packet, topic: '', properties: { ...packet.properties, topicAlias: known } }
    if (ownAliases.size >= topicAliasMaximum) return packet
    ownAliases.set(packet.topic, ownAliases.size + 1)
    return { ...packet, properties: { ...packet.properties, topicAlias: ownAliases.size } }
  }

  function watch(): void {
    if (alarm !== undefined) clock.clearTimeout(alarm)
    alarm = undefined
    if (patience > 0 && !over) alarm = clock.setTimeout(() => link.end(0x8d), patience)
  }

  function check(packet: Packet): void {
    if (packet.cmd === 'publish') {
      const alias = packet.properties?.topicAlias
      if (alias !== undefined) {
        if (alias === 0 || alias > (own.topicAliasMaximum ?? 0))
          return events.violation(`topic alias ${String(alias)}`, 0x94)
        if (packet.topic) aliases.set(alias, packet.topic)
        packet.topic = aliases.get(alias) ?? ''
      }
      if (!packet.topic || /[+#]/.test(packet.topic)) return events.violation(`publish to '${packet.topic}'`, 0x90)
      if (packet.qos > 0) {
        const id = packet.messageId ?? 0
        if (id === 0) return events.violation('packet id 0', 0x81)
        if (open.has(id) && !packet.dup) return events.violation(`packet id ${String(id)} used again too early`, 0x82)
        open.add(id)
        if (open.size > (own.receiveMaximum ?? 0xffff))
          return events.violation('more in flight than the server takes', 0x93)
      }
    }
    if (packet.cmd === 'subscribe' && !packet.subscriptions.every(({ topic }) => isValidFilter(topic)))
      return events.violation('a malformed topic filter', 0x8f)
    if ((packet.length ?? 0) > (own.maximumPacketSize ?? Infinity)) return events.violation('a packet too large', 0x95)
    events.packet(packet)
  }

  parse.on('packet', (packet) => {
    if (!over) check(packet)
  })
  parse.on('error', (error: Error) => {
    if (!over) events.violation(error.message, 0x81)
  })

  peer.onMessage = (data) => {
    watch()
    if (typeof data === 'string') events.violation('a text frame', 0x81)
    else parse.parse(Buffer.from(data))
  }
  peer.onClose = () => {
    over = true
    watch()
    events.ended()
  }

  const link = {
    version: 5 as 4 | 5,
    get receiveMaximum() {
      return receiveMaximum
    },
    send(packet: Packet) {
      const lost = mood.lost.get(packet.cmd) ?? 0
      if (lost > 0) {
        mood.lost.set(packet.cmd, lost - 1)
        return
      }
      const bytes = generate(shortened(packet), { protocolVersion: link.version })
      if (bytes.length === 0) throw new Error(`mqtt-packet cannot write ${JSON.stringify(packet)}`)
      if (bytes.length > maximumPacketSize) return
      later(() => {
        const done =
          packet.cmd === 'puback' ||
          packet.cmd === 'pubcomp' ||
          (packet.cmd === 'pubrec' && (packet.reasonCode ?? 0) >= 0x80)
        if (done) open.delete(packet.messageId!)
        transmit(mood.distort(bytes, packet))
      })
    },
    sendBytes: (bytes: Buffer) => later(() => transmit(bytes)),
    close(code: number, reason: string) {
      over = true
      later(() => (code === 1006 ? peer.terminate() : peer.close(code, reason)))
    },
    /** The client was silent for too long. */
    end(reasonCode: number) {
      if (link.version === 5) link.send({ cmd: 'disconnect', reasonCode })
      link.close(1000, '')
    },
    freeze: () => peer.freeze(),
    keepAlive(seconds: number) {
      patience = seconds * 1500
      watch()
    },
    limit(limits: Parameters<BrokerLink['limit']>[0]) {
      own = limits.own
      receiveMaximum = limits.peer.receiveMaximum ?? 0xffff
      maximumPacketSize = limits.peer.maximumPacketSize ?? Infinity
      topicAliasMaximum = limits.peer.topicAliasMaximum ?? 0
    },
  }
  return link
}

const exact = (bytes: Buffer) =>
  bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
