// Text and bytes: the encodings that wx file APIs know, and the host's UTF-8.

// Node and browsers both have them; the types of neither are in scope here.
declare const TextEncoder: new () => { encode(text: string): Uint8Array }
declare const TextDecoder: new (
  label?: string,
  options?: { ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string }

export const encodeUtf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
/** Bytes that are no UTF-8 become U+FFFD. */
export const decodeUtf8 = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)

/** An ArrayBuffer of exactly these bytes. */
export const exact = (bytes: Uint8Array): ArrayBuffer => {
  const copy = new Uint8Array(bytes.length)
  copy.set(bytes)
  return copy.buffer
}

const latin1 = (bytes: Uint8Array): string => {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}
const fromLatin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff)

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const word = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    text += BASE64[word >> 18]! + BASE64[(word >> 12) & 63]!
    text += i + 1 < bytes.length ? BASE64[(word >> 6) & 63]! : '='
    text += i + 2 < bytes.length ? BASE64[word & 63]! : '='
  }
  return text
}

export function fromBase64(text: string): Uint8Array {
  const clean = text.replace(/=+$/, '')
  const bytes = new Uint8Array(Math.floor((clean.length * 3) / 4))
  let word = 0
  let bits = 0
  let at = 0
  for (const character of clean) {
    word = ((word << 6) | Math.max(0, BASE64.indexOf(character))) & 0xffffff
    bits += 6
    if (bits >= 8) bytes[at++] = (word >> (bits -= 8)) & 0xff
  }
  return bytes
}

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
const fromHex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

export function encode(data: string, encoding = 'utf8'): Uint8Array | undefined {
  switch (encoding.toLowerCase()) {
    case 'utf8':
    case 'utf-8':
      return encodeUtf8(data)
    case 'ascii':
    case 'binary':
    case 'latin1':
      return fromLatin1(data)
    case 'base64':
      return fromBase64(data)
    case 'hex':
      return fromHex(data)
    default:
      return undefined
  }
}

export function decode(bytes: Uint8Array, encoding: string): string | undefined {
  switch (encoding.toLowerCase()) {
    case 'utf8':
    case 'utf-8':
      return decodeUtf8(bytes)
    case 'ascii':
    case 'binary':
    case 'latin1':
      return latin1(bytes)
    case 'base64':
      return toBase64(bytes)
    case 'hex':
      return hex(bytes)
    default:
      return undefined
  }
}
