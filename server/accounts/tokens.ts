// Tokens: what we sign (JWT, HS256 only), and whether one that comes back is genuine, in time, and for this app, user and platform.
import { randomUUID } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import { Refused } from '../refusals'
import { keyOf, type Store } from '../store/store'
import type { ServerOptions } from '../options'
import type { Accounts, App, User } from './accounts'
import { isUserName } from './names'

export interface TokenWishes {
  /** Seconds; `never`: until it is voided, where the server was told to believe such tokens. */
  readonly ttl?: number | 'never'
  readonly oneTime?: boolean
  readonly platform?: string
}

export interface Claims {
  readonly user: User
  /** Milliseconds since 1970; Infinity: never. */
  readonly expires: number
  readonly id: string
  readonly oneTime: boolean
  readonly platform?: string
}

export interface Tokens {
  issue(app: App, user: User, wishes: TokenWishes): Promise<{ token: string; ttl?: number }>
  /** Throws the refusal that fits. Does not use a one-time token up. */
  verify(app: App, token: string): Promise<Claims>
  /** Uses a one-time token up; throws `tokenUsed` the second time, across restarts. Nothing for other tokens. */
  spend(claims: Claims): Promise<void>
}

const longestToken = 4096

/** A platform fits when it is the token's, or a kind of it: `wechat-ios` is a kind of `wechat`. */
export const platformFits = (bound: string | undefined, platform: string | undefined): boolean =>
  bound === undefined || platform === bound || (platform?.startsWith(`${bound}-`) ?? false)

export async function openTokens(
  store: Store,
  accounts: Accounts,
  secret: string,
  { tokenTtl, limits }: Pick<ServerOptions, 'tokenTtl' | 'limits'>,
): Promise<Tokens> {
  const used = new Map<string, number>()
  for await (const [key, value] of store.read('used')) used.set(key, value as number)
  const keyFor = (app: App): Uint8Array => new TextEncoder().encode(app.secret ?? secret)

  return {
    async issue(app, user, { ttl = tokenTtl, oneTime, platform }) {
      const now = Date.now()
      // One that is to be remembered as used must be forgotten some day.
      const seconds = ttl !== 'never' ? Math.min(ttl, limits.tokenSeconds) : oneTime ? limits.tokenSeconds : undefined
      const token = new SignJWT({
        app: app.path.replace('/', '#'),
        // `iat` counts seconds; what comes before and after a password change must be exact.
        iat_ms: Math.max(now, user.voidBefore + 1, user.expiredBefore + 1),
        ...(oneTime ? { once: true } : {}),
        ...(platform === undefined ? {} : { platform }),
      })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setSubject(user.name)
        .setIssuedAt(Math.floor(now / 1000))
        .setJti(randomUUID())
      if (seconds !== undefined) token.setExpirationTime(Math.ceil(now / 1000) + seconds)
      return { token: await token.sign(keyFor(app)), ...(seconds === undefined ? {} : { ttl: seconds }) }
    },

    async verify(app, token) {
      if (token.length > longestToken) throw new Refused('tokenIncorrect')
      let payload
      try {
        payload = (
          await jwtVerify(token, keyFor(app), {
            algorithms: ['HS256'],
            requiredClaims: tokenTtl === 'never' ? ['sub', 'iat'] : ['sub', 'exp', 'iat'],
          })
        ).payload
      } catch (error) {
        // jose checks the signature first, so that an expired token is known to be ours.
        if (!(error instanceof errors.JWTExpired)) throw new Refused('tokenIncorrect')
        if (error.payload.app !== app.path.replace('/', '#')) throw new Refused('tokenIncorrect')
        throw new Refused('tokenExpired')
      }
      const { sub, exp, iat, jti, iat_ms: issuedMs, platform, once } = payload
      if (payload.app !== app.path.replace('/', '#') || !isUserName(sub)) throw new Refused('tokenIncorrect')
      const user = accounts.admit(app, accounts.user(app.path, sub))
      if (once === true && (!jti || exp === undefined)) throw new Refused('tokenIncorrect')
      const issued = typeof issuedMs === 'number' ? issuedMs : (iat ?? 0) * 1000
      if (issued <= user.voidBefore) throw new Refused('tokenIncorrect')
      if (issued <= user.expiredBefore) throw new Refused('tokenExpired')
      return {
        user,
        expires: exp === undefined ? Infinity : exp * 1000,
        id: jti ?? '',
        oneTime: once === true,
        ...(typeof platform === 'string' ? { platform } : {}),
      }
    },

    async spend({ id, oneTime, expires }) {
      if (!oneTime) return
      const key = keyOf('used', id)
      if (used.has(key)) throw new Refused('tokenUsed')
      used.set(key, expires)
      const now = Date.now()
      const forgotten = [...used].filter(([, until]) => until < now).map(([old]) => ({ key: old }))
      for (const { key: old } of forgotten) used.delete(old)
      await store.write([{ key, value: expires }, ...forgotten])
    },
  }
}
