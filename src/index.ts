// The joined door: the connection with all its parts, under the names of Easemob's SDK.
import { BaseConnection } from './connection/connection'
import type { ConnectionEvents, HandlersOf, ListenerOf } from './connection/events'
import type { BaseOptions } from './connection/options'
import { nameOf } from './errors/codes'
import { statusCode } from './easemob-chat'
import { ConnectionError } from './errors/connection-error'
import { home } from './home'
import type { Logger } from './log/api'
import { logPart } from './log/part'
import { createRecorder } from './log/recorder'
import { logins, type LoginCalls } from './logins/part'
import { callNames } from './messages/calls'
import { message } from './messages/message'
import { messageRules, type MessageOptions } from './messages/options'
import { messagesPart } from './messages/part'
import type { MessageCalls, MessageEvents } from './messages/types'
import { takeErrors } from './part'
import { wrongOption } from './text/option'
import { VERSION } from './version'
import { wxClock } from './wx/wx-clock'
import { wxLog } from './wx/wx-log'
import { wxMessages } from './wx/wx-messages'

export interface EventMap extends ConnectionEvents, MessageEvents {}
export type EventName = keyof EventMap
export type Listener<E extends EventName> = ListenerOf<EventMap, E>
export type Handlers = HandlersOf<EventMap>
export interface ConnectionOptions extends BaseOptions, MessageOptions {}

takeErrors({ ConnectionError, nameOf })
const { logger: core } = home
const recorder = createRecorder({
  version: VERSION,
  clock: wxClock,
  random: Math.random,
  logger: core,
  adapt: wxLog,
  fallback: home.platform,
})
core.keepWith(recorder)

/** The log of the app; see docs/logs.md. */
export const logger: Logger = Object.assign(core, recorder.calls)

/** The options by whom they are for: whatever is not known to the messages part is the connection's. */
const sorted = (options: ConnectionOptions) => {
  const own: Record<string, unknown> = {}
  const messages: Record<string, unknown> = {}
  const given = Object(options) as Record<string, unknown>
  for (const name of Object.keys(given)) (name in messageRules ? messages : own)[name] = given[name]
  return {
    own: options === Object(options) ? (own as unknown as BaseOptions) : options,
    messages: messages as MessageOptions,
  }
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type -- the calls are methods too: see the static block
export interface Connection extends MessageCalls {}

/** A connection with logins, log and messages; see the class it extends for the calls of the connection itself. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- as above
export class Connection extends BaseConnection<EventMap> {
  private readonly chat: MessageCalls
  private readonly logins: LoginCalls

  /** Opens nothing. Throws InvalidOption (35001), which names the option that is wrong. */
  constructor(options: ConnectionOptions) {
    const { own, messages } = sorted(options)
    const wrong = wrongOption(messageRules, messages)
    if (wrong) throw new ConnectionError('InvalidOption', wrong)
    super(own, home)
    this.use(logPart(wxLog))
    this.logins = this.use(logins())
    this.chat = this.use(messagesPart(wxMessages, messages))
  }

  static {
    for (const name of callNames)
      Object.defineProperty(Connection.prototype, name, {
        configurable: true,
        writable: true,
        value(this: Connection, ...given: never[]) {
          return (this.chat[name] as (...given: never[]) => unknown)(...given)
        },
      })
  }

  /** Registers a user at `apiUrl`, where the server lets users register. Errors: UserExists, RegistrationClosed, RestFailed. Source: Easemob, 初始化及登录. */
  registerUser(user: { readonly username: string; readonly password: string }): Promise<unknown> {
    return this.logins.registerUser(user)
  }
}

export { ConnectionError, message, VERSION }
export { ErrorCode } from './errors/codes'
export { isConnectionError } from './errors/connection-error'
export { userOfToken } from './access/token-life'
export { TokenRefused } from './access/token-refused'
export type { BaseConnection } from './connection/connection'
export type { CloseResult } from './core'
export type { ErrorCodes, ErrorName } from './errors/error-name'
export type { BaseOptions } from './connection/options'
export type { ConnectionEvents, HandlersOf, ListenerOf } from './connection/events'
export type {
  ConsoleLogger,
  LogCalls,
  LogConfig,
  LogLevel,
  Logger,
  LogStats,
  UploadOptions,
  UploadResult,
} from './log/api'
export type { CacheStats } from './log/cache'
export type { LogRecord } from './log/record'
export type { LoginCalls } from './logins/part'
export type { Login, LoginByPassword, LoginByToken } from './connection/login'
export type { StateName } from './machine/state'
export type { MessageOptions } from './messages/options'
export type * from './messages/types'
export type { Part } from './part'
export type { Handover } from './ports/platform'
export type { IncomingMessage, SessionInfo } from './protocol/session'
export type { PublishOptions } from './connection/connection'
export type * from './wx/wx-api'

/** Easemob's types: `EasemobChat.TextMsgBody`. */
export * as EasemobChat from './easemob-chat'

/** For `const EC = require('miniprogram-im')`: the names of the namespace are those of the module, too. */
export { Connection as connection, statusCode }

/** Easemob's namespace: `new EC.connection({ ... })`, `EC.message.create({ ... })`. */
const EC = { connection: Connection, message, logger, statusCode }
export default EC
