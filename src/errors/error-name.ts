// The conditions by name and number, as the published types spell them out; codes.ts is checked against this list.

/** What a failure is called; `error.name` is one of these. */
export type ErrorName =
  | 'Unknown'
  | 'UserLoginAnotherDevice'
  | 'UserRemoved'
  | 'KickedByChangePassword'
  | 'KickedByOtherDevice'
  | 'UnacceptableProtocolVersion'
  | 'IdentifierRejected'
  | 'ServerUnavailable'
  | 'TokenIncorrect'
  | 'NotAuthorized'
  | 'AppBlockedOrDeleted'
  | 'UserBlocked'
  | 'UserKicked'
  | 'UserBlockedWhileConnected'
  | 'TokenExpired'
  | 'OneTimePasswordUsed'
  | 'PlatformMismatch'
  | 'UserDeletedAccount'
  | 'ClientNotInit'
  | 'ConnectionExist'
  | 'ConnectionTimeout'
  | 'InvalidOption'
  | 'InvalidArgument'
  | 'Destroyed'
  | 'ConnectionClosed'
  | 'NotConnected'
  | 'NetworkUnavailable'
  | 'AppSuspended'
  | 'DomainNotAllowed'
  | 'InvalidUrl'
  | 'SocketBudgetExhausted'
  | 'SocketFailed'
  | 'SocketTimeout'
  | 'TlsFailed'
  | 'HandshakeRefused'
  | 'LinkLost'
  | 'HeartbeatTimeout'
  | 'ProtocolViolated'
  | 'ServerShuttingDown'
  | 'ServerBusy'
  | 'ServerMoved'
  | 'ServerRefused'
  | 'SubscriptionRefused'
  | 'PublishRefused'
  | 'PacketTooLarge'
  | 'QueueFull'
  | 'SessionLost'
  | 'UnsupportedHere'
  | 'EndpointsUnavailable'
  | 'TokenUnavailable'
  | 'TokenRefused'
  | 'RestFailed'
  | 'UserExists'
  | 'RegistrationClosed'
  | 'MessageSkipped'
  | 'CloseUnconfirmed'
  | 'InvalidMessage'
  | 'MessageTooLarge'
  | 'MessageExpired'
  | 'MessageCancelled'
  | 'FileTooLarge'
  | 'FileRefused'
  | 'UploadFailed'
  | 'StoreUnavailable'
  | 'GroupNotFound'
  | 'NotGroupMember'
  | 'NotGroupOwner'
  | 'RecallTooLate'
  | 'LogUploadDisabled'
  | 'LogConsentRefused'
  | 'LogUploadMetered'
  | 'TapRequired'
  | 'LogNotWritten'

/** The number of every condition by its name. */
export interface ErrorCodes {
  readonly Unknown: -1
  readonly UserLoginAnotherDevice: 206
  readonly UserRemoved: 207
  readonly KickedByChangePassword: 216
  readonly KickedByOtherDevice: 217
  readonly UnacceptableProtocolVersion: 31001
  readonly IdentifierRejected: 31002
  readonly ServerUnavailable: 31003
  readonly TokenIncorrect: 31004
  readonly NotAuthorized: 31005
  readonly AppBlockedOrDeleted: 31008
  readonly UserBlocked: 31009
  readonly UserKicked: 31010
  readonly UserBlockedWhileConnected: 31011
  readonly TokenExpired: 31020
  readonly OneTimePasswordUsed: 31027
  readonly PlatformMismatch: 31028
  readonly UserDeletedAccount: 31029
  readonly ClientNotInit: 33001
  readonly ConnectionExist: 34001
  readonly ConnectionTimeout: 34006
  readonly InvalidOption: 35001
  readonly InvalidArgument: 35002
  readonly Destroyed: 35003
  readonly ConnectionClosed: 35004
  readonly NotConnected: 35005
  readonly NetworkUnavailable: 35006
  readonly AppSuspended: 35007
  readonly DomainNotAllowed: 35008
  readonly InvalidUrl: 35009
  readonly SocketBudgetExhausted: 35010
  readonly SocketFailed: 35011
  readonly SocketTimeout: 35012
  readonly TlsFailed: 35013
  readonly HandshakeRefused: 35014
  readonly LinkLost: 35015
  readonly HeartbeatTimeout: 35016
  readonly ProtocolViolated: 35017
  readonly ServerShuttingDown: 35018
  readonly ServerBusy: 35019
  readonly ServerMoved: 35020
  readonly ServerRefused: 35021
  readonly SubscriptionRefused: 35022
  readonly PublishRefused: 35023
  readonly PacketTooLarge: 35024
  readonly QueueFull: 35025
  readonly SessionLost: 35026
  readonly UnsupportedHere: 35027
  readonly EndpointsUnavailable: 35028
  readonly TokenUnavailable: 35029
  readonly TokenRefused: 35030
  readonly RestFailed: 35031
  readonly UserExists: 35032
  readonly RegistrationClosed: 35033
  readonly MessageSkipped: 35034
  readonly CloseUnconfirmed: 35035
  readonly InvalidMessage: 35101
  readonly MessageTooLarge: 35102
  readonly MessageExpired: 35103
  readonly MessageCancelled: 35104
  readonly FileTooLarge: 35105
  readonly FileRefused: 35106
  readonly UploadFailed: 35107
  readonly StoreUnavailable: 35108
  readonly GroupNotFound: 35109
  readonly NotGroupMember: 35110
  readonly NotGroupOwner: 35111
  readonly RecallTooLate: 35112
  readonly LogUploadDisabled: 35201
  readonly LogConsentRefused: 35202
  readonly LogUploadMetered: 35203
  readonly TapRequired: 35204
  readonly LogNotWritten: 35205
}
