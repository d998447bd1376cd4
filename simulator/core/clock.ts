// What time is to the simulator: the world's clock. A phone's own timers (which freeze) stand on it; see phone-timers.ts.
// Extend: a host provides one of these (virtual-clock.ts here, real timers in ../node, the browser's own in a preview).

export type TimerId = number

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  setTimeout(run: () => void, ms: number): TimerId
  clearTimeout(id: TimerId): void
}
