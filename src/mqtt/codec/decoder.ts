// Bytes in, packets out: cuts whole packets out of chunks of any size. Bytes are copied only where a packet spans chunks,
// and then once; what is kept is one packet at most, and no packet above the maximum is begun.
import { decodeAnswer } from './answer'
import { PUBLISH, type Packet, type Version } from './packet'
import { decodePublish } from './publish'
import { fail, more, open, PACKET_TOO_LARGE } from './reader'
import { varintSize } from './writer'

export interface Decoder {
  /** Takes the next bytes of the link; packets of the bytes before must have been taken out. */
  push(next: Uint8Array): void
  /**
   * The next whole packet; `undefined` until more bytes come. Throws a Violation, after which the decoder is of no use.
   * Views in the packet (payload, binary properties) show the bytes that were pushed.
   */
  next(): Packet | undefined
}

export function createDecoder(version: Version, maximumPacketSize: number): Decoder {
  let chunk: Uint8Array
  let at = 0
  /** The first byte of the packet being read; -1 before it. */
  let header = -1
  /** The length of its body, and what the next byte of that length counts: 0 when it is complete. */
  let size = 0
  let scale = 1
  /** The body of a packet that spans chunks, as far as it came. */
  let body: Uint8Array | undefined
  let filled = 0

  return {
    push(next) {
      chunk = next
      at = 0
    },

    next() {
      while (scale) {
        if (at >= chunk.length) return undefined
        const byte = chunk[at++]!
        if (header < 0) {
          header = byte
          open(header, chunk, at, at)
        } else {
          size += (byte & 0x7f) * scale
          if (byte > 0x7f) {
            if ((scale *= 0x80) > 0x200000) fail()
          } else {
            if (!byte && scale > 1) fail()
            scale = 0
            if (1 + varintSize(size) + size > maximumPacketSize) fail(PACKET_TOO_LARGE)
          }
        }
      }
      const from = at
      at = Math.min(at + size - filled, chunk.length)
      if (at - from === size) open(header, chunk, from, at)
      else {
        body = body ?? new Uint8Array(size)
        body.set(chunk.subarray(from, at), filled)
        filled += at - from
        if (filled < size) return undefined
        open(header, body, 0, size)
      }
      const first = header
      header = -1
      size = filled = 0
      scale = 1
      body = undefined
      const packet = first >> 4 === PUBLISH ? decodePublish(first, version) : decodeAnswer(first, version)
      return more() ? fail() : packet
    },
  }
}
