// What every failure of the SDK looks like: a number, a name, what happened, what to do, and what caused it.
import { conditionOf, type ErrorCode } from './codes'
import type { ErrorName } from './error-name'
import { withoutSecrets } from './secrets'

/**
 * The one error class of the SDK. `message` says what went wrong, `remedy` what to do about it, `cause` carries
 * what lay underneath (a platform `errMsg`, a reason code, another error). Never carries a token or a password.
 */
export class ConnectionError extends Error {
  /** The condition; a `switch` over it is checked by the compiler. */
  override readonly name: ErrorName
  /** The number of the condition; one number per condition, see docs/codes.md. */
  readonly code: ErrorCode
  /** What to do about it; may be empty. */
  readonly remedy: string
  override readonly cause: unknown
  /** What was seen, without the general sentence that `message` begins with. */
  readonly detail: string | undefined
  /** True on errors of every copy of the package, where `instanceof` would fail. */
  readonly isConnectionError = true

  /** `last`: nothing is retried any more, whatever the condition promises elsewhere. */
  constructor(name: ErrorName, detail?: string, cause?: unknown, last = false) {
    const [code, remedy, , happened] = conditionOf(name)
    // The one place where text from outside enters an error.
    const seen = withoutSecrets(detail) as typeof detail
    super(seen ? `${happened}: ${seen}` : happened)
    // ES2015 classes keep the chain; DevTools' ES5 switch does not.
    Object.setPrototypeOf(this, ConnectionError.prototype)
    this.name = name
    this.code = code
    this.remedy = last ? remedy.replace('It is retried.', 'Call open() again later.') : remedy
    this.cause = withoutSecrets(cause)
    this.detail = seen
  }
}

/** Whether a value is a ConnectionError, also of another copy of this package. */
export const isConnectionError = (value: unknown): value is ConnectionError =>
  (Object(value) as Partial<ConnectionError>).isConnectionError === true
