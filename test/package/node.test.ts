// A bot that installed the package: miniprogram-im/node is imported and required, and says what is missing without ws.
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer, type RunningServer } from '../../server/server'
import { inRoot } from '../../tools/project'
import { installPackage } from './tarball'

const folder = mkdtempSync(join(tmpdir(), 'miniprogram-im-'))
let server: RunningServer
beforeAll(async () => {
  installPackage(folder)
  server = await startServer({ apps: ['acme#chat'] })
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs while our own process serves. */
const run = (name: string, code: string): Promise<string> => {
  writeFileSync(join(folder, name), code)
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [name, server.url, server.apiUrl], { cwd: folder }, (error, stdout, stderr) =>
      error ? reject(new Error(stdout + stderr)) : resolve(stdout),
    )
  })
}

const bot = (user: string) => `
const [, , url, apiUrl] = process.argv
logger.setConsoleLogVisibility(false)
const conn = new Connection({ appKey: 'acme#chat', url, apiUrl })
const chat = conn.use(messages())
conn.use(logins()).registerUser({ username: '${user}', password: 'correct horse' })
  .then(() => conn.open({ user: '${user}', pwd: 'correct horse' }))
  .then(() => chat.send({ type: 'txt', to: '${user}', msg: 'hello' }))
  .then(({ serverMsgId }) => console.log('sent', typeof serverMsgId))
  .then(() => conn.destroy())
`

test('without ws, the constructor says what to install', async () => {
  const said = await run(
    'without.cjs',
    `const { Connection } = require('miniprogram-im/node')
try { new Connection({ appKey: 'acme#chat', url: 'ws://127.0.0.1/' }) } catch ({ code, message }) { console.log(code, message) }`,
  )
  expect(said).toMatch(/^35027 .*npm install ws/)
})

test.each([
  ['imported', 'bot.mjs', `import { Connection, logger, logins, messages } from 'miniprogram-im/node'`],
  ['required', 'bot.cjs', `const { Connection, logger, logins, messages } = require('miniprogram-im/node')`],
])('%s, a bot logs in, talks, and its process ends when it is destroyed', async (_, name, load) => {
  cpSync(inRoot('node_modules/ws'), join(folder, 'node_modules/ws'), { recursive: true })
  expect(await run(name, load + bot(name.replace('.', '-')))).toBe('sent string\n')
})
