// Every option, its default and what it will not do; anything else is refused by name, at once.
import { ConnectionError } from '../errors/connection-error'
import type { LogRecord } from '../log/record'
import type { MessageOptions } from '../messages/contract'
import { isName, misfit, NAME } from '../text/form'
import { whyNot } from '../text/url'
import type { WxApi } from '../wx/wx-api'

export interface ConnectionOptions extends MessageOptions {
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
  /** Another object with the slice of `wx` that we use (simulator, Taro, look-alike platforms). Default: the global `wx`. */
  readonly wx?: WxApi
  /** Every record of this connection to the console. Default false. Source: NIM, 登录登出. */
  readonly debug?: boolean
  /** Hears every record of this connection. Source: NIM, 登录登出. */
  readonly logFunc?: (record: LogRecord) => void
}

/** Says what is wrong with a value, or nothing. */
type Rule = (value: unknown, plain: boolean) => string | false | undefined

const type =
  (name: 'boolean' | 'function'): Rule =>
  (value) =>
    typeof value !== name && `must be a ${name}`
const number =
  (min: number, max: number): Rule =>
  (value) =>
    (typeof value !== 'number' || !(value >= min && value <= max) || (value % 1 !== 0 && value !== Infinity)) &&
    `must be a whole number from ${min} to ${max}`
const text =
  (pattern: RegExp): Rule =>
  (value) =>
    misfit(value, pattern)

const flag = type('boolean')
const call = type('function')

const rules: { readonly [K in keyof Required<ConnectionOptions>]: Rule } = {
  appKey: (value) => {
    const [org, app, ...more] = String(value).split('#')
    return !(isName(org) && isName(app) && more.length === 0) && `must be org#app, each ${NAME}`
  },
  url: (value, plain) => whyNot(value, 'ws', plain),
  apiUrl: (value, plain) => whyNot(value, 'http', plain),
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
  wx: (value) => typeof (value as Partial<WxApi> | null)?.connectSocket !== 'function' && 'must have connectSocket',
  debug: flag,
  logFunc: call,
  delivery: flag,
  useOwnUploadFun: flag,
  outboxMaxCount: number(1, 100_000),
  outboxMaxBytes: number(1_024, 50_000_000),
  outboxMaxAge: number(1_000, Infinity),
  historyMaxBytes: number(4_096, 100_000_000),
  messageMaxBytes: number(256, 1_048_576),
  fileMaxBytes: number(1, 100_000_000),
}

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
  debug: false,
} satisfies Partial<ConnectionOptions>

/** The options with every default filled in. */
export type Settings = MessageOptions &
  Required<Pick<ConnectionOptions, keyof typeof defaults>> &
  Pick<ConnectionOptions, 'url' | 'apiUrl' | 'deviceId' | 'tokenProvider' | 'logFunc' | 'wx'> & {
    readonly org: string
    readonly app: string
  }

/** Throws InvalidOption with the name of the first option that is wrong. `undefined` counts as left out. */
export const settle = (options: unknown): Settings => {
  const refuse = (why: string): never => {
    throw new ConnectionError('InvalidOption', why)
  }
  // Not instanceof: the object may come from another realm.
  if (options !== Object(options)) refuse('the options must be an object')
  const given = options as Partial<Record<string, unknown>>
  const settled: Record<string, unknown> = { ...defaults }
  for (const name of Object.keys(given)) {
    const value = given[name]
    if (!Object.prototype.hasOwnProperty.call(rules, name)) refuse(`unknown option "${name}"`)
    if (value === undefined) continue
    const wrong = rules[name as keyof ConnectionOptions](value, given.https === false)
    if (wrong) refuse(`${name} ${wrong}`)
    settled[name] = value
  }
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
