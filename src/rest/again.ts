// Whether and when a call that failed is made again: never after a definite refusal, else through the one back-off.
import { backoff } from '../machine/backoff'

/** Milliseconds: the first delay is below the first, none is above the second. */
export interface Pace {
  readonly base: number
  readonly cap: number
}

/** Whether the same call will meet the same refusal. No answer at all, a busy server and a failing one may pass. */
export const isDefinite = (failure: unknown): boolean => {
  const { cause } = Object(failure) as { cause?: unknown }
  const { status = 0, refused } = Object(cause) as { status?: number; refused?: unknown }
  return refused !== undefined || (status >= 400 && status < 500 && status !== 408 && status !== 429)
}

/** Milliseconds until the call is made again, `failures` (from 1) being those in a row; `undefined`: not at all. */
export const delayAfter = (failure: unknown, failures: number, random: number, pace: Pace): number | undefined =>
  isDefinite(failure) ? undefined : backoff(failures, undefined, random, pace)
