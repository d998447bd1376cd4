// The REST side (docs/rest.md): joins the routes, and answers errors in one shape.
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { Refused, refusals } from '../refusals'
import { Throttled } from '../accounts/throttle'
import { consoleRoute } from '../console/console'
import { adminRoutes } from './admin'
import type { RestContext, RestDeps, RestEnv } from './context'
import { fileRoutes } from './files'
import { groupRoutes } from './groups'
import { historyRoutes } from './history'
import { forAdmin, forApp, NotAdmin } from './guards'
import { BadInput } from './input'
import { loginRoutes } from './login'
import { logRoutes } from './logs'
import { operatorRoutes } from './operator'
import { overviewRoutes } from './overview'

export function createRest(deps: RestDeps): Hono<RestEnv> {
  const { log } = deps.options
  const rest = new Hono<RestEnv>()
  // Tokens travel in a header, never in a cookie, so that other origins (the preview in a browser) may call.
  rest.use(cors({ origin: '*', maxAge: 600 }))
  rest.get('/', (c) => c.json({ name: 'miniprogram-im', mqtt: '/mqtt' }))

  // Before the routes of apps, whose paths look alike.
  consoleRoute(rest)
  overviewRoutes(rest, deps)

  const base = '/:org/:app'
  rest.use(`${base}/*`, forApp(deps))
  rest.use(`${base}/admin/*`, forAdmin(deps))

  loginRoutes(rest, deps)
  groupRoutes(rest, deps)
  historyRoutes(rest, deps)
  fileRoutes(rest, deps)
  logRoutes(rest, deps)
  operatorRoutes(rest, deps)
  adminRoutes(rest, deps)

  rest.notFound((c) => problem(c, 404, 'not_found', 'no such call; see docs/rest.md'))
  rest.onError((error, c) => {
    if (error instanceof Refused) {
      const { status, slug, code } = refusals[error.refusal]
      log('call refused', { method: c.req.method, path: c.req.path, address: deps.addressOf(c.env.incoming), code })
      if (error.retryAfter !== undefined) c.header('Retry-After', String(error.retryAfter))
      return error instanceof Throttled
        ? problem(c, 429, 'too_many_failures', error.message, code)
        : problem(c, status, slug, error.message, code)
    }
    if (error instanceof BadInput) return problem(c, error.status, 'bad_request', error.message, error.code)
    if (error instanceof NotAdmin) return problem(c, 401, 'not_administrator', error.message)
    log('error', { path: c.req.path, why: error.stack ?? error.message })
    return problem(c, 500, 'internal', 'the server failed; its log says more')
  })
  return rest
}

function problem(
  c: RestContext,
  status: 400 | 401 | 403 | 404 | 409 | 413 | 415 | 429 | 500 | 503,
  error: string,
  text: string,
  code?: number,
): Response {
  return c.json({ error, error_description: text, ...(code === undefined ? {} : { code }) }, status)
}
