// The options of the messages part, their defaults, and what each may be.
import { flag, number, type Rules } from '../text/option'
import type { HistoryProvider } from './types'

export interface MessageOptions {
  /** Send delivery receipts. Default false. */
  readonly delivery?: boolean
  /** True: attachments carry the app's own URL. False (default): they are uploaded to `apiUrl`. */
  readonly useOwnUploadFun?: boolean
  /** Messages that may wait to be sent. Default 500. */
  readonly outboxMaxCount?: number
  /** Bytes of what waits to be sent. Default 512 KiB. */
  readonly outboxMaxBytes?: number
  /** Milliseconds that a message may wait. Default 3 days. */
  readonly outboxMaxAge?: number
  /** Milliseconds after which a message cannot be recalled any more. Default 2 minutes. */
  readonly recallMaxAge?: number
  /** Bytes of the history in files, per user; the oldest messages go first, never what waits to be sent. Default 2 MiB. */
  readonly historyMaxBytes?: number
  /** Bytes of one message on the wire. Default 64 KiB. */
  readonly messageMaxBytes?: number
  /** Bytes of an attachment. Default 10 MiB. */
  readonly fileMaxBytes?: number
  /**
   * Where `getHistoryMessages` goes on behind this phone's own history: the app's own server (docs/archive.md), or `'server'`: the
   * archive of the embedded server at `apiUrl`. Default: nowhere.
   */
  readonly historyProvider?: HistoryProvider | 'server'
}

/** With every default filled in. */
export type CompleteOptions = Required<Omit<MessageOptions, 'historyProvider'>> &
  Pick<MessageOptions, 'historyProvider'>

export const messageRules: Rules<MessageOptions> = {
  delivery: flag,
  useOwnUploadFun: flag,
  outboxMaxCount: number(1, 100_000),
  outboxMaxBytes: number(1_024, 50_000_000),
  outboxMaxAge: number(1_000, Infinity),
  recallMaxAge: number(0, Infinity),
  historyMaxBytes: number(4_096, 100_000_000),
  messageMaxBytes: number(256, 1_048_576),
  fileMaxBytes: number(1, 100_000_000),
  historyProvider: (value) => value !== 'server' && typeof value !== 'function' && "must be a function or 'server'",
}

const defaults: CompleteOptions = {
  delivery: false,
  useOwnUploadFun: false,
  outboxMaxCount: 500,
  outboxMaxBytes: 1 << 19,
  outboxMaxAge: 3 * 86_400_000,
  recallMaxAge: 120_000,
  historyMaxBytes: 2 << 20,
  messageMaxBytes: 1 << 16,
  fileMaxBytes: 10 << 20,
}

export const completed = (options: MessageOptions): CompleteOptions => {
  const settings = { ...defaults } as Record<string, unknown>
  const given = { ...options } as Record<string, unknown>
  for (const name of Object.keys(given)) if (given[name] !== undefined) settings[name] = given[name]
  return settings as unknown as CompleteOptions
}
