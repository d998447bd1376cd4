// Keeps log text as UTF-8, one character per byte: its length is its size, and an engine stores it in that many bytes.
// (A JavaScript string with one Chinese character takes two bytes for every letter in it.)
import { utf8Read } from '../bytes/utf8'

const beyondAscii = /[^\x00-\x7f]/ // eslint-disable-line no-control-regex -- the whole of ASCII is meant
const BLOCK = 8192 // below every engine's limit of arguments
const textOf = (codes: number[]): string => String.fromCharCode.apply(null, codes)

/** UTF-8, one character per byte. A lone surrogate becomes U+FFFD. Not by way of bytes: this runs for every line. */
export const toUtf8 = (text: string): string => {
  if (!beyondAscii.test(text)) return text
  let out = ''
  let bytes: number[] = []
  for (let i = 0; i < text.length; i++) {
    if (bytes.length > BLOCK) {
      out += textOf(bytes)
      bytes = []
    }
    let code = text.charCodeAt(i)
    if (code < 0x80) {
      bytes.push(code)
      continue
    }
    if (code >= 0xd800 && code < 0xe000) {
      const low = text.charCodeAt(i + 1)
      if (code < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff)
        i++
      } else code = 0xfffd
    }
    if (code < 0x800) bytes.push(0xc0 | (code >> 6))
    else {
      if (code < 0x10000) bytes.push(0xe0 | (code >> 12))
      else {
        bytes.push(0xf0 | (code >> 18))
        bytes.push(0x80 | ((code >> 12) & 0x3f))
      }
      bytes.push(0x80 | ((code >> 6) & 0x3f))
    }
    bytes.push(0x80 | (code & 0x3f))
  }
  return out + textOf(bytes)
}

/** The text again; only ever given what `toUtf8` made, cut between characters. */
export const fromUtf8 = (utf8: string): string => {
  if (!beyondAscii.test(utf8)) return utf8
  const bytes = new Uint8Array(utf8.length)
  for (let i = 0; i < utf8.length; i++) bytes[i] = utf8.charCodeAt(i)
  return utf8Read(bytes, 0, utf8.length)
}
