// Apps and users: who exists, who may log in, and from when on old tokens count no more. Kept in memory, journalled in the store.
import { nobody, type Account } from '../account'
import { Refused } from '../refusals'
import { keyOf, type Change, type Store } from '../store/store'
import type { Limits } from '../limits'
import { pathOf } from './names'

export interface App {
  /** `org/app`. */
  readonly path: string
  blocked: boolean
  /** Refuse clients that do not name their platform. */
  check: boolean
  /** Seconds to stay away while logins are suspended. */
  unavailable?: number
  /** Signs tokens since the secret was rotated; before, the server's own secret does. */
  secret?: string
}

export interface User {
  readonly app: string
  readonly name: string
  readonly created: number
  status: 'active' | 'blocked' | 'closed' | 'removed'
  password?: string
  /** Tokens issued before (milliseconds) are void (31004), or count as expired (31020). */
  voidBefore: number
  expiredBefore: number
  /** The phone of the last login, where it told. */
  device?: string
  /** The webhook has told of the messages up to this one. */
  told?: number
}

export interface Accounts {
  /** Throws `identifier` for an unknown app. */
  app(path: string): App
  apps(): Iterable<App>
  saveApp(app: App): Promise<void>
  /** Also users that are gone; see `status`. */
  user(app: string, name: string): User | undefined
  /** Users whose name contains the text, in the order of their making; those that were removed are not found. */
  search(app: string, text: string): User[]
  /** All users of all apps, also those that are gone. */
  readonly count: number
  /** A new user, or one anew after a removal. Throws `userExists`. */
  createUser(app: string, name: string, password?: string): Promise<User>
  saveUser(user: User): Promise<void>
  /** As `saveUser`, for what nobody waits for and a power cut may undo. */
  noteUser(user: User): void
  /** The user, or throws what is wrong with the app or the user at login. */
  admit(app: App, user: User | undefined): User
}

const appKey = (path: string): string => keyOf('app', path)
const userKey = (app: string, name: string): string => keyOf('user', app, name)

export async function openAccounts(
  store: Store,
  appKeys: readonly string[],
  limits: Limits,
  account: Account,
): Promise<Accounts> {
  const apps = new Map<string, App>()
  const users = new Map<string, User>()
  for (const path of appKeys.map(pathOf)) apps.set(path, { path, blocked: false, check: false })
  for await (const [, value] of store.read('app')) {
    const app = value as App
    if (apps.has(app.path)) apps.set(app.path, app)
  }
  for await (const [key, value] of store.read('user')) {
    users.set(key, value as User)
    account.add(nobody, 'user')
  }

  const save = (change: Change): Promise<void> => store.write([change])
  const changeOf = (user: User): Change => ({ key: userKey(user.app, user.name), value: user })
  const saveUser = (user: User): Promise<void> => save(changeOf(user))

  return {
    app(path) {
      const app = apps.get(path)
      if (!app) throw new Refused('identifier')
      return app
    },
    apps: () => apps.values(),
    saveApp: (app) => save({ key: appKey(app.path), value: app }),
    user: (app, name) => users.get(userKey(app, name)),
    search: (app, text) =>
      [...users.values()].filter((user) => user.app === app && user.status !== 'removed' && user.name.includes(text)),
    get count() {
      return users.size
    },
    async createUser(app, name, password) {
      const key = userKey(app, name)
      const before = users.get(key)
      if (before && before.status !== 'removed') throw new Refused('userExists')
      if (!before && (users.size >= limits.users || !account.take(nobody, 'user')))
        throw new Refused('unavailable', 'the server has room for no more users')
      const now = Date.now()
      const user: User = {
        app,
        name,
        created: now,
        status: 'active',
        // What was issued to a removed user of this name is not the new one's.
        voidBefore: before ? now : 0,
        expiredBefore: 0,
        ...(password === undefined ? {} : { password }),
      }
      users.set(key, user)
      await saveUser(user)
      return user
    },
    saveUser,
    noteUser: (user) => store.note([changeOf(user)]),
    admit(app, user) {
      if (app.blocked) throw new Refused('appBlocked')
      if (user?.status === 'blocked') throw new Refused('userBlocked')
      if (user?.status === 'closed') throw new Refused('userClosed')
      if (user?.status !== 'active') throw new Refused('tokenIncorrect')
      return user
    },
  }
}
