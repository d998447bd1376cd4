// Bytes in, packets out: cuts whole packets out of chunks of any size. Bytes are copied only where a packet spans chunks, and
// then once. Of a message above the maximum only the beginning is kept, which says how to answer it; the rest flows by.
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
  /** The packet that is being read is too large: its bytes flow by. */
  skipping(): boolean
}

/** What is kept of a message that is too large (bytes): the longest topic, and its first properties. */
const HEAD = 0x12000
/** Maxima that flow by at most: what claims to be larger would hold up all behind it, or is no length at all. */
const MOST_SKIPPED = 16

export function createDecoder(version: Version, maximumPacketSize: number): Decoder {
  let chunk: Uint8Array
  let at = 0
  /** The first byte of the packet being read; -1 before it. */
  let header = -1
  /** The length of its body, and what the next byte of that length counts: 0 when it is complete. */
  let size = 0
  let scale = 1
  /** How much of its body is kept: all, or the beginning. */
  let kept = 0
  /** The body of a packet that spans chunks, as far as it is kept, and how much of it came. */
  let body: Uint8Array | undefined
  let come = 0

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
            kept = size
            const whole = 1 + varintSize(size) + size
            if (whole > maximumPacketSize) {
              if (header >> 4 !== PUBLISH || whole > maximumPacketSize * MOST_SKIPPED) fail(PACKET_TOO_LARGE)
              kept = Math.min(HEAD, maximumPacketSize - 1)
            }
          }
        }
      }
      const from = at
      at = Math.min(at + size - come, chunk.length)
      if (at - from === size) open(header, chunk, from, from + kept)
      else {
        body = body ?? new Uint8Array(kept)
        if (come < kept) body.set(chunk.subarray(from, Math.min(at, from + kept - come)), come)
        come += at - from
        if (come < size) return undefined
        open(header, body, 0, kept)
      }
      const first = header
      const cut = kept < size
      header = -1
      size = kept = come = 0
      scale = 1
      body = undefined
      if (first >> 4 === PUBLISH) return decodePublish(first, version, cut)
      const packet = decodeAnswer(first, version)
      return more() ? fail() : packet
    },

    skipping: () => kept < size && !scale,
  }
}
