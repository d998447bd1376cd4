// `npm run demo`: the embedded server, and the demo mini-program on two simulated phones in an ordinary browser.
import os from 'node:os'
import path from 'node:path'
import { startServer, type RunningServer } from '../server/server'
import { buildPreview } from './build'
import { miniprogramRoot } from './miniprogram-root'
import { servePreview } from './serve'

const APP_KEY = 'demo#chat'
const PHONES = ['alice', 'bob']
/** Of the ready-made users, on a server that only this computer reaches. */
const PASSWORD = 'demo-password'
const root = path.join(__dirname, '..')

async function main(): Promise<void> {
  const data = path.join(root, '.data/demo')
  const start = (port: number): Promise<RunningServer> => startServer({ port, data, apps: [APP_KEY] })
  let server = await start(Number(process.env.IM_PORT ?? 0))
  const { port } = new URL(server.apiUrl)

  for (const username of PHONES)
    await fetch(`${server.apiUrl}/${APP_KEY.replace('#', '/')}/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password: PASSWORD }), // a second start finds them
    })

  const folder = path.join(os.tmpdir(), `miniprogram-im-preview-${process.pid}`)
  await buildPreview(miniprogramRoot, folder)
  const preview = await servePreview({
    folder,
    port: Number(process.env.PORT ?? 8800),
    config: () => ({
      phones: PHONES,
      server: server.apiUrl,
      appKey: APP_KEY,
      password: PASSWORD,
      secret: server.adminSecret,
      canRestart: true,
    }),
    async restart() {
      await server.stop()
      server = await start(Number(port))
    },
  })
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
