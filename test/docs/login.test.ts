// The page about login, run: its backend as a process, its mini-program on a simulated phone, and a stand-in for WeChat.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { read } from '../../tools/project'
import { createWorld, until, type World } from '../doors/world'
import { run, snippets } from './snippets'

const OPENID = 'oX7Yk5Zq-_WxAbCdEfGhIjKlMnOp' // as WeChat makes them: 28 characters, capitals among them

interface FakeWeChat {
  readonly server: Server
  readonly url: string
  /** What it answers to the next code. */
  says: object
  readonly asked: URLSearchParams[]
}

const fakeWeChat = async (): Promise<FakeWeChat> => {
  const asked: URLSearchParams[] = []
  const fake = { says: { openid: OPENID, session_key: 'k' } as object, asked }
  const server = createServer((request, response) => {
    asked.push(new URL(request.url ?? '', 'http://localhost').searchParams)
    response.end(JSON.stringify(fake.says))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(fake, { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
}

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  return port
}

describe.each(['docs/login.md', 'docs/login.zh-CN.md'])('%s', (page) => {
  let world: World
  let weChat: FakeWeChat
  let backend: ChildProcess
  let port: number
  const folder = mkdtempSync(join(tmpdir(), 'login-'))

  beforeAll(async () => {
    world = await createWorld('acme#chat')
    weChat = await fakeWeChat()
    port = await freePort()
    const file = join(folder, 'backend.mjs')
    writeFileSync(file, snippets(read(page), 'js backend.mjs')[0]!)
    backend = spawn(process.execPath, [file], {
      env: {
        APPID: 'wx1',
        APPSECRET: 's3cret',
        IM: `${world.server.apiUrl}/acme/chat`,
        IM_SECRET: world.server.adminSecret,
        WECHAT: weChat.url,
        PORT: String(port),
      },
    })
    await once(backend.stdout!, 'data')
  })
  afterAll(async () => {
    backend.kill()
    weChat.server.close()
    await world.stop()
    rmSync(folder, { recursive: true })
  })

  let codes = 0
  const weChatLogin = {
    ...({} as object),
    login: (call: { success: (r: { code: string }) => void }) => call.success({ code: `code-${++codes}` }),
  }
  const program = () =>
    snippets(read(page), 'js')[0]!
      .replace('wss://im.example.com/mqtt', world.server.url)
      .replace('https://api.example.com', `http://127.0.0.1:${port}`)
  const start = () =>
    run(
      world,
      program(),
      { wx: Object.assign(Object.create(world.phone.wx as object) as object, weChatLogin) },
      'conn',
    ) as {
      readonly user: string
      isOpened(): boolean
      destroy(): Promise<unknown>
    }
  const printed = () => world.booted.console.map(({ parts }) => parts.join(' '))

  test('a user of WeChat is logged in under the openid, with a code, and without a secret on the phone', async () => {
    const conn = start()
    await until(() => printed().includes(`connected as ${OPENID}`), printed)
    expect(weChat.asked.map((query) => Object.fromEntries(query))).toEqual([
      { appid: 'wx1', secret: 's3cret', js_code: 'code-1', grant_type: 'authorization_code' },
    ])
    await conn.destroy()
  })

  test('the second time the phone knows its user, and asks for the token only', async () => {
    const conn = start()
    await until(() => conn.isOpened(), printed)
    expect(conn.user).toBe(OPENID)
    await conn.destroy()
  })

  test('who is not welcome is told for good, not tried again', async () => {
    weChat.says = { errcode: 40226, errmsg: 'code blocked' }
    const before = weChat.asked.length
    const conn = start()
    await until(() => printed().some((line) => line.startsWith('not logged in:')), printed)
    expect(weChat.asked.length).toBe(before + 1)
    await conn.destroy()
  })

  test('another address, another method and a body that is no JSON are answered, and nothing stops', async () => {
    const at = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${port}${path}`, init)
    expect((await at('/')).status).toBe(404)
    expect((await at('/im-token')).status).toBe(404)
    expect((await at('/im-token', { method: 'POST', body: 'x' })).status).toBe(502)
    expect((await at('/im-token', { method: 'POST', body: 'x'.repeat(5000) })).status).toBe(413)
    weChat.says = { errcode: 40029, errmsg: 'invalid code' }
    expect((await at('/im-token', { method: 'POST', body: '{"code":"old"}' })).status).toBe(502)
  })
})
