// Every condition the SDK reports: its one number, what happened, and what to do about it.
// 2xx, 31xxx, 33xxx and 34xxx are the vendors' own numbers (seeds 000, 001, 004); 35xxx are ours.

/** Whether a failure may pass by itself, with a fresh token, or (where nothing is said) not at all. */
const RETRY = 'retry'
const FRESH = 'reauthorise'

/** name: [number, what happened, what to do, what it means for an attempt] */
export const conditions = {
  Unknown: [-1, 'unknown error', 'Send the log to support.', RETRY],

  UserLoginAnotherDevice: [206, 'logged in on another device', 'Return to the login page.'],
  UserRemoved: [207, 'the account was removed', 'Return to the login page.'],
  KickedByChangePassword: [216, 'the password was changed', 'Ask for the new password.'],
  KickedByOtherDevice: [217, 'ended by another device of the user', 'Return to the login page.'],

  UnacceptableProtocolVersion: [31001, 'the server speaks neither MQTT 5 nor 3.1.1', 'Check url.'],
  IdentifierRejected: [31002, 'unknown app key or client id', 'Check appKey.'],
  ServerUnavailable: [31003, 'the server is not available', 'It is retried.', RETRY],
  TokenIncorrect: [31004, 'the token is not accepted', 'Get a new token for this appKey.', FRESH],
  NotAuthorized: [31005, 'the app check failed', 'Check the app on the server.'],
  AppBlockedOrDeleted: [31008, 'the app is blocked or deleted', 'Ask the operator.'],
  UserBlocked: [31009, 'the user is blocked', 'Ask the operator.'],
  UserKicked: [31010, 'the server ended the session', 'Log in again only when the user wants it.'],
  UserBlockedWhileConnected: [31011, 'the user was blocked', 'Ask the operator.'],
  TokenExpired: [31020, 'the token has expired', 'Get a new token, or set tokenProvider.', FRESH],
  OneTimePasswordUsed: [31027, 'the one-time token was used before', 'Get a new token.', FRESH],
  PlatformMismatch: [31028, 'the token is for another platform', 'Get a token for this platform.', FRESH],
  UserDeletedAccount: [31029, 'the user closed the account', 'Tell the user.'],
  ClientNotInit: [33001, 'not initialised', 'Call init first.'],
  ConnectionExist: [34001, 'connected or connecting already', 'Call close() first.'],
  ConnectionTimeout: [34006, 'no connection in the time allowed', 'Call open() again later.'],

  InvalidOption: [35001, 'invalid option', 'Correct it.'],
  InvalidArgument: [35002, 'invalid argument', 'Correct it.'],
  Destroyed: [35003, 'the connection was destroyed', 'Create a new one.'],
  ConnectionClosed: [35004, 'close() ended it', 'Call open() again.'],
  NotConnected: [35005, 'not connected', 'Wait for onConnected.'],
  NetworkUnavailable: [35006, 'no network', 'It is retried.', RETRY],
  AppSuspended: [35007, 'interrupted in the background', 'It is retried.', RETRY],
  DomainNotAllowed: [
    35008,
    'the domain is not in the whitelist',
    'Add it under 开发管理 > 服务器域名, or allow it in DevTools.',
  ],
  InvalidUrl: [35009, 'the URL is not valid', 'Check url and apiUrl.'],
  SocketBudgetExhausted: [
    35010,
    'the platform allows no more sockets',
    'Close sockets of other code. It is retried.',
    RETRY,
  ],
  SocketFailed: [35011, 'the socket failed', 'It is retried.', RETRY],
  SocketTimeout: [35012, 'no answer in time', 'It is retried.', RETRY],
  TlsFailed: [35013, 'the TLS handshake failed', 'Check the certificate and its chain. It is retried.', RETRY],
  HandshakeRefused: [35014, 'the server speaks no WebSocket here', 'Check url and the proxy. It is retried.', RETRY],
  LinkLost: [35015, 'the link was closed', 'It is retried.', RETRY],
  HeartbeatTimeout: [35016, 'the server no longer answers', 'It is retried.', RETRY],
  ProtocolViolated: [35017, 'the server broke the protocol', 'Ask the operator. It is retried.', RETRY],
  ServerShuttingDown: [35018, 'the server is shutting down', 'It is retried.', RETRY],
  ServerBusy: [35019, 'the server is busy', 'It is retried.', RETRY],
  ServerMoved: [35020, 'the server redirects too often', 'Ask the operator. It is retried.', RETRY],
  ServerRefused: [35021, 'the server refused', 'Ask the operator.'],
  SubscriptionRefused: [35022, 'the subscription was refused', 'Check the access rules.'],
  PublishRefused: [35023, 'the message was refused', 'Check the access rules.'],
  PacketTooLarge: [35024, 'larger than the server accepts', 'Send less at once.'],
  QueueFull: [35025, 'too much waits to be sent', 'Send later.'],
  SessionLost: [35026, 'the server lost the session', 'Reload what may be missing from your server.'],
  UnsupportedHere: [35027, 'the platform lacks the API', ''],
  EndpointsUnavailable: [35028, 'no message server is known', 'Set url, or check apiUrl.', RETRY],
  TokenUnavailable: [35029, 'no token could be fetched', 'It is retried.', RETRY],
  TokenRefused: [35030, 'tokenProvider refused', 'Return to the login page.'],
  RestFailed: [35031, 'the REST call failed', 'Check apiUrl and the server.'],
  UserExists: [35032, 'the user exists', 'Choose another user id, or log in.'],
  RegistrationClosed: [35033, 'registration is closed', 'Create users on your server.'],

  InvalidMessage: [35101, 'the message is not valid', 'Correct it.'],
  MessageTooLarge: [35102, 'the message is too large', 'Send less, or a file.'],
  MessageExpired: [35103, 'the message waited too long', 'Send it again.'],
  MessageCancelled: [35104, 'the message was cancelled', ''],
  FileTooLarge: [35105, 'the file is too large', 'Send a smaller file.'],
  FileRefused: [35106, 'the file was refused', 'Send another file.'],
  UploadFailed: [35107, 'the upload failed', 'Send it again.'],
  StoreUnavailable: [35108, 'the local history cannot be used', 'Free storage.'],
  GroupNotFound: [35109, 'no such group', 'Check the group id.'],
  NotGroupMember: [35110, 'not a member of the group', 'Join it first.'],
  NotGroupOwner: [35111, 'not the owner of the group', ''],

  LogUploadDisabled: [35201, 'log upload is off', 'Set enableReportLogs.'],
  LogConsentRefused: [35202, 'the user did not consent', ''],
  LogUploadMetered: [35203, 'the network is metered', 'Try again on Wi-Fi.'],
  TapRequired: [35204, 'files are shared only inside a tap', 'Call download() in a tap handler.'],
  LogNotWritten: [35205, 'the log could not be written', 'Free storage.'],
} as const

export type ErrorName = keyof typeof conditions

/** The number of every condition by its name: `ErrorCode.TokenExpired === 31020`. */
export type ErrorCode = { readonly [Name in ErrorName]: (typeof conditions)[Name][0] }

const names = Object.keys(conditions) as ErrorName[]

const numbers: Record<string, number> = {}
names.forEach((name) => (numbers[name] = conditions[name][0]))

export const ErrorCode = numbers as ErrorCode

const byNumber: Partial<Record<number, ErrorName>> = {}
names.forEach((name) => (byNumber[conditions[name][0]] = name))

/** What a condition means for an attempt, where its source says nothing else. */
export const verdictOf = (name: ErrorName): typeof RETRY | typeof FRESH | 'fatal' => {
  const [, , , verdict = 'fatal'] = conditions[name] as readonly [
    number,
    string,
    string,
    (typeof RETRY | typeof FRESH)?,
  ]
  return verdict
}

/** The condition that has this number, if any. */
export const nameOf = (code: number): ErrorName | undefined => byNumber[code]
