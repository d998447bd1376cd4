// What each condition means for the connection. Reason codes, close codes and REST answers all end here.
import { nameOf, type ErrorName } from '../errors/codes'
import type { Refusal, Verdict } from './refusal'

const verdicts: Partial<Record<ErrorName, Verdict>> = {
  TokenIncorrect: 'reauthorise',
  TokenExpired: 'reauthorise',
  OneTimePasswordUsed: 'reauthorise',
  PlatformMismatch: 'reauthorise',

  Unknown: 'retry',
  ServerUnavailable: 'retry',
  NetworkUnavailable: 'retry',
  AppSuspended: 'retry',
  SocketBudgetExhausted: 'retry',
  SocketFailed: 'retry',
  SocketTimeout: 'retry',
  LinkLost: 'retry',
  HeartbeatTimeout: 'retry',
  ProtocolViolated: 'retry',
  ServerShuttingDown: 'retry',
  ServerBusy: 'retry',
  ServerMoved: 'retry',
  EndpointsUnavailable: 'retry',
  TokenUnavailable: 'retry',
}

/** Everything that neither a fresh token nor another attempt can cure is `fatal`. */
export const verdictOf = (name: ErrorName): Verdict => verdicts[name] ?? 'fatal'

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
