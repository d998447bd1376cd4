// Reads the fields of one packet, each judged as it is read: cut short, not in its shortest form, or not the text it says it is.
import { isUtf8 } from 'node:buffer'
import { malformed, protocolError, topicNameInvalid, Violation } from './violation'

const broken = (what: string): Violation => new Violation(malformed, what)

export class Fields {
  #at: number

  constructor(
    private readonly bytes: Buffer,
    start: number,
    private readonly end = bytes.length,
  ) {
    this.#at = start
  }

  get position(): number {
    return this.#at
  }

  get left(): number {
    return this.end - this.#at
  }

  #take(size: number): number {
    const from = this.#at
    if (from + size > this.end) throw broken('a field that is cut short')
    this.#at = from + size
    return from
  }

  byte(): number {
    return this.bytes[this.#take(1)]!
  }

  uint16(): number {
    return this.bytes.readUInt16BE(this.#take(2))
  }

  uint32(): number {
    return this.bytes.readUInt32BE(this.#take(4))
  }

  varint(): number {
    let value = 0
    for (let i = 0; i < 4; i++) {
      const byte = this.byte()
      value += (byte & 0x7f) * 128 ** i
      if (byte >= 0x80) continue
      if (byte === 0 && i > 0) throw broken('a number that is not in its shortest form')
      return value
    }
    throw broken('a number of more than four bytes')
  }

  /** A packet identifier, which is never 0. */
  identifier(): number {
    const id = this.uint16()
    if (id === 0) throw new Violation(protocolError, 'packet identifier 0')
    return id
  }

  /** A view into the packet. */
  binary(): Buffer {
    const size = this.uint16()
    const from = this.#take(size)
    return this.bytes.subarray(from, from + size)
  }

  text(): string {
    const field = this.binary()
    if (!isUtf8(field)) throw broken('text that is not UTF-8')
    if (field.includes(0)) throw broken('text with U+0000')
    return field.toString()
  }

  /** The name of a topic, where wildcards are forbidden. */
  topic(): string {
    const name = this.text()
    if (/[+#]/.test(name)) throw new Violation(topicNameInvalid, 'a topic name with a wildcard')
    return name
  }

  /** The fields of the next `size` bytes alone. */
  part(size: number): Fields {
    const from = this.#take(size)
    return new Fields(this.bytes, from, from + size)
  }

  rest(): Buffer {
    return this.bytes.subarray(this.#take(this.left), this.end)
  }

  slice(from: number, to: number): Buffer {
    return this.bytes.subarray(from, to)
  }

  finish(what: string): void {
    if (this.left > 0) throw broken(`bytes behind ${what}`)
  }
}
