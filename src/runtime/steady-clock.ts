// A clock that never goes backwards, for deadlines: a phone whose time is corrected by hours must not wait for hours.
import type { Clock } from '../ports/clock'

export const steadyClock = (clock: Clock): Clock => {
  let seen = clock.now()
  let steady = seen
  return {
    now: () => {
      const now = clock.now()
      steady += Math.max(0, now - seen)
      seen = now
      return steady
    },
    schedule: clock.schedule,
  }
}
