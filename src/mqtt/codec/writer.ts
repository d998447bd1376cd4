// Writes the fields of one packet into a buffer that all packets share, then copies it out as one exact buffer. So
// nothing has to be measured before it is written: text, the slow part of it, is walked over once.
import { utf8Write } from '../../text/utf8'

/** Bytes with a buffer of their own, which can be handed over. */
export type Bytes = Uint8Array & { readonly buffer: ArrayBuffer }

/** What the caller may not send. */
export const invalid = (what: string): Error => new Error(what)

const USUAL = 4096
/** Room for the first byte and the length, which are written last. */
const FRONT = 5

let bytes: Bytes = new Uint8Array(USUAL)
let at = FRONT

export const varintSize = (value: number): number => (value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : 4)

export function begin(): void {
  // A large packet does not hold its memory for ever.
  if (bytes.length > USUAL * 16) bytes = new Uint8Array(USUAL)
  at = FRONT
}

/** The packet, its first byte being `header`. */
export function finish(header: number): Bytes {
  const end = at
  const size = end - FRONT
  const start = (at = FRONT - 1 - varintSize(size))
  writeByte(header)
  writeVarint(size)
  return bytes.slice(start, end)
}

function room(size: number): void {
  if (at + size <= bytes.length) return
  const larger = new Uint8Array((at + size) * 2)
  larger.set(bytes.subarray(0, at))
  bytes = larger
}

export function writeByte(value: number): void {
  room(1)
  bytes[at++] = value
}

export function writeUint16(value: number): void {
  writeByte(value >> 8)
  writeByte(value)
}

export function writeUint32(value: number): void {
  writeUint16(value >>> 16)
  writeUint16(value)
}

export function writeVarint(value: number): void {
  for (; value > 0x7f; value >>>= 7) writeByte(value | 0x80)
  writeByte(value)
}

/** Bytes or text without a length before them. */
export function writeRaw(value: string | Uint8Array): void {
  if (typeof value === 'string') {
    room(value.length * 3)
    at = utf8Write(value, bytes, at)
  } else {
    room(value.length)
    bytes.set(value, at)
    at += value.length
  }
}

/** A field with two bytes of length. */
export function writeField(value: string | Uint8Array): void {
  const from = at
  writeUint16(0)
  writeRaw(value)
  const size = at - from - 2
  if (size > 0xffff || (typeof value === 'string' && value.includes('\0')))
    throw invalid('more than 65535 bytes, or text with NUL')
  bytes[from] = size >> 8
  bytes[from + 1] = size
}

/** Runs `write`, and puts the length of what it wrote before it. */
export function writeSized(write: () => void): void {
  const from = at
  write()
  const size = at - from
  const front = varintSize(size)
  room(front)
  bytes.copyWithin(from + front, from, at)
  at = from
  writeVarint(size)
  at += size
}
