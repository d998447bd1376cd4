// Every condition the SDK reports: its one number, what happened, and what to do about it.
// 2xx, 31xxx, 33xxx and 34xxx are the vendors' own numbers (Easemob, RongCloud); 35xxx are ours.
import type { ErrorCodes, ErrorName } from './error-name'

export type { ErrorName } from './error-name'

/** What a failure means for an attempt, where its source says nothing else: see Verdict. FATAL where nothing is said. */
const RETRY = 'retry'
const FRESH = 'reauthorise'
const FATAL = 'fatal'

type Condition<Name extends ErrorName = ErrorName> = readonly [
  number: ErrorCodes[Name],
  remedy: string,
  verdict?: typeof RETRY | typeof FRESH | typeof FATAL,
  happened?: string,
]

/**
 * name: [number, what to do, what it means for an attempt, what happened]. The name says what happened ("LinkLost: link lost");
 * words of its own only where it says too little. Where there is nothing to do, that it is retried is said once, below. Whole sentences are in docs/codes.md and the report.
 */
export const conditions = {
  Unknown: [-1, 'Send the log to support.', RETRY],

  UserLoginAnotherDevice: [206, 'Return to the login page.', FATAL, 'logged in on another device'],
  UserRemoved: [207, 'Return to the login page.'],
  KickedByChangePassword: [216, 'Ask for the new password.'],
  KickedByOtherDevice: [217, 'Return to the login page.', FATAL, 'ended by another device of the user'],

  UnacceptableProtocolVersion: [31001, 'Check url.', FATAL, 'no MQTT 5 or 3.1.1'],
  IdentifierRejected: [31002, 'Check appKey.'],
  ServerUnavailable: [31003, '', RETRY],
  TokenIncorrect: [31004, 'Get a new token for this appKey.', FRESH],
  NotAuthorized: [31005, 'Check the app on the server.', FATAL, 'app check failed'],
  AppBlockedOrDeleted: [31008, 'Ask the operator.'],
  UserBlocked: [31009, 'Ask the operator.'],
  UserKicked: [31010, 'Ask the user to log in.'],
  UserBlockedWhileConnected: [31011, 'Ask the operator.'],
  TokenExpired: [31020, 'Get a new token, or set tokenProvider.', FRESH],
  OneTimePasswordUsed: [31027, 'Get a new token.', FRESH],
  PlatformMismatch: [31028, 'Get a new token.', FRESH],
  UserDeletedAccount: [31029, 'Tell the user.'],
  ClientNotInit: [33001, 'Call init first.'],
  ConnectionExist: [34001, 'Call close() first.', FATAL, 'connected or connecting already'],
  ConnectionTimeout: [34006, 'Call open() again later.'],

  InvalidOption: [35001, 'Correct it.'],
  InvalidArgument: [35002, 'Correct it.'],
  Destroyed: [35003, 'Create a new one.'],
  ConnectionClosed: [35004, 'Call open() again.'],
  NotConnected: [35005, 'Wait for onConnected.'],
  NetworkUnavailable: [35006, '', RETRY],
  AppSuspended: [35007, '', RETRY, 'interrupted in the background'],
  DomainNotAllowed: [35008, 'Add it under 开发管理 > 服务器域名.', FATAL, 'the domain is not in the whitelist'],
  InvalidUrl: [35009, 'Check url and apiUrl.'],
  SocketBudgetExhausted: [35010, 'Close sockets of other code. It is retried.', RETRY],
  SocketFailed: [35011, '', RETRY],
  SocketTimeout: [35012, '', RETRY, 'no answer in time'],
  TlsFailed: [35013, 'Check the certificate chain. It is retried.', RETRY],
  HandshakeRefused: [35014, 'Check url and the proxy. It is retried.', RETRY, 'no WebSocket here'],
  LinkLost: [35015, '', RETRY],
  HeartbeatTimeout: [35016, '', RETRY],
  ProtocolViolated: [35017, 'Ask the operator. It is retried.', RETRY],
  ServerShuttingDown: [35018, '', RETRY],
  ServerBusy: [35019, '', RETRY],
  ServerMoved: [35020, 'Ask the operator. It is retried.', RETRY],
  ServerRefused: [35021, 'Ask the operator.'],
  SubscriptionRefused: [35022, 'Check the access rules.'],
  PublishRefused: [35023, 'Check the access rules.'],
  PacketTooLarge: [35024, 'Send less at once.'],
  QueueFull: [35025, 'Send later.'],
  SessionLost: [35026, 'Reload from your server.'],
  UnsupportedHere: [35027, 'The message names the API that is missing.'],
  EndpointsUnavailable: [35028, 'Set url, or check apiUrl.', RETRY, 'no message server is known'],
  TokenUnavailable: [35029, '', RETRY],
  TokenRefused: [35030, 'Return to the login page.'],
  RestFailed: [35031, 'Check apiUrl and the server.'],
  UserExists: [35032, 'Choose another, or log in.'],
  RegistrationClosed: [35033, 'Create users on your server.'],
  MessageSkipped: [35034, 'Ask who sent it, or the operator.', FATAL, 'a message was left out'],
  CloseUnconfirmed: [35035, 'Its slot is free within a minute.', FATAL, 'the socket was not said to be closed'],

  InvalidMessage: [35101, 'Correct it.'],
  MessageTooLarge: [35102, 'Send less, or a file.'],
  MessageExpired: [35103, 'Send it again.'],
  MessageCancelled: [35104, ''],
  FileTooLarge: [35105, 'Send a smaller file.'],
  FileRefused: [35106, 'Send another file.'],
  UploadFailed: [35107, 'Send it again.'],
  StoreUnavailable: [35108, 'Free storage.'],
  GroupNotFound: [35109, 'Check the group id.'],
  NotGroupMember: [35110, 'Join it first.'],
  NotGroupOwner: [35111, ''],
  RecallTooLate: [35112, ''],

  LogUploadDisabled: [35201, 'Set enableReportLogs.'],
  LogConsentRefused: [35202, ''],
  LogUploadMetered: [35203, 'Try again on Wi-Fi.'],
  TapRequired: [35204, 'Call download() in a tap handler.'],
  LogNotWritten: [35205, 'Free storage.'],
} as const satisfies { readonly [Name in ErrorName]: Condition<Name> }

/** The number of a condition. */
export type ErrorCode = ErrorCodes[ErrorName]

const numbers: Record<string, number> = {}
const names: Partial<Record<number, ErrorName>> = {}
for (const name of Object.keys(conditions) as ErrorName[]) names[(numbers[name] = conditions[name][0])] = name

/** The number of every condition by its name: `ErrorCode.TokenExpired === 31020`. */
export const ErrorCode = numbers as unknown as ErrorCodes

/** The condition that has this number, if any. */
export const nameOf = (code: number): ErrorName | undefined => names[code]

/** A condition with everything that its row leaves out. */
export const conditionOf = (name: ErrorName): Required<Condition> => {
  const [number, remedy, verdict = FATAL, happened = name.replace(/\B[A-Z]/g, ' $&').toLowerCase()] = conditions[
    name
  ] as Condition
  return [number, remedy || (verdict === RETRY ? 'It is retried.' : ''), verdict, happened]
}

/** What a condition means for an attempt, where its source says nothing else. */
export const verdictOf = (name: ErrorName): typeof RETRY | typeof FRESH | typeof FATAL => conditionOf(name)[2]
