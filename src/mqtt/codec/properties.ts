// The properties of MQTT 5: which exist, what they hold, and in which packets they may stand.
import { noProperties } from './answer'
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
  type Version,
} from './packet'
import * as reader from './reader'
import { PROTOCOL_ERROR, violation } from './violation'
import { invalid, writeByte, writeField, writeSized, writeUint16, writeUint32, writeVarint } from './writer'

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

const writers = [writeByte, writeUint16, writeUint32, writeVarint]
const limits = [1, 0xffff, 0xffffffff, 0xfffffff]

const TOPIC_ALIAS = 35

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
  [TOPIC_ALIAS, 'topicAlias', UINT16, packets(PUBLISH)],
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

/** Reads the properties of a packet of this type; in 3.1.1 there are none. */
export function readProperties(type: number, version: Version): Properties {
  const size = version > 4 ? reader.readVarint() : 0
  if (!size) return noProperties
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

type Given = Readonly<Record<string, unknown>>

function writeValue(name: string, kind: number, value: unknown): void {
  if (kind === PAIR) (value as string[]).forEach((text) => writeField(text, name))
  else if (kind === TEXT || kind === BINARY) writeField(value as string | Uint8Array, name)
  else {
    const number = value as number
    if (!(number >= kind >> 3 && number <= limits[kind & 7]!)) throw invalid(`property ${name}`)
    writers[kind & 7]!(number)
  }
}

/**
 * Writes the properties and their length before them; throws an Error where one may not stand. `alias` is the topic
 * alias, 0 for none: it belongs to the link, so no caller gives it.
 */
export function writeProperties(given: Given | undefined, type: number, alias = 0): void {
  // By far the most packets have none.
  if (!given && !alias) {
    writeByte(0)
    return
  }
  writeSized(() => {
    if (alias) {
      writeByte(TOPIC_ALIAS)
      writeUint16(alias)
    }
    Object.keys(given ?? {}).forEach((name) => {
      const value = given![name]
      if (value === undefined) return
      const property = byName[name]
      if (!property || !((property[3] >> type) & 1)) throw invalid(`property ${name}`)
      const [id, , kind] = property
      ;(kind === PAIR ? (value as unknown[]) : [value]).forEach((one) => {
        writeByte(id)
        writeValue(name, kind, one)
      })
    })
  })
}
