// What may enter the log: decided by key and by value at the one entrance, bounded in size, safe against hostile values.

import { toUtf8 } from './utf8'

export interface Redactor {
  /** From now on this value is hidden wherever it occurs. Too short to be a secret (under 4): only its key hides it. */
  readonly protect: (secret: string) => void
  /** Text without secrets. */
  readonly mask: (text: string) => string
  /** Any value as JSON in UTF-8 (utf8.ts), without secrets, message bodies and phone numbers. Never throws. */
  readonly json: (value: unknown) => string
}

const HIDDEN = '[hidden]'
const MOST_TEXT = 1000
const MOST_ALL = 4000
const MOST_ITEMS = 32
const MOST_DEPTH = 4
const MOST_SECRETS = 32

const hiddenKey =
  /token|pwd|passw|secret|authoriz|credential|cookie|session_?key|^(body|msg|payload|content|data|text|ext|phone|mobile|tel)$/i

// One look decides whether the rules are worth running: nearly every text is innocent.
const suspicious = /[=@%]|["']\s*:|eyJ|[Bb][EAea]|1[3-9]\d[ -]?\d{4}/
const rules: readonly (readonly [RegExp, string])[] = [
  [/eyJ[\w-]{6,}[\w.-]*/g, HIDDEN], // JSON Web Tokens, whole or cut
  [/\b(bearer|basic)\s+[^\s"',;]+/gi, '$1 ' + HIDDEN],
  [/((?:token|pwd|passw|secret|authoriz|signature)\w*(?:=|%3d))[^\s"'&,;}]+/gi, '$1' + HIDDEN],
  [/((?:token|pwd|passw|secret|authoriz|signature)\w*\\?["']\s*:\s*\\?["'])[^"'\\]+/gi, '$1' + HIDDEN],
  [/(:\/\/)[^\s/@]+@/g, '$1' + HIDDEN + '@'], // user:password in a URL
  [/(^|\D)(?:86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)/g, '$1[phone]'],
]

// Printable ASCII without a quote or a backslash is JSON and UTF-8 as it stands.
const plain = /^[ !#-[\]-~]*$/

export const createRedactor = (): Redactor => {
  let recent: string[] = []
  let secrets: string[] = []
  const keys = new Map<string, string>()
  let left = 0

  const mask = (text: string): string => {
    // A text this long is nothing to read in a log, and would cost the app's time.
    if (text.length > 65536) return `[text of ${text.length}]`
    for (const secret of secrets) {
      // Most texts are shorter than a token, and then there is nothing to look for.
      if (text.length >= secret.length && text.includes(secret)) text = text.split(secret).join(HIDDEN)
    }
    return suspicious.test(text) ? rules.reduce((masked, [pattern, by]) => masked.replace(pattern, by), text) : text
  }

  const clip = (text: string, most: number): string => {
    text = mask(text) // first, for half a secret would not be recognised
    most = Math.max(0, Math.min(most, left))
    left -= text.length
    if (text.length > most) text = text.slice(0, most) + '...'
    return plain.test(text) ? `"${text}"` : toUtf8(JSON.stringify(text))
  }

  // `"key":`, or with a hidden value `"key":"[hidden]"`; remembered, for the same few keys come again and again.
  const label = (key: string): string => {
    let known = keys.get(key)
    if (!known) {
      if (keys.size > 500) keys.clear()
      known = clip(key, 64) + ':' + (hiddenKey.test(key) ? JSON.stringify(HIDDEN) : '')
      keys.set(key, known)
    }
    return known
  }

  const list = (value: readonly unknown[], depth: number): string => {
    const parts: string[] = []
    for (let i = 0; i < value.length && i < MOST_ITEMS && left > 0; i++) parts.push(walk(value[i], depth))
    if (parts.length < value.length) parts.push(`"... ${value.length - parts.length} more"`)
    return '[' + parts.join() + ']'
  }

  const members = (value: Record<string, unknown>, names: readonly string[], depth: number): string => {
    let out = ''
    for (let i = 0; i < names.length; i++) {
      if (i >= MOST_ITEMS || left <= 0) {
        out += `,"...":${names.length - i}`
        break
      }
      left -= 8
      const name = label(names[i]!)
      if (!name.endsWith(':')) {
        out += ',' + name
        continue
      }
      let member: unknown
      try {
        member = value[names[i]!]
      } catch {
        member = '[unreadable]'
      }
      if (member !== undefined) out += ',' + name + walk(member, depth)
    }
    return '{' + out.slice(1) + '}'
  }

  const walk = (value: unknown, depth: number): string => {
    left -= 4
    if (typeof value === 'string') return clip(value, MOST_TEXT)
    if (typeof value === 'number') {
      if (value >= 1.3e10 && value < 2e10) return clip(String(value), 32) // as long as a phone number
      return value - value === 0 ? String(value) : `"${value}"`
    }
    if (typeof value === 'boolean') return String(value)
    if (typeof value === 'function') return '"[function]"'
    if (typeof value !== 'object') {
      const other = value as string | symbol // or undefined, or a bigint: each has its text
      return clip(String(other), MOST_TEXT)
    }
    if (value === null) return 'null'
    if (depth >= MOST_DEPTH || left <= 0) return '"..."'
    const object = value as Record<string, unknown>
    try {
      if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `"[${value.byteLength} bytes]"`
      if (Array.isArray(value)) return list(value, depth + 1)
      // The interesting members of an error are not enumerable.
      const names = typeof object.stack === 'string' ? ['name', 'code', 'message', 'cause'] : Object.keys(object)
      return members(object, names, depth + 1)
    } catch {
      return '"[unreadable]"'
    }
  }

  return {
    protect(secret) {
      if (typeof secret !== 'string' || secret.length < 4) return
      // As it is, inside a URL, inside JSON; the longest first, so that no secret is hidden only in part.
      const forms = [secret, JSON.stringify(secret).slice(1, -1)]
      try {
        forms.push(encodeURIComponent(secret))
      } catch {
        // Half a surrogate pair: there is no such form.
      }
      recent = Array.from(new Set(forms.concat(recent))).slice(0, MOST_SECRETS)
      secrets = recent.slice().sort((a, b) => b.length - a.length)
      keys.clear()
    },
    mask,
    json(value) {
      left = MOST_ALL
      return walk(value, 0)
    },
  }
}
