// A bad network between phone and server, as a link around a link: delay, stalls, half-open links, resets, truncation, drip,
// bytes that are no packet, and bytes of an old link that arrive when the next one is up already. Order within one link
// stays, as TCP keeps it. Everything that was done is counted.
import type { Clock } from '../../simulator/core/clock'
import type { Link, LinkConnection } from '../../simulator/core/link'

type Data = ArrayBuffer | string

/** Chances for each message; ms where it says so. */
export interface Weather {
  /** Most that a message is late, ms. */
  readonly delay: number
  /** The link holds everything for up to ten seconds, then goes on. */
  readonly stall: number
  /** From now on nothing passes on this link, and nobody is told. */
  readonly halfOpen: number
  /** The link breaks for both. */
  readonly reset: number
  /** The first part of the message arrives, then the link breaks. */
  readonly truncate: number
  /** The message arrives byte by byte. */
  readonly drip: number
  /** The phone gets bytes that are no packet. */
  readonly garbage: number
  /** The phone sees the end now; what it had sent, and the end itself, reach the server up to twenty seconds later. */
  readonly late: number
  /** A dialled link fails. */
  readonly refuse: number
  /** A dialled link is never answered. */
  readonly hang: number
}

export const CLEAR: Weather = {
  delay: 0,
  stall: 0,
  halfOpen: 0,
  reset: 0,
  truncate: 0,
  drip: 0,
  garbage: 0,
  late: 0,
  refuse: 0,
  hang: 0,
}
export const FAULTS = Object.keys(CLEAR).filter((name) => name !== 'delay') as Exclude<keyof Weather, 'delay'>[]
export type Counts = Record<(typeof FAULTS)[number], number>

export interface FaultyLink extends Link {
  weather: Weather
  readonly counts: Counts
}

const STALL = 10_000
const LATE = 20_000
const bytesOf = (data: Data): Uint8Array => new Uint8Array(typeof data === 'string' ? Buffer.from(data) : data)
const slice = (bytes: Uint8Array, from: number, to: number): ArrayBuffer =>
  Uint8Array.from(bytes.subarray(from, to)).buffer

export const createFaultyLink = (inner: Link, clock: Clock, random: () => number): FaultyLink => {
  const counts = Object.fromEntries(FAULTS.map((name) => [name, 0])) as Counts
  const happens = (fault: (typeof FAULTS)[number]): boolean => {
    if (random() >= link.weather[fault]) return false
    counts[fault]++
    return true
  }

  /** One direction: things happen in the order in which they were put in. */
  const pipe = () => {
    let free = 0
    return (run: () => void, wait = 0) => {
      const at = Math.max(free, clock.now() + random() * link.weather.delay) + wait
      free = at
      clock.setTimeout(run, at - clock.now())
    }
  }

  const link: FaultyLink = {
    weather: CLEAR,
    counts,
    open(request, events): LinkConnection {
      if (happens('refuse')) {
        clock.setTimeout(() => events.failed({ kind: 'refused' }), 20)
        return { send: () => undefined, close: () => undefined, terminate: () => undefined }
      }
      if (happens('hang')) return { send: () => undefined, close: () => undefined, terminate: () => undefined }

      const up = pipe()
      const down = pipe()
      let over = false // for the phone
      let dead = false // half-open: for everybody
      const connection = inner.open(request, {
        opened: (info) => down(() => over || events.opened(info)),
        failed: (failure) => down(() => over || events.failed(failure)),
        closed(code, reason) {
          down(() => {
            if (over || dead) return
            over = true
            events.closed(code, reason)
          })
        },
        message(data) {
          if (dead) return
          const give = (part: Data) => over || dead || events.message(part)
          if (happens('halfOpen')) dead = true
          else if (happens('reset')) breakOff()
          else if (happens('truncate')) {
            const bytes = bytesOf(data)
            down(() => give(slice(bytes, 0, Math.floor(random() * bytes.length))))
            down(breakOff)
          } else if (happens('garbage')) down(() => give(Uint8Array.of(Math.floor(random() * 16), 1, 0).buffer))
          else {
            if (happens('stall')) down(() => undefined, random() * STALL)
            if (typeof data !== 'string' && happens('drip')) {
              const bytes = bytesOf(data)
              for (let at = 0; at < bytes.length; at++) down(() => give(slice(bytes, at, at + 1)), 5)
            } else down(() => give(data))
          }
        },
      })
      const breakOff = () => {
        if (over) return
        over = true
        connection.terminate()
        clock.setTimeout(() => events.closed(1006, ''), 0)
      }
      return {
        send(data) {
          if (dead || over) return
          if (happens('halfOpen')) dead = true
          else if (happens('reset')) breakOff()
          else if (happens('late')) {
            // The phone is told at once; the server hears the message, and of the end, much later.
            over = true
            clock.setTimeout(() => events.closed(1006, ''), 0)
            up(() => connection.send(data), random() * LATE)
            up(() => connection.terminate())
          } else {
            if (happens('stall')) up(() => undefined, random() * STALL)
            up(() => dead || connection.send(data))
          }
        },
        close(code, reason) {
          if (over) return
          if (dead) {
            over = true // nobody will answer; the platform's own patience ends it
            return
          }
          up(() => connection.close(code, reason))
        },
        terminate() {
          over = true
          connection.terminate()
        },
      }
    },
  }
  return link
}
