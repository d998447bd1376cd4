// Random packets through our codec and through mqtt-packet: both must read and write the same.
import fc from 'fast-check'
import { generate, parser, type Packet as Theirs } from 'mqtt-packet'
import { encodeAnswer } from '../../src/mqtt/codec/answer'
import { encodeConnect } from '../../src/mqtt/codec/connect'
import { createDecoder } from '../../src/mqtt/codec/decoder'
import type { Packet, Properties, Version } from '../../src/mqtt/codec/packet'
import { encodePublish } from '../../src/mqtt/codec/publish'
import { encodeSubscribe } from '../../src/mqtt/codec/subscribe'
import { bytesOf, fixtures } from './fixtures'

const RUNS = { numRuns: 300 }

const version = fc.constantFrom<Version>(4, 5)
const qos = fc.constantFrom(0 as const, 1 as const, 2 as const)
const id = fc.integer({ min: 1, max: 65535 })
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((value) => !value.includes('\0'))
const topic = text.map((value) => value.replace(/[+#]/g, '-'))
const binary = fc.uint8Array({ maxLength: 300 })
const uint32 = fc.integer({ min: 1, max: 0xffffffff })
const flag = fc.constantFrom(0, 1)
// mqtt-packet keeps user properties in an object: no name twice, none that sorts itself or that objects have.
const users = fc.uniqueArray(
  fc.tuple(
    text.map((name) => `n ${name}`),
    text,
  ),
  { minLength: 1, maxLength: 3, selector: ([name]) => name },
)

const some = (
  properties:
    { [K in keyof Properties]-?: fc.Arbitrary<NonNullable<Properties[K]>> } | Record<string, fc.Arbitrary<unknown>>,
): fc.Arbitrary<Properties> => fc.record(properties, { requiredKeys: [] })

const messageProperties = some({
  payloadFormatIndicator: flag,
  messageExpiryInterval: uint32,
  contentType: text,
  responseTopic: topic,
  correlationData: binary,
  userProperties: users,
})
const connackProperties = some({
  sessionExpiryInterval: uint32,
  assignedClientIdentifier: text,
  serverKeepAlive: fc.integer({ min: 0, max: 65535 }),
  reasonString: text,
  receiveMaximum: id,
  topicAliasMaximum: id,
  maximumQoS: flag,
  retainAvailable: flag,
  userProperties: users,
  maximumPacketSize: uint32,
  wildcardSubscriptionAvailable: flag,
  serverReference: text,
})

/** Our properties in the shape of mqtt-packet: flags are booleans, user properties an object. */
const booleans = ['payloadFormatIndicator', 'retainAvailable', 'wildcardSubscriptionAvailable']
function theirs(properties: Properties): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]): [string, unknown] => {
      if (name === 'userProperties') return [name, Object.fromEntries(value as [string, string][])]
      if (name === 'correlationData') return [name, Buffer.from(value as Uint8Array)]
      return [name, booleans.includes(name) ? value === 1 : value]
    }),
  )
}

function readByThem(bytes: Uint8Array, protocolVersion: Version): Theirs {
  const packets: Theirs[] = []
  const reader = parser({ protocolVersion })
  reader.on('packet', (packet) => packets.push(packet))
  reader.on('error', (error) => {
    throw error
  })
  reader.parse(Buffer.from(bytes))
  expect(packets).toHaveLength(1)
  return packets[0]!
}
function readByUs(bytes: Uint8Array, of: Version): Packet {
  const decoder = createDecoder(of, 1 << 20)
  decoder.push(Uint8Array.from(bytes))
  return decoder.next()!
}
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
const sameBytes = (ours: Uint8Array, generated: Uint8Array): void =>
  expect(Buffer.from(ours).toString('hex')).toBe(Buffer.from(generated).toString('hex'))
const filled = (properties: Properties): boolean => Object.keys(theirs(properties)).length > 0

test('every fixture is a packet for mqtt-packet too', () => {
  for (const { hex, version: of } of fixtures) {
    // What servers do against the standard: a refusal in the form of 3.1.1, a code of MQTT 5 in 3.1.1.
    if ((of === 5 && hex === '20 02 00 01') || (of === 4 && hex === '90 03 0007  8f')) continue
    readByThem(bytesOf(hex), of)
  }
})

test('PUBLISH', () => {
  fc.assert(
    fc.property(
      version,
      topic,
      binary,
      qos,
      id,
      fc.boolean(),
      fc.boolean(),
      messageProperties,
      (of, name, payload, level, number, retain, dup, properties) => {
        const repeated = dup && level > 0
        const ours = encodePublish(
          of,
          { topic: name, payload, qos: level, retain, properties },
          number,
          repeated,
          0,
          false,
        )
        const read = readByThem(ours, of) as unknown as Record<string, unknown>
        expect(read).toMatchObject({ cmd: 'publish', topic: name, qos: level, retain, dup: repeated })
        expect(Buffer.compare(read.payload as Buffer, Buffer.from(payload))).toBe(0)
        if (level) expect(read.messageId).toBe(number)
        if (of > 4 && filled(properties)) expect(plain(read.properties)).toEqual(plain(theirs(properties)))

        const generated = generate(
          {
            cmd: 'publish',
            topic: name,
            payload: Buffer.from(payload),
            qos: level,
            retain,
            dup: repeated,
            messageId: number,
            ...(of > 4 && { properties: theirs(properties) }),
          },
          { protocolVersion: of },
        )
        if (of < 5 || !filled(properties)) sameBytes(ours, generated)
        const back = readByUs(generated, of)
        expect(back).toEqual({ ...readByUs(ours, of) })
        expect(back).toMatchObject({ topic: name, qos: level, retain, dup: repeated, id: level ? number : 0 })
        if (of > 4 && filled(properties)) {
          const { userProperties = [], ...rest } = properties
          expect(back.properties).toMatchObject(rest)
          expect(back.properties?.userProperties ?? []).toEqual(userProperties)
        }
      },
    ),
    RUNS,
  )
})

test('CONNECT', () => {
  const connectProperties = some({
    sessionExpiryInterval: uint32,
    receiveMaximum: id,
    maximumPacketSize: uint32,
    topicAliasMaximum: id,
    userProperties: users,
  })
  fc.assert(
    fc.property(
      version,
      text,
      text,
      text,
      fc.boolean(),
      id,
      connectProperties,
      (of, clientId, userName, password, clean, keepAlive, properties) => {
        const read = readByThem(encodeConnect(of, clean, keepAlive, properties, clientId, userName, password), of)
        expect(read).toMatchObject({
          cmd: 'connect',
          protocolVersion: of,
          clientId,
          username: userName,
          clean,
          keepalive: keepAlive,
        })
        expect(String((read as { password?: unknown }).password)).toBe(password)
        if (of > 4 && filled(properties))
          expect(plain((read as { properties?: unknown }).properties)).toEqual(plain(theirs(properties)))
      },
    ),
    RUNS,
  )
})

test('CONNACK', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(0, 0x80, 0x87, 0x9f),
      fc.boolean(),
      connackProperties,
      (reasonCode, present, properties) => {
        const sessionPresent = present && !reasonCode
        // Their table calls the property by another spelling.
        const { maximumQoS, ...rest } = theirs(properties)
        const generated = generate(
          {
            cmd: 'connack',
            reasonCode,
            sessionPresent,
            properties: { ...rest, ...(maximumQoS !== undefined && { maximumQoS }) },
          } as Theirs,
          { protocolVersion: 5 },
        )
        const { userProperties = [], maximumQoS: _, ...own } = properties
        const read = readByUs(generated, 5)
        expect(read).toMatchObject({ type: 2, reason: reasonCode, sessionPresent })
        expect(read.properties).toMatchObject(own)
        expect(read.properties?.userProperties ?? []).toEqual(userProperties)
      },
    ),
    RUNS,
  )
})

test('acknowledgements, SUBSCRIBE, UNSUBSCRIBE, DISCONNECT, SUBACK, UNSUBACK', () => {
  const reason = fc.constantFrom(0, 0x10, 0x87, 0x92, 0x97)
  const filter = topic.map((name) => `${name.replace(/\//g, '-')}/+/#`)
  fc.assert(
    fc.property(
      version,
      id,
      reason,
      fc.array(filter, { minLength: 1, maxLength: 5 }),
      qos,
      fc.constantFrom([4, 'puback'] as const, [5, 'pubrec'] as const, [6, 'pubrel'] as const, [7, 'pubcomp'] as const),
      (of, messageId, code, filters, level, [type, cmd]) => {
        const asked = { protocolVersion: of }
        const reasonCode = of > 4 ? code : 0
        // Only some codes are allowed in each of them; 0x92 and 0 are what both sides take everywhere.
        const allowed = type > 5 ? reasonCode && 0x92 : reasonCode === 0x92 ? 0x97 : reasonCode
        const acknowledgement = encodeAnswer(of, type, messageId, allowed)
        expect(readByThem(acknowledgement, of)).toMatchObject({
          cmd,
          messageId,
          ...(of > 4 && { reasonCode: allowed }),
        })
        const generated = generate({ cmd, messageId, ...(of > 4 && { reasonCode: allowed }) }, asked)
        expect(readByUs(generated, of)).toEqual(readByUs(acknowledgement, of))

        sameBytes(
          encodeSubscribe(of, messageId, filters, level),
          generate(
            { cmd: 'subscribe', messageId, subscriptions: filters.map((name) => ({ topic: name, qos: level })) },
            asked,
          ),
        )
        sameBytes(
          encodeSubscribe(of, messageId, filters),
          generate({ cmd: 'unsubscribe', messageId, unsubscriptions: filters }, asked),
        )
        const granted = filters.map(() => (of > 4 ? 0x87 : 0x80))
        expect(readByUs(generate({ cmd: 'suback', messageId, granted }, asked), of)).toMatchObject({
          id: messageId,
          reasons: granted,
        })
        expect(
          readByUs(
            generate({ cmd: 'unsuback', messageId, granted: of > 4 ? granted : [] } as unknown as Theirs, asked),
            of,
          ),
        ).toMatchObject({ type: 11, id: messageId, reasons: of > 4 ? granted : [] })
        if (of > 4)
          sameBytes(
            encodeAnswer(5, 14, 0, 0x81),
            generate({ cmd: 'disconnect', reasonCode: 0x81 }, asked).subarray(0, 3).fill(1, 1, 2),
          )
      },
    ),
    RUNS,
  )
})
