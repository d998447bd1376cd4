// What every REST call works with.
import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import type { Context, Hono } from 'hono'
import type { Accounts, App, User } from '../accounts/accounts'
import type { Archive } from '../archive/archive'
import type { Passwords } from '../accounts/passwords'
import type { Throttle } from '../accounts/throttle'
import type { Tokens } from '../accounts/tokens'
import type { FigureBook } from '../figures/figures'
import type { Files } from '../files/files'
import type { Groups } from '../groups/groups'
import type { Logs } from '../logs/logs'
import type { Broker } from '../mqtt/broker'
import type { Hub } from '../mqtt/hub'
import type { ServerOptions } from '../options'

export interface RestDeps {
  readonly options: ServerOptions
  readonly accounts: Accounts
  readonly groups: Groups
  /** None unless the server was started with one. */
  readonly archive: Archive | undefined
  readonly files: Files
  readonly logs: Logs
  readonly tokens: Tokens
  readonly throttle: Throttle
  readonly hub: Hub
  readonly broker: Broker
  readonly figures: FigureBook
  readonly adminSecret: string
  readonly passwords: Passwords
  addressOf(request: IncomingMessage): string
  stop(): void
}

export interface RestEnv {
  Bindings: HttpBindings
  Variables: { app: App; user: User }
}

export type RestContext = Context<RestEnv>
export type Routes = Hono<RestEnv>
