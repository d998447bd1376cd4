// The properties of MQTT 5 that a client may send: in which packet, of what kind, and how often. Nothing else gets in.
import type { Fields } from './fields'
import { malformed, protocolError, topicAliasInvalid, Violation } from './violation'

export type PropertiesOf =
  'connect' | 'will' | 'publish' | 'acknowledgement' | 'subscribe' | 'unsubscribe' | 'disconnect' | 'auth'

export interface Properties {
  payloadFormat?: number
  messageExpiry?: number
  sessionExpiry?: number
  authenticationMethod?: string
  authenticationData?: Buffer
  requestProblemInformation?: number
  willDelay?: number
  receiveMaximum?: number
  topicAliasMaximum?: number
  topicAlias?: number
  maximumPacketSize?: number
  subscriptionIdentifier?: number
  user?: readonly (readonly [name: string, value: string])[]
  /**
   * The bytes of all that travels on with a message, in the sender's order. A receiver of ours gets these bytes and no
   * others, so that nothing is reordered or lost, and its size is known before it is sent.
   */
  carried: Buffer
}

type Kind = (fields: Fields) => number | string | Buffer | readonly [string, string]

const flag: Kind = (fields) => {
  const value = fields.byte()
  if (value > 1) throw new Violation(protocolError, 'a flag that is neither 0 nor 1')
  return value
}
const uint16: Kind = (fields) => fields.uint16()
const uint32: Kind = (fields) => fields.uint32()
const text: Kind = (fields) => fields.text()
const topic: Kind = (fields) => {
  const name = fields.topic()
  if (name === '') throw new Violation(protocolError, 'an empty response topic')
  return name
}
const binary: Kind = (fields) => fields.binary()
const pair: Kind = (fields) => [fields.text(), fields.text()]
const notZero =
  (kind: Kind): Kind =>
  (fields) => {
    const value = kind(fields)
    if (value === 0) throw new Violation(protocolError, 'a limit of 0')
    return value
  }
const alias: Kind = (fields) => {
  const value = fields.uint16()
  if (value === 0) throw new Violation(topicAliasInvalid, 'topic alias 0')
  return value
}
const never =
  (why: string): Kind =>
  () => {
    throw new Violation(protocolError, why)
  }

interface Property {
  readonly kind: Kind
  readonly name?: Exclude<keyof Properties, 'carried'>
  readonly carried?: true
  readonly often?: true
}

const message: Readonly<Record<number, Property>> = {
  0x01: { kind: flag, name: 'payloadFormat', carried: true },
  0x02: { kind: uint32, name: 'messageExpiry' },
  0x03: { kind: text, carried: true },
  0x08: { kind: topic, carried: true },
  0x09: { kind: binary, carried: true },
  0x26: { kind: pair, carried: true, often: true },
}
const user: Readonly<Record<number, Property>> = { 0x26: { kind: pair, name: 'user', often: true } }
const reason: Readonly<Record<number, Property>> = { 0x1f: { kind: text }, ...user }
const authentication: Readonly<Record<number, Property>> = {
  0x15: { kind: text, name: 'authenticationMethod' },
  0x16: { kind: binary, name: 'authenticationData' },
}

const allowed: Readonly<Record<PropertiesOf, Readonly<Record<number, Property>>>> = {
  connect: {
    0x11: { kind: uint32, name: 'sessionExpiry' },
    ...authentication,
    0x17: { kind: flag, name: 'requestProblemInformation' },
    0x19: { kind: flag },
    0x21: { kind: notZero(uint16), name: 'receiveMaximum' },
    0x22: { kind: uint16, name: 'topicAliasMaximum' },
    0x27: { kind: notZero(uint32), name: 'maximumPacketSize' },
    ...user,
  },
  will: { ...message, 0x18: { kind: uint32, name: 'willDelay' } },
  publish: {
    ...message,
    0x0b: { kind: never('a subscription identifier from a client') },
    0x23: { kind: alias, name: 'topicAlias' },
  },
  acknowledgement: reason,
  subscribe: { 0x0b: { kind: notZero((fields) => fields.varint()), name: 'subscriptionIdentifier' }, ...user },
  unsubscribe: user,
  disconnect: { 0x11: { kind: uint32, name: 'sessionExpiry' }, ...reason },
  auth: { ...authentication, ...reason },
}

const none = Buffer.alloc(0)

/** Reads the properties of a packet, their length first. */
export function readProperties(fields: Fields, of: PropertiesOf): Properties {
  const size = fields.varint()
  const found: Properties = { carried: none }
  if (size === 0) return found
  const within = fields.part(size)
  const seen = new Set<number>()
  const carried: Buffer[] = []
  const pairs: (readonly [string, string])[] = []
  while (within.left > 0) {
    const from = within.position
    const id = within.byte()
    const property = allowed[of][id]
    if (!property) throw new Violation(malformed, `property 0x${id.toString(16)} has no place here`)
    const value = property.kind(within)
    if (seen.has(id) && !property.often) throw new Violation(protocolError, `property 0x${id.toString(16)} comes twice`)
    seen.add(id)
    if (property.carried) carried.push(within.slice(from, within.position))
    if (property.name === 'user') pairs.push(value as readonly [string, string])
    else if (property.name) Object.assign(found, { [property.name]: value })
  }
  if (pairs.length > 0) found.user = pairs
  if (carried.length > 0) found.carried = Buffer.concat(carried)
  return found
}
