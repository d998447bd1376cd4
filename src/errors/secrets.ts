// What must never be read: tokens and passwords, by value and by shape. Every error and every record of the log passes here.

export const HIDDEN = '[hidden]'
const MOST_SECRETS = 96
const MOST_DEPTH = 4
/** A text this long (characters) is nothing to read, and would cost the app's time. */
const LONGEST = 65_536

/** Members with such a name are hidden whatever they hold. */
export const secretName = /token|pwd|passw|secret|authoriz|credential|cookie|session_?key/i

// One look decides whether the rules are worth running: nearly every text is innocent.
const suspicious = /[=@%]|["']\s*:|eyJ|[Bb][EAea]/
const rules: readonly (readonly [RegExp, string])[] = [
  // JSON Web Tokens, whole or cut
  [/eyJ[\w-]{6,}[\w.-]*/g, HIDDEN],
  // token=..., "token": "...", bearer ... (a name of any length would cost the square of a text that is all such names)
  [
    /((?:token|pwd|passw|secret|authoriz|signature)\w{0,64})(?:(=|%3d)[^\s"'&,;}]+|(\\?["']\s*:\s*\\?["'])[^"'\\]+)/gi,
    '$1$2$3' + HIDDEN,
  ],
  // ...?key=, &sig=, &ticket=: in a query, shorter names are as telling
  [/([?&]\w{0,32}(?:key|sig|auth|ticket|code|cred|sess)\w{0,32}=)[^\s"'&#]+/gi, '$1' + HIDDEN],
  [/\b(bearer|basic)\s+[^\s"',;]+/gi, '$1 ' + HIDDEN],
  // user:password in a URL
  [/(:\/\/)[^\s/@]+@/g, '$1' + HIDDEN + '@'],
]

let recent: readonly string[] = []
let secrets: readonly string[] = []
/** Too short to be hidden inside other words. */
let short: readonly string[] = []

/** What is hidden by value, the longest first: another list after every new one. */
export const known = (): readonly string[] => secrets

/** From now on this value is hidden wherever it occurs. */
export const protect = (secret: string): void => {
  if (typeof secret !== 'string' || !secret) return
  if (secret.length < 4) {
    short = [secret].concat(short.filter((other) => other !== secret)).slice(0, MOST_SECRETS)
    return
  }
  // As it is, inside JSON, inside a URL; the longest first, so that no secret is hidden only in part.
  const whole = secret.replace(/[\ud800-\udfff]/gu, '\ufffd')
  const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(whole)]
  recent = Array.from(new Set(forms.concat(recent))).slice(0, MOST_SECRETS)
  secrets = recent.slice().sort((a, b) => b.length - a.length)
}

/** Text without secrets. */
export const mask = (text: string): string => {
  if (text.length > LONGEST) return `[text of ${text.length}]`
  for (const secret of secrets) if (text.includes(secret)) text = text.split(secret).join(HIDDEN)
  return suspicious.test(text) ? rules.reduce((masked, [pattern, by]) => masked.replace(pattern, by), text) : text
}

/** Whether such a character goes on a word: there a short password is nothing but a part of it. */
const ofWord = /\w/

/** As `mask`, and a short password, too, where it stands by itself. */
const maskWords = (text: string): string =>
  short.reduce(
    (masked, secret) =>
      masked
        .split(secret)
        .reduce(
          (before, after) =>
            before + (ofWord.test(before.slice(-1)) || ofWord.test(after.slice(0, 1)) ? secret : HIDDEN) + after,
        ),
    mask(text),
  )

/** What is interesting of an error is not enumerable. */
const ofErrors = ['message', 'stack', 'cause']

const put = (object: object, name: string, value: unknown) =>
  Object.defineProperty(object, name, { value, configurable: true, writable: true })

/** A value from outside for an error: itself where it holds no secret, else a copy without them; nothing where it cannot be read. */
export const withoutSecrets = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return maskWords(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth > MOST_DEPTH) return undefined
  try {
    const from = value as Record<string, unknown>
    let copy: object | undefined
    for (const name of Object.keys(from).concat(ofErrors)) {
      const found = from[name]
      const shown = typeof found === 'string' && secretName.test(name) ? HIDDEN : withoutSecrets(found, depth + 1)
      if (shown === found) continue
      if (!copy) {
        const made = (copy = Object.assign(Object.create(Object.getPrototypeOf(from) as object) as object, from))
        ofErrors.forEach((one) => one in from && put(made, one, from[one]))
      }
      put(copy, name, shown)
    }
    return copy ?? value
  } catch {
    return undefined
  }
}
