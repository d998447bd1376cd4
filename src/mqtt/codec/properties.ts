// The properties of MQTT 5: which exist, what they hold, and in which packets they may stand.
import {
  AUTH,
  CONNACK,
  CONNECT,
  DISCONNECT,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  PUBREC,
  PUBREL,
  SUBACK,
  SUBSCRIBE,
  UNSUBACK,
  type Properties,
} from './packet'
import * as reader from './reader'
import { PROTOCOL_ERROR, violation } from './violation'
import {
  invalid,
  textSize,
  varintSize,
  writeBinary,
  writeByte,
  writeText,
  writeUint16,
  writeUint32,
  writeVarint,
} from './writer'

// A client may not send all that it may receive. PINGREQ and PINGRESP have no properties, so their numbers are free
// to stand for the two packets where that matters.
export const SENT_PUBLISH = 12
export const SENT_DISCONNECT = 13

const FLAG = 0
const UINT16 = 1
const UINT32 = 2
const VARINT = 3
const TEXT = 4
const BINARY = 5
const PAIR = 6
/** Added to a kind of number where 0 is forbidden. */
const NOT_ZERO = 8

const sizes = [1, 2, 4]
const limits = [1, 0xffff, 0xffffffff, 0xfffffff]

const packets = (...types: number[]): number => types.reduce((mask, type) => mask | (1 << type), 0)
const message = packets(PUBLISH, SENT_PUBLISH)
const accepted = packets(CONNACK)
const both = packets(CONNECT, CONNACK)
const connect = packets(CONNECT)
const auth = packets(CONNECT, CONNACK, AUTH)

type Property = readonly [id: number, name: keyof Properties, kind: number, packets: number]

// No will (24) is here: the SDK leaves none, presence is the server's to tell.
const table: readonly Property[] = [
  [1, 'payloadFormatIndicator', FLAG, message],
  [2, 'messageExpiryInterval', UINT32, message],
  [3, 'contentType', TEXT, message],
  [8, 'responseTopic', TEXT, message],
  [9, 'correlationData', BINARY, message],
  [11, 'subscriptionIdentifier', VARINT + NOT_ZERO, packets(PUBLISH, SUBSCRIBE)],
  [17, 'sessionExpiryInterval', UINT32, both | packets(SENT_DISCONNECT)],
  [18, 'assignedClientIdentifier', TEXT, accepted],
  [19, 'serverKeepAlive', UINT16, accepted],
  [21, 'authenticationMethod', TEXT, auth],
  [22, 'authenticationData', BINARY, auth],
  [23, 'requestProblemInformation', FLAG, connect],
  [25, 'requestResponseInformation', FLAG, connect],
  [26, 'responseInformation', TEXT, accepted],
  [28, 'serverReference', TEXT, packets(CONNACK, DISCONNECT)],
  [
    31,
    'reasonString',
    TEXT,
    packets(CONNACK, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK, SENT_DISCONNECT, DISCONNECT, AUTH),
  ],
  [33, 'receiveMaximum', UINT16 + NOT_ZERO, both],
  [34, 'topicAliasMaximum', UINT16, both],
  [35, 'topicAlias', UINT16, packets(PUBLISH)],
  [36, 'maximumQoS', FLAG, accepted],
  [37, 'retainAvailable', FLAG, accepted],
  [38, 'userProperties', PAIR, -1],
  [39, 'maximumPacketSize', UINT32 + NOT_ZERO, both],
  [40, 'wildcardSubscriptionAvailable', FLAG, accepted],
  [41, 'subscriptionIdentifiersAvailable', FLAG, accepted],
  [42, 'sharedSubscriptionAvailable', FLAG, accepted],
]

const byId: (Property | undefined)[] = []
const byName: Partial<Record<string, Property>> = Object.create(null) as Partial<Record<string, Property>>
table.forEach((property) => {
  byId[property[0]] = property
  byName[property[1]] = property
})

function readValue(id: number, kind: number): unknown {
  if (kind > BINARY) return [reader.readText(), reader.readText()]
  if (kind > TEXT) return reader.readBinary()
  if (kind > VARINT) return id === 8 ? reader.readTopic() : reader.readText()
  return kind > UINT32
    ? reader.readVarint()
    : kind > UINT16
      ? reader.readUint32()
      : kind
        ? reader.readUint16()
        : reader.readByte()
}

/** Reads the properties of a packet of this type; `undefined` where there are none. */
export function readProperties(type: number): Properties | undefined {
  const size = reader.readVarint()
  if (!size) return undefined
  const found: Record<string, unknown> = {}
  reader.within(size, () => {
    while (reader.more()) {
      const id = reader.readByte()
      const property = byId[id]
      if (!property || !((property[3] >> type) & 1)) throw violation(`property ${id} not allowed`)
      const [, name, kind] = property
      const value = readValue(id, kind & 7)
      if (kind === FLAG ? (value as number) > 1 : kind > 7 && !value)
        throw violation(`value of ${name}`, PROTOCOL_ERROR)
      const earlier = found[name]
      if (kind === PAIR || id === 11) {
        if (earlier) (earlier as unknown[]).push(value)
        else found[name] = [value]
      } else {
        if (earlier !== undefined) throw violation(`${name} twice`, PROTOCOL_ERROR)
        found[name] = value
      }
    }
  })
  return found
}

function valueSize(name: string, kind: number, value: unknown): number {
  if (kind === PAIR) {
    const [key, text] = value as [string, string]
    return textSize(key, name) + textSize(text, name)
  }
  if (kind === TEXT) return textSize(value as string, name)
  if (kind === BINARY) {
    const { length } = value as Uint8Array
    if (!(length < 0x10000)) throw invalid(`${name} must be at most 65535 bytes`)
    return length + 2
  }
  if (!((value as number) >= kind >> 3 && (value as number) <= limits[kind & 7]!)) throw invalid(name)
  return sizes[kind & 7] ?? varintSize(value as number)
}

function writeValue(kind: number, value: unknown): void {
  if (kind === PAIR) (value as string[]).forEach(writeText)
  else if (kind === TEXT) writeText(value as string)
  else if (kind === BINARY) writeBinary(value as Uint8Array)
  else [writeByte, writeUint16, writeUint32, writeVarint][kind & 7]!(value as number)
}

type Given = Readonly<Record<string, unknown>> | undefined

function each(given: Given, visit: (property: Property, value: unknown) => void, type?: number): void {
  if (!given) return
  Object.keys(given).forEach((name) => {
    const property = byName[name]
    const value = given[name]
    if (value === undefined) return
    if (type !== undefined && !(property && (property[3] >> type) & 1)) throw invalid(`property ${name}`)
    if (property![2] === PAIR) (value as unknown[]).forEach((pair) => visit(property!, pair))
    else visit(property!, value)
  })
}

/** The size of these properties without the length before them; throws an Error where one may not stand. */
export function propertiesSize(given: Given, type: number): number {
  let size = 0
  each(given, ([, name, kind], value) => (size += 1 + valueSize(name, kind, value)), type)
  return size
}

/** The size of the length and of properties that take `size` bytes. */
export const withLength = (size: number): number => varintSize(size) + size

/** Writes the properties measured before; the length goes before them. */
export function writeProperties(given: Given): void {
  each(given, ([id, , kind], value) => {
    writeByte(id)
    writeValue(kind, value)
  })
}
