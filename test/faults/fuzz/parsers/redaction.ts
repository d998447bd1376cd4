// What enters the log: whatever it is, no secret comes out, little comes out, and nothing is thrown.
import { protect } from '../../../../src/errors/secrets'
import { createRedactor } from '../../../../src/log/redact'
import { fromUtf8, wellFormed } from '../../../../src/text/binary-text'
import type { Chance } from '../../random'
import type { Parser, Way } from '../feed'
import { hostile, mutateValue } from '../mutate'

/** Characters of one record: texts of 4,000 in all, and the last of them; its keys, and its brackets. */
const MOST = 40_000

const letters = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const odd = ['"', '\\', '/', '+', '%', ' ', '&', '汉', 'é', '😀', '\n', '\ud800']

function secretOf(chance: Chance): string {
  const strange = chance.yes(0.4)
  let secret = ''
  for (let n = chance.between(8, 24); n > 0; n--)
    secret += strange && chance.yes(0.2) ? chance.one(odd) : letters[chance.below(letters.length)]!
  return secret
}

const words = ['token', 'bearer ', 'basic\t', 'pwd=', '"secret": "', '://', '@', 'eyJ', '13800138000', ' ', '%3d', "'", 'a', '汉', '86 139', '\\"', ':', '\ud83d'] // prettier-ignore

function textOf(chance: Chance, secrets: readonly string[]): string {
  let text = ''
  for (let n = chance.between(0, 6); n > 0; n--) {
    const many = chance.yes(0.01) ? chance.below(70_000) : chance.yes(0.1) ? chance.below(300) : 1
    const word = chance.one(words)
    text += word.repeat(Math.ceil(many / word.length))
  }
  const at = chance.below(text.length + 1)
  const secret = chance.one(secrets)
  const planted = chance.one([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(wellFormed(secret))])
  return chance.yes(0.6) ? text.slice(0, at) + planted + text.slice(at) : text
}

const names = ['url', 'detail', 'token', 'pwd', 'errMsg', 'cause', 'byteLength', 'stack', 'length', 'toJSON', 'message', '__proto__', 'msg'] // prettier-ignore

function valueOf(chance: Chance, secrets: readonly string[], depth = 0): unknown {
  const deeper = () => valueOf(chance, secrets, depth + 1)
  switch (chance.below(depth > 5 ? 4 : 12)) {
    case 0:
    case 1:
    case 2:
      return textOf(chance, secrets)
    case 3:
      return chance.one<unknown>([
        1,
        13_800_138_000,
        NaN,
        null,
        undefined,
        true,
        10n,
        Symbol('s'),
        () => 1,
        new Uint8Array(3),
      ])
    case 4:
      return hostile(chance)
    case 5:
      return Object.assign(new Error(textOf(chance, secrets)), { code: 1, cause: deeper() })
    case 6: {
      const ring: unknown[] = [deeper()]
      ring.push(ring)
      return ring
    }
    case 7:
      return { get trap() { throw new Error(secrets[0]) }, [textOf(chance, secrets)]: deeper() } // prettier-ignore
    case 8: {
      // Wide, and all alike: names that were met before cost nothing.
      const wide: Record<string, unknown> = {}
      const name = chance.one(names)
      for (let n = chance.below(300); n > 0; n--) wide[`${name}${n}`] = n
      return Array.from({ length: chance.below(100) }, () => wide)
    }
    case 9:
      return new Proxy({}, { ownKeys: () => { throw new Error(secrets[0]) } }) // prettier-ignore
    default: {
      const map: Record<string, unknown> = {}
      for (let n = chance.between(1, 5); n > 0; n--) {
        const key = chance.yes(0.8) ? chance.one(names) : textOf(chance, secrets)
        Object.defineProperty(map, key, { value: deeper(), enumerable: true, configurable: true, writable: true })
      }
      return map
    }
  }
}

const fields = {
  url: 'wss://im.example.com/mqtt?token=abcdefgh',
  detail: 'close 1006',
  code: 31_004,
  cause: { errMsg: 'request:fail' },
}

export const redaction: Parser = {
  name: 'redaction',
  what: 'what enters the log, with secrets planted in it',
  one(chance): Way {
    const { clean } = createRedactor()
    const secrets = Array.from({ length: chance.between(1, 3) }, () => secretOf(chance))
    secrets.forEach(protect)
    let hidden = false
    for (let n = chance.between(1, 3); n > 0; n--) {
      const value = chance.yes(0.2)
        ? { ...(mutateValue(chance, fields) as object), extra: textOf(chance, secrets) }
        : valueOf(chance, secrets)
      const json = JSON.stringify({ value: clean(value) })
      if (json.length > MOST) throw new Error(`a record of ${json.length} characters`)
      // As a sink hears it.
      const line = fromUtf8(json)
      JSON.parse(line)
      for (const secret of secrets)
        for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(wellFormed(secret))])
          if (line.includes(form)) throw new Error(`a secret in the log: ${form}`)
      hidden ||= line.includes('[hidden]')
    }
    return hidden ? 'refused' : 'taken'
  },
}
