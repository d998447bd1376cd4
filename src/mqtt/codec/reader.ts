// Reads the fields of one packet, and says where it is broken: what ends the link, and what only costs the message. The cursor
// belongs to the module: a packet is read from first to last byte without a pause, so connections cannot meet in it.
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
export const PAYLOAD_FORMAT_INVALID = 0x99

/** What stands for text that cannot be read: no MQTT text is like it. */
export const UNREADABLE = '\0'

let bytes: Uint8Array
let at = 0
let end = 0
let begin = 0
let header = 0
/** In a PUBLISH: the first thing that is wrong with it (`undefined`: nothing so far). In other packets `null`: nothing may be. */
let flaw: Violation | undefined | null = null

/** Puts the cursor on the packet that begins with `first`, and has its body in `source[from, to)`. */
export function open(first: number, source: Uint8Array, from: number, to: number): void {
  header = first
  bytes = source
  begin = at = from
  end = to
}

/** The server broke the protocol: in which packet (its first byte), and how far it was read, tells what is wrong. */
export function violation(reason = MALFORMED): Violation {
  const error: Violation = new Error(
    `reason 0x${reason.toString(16)}, packet 0x${header.toString(16)}, byte ${at - begin}`,
  )
  error.reason = reason
  return error
}

/** The link is of no use any more. */
export function fail(reason = MALFORMED): never {
  throw violation(reason)
}

/** What follows, until `unforgiving`, is the content of a PUBLISH. */
export function forgiving(): void {
  flaw = undefined
}

/** A rule is broken, but the frame is intact: it costs a PUBLISH its content, and the link where it is another packet. */
export function flawed(error = violation()): void {
  if (flaw === null) throw error
  flaw = flaw ?? error
}

/** What is wrong with the PUBLISH, if anything. */
export function unforgiving(): Violation | undefined {
  const found = flaw ?? undefined
  flaw = null
  return found
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
  const text = utf8(from)
  if (text !== undefined && !text.includes(UNREADABLE)) return text
  flawed()
  return UNREADABLE
}

/** The text from there to the cursor; `undefined` where it is no UTF-8. */
function utf8(from: number): string | undefined {
  try {
    return utf8Read(bytes, from, at)
  } catch {
    return undefined
  }
}

/** All that is left; as `text` it must be UTF-8, where NUL is allowed. */
export function readRest(text: boolean): Uint8Array {
  const from = at
  at = end
  if (text && utf8(from) === undefined) flawed(violation(PAYLOAD_FORMAT_INVALID))
  return bytes.subarray(from, end)
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
    if (/[+#]/.test(topic)) flawed()
    if (/[+#\0]/.test(topic)) return UNREADABLE
    lastTopic = topic
    lastBytes = bytes.slice(from + 2, at)
  }
  return lastTopic
}
