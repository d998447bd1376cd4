// One timer for every deadline of a connection. A timer is only a hint to look; what counts is the clock.
import type { Clock } from '../ports/clock'

/** Somebody with a deadline. */
export interface Due {
  /** When it wants `tick`; `undefined` or Infinity: not now. */
  deadline(): number | undefined
  tick(now: number, late: boolean): void
}

export interface Alarm {
  /** Lets everything that is due happen; to be called ahead of everything else that happens. Returns the time. */
  check(): number
  /** Sets the timer to the earliest deadline. */
  arm(): void
  stop(): void
}

/** A timer that comes this much too late (ms) was frozen: the phone slept. */
const SLEPT = 2_000

const deadlineOf = (source: Due): number => source.deadline() ?? Infinity

/** `wake` is called by the timer (and shall lead to `check`); `slept` when the phone slept over a deadline. */
export const createAlarm = (
  clock: Clock,
  sources: readonly Due[],
  wake: () => void,
  slept: (duration: number) => void,
): Alarm => {
  let armed: number | undefined
  let cancel: () => void = () => undefined

  return {
    check: () => {
      const now = clock.now()
      if (armed !== undefined && now >= armed) {
        const late = now - armed
        armed = undefined
        cancel()
        if (late > SLEPT) slept(late)
        for (const source of sources) if (deadlineOf(source) <= now) source.tick(now, late > SLEPT)
      }
      return now
    },
    arm: () => {
      // After every message: no array for it.
      let earliest = Infinity
      for (const source of sources) earliest = Math.min(earliest, deadlineOf(source))
      // A timer that is set too early only looks once in vain; resetting it for every message would cost more.
      if (earliest === Infinity || (armed !== undefined && armed <= earliest)) return
      cancel()
      armed = earliest
      cancel = clock.schedule(() => {
        // Timers may fire a little early, and none is set further than the platform can count: then it is set again.
        if (clock.now() < earliest) armed = undefined
        wake()
      }, earliest - clock.now())
    },
    stop: () => {
      armed = undefined
      cancel()
    },
  }
}
