// What an app written for Easemob sees when only its import changes (seed 004).
import type * as Sdk from '../../src/index'
import { createWorld, PASSWORD, sample, until, type World } from './world'

const APP_KEY = 'acme#chat'

interface Samples {
  create(): Sdk.Connection
  register(conn: Sdk.Connection, username: string, password: string): void
  loginByPassword(conn: Sdk.Connection, username: string, password: string): void
  loginByToken(conn: Sdk.Connection, username: string, token: string): void
  logout(conn: Sdk.Connection): void
  log(): Promise<unknown>
}

let world: World
let seen: string[]
let run: Samples
const created: Sdk.Connection[] = []

beforeAll(async () => {
  world = await createWorld(APP_KEY)
})
afterAll(() => world.stop())
beforeEach(() => {
  seen = []
  const { default: EC, logger } = world.booted.exports as typeof Sdk
  const settings = { appKey: APP_KEY, url: world.server.url, apiUrl: world.server.apiUrl }
  const globals = { EC, logger, settings, seen: (what: string) => seen.push(what) }
  const functions = ['create', 'register', 'loginByPassword', 'loginByToken', 'logout', 'log']
  const samples = sample(world, 'easemob.js', globals, functions) as Samples
  run = {
    ...samples,
    create: () => {
      const conn = samples.create()
      created.push(conn)
      return conn
    },
  }
})

afterEach(() => Promise.all(created.splice(0).map((conn) => conn.destroy())))

const saw = (what: string) =>
  until(
    () => seen.includes(what),
    () => seen,
  )

test('registers, logs in with a password, and logs out', async () => {
  const conn = run.create()
  run.register(conn, 'alice', PASSWORD)
  await saw('registered')
  run.loginByPassword(conn, 'alice', PASSWORD)
  await saw('login success')
  expect([...seen].sort()).toEqual(['login success', 'onConnected', 'registered'])
  run.logout(conn)
  await saw('onDisconnected 35004')
})

test('logs in with a token; a wrong password and a wrong token fail at once and are not retried', async () => {
  const conn = run.create()
  run.loginByToken(conn, 'bob', await world.token('bob'))
  await saw('login success')
  await conn.close()
  const attempts = () => world.phone.trace.filter(({ what }) => what === 'connect').length
  run.loginByPassword(conn, 'bob', 'wrong password')
  await saw('login fail 31004')
  const before = attempts()
  seen.length = 0
  run.loginByToken(conn, 'bob', 'wrong-token')
  await saw('login fail 31004')
  expect(attempts() - before).toBe(1)
})

test.each([
  ['206: the user logs in on another device', 206, () => world.token('dave206')],
  ['207: the account is removed', 207, () => world.admin('DELETE', '/admin/users/dave207')],
  [
    '216: the password is changed',
    216,
    () => world.admin('PUT', '/admin/users/dave216/password', { password: 'another horse' }),
  ],
  ['217: kicked by another device', 217, () => world.admin('POST', '/admin/users/dave217/kick', { code: 217 })],
])('%s', async (_what, code, happen) => {
  const user = `dave${code}`
  const conn = run.create()
  run.loginByToken(conn, user, await world.token(user))
  await saw('login success')
  await happen()
  if (code === 206) {
    const other = run.create()
    await other.open({ user, pwd: PASSWORD })
    await saw('onDisconnected 206')
  } else await saw(`onDisconnected ${code}`)
})

test('a token’s life: onTokenWillExpire, then onTokenExpired', async () => {
  const conn = run.create()
  run.loginByToken(conn, 'carol', await world.token('carol', { ttl: 8 }))
  await saw('login success')
  await saw('onTokenWillExpire')
  await saw('onTokenExpired')
  await saw('onDisconnected 31020')
  expect(seen.filter((what) => what.startsWith('onToken'))).toEqual(['onTokenWillExpire', 'onTokenExpired'])
})

test('a token renewed in time is used without an interruption', async () => {
  const conn = run.create()
  const first = await world.token('erin', { ttl: 8 })
  const over = Date.now() + 8_000
  run.loginByToken(conn, 'erin', first)
  await saw('login success')
  await saw('onTokenWillExpire')
  await conn.renewToken(await world.token('erin'))
  await until(() => Date.now() > over + 500) // half a second past the end of the first token
  expect(conn.isOpened()).toBe(true)
  expect(seen).not.toContain('onTokenExpired')
})

test('every line of the log samples runs', async () => {
  await expect(world.phone.tap(() => run.log())).resolves.toMatchObject({ how: 'shared' })
})
