// `npm run demo`: the embedded server, and the demo mini-program on two simulated phones in an ordinary browser.
import os from 'node:os'
import path from 'node:path'
import { startServer, type RunningServer } from '../server/server'
import { buildPreview } from './build'
import { miniprogramRoot } from './miniprogram-root'
import type { PreviewConfig } from './preview-config'
import { servePreview } from './serve'

const APP_KEY = 'demo#chat'
const PHONES = ['alice', 'bob']
/** Of the ready-made users, on a server that only this computer reaches. */
const PASSWORD = 'demo-password'
/** So long a phone that comes new finds what was said. */
const ARCHIVE_DAYS = 7
const root = path.join(__dirname, '..')

/** On the usual port, or on any other when that one is taken and nobody asked for it. */
async function onPort<Started>(asked: string | undefined, usual: number, start: (port: number) => Promise<Started>) {
  if (asked !== undefined) return start(Number(asked))
  return start(usual).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    return start(0)
  })
}

async function main(): Promise<void> {
  const data = path.join(root, '.data/demo')
  const limits = { archiveSeconds: ARCHIVE_DAYS * 86_400 }
  const start = (port: number): Promise<RunningServer> =>
    startServer({ port, data, apps: [APP_KEY], probe: true, limits })
  // A port that stays the same, since the phones remember the address of their server.
  let server = await onPort(process.env.IM_PORT, 7381, start)
  const { port } = new URL(server.apiUrl)

  for (const username of PHONES)
    await fetch(`${server.apiUrl}/${APP_KEY.replace('#', '/')}/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password: PASSWORD }), // a second start finds them
    })

  const folder = path.join(os.tmpdir(), `miniprogram-im-preview-${process.pid}`)
  await buildPreview(miniprogramRoot, folder)
  const config = (): PreviewConfig => ({
    phones: PHONES,
    server: server.apiUrl,
    appKey: APP_KEY,
    password: PASSWORD,
    secret: server.adminSecret,
    canRestart: true,
  })
  const restart = async (): Promise<void> => {
    await server.stop()
    server = await start(Number(port))
  }
  const preview = await onPort(process.env.PORT, 8800, (free) => servePreview({ folder, port: free, config, restart }))
  console.log(`
小聊, the demo of miniprogram-im, on two simulated phones:

  ${preview.url}

  message server   ${server.apiUrl}   (data in .data/demo)
  Press 登录 on both, then 发起聊天. Ctrl+C stops everything.
`)
  const stop = (): void => void Promise.all([preview.close(), server.stop()]).then(() => process.exit(0))
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
