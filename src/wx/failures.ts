// What the platform's error texts mean: the one table from `errMsg` and `errno` to a Refusal.
import { verdictOf, type ErrorName } from '../errors/codes'
import type { Refusal } from '../protocol/refusal'

/**
 * First match wins: the text in lower case, then the number, which sockets seldom carry (wechat-runtime.md section 2).
 * The numbers inside the texts ("code:9") are websocketpp's and ambiguous: never matched.
 */
const rows: readonly (readonly [text: RegExp, name: ErrorName, ...errnos: number[]])[] = [
  // Before the permission rows: "jsapi has no permission ... interrupted in suspend state" passes with the app's return.
  [/suspend|interrupted/, 'AppSuspended', 600003],
  [/not in domain/, 'DomainNotAllowed', 600002],
  [/invalid url|url validate|url is invalid|max redirect/, 'InvalidUrl', 600009, 600011, 600008],
  [/exceed max|最多发起|并行连接/, 'SocketBudgetExhausted', 600007],
  [/tls handshake timed/, 'SocketTimeout'],
  // Mostly a wrong certificate, but a captive portal looks the same: retried.
  [/tls|ssl|cert/, 'TlsFailed'],
  // An answer that is no WebSocket's, and a proxy that drops or changes the subprotocol.
  [/invalid http|unexpected (server )?response|sub-?protocol|sec-websocket|handshake: (?!.*net::)/, 'HandshakeRefused'],
  [/time ?d? ?-?out|timer expired|超时/, 'SocketTimeout', 5],
  [/not supported|no permission/, 'UnsupportedHere', 100, 102],
  [/argv|invalid parameter|invalid request data/, 'InvalidOption', 101, 1001, 600005],
]

/** Not the server's and not the network's fault: such an attempt is not counted. */
const ours: readonly ErrorName[] = ['AppSuspended', 'SocketBudgetExhausted']

/** Everything else is taken for the network's fault: transport errors, DNS, refused connections, 600000, 600001, 600004, 600006. */
export const judgeFailure = (errMsg: string, errno?: number): Refusal => {
  const text = errMsg.toLowerCase()
  const row =
    rows.find(([pattern]) => pattern.test(text)) ??
    (errno === undefined ? undefined : rows.find((one) => one.indexOf(errno) > 0))
  const name = row ? row[1] : 'SocketFailed'
  const refusal: Refusal = { name, verdict: verdictOf(name), detail: errMsg, cause: { errMsg, errno } }
  return ours.indexOf(name) < 0 ? refusal : { ...refusal, uncounted: true }
}

/**
 * The texts with which the platform says that a socket it once had is gone (close() on it was refused). "Not connected"
 * is also what it says of one that is still connecting.
 */
export const saysGone = (errMsg: string, connecting: boolean): boolean =>
  /not (exist|found)|no such|already (been )?clos|不存在|已关闭/i.test(errMsg) ||
  (!connecting && /not connected/i.test(errMsg))

/** What the platform says when it cuts sockets in the background. */
export const interrupted = (reason: string): boolean => /interrupted|suspend/i.test(reason)
