// The words in which each kind of phone says what went wrong with a socket: verbatim where a report gives them.
// Models wechat-runtime.md sections 1 and 2.2. The numbers are websocketpp's (wcwss) and are ambiguous on purpose.
// Texts of pc and devtools for a failed handshake are Chromium's, inferred: WeChat's PC client is built on it.
import type { LinkFailure } from './link'
import type { Profile } from './quirks'

const chromium = (profile: Profile) => profile === 'pc' || profile === 'devtools'

export function connectFailureText(profile: Profile, failure: LinkFailure): string {
  if (failure.kind === 'protocol')
    return "Error during WebSocket handshake: Sent non-empty 'Sec-WebSocket-Protocol' header but no response was received"
  if (chromium(profile)) {
    switch (failure.kind) {
      case 'dns':
        return 'Error in connection establishment: net::ERR_NAME_NOT_RESOLVED'
      case 'refused':
        return 'Error in connection establishment: net::ERR_CONNECTION_REFUSED'
      case 'tls':
        return 'Error in connection establishment: net::ERR_CERT_AUTHORITY_INVALID'
      case 'tls-timeout':
      case 'timeout':
        return 'Error in connection establishment: net::ERR_TIMED_OUT'
      case 'transport':
        return 'Error in connection establishment: net::ERR_INTERNET_DISCONNECTED'
      case 'http':
        return `Error during WebSocket handshake: Unexpected response code: ${failure.status}`
    }
  }
  switch (failure.kind) {
    case 'dns':
    case 'transport':
      return 'exception onOpen fail code:2, msg:Underlying Transport Error'
    case 'refused':
      return 'exception onOpen fail code:111, msg:Connection refused'
    case 'tls':
      return 'exception onOpen fail code:8, msg:TLS handshake failed'
    case 'tls-timeout':
      return 'exception onOpen fail code:7, msg:TLS handshake timed out'
    case 'timeout':
      return 'exception onOpen fail code:9, msg:Timer Expired'
    case 'http':
      return 'exception onOpen fail code:20, msg:Invalid HTTP status.'
  }
}

export function budgetText(profile: Profile, budget: number, id: number): string {
  switch (profile) {
    case 'android':
    case 'pc':
      return `createSocketTask:fail wcwss taskID=${id} exceed max concurrent count`
    case 'ios':
      return 'createSocketTask: fail exceed max cocurrent count' // as the phone spells it
    case 'devtools':
      return `connectSocket:fail 同时最多发起 ${budget} 个 socket 请求`
  }
}

export const SUSPENDED = (event: 'createSocketTask' | 'operateSocketTask', api: string) =>
  `${api}:fail:jsapi has no permission, event=${event}, runningState=suspend, permissionMsg=permission ok, ` +
  'detail=network api interrupted in suspend state'

export const OUTSIDE_DOMAINS = 'createSocketTask:fail url not in domain list'
export const INVALID_URL = (url: string) => `connectSocket:fail invalid url "${url}"`
export const PROTOCOLS_STRING =
  'connectSocket:fail parameter error: parameter.protocols should be Array instead of String;'
export const NOT_OPEN = 'SocketTask.send:fail SocketTask.readyState is not OPEN'
export const NOT_CONNECTED = 'closeSocket:fail WebSocket is not connected'
export const CLOSED_BEFORE_OPEN = 'websocket was closed before the connection was established'
export const NETWORK_CHANGED = 'errcode:10011 network change, cancel all task'
export const INTERRUPTED = 'network interrupted error'

export const closedAlready = (profile: Profile) =>
  profile === 'android' ? 'closeSocket:fail wcwss taskID not exist' : 'closeSocket:fail:taskID not exist'

/** A close code must be 1000 or 3000 to 4999; none at all counts as 65535 (PC 4.0). */
export function illegalCode(profile: Profile, code: number | undefined): string | undefined {
  if (code === 1000 || (code !== undefined && code >= 3000 && code <= 4999)) return undefined
  return chromium(profile)
    ? `closeSocket:fail Failed to execute 'close' on 'XWebSocket': The code must be either 1000, or between 3000 and 4999. ${code ?? 65535} is neither.`
    : 'closeSocket:fail wcwss invalid code, the code must be either 1000, or between 3000 and 4999'
}

/** errno of section 2.1, where a phone gives one at all. */
export const errnoOf = (failure: LinkFailure): number => (failure.kind === 'timeout' ? 5 : 600001)
