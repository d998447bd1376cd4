// What each switch of the simulator may be, and how it is written in JSON: `null` for undefined, "Infinity" for Infinity.
import type { Quirks } from '../core/quirks'

type Check = (value: unknown) => boolean

const oneOf =
  (...allowed: readonly unknown[]): Check =>
  (value) =>
    allowed.includes(value)
const yesOrNo = oneOf(true, false)
const amount: Check = (value) => typeof value === 'number' && value >= 0
const text: Check = (value) => typeof value === 'string'
const textOrNone: Check = (value) => value === undefined || text(value)
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const ends: Check = (value) => Array.isArray(value) && value.length <= 4 && value.every(oneOf('error', 'close'))
const code: Check = (value) => isObject(value) && typeof value.code === 'number' && typeof value.reason === 'string'
const orCode =
  (word: string): Check =>
  (value) =>
    value === word || code(value)

export const checks: { readonly [Name in keyof Quirks]: Check } = {
  refusal: oneOf('fail', 'onError', 'both'),
  refusedTask: oneOf('dead', 'undefined'),
  givenTask: oneOf('task', 'promised', 'unheard'),
  promiseDelay: amount,
  timeoutOption: oneOf('honoured', 'ignored'),
  success: oneOf('at-once', 'soon', 'after-open', 'never'),
  lateListeners: oneOf('heard', 'lost'),
  protocolString: oneOf('fails', 'works'),
  handshake: oneOf('normal', 'hangs', 'hangs-silently'),
  openDelay: amount,
  messageBeforeOpen: yesOrNo,
  connectTimeout: amount,
  readyState: oneOf('true', 'absent', 0, 1, 2, 3),
  socketErrno: yesOrNo,
  failureTexts: (value) =>
    isObject(value) &&
    Object.entries(value).every(
      ([kind, words]) =>
        text(words) && oneOf('dns', 'refused', 'tls', 'tls-timeout', 'timeout', 'transport', 'protocol', 'http')(kind),
    ),
  given: (value) => value === 'result' || isObject(value),
  offThrows: yesOrNo,
  absent: oneOf('undefined', 'throws'),
  typedArray: oneOf('sent', 'nothing', 'garbage'),
  sendFailure: textOrNone,
  closeWhileConnecting: oneOf('refused', 'ignored', 'honoured'),
  closeFailure: textOrNone,
  goneText: textOrNone,
  closeDelay: amount,
  slotReleaseDelay: amount,
  closeTimeout: amount,
  ownClose: ends,
  ownCloseCode: orCode('as-asked'),
  serverClose: ends,
  serverCloseCode: orCode('kept'),
  lost: ends,
  lostCode: code,
  connectFailure: ends,
  suspendAfter: amount,
  destroyAfter: amount,
  freezes: yesOrNo,
  backgroundCut: yesOrNo,
  background: ends,
  backgroundCode: code,
  backgroundToServer: oneOf('close-frame', 'drop', 'nothing'),
  suspendEcho: amount,
  resumeOrder: (value) => Array.isArray(value) && [...(value as unknown[])].sort().join() === 'events,show,timers',
  showEvents: yesOrNo,
  offlineType: oneOf('none', 'offline'),
  networkLoss: oneOf('silent', 'ends'),
  networkSwitch: oneOf('survives', 'silent', 'ends'),
  networkEnd: ends,
  networkEvents: yesOrNo,
  networkAnswer: oneOf('true', 'none'),
  isConnected: oneOf('true', true, false),
  diskQuota: amount,
  fileDelay: amount,
  appendCreates: yesOrNo,
  tornWrites: yesOrNo,
  diskBroken: yesOrNo,
  storageBroken: yesOrNo,
}

export const isSwitch = (name: string): name is keyof Quirks => Object.hasOwn(checks, name)

export const fromJson = (value: unknown): unknown =>
  value === null ? undefined : value === 'Infinity' ? Infinity : value
export const toJson = (value: unknown): unknown =>
  value === undefined ? null : value === Infinity ? 'Infinity' : value
