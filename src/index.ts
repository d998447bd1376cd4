// The public door.
import { Connection as BoundConnection } from './connection/connection'
import { createLogger } from './log/logger'
import type { Logger } from './log/api'
import { message } from './messages/kinds'
import type { ConnectionOptions } from './connection/options'
import { VERSION } from './version'
import { globalWx } from './wx/global'
import { wxClock } from './wx/wx-clock'
import { wxPlatform } from './wx/wx-platform'

const core = createLogger(VERSION, wxClock, Math.random, () => {
  const wx = globalWx()
  return wx && wxPlatform(wx, () => undefined)
})

/** The log of the app; see docs/logs.md. */
export const logger: Logger = core

/** A connection; see the class it extends for every call. */
export class Connection extends BoundConnection {
  constructor(options: ConnectionOptions) {
    super(options, { wx: globalWx(), logger: core })
  }
}

export { message, VERSION }
export { ErrorCode } from './errors/codes'
export { ConnectionError, isConnectionError } from './errors/connection-error'
export { userOfToken } from './access/token-life'
export { TokenRefused } from './access/token-refused'
export type { CloseResult } from './core'
export type { ErrorName } from './errors/codes'
export type { EventMap, EventName, Handlers, Listener } from './connection/events'
export type { LogConfig, LogLevel, Logger, LogStats, UploadOptions, UploadResult } from './log/api'
export type { LogRecord } from './log/record'
export type { Login, LoginByPassword, LoginByToken } from './connection/login'
export type { StateName } from './machine/state'
export type * from './messages/types'
export type { ConnectionOptions } from './connection/options'
export type { IncomingMessage, SessionInfo } from './protocol/session'
export type { PublishOptions } from './connection/connection'
export type { WxApi } from './wx/wx-api'

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
