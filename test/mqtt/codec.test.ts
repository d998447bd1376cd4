// Every packet of the fixture list: read, written, mirrored, and read a byte at a time.
import { createDecoder } from '../../src/mqtt/codec/decoder'
import type { Packet } from '../../src/mqtt/codec/packet'
import { bytesOf, fixtures, hexOf } from './fixtures'

const readable = fixtures.filter(({ packet }) => packet)
const writable = fixtures.filter(({ encode }) => encode)
const titled = (list: typeof fixtures): [string, (typeof fixtures)[number]][] =>
  list.map((fixture) => [`${fixture.name} (${fixture.version > 4 ? '5' : '3.1.1'})`, fixture])

function decodeAll(version: 4 | 5, chunks: Uint8Array[], maximum = 1 << 20): Packet[] {
  const decoder = createDecoder(version, maximum)
  const packets: Packet[] = []
  for (const chunk of chunks) {
    decoder.push(chunk)
    for (let packet = decoder.next(); packet; packet = decoder.next()) packets.push(packet)
  }
  return packets
}
const byteByByte = (bytes: Uint8Array): Uint8Array[] => Array.from(bytes, (byte) => Uint8Array.of(byte))

describe('reading', () => {
  test.each(titled(readable))('%s', (_, { version, hex, packet }) => {
    expect(decodeAll(version, [bytesOf(hex)])).toEqual([packet])
  })
  test.each(titled(readable))('%s, a byte at a time', (_, { version, hex, packet }) => {
    expect(decodeAll(version, byteByByte(bytesOf(hex)))).toEqual([packet])
  })
  test.each(titled(readable))('%s, twice in one chunk behind half of itself', (_, { version, hex, packet }) => {
    const bytes = bytesOf(hex + hex + hex)
    const half = bytes.length / 6
    expect(decodeAll(version, [bytes.slice(0, half), bytes.slice(half)])).toEqual([packet, packet, packet])
  })
  test.each(titled(readable))('%s, cut short, is not a packet yet', (_, { version, hex }) => {
    expect(decodeAll(version, [bytesOf(hex).slice(0, -1)])).toEqual([])
  })
})

describe('writing', () => {
  test.each(titled(writable))('%s', (_, { hex, encode }) => {
    const bytes = encode!()
    expect(hexOf(bytes)).toBe(hex.replace(/ /g, ''))
    expect(bytes.byteOffset).toBe(0)
    expect(bytes.buffer.byteLength).toBe(bytes.length)
  })
  test.each(titled(writable.filter(({ packet }) => packet)))('%s is read as it was written', (_, fixture) => {
    expect(decodeAll(fixture.version, [fixture.encode!()])).toEqual([fixture.packet])
  })
})

test('two connections that take turns do not disturb each other', () => {
  const stream = bytesOf(
    readable
      .filter(({ version }) => version === 5)
      .map(({ hex }) => hex)
      .join(''),
  )
  const other = bytesOf(
    readable
      .filter(({ version }) => version === 4)
      .map(({ hex }) => hex)
      .join(''),
  )
  const a = createDecoder(5, 1000)
  const b = createDecoder(4, 1000)
  const read: [Packet[], Packet[]] = [[], []]
  for (let i = 0; i < Math.max(stream.length, other.length); i++) {
    ;[a, b].forEach((decoder, which) => {
      decoder.push((which ? other : stream).slice(i, i + 1))
      const packet = decoder.next()
      if (packet) read[which]!.push(packet)
    })
  }
  expect(read).toEqual([decodeAll(5, [stream]), decodeAll(4, [other])])
})

test('the same topic is the same text whatever stood between', () => {
  const topics = ['a/b', 'a/b', 'a/c', 'a/b', 'a/bc', 'a/b']
  const hex = topics.map((topic) => {
    const name = Buffer.from(topic).toString('hex')
    return `30 ${(topic.length + 2).toString(16).padStart(2, '0')} ${topic.length.toString(16).padStart(4, '0')} ${name}`
  })
  expect(decodeAll(4, [bytesOf(hex.join(''))]).map((packet) => packet.type === 3 && packet.topic)).toEqual(topics)
})

test('a payload is a view of what was received, not a copy', () => {
  const chunk = bytesOf('30 07 0003 612f62 6869')
  const [packet] = decodeAll(4, [chunk])
  expect(packet?.type === 3 && packet.payload.buffer).toBe(chunk.buffer)
})

test('a packet that spans chunks costs each byte one copy, and never more memory than it has bytes', () => {
  const size = 100_000
  const body = Uint8Array.of(0, 1, 97, ...new Uint8Array(size - 3))
  const packet = Uint8Array.from([0x30, 0xa0, 0x8d, 0x06, ...body])
  const made: number[] = []
  const copy = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), 'set')!
    .value as Uint8Array['set']
  const set = jest.spyOn(Uint8Array.prototype, 'set').mockImplementation(function (this: Uint8Array, from, at) {
    made.push(Array.from(from).length)
    copy.call(this, from, at)
  })
  try {
    const decoder = createDecoder(4, size + 4)
    let whole = 0
    for (let at = 0; at < packet.length; at += 10) {
      decoder.push(packet.subarray(at, at + 10))
      if (decoder.next()) whole++
    }
    expect(whole).toBe(1)
  } finally {
    set.mockRestore()
  }
  expect(made.reduce((sum, bytes) => sum + bytes, 0)).toBe(size)
})
