// What the administrator sees of the whole server: its figures, their history, and the apps there are.
import type { App } from '../accounts/accounts'
import type { RestDeps, Routes } from './context'
import { forAdmin } from './guards'
import { BadInput } from './input'

export function overviewRoutes(routes: Routes, deps: RestDeps): void {
  const { accounts, figures } = deps

  routes.get('/admin/figures', forAdmin(deps), (c) => c.json({ data: figures.now() }))

  routes.get('/admin/history', forAdmin(deps), (c) => {
    const span = c.req.query('span') ?? 'hour'
    if (span !== 'hour' && span !== 'day') throw new BadInput('span must be hour or day')
    return c.json({ data: figures.history(span) })
  })

  routes.get('/admin/apps', forAdmin(deps), (c) => {
    const shown = ({ path, blocked, check, unavailable }: App): object => ({
      app: path.replace('/', '#'),
      blocked,
      check,
      unavailable: unavailable ?? false,
    })
    return c.json({ data: [...accounts.apps()].map(shown) })
  })
}
