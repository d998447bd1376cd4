// The public door.
import { Connection } from './connection/connection'
import type { Logger } from './log/api'
import { logger as appLogger } from './logger'
import { message } from './messages/kinds'
import { VERSION } from './version'

/** The log of the app; see docs/logs.md. */
export const logger: Logger = appLogger

export { Connection, message, VERSION }
export { ErrorCode } from './errors/codes'
export { ConnectionError, isConnectionError } from './errors/connection-error'
export { userOfToken } from './access/token-life'
export { TokenRefused } from './access/token-refused'
export type { CloseResult } from './core'
export type { ErrorCodes, ErrorName } from './errors/error-name'
export type { EventMap, EventName, Handlers, Listener } from './connection/events'
export type { LogConfig, LogLevel, Logger, LogStats, UploadOptions, UploadResult } from './log/api'
export type { CacheStats } from './log/cache'
export type { LogRecord } from './log/record'
export type { Login, LoginByPassword, LoginByToken } from './connection/login'
export type { StateName } from './machine/state'
export type { MessageOptions } from './messages/contract'
export type * from './messages/types'
export type { ConnectionOptions } from './connection/options'
export type { Handover } from './ports/device'
export type { IncomingMessage, SessionInfo } from './protocol/session'
export type { PublishOptions } from './connection/connection'
export type * from './wx/wx-api'

/** Easemob's names for the codes of `onDisconnected` (its spelling). Source: Easemob, 初始化及登录. */
const statusCode = {
  WEBIM_CONNCTION_USER_LOGIN_ANOTHER_DEVICE: 206,
  WEBIM_CONNCTION_USER_REMOVED: 207,
  WEBIM_CONNCTION_USER_KICKED_BY_CHANGE_PASSWORD: 216,
  WEBIM_CONNCTION_USER_KICKED_BY_OTHER_DEVICE: 217,
} as const

/** Easemob's namespace: `new EC.connection({ ... })`, `EC.message.create({ ... })`. */
const EC = { connection: Connection, message, logger, statusCode }
export default EC
