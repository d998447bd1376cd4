// RongCloud's door: its names and numbers, over Connection. Source: RongCloud, 连接 (HarmonyOS, Android), and its answer on token errors (Android, iOS, Web).
import { Connection, ConnectionError, ErrorCode, userOfToken, type ConnectionOptions } from '../index'

/** Where the server is: every option of `Connection` but the app key. */
export type RongCloudServer = Omit<ConnectionOptions, 'appKey'>

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

/** Android's types where its sample has them: `RongIMClient.ConnectCallback`. */
// eslint-disable-next-line @typescript-eslint/no-namespace -- RongCloud's names are inside its class
export namespace RongIMClient {
  /** A number: one of RongCloud's, or of docs/codes.md. */
  export type ConnectionErrorCode = ErrorCode | -2
  export type DatabaseOpenStatus = 0 | typeof ErrorCode.StoreUnavailable
  export interface ConnectCallback {
    /** The local history can be read (0), or not (a number of docs/codes.md): before, and without, a connection. */
    onDatabaseOpened?(status: DatabaseOpenStatus): void
    onSuccess?(userId: string): void
    /** Where it is given, it hears of a token that cannot be used, instead of onError. */
    onTokenIncorrect?(): void
    onError?(errorCode: ConnectionErrorCode): void
  }
}
export type ConnectCallback = RongIMClient.ConnectCallback
export type ConnectionErrorCode = RongIMClient.ConnectionErrorCode
export type DatabaseOpenStatus = RongIMClient.DatabaseOpenStatus

export interface ConnectResult {
  readonly code: ConnectionErrorCode | typeof EngineError.Success
  readonly userId: string
}

export interface StatusListener {
  /** 0: connected. Else why not: a drop that is being repaired, or the end. */
  onChanged(code: ConnectionErrorCode | typeof EngineError.Success): void
}

/** What RongCloud numbers differently; every other condition has its own number. */
const rongNumbers: Partial<Record<number, ErrorCode>> = {
  [ErrorCode.UserLoginAnotherDevice]: ErrorCode.UserKicked,
  [ErrorCode.KickedByOtherDevice]: ErrorCode.UserKicked,
  [ErrorCode.KickedByChangePassword]: ErrorCode.UserKicked,
  [ErrorCode.UserRemoved]: ErrorCode.UserDeletedAccount,
  [ErrorCode.TokenRefused]: ErrorCode.TokenIncorrect,
}
const numberOf = ({ code }: ConnectionError): ErrorCode => rongNumbers[code] ?? code

const ofTheToken: readonly number[] = [
  ErrorCode.TokenIncorrect,
  ErrorCode.TokenExpired,
  ErrorCode.OneTimePasswordUsed,
  ErrorCode.PlatformMismatch,
]

interface Client {
  readonly connection: Connection
  /** Whether retries end by themselves (autoReconnectNumMax was given). */
  readonly bounded: boolean
  /** The login that is to be answered. */
  login: object | undefined
}

let current: Client | undefined
let connects = 0
let statusListener: StatusListener | null | undefined

/**
 * Gives ours, for everything that RongCloud's names do not cover. `appKey`: RongCloud's; `org#app` as it is, any other is the
 * app of the org `rongcloud`. Again: the connection before is destroyed, unless this one is refused. Throws InvalidOption.
 */
const init = (appKey: string, options?: RongCloudServer): Connection => {
  const { url, apiUrl, autoReconnectNumMax = Infinity }: RongCloudServer = options ?? {}
  const missing =
    typeof appKey !== 'string' || !appKey ? 'appKey' : url === undefined && apiUrl === undefined ? 'url' : undefined
  if (missing) throw new ConnectionError('InvalidOption', `${missing} is required: init(appKey, { url, apiUrl })`)
  const connection = new Connection({
    ...options,
    autoReconnectNumMax, // "SDK 会不停重连直到连接成功为止"
    appKey: appKey.includes('#') ? appKey : `rongcloud#${appKey}`,
  })
  void current?.connection.destroy()
  current = { connection, bounded: autoReconnectNumMax < Infinity, login: undefined }
  connection.addEventHandler('rongcloud', {
    onConnected: () => statusListener?.onChanged(EngineError.Success),
    onReconnecting: ({ cause }) => statusListener?.onChanged(numberOf(cause)),
    onDisconnected: (error) => statusListener?.onChanged(numberOf(error)),
  })
  return connection
}

/** Connected, connecting, or retrying: another login would be refused. */
const isBusy = ({ state }: Connection): boolean =>
  state !== 'idle' && state !== 'stopped' && state !== 'gaveUp' && state !== 'closing'

/** The one way to connect; whatever it is given, it answers. `timeLimit` in seconds; left out: as the door's options say. */
const connect = (
  token: unknown,
  timeLimit: unknown,
  userId: string | undefined,
  callback: ConnectCallback | null | undefined,
): void => {
  const fail = (code: ErrorCode) => {
    if (callback?.onTokenIncorrect && ofTheToken.indexOf(code) >= 0) callback.onTokenIncorrect()
    else callback?.onError?.(code)
  }
  if (!current) return fail(ErrorCode.ClientNotInit)
  const client = current
  const { connection, bounded } = client
  if (timeLimit != null && (typeof timeLimit !== 'number' || timeLimit !== timeLimit))
    return fail(ErrorCode.InvalidArgument)
  // The id given beside the token is for looking into troubles; only where the token does not tell its user, it counts.
  const user = (typeof token === 'string' ? userOfToken(token) : undefined) ?? userId
  if (typeof token !== 'string' || !user) return fail(ErrorCode.TokenIncorrect)
  if (client.login || isBusy(connection)) return fail(ErrorCode.ConnectionExist)

  // A name of its own: a login that is refused leaves the handlers of the one under way alone.
  const name = `rongcloud-database-${++connects}`
  const forget = () => connection.removeEventHandler(name)
  const login = (client.login = {})
  const answered = () => {
    if (client.login === login) client.login = undefined
  }
  connection.addEventHandler(name, {
    onStoreOpened: (opened) => {
      if (opened.user !== user) return
      forget()
      callback?.onDatabaseOpened?.(
        opened.success ? DatabaseOpenStatus.DATABASE_OPEN_SUCCESS : DatabaseOpenStatus.DATABASE_OPEN_ERROR,
      )
    },
  })
  const timeout = timeLimit ?? (bounded ? undefined : 0)
  connection.open({ user, accessToken: token, ...(timeout !== undefined && { timeout }) }).then(
    () => {
      answered()
      callback?.onSuccess?.(user)
    },
    (error: ConnectionError) => {
      answered()
      forget()
      fail(numberOf(error))
    },
  )
}

/** Resolves when the socket is closed. */
const disconnect = (): Promise<unknown> => {
  if (!current) return Promise.resolve()
  current.login = undefined // its answer is on the way
  return current.connection.close()
}

/** Hears every change of the connection after connect(); one listener, a later one replaces it, none removes it. */
const setConnectionStatusListener = (listener: StatusListener | null | undefined): void => {
  statusListener = listener
}

/** Android's `connect(token, timeLimit?, callback)` and the Web's `connect(token, callback)`; `timeLimit` in seconds, <= 0 or left out: without end. */
export interface Connect {
  (token: string, callback: ConnectCallback): void
  (token: string, timeLimit: number | null | undefined, callback: ConnectCallback): void
}

const connectWithCallback: Connect = (token: string, second?: unknown, third?: ConnectCallback): void => {
  if (second === Object(second)) connect(token, undefined, undefined, second as ConnectCallback)
  else connect(token, second, undefined, third)
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
  /** `userId`: counts only where the token does not tell its user. */
  connect: (
    token: string,
    timeLimit: number | null | undefined,
    userId: string,
    callback: ConnectCallback | null | undefined,
  ): void => connect(token, timeLimit, userId, callback),
}

const engine = {
  init,
  disconnect,
  setConnectionStatusListener,
  /** Always resolves; `code` is one of EngineError or docs/codes.md. */
  connect: (token: string, timeout?: number | null): Promise<ConnectResult> =>
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
      timeLimit: number | null | undefined,
      dbOpened?: ((code: DatabaseOpenStatus) => void) | null,
      success?: ((userId: string) => void) | null,
      error?: ((status: ConnectionErrorCode) => void) | null,
    ): void =>
      connect(token, timeLimit, undefined, {
        onDatabaseOpened: (code) => dbOpened?.(code),
        onSuccess: (userId) => success?.(userId),
        onError: (status) => error?.(status),
      }),
    disconnect,
  }),
}
