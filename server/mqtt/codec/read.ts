// The one place where what a client sends is judged: whole packets in, packets out in which nothing is left to doubt.
// Whatever a receiver would have to end its link over is a Violation here, at its sender (docs/servers/conformance.md).
import { isUtf8 } from 'node:buffer'
import { Fields } from './fields'
import { readProperties, type Properties } from './properties'
import {
  malformed,
  payloadFormatInvalid,
  protocolError,
  retainNotSupported,
  topicNameInvalid,
  Violation,
} from './violation'

export type Qos = 0 | 1 | 2
export type Version = 4 | 5

/** What a client wants to be told to others. The bytes are views into its packet. */
export interface Said {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: Qos
  /** The properties that travel on, as they came. */
  readonly carried: Buffer
  /** Seconds, when the sender set them. */
  readonly expiry?: number | undefined
}

export interface Publish extends Said {
  readonly cmd: 'publish'
  readonly retain: boolean
  readonly messageId: number
  readonly alias?: number | undefined
}

export interface Will extends Said {
  /** Seconds. */
  readonly delay: number
}

export interface Connect {
  readonly cmd: 'connect'
  readonly clientId: string
  readonly clean: boolean
  readonly keepalive: number
  readonly username?: string | undefined
  readonly password?: Buffer | undefined
  readonly will?: Will | undefined
  readonly properties: Properties
}

export interface Acknowledgement {
  readonly cmd: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp'
  readonly messageId: number
  readonly reasonCode: number
}

export interface Subscribe {
  readonly cmd: 'subscribe'
  readonly messageId: number
  readonly subscriptions: readonly { readonly topic: string; readonly qos: Qos; readonly noLocal: boolean }[]
}

export interface Unsubscribe {
  readonly cmd: 'unsubscribe'
  readonly messageId: number
  readonly filters: readonly string[]
}

export interface Disconnect {
  readonly cmd: 'disconnect'
  readonly reasonCode: number
  readonly sessionExpiry?: number | undefined
}

export interface Auth {
  readonly cmd: 'auth'
  readonly reasonCode: number
  readonly method?: string | undefined
  readonly data?: Buffer | undefined
}

export type ClientPacket =
  Connect | Publish | Acknowledgement | Subscribe | Unsubscribe | Disconnect | Auth | { readonly cmd: 'pingreq' }

const noProperties: Properties = { carried: Buffer.alloc(0) }

/** Reads one whole packet. Throws a Violation. */
export function read(bytes: Buffer, version: Version): ClientPacket {
  const first = bytes[0]!
  const type = first >> 4
  const flags = first & 15
  const fields = new Fields(bytes, 2 + bytes.subarray(1, 5).findIndex((byte) => byte < 0x80))
  if (type === 3) return readPublish(fields, flags, version)
  if (flags !== (type === 6 || type === 8 || type === 10 ? 2 : 0)) throw new Violation(malformed, 'reserved bits')
  switch (type) {
    case 1:
      return readConnect(fields, version)
    case 4:
    case 5:
    case 6:
    case 7:
      return readAcknowledgement(fields, type, version)
    case 8:
      return readSubscribe(fields, version)
    case 10:
      return readUnsubscribe(fields, version)
    case 12:
      fields.finish('PINGREQ')
      return { cmd: 'pingreq' }
    case 14:
      return readDisconnect(fields, version)
    case 15:
      if (version === 5) return readAuth(fields)
      break
    case 2:
    case 9:
    case 11:
    case 13:
      throw new Violation(protocolError, 'a packet that only servers send')
  }
  throw new Violation(malformed, `packet type ${type}`)
}

function checkPayload({ payloadFormat }: Properties, payload: Buffer): void {
  if (payloadFormat === 1 && !isUtf8(payload)) throw new Violation(payloadFormatInvalid, 'the payload is not UTF-8')
}

function readPublish(fields: Fields, flags: number, version: Version): Publish {
  const qos = (flags >> 1) & 3
  if (qos === 3) throw new Violation(malformed, 'QoS 3')
  if (qos === 0 && (flags & 8) !== 0) throw new Violation(malformed, 'DUP with QoS 0')
  const topic = fields.topic()
  const messageId = qos === 0 ? 0 : fields.identifier()
  const properties = version === 5 ? readProperties(fields, 'publish') : noProperties
  const payload = fields.rest()
  const alias = properties.topicAlias
  if (topic === '' && alias === undefined) throw new Violation(protocolError, 'an empty topic name')
  const retain = (flags & 1) !== 0
  if (retain && version === 5) throw new Violation(retainNotSupported, 'retained messages are not kept here')
  checkPayload(properties, payload)
  const { carried, messageExpiry: expiry } = properties
  return { cmd: 'publish', topic, payload, qos: qos as Qos, retain, messageId, alias, carried, expiry }
}

function readWill(fields: Fields, flags: number, version: Version): Will | undefined {
  const qos = (flags >> 3) & 3
  const retain = (flags & 0x20) !== 0
  if ((flags & 4) === 0) {
    if (qos !== 0 || retain) throw new Violation(malformed, 'flags of a will that is not there')
    return undefined
  }
  if (qos === 3) throw new Violation(malformed, 'a will with QoS 3')
  const properties = version === 5 ? readProperties(fields, 'will') : noProperties
  const topic = fields.topic()
  if (topic === '') throw new Violation(topicNameInvalid, 'a will without a topic')
  const payload = fields.binary()
  if (retain && version === 5) throw new Violation(retainNotSupported, 'retained messages are not kept here')
  checkPayload(properties, payload)
  const { carried, messageExpiry: expiry, willDelay: delay = 0 } = properties
  return { topic, payload, qos: qos as Qos, carried, expiry, delay }
}

function readConnect(fields: Fields, version: Version): Connect {
  fields.binary() // the protocol's name and level, known already
  fields.byte()
  const flags = fields.byte()
  if ((flags & 1) !== 0) throw new Violation(malformed, 'a reserved bit')
  const hasPassword = (flags & 0x40) !== 0
  const hasUsername = (flags & 0x80) !== 0
  if (version === 4 && hasPassword && !hasUsername) throw new Violation(malformed, 'a password without a user name')
  const keepalive = fields.uint16()
  const properties = version === 5 ? readProperties(fields, 'connect') : noProperties
  if (properties.authenticationData && properties.authenticationMethod === undefined)
    throw new Violation(protocolError, 'authentication data without a method')
  const clientId = fields.text()
  const will = readWill(fields, flags, version)
  const username = hasUsername ? fields.text() : undefined
  const password = hasPassword ? fields.binary() : undefined
  fields.finish('CONNECT')
  return { cmd: 'connect', clientId, clean: (flags & 2) !== 0, keepalive, username, password, will, properties }
}

const published = [0, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99]
const released = [0, 0x92]
const acknowledgements = {
  4: ['puback', published],
  5: ['pubrec', published],
  6: ['pubrel', released],
  7: ['pubcomp', released],
} as const

function readAcknowledgement(fields: Fields, type: 4 | 5 | 6 | 7, version: Version): Acknowledgement {
  const [cmd, known] = acknowledgements[type]
  const messageId = fields.identifier()
  const reasonCode = version === 5 && fields.left > 0 ? fields.byte() : 0
  if (!(known as readonly number[]).includes(reasonCode))
    throw new Violation(protocolError, `${cmd} with reason code 0x${reasonCode.toString(16)}`)
  if (version === 5 && fields.left > 0) readProperties(fields, 'acknowledgement')
  fields.finish(cmd)
  return { cmd, messageId, reasonCode }
}

function readSubscribe(fields: Fields, version: Version): Subscribe {
  const messageId = fields.identifier()
  if (version === 5 && readProperties(fields, 'subscribe').subscriptionIdentifier !== undefined)
    throw new Violation(0xa1, 'no subscription identifiers here')
  const subscriptions: Subscribe['subscriptions'][number][] = []
  while (fields.left > 0) {
    const topic = fields.text()
    const options = fields.byte()
    const qos = options & 3
    const noLocal = (options & 4) !== 0
    if (options > (version === 5 ? 0x3f : 3)) throw new Violation(malformed, 'reserved bits of a subscription')
    if (qos === 3) throw new Violation(version === 5 ? protocolError : malformed, 'a subscription with QoS 3')
    if (options >> 4 === 3) throw new Violation(protocolError, 'retain handling 3')
    if (noLocal && topic.startsWith('$share/')) throw new Violation(protocolError, 'No Local on a shared subscription')
    subscriptions.push({ topic, qos: qos as Qos, noLocal })
  }
  if (subscriptions.length === 0) throw new Violation(protocolError, 'an empty SUBSCRIBE')
  return { cmd: 'subscribe', messageId, subscriptions }
}

function readUnsubscribe(fields: Fields, version: Version): Unsubscribe {
  const messageId = fields.identifier()
  if (version === 5) readProperties(fields, 'unsubscribe')
  const filters: string[] = []
  while (fields.left > 0) filters.push(fields.text())
  if (filters.length === 0) throw new Violation(protocolError, 'an empty UNSUBSCRIBE')
  return { cmd: 'unsubscribe', messageId, filters }
}

const goodbyes = [0, 4, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99]

function readDisconnect(fields: Fields, version: Version): Disconnect {
  const reasonCode = version === 5 && fields.left > 0 ? fields.byte() : 0
  if (!goodbyes.includes(reasonCode))
    throw new Violation(protocolError, `DISCONNECT with reason code 0x${reasonCode.toString(16)}`)
  const sessionExpiry =
    version === 5 && fields.left > 0 ? readProperties(fields, 'disconnect').sessionExpiry : undefined
  fields.finish('DISCONNECT')
  return { cmd: 'disconnect', reasonCode, sessionExpiry }
}

function readAuth(fields: Fields): Auth {
  const reasonCode = fields.left > 0 ? fields.byte() : 0
  const { authenticationMethod: method, authenticationData: data } =
    fields.left > 0 ? readProperties(fields, 'auth') : noProperties
  fields.finish('AUTH')
  return { cmd: 'auth', reasonCode, method, data }
}
