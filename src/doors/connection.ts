// The connection alone: logs in by token, stays connected, publishes and subscribes; parts are handed to it (`use`).
import { BaseConnection } from '../connection/connection'
import type { ConnectionEvents, HandlersOf, ListenerOf } from '../connection/events'
import type { BaseOptions } from '../connection/options'
import { home } from '../home'
import type { ConsoleLogger } from '../log/api'

export type ConnectionOptions = BaseOptions
export type EventMap = ConnectionEvents
export type EventName = keyof ConnectionEvents
export type Listener<E extends EventName> = ListenerOf<ConnectionEvents, E>
export type Handlers = HandlersOf<ConnectionEvents>

/** What is logged, and to whom; the log part keeps it. See docs/logs.md. */
export const logger: ConsoleLogger = home.logger

/** A connection; see the class it extends for every call. */
export class Connection extends BaseConnection {
  /** Opens nothing. Throws InvalidOption (35001), which names the option that is wrong. */
  constructor(options: ConnectionOptions) {
    super(options, home)
  }
}

export { VERSION } from '../version'
export { ErrorCode } from '../errors/codes'
export { ConnectionError, isConnectionError } from '../errors/connection-error'
export { userOfToken } from '../access/token-life'
export { TokenRefused } from '../access/token-refused'
export type { BaseConnection, PublishOptions } from '../connection/connection'
export type { ConnectionEvents, HandlersOf, ListenerOf } from '../connection/events'
export type { Login, LoginByPassword, LoginByToken } from '../connection/login'
export type { BaseOptions } from '../connection/options'
export type { CloseResult } from '../core'
export type { ErrorCodes, ErrorName } from '../errors/error-name'
export type { ConsoleLogger, LogLevel } from '../log/api'
export type { LogRecord } from '../log/record'
export type { StateName } from '../machine/state'
export type { Part } from '../part'
export type { IncomingMessage, SessionInfo } from '../protocol/session'
export type * from '../wx/wx-api'
