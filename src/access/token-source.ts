// Where the token of the next attempt comes from, who is told when it ages, and that only one fetch is under way.
import { nameOf } from '../errors/codes'
import { isConnectionError } from '../errors/connection-error'
import { protect } from '../errors/secrets'
import { backoff } from '../machine/backoff'
import type { Log } from '../log/record'
import type { Refusal } from '../protocol/refusal'
import { lifeOf, type TokenLife } from './token-life'
import { isTokenRefused } from './token-refused'

/** Fetches a fresh token from the app's own server, or for the password of this login. */
export type TokenProvider = () => Promise<string>

export interface TokenEars {
  /** Four fifths of its life are over; `remaining` in milliseconds. */
  willExpire(remaining: number): void
  expired(): void
  /** A fresh token was fetched ahead of need. */
  renewed(token: string): void
  /** A fresh token will never come. */
  refused(refusal: Refusal): void
}

export interface TokenSource {
  /** Starts over for a login: with a token, or with a provider alone. */
  begin(token: string | undefined, provider: TokenProvider | undefined): void
  /** The app brought a new token. */
  replace(token: string): void
  current(): string | undefined
  refreshable(): boolean
  /** Answers at most once; not after the returned function was called. */
  get(fresh: boolean, got: (token: string) => void, refused: (refusal: Refusal) => void): () => void
  /** The server's clock, where it is known (ms since 1970). */
  serverTime(time: number): void
  /** By its own date, as far as the server's clock is known. */
  isExpired(): boolean
  /** The server says that it has expired; false where the app was told already. */
  expire(): boolean
  end(): void
  deadline(): number | undefined
  tick(now: number): void
}

/** A fetch that takes longer (ms) is given up, so that a lost callback cannot block every later one. */
const FETCH_PATIENCE = 20_000
/** Part of a token's life after which the app is told, or a new one is fetched. */
const AGED = 0.8
/** Milliseconds: how early renewals are repeated while the provider fails. */
const RENEW_AGAIN = { base: 15_000, cap: 600_000 }

type Age = 'unknown' | 'fresh' | 'aged' | 'expired'

interface Flight {
  readonly since: number
  readonly waiting: { got: (token: string) => void; refused: (refusal: Refusal) => void }[]
}

/** `now` is steady: only differences count. `wall` is the phone's clock, right or wrong. */
export const createTokenSource = (now: () => number, wall: () => number, ears: TokenEars, log: Log): TokenSource => {
  let token: string | undefined
  let life: TokenLife = lifeOf('')
  let agedAt = 0
  let age: Age = 'unknown'
  let provider: TokenProvider | undefined
  let flight: Flight | undefined
  let renewAt: number | undefined
  /** Early renewals in a row that the provider failed. */
  let failures = 0
  /** Server time minus steady time, the best we know. */
  let offset = wall() - now()
  let offsetKnown = false

  const serverNow = () => now() + offset
  const toSteady = (serverTime: number) => serverTime - offset

  const set = (next: string | undefined) => {
    token = next
    if (next !== undefined) protect(next)
    life = lifeOf(next ?? '')
    const { issuedAt = serverNow(), expiresAt = 0 } = life
    agedAt = issuedAt + AGED * (expiresAt - issuedAt)
    age = life.expiresAt === undefined ? 'unknown' : 'fresh'
    renewAt = undefined
    failures = 0
  }

  const judge = (reason: unknown): Refusal => {
    const detail = isConnectionError(reason) ? reason.detail : (Object(reason) as Partial<Error>).message
    if (isTokenRefused(reason)) return { name: 'TokenRefused', verdict: 'fatal', detail, cause: reason }
    if (isConnectionError(reason)) {
      const name = nameOf(reason.code) ?? 'TokenUnavailable'
      const passing = name === 'RestFailed' || name === 'ServerBusy' || name === 'ServerUnavailable'
      return {
        name: name === 'RestFailed' ? 'TokenUnavailable' : name,
        verdict: passing ? 'retry' : 'fatal',
        detail,
        cause: reason,
      }
    }
    return { name: 'TokenUnavailable', verdict: 'retry', detail, cause: reason }
  }

  const fetch = (fetchToken: TokenProvider, waiting: Flight['waiting']): Flight => {
    const mine: Flight = { since: now(), waiting }
    const ended = (): boolean => {
      if (flight !== mine) return false
      flight = undefined
      return true
    }
    const fail = (reason: unknown) => {
      if (!ended()) return
      const refusal = judge(reason)
      log(3, 'token', 'failed', () => ({ name: refusal.name, detail: refusal.detail }))
      mine.waiting.forEach(({ refused }) => refused(refusal))
    }
    log(1, 'token', 'fetch')
    // A provider that throws is a provider that rejects.
    new Promise<string>((resolve) => resolve(fetchToken())).then((fetched: unknown) => {
      if (typeof fetched !== 'string' || !fetched) return fail(new Error('tokenProvider gave no string'))
      if (!ended()) return
      set(fetched)
      // It was issued just now: the best hint at the server's clock until the server itself tells.
      if (!offsetKnown && life.issuedAt !== undefined) offset = life.issuedAt - now()
      log(2, 'token', 'fetched', () => ({
        ms: now() - mine.since,
        expiresIn: life.expiresAt === undefined ? undefined : life.expiresAt - serverNow(),
      }))
      mine.waiting.forEach(({ got }) => got(fetched))
    }, fail)
    return mine
  }

  const isExpired = () => life.expiresAt !== undefined && serverNow() >= life.expiresAt

  const get: TokenSource['get'] = (fresh, got, refused) => {
    if (token !== undefined && !(provider && (fresh || (offsetKnown && isExpired())))) {
      got(token)
      return () => undefined
    }
    if (!provider) {
      refused({ name: 'TokenUnavailable', verdict: 'fatal', detail: 'neither a token nor a tokenProvider' })
      return () => undefined
    }
    const { since = -Infinity, waiting = [] } = flight ?? {}
    // What was on its way before this refusal may be as void as what was refused.
    if (now() - since > (fresh ? 0 : FETCH_PATIENCE)) flight = fetch(provider, waiting)
    const waiter = { got, refused }
    flight?.waiting.push(waiter)
    return () => {
      waiter.got = waiter.refused = () => undefined
    }
  }

  const renewEarly = () => {
    get(true, ears.renewed, (refusal) => {
      if (refusal.verdict === 'retry') renewAt = now() + backoff(++failures, undefined, 1, RENEW_AGAIN)
      else ears.refused(refusal)
    })
  }

  return {
    begin: (given, fetcher) => {
      flight = undefined
      provider = fetcher
      set(given)
    },
    replace: set,
    current: () => token,
    refreshable: () => provider !== undefined,
    get,
    serverTime: (time) => {
      offset = time - now()
      offsetKnown = true
    },
    isExpired,
    expire: () => {
      const news = age !== 'expired'
      age = 'expired'
      return news
    },
    end: () => {
      flight = undefined
      provider = undefined
      set(undefined)
    },
    deadline: () => {
      const at = age === 'fresh' ? agedAt : age === 'aged' ? life.expiresAt : undefined
      const steady = at === undefined ? undefined : toSteady(at)
      return renewAt === undefined || steady === undefined ? (steady ?? renewAt) : Math.min(steady, renewAt)
    },
    tick: (time) => {
      const { expiresAt = Infinity } = life
      if (age === 'fresh' && time >= toSteady(agedAt)) {
        age = 'aged'
        const remaining = Math.max(0, toSteady(expiresAt) - time)
        log(2, 'token', 'willExpire', () => ({ in: remaining }))
        ears.willExpire(remaining)
        if (provider) renewEarly()
      }
      if (age === 'aged' && time >= toSteady(expiresAt)) {
        age = 'expired'
        log(3, 'token', 'expired')
        ears.expired()
      }
      if (renewAt !== undefined && time >= renewAt) {
        renewAt = undefined
        renewEarly()
      }
    },
  }
}
