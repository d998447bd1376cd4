// Reads the fields of one packet, and says where it is broken. The cursor belongs to the module: a packet is read from
// first to last byte without a pause, so connections cannot meet in it, and no reader object is made per packet.
import { utf8Read } from '../../text/utf8'

/** What a server did that MQTT forbids. */
export interface Violation extends Error {
  /** The reason code for our DISCONNECT. */
  reason?: number
}

export const MALFORMED = 0x81
export const PROTOCOL_ERROR = 0x82
export const RECEIVE_MAXIMUM_EXCEEDED = 0x93
export const TOPIC_ALIAS_INVALID = 0x94
export const PACKET_TOO_LARGE = 0x95

let bytes: Uint8Array
let at = 0
let end = 0
let begin = 0
let header = 0

/** Puts the cursor on the packet that begins with `first`, and has its body in `source[from, to)`. */
export function open(first: number, source: Uint8Array, from: number, to: number): void {
  header = first
  bytes = source
  begin = at = from
  end = to
}

/** The server broke the protocol: in which packet (its first byte), and how far it was read, tells what is wrong. */
export function fail(reason = MALFORMED): never {
  const error: Violation = new Error(
    `reason 0x${reason.toString(16)}, packet 0x${header.toString(16)}, byte ${at - begin}`,
  )
  error.reason = reason
  throw error
}

/** Bytes read so far. */
export const position = (): number => at - begin
export const more = (): boolean => at < end

function take(size: number): number {
  const from = at
  if ((at += size) > end) fail()
  return from
}

export const readByte = (): number => bytes[take(1)]!

export function readUint16(): number {
  const from = take(2)
  return (bytes[from]! << 8) | bytes[from + 1]!
}

export const readUint32 = (): number => readUint16() * 0x10000 + readUint16()

/** A packet id: 0 is none. */
export const readId = (): number => readUint16() || fail()

export function readVarint(): number {
  let value = 0
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = readByte()
    value |= (byte & 0x7f) << shift
    // Zeros in front are not its shortest form.
    if (byte < 0x80) return shift && !byte ? fail() : value
  }
  return fail()
}

/** A view, valid as long as the bytes of the packet are. */
export function readBinary(): Uint8Array {
  const size = readUint16()
  const from = take(size)
  return bytes.subarray(from, at)
}

export function readText(): string {
  const size = readUint16()
  const from = take(size)
  let text = '\0'
  try {
    text = utf8Read(bytes, from, at)
  } catch {
    // UTF-8 knows nothing of MQTT: fails below.
  }
  return text.includes('\0') ? fail() : text
}

export function readRest(): Uint8Array {
  const from = at
  return bytes.subarray(from, (at = end))
}

// The last topic. Messages come in runs of one topic; comparing its bytes is cheaper than making a string.
let lastBytes = new Uint8Array(0)
let lastTopic = ''

/** A name of a topic, where wildcards are forbidden. */
export function readTopic(): string {
  const from = at
  const size = readUint16()
  let same = 0
  if (size === lastBytes.length && at + size <= end) while (same < size && lastBytes[same] === bytes[at + same]) same++
  if (same === size && same === lastBytes.length) at += same
  else {
    at = from
    const topic = readText()
    if (/[+#]/.test(topic)) fail()
    lastTopic = topic
    lastBytes = bytes.slice(from + 2, at)
  }
  return lastTopic
}
