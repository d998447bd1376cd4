// The log part, for `conn.use(log())`.
import type { LogCalls } from '../log/api'
import { logPart } from '../log/part'
import type { Part } from '../part'
import { wxLog } from '../wx/wx-log'

/** Keeps the records of the app's log, beginning with the newest of those that came before; one log for all connections. */
export const log = (): Part<LogCalls> => logPart(wxLog)

export { VERSION } from '../version'
export type { LogCalls, LogConfig, LogStats, UploadOptions, UploadResult } from '../log/api'
export type { CacheStats } from '../log/cache'
export type { Part } from '../part'
export type { Handover } from '../ports/platform'
