// The administrator's hand: every way to end a session or to keep a user or an app out.
import { randomBytes } from 'node:crypto'
import { kickOf, type RefusalName } from '../refusals'
import type { User } from '../accounts/accounts'
import type { RestContext, RestDeps, Routes } from './context'
import { BadInput, flag, newPassword, readBody, text, userName, tokenLife, whole } from './input'
import { knownUser } from './known-user'

export function adminRoutes(routes: Routes, deps: RestDeps): void {
  const { accounts, tokens, passwords, hub, broker, groups, options } = deps
  const base = '/:org/:app/admin'

  const userOf = (c: RestContext): User => knownUser(c, deps)

  /** Ends all connections of the user, or that of one client id. */
  const end = (user: User, refusal: RefusalName, clientId?: string): number =>
    hub.end(
      (online) =>
        online.app.path === user.app &&
        online.user === user.name &&
        (clientId === undefined || online.clientId === clientId),
      refusal,
    )

  routes.post(`${base}/users/:user/kick`, async (c) => {
    const user = userOf(c)
    const fields = await readBody(c)
    const code = whole(fields, 'code', { least: 1, most: 99_999 }) ?? 31010
    const refusal = kickOf(code)
    if (!refusal) throw new BadInput(`code ${code} is not one that ends a session`)
    const clientId = fields.clientId === undefined ? undefined : text(fields, 'clientId', { most: 256 })
    return c.json({ data: { kicked: end(user, refusal, clientId) } })
  })

  routes.post(`${base}/users/:user/block`, async (c) => {
    const user = userOf(c)
    if (user.status === 'active') user.status = 'blocked'
    const ended = end(user, 'blockedOnline')
    await accounts.saveUser(user)
    return c.json({ data: { result: true, ended } })
  })

  routes.post(`${base}/users/:user/unblock`, async (c) => {
    const user = userOf(c)
    if (user.status === 'blocked') user.status = 'active'
    await accounts.saveUser(user)
    return c.json({ data: { result: true } })
  })

  routes.delete(`${base}/users/:user`, async (c) => {
    const user = userOf(c)
    user.status = c.req.query('by') === 'user' ? 'closed' : 'removed'
    const ended = end(user, 'userRemoved')
    broker.forget(user.app, user.name)
    await Promise.all([accounts.saveUser(user), groups.forget(user.app, user.name)])
    return c.json({ data: { result: true, ended } })
  })

  routes.put(`${base}/users/:user/password`, async (c) => {
    const user = userOf(c)
    const password = newPassword(await readBody(c), deps.options.limits)
    const address = deps.addressOf(c.env.incoming)
    user.password = await passwords.hash(password, { line: 'login', address, key: `change ${user.app}/${user.name}` })
    // Never back, whatever the clock does: tokens issued since the last change are void, too.
    user.voidBefore = Math.max(Date.now(), user.voidBefore + 1)
    const ended = end(user, 'passwordChanged')
    await accounts.saveUser(user)
    return c.json({ data: { result: true, ended } })
  })

  routes.post(`${base}/users/:user/expire`, async (c) => {
    const user = userOf(c)
    user.expiredBefore = Math.max(Date.now(), user.expiredBefore + 1)
    const ended = end(user, 'tokenExpired')
    await accounts.saveUser(user)
    return c.json({ data: { result: true, ended } })
  })

  routes.post(`${base}/tokens`, async (c) => {
    const app = c.get('app')
    const fields = await readBody(c)
    const name = userName(fields.username, 'username')
    const ttl = tokenLife(fields, options)
    const platform = fields.platform === undefined ? undefined : text(fields, 'platform', { most: 64 })
    const known = accounts.user(app.path, name)
    // The app's own server knows its users; whom it asks a token for exists, and has no password here.
    const user = known && known.status !== 'removed' ? known : await accounts.createUser(app.path, name)
    accounts.admit(app, user)
    const issued = await tokens.issue(app, user, {
      oneTime: flag(fields, 'oneTime') ?? false,
      ...(ttl === undefined ? {} : { ttl }),
      ...(platform === undefined ? {} : { platform }),
    })
    return c.json({ access_token: issued.token, expires_in: issued.ttl, user: { username: name } })
  })

  routes.post(`${base}/secret`, async (c) => {
    const app = c.get('app')
    const fields = await readBody(c)
    app.secret =
      fields.secret === undefined
        ? randomBytes(32).toString('base64url')
        : text(fields, 'secret', { least: 32, most: 512 })
    const ended = hub.end((online) => online.app === app, 'tokenIncorrect')
    await accounts.saveApp(app)
    return c.json({ data: { result: true, ended } })
  })

  routes.post(`${base}/app`, async (c) => {
    const app = c.get('app')
    const fields = await readBody(c)
    const unavailable = fields.unavailable === false ? false : whole(fields, 'unavailable', { least: 0, most: 86_400 })
    app.blocked = flag(fields, 'blocked') ?? app.blocked
    app.check = flag(fields, 'check') ?? app.check
    if (unavailable === false) delete app.unavailable
    else if (unavailable !== undefined) app.unavailable = unavailable
    if (app.blocked) hub.end((online) => online.app === app, 'appBlocked')
    if (app.check) hub.end((online) => online.app === app && online.platform === undefined, 'appCheck')
    await accounts.saveApp(app)
    return c.json({ data: { blocked: app.blocked, check: app.check, unavailable: app.unavailable ?? false } })
  })

  routes.post(`${base}/shutdown`, (c) => {
    // Answered first: the answer travels on the server that stops.
    setTimeout(deps.stop, 50)
    return c.json({ data: { result: true } })
  })
}
