// How long to wait before the next attempt, and when a link has lived long enough to forget the past.

export interface BackoffOptions {
  /** Milliseconds: the first delay of a lone drop is below it. */
  readonly base: number
  /** Milliseconds: no delay of a lone drop is above it. */
  readonly cap: number
}

/** The window in which clients return that were all dropped together, unless the server asks for another (ms). */
export const CROWD_WINDOW = 30_000

/** A link that stayed up this long (ms) earns a fresh count. */
export const EARNED_AFTER = 10_000

/**
 * Delay in ms before attempt `tries` (1 is the first retry).
 * A lone drop: full jitter, doubling from `base` to `cap`. A drop shared by a crowd (`crowd`: the window in ms): anywhere in
 * the window, then in its last two thirds, flat; bench/herd shows that doubling or full jitter there rebuilds the peak.
 * `random` is in [0, 1).
 */
export const backoff = (
  tries: number,
  crowd: number | undefined,
  random: number,
  { base, cap }: BackoffOptions,
): number =>
  crowd === undefined
    ? random * Math.min(cap, base * Math.pow(2, tries - 1))
    : tries === 1
      ? random * crowd
      : (crowd / 3) * (1 + 2 * random)
