// The two clocks of Node: one that a test moves, and the real one.
import type { Clock } from '../core/clock'
import { createVirtualClock, type VirtualClock } from '../core/virtual-clock'

// Taken at load time, so that nobody's fake timers reach the simulator.
const { setTimeout: start, clearTimeout: stop, setImmediate: immediately, clearImmediate: unqueue } = globalThis

/** One turn of the event loop: every promise job that is ready runs, and what those make ready too. */
const turn = () => new Promise<void>((resolve) => immediately(resolve))

/** A clock for scenario tests. `start` is in milliseconds since 1970. */
export function virtualClock(start?: number): VirtualClock {
  return createVirtualClock({ drain: turn, ...(start === undefined ? {} : { start }) })
}

export interface RealClock extends Clock {
  /** Timers that have not run yet. */
  readonly left: number
}

/** The machine's own clock, its timers counted. */
export function realClock(): RealClock {
  let lastId = 0
  const timers = new Map<number, () => void>()
  return {
    now: () => Date.now(),
    setTimeout(run, ms) {
      const id = ++lastId
      const fire = () => {
        timers.delete(id)
        run()
      }
      if (ms > 0) {
        const timer = start(fire, ms)
        timers.set(id, () => stop(timer))
      } else {
        const timer = immediately(fire) // Node's setTimeout(0) is one millisecond: too slow for a socket
        timers.set(id, () => unqueue(timer))
      }
      return id
    },
    clearTimeout(id) {
      timers.get(id)?.()
      timers.delete(id)
    },
    get left() {
      return timers.size
    },
  }
}
