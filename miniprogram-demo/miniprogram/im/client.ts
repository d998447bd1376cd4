// The app's one connection: who is logged in, how the link stands, and what pages may do about it.
import EC, { type Connection, type Handlers } from 'miniprogram-im'
import { drillWx } from './drill'
import * as lines from './group-lines'
import { forgetGroups, hearOfGroup, learnGroups } from './groups'
import { forgetInvites, hearOfInvites, learnInvites } from './invites'
import * as life from './life'
import { fetchToken, type Place } from './server'
import { record, retryIn } from './timeline'
import { faceOf, type Face } from './words'

export interface Server extends Place {
  /** The user may be logged in on several devices at once. */
  readonly multiDevice?: boolean
}

export interface Account extends Server {
  readonly user: string
  readonly token: string
}

type Secret = { readonly pwd: string } | { readonly accessToken: string }

/** How the link stands, as pages show it. */
export type Link =
  | { readonly kind: 'out' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'online'; readonly since: number }
  | { readonly kind: 'waiting'; readonly attempt: number; readonly retryAt: number; readonly face: Face }
  | { readonly kind: 'offline' }
  | { readonly kind: 'ended'; readonly face: Face }

function remembered(): Account | undefined {
  const stored: Account | '' = wx.getStorageSync('account')
  return stored === '' ? undefined : stored
}

let connection: Connection | undefined
let account = remembered()
let password: string | undefined
let link: Link = { kind: 'out' }
const watchers = new Set<(link: Link) => void>()

export const currentAccount = () => account
export const currentLink = () => link

/** Only after a login; pages that need it are never open before. */
export const conn = () => connection!

/** Hears how the link stands, now and on every change, until the returned function is called. */
export function watch(watcher: (link: Link) => void): () => void {
  watchers.add(watcher)
  watcher(link)
  return () => watchers.delete(watcher)
}

/** Hears the connection's events until the returned function is called. */
let followers = 0
export function follow(handlers: Handlers): () => void {
  const id = `page-${++followers}`
  const followed = connection
  followed?.addEventHandler(id, handlers)
  return () => followed?.removeEventHandler(id)
}

function become(next: Link): void {
  link = next
  watchers.forEach((watcher) => watcher(link))
}

function create({ server, appKey, multiDevice = false }: Server): Connection {
  const created = new EC.connection({
    appKey,
    apiUrl: server,
    https: server.startsWith('https:'),
    delivery: true,
    multiDevice,
    historyProvider: 'server', // a server that keeps no archive says so, and the history ends where the phone's does
    enableReportLogs: true,
    autoReconnectNumMax: Infinity,
    heartBeatWait: 15_000,
    logFunc(entry) {
      record(entry)
      life.record(entry)
    },
    wx: drillWx,
  })
  created.addEventHandler('life', life.handlers)
  created.addEventHandler('lines', lines.handlers)
  created.addEventHandler('client', {
    onConnected() {
      become({ kind: 'online', since: Date.now() })
      learnGroups(created)
      void learnInvites(created)
    },
    onStoreOpened: () => void lastWords(created),
    onGroupEvent(event) {
      hearOfGroup(created, event)
      hearOfInvites(created, event)
    },
    onReconnecting({ attempt, delay, cause }) {
      retryIn(delay)
      become({ kind: 'waiting', attempt, retryAt: Date.now() + delay, face: faceOf(cause) })
    },
    onOffline: () => become({ kind: 'offline' }),
    onOnline: () => become({ kind: 'connecting' }),
    onTokenWillExpire: () => void renew(),
    onDisconnected(error) {
      if (!account) return // the login page tells it
      become({ kind: 'ended', face: faceOf(error, 'online') })
      wx.reLaunch({ url: '/pages/ended/index' })
    },
  })
  return created
}

/** What happens in a group stands behind what was said there before, also in an earlier run of the app. */
async function lastWords(of: Connection): Promise<void> {
  const { data } = await of.getLocalConversations().catch(() => ({ data: [] }))
  data.forEach(({ lastMessage }) => lastMessage && lines.saw(lastMessage))
}

/** First login: remembers the account once the server has accepted it. `timeout` in seconds. */
export async function login(place: Server, user: string, secret: Secret, timeout: number): Promise<void> {
  account = undefined // until the server has accepted: a refusal is the login page's to show
  await leave()
  connection = create(place)
  life.enter(user)
  lines.enter(user)
  become({ kind: 'connecting' })
  try {
    const { accessToken } = await connection.open({ user, ...secret, timeout })
    account = { ...place, user, token: accessToken }
  } catch (error) {
    await leave()
    throw error
  }
  password = 'pwd' in secret ? secret.pwd : undefined
  wx.setStorageSync('account', account)
}

export async function register(place: Place, username: string, newPassword: string): Promise<void> {
  await leave()
  connection = create(place)
  await connection.registerUser({ username, password: newPassword })
}

/** Goes on as the remembered user, at the start of the app or after an end; false when nobody is remembered. */
export function resume(): boolean {
  if (!account) return false
  life.enter(account.user)
  lines.enter(account.user)
  connection ??= create(account)
  become({ kind: 'connecting' })
  connection.open({ user: account.user, accessToken: account.token }).catch(() => undefined) // told by onDisconnected
  return true
}

/** Does not wait for the next attempt's turn. */
export function reconnectNow(): void {
  if (link.kind !== 'waiting' || !account) return
  become({ kind: 'connecting' })
  // The token is the same: what is wanted of the SDK is the dial that a new token means while it waits.
  conn()
    .renewToken(account.token)
    .catch(() => undefined) // told by onReconnecting or onDisconnected
}

/** A fresh token for the same user, without dropping the link. */
export async function renew(typed?: string): Promise<boolean> {
  if (!account) return false
  const known = typed ?? password
  if (known === undefined) return false
  password = known
  account = { ...account, token: await fetchToken(account, account.user, known) }
  wx.setStorageSync('account', account)
  await conn().renewToken(account.token)
  return true
}

/** Closes the connection for good; resolves when its socket is closed. */
async function leave(): Promise<void> {
  const old = connection
  connection = undefined
  forgetGroups()
  forgetInvites()
  await old?.destroy()
  become({ kind: 'out' })
}

/** Forgets the user, too. */
export async function logout(): Promise<void> {
  account = undefined
  password = undefined
  wx.removeStorageSync('account')
  await leave()
}
