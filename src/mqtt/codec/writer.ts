// Writes the fields of one packet into one exact buffer. Every packet is measured before, so nothing is copied after.
import { utf8Size, utf8Write } from '../../bytes/utf8'
import { PACKET_TOO_LARGE, violation } from './violation'

export type Bytes = Uint8Array

let bytes: Bytes
let at = 0

export const varintSize = (value: number): number => (value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : 4)

/** What the caller may not send: an Error without a reason code. */
export const invalid = (what: string): Error => new Error(what)

/** The size of a text field: two bytes of length, then the text. */
export function textSize(text: string, what: string): number {
  const size = typeof text === 'string' && !text.includes('\0') ? utf8Size(text) : NaN
  if (!(size < 0x10000)) throw invalid(`${what} must be text without NUL of at most 65535 bytes`)
  return size + 2
}

/** Starts a packet whose fields after the fixed header take `size` bytes. */
export function begin(header: number, size: number): void {
  if (size > 0xfffffff) throw violation('over 256 MiB', PACKET_TOO_LARGE)
  bytes = new Uint8Array(1 + varintSize(size) + size)
  bytes[0] = header
  at = 1
  writeVarint(size)
}

export function writeByte(value: number): void {
  bytes[at++] = value
}

export function writeUint16(value: number): void {
  bytes[at++] = value >> 8
  bytes[at++] = value
}

export function writeUint32(value: number): void {
  writeUint16(value >>> 16)
  writeUint16(value)
}

export function writeVarint(value: number): void {
  for (; value > 0x7f; value >>>= 7) bytes[at++] = value | 0x80
  bytes[at++] = value
}

export function writeText(text: string): void {
  const from = at
  at = utf8Write(text, bytes, from + 2)
  const size = at - from - 2
  bytes[from] = size >> 8
  bytes[from + 1] = size
}

export function writeBinary(value: Uint8Array): void {
  writeUint16(value.length)
  writeRaw(value)
}

/** Bytes or text without a length before them. */
export function writeRaw(value: string | Uint8Array): void {
  if (typeof value === 'string') at = utf8Write(value, bytes, at)
  else {
    bytes.set(value, at)
    at += value.length
  }
}

export const finish = (): Bytes => bytes
