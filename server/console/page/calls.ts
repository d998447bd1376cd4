// The calls of the console (docs/rest.md), and what can go wrong with each.
import type { Figures, Series } from '../../figures/shape'

export type Span = 'hour' | 'day'

export interface Connection {
  readonly username: string
  readonly clientId: string
  readonly deviceId?: string
  readonly platform?: string
  readonly ip: string
  readonly since: number
  readonly protocolVersion: 4 | 5
  readonly roundTrip?: number
  readonly queued: number
  readonly tokenExpires: number
}

export type Order = 'user' | 'since' | 'roundTrip' | 'queued'

export interface Found<Row> {
  readonly data: readonly Row[]
  readonly count: number
  readonly total: number
}

export type Status = 'active' | 'blocked' | 'closed'

export interface KnownUser {
  readonly username: string
  readonly status: Status
  readonly created: number
}

export interface Session {
  readonly clientId: string
  readonly leftAt?: number
  readonly expires?: number
  readonly queued: number
}

export interface Group {
  readonly groupid: string
  readonly groupname: string
  readonly owner: string
  readonly affiliations_count: number
}

export interface Log {
  readonly id: string
  readonly username: string
  readonly name: string
  readonly size: number
  readonly received: number
  readonly updated: number
  readonly links: { readonly text: string; readonly report: string }
}

export interface User extends KnownUser {
  readonly hasPassword: boolean
  readonly voidBefore: number
  readonly expiredBefore: number
  readonly connections: readonly Connection[]
  readonly sessions: readonly Session[]
  readonly waiting: number
  readonly groups: readonly Group[]
  readonly logs: readonly Log[]
}

export type Trouble =
  | { readonly kind: 'wrongSecret' }
  | { readonly kind: 'throttled'; readonly seconds: number }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'refused'; readonly status: number; readonly text: string }

export class CallFailed extends Error {
  constructor(readonly trouble: Trouble) {
    super(trouble.kind)
  }
}

export interface Calls {
  apps(): Promise<readonly { readonly app: string }[]>
  figures(): Promise<Figures>
  history(span: Span): Promise<Series>
  connections(app: string, search: string, order: Order, limit: number): Promise<Found<Connection>>
  users(app: string, search: string): Promise<readonly KnownUser[]>
  user(app: string, user: string): Promise<User>
  logs(app: string, search: string, limit: number): Promise<Found<Log>>
  kick(app: string, user: string, clientId: string): Promise<number>
  block(app: string, user: string): Promise<unknown>
  unblock(app: string, user: string): Promise<unknown>
  expire(app: string, user: string): Promise<unknown>
  reset(app: string, user: string, password: string): Promise<unknown>
}

async function troubleOf(answer: Response): Promise<Trouble> {
  if (answer.status === 401) return { kind: 'wrongSecret' }
  if (answer.status === 429) return { kind: 'throttled', seconds: Number(answer.headers.get('retry-after') ?? 1) }
  const told = (await answer.json().catch(() => ({}))) as { error_description?: string }
  return { kind: 'refused', status: answer.status, text: told.error_description ?? answer.statusText }
}

export function callsWith(secret: string): Calls {
  async function call(path: string, method = 'GET', body?: object): Promise<unknown> {
    let answer: Response
    try {
      answer = await fetch(path, {
        method,
        cache: 'no-store',
        headers: { authorization: `Bearer ${secret}` },
        ...(body && { body: JSON.stringify(body) }),
      })
    } catch {
      throw new CallFailed({ kind: 'unreachable' })
    }
    if (!answer.ok) throw new CallFailed(await troubleOf(answer))
    // An answer that breaks off is one that did not come.
    return answer.json().catch(() => {
      throw new CallFailed({ kind: 'unreachable' })
    })
  }
  const data = async <Data>(path: string): Promise<Data> => ((await call(path)) as { data: Data }).data
  const admin = (app: string): string => `/${app.split('#').map(encodeURIComponent).join('/')}/admin`
  const user = (app: string, name: string): string => `${admin(app)}/users/${encodeURIComponent(name)}`

  return {
    apps: () => data('/admin/apps'),
    figures: () => data('/admin/figures'),
    history: (span) => data(`/admin/history?span=${span}`),
    connections: async (app, search, order, limit) =>
      (await call(
        `${admin(app)}/connections?${new URLSearchParams({ search, order, limit: String(limit) })}`,
      )) as Found<Connection>,
    users: (app, search) => data(`${admin(app)}/users?${new URLSearchParams({ search, limit: '50' })}`),
    user: (app, name) => data(user(app, name)),
    logs: async (app, search, limit) =>
      (await call(`${admin(app)}/logs?${new URLSearchParams({ search, limit: String(limit) })}`)) as Found<Log>,
    kick: async (app, name, clientId) =>
      ((await call(`${user(app, name)}/kick`, 'POST', { clientId })) as { data: { kicked: number } }).data.kicked,
    block: (app, name) => call(`${user(app, name)}/block`, 'POST'),
    unblock: (app, name) => call(`${user(app, name)}/unblock`, 'POST'),
    expire: (app, name) => call(`${user(app, name)}/expire`, 'POST'),
    reset: (app, name, password) => call(`${user(app, name)}/password`, 'PUT', { password }),
  }
}
