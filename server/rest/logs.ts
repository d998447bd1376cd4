// Log upload in chunks for users; list and text for the administrator.
import { renderReport } from '../../report/render'
import type { StoredLog } from '../logs/logs'
import type { RestContext, RestDeps, Routes } from './context'
import { forUser } from './guards'
import { createSlots } from './slots'
import { BadInput, queryNumber, readBody, readBytes, text, whole } from './input'
import { signedLink } from './signed-link'

/** What a phone sent is shown apart from everything: no origin, nothing loaded, nothing sent. */
const apart = {
  'Content-Security-Policy':
    "sandbox allow-scripts allow-downloads; default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
}

/** One log as the administrator sees it; `links` open it for a few minutes without the secret. */
export function shownLog(log: StoredLog, { adminSecret }: RestDeps): object {
  const { id, app, user, name, size, received, created, updated } = log
  const path = `/${app}/admin/logs/${id}`
  const links = { text: signedLink(adminSecret, path), report: signedLink(adminSecret, `${path}/report`) }
  return { id, username: user, name, size, received, created, updated, links }
}

export function logRoutes(routes: Routes, deps: RestDeps): void {
  const { logs, options } = deps
  const { limits } = options
  const user = forUser(deps)
  const reports = createSlots(2, 2)

  routes.post('/:org/:app/logs', user, async (c) => {
    const { app, name: owner } = c.get('user')
    const fields = await readBody(c)
    const name = text(fields, 'name', { most: 128 })
    if (!/^[\w.-]+$/.test(name)) throw new BadInput('name must be of letters, digits, _ - .')
    const size = whole(fields, 'size', { least: 1, most: Number.MAX_SAFE_INTEGER })
    if (size === undefined) throw new BadInput('size is missing')
    if (size > limits.logBytes) throw new BadInput(`a log may have ${limits.logBytes} bytes`, 413)
    const sha = fields.sha === undefined ? undefined : text(fields, 'sha', { least: 64, most: 64 })
    if (sha !== undefined && !/^[0-9a-f]{64}$/i.test(sha)) throw new BadInput('sha must be SHA-256 in hex')
    const { id, received } = await logs.begin(app, owner, name, size, sha)
    return c.json({ id, received })
  })

  routes.put('/:org/:app/logs/:id', user, async (c) => {
    const { app, name } = c.get('user')
    const log = logs.find(app, c.req.param('id'))
    // A log of another user does not exist for this one.
    if (log?.user !== name) throw new BadInput('no such log', 404)
    const offset = queryNumber(c, 'offset', { least: 0, most: limits.logBytes })
    const chunk = await readBytes(c, limits.logChunkBytes)
    const taken = await logs.append(log, offset, chunk)
    if (taken === undefined) throw new BadInput('no such log', 404)
    return c.json({ received: log.received }, taken ? 200 : 409)
  })

  routes.get('/:org/:app/admin/logs', (c) => {
    const wanted = (c.req.query('search') ?? '').trim().toLowerCase()
    const most = queryNumber(c, 'limit', { usual: Number.MAX_SAFE_INTEGER, least: 1, most: 100_000 })
    const all = logs.list(c.get('app').path)
    const found = all.filter(({ user: owner, name }) => `${owner} ${name}`.toLowerCase().includes(wanted))
    const data = found.slice(0, most).map((log) => shownLog(log, deps))
    return c.json({ data, count: found.length, total: all.length })
  })

  function find(c: RestContext): StoredLog {
    const log = logs.find(c.get('app').path, c.req.param('id') ?? '')
    if (!log) throw new BadInput('no such log', 404)
    return log
  }

  routes.get('/:org/:app/admin/logs/:id/report', async (c) => {
    const log = find(c)
    const lang = c.req.query('lang') === 'en' ? 'en' : 'zh'
    // The page reads the log itself, in the browser; here it is only put between its ends. One at a time, as it is held whole.
    const done = reports.take('administrator')
    try {
      const text = (await logs.text(log)).toString()
      return c.html(renderReport([{ name: log.name, text }], { lang }), 200, apart)
    } finally {
      done()
    }
  })

  routes.get('/:org/:app/admin/logs/:id', async (c) => {
    const log = find(c)
    return c.body((await logs.pieces(log)) ?? '', 200, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Disposition': `attachment; filename="${log.user}-${log.name}"`,
      ...apart,
    })
  })
}
