// NetEase NIM's door: NIM.getInstance with its callbacks and its numbers, over Connection. Source: NIM, 登录登出.
import {
  Connection,
  ConnectionError,
  ErrorCode,
  type ConnectionOptions,
  type LogRecord,
  type Part,
  type SessionInfo,
} from './connection'

/** What NIM tells after a login; `undefined` where neither the server nor the app told it. */
export interface NimLoginInfo {
  readonly account: string
  /** Names this login: the server's `connectionId`, else one that this phone drew. New at each login. */
  readonly connectionId: string
  /** The device of the account's login before this one. */
  readonly lastLoginDeviceId: string | undefined
  /** The option, as it was given. */
  readonly customTag: string | undefined
  /** The client's address and port, as the server sees them. */
  readonly ip: string | undefined
  readonly port: number | undefined
  readonly country: string | undefined
}

export interface NimError {
  /** 302 wrong account or token, 417 logged in elsewhere, 'kicked', else the number of docs/codes.md; absent after disconnect() and destroy(). */
  readonly code?: number | 'kicked'
  readonly message?: string
  /** Ours, with its remedy. */
  readonly cause?: ConnectionError
}

export interface NimReconnect {
  /** The number of the next attempt, from 1. */
  readonly retryCount: number
  /** Whole milliseconds until it. */
  readonly duration: number
}

export interface NimOptions {
  /** NIM's app key; `org#app` as it is, any other is the app of the org `nim`. */
  readonly appKey: string
  readonly account: string
  readonly token: string
  /** Handed back by `onconnect`; goes nowhere else. */
  readonly customTag?: string | undefined
  readonly onconnect?: ((info: NimLoginInfo) => void) | undefined
  /** The link is down, or could not be made, and is being made again. */
  readonly onwillreconnect?: ((info: NimReconnect) => void) | undefined
  /** The login is over: once, whoever ended it. */
  readonly ondisconnect?: ((error: NimError) => void) | undefined
  readonly onerror?: ((error: NimError) => void) | undefined
  /** Every record to the console. */
  readonly debug?: boolean | undefined
  /** Hears every record. */
  readonly logFunc?: ((record: LogRecord) => void) | undefined
}

/** Where the server is: every option of `Connection` but those that NIM names itself. */
export type NimServer = Omit<ConnectionOptions, 'appKey' | 'debug' | 'logFunc'>

/** `error`: the platform did not confirm that the socket is closed (CloseUnconfirmed 35035). */
export interface NimDone {
  readonly done?: ((error?: ConnectionError) => void) | undefined
}

/** Where an instance stands, as its callbacks told it. */
type Life =
  /** A login is under way that has not succeeded yet. */
  | 'connecting'
  | 'connected'
  | 'reconnecting'
  /** `ondisconnect` was called: only connect() or getInstance() begin again. */
  | 'ended'
  /** destroy(): nothing is told any more but `done`, and to connect() that it comes too late. */
  | 'destroyed'

let server: NimServer = {}
let parts: readonly Part<unknown>[] = []
const instances: Partial<Record<string, NIM>> = {}

const wrongLogin: readonly number[] = [
  ErrorCode.TokenIncorrect,
  ErrorCode.TokenExpired,
  ErrorCode.OneTimePasswordUsed,
  ErrorCode.PlatformMismatch,
  ErrorCode.TokenRefused,
  ErrorCode.UserDeletedAccount,
]
const kicked: readonly number[] = [
  ErrorCode.KickedByOtherDevice,
  ErrorCode.KickedByChangePassword,
  ErrorCode.UserKicked,
  ErrorCode.UserBlockedWhileConnected,
  ErrorCode.UserRemoved,
]

const codeOf = ({ code }: ConnectionError): number | 'kicked' => {
  if (wrongLogin.indexOf(code) >= 0) return 302
  if (code === ErrorCode.UserLoginAnotherDevice) return 417
  return kicked.indexOf(code) >= 0 ? 'kicked' : code
}

const nimError = (cause: ConnectionError): NimError => ({ code: codeOf(cause), message: cause.message, cause })

const refuse = (why: string): never => {
  throw new ConnectionError('InvalidOption', why)
}

/** As our servers know it. */
const appKeyOf = ({ appKey }: NimOptions): string => {
  if (typeof appKey !== 'string' || !appKey) refuse('appKey is required: NIM.getInstance({ appKey, account, token })')
  return appKey.includes('#') ? appKey : `nim#${appKey}`
}

/** What was given, over what was there; what is undefined stays as it was. */
const updated = (before: Partial<NimOptions>, given: Partial<NimOptions>): NimOptions => {
  const merged: Record<string, unknown> = { ...before }
  for (const name of Object.keys(given) as (keyof NimOptions)[])
    if (given[name] !== undefined) merged[name] = given[name]
  return merged as unknown as NimOptions
}

/** A user property of CONNACK, where the server sent it. */
const told = ({ properties = {} }: SessionInfo, name: string): string | undefined => {
  const pairs = (properties.userProperties ?? []) as readonly (readonly [string, string])[]
  return pairs.find(([key]) => key === name)?.[1]
}

export class NIM {
  /** Ours, for everything that NIM's names do not cover. */
  readonly connection: Connection
  private readonly key: string
  private options: NimOptions
  private life: Life = 'connecting'
  private logins = 0

  /**
   * Where the server is: called once, before the first getInstance. Every option of `Connection` but the app key. `more`: parts
   * that each instance's connection is handed, such as `logins()` (needed where there is no `url`), `log()`, `messages()`.
   */
  static configure(options: NimServer, ...more: readonly Part<unknown>[]): void {
    server = options
    parts = more
  }

  /**
   * One instance for each account: later calls update what they are given (callbacks, token, `debug`, `logFunc`), and connect
   * it again, at once, if it is disconnected. Throws InvalidOption, which names what is missing or wrong.
   */
  static getInstance(options: NimOptions): NIM {
    if (options !== Object(options)) refuse('NIM.getInstance takes { appKey, account, token }')
    const key = `${appKeyOf(options)} ${options.account}`
    const known = instances[key]
    if (known) known.update(options)
    const nim = known ?? (instances[key] = new NIM(key, options))
    nim.connect()
    return nim
  }

  private constructor(key: string, options: NimOptions) {
    this.key = key
    this.options = updated({}, options)
    const { debug, logFunc } = this.options
    if (Object(server) !== server || (server.url === undefined && server.apiUrl === undefined))
      refuse('url is required: call NIM.configure({ url, apiUrl }) before NIM.getInstance')
    this.connection = new Connection({
      autoReconnectNumMax: Infinity,
      // Without messages(), nobody would ever take what arrives there.
      inbox: false,
      ...server,
      appKey: appKeyOf(options),
      ...(debug !== undefined && { debug }),
      ...(logFunc && { logFunc }),
    })
    parts.forEach((part) => this.connection.use(part))
    this.connection.addEventHandler('nim', {
      onConnected: (info) => {
        this.life = 'connected'
        this.logins++
        this.options.onconnect?.(this.loginInfo(info))
      },
      onReconnecting: ({ attempt, delay }) => {
        if (this.life === 'connected') this.life = 'reconnecting'
        this.options.onwillreconnect?.({ retryCount: attempt, duration: Math.round(delay) })
      },
      onDisconnected: (error) => {
        if (error.code !== ErrorCode.ConnectionClosed) this.end('ended', nimError(error))
        // disconnect() has said so already; close() of `connection` has not.
        else if (this.life === 'connected' || this.life === 'reconnecting') this.end('ended', {})
      },
      onError: (error) => this.options.onerror?.(nimError(error)),
    })
  }

  /** Connects, unless it is connected; a retry that waits is made now. What was destroyed says so through onerror (35003). */
  connect(): void {
    const { connection, options } = this
    if (this.life === 'destroyed') return options.onerror?.(nimError(new ConnectionError('Destroyed')))
    if (this.life === 'ended') this.life = 'connecting'
    const { account, token } = options
    const failed = (error: ConnectionError) => {
      // Connected or connecting already: nothing more is asked for. What ends a login is told by ondisconnect.
      if (error.code === ErrorCode.InvalidArgument) this.options.onerror?.(nimError(error))
    }
    // A new token makes a waiting connection dial; a wish to log in, one that believes to be without a network.
    if (connection.state === 'waiting') connection.renewToken(token).catch(failed)
    else connection.open({ user: account, accessToken: token, timeout: 0 }).catch(failed)
  }

  /** Calls ondisconnect at once; the socket is closed when `done` is called. */
  disconnect(options?: NimDone): void {
    void this.connection
      .close()
      .then(({ confirmed }) => options?.done?.(confirmed ? undefined : new ConnectionError('CloseUnconfirmed')))
    if (this.life !== 'ended') this.end('ended', {})
  }

  /** As disconnect(), and forgets the instance: the next getInstance makes a new one. `done` comes only after the socket's onClose. */
  destroy(options?: NimDone): void {
    if (instances[this.key] === this) instances[this.key] = undefined
    void this.connection.destroy(options)
    this.end('destroyed', {})
  }

  /** The one place where an end is told: never twice, and never of what is destroyed. */
  private end(life: 'ended' | 'destroyed', error: NimError): void {
    if (this.life === 'destroyed') return
    this.life = life
    this.options.ondisconnect?.(error)
  }

  private update(options: Partial<NimOptions>): void {
    const { token, debug, logFunc } = options
    this.connection.setDebug({ ...(debug !== undefined && { debug }), ...(logFunc !== undefined && { logFunc }) })
    const renewed = token !== undefined && token !== this.options.token
    this.options = updated(this.options, options)
    // While a login is under way or done; else it goes along with the next one.
    if (renewed && this.life !== 'ended') this.connection.renewToken(token).catch(() => undefined) // what ends a login is told by ondisconnect
  }

  private loginInfo(info: SessionInfo): NimLoginInfo {
    const port = told(info, 'port')
    return {
      account: this.options.account,
      connectionId: told(info, 'connectionId') ?? `${this.connection.deviceId}-${Date.now()}-${this.logins}`,
      lastLoginDeviceId: told(info, 'lastDeviceId'),
      customTag: this.options.customTag,
      ip: told(info, 'ip'),
      port: port === undefined ? undefined : Number(port),
      country: told(info, 'country'),
    }
  }
}

/** For `const NIM = require('miniprogram-im/nim')`. */
export const { configure, getInstance } = NIM

export default NIM
