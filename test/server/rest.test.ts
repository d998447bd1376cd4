// REST as a caller sees it: login, registration, endpoints, and a plain refusal for whatever makes no sense.
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, startWorld, type Answer, type World } from './world'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.end())

const register = (username: unknown, password: unknown, path = app): Promise<Answer> =>
  world.call('POST', `${path}/users`, { body: { username, password } })
const login = (username: unknown, password: unknown, more: object = {}): Promise<Answer> =>
  world.call('POST', `${app}/token`, { body: { grant_type: 'password', username, password, ...more } })

test('register, get a token for the password, connect with it', async () => {
  const { status, body } = await register('alice', 'pässword')
  expect(status).toBe(200)
  expect(body).toMatchObject({ entities: [{ username: 'alice' }] })
  const answer = await login('alice', 'pässword', { ttl: 60 })
  expect(answer.body).toMatchObject({ expires_in: 60, user: { username: 'alice' } })
  await world.login('alice', { token: answer.body.access_token as string })
})

test('a wrong password, and a user who does not exist, get the same answer', async () => {
  await register('alice', 'secret')
  const [wrong, nobody] = [await login('alice', 'guess'), await login('nobody', 'guess')]
  expect(wrong).toMatchObject({ status: 401, body: { code: 31004 } })
  expect(nobody.body).toEqual(wrong.body)
})

test('a closed account, a blocked user, a blocked app and maintenance each have their answer', async () => {
  for (const user of ['alice', 'bob']) await register(user, 'secret')
  await world.admin('DELETE', 'users/alice?by=user')
  await world.admin('POST', 'users/bob/block')
  expect(await login('alice', 'secret')).toMatchObject({ status: 401, body: { code: 31029 } })
  expect(await login('bob', 'secret')).toMatchObject({ status: 403, body: { code: 31009 } })
  // Only whoever knows the password learns that much.
  expect(await login('bob', 'guess')).toMatchObject({ status: 401, body: { code: 31004 } })
  await world.admin('POST', 'app', { unavailable: 7 })
  const away = await login('bob', 'secret')
  expect(away).toMatchObject({ status: 503, body: { code: 31003 } })
  expect(away.headers.get('retry-after')).toBe('7')
  await world.admin('POST', 'app', { blocked: true })
  expect(await login('bob', 'secret')).toMatchObject({ status: 403, body: { code: 31008 } })
})

test('a name is given once; a removed user’s name may be taken anew, without the old tokens', async () => {
  await register('alice', 'secret')
  const old = (await login('alice', 'secret')).body.access_token as string
  expect(await register('alice', 'other one')).toMatchObject({ status: 409, body: { code: 35032 } })
  const both = await Promise.all([register('bob', 'number one'), register('bob', 'number two')])
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
  await world.admin('DELETE', 'users/alice')
  expect((await register('alice', 'fresh one')).status).toBe(200)
  expect((await world.call('GET', `${app}/chatgroups`, { token: old })).body).toMatchObject({ code: 31004 })
  const fresh = (await login('alice', 'fresh one')).body.access_token as string
  expect((await world.call('GET', `${app}/chatgroups`, { token: fresh })).status).toBe(200)
})

test('Alice and alice are two users, and an openid is one as it is', async () => {
  const openid = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
  for (const [name, password] of [
    ['Alice', 'upper case'],
    ['alice', 'lower case'],
    [openid, 'open id'],
  ] as const)
    expect((await register(name, password)).status).toBe(200)
  expect((await login('Alice', 'lower case')).status).toBe(401)
  const { body } = await login('Alice', 'upper case')
  expect(body.user).toEqual({ username: 'Alice' })
  await world.admin('POST', 'users/Alice/block')
  expect((await login('alice', 'lower case')).status).toBe(200)
  expect((await login(openid, 'open id')).status).toBe(200)
})

test('a new password has at least six characters, as people count them; one from earlier may be shorter, and goes on', async () => {
  for (const short of ['x', '12345', '👩🏽‍🚀'.slice(0, 5)]) {
    const refusal = {
      status: 400,
      body: { code: 35002, error_description: 'password must have at least 6 characters' },
    }
    expect(await register('alice', short)).toMatchObject(refusal)
    await world.token('bob')
    expect(await world.admin('PUT', 'users/bob/password', { password: short })).toMatchObject(refusal)
  }
  expect((await register('alice', '六个字的密码')).status).toBe(200)

  const data = await mkdtemp(join(tmpdir(), 'im-short-'))
  await world.end()
  world = await startWorld({ data, limits: { passwordCharacters: 1 } })
  expect((await register('carol', 'x')).status).toBe(200)
  await world.end()
  world = await startWorld({ data })
  expect((await login('carol', 'x')).status).toBe(200)
  await world.end()
  await rm(data, { recursive: true, force: true })
})

test('where registration is closed, only the administrator creates users', async () => {
  await world.end()
  world = await startWorld({ registration: 'closed' })
  expect(await register('alice', 'secret')).toMatchObject({ status: 403, body: { code: 35033 } })
  const body = { username: 'alice', password: 'secret' }
  expect((await world.call('POST', `${app}/users`, { body, token: world.server.adminSecret })).status).toBe(200)
})

test('an app that does not exist: 404 and 31002', async () => {
  for (const path of ['acme/other', '__proto__/constructor', '%00/x', '%ff/%ff']) {
    expect(await register('alice', 'secret', path)).toMatchObject({ status: 404, body: { code: 31002 } })
  }
})

test('endpoints: the address that was called, or those that were set', async () => {
  const first = await world.call('GET', `${app}/endpoints`)
  expect(first.body).toEqual({ endpoints: [{ url: world.server.url }], ttl: 3600 })
  await world.end()
  world = await startWorld({ endpoints: ['wss://a.example/mqtt', 'wss://b.example/mqtt'] })
  expect((await world.call('GET', `${app}/endpoints`)).body.endpoints).toEqual([
    { url: 'wss://a.example/mqtt' },
    { url: 'wss://b.example/mqtt' },
  ])
})

describe('bad input is refused with 400 and the name of the field', () => {
  test.each<[string, unknown, unknown]>([
    ['username', '.', 'secret'],
    ['username', '..', 'secret'],
    ['username', 'al/ice', 'secret'],
    ['username', 'x'.repeat(65), 'secret'],
    ['username', '', 'secret'],
    ['username', undefined, 'secret'],
    ['username', { $ne: null }, 'secret'],
    ['username', '小明', 'secret'],
    ['username', 'al\u0000ice', 'secret'],
    ['password', 'alice', ''],
    ['password', 'alice', 5],
    ['password', 'alice', undefined],
    ['password', 'alice', 'x'.repeat(257)],
    ['password', 'alice', '\ud800'],
  ])('%s: %p, %p', async (field, username, password) => {
    const expected = {
      status: 400,
      body: { error: 'bad_request', error_description: expect.stringContaining(field) as string },
    }
    expect(await register(username, password)).toMatchObject(expected)
    expect(await login(username, password)).toMatchObject(expected)
  })

  test('ttl, grant_type, JSON', async () => {
    await register('alice', 'secret')
    for (const ttl of [0, -1, 1.5, '60', 1e12, null, 'never'])
      expect((await login('alice', 'secret', { ttl })).status).toBe(400)
    expect((await login('alice', 'secret', { grant_type: 'magic' })).status).toBe(400)
    for (const raw of ['{', '[]', '"x"', 'null', '\xff']) {
      expect((await world.call('POST', `${app}/token`, { raw: Buffer.from(raw, 'latin1') })).status).toBe(400)
    }
    const polluting = Buffer.from('{"__proto__":{"username":"alice"},"password":"secret","grant_type":"password"}')
    expect((await world.call('POST', `${app}/token`, { raw: polluting })).status).toBe(400)
  })

  test('a body that is too large, with and without a length', async () => {
    const raw = Buffer.alloc(300_000, 'x')
    expect((await world.call('POST', `${app}/token`, { raw })).status).toBe(413)
    const status = await new Promise<string>((resolve, reject) => {
      const { hostname, port } = new URL(world.server.apiUrl)
      const socket = connect(Number(port), hostname)
      socket.write(`POST /${app}/token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`)
      socket.write(`${raw.length.toString(16)}\r\n`)
      socket.write(raw)
      socket.once('data', (data) => {
        resolve(data.toString().split('\r\n')[0]!)
        socket.destroy()
      })
      socket.once('error', reject)
    })
    expect(status).toContain('413')
  })

  test('unknown calls', async () => {
    expect((await world.call('GET', `${app}/nothing`)).status).toBe(404)
    expect((await world.call('GET', 'x')).status).toBe(404)
    expect((await world.call('DELETE', `${app}/token`)).status).toBe(404)
  })
})

describe('floods of failed logins', () => {
  test('one user from one address: 429 and when to come back; others, and who is logged in, notice nothing', async () => {
    await world.end()
    world = await startWorld({ limits: { failuresPerUserAndAddress: 3 } })
    for (const user of ['alice', 'bob']) await register(user, 'secret')
    const token = (await login('alice', 'secret')).body.access_token as string
    for (let i = 0; i < 3; i++) expect((await login('alice', 'guess')).status).toBe(401)
    const answer = await login('alice', 'secret')
    expect(answer).toMatchObject({ status: 429, body: { error: 'too_many_failures' } })
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await login('bob', 'secret')).status).toBe(200)
    await world.login('alice', { token })
  })

  test('many at once do not slip through', async () => {
    await world.end()
    world = await startWorld({ limits: { failuresPerUserAndAddress: 3 } })
    await register('alice', 'secret')
    const answers = await Promise.all(Array.from({ length: 20 }, () => login('alice', 'guess')))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(3)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(17)
  })

  test('one address over many users, and one user from many addresses', async () => {
    await world.end()
    world = await startWorld({ trustProxy: true, limits: { failuresPerAddress: 3, failuresPerUser: 4 } })
    const from = (address: string, username: string): Promise<Answer> =>
      world.call('POST', `${app}/token`, {
        body: { grant_type: 'password', username, password: 'guess' },
        headers: { 'x-forwarded-for': address },
      })
    const codes = []
    for (const user of ['a', 'b', 'c', 'd']) codes.push((await from('10.0.0.1', user)).status)
    expect(codes).toEqual([401, 401, 401, 429])
    const others = []
    for (const host of [2, 3, 4, 5, 6]) others.push((await from(`10.0.0.${host}`, 'victim')).status)
    expect(others).toEqual([401, 401, 401, 401, 429])
  })

  test('the administrator’s secret cannot be guessed at leisure', async () => {
    await world.end()
    world = await startWorld({ limits: { failuresPerUserAndAddress: 3 } })
    const guess = (): Promise<Answer> => world.call('GET', `${app}/admin/connections`, { token: 'guess' })
    for (let i = 0; i < 3; i++) expect((await guess()).status).toBe(401)
    expect((await guess()).status).toBe(429)
  })
})

test('the administrator’s calls need the administrator’s secret', async () => {
  const token = await world.token('alice')
  for (const [method, path] of [
    ['GET', 'connections'],
    ['POST', 'users/alice/kick'],
    ['POST', 'users/alice/block'],
    ['DELETE', 'users/alice'],
    ['PUT', 'users/alice/password'],
    ['POST', 'tokens'],
    ['POST', 'secret'],
    ['POST', 'app'],
    ['POST', 'shutdown'],
    ['GET', 'logs'],
  ] as const) {
    expect((await world.call(method, `${app}/admin/${path}`, { token })).status).toBe(401)
  }
  await world.login('alice', { token })
})

test('the administrator’s bad input is refused too', async () => {
  await world.token('alice')
  expect((await world.admin('POST', 'users/nobody/kick')).status).toBe(404)
  expect((await world.admin('POST', 'users/ALICE/kick')).status).toBe(404)
  expect((await world.admin('POST', 'users/al%20ice/kick')).status).toBe(400)
  expect((await world.admin('POST', 'users/alice/kick', { code: 200 })).status).toBe(400)
  expect((await world.admin('POST', 'tokens', { username: 'alice', ttl: 0 })).status).toBe(400)
  expect((await world.admin('POST', 'secret', { secret: 'short' })).status).toBe(400)
  expect((await world.admin('POST', 'app', { blocked: 'yes' })).status).toBe(400)
  expect((await world.admin('PUT', 'users/alice/password', {})).status).toBe(400)
})

test('a page of another origin may call, for tokens travel in a header', async () => {
  const preflight = await world.call('OPTIONS', `${app}/token`, {
    headers: {
      origin: 'http://localhost:1',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    },
  })
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
  expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization')
})
