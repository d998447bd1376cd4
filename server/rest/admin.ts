// The administrator's side: who is connected, and every way to end a session or keep a user out.
import { randomBytes } from 'node:crypto'
import { kickOf, type RefusalName } from '../refusals'
import type { User } from '../accounts/accounts'
import type { Online } from '../mqtt/login'
import type { RestContext, RestDeps, Routes } from './context'
import { BadInput, flag, readBody, text, userName, whole } from './input'
import { passwordIn } from './login'

export function adminRoutes(routes: Routes, deps: RestDeps): void {
  const { accounts, tokens, passwords, hub, broker, groups, options } = deps
  const base = '/:org/:app/admin'

  function userOf(c: RestContext): User {
    const user = accounts.user(c.get('app').path, userName(c.req.param('user'), 'user'))
    if (!user || user.status === 'removed') throw new BadInput('no such user', 404)
    return user
  }

  const end = (user: User, refusal: RefusalName): number =>
    hub.end((online) => online.app.path === user.app && online.user === user.name, refusal)

  routes.get(`${base}/connections`, (c) => {
    const here = hub.online().filter(({ app }) => app.path === c.get('app').path)
    const shown = ({ user, clientId, deviceId, platform, address, since, protocolVersion }: Online): object => ({
      username: user,
      clientId,
      deviceId,
      platform,
      ip: address,
      since,
      protocolVersion,
    })
    return c.json({ data: here.map(shown) })
  })

  routes.post(`${base}/users/:user/kick`, async (c) => {
    const user = userOf(c)
    const code = whole(await readBody(c), 'code', { least: 1, most: 99_999 }) ?? 31010
    const refusal = kickOf(code)
    if (!refusal) throw new BadInput(`code ${code} is not one that ends a session`)
    return c.json({ data: { kicked: end(user, refusal) } })
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
    user.password = await passwords.hash(passwordIn(await readBody(c), deps))
    user.voidBefore = Date.now()
    const ended = end(user, 'passwordChanged')
    await accounts.saveUser(user)
    return c.json({ data: { result: true, ended } })
  })

  routes.post(`${base}/users/:user/expire`, async (c) => {
    const user = userOf(c)
    user.expiredBefore = Date.now()
    const ended = end(user, 'tokenExpired')
    await accounts.saveUser(user)
    return c.json({ data: { result: true, ended } })
  })

  routes.post(`${base}/tokens`, async (c) => {
    const app = c.get('app')
    const fields = await readBody(c)
    const name = userName(fields.username, 'username')
    const ttl = whole(fields, 'ttl', { least: 1, most: options.limits.tokenSeconds })
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
