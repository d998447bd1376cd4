// What may enter the log: decided by key and by value at the one entrance, bounded in size, safe against hostile values.
import { toUtf8, wellFormed } from '../text/binary-text'

export interface Redactor {
  /** From now on this value is hidden wherever it occurs. Too short to be a secret (under 4): only its key hides it. */
  readonly protect: (secret: string) => void
  /** Text without secrets. */
  readonly mask: (text: string) => string
  /** A copy of any value for JSON, its texts as UTF-8 (utf8.ts), without secrets, message bodies and phone numbers. Never throws. */
  readonly clean: (value: unknown) => unknown
}

const HIDDEN = '[hidden]'
const MOST_TEXT = 1000
const MOST_ALL = 4000
const MOST_DEPTH = 4
const MOST_SECRETS = 32

const hiddenKey =
  /token|pwd|passw|secret|authoriz|credential|cookie|session_?key|^(body|msg|payload|content|data|text|ext|phone|mobile|tel)$/i

// One look decides whether the rules are worth running: nearly every text is innocent.
const suspicious = /[=@%]|["']\s*:|eyJ|[Bb][EAea]|1[3-9]\d[ -]?\d{4}/
const rules: readonly (readonly [RegExp, string])[] = [
  // JSON Web Tokens, whole or cut
  [/eyJ[\w-]{6,}[\w.-]*/g, HIDDEN],
  // token=..., "token": "...", bearer ... (a name of any length would cost the square of a text that is all such names)
  [
    /((?:token|pwd|passw|secret|authoriz|signature)\w{0,64})(?:(=|%3d)[^\s"'&,;}]+|(\\?["']\s*:\s*\\?["'])[^"'\\]+)/gi,
    '$1$2$3' + HIDDEN,
  ],
  [/\b(bearer|basic)\s+[^\s"',;]+/gi, '$1 ' + HIDDEN],
  // user:password in a URL
  [/(:\/\/)[^\s/@]+@/g, '$1' + HIDDEN + '@'],
  [/(^|\D)(?:86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)/g, '$1[phone]'],
]

/** A key as it may be shown, and whether its value is hidden. */
interface Name {
  readonly shown: string
  readonly hidden: boolean
}

export const createRedactor = (): Redactor => {
  let recent: string[] = []
  let secrets: string[] = []
  /** What was decided of keys: the same few come again and again. */
  const names = new Map<string, Name>()
  /** Characters that the value may still take. */
  let left = 0

  const mask = (text: string): string => {
    // A text this long is nothing to read in a log, and would cost the app's time.
    if (text.length > 65536) return `[text of ${text.length}]`
    for (const secret of secrets) if (text.includes(secret)) text = text.split(secret).join(HIDDEN)
    return suspicious.test(text) ? rules.reduce((masked, [pattern, by]) => masked.replace(pattern, by), text) : text
  }

  const clip = (text: string, most: number): string => {
    text = mask(text) // first, for half a secret would not be recognised
    left -= text.length
    return toUtf8(text.length > most ? text.slice(0, most) + '...' : text)
  }

  const nameOf = (key: string): Name => {
    let name = names.get(key)
    if (!name) {
      if (names.size > 500) names.clear()
      names.set(key, (name = { shown: clip(key, 64), hidden: hiddenKey.test(key) }))
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
    protect(secret) {
      if (typeof secret !== 'string' || secret.length < 4) return
      // As it is, inside JSON, inside a URL; the longest first, so that no secret is hidden only in part.
      const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(wellFormed(secret))]
      recent = Array.from(new Set(forms.concat(recent))).slice(0, MOST_SECRETS)
      names.clear()
      secrets = recent.slice().sort((a, b) => b.length - a.length)
    },
    mask,
    clean(value) {
      left = MOST_ALL
      return walk(value, 0)
    },
  }
}
