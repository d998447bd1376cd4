// What leaves: PUBLISH byte for byte as its sender wrote it, everything else by mqtt-packet; and nothing larger than the receiver takes.
import mqtt, { type Packet } from 'mqtt-packet'
import type { Qos, Version } from './read'

export interface Delivery {
  readonly topic: string
  readonly payload: Buffer
  readonly carried: Buffer
  readonly qos: Qos
  readonly messageId: number
  readonly dup: boolean
  /** Seconds that it is of use, where its sender set them. */
  readonly expiry?: number | undefined
}

const varintSize = (value: number): number => (value < 128 ? 1 : value < 16_384 ? 2 : value < 2_097_152 ? 3 : 4)

function writeVarint(bytes: Buffer, at: number, value: number): number {
  let left = value
  while (left >= 128) {
    bytes[at++] = (left & 127) | 128
    left >>>= 7
  }
  bytes[at++] = left
  return at
}

const propertiesSize = ({ carried, expiry }: Delivery, alias: number): number =>
  carried.length + (expiry === undefined ? 0 : 5) + (alias === 0 ? 0 : 3)

function bodySize(delivery: Delivery, version: Version, alias: number, known: boolean): number {
  const properties = propertiesSize(delivery, alias)
  return (
    2 +
    (known ? 0 : Buffer.byteLength(delivery.topic)) +
    (delivery.qos === 0 ? 0 : 2) +
    (version === 5 ? varintSize(properties) + properties : 0) +
    delivery.payload.length
  )
}

/** Bytes of the packet. `alias` 0: none; `known`: the receiver has heard it with its topic, which then stays out. */
export function deliverySize(delivery: Delivery, version: Version, alias = 0, known = false): number {
  const body = bodySize(delivery, version, alias, known)
  return 1 + varintSize(body) + body
}

export function writeDelivery(delivery: Delivery, version: Version, alias = 0, known = false): Buffer {
  const { topic, payload, carried, qos, messageId, dup, expiry } = delivery
  const body = bodySize(delivery, version, alias, known)
  const bytes = Buffer.allocUnsafe(1 + varintSize(body) + body)
  bytes[0] = 0x30 | (dup ? 8 : 0) | (qos << 1)
  let at = writeVarint(bytes, 1, body)
  const length = known ? 0 : bytes.write(topic, at + 2)
  at = bytes.writeUInt16BE(length, at) + length
  if (qos > 0) at = bytes.writeUInt16BE(messageId, at)
  if (version === 5) {
    at = writeVarint(bytes, at, propertiesSize(delivery, alias))
    if (alias > 0) at = bytes.writeUInt16BE(alias, bytes.writeUInt8(0x23, at))
    if (expiry !== undefined) at = bytes.writeUInt32BE(expiry, bytes.writeUInt8(0x02, at))
    at += carried.copy(bytes, at)
  }
  payload.copy(bytes, at)
  return bytes
}

/** A packet in a WebSocket frame of its own (RFC 6455, 5.2): binary, whole, and unmasked as from every server. */
export function frameOf(packet: Buffer): Buffer {
  const { length } = packet
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(head + length)
  frame[0] = 0x82
  frame[1] = head === 2 ? length : head === 4 ? 126 : 127
  if (head === 4) frame.writeUInt16BE(length, 2)
  else if (head === 10) frame.writeBigUInt64BE(BigInt(length), 2)
  packet.copy(frame, head)
  return frame
}

/** What a packet may go without, the least needed first. What CONNACK then does not tell holds all the same. */
const dispensable = [
  'reasonString',
  'userProperties',
  'topicAliasMaximum',
  'subscriptionIdentifiersAvailable',
  'sharedSubscriptionAvailable',
  'retainAvailable',
  'receiveMaximum',
  'maximumPacketSize',
  'serverKeepAlive',
  'sessionExpiryInterval',
  'authenticationMethod',
]

/** The packet, without what does not fit into `most` bytes; `undefined` when nothing of it does. */
export function writeWithin(packet: Packet, version: Version, most: number): Buffer | undefined {
  const write = (what: Packet): Buffer => {
    const bytes = mqtt.generate(what, { protocolVersion: version })
    // mqtt-packet's way of saying that it could not.
    if (bytes.length === 0) throw new Error(`${packet.cmd} cannot be written`)
    return bytes
  }
  let bytes = write(packet)
  if (bytes.length <= most || !('properties' in packet)) return bytes.length <= most ? bytes : undefined
  let properties = Object.entries(packet.properties ?? {})
  for (const name of dispensable) {
    const fewer = properties.filter(([known]) => known !== name)
    if (fewer.length === properties.length) continue
    properties = fewer
    const { properties: _all, ...bare } = packet
    bytes = write(properties.length === 0 ? bare : { ...bare, properties: Object.fromEntries(properties) })
    if (bytes.length <= most) return bytes
  }
  return undefined
}
