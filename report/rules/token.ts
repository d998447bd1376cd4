// The login ended because its token was no good any more, and nobody brought another.
import { isFinal, weightOf, type Rule } from '../rule'

const EXPIRED = ['TokenExpired', 'OneTimePasswordUsed']
const WRONG = ['TokenIncorrect', 'PlatformMismatch', 'TokenRefused']

const stoppedBy =
  (names: readonly string[]): Rule['find'] =>
  (phone) => {
    const final = phone.refusals.filter((refusal) => names.includes(refusal.name) && isFinal(refusal))
    const last = final.at(-1)
    return (
      last && {
        at: last.at,
        severity: weightOf(phone, last),
        values: { countTimes: final.length, lastAt: last.t, code: last.code, detail: last.detail },
      }
    )
  }

export const tokenExpired: Rule = {
  id: 'token-expired',
  severity: 'error',
  find: stoppedBy(EXPIRED),
  zh: {
    title: '登录令牌已过期',
    text: '服务器以 {code} 拒绝了登录（{countTimes}，最后一次 {lastAt}）：令牌已过期，而应用没有提供新的令牌，连接因此停止。',
    remedy:
      '设置 tokenProvider，让 SDK 自动取得新令牌；或在 onTokenWillExpire 时调用 renewToken()，在 onTokenExpired 之后用新令牌重新 open()。同时检查手机时间是否准确。',
    answer: '您的登录已过期，请重新登录。',
  },
  en: {
    title: 'The login token has expired',
    text: 'The server refused the login with {code} ({countTimes}, last at {lastAt}): the token had expired and the app brought no new one, so the connection stopped.',
    remedy:
      'Set tokenProvider so that the SDK fetches a new token by itself; or call renewToken() on onTokenWillExpire, and open() with a new token after onTokenExpired. Check that the phone’s time is right.',
    answer: 'Your login has expired; please log in again.',
  },
}

export const tokenWrong: Rule = {
  id: 'token-wrong',
  severity: 'error',
  find: stoppedBy(WRONG),
  zh: {
    title: '登录令牌不被服务器接受',
    text: '服务器以 {code} 拒绝了登录（{countTimes}，最后一次 {lastAt}；{detail}）：令牌不属于这个环境或这个用户，或签名密钥已更换。',
    remedy: '确认令牌与 appKey、user 来自同一环境；若服务器刚轮换过签名密钥，请让用户重新登录。',
    answer: '您的登录已失效，请重新登录。',
  },
  en: {
    title: 'The server does not accept the login token',
    text: 'The server refused the login with {code} ({countTimes}, last at {lastAt}; {detail}): the token belongs to another environment or user, or the signing secret has changed.',
    remedy:
      'Check that token, appKey and user come from the same environment; if the server’s secret was rotated, let users log in again.',
    answer: 'Your login is no longer valid; please log in again.',
  },
}
