// How good input becomes bad: byte by byte, and where its structure is known, by putting the wrong thing in the right place.
import type { Chance } from '../random'

const edges = [0x00, 0x01, 0x02, 0x04, 0x10, 0x20, 0x7f, 0x80, 0x81, 0xc0, 0xe0, 0xf8, 0xfe, 0xff]

/** One to four wounds. `others`: more of the same kind, to cross with. */
export function mutateBytes(chance: Chance, bytes: Uint8Array, others: readonly Uint8Array[] = []): Uint8Array {
  let list = Array.from(bytes)
  for (let wounds = chance.between(1, 4); wounds > 0; wounds--) {
    const at = chance.below(list.length + 1)
    const some = chance.between(1, 16)
    switch (chance.below(10)) {
      case 0:
        list[at] = chance.below(256)
        break
      case 1:
        list[at] = chance.one(edges)
        break
      case 2:
        list[at] = (list[at] ?? 0) ^ (1 << chance.below(8))
        break
      case 3:
        list.splice(at, 0, ...chance.bytes(some))
        break
      case 4:
        list.splice(at, some)
        break
      case 5:
        list.splice(at, 0, ...list.slice(at, at + some * 4))
        break
      case 6:
        list = list.slice(0, at)
        break
      case 7:
        // A length, somewhere: what follows claims to be much longer than it is.
        list.splice(
          at,
          2,
          ...chance.one([
            [0xff, 0xff],
            [0xff, 0xff, 0xff, 0x7f],
            [0x80, 0x80, 0x01],
            [0x7f, 0xff],
          ]),
        )
        break
      case 8: {
        const other = others.length > 0 ? chance.one(others) : bytes
        list = list.slice(0, at).concat(Array.from(other.subarray(chance.below(other.length + 1))))
        break
      }
      default:
        list[at] = ((list[at] ?? 0) + chance.one([-1, 1])) & 0xff
    }
  }
  return Uint8Array.from(list.slice(0, 1 << 20))
}

export const mutateText = (chance: Chance, text: string, others: readonly string[] = []): string =>
  Buffer.from(
    mutateBytes(
      chance,
      Buffer.from(text),
      others.map((other) => Buffer.from(other)),
    ),
  ).toString(chance.yes(0.1) ? 'latin1' : 'utf8')

const strings = [
  '',
  ' ',
  '\0',
  '\ud800',
  '\udfff\ud800',
  '\u2028',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  '#',
  '+',
  'a/b',
  '%00',
  '%',
  'http://',
  'wss://',
  'javascript:alert(1)',
  '-1',
  '1e999',
  'NaN',
  'Infinity',
  '汉字😀',
]
const numbers = [
  0,
  -0,
  -1,
  1,
  0.5,
  1e-7,
  255,
  65_536,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 53),
  8.64e15,
  8.65e15,
  1e300,
  1.7e308,
]

/** What nobody would put there. */
export function hostile(chance: Chance): unknown {
  switch (chance.below(9)) {
    case 0:
      return null
    case 1:
      return chance.yes(0.5)
    case 2:
      return []
    case 3:
      return {}
    case 4:
      return chance.one(numbers)
    case 5:
      return 'x'.repeat(2 ** chance.below(17))
    case 6: {
      let nested: unknown = 0
      for (let depth = chance.one([5, 13, 200, 800]); depth > 0; depth--)
        nested = chance.yes(0.5) ? [nested] : { a: nested }
      return nested
    }
    case 7:
      return Array.from({ length: 2 ** chance.below(12) }, () => chance.one<unknown>([0, '', null, 'a']))
    default:
      return chance.one(strings)
  }
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The same value with one to three of its parts replaced, left out, doubled or added; the original stays. */
export function mutateValue(chance: Chance, value: unknown): unknown {
  let changed: unknown = structuredClone(value)
  for (let wounds = chance.between(1, 3); wounds > 0; wounds--) changed = wound(chance, changed)
  return changed
}

function wound(chance: Chance, value: unknown): unknown {
  const parts = typeof value === 'object' && value !== null ? Object.keys(value) : []
  if (parts.length === 0 || chance.yes(0.1)) return hostile(chance)
  const holder = value as Record<string, unknown>
  const name = chance.one(parts)
  const deeper = holder[name]
  if (typeof deeper === 'object' && deeper !== null && chance.yes(0.6)) holder[name] = wound(chance, deeper)
  else
    switch (chance.below(5)) {
      case 0:
        if (Array.isArray(value)) value.splice(Number(name), 1)
        else Reflect.deleteProperty(holder, name)
        break
      case 1:
        if (isMap(value))
          Object.defineProperty(value, chance.one(strings), {
            value: hostile(chance),
            enumerable: true,
            configurable: true,
            writable: true,
          })
        else (value as unknown[]).push(hostile(chance))
        break
      case 2:
        if (Array.isArray(value)) value.push(...(value as unknown[]).slice(0, 100))
        else holder[name] = holder[chance.one(parts)]
        break
      case 3:
        if (typeof deeper === 'string') holder[name] = mutateText(chance, deeper)
        else if (typeof deeper === 'number')
          holder[name] = chance.one([-deeper, deeper * 1e15, deeper + 0.5, String(deeper)])
        else holder[name] = hostile(chance)
        break
      default:
        holder[name] = hostile(chance)
    }
  return value
}

/** JSON that is wrong in what it says, in how it is written, or both. */
export function mutateJson(chance: Chance, value: unknown): string {
  const json = chance.yes(0.75) ? JSON.stringify(mutateValue(chance, value)) : JSON.stringify(value)
  return chance.yes(0.3) || !json ? mutateText(chance, json || '{}') : json
}
