// NetEase NIM's door: NIM.getInstance with its callbacks and its numbers, over Connection. Source: NIM, 登录登出.
import { Connection, ErrorCode, type ConnectionError, type ConnectionOptions, type LogRecord } from '../index'

/** What NIM tells after a login; what our protocol does not know is absent (country, ip, port, customTag). */
export interface NimLoginInfo {
  readonly account: string
  readonly connectionId: string
  readonly lastLoginDeviceId: string
}

export interface NimError {
  /** 302 wrong account or token, 417 logged in elsewhere, 'kicked', else the number of docs/codes.md; absent after disconnect() and destroy(). */
  readonly code?: number | 'kicked'
  readonly message?: string
  /** Ours, with its remedy. */
  readonly cause?: ConnectionError
}

export interface NimOptions {
  /** NIM's app key; `org#app` as it is, any other is the app of the org `nim`. */
  readonly appKey: string
  readonly account: string
  readonly token: string
  onconnect?(info: NimLoginInfo): void
  /** `duration`: milliseconds to the next attempt; `retryCount`: its number, from 1. */
  onwillreconnect?(info: { readonly retryCount: number; readonly duration: number }): void
  ondisconnect?(error: NimError): void
  onerror?(error: NimError): void
  readonly debug?: boolean
  logFunc?(record: LogRecord): void
}

export type Surroundings = Omit<ConnectionOptions, 'appKey' | 'debug' | 'logFunc'>

let surroundings: Surroundings = {}
const instances: Partial<Record<string, NIM>> = {}

const wrongLogin: readonly number[] = [
  ErrorCode.TokenIncorrect,
  ErrorCode.TokenExpired,
  ErrorCode.OneTimePasswordUsed,
  ErrorCode.PlatformMismatch,
  ErrorCode.TokenRefused,
  ErrorCode.UserDeletedAccount,
]
const elsewhere: readonly number[] = [ErrorCode.UserLoginAnotherDevice, ErrorCode.ConnectionExist]
const kicked: readonly number[] = [
  ErrorCode.KickedByOtherDevice,
  ErrorCode.KickedByChangePassword,
  ErrorCode.UserKicked,
  ErrorCode.UserBlockedWhileConnected,
  ErrorCode.UserRemoved,
]

const nimError = (cause: ConnectionError): NimError => ({
  code:
    wrongLogin.indexOf(cause.code) >= 0
      ? 302
      : elsewhere.indexOf(cause.code) >= 0
        ? 417
        : kicked.indexOf(cause.code) >= 0
          ? 'kicked'
          : cause.code,
  message: cause.message,
  cause,
})

export class NIM {
  /** Ours, for everything that NIM's names do not cover. */
  readonly connection: Connection
  private options: NimOptions

  /** Where the server is: called once, before the first getInstance. Every option of `Connection` but the app key. */
  static configure(options: Surroundings): void {
    surroundings = options
  }

  /** One instance for each account: later calls update its callbacks and token, and connect it again if it is disconnected. */
  static getInstance(options: NimOptions): NIM {
    const key = `${options.appKey} ${options.account}`
    const known = instances[key]
    if (known) known.options = { ...known.options, ...options }
    const nim = known ?? (instances[key] = new NIM(options))
    nim.connect()
    return nim
  }

  private constructor(options: NimOptions) {
    this.options = options
    const { appKey, debug, logFunc } = options
    this.connection = new Connection({
      autoReconnectNumMax: Infinity,
      ...surroundings,
      appKey: !appKey.includes('#') ? `nim#${appKey}` : appKey,
      ...(debug !== undefined && { debug }),
      ...(logFunc && { logFunc }),
    })
    this.connection.addEventHandler('nim', {
      onConnected: ({ clientId }) =>
        this.options.onconnect?.({
          account: this.options.account,
          connectionId: clientId,
          lastLoginDeviceId: this.connection.deviceId,
        }),
      onReconnecting: ({ attempt, delay }) => this.options.onwillreconnect?.({ retryCount: attempt, duration: delay }),
      onDisconnected: (error) => {
        // disconnect() and destroy() have said so already.
        if (error.code !== ErrorCode.ConnectionClosed) this.options.ondisconnect?.(nimError(error))
      },
      onError: (error) => this.options.onerror?.(nimError(error)),
    })
  }

  connect(): void {
    const { account, token } = this.options
    this.connection.open({ user: account, accessToken: token, timeout: 0 }).catch((error: ConnectionError) => {
      // Connected or connecting already: getInstance asks for no more. What ends a login arrives through ondisconnect.
      if (error.code === ErrorCode.InvalidArgument) this.options.onerror?.(nimError(error))
    })
  }

  /** Calls ondisconnect at once; the socket is closed when `done` is called. */
  disconnect({ done }: { readonly done?: (error?: ConnectionError) => void } = {}): void {
    void this.connection.close().then(() => done?.())
    this.options.ondisconnect?.({})
  }

  /** As disconnect(), and forgets the instance: the next getInstance makes a new one. `done` comes only after the socket's onClose. */
  destroy({ done }: { readonly done?: (error?: ConnectionError) => void } = {}): void {
    instances[`${this.options.appKey} ${this.options.account}`] = undefined
    void this.connection.destroy({ ...(done && { done }) })
    this.options.ondisconnect?.({})
  }
}

export default NIM
