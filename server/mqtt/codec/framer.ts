// Cuts a stream of chunks into whole packets, within bounds: the length is judged before anything is kept.
import { malformed, packetTooLarge, Violation } from './violation'

export interface Framer {
  /** The packets that are whole now. */
  push(chunk: Buffer): Buffer[]
  /** Bytes of a packet that is not whole yet. */
  readonly held: number
}

/** However the packets are spread over the chunks, none may have more than `most` bytes. */
export function createFramer(most: number): Framer {
  let chunks: Buffer[] = []
  let held = 0
  // Bytes before which looking again is pointless: a packet that trickles in is joined once, not with every chunk.
  let needed = 2
  return {
    get held() {
      return held
    },
    push(chunk) {
      chunks.push(chunk)
      held += chunk.length
      if (held < needed) return []

      const bytes = chunks.length === 1 ? chunk : Buffer.concat(chunks)
      const packets: Buffer[] = []
      let start = 0
      let size = sizeAt(bytes, start)
      for (; size !== undefined; size = sizeAt(bytes, start)) {
        if (size > most) throw new Violation(packetTooLarge, `a packet of ${size} bytes`)
        if (start + size > bytes.length) break
        packets.push(bytes.subarray(start, start + size))
        start += size
      }
      // A copy, so that a few bytes do not hold on to a large frame.
      chunks = start === bytes.length ? [] : [Buffer.from(bytes.subarray(start))]
      held = bytes.length - start
      needed = size ?? held + 1
      return packets
    },
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
