// What a failure means for the connection: try again, get a fresh token first, or stop.
import type { ErrorName } from '../errors/codes'

/**
 * - `retry`: the same attempt may work later.
 * - `reauthorise`: it may work once with a fresh token; without a `tokenProvider` it is `fatal`.
 * - `fatal`: nothing the SDK can do will make it work.
 */
export type Verdict = 'retry' | 'reauthorise' | 'fatal'

/** One failure, judged. Every source of failures (reason codes, close codes, platform texts) has one table that makes these. */
export interface Refusal {
  readonly name: ErrorName
  readonly verdict: Verdict
  /** What was seen, for people: `CONNACK 0x88`, `close 1012`, the platform's errMsg. Never a secret. */
  readonly detail?: string | undefined
  /** What lay underneath, for `error.cause`. */
  readonly cause?: unknown
  /** Many clients share this fate now: the first delay comes from a wide window. */
  readonly shared?: boolean
  /** Seconds the server asks us to stay away. */
  readonly retryAfter?: number
  /** Not the server's or the network's fault, or cured at once: the attempt is not counted. */
  readonly uncounted?: boolean
  /** The server told the number itself: nothing that was guessed from a code overrules it. */
  readonly told?: boolean
  /** The link ended without a word of the protocol: by a close, a reset, or the platform. */
  readonly abrupt?: boolean
  /** Where the server sends us instead. */
  readonly moveTo?: string | undefined
}
