// Cuts a stream of chunks into whole packets, within bounds: the length is judged before anything is kept.
import { malformed, packetTooLarge, Violation } from './violation'

export class Framer {
  #chunks: Buffer[] = []
  #held = 0
  /** Bytes before which looking again is pointless: a packet that trickles in is joined once, not with every chunk. */
  #needed = 2

  /** However the packets are spread over the chunks, none may have more than `most` bytes. */
  constructor(private readonly most: number) {}

  /** Bytes of a packet that is not whole yet. */
  get held(): number {
    return this.#held
  }

  /** The packets that are whole now. */
  push(chunk: Buffer): Buffer[] {
    // The usual case: nothing is left over, and one packet comes in one chunk.
    if (this.#held === 0 && sizeAt(chunk, 0) === chunk.length && chunk.length <= this.most) return [chunk]
    this.#chunks.push(chunk)
    this.#held += chunk.length
    if (this.#held < this.#needed) return []

    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks)
    const packets: Buffer[] = []
    let start = 0
    let size = sizeAt(bytes, start)
    for (; size !== undefined; size = sizeAt(bytes, start)) {
      if (size > this.most) throw new Violation(packetTooLarge, `a packet of ${size} bytes`)
      if (start + size > bytes.length) break
      packets.push(bytes.subarray(start, start + size))
      start += size
    }
    // A copy, so that a few bytes do not hold on to a large frame.
    this.#chunks = start === bytes.length ? [] : [Buffer.from(bytes.subarray(start))]
    this.#held = bytes.length - start
    this.#needed = size ?? this.#held + 1
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
    if (byte >= 0x80) continue
    if (byte === 0 && i > 0) throw new Violation(malformed, 'a remaining length that is not in its shortest form')
    return 2 + i + length
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
