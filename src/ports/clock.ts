// Time, as the SDK sees it: what it is, and a wake-up call that may come late (a frozen phone) but never early.

export interface Clock {
  /** Milliseconds since 1970, by the phone's clock. */
  now(): number
  /** Runs once, `delay` ms from now or later. Returns how to cancel. */
  schedule(run: () => void, delay: number): () => void
}

/** A number in [0, 1). */
export type Random = () => number
