// Everything that a platform gives. `wx/` makes WeChat's; another platform is another folder that makes one of these, and its door.
import type { Refusal } from '../protocol/refusal'
import type { AppPort } from './app'
import type { Clock, Random } from './clock'
import type { Device } from './device'
import type { Files, LogFiles } from './files'
import type { Http, Uploading } from './http'
import type { LogSink } from './log-sink'
import type { SocketPort } from './socket'
import type { Storage } from './storage'

/** What the platform's own texts mean. */
export interface Judge {
  /** A failure of the socket. */
  failure(errMsg: string, errno?: number): Refusal
  /** Whether a close with this reason is the platform's doing: it cuts sockets in the background. */
  interrupted(reason: string): boolean
  /** Whether a refused close() proves that the socket is gone; one that may still be `connecting` is "not connected" too. */
  saysGone(errMsg: string, connecting: boolean): boolean
}

/** What every connection needs. */
export interface Platform {
  /** As servers are told it, before the phone's own platform: `wechat`. */
  readonly name: string
  readonly clock: Clock
  readonly random: Random
  readonly sockets: SocketPort
  readonly judge: Judge
  readonly app: AppPort
  readonly device: Device
  readonly storage: Storage
  readonly http: Http
  /** The platform's own object (`wx`): the budget of sockets is kept on it, and parts make of it what only they need. */
  readonly native: object
}

/** What the messages part needs besides; its file brings it along, so that a connection alone does not carry it. */
export interface MessagesPlatform {
  readonly files: Files
  readonly upload: Uploading
}

/** What the log part needs besides, likewise. */
export interface LogPlatform {
  /** Absent where the platform has no files. */
  readonly files: LogFiles | undefined
  /** Hands a file to the user in the best way the platform has. Rejects with the platform's `errMsg` as text. */
  handOver(path: string, fileName: string): Promise<Handover>
  readonly realtime?: LogSink
  readonly feedback?: LogSink
}

/** How a file was handed over: shared in a chat, saved on a PC, or only its path is known. */
export type Handover = { readonly how: 'shared' | 'saved' | 'path'; readonly path: string }
