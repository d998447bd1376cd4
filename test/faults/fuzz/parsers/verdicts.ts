// Words that come with the end of a link: close codes and reasons, and the platform's error texts, become a known verdict.
import { ErrorCode } from '../../../../src/errors/codes'
import { mayRefuseVersion, refusalOfClose } from '../../../../src/protocol/close-codes'
import type { Refusal } from '../../../../src/protocol/refusal'
import { judgeFailure, saysGone } from '../../../../src/wx/failures'
import type { Chance } from '../../random'
import { reasons } from '../closes'
import type { Parser, Way } from '../feed'
import { hostile, mutateText } from '../mutate'

/** Throws what no part of the SDK could act upon. */
export function faultOfRefusal({ name, verdict, retryAfter, detail, moveTo }: Refusal): void {
  if (!Object.hasOwn(ErrorCode, name)) throw new Error(`a refusal by the name ${name}`)
  if (!['retry', 'reauthorise', 'fatal'].includes(verdict)) throw new Error(`a verdict ${verdict}`)
  if (retryAfter !== undefined && !(retryAfter > 0 && retryAfter <= 3600)) throw new Error(`retryAfter ${retryAfter}`)
  for (const text of [detail, moveTo])
    if (text !== undefined && typeof text !== 'string') throw new Error(`a detail that is a ${typeof text}`)
}

const codes = [1000, 1001, 1005, 1006, 1008, 1011, 1012, 1013, 4000, 4999, 0, -1, 65_536, NaN, 1e9]

const wordsOf = (chance: Chance, good: readonly string[]): string => {
  const value = chance.yes(0.03) ? hostile(chance) : undefined
  if (typeof value === 'string') return value
  return chance.yes(0.3) ? chance.one(good) : mutateText(chance, chance.one(good), good)
}

export const closeCodes: Parser = {
  name: 'close-codes',
  what: 'close codes and reasons',
  one(chance): Way {
    const code = chance.yes(0.8) ? chance.one(codes) : chance.below(70_000)
    const reason = wordsOf(chance, reasons)
    const refusal = refusalOfClose(code, reason)
    faultOfRefusal(refusal)
    if (refusal.detail!.length > reason.length * 2 + 64)
      throw new Error(`${reason.length} characters became ${refusal.detail!.length}`)
    if (mayRefuseVersion(code, reason) && refusal.name !== 'LinkLost')
      throw new Error(`${refusal.name} refuses a version`)
    return refusal.verdict === 'retry' ? 'taken' : 'refused'
  },
}

const texts = [
  'connectSocket:fail url not in domain list',
  'sendSocketMessage:fail interrupted in suspend state',
  'connectSocket:fail exceed max limit of 5',
  'connectSocket:fail TLS handshake timed out',
  'request:fail ssl hand shake error',
  'request:fail timeout',
  'fail: jsapi has no permission',
  'closeSocket:fail socket not exist',
  'request:fail -109:net::ERR_ADDRESS_UNREACHABLE',
  '最多发起 5 个并行连接',
]
const errnos = [undefined, 5, 100, 1001, 600_000, 600_002, 600_007, 600_009, -1, NaN, Infinity, 2 ** 40]

export const failures: Parser = {
  name: 'failures',
  what: "the platform's error texts and numbers",
  one(chance): Way {
    const errMsg = wordsOf(chance, texts)
    const refusal = judgeFailure(errMsg, chance.one(errnos))
    faultOfRefusal(refusal)
    if (refusal.detail !== errMsg) throw new Error('its words are not kept')
    if (typeof saysGone(errMsg, chance.one([true, false])) !== 'boolean')
      throw new Error('no answer to whether a socket is gone')
    return refusal.verdict === 'retry' ? 'taken' : 'refused'
  },
}
