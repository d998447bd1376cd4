// What the message layer needs of the connection below it, and what it is told.
import type { ConnectionError } from '../errors/connection-error'
import type { Log } from '../log/record'
import type { Clock, Random } from '../ports/clock'
import type { Files } from '../ports/files'
import type { Http } from '../ports/http'
import type { Storage } from '../ports/storage'
import type { MessageCalls, MessageEvents } from './types'

/** The connection, as the message layer sees it. */
export interface MessageLink {
  /**
   * QoS 1. The outcome comes once: nothing when the server has it. In flight it survives lost links. Of the errors,
   * those of `refusing` (outbox.ts) refuse the message; any other says nothing about it, and it is published again.
   */
  publish(topic: string, payload: string, outcome: (error?: ConnectionError) => void): void
  /** QoS 1. Remembered by the session, and restored when the server lost it. */
  subscribe(filters: readonly string[], outcome?: (error?: ConnectionError) => void): void
  unsubscribe(filters: readonly string[]): void
  /** Calls what `received` was given, in its turn. */
  acknowledge(acks: readonly (() => void)[]): void
  /** The token of now; empty when there is none. */
  token(): string
}

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
  /** Bytes of the history in files, per user; the oldest messages go first, never what waits to be sent. Default 2 MiB. */
  readonly historyMaxBytes?: number
  /** Bytes of one message on the wire. Default 64 KiB. */
  readonly messageMaxBytes?: number
  /** Bytes of an attachment. Default 10 MiB. */
  readonly fileMaxBytes?: number
}

export interface MessagingDeps extends MessageOptions {
  /** `org/app`: the app key, as topics begin with it. */
  readonly root: string
  /** Where the app lives on the REST server; `undefined` when none is known. */
  readonly restBase: string | undefined
  readonly clock: Clock
  readonly random: Random
  readonly files: Files
  readonly http: Http
  readonly storage: Storage
  readonly link: MessageLink
  readonly log: Log
  emit<E extends keyof MessageEvents>(event: E, payload: MessageEvents[E]): void
}

/** What the connection tells the message layer. All of it comes from inside the connection's mailbox, never nested. */
export interface Messaging {
  /** The app's part of it. */
  readonly calls: MessageCalls
  /** A user begins: opens the history at once, before and without a link. Ends another user before; the same goes on. */
  open(user: string): void
  /** The session is accepted. */
  online(info: { readonly resumed: boolean }): void
  /** The link is gone; more may come. */
  offline(): void
  /**
   * A PUBLISH arrived. `ack` sends its PUBACK: the link is asked to call it once the message is in the files and handed to the
   * app, in order of arrival, so that a killed app gets from the server again what it had not kept. An `ack` of a lost link
   * must do nothing. False: the topic is none of this layer's, and `ack` is the caller's business. The payload is read
   * before the call ends.
   */
  received(topic: string, payload: Uint8Array, ack: () => void): boolean
  /** The user ends: pending `send`s reject with ConnectionClosed, their messages stay in the files. */
  close(): void
}
