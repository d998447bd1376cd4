// The page about notifications, run: its backend as a process between the embedded server and a stand-in for WeChat.
import { spawn, type ChildProcess } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inRoot, read } from '../../tools/project'
import { freePort } from '../servers/fixtures/process'
import { publish, startWorld, to, type World } from '../server/world'
import { snippets } from './snippets'

const BACKEND = 'examples/notifications/backend.mjs'
const PAGES = ['docs/notifications.md', 'docs/notifications.zh-CN.md']
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

test.each(PAGES)('%s shows the backend that is run here', (page) => {
  expect(snippets(read(page), 'js backend.mjs')).toEqual([read(BACKEND)])
})

interface WeChat {
  readonly url: string
  readonly server: Server
  /** Tokens given out, and cards sent, in order. */
  readonly tokens: string[]
  readonly cards: { readonly touser: string; readonly data: Readonly<Record<string, { value: string }>> }[]
  readonly asked: string[]
  /** The access token that it takes. */
  valid: string
  /** Subscriptions that each user has left. */
  readonly quota: Map<string, number>
  /** Answered instead of anything else, once each. */
  readonly errors: number[]
}

/** WeChat's interfaces as its documents have them: `stable_token`, `subscribe/send`, `jscode2session`. */
async function startWeChat(): Promise<WeChat> {
  const wechat = {
    tokens: [],
    cards: [],
    asked: [],
    valid: 'token-1',
    quota: new Map(),
    errors: [],
  } as unknown as WeChat
  const answer = (path: string, query: URLSearchParams, body: string): object => {
    if (path === '/sns/jscode2session')
      return { openid: query.get('js_code')?.replace('code of ', ''), session_key: 'k' }
    if (path === '/cgi-bin/stable_token') {
      expect(JSON.parse(body)).toEqual({ grant_type: 'client_credential', appid: 'wx1', secret: 's3cret' })
      wechat.tokens.push(wechat.valid)
      return { access_token: wechat.valid, expires_in: 7200 }
    }
    const card = JSON.parse(body) as WeChat['cards'][number]
    const left = wechat.quota.get(card.touser) ?? 0
    const errcode = wechat.errors.shift()
    if (errcode !== undefined) return { errcode, errmsg: 'as the test wants' }
    if (query.get('access_token') !== wechat.valid) return { errcode: 40001, errmsg: 'invalid credential' }
    if (left === 0) return { errcode: 43101, errmsg: 'user refuse to accept the msg' }
    wechat.quota.set(card.touser, left - 1)
    wechat.cards.push(card)
    return { errcode: 0, errmsg: 'ok' }
  }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost')
      wechat.asked.push(pathname)
      response.end(JSON.stringify(answer(pathname, searchParams, body)))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(wechat, { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
}

describe('the backend of the page', () => {
  let wechat: WeChat
  let backend: ChildProcess
  let at: string
  let world: World | undefined

  beforeEach(async () => {
    wechat = await startWeChat()
    const port = await freePort()
    at = `http://127.0.0.1:${port}`
    const env = { APPID: 'wx1', APPSECRET: 's3cret', TEMPLATE: 'tmpl', IM_WEBHOOK_SECRET: SECRET, WECHAT: wechat.url }
    backend = spawn(process.execPath, [inRoot(BACKEND)], { env: { ...env, PORT: String(port) } })
    await once(backend.stdout!, 'data')
  })
  afterEach(async () => {
    await world?.end()
    world = undefined
    backend.kill()
    wechat.server.closeAllConnections()
    wechat.server.close()
  })

  const accept = async (openid: string): Promise<number> => {
    const answer = await fetch(`${at}/subscribed`, {
      method: 'POST',
      body: JSON.stringify({ code: `code of ${openid}` }),
    })
    wechat.quota.set(openid, (wechat.quota.get(openid) ?? 0) + 1)
    return answer.status
  }
  let ids = 0
  /** A call as the message server makes it, spoilt as a test wants. */
  async function call(
    user: string,
    { id = `msg_${++ids}`, seconds = 0, body = '', secret = SECRET } = {},
  ): Promise<number> {
    const data = {
      app: 'acme#chat',
      user,
      count: 1,
      total: 2,
      from: [{ user: 'alice', count: 1, mentions: 0 }],
      others: 0,
    }
    const text = JSON.stringify({ type: 'messages.waiting', timestamp: 'now', data })
    const time = String(Math.floor(Date.now() / 1000) + seconds)
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
    const signature = createHmac('sha256', key).update(`${id}.${time}.${text}`).digest('base64')
    const headers = { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': `v1,b2xk v1,${signature}` }
    return (await fetch(`${at}/im-waiting`, { method: 'POST', headers, body: text + body })).status
  }

  test('who is away, and has accepted, gets a card that says from whom and how many', async () => {
    world = await startWorld({ webhook: `${at}/im-waiting`, webhookSecret: SECRET, webhookWindow: 0 })
    const openid = 'oX7Yk5Zq-_WxAbCdEfGhIjKlMnOp'
    await world.token(openid)
    expect(await accept(openid)).toBe(204)
    await publish(await world.login('alice'), to(openid, 'alice'), '{"id":"1","type":"txt","body":{"msg":"hello"}}')
    while (wechat.cards.length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    expect(wechat.cards).toEqual([
      {
        touser: openid,
        template_id: 'tmpl',
        page: 'pages/chat/index?peer=alice&chatType=singleChat',
        miniprogram_state: 'formal',
        lang: 'zh_CN',
        data: {
          thing1: { value: 'alice' },
          thing2: { value: '1 条新消息' },
          time3: { value: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d$/) as unknown },
        },
      },
    ])
  })

  test('one "allow" is one card; who has none left is not asked for again, until the next "allow"', async () => {
    await accept('bob')
    expect([await call('bob'), await call('bob'), await call('bob')]).toEqual([204, 204, 204])
    expect(wechat.cards).toHaveLength(1)
    expect(wechat.asked.filter((path) => path.endsWith('/send'))).toHaveLength(1)
    await accept('bob')
    await call('bob')
    expect(wechat.cards).toHaveLength(2)
  })

  test('after a restart it asks WeChat once whether there is one left, and takes 43101 for an answer', async () => {
    expect([await call('bob'), await call('bob')]).toEqual([204, 204])
    expect(wechat.asked.filter((path) => path.endsWith('/send'))).toHaveLength(1)
  })

  test('the access token is fetched once for many, and anew when WeChat takes it no longer', async () => {
    for (const user of ['a', 'b', 'c']) await accept(user)
    await Promise.all(['a', 'b', 'c'].map((user) => call(user)))
    expect(wechat.tokens).toEqual(['token-1'])
    wechat.valid = 'token-2'
    for (const user of ['a', 'b', 'c']) await accept(user)
    expect(await Promise.all(['a', 'b', 'c'].map((user) => call(user)))).toEqual([204, 204, 204])
    expect(wechat.tokens).toEqual(['token-1', 'token-2'])
    expect(wechat.cards).toHaveLength(6)
    // One that is refused again is not fetched for ever: the message server comes back later.
    await accept('a')
    wechat.errors.push(40001, 40001)
    expect(await call('a')).toBe(502)
    expect(wechat.tokens).toHaveLength(3)
  })

  test('a mistake of WeChat or in the template is tried again; a user whom WeChat does not know is not', async () => {
    for (const code of [-1, 47003, 45009]) {
      wechat.errors.push(code)
      expect(await call('bob', { id: 'again' })).toBe(502)
    }
    await accept('bob')
    expect(await call('bob', { id: 'again' })).toBe(204)
    wechat.errors.push(40003)
    expect(await call('nobody')).toBe(410)
  })

  test('a call that comes twice sends one card; one that is forged, changed or recorded sends none', async () => {
    await accept('bob')
    await accept('bob')
    const both = [call('bob', { id: 'same' }), call('bob', { id: 'same' })]
    expect(await Promise.all(both)).toEqual([204, 204])
    expect(wechat.cards).toHaveLength(1)
    expect(await call('bob', { secret: 'whsec_c29tZWJvZHkgZWxzZSdzIHNlY3JldA==' })).toBe(401)
    expect(await call('bob', { body: ' ' })).toBe(401)
    expect(await call('bob', { seconds: -400 })).toBe(401)
    expect((await fetch(`${at}/im-waiting`, { method: 'POST', body: '{}' })).status).toBe(401)
    expect((await fetch(`${at}/other`)).status).toBe(404)
    expect((await fetch(`${at}/subscribed`, { method: 'POST', body: 'x' })).status).toBe(502)
    await expect(fetch(`${at}/im-waiting`, { method: 'POST', body: 'x'.repeat(200_000) })).rejects.toThrow()
    expect(wechat.cards).toHaveLength(1)
  })
})
