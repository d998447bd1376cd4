// Text and addresses, against what Node says of the same: UTF-8 of the wire, UTF-8 of the log, urls.
import { utf8Read, utf8Size, utf8Write } from '../../../../src/text/utf8'
import { fromUtf8, toUtf8, wellFormed } from '../../../../src/text/binary-text'
import { whyNot } from '../../../../src/text/url'
import type { Chance } from '../../random'
import type { Parser, Way } from '../feed'
import { mutateBytes, mutateText } from '../mutate'

/** Good characters of every length, and byte by byte what is none: overlong, half a pair, beyond Unicode, cut short. */
const good = ['a', '~', '\0', '\x7f', '\x80', '߿', 'ࠀ', '汉', '￿', '😀', '\u{10ffff}', 'ÿ', '\ufeff'].map((one) =>
  Buffer.from(one),
)
const bad =
  ['c080', 'c1bf', 'e08080', 'e09fbf', 'f0808080', 'f08fbfbf', 'eda080', 'edbfbf', 'eda080edb080', 'f4908080', 'f5808080', 'fe', 'ff', '80', 'bf', 'c2', 'e6b1', 'f09f98', 'f8888080', '00c2'] // prettier-ignore
    .map((hex) => Buffer.from(hex, 'hex'))

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const judge = (bytes: Uint8Array): string | undefined => {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

function bytesOf(chance: Chance): Uint8Array {
  const parts = Array.from({ length: chance.between(0, 8) }, () => chance.one(chance.yes(0.93) ? good : bad))
  // `apply` takes long text in pieces: where one ends, and the next begins.
  if (chance.yes(0.005)) parts.unshift(Buffer.from('x'.repeat(7_990 + chance.below(20))))
  const bytes = Uint8Array.from(Buffer.concat(parts))
  return chance.yes(0.3) ? mutateBytes(chance, bytes) : bytes
}

export const utf8: Parser = {
  name: 'utf8',
  what: 'UTF-8 of the wire, against TextDecoder',
  one(chance): Way {
    const bytes = bytesOf(chance)
    // In the middle of others, which are none of its business.
    const before = chance.below(3)
    const around = new Uint8Array(before + bytes.length + 3).fill(chance.one([0x80, 0xbf, 0x41]))
    around.set(bytes, before)
    let text: string | undefined
    try {
      text = utf8Read(around, before, before + bytes.length)
    } catch (error) {
      if ((error as Error).message !== 'invalid UTF-8') throw error
    }
    const hex = Buffer.from(bytes.subarray(0, 40)).toString('hex')
    if (text !== judge(bytes))
      throw new Error(
        `${hex}: read ${text === undefined ? 'as invalid' : JSON.stringify(text.slice(0, 40))}, TextDecoder disagrees`,
      )
    if (text === undefined) return 'refused'
    const room = new Uint8Array(text.length * 3)
    const end = utf8Write(text, room, 0)
    if (end !== bytes.length || utf8Size(text) !== end) throw new Error(`${hex}: ${end} bytes when it is written`)
    for (let at = 0; at < end; at++)
      if (room[at] !== bytes[at]) throw new Error(`${hex}: other bytes when it is written`)
    return 'taken'
  },
}

const units = ['a', '"', '\n', '\0', 'é', '汉', '😀', '\ud800', '\udfff', '\udc00', '\udbff', '\u2028']
const half = /[\ud800-\udfff]/u

export const logText: Parser = {
  name: 'log-text',
  what: 'text as the log keeps it, with halves of characters',
  one(chance): Way {
    let text = ''
    for (let n = chance.below(20); n > 0; n--) text += chance.one(units)
    const whole = !half.test(text)
    const kept = toUtf8(text)
    if (kept !== Buffer.from(text).toString('latin1'))
      throw new Error(`${JSON.stringify(text)} is kept as ${JSON.stringify(kept)}`)
    if (fromUtf8(kept) !== wellFormed(text)) throw new Error(`${JSON.stringify(text)} comes back as another text`)
    if (whole !== (utf8SizeOrNone(text) !== undefined))
      throw new Error(`${JSON.stringify(text)} is ${whole ? 'refused' : 'written'} for the wire`)
    return whole ? 'taken' : 'refused'
  },
}
const utf8SizeOrNone = (text: string): number | undefined => {
  try {
    return utf8Size(text)
  } catch {
    return undefined
  }
}

const addresses = ['wss://im.example.com/mqtt', 'ws://localhost:8080/mqtt?x=1', 'https://im.example.com:443', 'http://127.0.0.1:80/a', 'WS://[::1]:1/', 'ws://127.0.0.1.evil.example', 'ws://localhost.example', 'http://10.0.0.1', 'wss://a_b.example:65535/%20', 'ws://127.1.2.3?@evil.example'] // prettier-ignore
const scraps = ['@', ':', '//', '\\', '#', '?', '[', ']', '.', '%2f', '\t', '\n', 'localhost', '127.0.0.1', '[::1]', ':65536', ':00080', '。', 'ⓛocalhost', '\u200b'] // prettier-ignore

export const urls: Parser = {
  name: 'urls',
  what: 'addresses, against URL',
  one(chance): Way {
    let address = chance.one(addresses)
    if (chance.yes(0.5)) address = mutateText(chance, address, addresses)
    for (let n = chance.below(3); n > 0; n--) {
      const at = chance.below(address.length + 1)
      address = address.slice(0, at) + chance.one(scraps) + address.slice(at)
    }
    const kind = chance.one(['ws', 'http'] as const)
    const plain = chance.yes(0.3)
    const why = whyNot(address, kind, plain)
    if (why !== undefined) {
      if (why.length > 200) throw new Error(`${JSON.stringify(address)}: ${why}`)
      return 'refused'
    }
    let url: URL
    try {
      url = new URL(address)
    } catch {
      return 'taken' // a name that no server can have: the platform will say so
    }
    const { protocol, hostname, username, password } = url
    const secure = protocol === `${kind}s:`
    const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
    if (!secure && protocol !== `${kind}:`) throw new Error(`${JSON.stringify(address)} is dialled as ${protocol}`)
    if (!secure && !plain && !loopback)
      throw new Error(`${JSON.stringify(address)} is dialled in plain, at ${hostname}`)
    if (username || password) throw new Error(`${JSON.stringify(address)} carries a user`)
    return 'taken'
  },
}
