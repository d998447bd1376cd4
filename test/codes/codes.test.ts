// Every number of the design's table, from the administrator's REST call to the app's callback, over real sockets: in MQTT 5
// and in MQTT 3.1.1, at the login and while connected. The phone loads the shipped file.
import type * as Sdk from '../../src/index'
import type { Phone } from '../../simulator/core/phone'
import { createWorld, PASSWORD, until, type World } from '../doors/world'

const APP_KEY = 'acme#chat'
let users = 0

describe.each([5, 4] as const)('MQTT %i', (version) => {
  let world: World
  const created: Sdk.Connection[] = []

  beforeAll(async () => {
    world = await createWorld(APP_KEY, { versions: version === 5 ? [5, 4] : [4], passwordWork: { logN: 4, p: 1 } })
  })
  afterAll(() => world.stop())
  afterEach(() => Promise.all(created.splice(0).map((connection) => connection.destroy())))

  const connect = (options: Partial<Sdk.ConnectionOptions> = {}, exports: unknown = world.booted.exports) => {
    const { Connection } = exports as typeof Sdk
    const connection = new Connection({ appKey: APP_KEY, url: world.server.url, autoReconnectNumMax: 0, ...options })
    created.push(connection)
    const endings: number[] = []
    connection.on('onDisconnected', ({ code }) => endings.push(code))
    return { connection, endings }
  }
  const attempts = () => world.phone.trace.filter(({ what }) => what === 'connect').length
  const newUser = () => `user${++users}`
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'connected',
      (error: Sdk.ConnectionError) => error.code,
    )

  describe('at the login', () => {
    /** A token, and then what makes it useless. */
    const after = (happens: (user: string) => Promise<unknown>) => async (user: string) => {
      const token = await world.token(user)
      await happens(user)
      return token
    }
    const app = (change: object) => world.admin('POST', '/admin/app', change)
    const nothing = () => Promise.resolve<unknown>(undefined)
    type Refused = [code: number, what: string, token: (user: string) => Promise<string>, tidy: () => Promise<unknown>]
    const refused: Refused[] = [
      [31003, 'the server takes no logins', after(() => app({ unavailable: 60 })), () => app({ unavailable: false })],
      [31004, 'the token cannot be read', () => Promise.resolve('no.such.token'), nothing],
      [31008, 'the app is blocked', after(() => app({ blocked: true })), () => app({ blocked: false })],
      [31009, 'the user is blocked', after((user) => world.admin('POST', `/admin/users/${user}/block`)), nothing],
      [31020, 'the token has expired', after((user) => world.admin('POST', `/admin/users/${user}/expire`)), nothing],
      [31028, 'the token is for another platform', (user) => world.token(user, { platform: 'web' }), nothing],
      [
        31029,
        'the user closed the account',
        after((user) => world.admin('DELETE', `/admin/users/${user}?by=user`)),
        nothing,
      ],
    ]

    test.each(refused)('%i: %s', async (code, _what, prepare, tidy) => {
      const user = newUser()
      const accessToken = await prepare(user)
      const { connection, endings } = connect()
      const warmUp = attempts()
      expect(await codeOf(connection.open({ user, accessToken }))).toBe(code)
      expect(endings).toEqual([code])
      // The version is asked for once more where the server speaks only 3.1.1; the refusal itself is not retried.
      expect(attempts() - warmUp).toBeLessThanOrEqual(version === 5 ? 1 : 2)
      await tidy()
    })

    test('31027: a one-time token is used again', async () => {
      const user = newUser()
      const accessToken = await world.token(user, { oneTime: true })
      const { connection } = connect()
      expect(await codeOf(connection.open({ user, accessToken }))).toBe('connected')
      await connection.close()
      expect(await codeOf(connection.open({ user, accessToken }))).toBe(31027)
    })

    test('31002: the server does not know the app', async () => {
      const { connection } = connect({ appKey: 'acme#other' })
      expect(await codeOf(connection.open({ user: 'someone', accessToken: await world.token(newUser()) }))).toBe(31002)
    })

    test('31005: the app check fails', async () => {
      const user = newUser()
      const accessToken = await world.token(user)
      await world.admin('POST', '/admin/app', { check: true })
      const other: { phone: Phone; booted: { exports: unknown } } = world.withoutDevice()
      const { connection } = connect({}, other.booted.exports)
      expect(await codeOf(connection.open({ user, accessToken }))).toBe(31005)
      await connection.destroy()
      other.phone.dispose()
      await world.admin('POST', '/admin/app', { check: false })
    })

    test('a token of another user: 31004', async () => {
      const { connection } = connect()
      await world.token('victim')
      expect(await codeOf(connection.open({ user: 'victim', accessToken: await world.token(newUser()) }))).toBe(31004)
    })

    test('a password: wrong 31004, blocked 31009', async () => {
      const user = newUser()
      await world.token(user)
      const { connection } = connect({ apiUrl: world.server.apiUrl })
      expect(await codeOf(connection.open({ user, pwd: 'wrong password' }))).toBe(31004)
      expect(await codeOf(connection.open({ user, pwd: PASSWORD }))).toBe('connected')
      await connection.close()
      await world.admin('POST', `/admin/users/${user}/block`)
      expect(await codeOf(connection.open({ user, pwd: PASSWORD }))).toBe(31009)
    })
  })

  describe('while connected', () => {
    const ends: [code: number, what: string, end: (user: string) => Promise<unknown>][] = [
      [207, 'the account is removed', (user) => world.admin('DELETE', `/admin/users/${user}`)],
      [
        216,
        'the password is changed',
        (user) => world.admin('PUT', `/admin/users/${user}/password`, { password: 'another horse' }),
      ],
      [
        217,
        'another device of the user ends it',
        (user) => world.admin('POST', `/admin/users/${user}/kick`, { code: 217 }),
      ],
      [31004, 'the secret is rotated', () => world.admin('POST', '/admin/secret')],
      [31008, 'the app is blocked', () => world.admin('POST', '/admin/app', { blocked: true })],
      [31010, 'an administrator ends it', (user) => world.admin('POST', `/admin/users/${user}/kick`)],
      [31011, 'the user is blocked', (user) => world.admin('POST', `/admin/users/${user}/block`)],
      [31020, 'the token expires', (user) => world.admin('POST', `/admin/users/${user}/expire`)],
    ]

    test.each(ends)('%i: %s', async (code, _what, end) => {
      const user = newUser()
      const { connection, endings } = connect({ autoReconnectNumMax: Infinity })
      await connection.open({ user, accessToken: await world.token(user) })
      const before = attempts()
      await end(user)
      await until(
        () => endings.length > 0,
        () => endings,
      )
      expect(endings).toEqual([code])
      expect(connection.state).toBe('stopped')
      expect(attempts()).toBe(before)
      if (code === 31008) await world.admin('POST', '/admin/app', { blocked: false })
    })

    test('206: the user logs in on another device; no war follows', async () => {
      const user = newUser()
      const accessToken = await world.token(user)
      const first = connect({ autoReconnectNumMax: Infinity })
      await first.connection.open({ user, accessToken })
      const second = connect({ autoReconnectNumMax: Infinity })
      await second.connection.open({ user, accessToken })
      await until(
        () => first.endings.length > 0,
        () => first.endings,
      )
      expect(first.endings).toEqual([206])
      expect(second.connection.isOpened()).toBe(true)
    })

    test('35018, retried: the server shuts down', async () => {
      const user = newUser()
      const causes: number[] = []
      const { connection } = connect({ autoReconnectNumMax: Infinity })
      connection.on('onReconnecting', ({ cause }) => causes.push(cause.code))
      await connection.open({ user, accessToken: await world.token(user) })
      await world.server.stop()
      await until(() => causes.length > 0)
      expect(causes[0]).toBe(35018)
    })
  })
})
