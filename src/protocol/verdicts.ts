// What a server may add to a refusal: its own number, and how long to stay away.
import { nameOf, verdictOf } from '../errors/codes'
import type { Refusal } from './refusal'

/**
 * A refusal overruled by what the server told about it: the number of a condition, and the seconds to stay away.
 * A number that this version does not know changes nothing.
 */
export function overrule(refusal: Refusal, code: string | undefined, retryAfter: string | undefined): Refusal {
  const name = nameOf(Number(code))
  const seconds = Number(retryAfter)
  const told: { -readonly [Key in keyof Refusal]?: Refusal[Key] } = {}
  if (code) told.detail = `${refusal.detail ?? ''} code=${code}`
  if (name) {
    told.name = name
    told.verdict = verdictOf(name)
    told.told = true
  }
  if (seconds > 0) told.retryAfter = seconds
  return Object.assign({}, refusal, told)
}
