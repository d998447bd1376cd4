// Cuts whole packets out of chunks of any size. Bytes are copied only where a packet spans chunks, and then once;
// what is kept is one packet at most, and no packet above the maximum is begun.
import { open } from './reader'
import { PACKET_TOO_LARGE, violation } from './violation'
import { varintSize } from './writer'

export interface Framing {
  /** The chunk before must have been read to its end. */
  push: (next: Uint8Array) => void
  /** The first byte of the next whole packet, the reader put on what follows its length; -1 when there is none yet. */
  next(): number
}

export function createFraming(maximumPacketSize: number): Framing {
  let chunk: Uint8Array = new Uint8Array(0)
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
      if (header < 0) {
        if (at >= chunk.length) return -1
        header = chunk[at++]!
        size = 0
        scale = 1
      }
      while (scale) {
        if (at >= chunk.length) return -1
        const byte = chunk[at++]!
        size += (byte & 0x7f) * scale
        if (byte < 0x80) {
          if (!byte && scale > 1) throw violation('length not in its shortest form')
          scale = 0
          if (1 + varintSize(size) + size > maximumPacketSize) throw violation(`${size} bytes`, PACKET_TOO_LARGE)
        } else if ((scale *= 0x80) > 0x200000) throw violation('length of more than four bytes')
      }
      const first = header
      const here = chunk.length - at
      if (!body && here >= size) {
        open(chunk, at, (at += size))
        header = -1
        return first
      }
      if (!body) {
        body = new Uint8Array(size)
        filled = 0
      }
      const part = Math.min(size - filled, here)
      body.set(chunk.subarray(at, at + part), filled)
      at += part
      filled += part
      if (filled < size) return -1
      open(body, 0, size)
      body = undefined
      header = -1
      return first
    },
  }
}
