// How many failed logins are too many: counted per user and per address in a window of time, in bounded memory.
import { Refused } from '../refusals'
import type { Limits } from '../limits'

interface Count {
  failures: number
  readonly until: number
}

const most = 50_000

export interface Throttle {
  /** Throws when this user, or this address, has failed too often lately. */
  check(user: string | undefined, address: string): void
  failed(user: string | undefined, address: string): void
  succeeded(user: string, address: string): void
}

/** Thrown as HTTP 429 with Retry-After; over MQTT it is 31003 with retryAfter. */
export class Throttled extends Refused {
  constructor(retryAfter: number) {
    super('unavailable', 'too many failed logins', retryAfter)
  }
}

export function createThrottle(limits: Limits): Throttle {
  const counts = new Map<string, Count>()

  const keys = (user: string | undefined, address: string): [key: string, most: number][] => [
    [`address ${address}`, limits.failuresPerAddress],
    ...(user === undefined
      ? []
      : ([
          [`user ${user}`, limits.failuresPerUser],
          [`both ${user} ${address}`, limits.failuresPerUserAndAddress],
        ] satisfies [string, number][])),
  ]

  const current = (key: string, now: number): Count | undefined => {
    const count = counts.get(key)
    if (count && count.until > now) return count
    counts.delete(key)
    return undefined
  }

  return {
    check(user, address) {
      const now = Date.now()
      for (const [key, limit] of keys(user, address)) {
        const count = current(key, now)
        if (count && count.failures >= limit) throw new Throttled(Math.ceil((count.until - now) / 1000))
      }
    },
    failed(user, address) {
      const now = Date.now()
      for (const [key] of keys(user, address)) {
        const count = current(key, now)
        if (count) count.failures++
        else counts.set(key, { failures: 1, until: now + limits.throttleSeconds * 1000 })
      }
      // Oldest out: whoever fills this up is held by the count of its address all the same.
      for (const key of counts.keys()) {
        if (counts.size <= most) break
        counts.delete(key)
      }
    },
    succeeded(user, address) {
      counts.delete(`both ${user} ${address}`)
    },
  }
}
