// A clock that never goes backwards, for deadlines: a phone whose time is corrected by hours must not wait for hours.
import type { Clock } from '../ports/clock'

/** No platform counts further (ms); wx-clock cuts what is longer. */
const LONGEST = 0x7fffffff

export const steadyClock = (clock: Clock): Clock => {
  let seen = clock.now()
  let steady = seen
  const now = () => {
    const time = clock.now()
    steady += Math.max(0, time - seen)
    seen = time
    return steady
  }
  return {
    now,
    schedule: (run, delay) => {
      const due = now() + Math.min(delay, LONGEST)
      return clock.schedule(() => {
        // Whatever the phone's clock did meanwhile: a timer that fires has waited its time.
        steady = Math.max(now(), due)
        run()
      }, delay)
    },
  }
}
