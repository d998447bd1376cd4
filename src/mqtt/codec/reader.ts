// Reads the fields of one packet. The cursor belongs to the module: a packet is read from first to last byte without
// a pause, so connections cannot meet in it, and no reader object is made per packet.
import { utf8Read } from '../../bytes/utf8'
import { violation } from './violation'

let bytes: Uint8Array
let at = 0
let end = 0
let begin = 0

/** Puts the cursor on `source[from, to)`. */
export function open(source: Uint8Array, from: number, to: number): void {
  bytes = source
  begin = at = from
  end = to
}

/** Bytes read so far of what was opened. */
export const position = (): number => at - begin
export const more = (): boolean => at < end

function take(size: number): number {
  const from = at
  if ((at += size) > end) throw violation('truncated')
  return from
}

export const readByte = (): number => bytes[take(1)]!

export function readUint16(): number {
  const from = take(2)
  return (bytes[from]! << 8) | bytes[from + 1]!
}

export const readUint32 = (): number => readUint16() * 0x10000 + readUint16()

/** A packet id: 0 is none. */
export function readId(): number {
  const id = readUint16()
  if (!id) throw violation('packet id 0')
  return id
}

export function readVarint(): number {
  let value = 0
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = readByte()
    value |= (byte & 0x7f) << shift
    if (byte < 0x80) {
      if (shift && !byte) break
      return value
    }
  }
  throw violation('length not in its shortest form')
}

export function readText(): string {
  const size = readUint16()
  const from = take(size)
  const text = utf8Read(bytes, from, at)
  if (text.includes('\0')) throw violation('NUL in text')
  return text
}

/** A view, valid as long as the bytes of the packet are. */
export function readBinary(): Uint8Array {
  const size = readUint16()
  const from = take(size)
  return bytes.subarray(from, at)
}

export function readRest(): Uint8Array {
  const from = at
  return bytes.subarray(from, (at = end))
}

/** A name of a topic, where wildcards are forbidden. */
export function readTopic(): string {
  const topic = readText()
  if (/[+#]/.test(topic)) throw violation('wildcard in a topic')
  return topic
}

/** The last topic of a link. Messages come in runs of one topic; comparing its bytes is cheaper than making a string. */
export interface LastTopic {
  bytes: Uint8Array
  text: string
}

export function readTopicLike(last: LastTopic): string {
  const from = at
  const known = last.bytes
  const size = readUint16()
  if (size && known.length === size && at + size <= end) {
    let same = 0
    while (same < size && known[same] === bytes[at + same]) same++
    if (same === size) {
      at += size
      return last.text
    }
  }
  at = from
  last.text = readTopic()
  last.bytes = bytes.slice(from + 2, at)
  return last.text
}

/** Runs `read` with the end moved to `size` bytes from here; it reads until there is no more. */
export function within(size: number, read: () => void): void {
  const outer = end
  const inner = at + size
  if (inner > outer) throw violation('truncated')
  end = inner
  read()
  end = outer
}
