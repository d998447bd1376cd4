// The properties of MQTT 5: which exist, what they hold, and in which packets they may stand.
import { AUTH, CONNACK, CONNECT, DISCONNECT, PUBLISH, SENT_PUBLISH, type Properties } from './packet'
import {
  fail,
  flawed,
  position,
  PROTOCOL_ERROR,
  readBinary,
  readByte,
  readText,
  readTopic,
  readUint16,
  readUint32,
  readVarint,
  violation,
} from './reader'
import { invalid, writeByte, writeField, writeSized, writeUint16, writeUint32 } from './writer'

/** The properties of every packet that has none. */
export const noProperties: Properties = {}

// Kinds of values.
const FLAG = 0
const UINT16 = 1
const UINT32 = 2
const VARINT = 3
const TEXT = 4
const TOPIC = 5
const BINARY = 6
const PAIR = 7
/** Added to a kind of number where 0 is forbidden. */
const NOT_ZERO = 8

const readers: readonly (() => unknown)[] = [
  readByte,
  readUint16,
  readUint32,
  readVarint,
  readText,
  readTopic,
  readBinary,
  () => [readText(), readText()],
]
const numberWriters = [writeByte, writeUint16, writeUint32]

// Packets, as bits.
const MESSAGE = (1 << PUBLISH) | (1 << SENT_PUBLISH)
const RECEIVED = 1 << PUBLISH
const ACCEPTED = 1 << CONNACK
const BOTH = (1 << CONNECT) | ACCEPTED
const EVERY = -1

type Property = readonly [name: keyof Properties, kind: number, packets: number]

// Left out is what this client neither asks for (25, 26), nor sends (23, and 24 as it leaves no will).
const table: Readonly<Record<number, Property>> = {
  1: ['payloadFormatIndicator', FLAG, MESSAGE],
  2: ['messageExpiryInterval', UINT32, MESSAGE],
  3: ['contentType', TEXT, MESSAGE],
  8: ['responseTopic', TOPIC, MESSAGE],
  9: ['correlationData', BINARY, MESSAGE],
  11: ['subscriptionIdentifier', VARINT + NOT_ZERO, RECEIVED],
  17: ['sessionExpiryInterval', UINT32, BOTH],
  18: ['assignedClientIdentifier', TEXT, ACCEPTED],
  19: ['serverKeepAlive', UINT16, ACCEPTED],
  21: ['authenticationMethod', TEXT, BOTH | (1 << AUTH)],
  22: ['authenticationData', BINARY, BOTH | (1 << AUTH)],
  28: ['serverReference', TEXT, ACCEPTED | (1 << DISCONNECT)],
  31: ['reasonString', TEXT, EVERY ^ MESSAGE],
  33: ['receiveMaximum', UINT16 + NOT_ZERO, BOTH],
  34: ['topicAliasMaximum', UINT16, BOTH],
  35: ['topicAlias', UINT16, RECEIVED],
  36: ['maximumQoS', FLAG, ACCEPTED],
  37: ['retainAvailable', FLAG, ACCEPTED],
  38: ['userProperties', PAIR, EVERY],
  39: ['maximumPacketSize', UINT32 + NOT_ZERO, BOTH],
  40: ['wildcardSubscriptionAvailable', FLAG, ACCEPTED],
  41: ['subscriptionIdentifiersAvailable', FLAG, ACCEPTED],
  42: ['sharedSubscriptionAvailable', FLAG, ACCEPTED],
}
const ids = Object.keys(table).map(Number)

/** Reads the properties of a packet of this type. */
export function readProperties(type: number): Properties {
  const size = readVarint()
  if (!size) return noProperties
  const end = position() + size
  const found: Record<string, unknown> = {}
  while (position() < end) {
    // Of an unknown one nobody knows where it ends.
    const property = table[readByte()] ?? fail()
    const [name, kind, packets] = property
    if (!((packets >> type) & 1)) flawed()
    const value = readers[kind & 7]!()
    const earlier = found[name]
    const many = kind === PAIR || kind === VARINT + NOT_ZERO
    if (kind === FLAG ? (value as number) > 1 : kind > 7 && !value) flawed(violation(PROTOCOL_ERROR))
    if (earlier === undefined) found[name] = many ? [value] : value
    else if (many) (earlier as unknown[]).push(value)
    else flawed(violation(PROTOCOL_ERROR))
  }
  return position() > end ? fail() : found
}

function writeValue(kind: number, value: unknown): void {
  if (kind === PAIR) (value as string[]).forEach(writeField)
  else if (kind & TEXT) writeField(value as string | Uint8Array)
  else numberWriters[kind & 7]!(value as number)
}

/**
 * Writes the properties and their length before them; throws an Error where one may not stand. `alias` is the topic
 * alias, 0 for none: it belongs to the link, so no caller gives it.
 */
export function writeProperties(given: Readonly<Record<string, unknown>> | undefined, type: number, alias = 0): void {
  // By far the most packets have none.
  if (!given && !alias) return writeByte(0)
  writeSized(() => {
    if (alias) {
      writeByte(35)
      writeUint16(alias)
    }
    Object.keys(given ?? {}).forEach((name) => {
      const value = given![name] as number | undefined
      if (value === undefined) return
      const id = ids.find((one) => table[one]![0] === name) ?? 0
      const [, kind, packets] = table[id] ?? ['', FLAG, 0]
      // An app sends no number but flags and 32 bits; the others are our own.
      const fits = kind > UINT32 || (value >= 0 && value <= (kind ? 0xffffffff : 1))
      if (!((packets >> type) & 1) || !fits) throw invalid(`property ${name}`)
      ;((kind === PAIR ? value : [value]) as unknown as unknown[]).forEach((one) => {
        writeByte(id)
        writeValue(kind, one)
      })
    })
  })
}
