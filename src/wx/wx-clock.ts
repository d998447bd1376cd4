// The phone's clock and timers as the Clock port. Timers freeze while the app is suspended and then fire late.
import type { Clock } from '../ports/clock'

/** setTimeout turns anything above this into "at once". */
const LONGEST = 0x7fffffff

export const wxClock: Clock = {
  now: () => Date.now(),
  schedule: (run, delay) => {
    const id = setTimeout(run, Math.min(Math.max(0, delay), LONGEST))
    return () => clearTimeout(id)
  },
}
