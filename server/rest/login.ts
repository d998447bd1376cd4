// Getting in: a token for a password, registration, and where the message servers are.
import { Refused } from '../refusals'
import type { RestContext, RestDeps, Routes } from './context'
import { isAdmin } from './guards'
import { BadInput, newPassword, readBody, text, tokenLife, userName } from './input'

export function loginRoutes(routes: Routes, deps: RestDeps): void {
  const { accounts, tokens, passwords, throttle, options } = deps

  routes.post('/:org/:app/token', async (c) => {
    const app = c.get('app')
    const fields = await readBody(c)
    if (fields.grant_type !== 'password') throw new BadInput('grant_type must be "password"')
    const name = userName(fields.username, 'username')
    const password = text(fields, 'password', { most: options.limits.passwordBytes })
    const ttl = tokenLife(fields, options)
    if (app.blocked) throw new Refused('appBlocked')
    if (app.unavailable !== undefined) throw new Refused('unavailable', undefined, app.unavailable)

    const address = deps.addressOf(c.env.incoming)
    const throttled = `${app.path}/${name}`
    // Asked again when its turn has come: a flood that waits in line is judged by what came before it.
    const check = (): void => throttle.check(throttled, address)
    check()
    const user = accounts.user(app.path, name)
    const compared = user?.password
    const turn = { line: 'login', address, key: `${throttled} ${address}`, check } as const
    if (!(await passwords.matches(password, compared, turn))) {
      throttle.failed(throttled, address)
      options.log('login refused', { user: name, address, code: 31004 })
      throw new Refused('tokenIncorrect', 'user name or password is wrong')
    }
    throttle.succeeded(throttled, address)
    // Changed, or the user removed and made anew, while this one was hashed: what was right is not any more.
    if (accounts.user(app.path, name) !== user || user?.password !== compared)
      throw new Refused('tokenIncorrect', 'user name or password is wrong')
    const issued = await tokens.issue(app, accounts.admit(app, user), ttl === undefined ? {} : { ttl })
    return c.json({ access_token: issued.token, expires_in: issued.ttl, user: { username: name } })
  })

  routes.post('/:org/:app/users', async (c) => {
    const app = c.get('app')
    if (options.registration === 'closed' && !isAdmin(c, deps)) throw new Refused('registrationClosed')
    if (app.blocked) throw new Refused('appBlocked')
    const fields = await readBody(c)
    const name = userName(fields.username, 'username')
    const password = newPassword(fields, options.limits)
    const existing = accounts.user(app.path, name)
    if (existing && existing.status !== 'removed') throw new Refused('userExists')
    const address = deps.addressOf(c.env.incoming)
    const counted = isAdmin(c, deps) ? undefined : throttle.registering(address)
    let user
    try {
      const hash = await passwords.hash(password, {
        line: 'registration',
        address,
        key: `registration ${app.path}/${name}`,
      })
      user = await accounts.createUser(app.path, name, hash)
    } catch (error) {
      counted?.undo()
      throw error
    }
    options.log('registered', { user: name, address })
    return c.json({ entities: [{ username: user.name, created: user.created }] })
  })

  routes.get('/:org/:app/endpoints', (c) => {
    const urls = options.endpoints.length > 0 ? options.endpoints : [`${baseUrl(c, deps).replace(/^http/, 'ws')}/mqtt`]
    return c.json({ endpoints: urls.map((url) => ({ url })), ttl: 3600 })
  })
}

/** What the nearest proxy said. */
const lastOf = (header: string | undefined): string | undefined => header?.split(',').at(-1)?.trim()

/** The address that the caller used to reach us. */
export function baseUrl(c: RestContext, { options }: RestDeps): string {
  const secure = options.trustProxy !== false && lastOf(c.req.header('x-forwarded-proto')) === 'https'
  const host = c.req.header('host') ?? ''
  if (!/^[\w.:[\]-]{1,255}$/.test(host)) throw new BadInput('the Host header is not a host')
  return `${secure ? 'https' : 'http'}://${host}`
}
