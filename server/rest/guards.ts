// Who is calling: a user by token, or the administrator by secret or by a link that it signed; compared without leaking time.
import { createHash, timingSafeEqual } from 'node:crypto'
import { createMiddleware } from 'hono/factory'
import { Refused } from '../refusals'
import type { RestContext, RestDeps, RestEnv } from './context'
import { isSigned } from './signed-link'

const bearer = (c: RestContext): string => /^Bearer (.+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? ''

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

export class NotAdmin extends Error {}

export const isAdmin = (c: RestContext, { adminSecret }: RestDeps): boolean =>
  timingSafeEqual(digest(bearer(c)), digest(adminSecret))

/** Finds the app of the path. */
export const forApp = ({ accounts }: RestDeps) =>
  createMiddleware<RestEnv>(async (c, next) => {
    c.set('app', accounts.app(`${c.req.param('org')}/${c.req.param('app')}`))
    await next()
  })

export const forUser = ({ tokens }: RestDeps) =>
  createMiddleware<RestEnv>(async (c, next) => {
    const token = bearer(c)
    if (token === '') throw new Refused('tokenIncorrect', 'Authorization: Bearer <token> is missing')
    const { user } = await tokens.verify(c.get('app'), token)
    c.set('user', user)
    await next()
  })

const hasSignedLink = (c: RestContext, { adminSecret }: RestDeps): boolean =>
  c.req.method === 'GET' &&
  isSigned(adminSecret, c.req.path, c.req.query('expires') ?? '', c.req.query('signature') ?? '')

export const forAdmin = (deps: RestDeps) =>
  createMiddleware<RestEnv>(async (c, next) => {
    if (c.req.query('signature') !== undefined) {
      if (!hasSignedLink(c, deps)) throw new NotAdmin('the link has expired: open it from the console again')
      await next()
      return
    }
    // The right secret is never refused, or a stranger could lock the administrator out; wrong ones are answered slower.
    if (!isAdmin(c, deps)) {
      const address = deps.addressOf(c.env.incoming)
      deps.throttle.check('administrator', address)
      deps.throttle.failed('administrator', address)
      throw new NotAdmin("the administrator's secret is required")
    }
    await next()
  })
