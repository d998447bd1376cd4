// The SDK in Node, for bots and backends: the same connection and parts over `ws`. It is not among the files of a mini-program.
import { BaseConnection } from '../connection/connection'
import type { BaseOptions } from '../connection/options'
import { ConnectionError } from '../errors/connection-error'
import type { Home } from '../home'
import { createLogger } from '../log/logger'
import type { ConsoleLogger } from '../log/api'
import type { MessageOptions } from '../messages/options'
import { messagesPart, type Chat } from '../messages/part'
import type { Part } from '../part'
import { VERSION } from '../version'
import { nodeClock, nodeMessages, nodePlatform } from './node-platform'

export type ConnectionOptions = Omit<BaseOptions, 'wx' | 'maxSockets'> & {
  /**
   * A folder of this machine where the device id, the last good message servers and the history are kept; each connection
   * needs its own. Default: none, and what was kept ends with the connection.
   */
  readonly folder?: string
}

const core = createLogger(VERSION, nodeClock)

/** What is logged, and to whom. Nothing is kept: a process has a log of its own, to which `onLog` hands every record. */
export const logger: ConsoleLogger = core

/**
 * A connection of one user; see the class it extends for every call. Each has a socket of its own: a process has no budget
 * of two. It keeps the process alive until `close()` or `destroy()`.
 */
export class Connection extends BaseConnection {
  /** Opens nothing. Throws InvalidOption (35001), which names the option that is wrong, and UnsupportedHere (35027) without `ws`. */
  constructor(options: ConnectionOptions) {
    const { folder, ...own } = Object(options) as ConnectionOptions
    if (folder !== undefined && typeof folder !== 'string')
      throw new ConnectionError('InvalidOption', 'folder must be the path of a folder')
    const home: Home = { logger: core, platform: () => nodePlatform(folder) }
    super(options === Object(options) ? own : options, home)
  }
}

/** The messages part, as in a mini-program; a file to be sent is named by its path. */
export const messages = (options?: MessageOptions): Part<Chat> => messagesPart(nodeMessages, options)

export { ConnectionError, VERSION }
export { logins, type LoginCalls } from '../logins/part'
export { message } from '../messages/message'
export { ErrorCode } from '../errors/codes'
export { isConnectionError } from '../errors/connection-error'
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
export type { MessageOptions } from '../messages/options'
export type { Chat } from '../messages/part'
export type * from '../messages/types'
export type { Part } from '../part'
export type { IncomingMessage, SessionInfo } from '../protocol/session'
// Named by the options of the class that ours extends.
export type * from '../wx/wx-api'
