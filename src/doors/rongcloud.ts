// RongCloud's door: its names and numbers, over Connection. Source: RongCloud, 连接 (HarmonyOS, Android), and its answer on token errors (Android, iOS, Web).
import { Connection, ErrorCode, userOfToken, type ConnectionError, type ConnectionOptions } from '../index'

export type Surroundings = Omit<ConnectionOptions, 'appKey'>

/** HarmonyOS: `EngineError`. */
export const EngineError = {
  Success: 0,
  ClientNotInit: ErrorCode.ClientNotInit,
  ConnectionExist: ErrorCode.ConnectionExist,
  ConnectionTimeout: ErrorCode.ConnectionTimeout,
  ConnectTokenIncorrect: ErrorCode.TokenIncorrect,
  ConnectUserBlocked: ErrorCode.UserBlocked,
  ConnectOneTimePasswordUsed: ErrorCode.OneTimePasswordUsed,
  ConnectPlatformError: ErrorCode.PlatformMismatch,
  ConnectUserDeleteAccount: ErrorCode.UserDeletedAccount,
  DisconnectUserKicked: ErrorCode.UserKicked,
  DisconnectUserBlocked: ErrorCode.UserBlockedWhileConnected,
  ConnectTokenExpired: ErrorCode.TokenExpired,
} as const

/** Android: `RongIMClient.ConnectionErrorCode`. 31028 is a bad proxy there; from our server it is always the platform. */
export const ConnectionErrorCode = {
  RC_CONN_ID_REJECT: ErrorCode.IdentifierRejected,
  RC_CONN_TOKEN_INCORRECT: ErrorCode.TokenIncorrect,
  RC_CONN_NOT_AUTHRORIZED: ErrorCode.NotAuthorized,
  RC_CONN_APP_BLOCKED_OR_DELETED: ErrorCode.AppBlockedOrDeleted,
  RC_CONN_USER_BLOCKED: ErrorCode.UserBlocked,
  RC_CONN_TOKEN_EXPIRE: ErrorCode.TokenExpired,
  RC_CONN_PROXY_UNAVAILABLE: ErrorCode.PlatformMismatch,
  RC_CLIENT_NOT_INIT: ErrorCode.ClientNotInit,
  RC_CONNECTION_EXIST: ErrorCode.ConnectionExist,
  RC_CONNECT_TIMEOUT: ErrorCode.ConnectionTimeout,
  IPC_DISCONNECT: -2,
  UNKNOWN: ErrorCode.Unknown,
} as const

/** Web: `RongIMLib.ErrorCode`, with the spelling that its sample uses. */
export const RongIMLib = {
  ErrorCode: {
    TIMEOUT: ErrorCode.ConnectionTimeout,
    UNKNOWN_ERROR: ErrorCode.Unknown,
    UNACCEPTABLE_PROTOCOL_VERSION: ErrorCode.UnacceptableProtocolVersion,
    UNACCEPTABLE_PaROTOCOL_VERSION: ErrorCode.UnacceptableProtocolVersion,
    IDENTIFIER_REJECTED: ErrorCode.IdentifierRejected,
    SERVER_UNAVAILABLE: ErrorCode.ServerUnavailable,
    TOKEN_INCORRECT: ErrorCode.TokenIncorrect,
  },
} as const

export const DatabaseOpenStatus = { DATABASE_OPEN_SUCCESS: 0, DATABASE_OPEN_ERROR: ErrorCode.StoreUnavailable } as const

export interface ConnectCallback {
  /** The local history can be read (0), or not (a number of docs/codes.md): before, and without, a connection. */
  onDatabaseOpened?(status: number): void
  onSuccess?(userId: string): void
  /** Where it is given, it hears of a token that cannot be used, instead of onError. */
  onTokenIncorrect?(): void
  onError?(errorCode: number): void
}

export interface ConnectResult {
  readonly code: number
  readonly userId: string
}

const ofTheToken: readonly number[] = [
  ErrorCode.TokenIncorrect,
  ErrorCode.TokenExpired,
  ErrorCode.OneTimePasswordUsed,
  ErrorCode.PlatformMismatch,
]

let current: Connection | undefined
let statusListener: ((code: number) => void) | undefined

/** RongCloud's app key; `org#app` as it is, any other is the app of the org `rongcloud`. Options: every option of `Connection` but the app key. Gives ours, for everything that RongCloud's names do not cover. */
const init = (appKey: string, options: Surroundings = {}): Connection => {
  void current?.destroy()
  const connection = (current = new Connection({
    autoReconnectNumMax: Infinity, // "SDK 会不停重连直到连接成功为止"
    ...options,
    appKey: !appKey.includes('#') ? `rongcloud#${appKey}` : appKey,
  }))
  connection.addEventHandler('rongcloud', {
    onConnected: () => statusListener?.(EngineError.Success),
    onReconnecting: ({ cause }) => statusListener?.(cause.code),
    onDisconnected: ({ code }) => statusListener?.(code),
  })
  return connection
}

const connect = (token: string, timeLimit: number, userId: string | undefined, callback: ConnectCallback): void => {
  const connection = current
  const fail = ({ code }: { readonly code: number }) => {
    if (callback.onTokenIncorrect && ofTheToken.indexOf(code) >= 0) callback.onTokenIncorrect()
    else callback.onError?.(code)
  }
  if (!connection) return fail({ code: ErrorCode.ClientNotInit })
  // An opaque token does not tell its user: it needs the call with a user id.
  const user = userId ?? userOfToken(token)
  if (!user) return fail({ code: ErrorCode.TokenIncorrect })
  if (connection.isOpened()) return fail({ code: ErrorCode.ConnectionExist })
  connection.addEventHandler('rongcloud-database', {
    onStoreOpened: ({ success }) => {
      connection.removeEventHandler('rongcloud-database')
      callback.onDatabaseOpened?.(
        success ? DatabaseOpenStatus.DATABASE_OPEN_SUCCESS : DatabaseOpenStatus.DATABASE_OPEN_ERROR,
      )
    },
  })
  connection.open({ user, accessToken: token, timeout: timeLimit }).then(
    () => callback.onSuccess?.(user),
    (error: ConnectionError) => fail(error),
  )
}

const disconnect = (): Promise<unknown> => current?.close() ?? Promise.resolve()

/** Hears every change of the connection after connect(): 0 connected, else why not. */
const setConnectionStatusListener = (listener: { onChanged(code: number): void } | undefined): void => {
  statusListener = listener && ((code) => listener.onChanged(code))
}

/** Android's `connect(token, timeLimit?, callback)` and the Web's `connect(token, callback)`. Seconds; <= 0 or left out: without end. */
export function connectWithCallback(token: string, callback: ConnectCallback): void
export function connectWithCallback(token: string, timeLimit: number, callback: ConnectCallback): void
export function connectWithCallback(token: string, second: number | ConnectCallback, third?: ConnectCallback): void {
  if (typeof second === 'number') connect(token, second, undefined, third ?? {})
  else connect(token, 0, undefined, second)
}

export const RongIMClient = {
  init,
  connect: connectWithCallback,
  disconnect,
  setConnectionStatusListener,
  ConnectionErrorCode,
  DatabaseOpenStatus,
}

/** Android's UI kit logs in with the same call. */
export const RongIM = RongIMClient

export const RongCoreClient = {
  ...RongIMClient,
  connect: (token: string, timeLimit: number, userId: string, callback: ConnectCallback): void =>
    connect(token, timeLimit, userId, callback),
}

const engine = {
  init,
  disconnect,
  setConnectionStatusListener,
  /** Always resolves; `code` is one of EngineError or docs/codes.md. */
  connect: (token: string, timeout: number): Promise<ConnectResult> =>
    new Promise((resolve) =>
      connect(token, timeout, undefined, {
        onSuccess: (userId) => resolve({ code: EngineError.Success, userId }),
        onError: (code) => resolve({ code, userId: '' }),
      }),
    ),
}

/** HarmonyOS. */
export const IMEngine = { getInstance: () => engine }

/** iOS: `[[RCIM sharedRCIM] connectWithToken:timeLimit:dbOpened:success:error:]`. */
export const RCIM = {
  sharedRCIM: () => ({
    initWithAppKey: init,
    connectWithToken: (
      token: string,
      timeLimit: number,
      dbOpened: (code: number) => void,
      success: (userId: string) => void,
      error: (status: number) => void,
    ): void => connect(token, timeLimit, undefined, { onDatabaseOpened: dbOpened, onSuccess: success, onError: error }),
    disconnect,
  }),
}
