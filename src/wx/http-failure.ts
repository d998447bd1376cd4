// Why the platform did not make a REST call or an upload: in its own words, and whether it will refuse the same again.
import type { HttpFailure } from '../ports/http'
import type { Judge } from '../ports/platform'
import { failureOf } from './shapes'

/** A domain that is not in the whitelist, say, is no failure that passes. */
export const failWith =
  (judge: Judge['failure']) =>
  (failure: unknown): never => {
    const { errMsg, errno } = failureOf(failure)
    const { name, verdict } = judge(errMsg, errno)
    const told: HttpFailure = {
      errMsg,
      ...(errno !== undefined && { errno }),
      ...(verdict === 'fatal' && { refused: name }),
    }
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the port's contract
    throw told
  }
