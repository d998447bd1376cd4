// What a token tells of itself, where it is a JWT: its user and its life; the signature is the server's business.

export interface TokenLife {
  /** Milliseconds since 1970, by the server's clock. */
  readonly issuedAt: number | undefined
  readonly expiresAt: number | undefined
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** base64url as one character per byte: enough for the numbers in a JWT. */
const decode = (text: string): string => {
  let bytes = ''
  let bits = 0
  let value = 0
  for (const char of text) {
    value = (value << 6) | ALPHABET.indexOf(char)
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes += String.fromCharCode((value >> bits) & 0xff)
    }
  }
  return bytes
}

/** Later than any calendar: with such a date, deadlines would be no numbers any more. */
const seconds = (value: unknown): number | undefined =>
  typeof value === 'number' && Math.abs(value) < 1e13 ? value * 1000 : undefined

const claimsOf = (token: string): Partial<Record<string, unknown>> => {
  try {
    return Object(JSON.parse(decode(token.split('.')[1] ?? ''))) as Partial<Record<string, unknown>>
  } catch {
    return {} // opaque: it works, but nobody knows for how long
  }
}

export const lifeOf = (token: string): TokenLife => {
  const { iat, exp } = claimsOf(token)
  return { issuedAt: seconds(iat), expiresAt: seconds(exp) }
}

/** The user that a token was issued for, where it tells. */
export const userOfToken = (token: string): string | undefined => {
  const { sub } = claimsOf(token)
  return typeof sub === 'string' ? sub : undefined
}
