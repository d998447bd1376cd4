// Counts what happens, from the lines that every part of the server logs anyway: logins, and each refusal by its code.
import type { Log } from '../log'
import type { CodeCount } from './shape'

export interface Counters {
  /** To be used instead of the log that was given: counts, and passes on. */
  readonly log: Log
  readonly logins: number
  /** Of all codes: everything that was refused or ended with one. */
  readonly refused: number
  /** Messages that were not accepted from their sender. */
  readonly messagesRefused: number
  codes(): readonly CodeCount[]
}

/** A broken protocol has no code of the server's own; the SDK calls it so. */
export const protocolViolated = 35017

export function createCounters(log: Log): Counters {
  let logins = 0
  let refused = 0
  let messagesRefused = 0
  // Codes are the server's own (refusals.ts), so that there are few, whatever clients do.
  const codes = new Map<number, { -readonly [Field in keyof CodeCount]: CodeCount[Field] }>()

  function count(code: unknown, kind: 'refused' | 'ended'): void {
    if (typeof code !== 'number') return
    const known = codes.get(code) ?? { code, refused: 0, ended: 0, last: 0 }
    known[kind]++
    known.last = Date.now()
    codes.set(code, known)
    refused++
  }

  return {
    log(event, fields) {
      if (event === 'login') logins++
      else if (event === 'refused' || event === 'call refused') count(fields?.code, 'refused')
      else if (event === 'ended') count(fields?.code, 'ended')
      else if (event === 'violation') count(protocolViolated, 'ended')
      else if (event === 'publish refused') messagesRefused++
      log(event, fields)
    },
    get logins() {
      return logins
    },
    get refused() {
      return refused
    },
    get messagesRefused() {
      return messagesRefused
    },
    codes: () => [...codes.values()].sort((a, b) => b.last - a.last),
  }
}
