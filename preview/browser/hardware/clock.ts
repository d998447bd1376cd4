// The browser's clock as the simulator's world clock.
import type { Clock } from '../../../simulator/core/clock'

export const browserClock: Clock = {
  now: () => Date.now(),
  setTimeout: (run, ms) => window.setTimeout(run, ms),
  clearTimeout: (id) => window.clearTimeout(id),
}
