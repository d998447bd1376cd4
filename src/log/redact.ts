// What may enter the log: decided by key and by value at the one entrance, bounded in size, safe against hostile values.
import { HIDDEN, known, mask, secretName } from '../errors/secrets'
import { toUtf8 } from '../text/binary-text'

export interface Redactor {
  /** A copy of any value for JSON, its texts as UTF-8 (utf8.ts), without secrets, message bodies and phone numbers. Never throws. */
  readonly clean: (value: unknown) => unknown
}

const MOST_TEXT = 1000
const MOST_ALL = 4000
const MOST_DEPTH = 4

/** What people wrote to each other, and their numbers. */
const personalName = /^(body|msg|payload|content|data|text|ext|phone|mobile|tel)$/i

const phone = /(^|\D)(?:86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)/g

/** A key as it may be shown, and whether its value is hidden. */
interface Name {
  readonly shown: string
  readonly hidden: boolean
}

export const createRedactor = (): Redactor => {
  /** What was decided of keys, and by which secrets: the same few come again and again. */
  const names = new Map<string, Name>()
  let decidedBy = known()
  /** Characters that the value may still take. */
  let left = 0

  const clip = (text: string, most: number): string => {
    text = mask(text).replace(phone, '$1[phone]') // first, for half a secret would not be recognised
    left -= text.length
    return toUtf8(text.length > most ? text.slice(0, most) + '...' : text)
  }

  const nameOf = (key: string): Name => {
    let name = names.get(key)
    if (!name) {
      if (names.size > 500) names.clear()
      names.set(key, (name = { shown: clip(key, 64), hidden: secretName.test(key) || personalName.test(key) }))
    }
    return name
  }

  const walk = (value: unknown, depth: number): unknown => {
    left -= 8
    if (typeof value === 'string') return clip(value, MOST_TEXT)
    // As long as a phone number.
    if (typeof value === 'number') return value >= 1.3e10 && value < 2e10 ? '[phone]' : value
    if (typeof value === 'boolean' || value == null) return value
    if (typeof value !== 'object') return `[${typeof value}]`
    if (depth >= MOST_DEPTH || left < 0) return '...'
    try {
      const from = value as Record<string, unknown>
      if (typeof from.byteLength === 'number') return `[${from.byteLength} bytes]`
      if (Array.isArray(value)) {
        const copy: unknown[] = []
        for (let i = 0; i < value.length && left >= 0; i++) copy.push(walk(value[i], depth + 1))
        return copy
      }
      const copy: Record<string, unknown> = {}
      // The interesting members of an error are not enumerable.
      for (const key of from.stack ? ['name', 'code', 'message', 'cause'] : Object.keys(from)) {
        if (left < 0) break
        const { shown, hidden } = nameOf(key)
        left -= shown.length
        copy[shown] = walk(hidden ? HIDDEN : from[key], depth + 1)
      }
      return copy
    } catch {
      return '[unreadable]'
    }
  }

  return {
    clean(value) {
      if (decidedBy !== known()) names.clear()
      decidedBy = known()
      left = MOST_ALL
      return walk(value, 0)
    },
  }
}
