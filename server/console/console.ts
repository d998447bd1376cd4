// The operator's console at /admin: one page that needs nothing but itself, and knows nothing until the secret is typed in.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { meaningOfCode } from '../../report/meanings'
import { refusals } from '../refusals'
import { protocolViolated } from '../figures/counters'
import type { Routes } from '../rest/context'

interface Page {
  readonly html: string
  readonly policy: string
}

/** What each code of the server means to the user of a phone. */
const meanings = (): object =>
  Object.fromEntries(
    [protocolViolated, ...Object.values(refusals).map(({ code }) => code)].map((code) => {
      const { zh, en } = meaningOfCode(code)
      return [code, { zh: zh[0], en: en[0] }]
    }),
  )

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

function makePage(): Page {
  const folder = join(__dirname, 'page')
  const { outputFiles } = buildSync({
    entryPoints: [join(folder, 'main.tsx')],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2020',
    charset: 'utf8',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  })
  // Only `</script` could end it early.
  const script = outputFiles[0]!.text.replace(/<\/script/g, '<\\/script')
  const style = readFileSync(join(folder, 'page.css'), 'utf8')
  const html = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>miniprogram-im</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 20'%3E%3Crect width='20' height='20' rx='6' fill='%2334b27b'/%3E%3C/svg%3E">
<style>${style}</style>
</head>
<body>
<div id="page"></div>
<script type="application/json" id="meanings">${JSON.stringify(meanings()).replace(/</g, '\\u003c')}</script>
<script>${script}</script>
</body>
</html>
`
  return {
    html,
    policy: [
      "default-src 'none'",
      `script-src ${hashOf(script)}`,
      `style-src ${hashOf(style)}`,
      "connect-src 'self'",
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  }
}

let made: Page | undefined

export function consoleRoute(routes: Routes): void {
  routes.get('/admin', (c) => {
    made ??= makePage()
    return c.html(made.html, 200, {
      'Content-Security-Policy': made.policy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cache-Control': 'no-cache',
    })
  })
}
