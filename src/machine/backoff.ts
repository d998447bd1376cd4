// How long to wait before the next attempt, and when a link has lived long enough to forget the past.

export interface BackoffOptions {
  /** Milliseconds: the first delay of a lone drop is below it. */
  readonly base: number
  /** Milliseconds: no delay of a lone drop is above it. */
  readonly cap: number
}

/** The window in which clients return that were all dropped together, unless the server asks for another (ms). */
export const CROWD_WINDOW = 30_000

/**
 * The window of the first delay (ms) after a drop that may be a whole server's, while nobody waits for anything: full jitter
 * alone would send all its clients back within a second (bench/herd).
 */
export const IDLE_WINDOW = 7_500

/** A link that stayed up this long (ms) earns a fresh count. */
export const EARNED_AFTER = 10_000

/**
 * Delay in ms before attempt `tries` (1 is the first retry).
 * A lone drop: full jitter, doubling from `base` to `cap`. A drop shared by a crowd (`crowd`: the window in ms): anywhere in
 * the window, then in its last two thirds, flat; bench/herd shows that doubling or full jitter there rebuilds the peak.
 * `idle`: nobody waits, and the far side ended the link: it doubles from a wider window, so that those whom a closed port
 * refuses again and again do not gather.
 * `random` is in [0, 1).
 */
export const backoff = (
  tries: number,
  crowd: number | undefined,
  random: number,
  { base, cap }: BackoffOptions,
  idle = false,
): number =>
  crowd === undefined
    ? random * Math.min(cap, (idle ? Math.max(base, IDLE_WINDOW) : base) * Math.pow(2, tries - 1))
    : tries === 1
      ? random * crowd
      : (crowd / 3) * (1 + 2 * random)
