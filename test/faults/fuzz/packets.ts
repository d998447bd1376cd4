// MQTT packets on a running connection: streams that a server could have sent, wounded in their bytes and in their structure.
import { generate, type Packet } from 'mqtt-packet'
import type { Chance } from '../random'
import type { Target } from './fuzz'
import { hostile, mutateBytes, mutateText } from './mutate'
import { createWorld } from './world'

const payload = (chance: Chance) =>
  JSON.stringify({ id: `m${chance.below(1e6)}`, type: 'txt', time: 1, body: { msg: 'x'.repeat(chance.below(300)) } })

const strange = (chance: Chance): string => {
  const value = hostile(chance)
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 2 ** 14)
}
const words = (chance: Chance) => ({
  reasonString: chance.yes(0.3) ? strange(chance) : 'because',
  userProperties: {
    code: chance.one(['206', '31003', '31010', '0', '-1', 'x', '99999', '1e3']),
    time: chance.one(['1700000000000', 'Infinity', '-1', 'NaN', '1e308', '']),
    retryAfter: chance.one(['1', '0', '-5', '1e9', '99999999999', 'Infinity', 'soon']),
    reauth: '1',
  },
})

/** A server may send a client away for an hour; it comes back anywhere in that time, or in the two thirds after a failure. */
const LONGEST_STAY = 2 * 3_600_000

/** A packet of a server, good in its form, hostile in its fields. */
export function packetOf(chance: Chance): Packet {
  const messageId = chance.one([1, 2, 7, 40_000, 65_535])
  const reasonCode = chance.one([0, 0, 0x10, 0x80, 0x87, 0x8e, 0x92, 0x97, 0x9c, 0x9d])
  const topic = chance.one([
    'acme/chat/u/alice/bob',
    'acme/chat/g/g1/bob',
    'acme/chat/s/alice',
    `acme/chat/u/alice/${mutateText(chance, 'bob').replace(/[+#\0]/g, '') || 'x'}`,
    'raw/topic',
    'a'.repeat(chance.between(1, 60_000)),
  ])
  switch (chance.below(11)) {
    case 0:
    case 1:
    case 2: {
      const qos = chance.one([0, 1, 2] as const)
      const properties = {
        ...(chance.yes(0.3) && { topicAlias: chance.one([1, 2, 16, 17, 65_535]) }),
        ...(chance.yes(0.3) && { userProperties: { [strange(chance).slice(0, 100)]: strange(chance).slice(0, 100) } }),
        ...(chance.yes(0.3) && { contentType: 'application/json', messageExpiryInterval: 10 }),
      }
      const json = chance.yes(0.7) ? payload(chance) : strange(chance)
      return {
        cmd: 'publish',
        topic,
        payload: json,
        qos,
        dup: qos > 0 && chance.yes(0.3),
        retain: chance.yes(0.2),
        messageId,
        properties,
      }
    }
    case 3:
      return { cmd: 'puback', messageId, reasonCode }
    case 4:
      return { cmd: 'pubrec', messageId, reasonCode }
    case 5:
      return { cmd: 'pubrel', messageId, reasonCode }
    case 6:
      return { cmd: 'pubcomp', messageId, reasonCode }
    case 7:
      return { cmd: 'suback', messageId, granted: chance.one([[0], [1, 1], [0x80], [0x87, 0]]) }
    case 8:
      return { cmd: 'unsuback', messageId, granted: [0] }
    case 9:
      return chance.yes(0.5)
        ? { cmd: 'pingresp' }
        : { cmd: 'auth', reasonCode: 0, properties: { authenticationMethod: 'token' } }
    default:
      return {
        cmd: 'disconnect',
        reasonCode: chance.one([0x00, 0x80, 0x81, 0x87, 0x89, 0x8b, 0x8e, 0x98, 0x9c, 0x9d]),
        properties: { ...words(chance), ...(chance.yes(0.3) && { serverReference: strange(chance).slice(0, 1000) }) },
      }
  }
}

/** A CONNACK that promises strange things. */
export const connack = (chance: Chance): Packet => ({
  cmd: 'connack',
  sessionPresent: chance.yes(0.5),
  reasonCode: chance.one([0, 0, 0, 0x84, 0x87, 0x88, 0x8c, 0x95, 0x9d]),
  properties: {
    ...words(chance),
    ...(chance.yes(0.5) && { receiveMaximum: chance.one([1, 2, 65_535]) }),
    ...(chance.yes(0.5) && { maximumPacketSize: chance.one([1, 20, 300, 2 ** 32 - 1]) }),
    ...(chance.yes(0.5) && { topicAliasMaximum: chance.one([0, 1, 65_535]) }),
    ...(chance.yes(0.5) && { serverKeepAlive: chance.one([0, 1, 65_535]) }),
    ...(chance.yes(0.5) && { sessionExpiryInterval: chance.one([0, 1, 2 ** 32 - 1]) }),
    ...(chance.yes(0.3) && { maximumQoS: chance.one([0, 1]) }),
    ...(chance.yes(0.3) && { assignedClientIdentifier: strange(chance).slice(0, 1000) }),
    ...(chance.yes(0.3) && { wildcardSubscriptionAvailable: chance.yes(0.5) }),
  },
})

export const bytesOf = (packet: Packet, protocolVersion: 4 | 5): Uint8Array => {
  try {
    return generate(packet, { protocolVersion })
  } catch {
    return Uint8Array.of(0xd0, 0) // mqtt-packet would not write it
  }
}
const arrayBufferOf = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer

export const packets: Target = {
  name: 'packets',
  what: 'MQTT packets from the server, on a running connection and in the handshake',
  async begin(beginning, file) {
    const world = createWorld(beginning, file)
    await world.well()
    return {
      async feed(chance) {
        const version = chance.yes(0.8) ? 5 : 4
        const samples = Array.from({ length: chance.between(1, 4) }, () => bytesOf(packetOf(chance), version))
        const stream = Buffer.concat(samples)
        const bytes = chance.yes(0.6) ? mutateBytes(chance, stream, samples) : stream
        if (chance.yes(0.15)) {
          const answer = bytesOf(connack(chance), version)
          const first = chance.yes(0.5) ? mutateBytes(chance, answer) : answer
          world.mangle = (data) => {
            world.mangle = undefined
            return chance.yes(0.5) ? [arrayBufferOf(first)] : [arrayBufferOf(first), data]
          }
          world.end(1006, '')
          await world.clock.advance(chance.one([100, 2_000]))
        }
        if (chance.yes(0.02)) world.inject(strange(chance))
        const cut = chance.yes(0.2) ? chance.below(bytes.length + 1) : bytes.length
        world.inject(arrayBufferOf(bytes.subarray(0, cut)))
        if (cut < bytes.length) world.inject(arrayBufferOf(bytes.subarray(cut)))
        await world.clock.advance(chance.one([1, 50, 1_500]))
        await world.well(LONGEST_STAY, true)
      },
      end: () => world.stop(),
    }
  },
}
