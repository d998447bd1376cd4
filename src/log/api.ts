// What the log offers: to an app and its support, to the rest of the SDK, and what it needs of the platform.
import type { Handover, Platform } from '../ports/platform'
import type { CacheStats } from './cache'
import type { Level, Log, LogRecord } from './record'

export type LogLevel = 0 | 1 | 2 | 3 | 4 | 5 | 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'SILENT'

export interface LogConfig {
  /** Keep records for `export`, `download` and `upload`; true. Off: what is already kept stays until `clear`. */
  readonly useCache?: boolean | undefined
  /** Bytes, in memory and on disk together; 3 MiB. */
  readonly maxCache?: number | undefined
  /** Records of WARN and above also to WeChat's real-time log (`wx.getRealtimeLogManager`), inside its quota; false. */
  readonly realtimeLog?: boolean | undefined
  /** Records of INFO and above also to the log that users attach to feedback (`wx.getLogManager`); false. */
  readonly feedbackLog?: boolean | undefined
}

export interface LogStats extends Readonly<CacheStats> {
  /** Records that were written since the start of the app. */
  readonly records: number
  /** Calls of `onLog`, `logFunc` and other sinks that threw. */
  readonly sinkFailures: number
}

export interface UploadOptions {
  /** Asks the user; the log leaves the phone only after a true. */
  readonly consent: () => boolean | Promise<boolean>
  /** Also over what is not Wi-Fi; false. */
  readonly allowMetered?: boolean
}

export interface UploadResult {
  /** The log's id at the server, to tell support. */
  readonly id: string
  readonly bytes: number
}

/** What every connection brings: who hears the records. */
export interface ConsoleLogger {
  /** Everything, to the cache and the console. */
  enableAll(): void
  /** Nothing. */
  disableAll(): void
  /** Lowest level that is kept and shown, 0 to 5 or its name. Until it is called all is kept and WARN is shown. */
  setLevel(level: LogLevel): void
  /** Hides the console's records, and shows again what was shown before. */
  setConsoleLogVisibility(visible: boolean): void
  /** Hears every record of the level and above; without secrets. */
  onLog?: ((log: LogRecord) => void) | null
}

/** What the log part adds: records that are kept, also over starts of the app, and leave the phone. */
export interface LogCalls {
  /** What is left out or undefined stays. Throws InvalidArgument, which names what is unknown or wrong. */
  setConfig(config: LogConfig): void
  /** The newest records, also of earlier starts, as NDJSON within `maxCache` bytes, after a header line. */
  export(): Promise<string>
  /** `export` as a file: shared in a chat on a phone (inside a tap), saved on a PC, else its path. */
  download(): Promise<Handover>
  /** `export` to the server; only with `enableReportLogs`, the user's consent, and over Wi-Fi unless allowed. */
  upload(options: UploadOptions): Promise<UploadResult>
  /** Empties memory and disk. */
  clear(): Promise<void>
  stats(): LogStats
}

/** What an app and its support do with the log. */
export interface Logger extends ConsoleLogger, LogCalls {}

/** Looked at for each record, so that they may change. */
export interface ScopeOptions {
  /** Everything of this connection to the console, whatever the level. */
  readonly debug?: boolean
  /** Every record of this connection, whatever the level. */
  readonly logFunc?: (log: LogRecord) => void
}

/** Where logs go: a connection with `enableReportLogs` registers this while it lives. */
export interface UploadTarget {
  /** REST address with the app's path: `https://im.example.com/org/app`. */
  readonly base: string
  /** The user's token for this moment. */
  token(): string
  /** Whose log it is: what one user consented to is never sent in another's name. */
  user?(): string
}

export interface Uploader {
  upload(options: UploadOptions): Promise<UploadResult>
  /** Allows uploads to this server until the returned function is called. */
  allowUpload(target: UploadTarget): () => void
}

export type Sink = ((record: LogRecord) => void) | false | null | undefined

/** Who keeps the records: the log part, once it is there. */
export interface Keeper {
  /** Gives it its platform; the first one stays. */
  attach(platform: Platform): void
  /** Whether it wants records now. */
  keeps(): boolean
  /** One record as a line of UTF-8 (binary-text.ts). */
  keep(line: string, level: Level): void
  /** Who else hears of every record of the level. */
  sinks(): readonly Sink[]
  readonly calls: LogCalls
  readonly allowUpload: Uploader['allowUpload']
}

/** What the rest of the SDK does with the log. */
export interface LogCore extends ConsoleLogger {
  /** Gives the log its platform; the first one stays. */
  attach(platform: Platform): void
  platform(): Platform | undefined
  /** From now on records are kept, beginning with the newest of those that came before. */
  keepWith(keeper: Keeper): void
  keeper(): Keeper | undefined
  /** Records so far. */
  records: number
  /** Calls of `onLog`, `logFunc` and other sinks that threw. */
  sinkFailures(): number
  /** The log of one connection. */
  scope(connection?: number, options?: ScopeOptions): Log
  /** Hides a token or a password wherever it occurs from now on. */
  protect(secret: string): void
}
