// Which message server the next attempt dials: the fetched list, the last good list, or the configured url; rotated on failure.
import type { ErrorName } from '../errors/codes'
import type { Log } from '../log/record'
import type { EndpointList } from '../part'
import type { Storage } from '../ports/storage'
import type { Refusal } from '../protocol/refusal'

export interface EndpointDeps {
  readonly storage: Storage
  readonly now: () => number
  readonly log: Log
  /** The configured message server. */
  readonly url: string | undefined
  /** How the list is fetched (the logins part), asked at each attempt; `undefined`: it is not. */
  readonly lister: () => (() => Promise<EndpointList>) | undefined
  /** Whether an address may be dialled at all (scheme, `https`). */
  readonly allowed: (url: string) => boolean
  /** Names the app's list in the phone's storage. */
  readonly key: string
}

export interface Endpoints {
  /** Answers once, unless the returned function was called first. */
  resolve(got: (url: string) => void, refused: (refusal: Refusal) => void): () => void
  /** The attempt failed at the network or the server: the next one dials the next address. */
  failed(): void
  worked(): void
  /** What of a server's reference can be followed: the first address that may be dialled and is not where we come from. */
  usable(reference: string | undefined): string | undefined
  /** The next attempt dials this. */
  redirect(url: string): void
}

/** Failures before the login that speak against the address, not against the user. */
export const OF_THE_ADDRESS: readonly ErrorName[] = [
  'SocketFailed',
  'SocketTimeout',
  'TlsFailed',
  'HandshakeRefused',
  'LinkLost',
  'ServerUnavailable',
  'ServerShuttingDown',
  'ServerBusy',
]

/** Failures in a row after which the list itself is doubted and fetched again. */
const DOUBT_AFTER = 3
/** Milliseconds until a list that could not be had is asked for again; doubles each time, and is the longest after a definite no. */
const FETCH_AGAIN = 60_000
const FETCH_AGAIN_AT_MOST = 3_600_000

interface List {
  readonly urls: readonly string[]
  readonly until: number
  /** Not the server's: put together because its list could not be had. */
  readonly makeshift?: true
}

/** An address without what makes no difference. */
const plain = (address: string) => address.toLowerCase().replace(/\/$/, '')

/** Asking again would bring the same: the server refused, or the phone (a domain that is not in the whitelist). */
const isDefinite = (reason: unknown): boolean => {
  const { status = 0, refused } = Object((Object(reason) as Error).cause) as { status?: number; refused?: ErrorName }
  return refused !== undefined || (status >= 400 && status < 500 && status !== 408 && status !== 429)
}

export const createEndpoints = ({ storage, now, log, url, lister, allowed, key }: EndpointDeps): Endpoints => {
  let list: List | undefined
  let at = 0
  let failures = 0
  let redirected: string | undefined
  /** Where the newest attempt goes. */
  let dialled: string | undefined
  /** Fetches in a row that failed. */
  let vain = 0

  const known = (): string[] => {
    try {
      const urls: unknown = JSON.parse(storage.get(key) ?? '')
      return Array.isArray(urls) ? urls.filter((one): one is string => typeof one === 'string' && allowed(one)) : []
    } catch {
      return []
    }
  }

  const keep = ({ urls: all, ttl }: EndpointList): List => {
    const urls = all.filter(allowed)
    if (urls.length === 0) throw new Error('no address that may be dialled')
    storage.set(key, JSON.stringify(urls))
    log(1, 'endpoint', 'list', () => ({ count: urls.length }))
    vain = 0
    return { urls, until: now() + ttl }
  }

  /** Without the list: the last good one, then the configured url. */
  const fallBack = (reason: unknown): List => {
    const urls = known()
    if (url !== undefined && urls.indexOf(url) < 0) urls.push(url)
    log(3, 'endpoint', 'failed', () => ({ detail: reason instanceof Error ? reason.message : String(reason) }))
    log(2, 'endpoint', 'fallback', () => ({ to: urls[0] }))
    // Without any address every attempt asks, as often as the back-off has attempts.
    const pause = isDefinite(reason)
      ? FETCH_AGAIN_AT_MOST
      : urls.length && Math.min(FETCH_AGAIN_AT_MOST, FETCH_AGAIN * Math.pow(2, vain++))
    return { urls, until: now() + pause, makeshift: true }
  }

  return {
    resolve: (got, refused) => {
      const fetchList = lister()
      let asked = true
      const dial = (address: string) => got((dialled = address))
      const answer = (from: List) => {
        list = from
        if (!asked) return
        const next = from.urls[at % from.urls.length]
        if (next !== undefined) dial(next)
        else refused({ name: 'EndpointsUnavailable', verdict: now() < from.until ? 'fatal' : 'retry' })
      }
      if (redirected !== undefined) {
        const to = redirected
        redirected = undefined
        dial(to)
      } else if (!fetchList) {
        if (url !== undefined) dial(url)
        else refused({ name: 'EndpointsUnavailable', verdict: 'fatal' })
      } else if (list && now() < list.until && (failures < DOUBT_AFTER || list.makeshift)) {
        answer(list)
      } else {
        failures = 0
        void fetchList()
          .then(keep)
          .then(answer, (reason: unknown) => answer(fallBack(reason)))
      }
      return () => {
        asked = false
      }
    },
    failed: () => {
      failures++
      at++
      if (list && list.urls.length > 1) log(2, 'endpoint', 'rotate', () => ({ url: list?.urls[at % list.urls.length] }))
    },
    worked: () => {
      failures = 0
    },
    usable: (reference = '') =>
      reference.split(/\s+/).find((one) => allowed(one) && (!dialled || plain(one) !== plain(dialled))),
    redirect: (to) => {
      redirected = to
    },
  }
}
