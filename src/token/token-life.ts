// When a token was issued and when it expires, where it tells (a JWT); the signature is the server's business.

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

const seconds = (value: unknown): number | undefined => (typeof value === 'number' && isFinite(value) ? value * 1000 : undefined)

export const lifeOf = (token: string): TokenLife => {
  let claims: Partial<Record<string, unknown>> = {}
  try {
    claims = Object(JSON.parse(decode(token.split('.')[1] ?? ''))) as typeof claims
  } catch {
    // Opaque: it works, but nobody knows for how long.
  }
  return { issuedAt: seconds(claims.iat), expiresAt: seconds(claims.exp) }
}
