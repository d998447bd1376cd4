// Every option, its default and what it will not do; anything else is refused by name, at once.
import { ConnectionError } from '../errors/connection-error'
import type { LogRecord } from '../log/record'
import { isName, NAME } from '../text/form'
import { call, flag, given, number, text, wrongOption, type Rule, type Rules } from '../text/option'
import { whyNot } from '../text/url'
import type { PromisingWxApi, WxApi } from '../wx/wx-api'

/** The options of a connection alone. */
export interface BaseOptions {
  /** `org#app`: names the app on the server and in every topic. Required. */
  readonly appKey: string
  /** The message server, `wss://...`. May be left out when `isHttpDNS` is on and `apiUrl` is set. Source: Easemob, 初始化及登录. */
  readonly url?: string
  /** The REST server, `https://...`: password logins, the endpoint list, groups, attachments, log upload. Source: Easemob, 初始化及登录. */
  readonly apiUrl?: string
  /**
   * Fetch the list of message servers from `apiUrl`, rotate through it on failure, fetch it again after repeated failures;
   * fall back to the last good list in the phone's storage, then to `url`. Does nothing without `apiUrl`. Default true. Source: Easemob, 初始化及登录.
   */
  readonly isHttpDNS?: boolean
  /** Refuse plain `ws:` and `http:` except to loopback. `false` permits them (a preview in the local network). Default true. Source: Easemob, 初始化及登录. */
  readonly https?: boolean
  /** Milliseconds of silence before a ping, 1,000 to 600,000; every ping must be answered within 10 s. Default 30,000. Source: Easemob, 初始化及登录. */
  readonly heartBeatWait?: number
  /** Retries after a drop before `onDisconnected`: 0 none, Infinity without end. Not spent while the app is hidden or the network is gone. Default 5. Source: Easemob, 初始化及登录. */
  readonly autoReconnectNumMax?: number
  /** Milliseconds: the first delay of a lone drop is below it. Default 1,000. */
  readonly reconnectBaseDelay?: number
  /** Milliseconds: no delay of a lone drop is above it. Default 30,000. */
  readonly reconnectMaxDelay?: number
  /** Names this phone. Default: random, kept in the phone's storage. Source: Easemob, 初始化及登录. */
  readonly deviceId?: string
  /** Allow log upload. Default false. Source: Easemob, 初始化及登录. */
  readonly enableReportLogs?: boolean
  /** Fetches a fresh token from the app's own server; called once for all who wait. Throw `TokenRefused` to stop for good; any other failure is retried. */
  readonly tokenProvider?: () => Promise<string>
  /** Sockets that all connections of the app together may hold, open and closing: 1 to 5. Default 2. */
  readonly maxSockets?: number
  /** A user may be connected from several devices at once. Default false: a second device ends the first with 206. */
  readonly multiDevice?: boolean
  /** MQTT user name of a user, for servers that want another shape; `{user}`, `{org}` and `{app}` are filled in. Default `{user}`. */
  readonly usernameFormat?: string
  /** Seconds that the server keeps the session (and the messages of the meantime) after a drop; 0 to 2,592,000. Default 604,800 (7 days). */
  readonly sessionExpiry?: number
  /**
   * Take part in messages: subscribe the user's inbox, and hold what arrives there until the messages part comes (`onWaiting`).
   * `false` for an app that never brings it: until it does, nothing is subscribed and nothing is held. Default true.
   */
  readonly inbox?: boolean
  /** Another object with the slice of `wx` that we use (simulator, Taro, look-alike platforms). Default: the global `wx`. */
  readonly wx?: WxApi | PromisingWxApi
  /** Every record of this connection to the console. Default false. Source: NIM, 登录登出. */
  readonly debug?: boolean
  /** Hears every record of this connection. Source: NIM, 登录登出. */
  readonly logFunc?: (record: LogRecord) => void
}

/** What each may be, beside its docstring. */
const rules: Rules<BaseOptions> = {
  appKey: (value) => {
    const [org, app, ...more] = String(value).split('#')
    return !(isName(org) && isName(app) && more.length === 0) && `must be org#app, each ${NAME}`
  },
  url: (value, all) => whyNot(value, 'ws', all.https === false),
  apiUrl: (value, all) => whyNot(value, 'http', all.https === false),
  isHttpDNS: flag,
  https: flag,
  heartBeatWait: number(1_000, 600_000),
  autoReconnectNumMax: number(0, Infinity),
  reconnectBaseDelay: number(1, 600_000),
  reconnectMaxDelay: number(1, 3_600_000),
  deviceId: (value) => !isName(value) && `must be ${NAME}`,
  enableReportLogs: flag,
  tokenProvider: call,
  maxSockets: number(1, 5),
  multiDevice: flag,
  usernameFormat: text(/^[\x21-\x7e]{1,128}$/),
  sessionExpiry: number(0, 2_592_000), // 30 days
  inbox: flag,
  wx: (value) => typeof (value as Partial<WxApi> | null)?.connectSocket !== 'function' && 'must have connectSocket',
  debug: flag,
  logFunc: call,
}

/** What may be changed while the connection lives. */
export const debugRules = { debug: rules.debug, logFunc: rules.logFunc }

const defaults = {
  isHttpDNS: true,
  https: true,
  heartBeatWait: 30_000,
  autoReconnectNumMax: 5,
  reconnectBaseDelay: 1_000,
  reconnectMaxDelay: 30_000,
  enableReportLogs: false,
  maxSockets: 2,
  multiDevice: false,
  usernameFormat: '{user}',
  sessionExpiry: 604_800,
  inbox: true,
  debug: false,
} satisfies Partial<BaseOptions>

/** The options with every default filled in. */
export type Settings = Required<Pick<BaseOptions, keyof typeof defaults>> &
  Pick<BaseOptions, 'url' | 'apiUrl' | 'deviceId' | 'tokenProvider' | 'logFunc' | 'wx'> & {
    readonly org: string
    readonly app: string
  }

const refuse = (why: string): never => {
  throw new ConnectionError('InvalidOption', why)
}

/** What was given of these options. Throws InvalidOption with the name of the first that is wrong; `undefined` counts as left out. */
export const checked = (rules: Readonly<Record<string, Rule>>, options: unknown): Partial<Record<string, unknown>> => {
  const wrong = wrongOption(rules, options)
  if (wrong) refuse(wrong)
  return given(options as object)
}

/** The options of a connection, with every default. */
export const settle = (options: unknown): Settings => {
  const settled: Partial<Record<string, unknown>> = { ...defaults, ...checked(rules, options) }
  const { appKey, url, apiUrl, isHttpDNS } = settled
  if (appKey === undefined) refuse('appKey is required')
  if (url === undefined && !(isHttpDNS && apiUrl)) refuse('url is required (or apiUrl, with isHttpDNS on)')
  const [org = '', app = ''] = String(appKey).split('#')
  return {
    ...settled,
    org,
    app,
    ...(apiUrl !== undefined && { apiUrl: (apiUrl as string).replace(/\/+$/, '') }),
  } as unknown as Settings
}
