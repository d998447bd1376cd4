// How many failed logins are too many: counted per user and per address in a window of time, in bounded memory. Only
// failures count; whoever got in from an address before is held by no count but that of the two together.
import { isIPv6 } from 'node:net'
import { steadyNow } from '../clock'
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
  /** Counts a registration, and throws when this address has made too many lately. `undo`: it came to nothing. */
  registering(address: string): { undo(): void }
}

/** Thrown as HTTP 429 with Retry-After; over MQTT it is 31003 with retryAfter. */
export class Throttled extends Refused {
  constructor(retryAfter: number, text = 'too many failed logins') {
    super('unavailable', text, retryAfter)
  }
}

/** Whoever has one address of IPv6 has the whole network of 64 bits. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  if (!isIPv6(plain)) return plain
  const [head = '', tail] = plain.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0')
  return `${[...front, ...zeros, ...back].slice(0, 4).join(':')}::/64`
}

export function createThrottle(limits: Limits): Throttle {
  const counts = new Map<string, Count>()
  /** Users and the networks they got in from. */
  const known = new Set<string>()

  const pairOf = (user: string, network: string): string => `both ${user} ${network}`

  function keys(user: string | undefined, network: string): [key: string, most: number][] {
    const address: [string, number] = [`address ${network}`, limits.failuresPerAddress]
    if (user === undefined) return [address]
    const pair: [string, number] = [pairOf(user, network), limits.failuresPerUserAndAddress]
    return known.has(pair[0]) ? [pair] : [pair, [`user ${user}`, limits.failuresPerUser], address]
  }

  const current = (key: string, now: number): Count | undefined => {
    const count = counts.get(key)
    if (count && count.until > now) return count
    counts.delete(key)
    return undefined
  }

  function count(key: string): Count {
    const now = steadyNow()
    const counted = current(key, now) ?? { failures: 0, until: now + limits.throttleSeconds * 1000 }
    counted.failures++
    counts.set(key, counted)
    // Oldest out: whoever fills this up is held by the count of its address all the same.
    for (const oldest of counts.keys()) {
      if (counts.size <= most) break
      counts.delete(oldest)
    }
    return counted
  }

  return {
    check(user, address) {
      const now = steadyNow()
      for (const [key, limit] of keys(user, networkOf(address))) {
        const counted = current(key, now)
        if (counted && counted.failures >= limit) throw new Throttled(Math.ceil((counted.until - now) / 1000))
      }
    },
    failed(user, address) {
      for (const [key] of keys(user, networkOf(address))) count(key)
    },
    succeeded(user, address) {
      const pair = pairOf(user, networkOf(address))
      counts.delete(pair)
      known.delete(pair)
      known.add(pair)
      for (const oldest of known) {
        if (known.size <= most) break
        known.delete(oldest)
      }
    },
    registering(address) {
      const key = `registrations ${networkOf(address)}`
      const now = steadyNow()
      const counted = current(key, now)
      if (counted && counted.failures >= limits.registrationsPerAddress)
        throw new Throttled(Math.ceil((counted.until - now) / 1000), 'too many registrations from this address')
      const booked = count(key)
      return {
        undo: () => {
          booked.failures--
        },
      }
    },
  }
}
