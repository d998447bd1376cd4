// Every condition the SDK reports: its one number, what happened, and what to do about it.
// 2xx, 31xxx, 33xxx and 34xxx are the vendors' own numbers (seeds 000, 001, 004); 35xxx are ours.

/** name: [number, what happened, what to do] */
export const conditions = {
  Unknown: [-1, 'unknown error', 'Look at cause, and send the log to support.'],

  UserLoginAnotherDevice: [206, 'the user logged in on another device', 'Return to the login page; do not log in again by itself.'],
  UserRemoved: [207, 'the account was removed', 'Return to the login page.'],
  KickedByChangePassword: [216, 'the password was changed', 'Ask for the new password.'],
  KickedByOtherDevice: [217, 'another device of the user ended this session', 'Return to the login page.'],

  UnacceptableProtocolVersion: [31001, 'the server speaks neither MQTT 5 nor 3.1.1', 'Check that url points at an MQTT server over WebSocket.'],
  IdentifierRejected: [31002, 'the server does not know this app key or client id', 'Check appKey.'],
  ServerUnavailable: [31003, 'the server is not available', 'It is retried; if it stays, look at the server.'],
  TokenIncorrect: [31004, 'the token cannot be accepted', 'Get a new token, from the environment that appKey belongs to.'],
  NotAuthorized: [31005, 'the app check refused this client', 'Check the app settings on the server.'],
  AppBlockedOrDeleted: [31008, 'the app is blocked or deleted', 'Ask the operator of the server.'],
  UserBlocked: [31009, 'the user is blocked', 'Tell the user; ask the operator of the server.'],
  UserKicked: [31010, 'the server ended the session', 'Tell the user; log in again only when the user asks for it.'],
  UserBlockedWhileConnected: [31011, 'the user was blocked while connected', 'Tell the user; ask the operator of the server.'],
  TokenExpired: [31020, 'the token has expired', 'Get a new token and open again, or set tokenProvider.'],
  OneTimePasswordUsed: [31027, 'the one-time token was already used', 'Get a new token.'],
  PlatformMismatch: [31028, 'the token is bound to another platform', 'Get a token for this platform.'],
  UserDeletedAccount: [31029, 'the account was closed by its user', 'Tell the user that the account is gone.'],
  ClientNotInit: [33001, 'the SDK is not initialised', 'Call init, or create a connection, first.'],
  ConnectionExist: [34001, 'already connected or connecting', 'Call close() before open() again.'],
  ConnectionTimeout: [34006, 'no connection within the time allowed', 'Call open() again when the network is better.'],

  InvalidOption: [35001, 'invalid option', 'Correct the option that the message names.'],
  InvalidArgument: [35002, 'invalid argument', 'Correct the argument that the message names.'],
  Destroyed: [35003, 'the connection was destroyed', 'Create a new connection.'],
  ConnectionClosed: [35004, 'close() ended it', 'Call open() again when it is wanted.'],
  NotConnected: [35005, 'not connected', 'Wait for onConnected.'],
  NetworkUnavailable: [35006, 'the phone has no network', 'It comes back by itself with the network.'],
  AppSuspended: [35007, 'the platform interrupts network calls in the background', 'It comes back by itself with the app.'],
  DomainNotAllowed: [35008, 'the domain is not in the whitelist', 'Add the domain under 开发管理 > 服务器域名 (socket合法域名), or allow it in DevTools.'],
  InvalidUrl: [35009, 'the URL is not valid', 'Check url and apiUrl.'],
  SocketBudgetExhausted: [35010, 'the platform allows no more sockets', 'Close sockets that other code of the app holds; it is retried.'],
  SocketFailed: [35011, 'the socket failed', 'It is retried; look at cause.'],
  SocketTimeout: [35012, 'the socket or the handshake took too long', 'It is retried; check the network and the server.'],
  TlsFailed: [35013, 'the TLS handshake failed', 'Check the certificate and its whole chain on the server.'],
  HandshakeRefused: [35014, 'the server answered HTTP instead of a WebSocket', 'Check the path of url, and the proxy before the server.'],
  LinkLost: [35015, 'the link was closed', 'It is retried; look at cause.'],
  HeartbeatTimeout: [35016, 'the server no longer answers', 'It is retried.'],
  ProtocolViolated: [35017, 'the server broke the protocol', 'Look at cause, and report it to the operator of the server.'],
  ServerShuttingDown: [35018, 'the server is shutting down', 'It is retried, spread over time.'],
  ServerBusy: [35019, 'the server is busy', 'It is retried, spread over time.'],
  ServerMoved: [35020, 'the server redirects too often', 'Check the server references on the server.'],
  ServerRefused: [35021, 'the server refused for a reason without a number of its own', 'Look at cause.'],
  SubscriptionRefused: [35022, 'the server refused the subscription', 'Check the access rules on the server.'],
  PublishRefused: [35023, 'the server refused the message', 'Check the access rules on the server.'],
  PacketTooLarge: [35024, 'larger than the server accepts', 'Send less at once.'],
  QueueFull: [35025, 'too much is waiting to be sent', 'Wait until some of it is sent.'],
  SessionLost: [35026, 'the server lost the session', 'Messages of the meantime may be missing; reload them from your server.'],
  UnsupportedHere: [35027, 'this platform lacks the API', 'Look at the message for which API is missing.'],
  EndpointsUnavailable: [35028, 'no address of a message server is known', 'Set url, or check apiUrl.'],
  TokenUnavailable: [35029, 'tokenProvider could not fetch a token', 'It is retried; look at cause.'],
  TokenRefused: [35030, 'tokenProvider refused for good', 'Return to the login page.'],
  RestFailed: [35031, 'the REST call failed', 'Look at the message and cause.'],
  UserExists: [35032, 'the user exists already', 'Choose another user id, or log in.'],
  RegistrationClosed: [35033, 'the server does not let users register', 'Let your own server create the user.'],

  InvalidMessage: [35101, 'the message is not valid', 'Correct the field that the text names.'],
  MessageTooLarge: [35102, 'the message is too large', 'Send less, or send it as a file.'],
  MessageExpired: [35103, 'the message waited too long to be sent', 'Send it again if it still matters.'],
  MessageCancelled: [35104, 'the message was cancelled', ''],
  FileTooLarge: [35105, 'the file is too large', 'Send a smaller file.'],
  FileRefused: [35106, 'the server refused the file', 'Look at the message for the reason.'],
  UploadFailed: [35107, 'the upload failed', 'Send it again; look at cause.'],
  StoreUnavailable: [35108, 'the local history cannot be read or written', 'The connection works without it; free storage.'],
  GroupNotFound: [35109, 'no such group', 'Check the group id.'],
  NotGroupMember: [35110, 'not a member of the group', 'Join the group first.'],
  NotGroupOwner: [35111, 'only the owner of the group may do this', ''],

  LogUploadDisabled: [35201, 'log upload is off', 'Set enableReportLogs.'],
  LogConsentRefused: [35202, 'the user did not consent to the upload', ''],
  LogUploadMetered: [35203, 'the phone is on a metered network', 'Try again on Wi-Fi, or allow metered networks.'],
  TapRequired: [35204, 'the platform shares files only inside a tap', 'Call download() directly in a tap handler; the file is written, so that a second tap shares it at once.'],
  LogNotWritten: [35205, 'the log file cannot be written', 'Free storage on the phone, then try again.'],
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

/** The condition that has this number, if any. */
export const nameOf = (code: number): ErrorName | undefined => byNumber[code]
