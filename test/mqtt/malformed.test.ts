// What a server may not send is refused, with a reason, and costs no more memory than the largest packet allowed. Inside the frame
// of a PUBLISH it is a flaw of that message; everywhere else it is a violation that ends the link.
import fc from 'fast-check'
import { createDecoder } from '../../src/mqtt/codec/decoder'
import type { Packet, Publish, Version } from '../../src/mqtt/codec/packet'
import type { Violation } from '../../src/mqtt/codec/reader'
import { bytesOf, fixtures } from './fixtures'

const MAXIMUM = 4096

/** Packets until the end, or the violation that ended it. */
function read(version: Version, bytes: Uint8Array): { packets: Packet[]; violation?: Violation } {
  const decoder = createDecoder(version, MAXIMUM)
  const packets: Packet[] = []
  decoder.push(bytes)
  try {
    for (let packet = decoder.next(); packet; packet = decoder.next()) packets.push(packet)
    return { packets }
  } catch (error) {
    return { packets, violation: error as Violation }
  }
}

const refused: [what: string, version: Version, hex: string, reason: number][] = [
  ['type 0', 5, '00 00', 0x81],
  ['CONNECT', 5, '10 00', 0x81],
  ['SUBSCRIBE', 5, '82 00', 0x81],
  ['UNSUBSCRIBE without its flags', 5, 'a0 00', 0x81],
  ['PINGREQ', 5, 'c0 00', 0x81],
  ['reserved flags', 5, 'd1 00', 0x81],
  ['PUBREL without its flags', 4, '60 02 0001', 0x81],
  ['a length of five bytes', 5, '30 ff ff ff ff 01', 0x81],
  ['a length not in its shortest form', 5, '30 87 00', 0x81],
  ['a length of zero in two bytes', 5, 'd0 80 00', 0x81],
  ['a packet above the maximum', 5, 'b0 fe 1f', 0x95],
  ['a message above sixteen maxima', 5, '30 80 80 04', 0x95],
  ['a PINGRESP with a body', 5, 'd0 01 00', 0x81],
  ['CONNACK cut short', 4, '20 01 00', 0x81],
  ['CONNACK with reserved flags', 4, '20 02 02 00', 0x81],
  ['CONNACK with a session and a refusal', 5, '20 03 01 87 00', 0x81],
  ['CONNACK of 3.1.1 with a reserved code', 4, '20 02 00 06', 0x81],
  ['CONNACK of 3.1.1 with a code of MQTT 5', 4, '20 02 00 87', 0x81],
  ['CONNACK with a reserved code', 5, '20 03 00 05 00', 0x81],
  ['CONNACK without properties', 5, '20 02 00 00', 0x81],
  ['CONNACK of 3.1.1 with properties', 4, '20 03 00 00 00', 0x81],
  ['PUBLISH QoS 3', 4, '36 05 0001 61 0001', 0x81],
  ['PUBLISH QoS 0 repeated', 4, '38 03 0001 61', 0x81],
  ['PUBLISH QoS 1 with packet id 0', 4, '32 05 0001 61 0000', 0x81],
  ['PUBLISH QoS 1 without packet id', 4, '32 03 0001 61', 0x81],
  ['PUBLISH with an empty topic', 4, '30 02 0000', 0x81],
  ['PUBLISH with an empty topic and no alias', 5, '30 03 0000 00', 0x81],
  ['PUBLISH to a wildcard', 4, '30 05 0003 612f2b', 0x81],
  ['PUBLISH to #', 4, '30 03 0001 23', 0x81],
  ['PUBLISH with a topic longer than itself', 4, '30 03 0009 61', 0x81],
  ['NUL in a topic', 4, '30 03 0001 00', 0x81],
  ['half a surrogate pair in a topic', 4, '30 05 0003 eda080', 0x81],
  ['an overlong form in a topic', 4, '30 04 0002 c080', 0x81],
  ['beyond Unicode in a topic', 4, '30 06 0004 f4908080', 0x81],
  ['a topic that ends inside a character', 4, '30 04 0002 e4b8', 0x81],
  ['properties longer than the packet', 5, '30 04 0001 61 05', 0x81],
  ['properties whose length is not in its shortest form', 5, '30 05 0001 61 8000', 0x81],
  ['an unknown property', 5, '30 06 0001 61 02 7f00', 0x81],
  ['a property of another packet', 5, '30 07 0001 61 03 13 0001', 0x81],
  ['a will property', 5, '30 09 0001 61 05 18 00000001', 0x81],
  ['a property cut short', 5, '30 06 0001 61 02 0200', 0x81],
  ['a property twice', 5, '30 08 0001 61 04 0101 0101', 0x82],
  ['payload format 2', 5, '30 06 0001 61 02 0102', 0x82],
  ['subscription identifier 0', 5, '30 06 0001 61 02 0b00', 0x82],
  ['a wildcard in the response topic', 5, '30 08 0001 61 04 08 0001 2b', 0x81],
  ['receive maximum 0', 5, '20 06 00 00 03 21 0000', 0x82],
  ['maximum packet size 0', 5, '20 08 00 00 05 27 00000000', 0x82],
  ['maximum QoS 2', 5, '20 05 00 00 02 24 02', 0x82],
  ['PUBACK for packet id 0', 5, '40 02 0000', 0x81],
  ['PUBACK of 3.1.1 with a reason', 4, '40 03 0001 00', 0x81],
  ['PUBACK with a topic alias', 5, '40 07 0001 00 03 23 0001', 0x81],
  ['bytes after the properties of a PUBACK', 5, '40 05 0001 00 00 00', 0x81],
  ['SUBACK without codes', 4, '90 02 0001', 0x81],
  ['SUBACK with a reserved code', 5, '90 04 0001 00 03', 0x81],
  ['UNSUBACK without codes', 5, 'b0 03 0001 00', 0x81],
  ['UNSUBACK of 3.1.1 with a code', 4, 'b0 03 0001 00', 0x81],
  ['DISCONNECT in 3.1.1', 4, 'e0 00', 0x81],
  ['AUTH in 3.1.1', 4, 'f0 00', 0x81],
  ['DISCONNECT with a code of the client', 5, 'e0 01 04', 0x81],
  ['DISCONNECT with a session expiry', 5, 'e0 07 00 05 11 00000001', 0x81],
]

test.each(refused)('%s (version %i)', (_, version, hex, reason) => {
  const { packets, violation } = read(version, bytesOf(hex))
  const message = packets.find(({ type }) => type === 3) as Publish | undefined
  expect(packets.length).toBe(message ? 1 : 0)
  const wrong = message ? message.flaw : violation
  expect(wrong?.reason).toBe(reason)
  expect(wrong?.message).toMatch(/^reason 0x8|9.*, packet 0x[0-9a-f]+, byte \d+$/)
})

test('packets before the broken one are delivered', () => {
  const { packets, violation } = read(5, bytesOf('d0 00 40 02 0007 00 00'))
  expect(packets.map(({ type }) => type)).toEqual([13, 4])
  expect(violation).toBeDefined()
})

const streams = ([4, 5] as const).map((version) =>
  fixtures.filter((fixture) => fixture.version === version && fixture.packet).map(({ hex }) => bytesOf(hex)),
)

/** A valid packet with a few bytes changed, inserted or left out. */
const mutated = fc
  .tuple(
    fc.constantFrom(0, 1),
    fc.nat(1000),
    fc.array(fc.tuple(fc.constantFrom('set', 'insert', 'drop'), fc.nat(200), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([which, pick, changes]): [Version, Uint8Array] => {
    const list = streams[which]!
    const bytes = Array.from(list[pick % list.length]!)
    for (const [how, at, value] of changes) {
      const place = at % (bytes.length + 1)
      if (how === 'set') bytes[place] = value
      else if (how === 'insert') bytes.splice(place, 0, value)
      else bytes.splice(place, 1)
    }
    return [which ? 5 : 4, Uint8Array.from(bytes)]
  })

describe('whatever a server sends', () => {
  const outcomes = { packets: 0, violations: 0, waiting: 0 }

  function check(version: Version, bytes: Uint8Array): void {
    const { packets, violation } = read(version, bytes)
    if (violation) {
      // A reason and a place: our own refusal, and not a fault in our code.
      expect(violation.reason).toBeGreaterThanOrEqual(0x81)
      expect(violation.message).toMatch(/, packet 0x[0-9a-f]+, byte \d+$/)
      expect(violation.name).toBe('Error')
      outcomes.violations++
    } else if (packets.length) outcomes.packets++
    else outcomes.waiting++
    // In one chunk or byte by byte, it is the same.
    const decoder = createDecoder(version, MAXIMUM)
    const slow: Packet[] = []
    let broken: Violation | undefined
    try {
      for (const byte of bytes) {
        decoder.push(Uint8Array.of(byte))
        const packet = decoder.next()
        if (packet) slow.push(packet)
      }
    } catch (error) {
      broken = error as Violation
    }
    expect(slow).toEqual(packets)
    expect(broken?.message).toBe(violation?.message)
  }

  test('mutations of valid packets: a packet or a violation, the same in any chunks', () => {
    fc.assert(
      fc.property(mutated, ([version, bytes]) => check(version, bytes)),
      { numRuns: 3000 },
    )
    // The test would be blind if everything took one way.
    expect(Math.min(outcomes.packets, outcomes.violations, outcomes.waiting)).toBeGreaterThan(100)
  })

  test('noise', () => {
    fc.assert(fc.property(fc.constantFrom<Version>(4, 5), fc.uint8Array({ maxLength: 60 }), check), { numRuns: 1000 })
  })
})

test('a message above the maximum flows by, in any chunks: its topic and id are known, and what follows is read', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<Version>(4, 5),
      fc.integer({ min: MAXIMUM, max: 12_000 }),
      fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 20 }),
      (version, size, cuts) => {
        const length = [(size & 0x7f) | 0x80, size >> 7]
        const large = [0x32, ...length, 0, 1, 97, 0, 7, ...new Array<number>(size - 5).fill(0)]
        const bytes = Uint8Array.from([...large, 0xd0, 0])
        const decoder = createDecoder(version, MAXIMUM)
        const packets: Packet[] = []
        for (let at = 0, turn = 0; at < bytes.length; at += cuts[turn++ % cuts.length]!) {
          decoder.push(bytes.slice(at, at + cuts[turn % cuts.length]!))
          for (let packet = decoder.next(); packet; packet = decoder.next()) packets.push(packet)
        }
        const [message, answer] = packets as [Publish, Packet]
        expect([message.topic, message.id, message.payload.length, message.flaw?.reason]).toEqual(['a', 7, 0, 0x95])
        expect([answer.type, packets.length]).toEqual([13, 2])
      },
    ),
    { numRuns: 300 },
  )
})

test('no buffer is ever made that is larger than the maximum', () => {
  const made: number[] = []
  const [allowed, greedy] = ['30 fd 1f', '30 80 80 02'].map(bytesOf)
  const more = new Uint8Array(1)
  const Real = Uint8Array
  const spy = jest.spyOn(globalThis, 'Uint8Array').mockImplementation(((size: number) => {
    const bytes = new Real(size)
    made.push(bytes.length)
    return bytes
  }) as never)
  try {
    for (const start of [allowed!, greedy!]) {
      const decoder = createDecoder(5, MAXIMUM)
      decoder.push(start)
      expect(decoder.next()).toBeUndefined()
      decoder.push(more)
      expect(decoder.next()).toBeUndefined()
    }
  } finally {
    spy.mockRestore()
  }
  expect(made).toEqual([MAXIMUM - 3, MAXIMUM - 1])
})
