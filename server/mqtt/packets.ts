// Bytes to MQTT packets, within bounds: the length is judged before anything is kept, and what does not parse is malformed.
import mqtt, { type Packet } from 'mqtt-packet'

/** The client broke the protocol; the link ends with this reason code (MQTT 5). */
export class Violation extends Error {
  constructor(
    readonly reasonCode: number,
    text: string,
  ) {
    super(text)
  }
}

const malformed = 0x81
const tooLarge = 0x95

/** Cuts a stream of chunks into whole packets, however they are spread over frames. */
export function createFramer(most: number): (chunk: Buffer) => Buffer[] {
  let chunks: Buffer[] = []
  let held = 0
  // Bytes before which looking again is pointless: a packet that trickles in is joined once, not with every chunk.
  let needed = 2
  return (chunk) => {
    chunks.push(chunk)
    held += chunk.length
    if (held < needed) return []

    const bytes = chunks.length === 1 ? chunk : Buffer.concat(chunks)
    const packets: Buffer[] = []
    let start = 0
    let size = sizeAt(bytes, start)
    for (; size !== undefined; size = sizeAt(bytes, start)) {
      if (size > most) throw new Violation(tooLarge, `a packet of ${size} bytes`)
      if (start + size > bytes.length) break
      packets.push(bytes.subarray(start, start + size))
      start += size
    }
    // A copy, so that a few bytes do not hold on to a large frame.
    chunks = start === bytes.length ? [] : [Buffer.from(bytes.subarray(start))]
    held = bytes.length - start
    needed = size ?? held + 1
    return packets
  }
}

/** Size of the packet that starts here, once its header has arrived. */
function sizeAt(bytes: Buffer, start: number): number | undefined {
  let length = 0
  for (let i = 0; i < 4; i++) {
    const byte = bytes[start + 1 + i]
    if (byte === undefined) return undefined
    length += (byte & 0x7f) * 128 ** i
    if (byte < 0x80) return 2 + i + length
  }
  throw new Violation(malformed, 'a remaining length of more than four bytes')
}

/** Protocol name and level of a CONNECT, also of versions that we do not speak. */
export function protocolOf(bytes: Buffer): { name: string; level: number } | undefined {
  if (bytes[0] !== 0x10) return undefined
  const header = 2 + bytes.subarray(1, 5).findIndex((byte) => byte < 0x80)
  if (bytes.length < header + 2) return undefined
  const length = bytes.readUInt16BE(header)
  const level = bytes[header + 2 + length]
  return level === undefined ? undefined : { name: bytes.toString('latin1', header + 2, header + 2 + length), level }
}

/** Parses one whole packet. mqtt-packet reports trouble in three ways: an event, an exception, or nothing at all. */
export function parse(bytes: Buffer, protocolVersion: 4 | 5): Packet {
  let packet: Packet | undefined
  let failure: unknown
  try {
    const parser = mqtt.parser({ protocolVersion })
    parser.on('packet', (parsed) => (packet = parsed))
    parser.on('error', (error: unknown) => (failure = error))
    parser.parse(bytes)
  } catch (error) {
    failure = error
  }
  if (packet === undefined || failure !== undefined) {
    throw new Violation(malformed, failure instanceof Error ? failure.message : 'malformed packet')
  }
  if ('properties' in packet) checkProperties(packet.properties)
  if (packet.cmd === 'connect') checkProperties(packet.will?.properties)
  return packet
}

const protocolError = 0x82

/** mqtt-packet lets pass what is cut short, comes twice, or is text but not UTF-8; none of it may reach a receiver. */
function checkProperties(properties: object | undefined): void {
  for (const [name, value] of Object.entries(properties ?? {}) as [string, unknown][]) {
    const repeats = name === 'userProperties' || name === 'subscriptionIdentifier'
    if (Array.isArray(value) && !repeats) throw new Violation(protocolError, `the property ${name} comes twice`)
    const texts = name === 'userProperties' ? Object.entries(value as object).flat(2) : [value]
    for (const text of texts) {
      if (text === undefined || text === null || text === -1 || (typeof text === 'string' && text.includes('\ufffd'))) {
        throw new Violation(malformed, `the property ${name} is malformed`)
      }
    }
  }
}
