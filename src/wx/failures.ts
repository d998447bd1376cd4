// What the platform's error texts mean: the one table from `errMsg` and `errno` to a Refusal.
import type { Refusal, Verdict } from '../protocol/refusal'
import type { ErrorName } from '../errors/codes'

type Row = readonly [text: RegExp, errnos: readonly number[], name: ErrorName, verdict: Verdict, uncounted?: true]

/**
 * First match wins: the text in lower case, then the number, which sockets seldom carry (wechat-runtime.md section 2).
 * The numbers inside the texts ("code:9") are websocketpp's and ambiguous: never matched.
 */
const rows: readonly Row[] = [
  // Before the permission rows: "jsapi has no permission ... interrupted in suspend state" passes with the app's return.
  [/suspend|interrupted/, [600003], 'AppSuspended', 'retry', true],
  [/not in domain/, [600002], 'DomainNotAllowed', 'fatal'],
  [/invalid url|url validate|url is invalid/, [600009, 600011], 'InvalidUrl', 'fatal'],
  [/exceed max|最多发起|并行连接/, [600007], 'SocketBudgetExhausted', 'retry', true],
  [/tls handshake timed/, [], 'SocketTimeout', 'retry'],
  // Mostly a wrong certificate, but a captive portal looks the same: retried.
  [/tls|ssl|cert/, [], 'TlsFailed', 'retry'],
  [/invalid http|unexpected (server )?response/, [], 'HandshakeRefused', 'retry'],
  [/max redirect/, [600008], 'HandshakeRefused', 'fatal'],
  [/time ?d? ?-?out|timer expired|超时/, [5], 'SocketTimeout', 'retry'],
  [/not supported|no permission/, [100, 102], 'UnsupportedHere', 'fatal'],
  [/argv|invalid parameter|invalid request data/, [101, 1001, 600005], 'InvalidOption', 'fatal'],
]

/** Everything else is taken for the network's fault: transport errors, DNS, refused connections, 600000, 600001, 600004, 600006. */
export const judgeFailure = (errMsg: string, errno?: number): Refusal => {
  const text = errMsg.toLowerCase()
  const row = rows.find(([pattern]) => pattern.test(text)) ?? rows.find(([, errnos]) => errno !== undefined && errnos.indexOf(errno) >= 0)
  const [, , name, verdict, uncounted]: Row = row ?? [/$/, [], 'SocketFailed', 'retry']
  return { name, verdict, detail: errMsg, cause: errno === undefined ? errMsg : { errMsg, errno }, ...(uncounted ? { uncounted } : {}) }
}

/** The texts with which the platform says that a socket it once had is gone (close() on it was refused). */
export const saysGone = (errMsg: string): boolean => /not exist|not connected|already (been )?closed/i.test(errMsg)
