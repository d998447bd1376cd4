// A clock that a test moves by hand: timers run in order of their time, promise jobs run between any two of them.
// Models no fact; it is what makes 30 minutes in the background testable in a millisecond.
// Extend: `drain` is how the host lets pending promise jobs finish (setImmediate in Node, a macrotask in a browser).
import type { Clock, TimerId } from './clock'

export interface VirtualClock extends Clock {
  /** Moves on by `ms`, running everything that falls due, and lets promises settle. */
  advance(ms: number): Promise<void>
  /** Moves from timer to timer until the condition holds; false when `maxMs` passed first. */
  runUntil(condition: () => boolean, maxMs: number): Promise<boolean>
  /** Lets promise jobs and timers that are due now run, without moving on. */
  settle(): Promise<void>
  /** Timers that have not run yet, soonest first. */
  pending(): readonly { readonly id: TimerId; readonly at: number }[]
}

export interface VirtualClockOptions {
  drain: () => Promise<void>
  /** Milliseconds since 1970. */
  start?: number
}

interface Timer {
  readonly id: TimerId
  readonly at: number
  readonly run: () => void
}

export function createVirtualClock({ drain, start = Date.UTC(2026, 0, 1) }: VirtualClockOptions): VirtualClock {
  let now = start
  let lastId = 0
  const timers = new Map<TimerId, Timer>()

  function next(): Timer | undefined {
    let first: Timer | undefined
    for (const timer of timers.values()) if (!first || timer.at < first.at) first = timer // a Map keeps the order of ties
    return first
  }

  /** Runs the next timer due by `end`; false when there is none. */
  function step(end: number): boolean {
    const timer = next()
    if (!timer || timer.at > end) return false
    now = Math.max(now, timer.at)
    timers.delete(timer.id)
    timer.run()
    return true
  }

  async function advance(ms: number): Promise<void> {
    const end = now + ms
    do await drain()
    while (step(end))
    now = Math.max(now, end)
  }

  return {
    now: () => now,
    setTimeout(run, ms) {
      const id = ++lastId
      timers.set(id, { id, at: now + Math.max(0, ms || 0), run })
      return id
    },
    clearTimeout: (id) => void timers.delete(id),
    advance,
    settle: () => advance(0),
    async runUntil(condition, maxMs) {
      const end = now + maxMs
      await drain()
      while (!condition()) {
        if (!step(end)) {
          now = Math.max(now, end)
          return condition()
        }
        await drain()
      }
      return true
    },
    pending: () => [...timers.values()].sort((a, b) => a.at - b.at).map(({ id, at }) => ({ id, at })),
  }
}
