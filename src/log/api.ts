// What the log offers: to an app and its support, to the rest of the SDK, and what it needs of the platform.
import type { AppPort } from '../ports/app'
import type { Device, Handover } from '../ports/device'
import type { LogFiles } from '../ports/files'
import type { Http } from '../ports/http'
import type { LogSink } from '../ports/log-sink'
import type { CacheStats } from './cache'
import type { Log, LogRecord } from './record'

export type LogLevel = 0 | 1 | 2 | 3 | 4 | 5 | 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'SILENT'

export interface LogConfig {
  /** Keep records for `export`, `download` and `upload`; true. Off: what is already kept stays until `clear`. */
  readonly useCache?: boolean
  /** Bytes, in memory and on disk together; 3 MiB. */
  readonly maxCache?: number
  /** Records of WARN and above also to WeChat's real-time log (`wx.getRealtimeLogManager`), inside its quota; false. */
  readonly realtimeLog?: boolean
  /** Records of INFO and above also to the log that users attach to feedback (`wx.getLogManager`); false. */
  readonly feedbackLog?: boolean
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

/** What an app and its support do with the log. */
export interface Logger {
  /** Everything, to the cache and the console. */
  enableAll(): void
  /** Nothing. */
  disableAll(): void
  /** Lowest level that is kept and shown, 0 to 5 or its name. Until it is called all is kept and WARN is shown. */
  setLevel(level: LogLevel): void
  setConsoleLogVisibility(visible: boolean): void
  setConfig(config: LogConfig): void
  /** Hears every record of the level and above; without secrets. */
  onLog?: ((log: LogRecord) => void) | null
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

/** The platform, as the log sees it. */
export interface LogPorts {
  readonly app: AppPort
  readonly device: Device
  /** Absent where the platform has no files. */
  readonly logFiles?: LogFiles | undefined
  readonly http: Http
  readonly realtime?: LogSink
  readonly feedback?: LogSink
}

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
}

export interface Uploader {
  upload(options: UploadOptions): Promise<UploadResult>
  /** Allows uploads to this server until the returned function is called. */
  allowUpload(target: UploadTarget): () => void
}

/** What the rest of the SDK does with the log. */
export interface LogCore extends Logger, Uploader {
  /** Gives the log its platform; the first one stays. */
  attach(ports: LogPorts): void
  /** The door for one connection. */
  scope(connection: number, options?: ScopeOptions): Log
  /** Hides a token or a password wherever it occurs from now on. */
  protect(secret: string): void
  /** Text without secrets: for what goes into an error's message. */
  mask(text: string): string
}
