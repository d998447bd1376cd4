// One list of packets: what their bytes are, what we read in them, and what we write to get them.
import { encodeAnswer } from '../../src/mqtt/codec/answer'
import { encodeAuth } from '../../src/mqtt/codec/auth'
import { encodeConnect } from '../../src/mqtt/codec/connect'
import type { Answer, Packet, Properties, Version } from '../../src/mqtt/codec/packet'
import { encodePublish } from '../../src/mqtt/codec/publish'
import { encodeSubscribe } from '../../src/mqtt/codec/subscribe'

export interface Fixture {
  readonly name: string
  readonly version: Version
  /** Spaces are for the reader. */
  readonly hex: string
  /** What a client reads; absent where only a client sends it. */
  readonly packet?: Packet
  /** How a client writes it; absent where only a server sends it. */
  readonly encode?: () => Uint8Array
}

const text = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value))
/** A packet as `decodeAnswer` reads it. */
const answer = (
  type: Answer['type'],
  id: number,
  reason: number,
  properties: Properties = {},
  reasons: number[] = [],
  sessionPresent = false,
  legacy = false,
): Answer => ({ type, id, reason, sessionPresent, legacy, reasons, properties })
const connect = (version: Version, clean: boolean, properties: Properties): Uint8Array =>
  encodeConnect(version, clean, 30, properties, 'c', 'al', 'tok')

export const fixtures: readonly Fixture[] = [
  {
    name: 'CONNECT',
    version: 4,
    hex: '10 16 0004 4d515454 04 c0 001e 0001 63 0002 616c 0003 746f6b',
    encode: () => connect(4, false, {}),
  },
  {
    name: 'CONNECT of a clean session',
    version: 4,
    hex: '10 16 0004 4d515454 04 c2 001e 0001 63 0002 616c 0003 746f6b',
    encode: () => connect(4, true, {}),
  },
  {
    name: 'CONNECT with properties',
    version: 5,
    hex: '10 39 0004 4d515454 05 c0 001e 22 11 00093a80 21 000a 27 00100000 22 0010 15 0005 746f6b656e 26 0002 6f73 0003 696f73 0001 63 0002 616c 0003 746f6b',
    encode: () =>
      connect(5, false, {
        sessionExpiryInterval: 604800,
        receiveMaximum: 10,
        maximumPacketSize: 1 << 20,
        topicAliasMaximum: 16,
        authenticationMethod: 'token',
        userProperties: [['os', 'ios']],
      }),
  },
  { name: 'CONNACK', version: 4, hex: '20 02 01 00', packet: answer(2, 0, 0, undefined, [], true, true) },
  { name: 'CONNACK of a refusal', version: 4, hex: '20 02 00 05', packet: answer(2, 0, 5, undefined, [], false, true) },
  {
    name: 'CONNACK of a server that has no MQTT 5',
    version: 5,
    hex: '20 02 00 01',
    packet: answer(2, 0, 1, undefined, [], false, true),
  },
  { name: 'CONNACK without properties', version: 5, hex: '20 03 00 86 00', packet: answer(2, 0, 0x86) },
  {
    name: 'CONNACK with every property it may have',
    version: 5,
    hex: '20 46 00 00 43 11 ffffffff 12 0001 61 13 003c 15 0001 6d 16 0002 00ff 1c 0001 72 1f 0002 c3a9 21 0014 22 0005 24 01 25 00 26 0001 6b 0002 7631 26 0001 6b 0002 7632 27 00010000 28 01 29 00 2a 01',
    packet: answer(2, 0, 0, {
      sessionExpiryInterval: 0xffffffff,
      assignedClientIdentifier: 'a',
      serverKeepAlive: 60,
      authenticationMethod: 'm',
      authenticationData: Uint8Array.of(0, 255),
      serverReference: 'r',
      reasonString: 'é',
      receiveMaximum: 20,
      topicAliasMaximum: 5,
      maximumQoS: 1,
      retainAvailable: 0,
      userProperties: [
        ['k', 'v1'],
        ['k', 'v2'],
      ],
      maximumPacketSize: 65536,
      wildcardSubscriptionAvailable: 1,
      subscriptionIdentifiersAvailable: 0,
      sharedSubscriptionAvailable: 1,
    }),
  },
  ...([4, 5] as const).flatMap((version): Fixture[] => {
    const none = version > 4 ? '00' : ''
    const longer = (size: number): string => (version > 4 ? size + 1 : size).toString(16).padStart(2, '0')
    return [
      {
        name: 'PUBLISH QoS 0',
        version,
        hex: `30 ${longer(7)} 0003 612f62 ${none} 6869`,
        packet: {
          type: 3,
          flaw: undefined,
          topic: 'a/b',
          payload: text('hi'),
          qos: 0,
          dup: false,
          retain: false,
          id: 0,
          properties: {},
        },
        encode: () => encodePublish(version, { topic: 'a/b', payload: 'hi', qos: 0 }, 0, false, 0, false),
      },
      {
        name: 'PUBLISH QoS 1, retained, without a payload',
        version,
        hex: `33 ${longer(7)} 0003 612f62 0102 ${none}`,
        packet: {
          type: 3,
          flaw: undefined,
          topic: 'a/b',
          payload: text(''),
          qos: 1,
          dup: false,
          retain: true,
          id: 258,
          properties: {},
        },
        encode: () => encodePublish(version, { topic: 'a/b', payload: '', qos: 1, retain: true }, 258, false, 0, false),
      },
      {
        name: 'PUBLISH QoS 2, repeated, 中文 and 😀, with a length of two bytes',
        version,
        hex: `3c ${version > 4 ? '9b' : '9a'}01 0006 e4b8ade69687 ffff ${none} ${'f09f9880'.repeat(36)}`,
        packet: {
          type: 3,
          flaw: undefined,
          topic: '中文',
          payload: text('😀'.repeat(36)),
          qos: 2,
          dup: true,
          retain: false,
          id: 65535,
          properties: {},
        },
        encode: () =>
          encodePublish(version, { topic: '中文', payload: text('😀'.repeat(36)), qos: 2 }, 65535, true, 0, false),
      },
      ...([4, 5, 6, 7] as const).map((type): Fixture => ({
        name: ['PUBACK', 'PUBREC', 'PUBREL', 'PUBCOMP'][type - 4]!,
        version,
        hex: `${type}${type === 6 ? 2 : 0} 02 000a`,
        packet: answer(type, 10, 0),
        encode: () => encodeAnswer(version, type, 10, 0),
      })),
      {
        name: 'SUBSCRIBE',
        version,
        hex: `82 ${longer(12)} 0007 ${none} 0003 612f2b 01 0001 23 01`,
        encode: () => encodeSubscribe(version, 7, ['a/+', '#'], 1),
      },
      {
        name: 'UNSUBSCRIBE',
        version,
        hex: `a2 ${longer(7)} 0007 ${none} 0003 612f62`,
        encode: () => encodeSubscribe(version, 7, ['a/b']),
      },
      {
        name: 'SUBACK',
        version,
        hex: `90 ${longer(6)} 0007 ${none} 00 01 02 80`,
        packet: answer(9, 7, 0, undefined, [0, 1, 2, 0x80]),
      },
      {
        name: 'SUBACK with a code that only MQTT 5 has',
        version,
        hex: `90 ${longer(3)} 0007 ${none} 8f`,
        packet: answer(9, 7, 0, undefined, [0x8f]),
      },
      { name: 'PINGREQ', version, hex: 'c0 00', encode: () => encodeAnswer(version, 12) },
      { name: 'PINGRESP', version, hex: 'd0 00', packet: answer(13, 0, 0) },
    ]
  }),
  { name: 'UNSUBACK', version: 4, hex: 'b0 02 0007', packet: answer(11, 7, 0) },
  { name: 'UNSUBACK', version: 5, hex: 'b0 05 0007 00 00 11', packet: answer(11, 7, 0, undefined, [0, 0x11]) },
  { name: 'DISCONNECT', version: 4, hex: 'e0 00', encode: () => encodeAnswer(4, 14, 0, 0x81) },
  {
    name: 'DISCONNECT without a reason',
    version: 5,
    hex: 'e0 00',
    packet: answer(14, 0, 0),
    encode: () => encodeAnswer(5, 14, 0, 0),
  },
  {
    name: 'DISCONNECT with a reason',
    version: 5,
    hex: 'e0 01 81',
    packet: answer(14, 0, 0x81),
    encode: () => encodeAnswer(5, 14, 0, 0x81),
  },
  {
    name: 'DISCONNECT with properties',
    version: 5,
    hex: 'e0 10 98 0e 1c 0001 72 26 0004 636f6465 0001 39 ',
    packet: answer(14, 0, 0x98, { serverReference: 'r', userProperties: [['code', '9']] }),
  },
  {
    name: 'PUBACK with a reason',
    version: 5,
    hex: '40 03 000a 87',
    packet: answer(4, 10, 0x87),
    encode: () => encodeAnswer(5, 4, 10, 0x87),
  },
  {
    name: 'PUBREC with properties',
    version: 5,
    hex: '50 08 000a 97 04 1f 0001 78',
    packet: answer(5, 10, 0x97, { reasonString: 'x' }),
  },
  {
    name: 'PUBLISH with every property a server may send',
    version: 5,
    hex: '30 27 0001 74 22 01 01 02 0000000a 03 0001 63 08 0001 72 09 0001 ff 0b 01 0b 8001 23 0002 26 0001 6b 0001 76 70',
    packet: {
      type: 3,
      flaw: undefined,
      topic: 't',
      payload: text('p'),
      qos: 0,
      dup: false,
      retain: false,
      id: 0,
      properties: {
        payloadFormatIndicator: 1,
        messageExpiryInterval: 10,
        contentType: 'c',
        responseTopic: 'r',
        correlationData: Uint8Array.of(255),
        subscriptionIdentifier: [1, 128],
        topicAlias: 2,
        userProperties: [['k', 'v']],
      },
    },
  },
  {
    name: 'PUBLISH with properties and a new alias',
    version: 5,
    hex: '30 11 0001 74 0c 23 0002 01 01 26 0001 6b 0001 76 70',
    packet: {
      type: 3,
      flaw: undefined,
      topic: 't',
      payload: text('p'),
      qos: 0,
      dup: false,
      retain: false,
      id: 0,
      properties: { topicAlias: 2, payloadFormatIndicator: 1, userProperties: [['k', 'v']] },
    },
    encode: () =>
      encodePublish(
        5,
        { topic: 't', payload: 'p', qos: 0, properties: { payloadFormatIndicator: 1, userProperties: [['k', 'v']] } },
        0,
        false,
        2,
        false,
      ),
  },
  {
    name: 'PUBLISH by its alias alone',
    version: 5,
    hex: '30 07 0000 03 23 0002 70',
    packet: {
      type: 3,
      flaw: undefined,
      topic: '',
      payload: text('p'),
      qos: 0,
      dup: false,
      retain: false,
      id: 0,
      properties: { topicAlias: 2 },
    },
    encode: () => encodePublish(5, { topic: 't', payload: 'p', qos: 0 }, 0, false, 2, true),
  },
  {
    name: 'AUTH of the client',
    version: 5,
    hex: 'f0 10 19 0e 15 0005 746f6b656e 16 0003 6e6577',
    encode: () => encodeAuth('token', 'new'),
  },
  {
    name: 'AUTH of the server',
    version: 5,
    hex: 'f0 0a 00 08 15 0005 746f6b656e',
    packet: answer(15, 0, 0, { authenticationMethod: 'token' }),
  },
]

export const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replace(/ /g, ''), 'hex'))
export const hexOf = (bytes: Uint8Array | ArrayBuffer): string => Buffer.from(bytes as Uint8Array).toString('hex')
