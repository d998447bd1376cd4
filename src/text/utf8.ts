// Text to UTF-8 and back, strictly, because a mini-program has no TextEncoder.

/**
 * Writes `text` at `at` and returns where it ends; there must be room for three bytes for each of its code units.
 * Throws an Error on a lone surrogate. (To measure first would cost a second walk over the text, the slowest thing that
 * a phone without a JIT does when it sends.)
 */
export function utf8Write(text: string, bytes: Uint8Array, at: number): number {
  const { length } = text
  for (let i = 0; i < length; i++) {
    let code = text.charCodeAt(i)
    if (code < 0x80) {
      bytes[at++] = code
      continue
    }
    if (code < 0x800) bytes[at++] = 0xc0 | (code >> 6)
    else {
      if (code >> 11 === 0x1b) {
        const low = text.charCodeAt(++i)
        if (code > 0xdbff || low >> 10 !== 0x37) throw new Error('text with half a surrogate pair')
        code = 0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff)
        bytes[at++] = 0xf0 | (code >> 18)
        bytes[at++] = 0x80 | ((code >> 12) & 0x3f)
      } else bytes[at++] = 0xe0 | (code >> 12)
      bytes[at++] = 0x80 | ((code >> 6) & 0x3f)
    }
    bytes[at++] = 0x80 | (code & 0x3f)
  }
  return at
}

const nowhere = new Uint8Array(0)

/** How many bytes `text` takes: what is written beyond the end of an array is nowhere. Throws as `utf8Write` does. */
export const utf8Size = (text: string): number => utf8Write(text, nowhere, 0)

// `apply` spreads its array over the stack, so long text goes in pieces.
const PIECE = 8000

/** The text in `bytes[from, to)`. Throws an Error on anything that is not well-formed UTF-8. */
export function utf8Read(bytes: Uint8Array, from: number, to: number): string {
  let text = ''
  let codes: number[] = []
  while (from < to) {
    let code = bytes[from++]!
    if (code > 0x7f) {
      let more = code < 0xc2 ? 0 : code < 0xe0 ? 1 : code < 0xf0 ? 2 : code < 0xf5 ? 3 : 0
      const least = more > 2 ? 0x10000 : more > 1 ? 0x800 : 0x80
      code = more ? code & (0x3f >> more) : -1
      for (; more; more--) {
        const next = bytes[from++]!
        // A byte that does not continue makes the code impossible, to be found below.
        code = (next & 0xc0) === 0x80 ? (code << 6) | (next & 0x3f) : -1 << 24
      }
      if (from > to || code < least || code > 0x10ffff || code >> 11 === 0x1b) throw new Error('invalid UTF-8')
      if (code > 0xffff) {
        codes.push(0xd7c0 + (code >> 10))
        code = 0xdc00 | (code & 0x3ff)
      }
    }
    if (codes.push(code) > PIECE) {
      text += String.fromCharCode.apply(null, codes)
      codes = []
    }
  }
  return text + String.fromCharCode.apply(null, codes)
}
