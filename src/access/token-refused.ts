// What an app throws in its tokenProvider to say: this user gets no token any more, stop for good.

export class TokenRefused extends Error {
  /** True on errors of every copy of the package. */
  readonly isTokenRefused = true

  constructor(reason = '') {
    super(reason)
    Object.setPrototypeOf(this, TokenRefused.prototype)
    this.name = 'TokenRefused'
  }
}

export const isTokenRefused = (value: unknown): boolean =>
  (Object(value) as Partial<TokenRefused>).isTokenRefused === true
