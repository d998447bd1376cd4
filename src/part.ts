// What a part of the SDK is, and all that it is given by the connection it is handed to.
//
// A part's file requires no other file, for it may be in another package of the app. So it imports types, pure text and
// this file; even the error class comes with the host, and no part carries the table of codes.
import type { Emitter } from './runtime/emitter'
import type { nameOf as NameOf } from './errors/codes'
import type { ConnectionError as ErrorClass } from './errors/connection-error'
import type { Log } from './log/record'
import type { LogCore } from './log/api'
import type { Clock } from './ports/clock'
import type { Platform } from './ports/platform'
import type { Storage } from './ports/storage'
import type { Outcome } from './protocol/session'
import { isName } from './text/form'

/** Where the app lives on its servers, and the options that parts look at. */
export interface HostSettings {
  /** `org/app`: the app key, as topics begin with it. */
  readonly root: string
  /** The app's root at the REST server; `undefined` when none is known. */
  readonly restBase: string | undefined
  readonly enableReportLogs: boolean
  /** The user may be connected from several devices. */
  readonly multiDevice: boolean
}

export interface Host {
  readonly settings: HostSettings
  readonly platform: Platform
  /** Never goes backwards. */
  readonly clock: Clock
  readonly log: Log
  /** The log of the app, which all connections share. */
  readonly logger: LogCore
  readonly errors: { readonly ConnectionError: typeof ErrorClass; readonly nameOf: typeof NameOf }
  /** Who listens to what. */
  readonly events: Emitter<object>
  /**
   * QoS 1. The outcome comes once: nothing when the server has it. In flight it survives lost links. An error refuses the
   * message (`refuses` in outbox.ts) or says nothing about it; then it is published again.
   */
  publish(topic: string, payload: string, outcome: Outcome): void
  /** QoS 1. Remembered by the session, and restored when the server lost it. */
  subscribe(filters: readonly string[], outcome: Outcome): void
  /** Something failed that belongs to no call of the app: it is logged, and told by `onError`. */
  failed(error: ErrorClass): void
  /** Subscribes for the SDK itself, where no call of the app waits: a refusal is told by `onError`. */
  listen(filters: readonly string[]): void
  unsubscribe(filters: readonly string[]): void
  /** Something waits for a link that is not there: the next attempt may be hastened. */
  wanted(): void
  /** Acknowledges arrivals in their turn. */
  acknowledge(acks: readonly (() => void)[]): void
  /** The token of now; empty when there is none. */
  token(): string
}

/** A PUBLISH in the user's inbox: `u/{to}/{from}`, `g/{to}/{from}` or `s/{to}`. */
export interface Arrival {
  readonly box: 'u' | 'g' | 's'
  readonly to: string
  /** Empty in `s`: the server. */
  readonly from: string
  /** To be read before the call ends. */
  readonly payload: Uint8Array
  /**
   * Sends its PUBACK: to be handed to `acknowledge` once the arrival is kept and was handed to the app, so that a killed app
   * gets from the server again what it had not kept. That of a lost link does nothing.
   */
  readonly ack: () => void
}

/** What the connection tells a part. All of it comes from inside the connection's mailbox, never nested. */
export interface Running<Api = unknown> {
  /** The app's side of it. */
  readonly api: Api
  /** A user begins, before and without a link. Ends another user before; the same goes on. */
  opened?(user: string): void
  /** The session is accepted. */
  online?(info: { readonly resumed: boolean }): void
  /** The link is gone; more may come. */
  offline?(): void
  arrived?(arrival: Arrival): void
  /** Something waits to be sent. */
  waiting?(): boolean
  /** The user ends. */
  closed?(): void
  destroyed?(): void

  /** Exchanges a password for a token. */
  login?(user: string, password: string): Promise<string>
  /** Asks for the addresses of message servers. */
  endpoints?(): Promise<EndpointList>
}

export interface EndpointList {
  readonly urls: readonly string[]
  /** Milliseconds that the list is good for. */
  readonly ttl: number
}

/**
 * A part, to be handed to a connection: `conn.use(part)` gives its calls. Late and more than once is fine: the same
 * connection gives the same calls. One of another version of this package is refused.
 */
export interface Part<Api> {
  readonly name: string
  /** The version of the package it comes from. */
  readonly version: string
  /** For the connection. */
  readonly start: (host: never) => { readonly api: Api }
}

/** The error class of the connection that this file's parts were handed to. */
export let ConnectionError: typeof ErrorClass
export type ConnectionError = ErrorClass
/** The condition that has a number, if any. */
export let nameOf: typeof NameOf

/** To be called before a part does anything else. */
export const takeErrors = (errors: Host['errors']): void => {
  ;({ ConnectionError, nameOf } = errors)
}

/** Where the groups of a user are kept: the messages part writes them, and the connection subscribes them before it is there. */
export const groupsKey = (root: string, user: string): string => `im/groups/${root}/${user}`
export const groupFilter = (root: string, group: string): string => `${root}/g/${group}/+`

/** None where nothing is kept, or it is damaged: the server's list replaces it. */
export const keptGroups = (storage: Storage, root: string, user: string): string[] => {
  try {
    return (JSON.parse(storage.get(groupsKey(root, user)) ?? '') as unknown[]).filter(isName)
  } catch {
    return []
  }
}
