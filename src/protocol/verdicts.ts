// How a failure becomes a Refusal: by its condition, unless the server told its own number, and how long to stay away.
import { nameOf, verdictOf, type ErrorName } from '../errors/codes'
import type { Refusal } from './refusal'

/**
 * What a failure that was taken for `guess` means. `known` is what else its source knows. `code` is the number of a
 * condition that the server told (one that this version does not know changes nothing), `retryAfter` the seconds to stay
 * away, an hour at most.
 */
export function judged(
  guess: ErrorName,
  detail?: string,
  known: Partial<Refusal> = {},
  code?: string,
  retryAfter?: string,
): Refusal {
  const name = nameOf(Number(code))
  const seconds = Number(retryAfter)
  return {
    name: guess,
    verdict: verdictOf(guess),
    detail: code ? `${detail} code=${code}` : detail,
    ...known,
    ...(name && { name, verdict: verdictOf(name), told: true }),
    ...(seconds > 0 && { retryAfter: Math.min(seconds, 3600) }),
  }
}
