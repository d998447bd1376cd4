// The operator's page at /admin: a file that knows nothing until the administrator's secret is typed in.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Routes } from '../rest/context'

export function consoleRoute(routes: Routes): void {
  const page = readFileSync(join(__dirname, 'page.html'), 'utf8')
  routes.get('/admin', (c) =>
    c.html(page, 200, {
      // Inline styles and scripts are the page's own (and the report's, opened from it); nothing is loaded from elsewhere.
      'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:; frame-ancestors 'none'",
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
    }),
  )
}
