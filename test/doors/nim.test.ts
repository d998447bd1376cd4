// What an app written for NetEase NIM sees when only its import changes (seed 003).
import type * as Sdk from '../../src/index'
import type { NIM as NimClass, NimError } from '../../src/doors/nim'
import { createWorld, PASSWORD, sample, until, type World } from './world'

const APP_KEY = 'abcdefghijk' // as the seed has it; the server knows it as nim#abcdefghijk

let world: World
let NIM: typeof NimClass
let seen: string[]
let login: (appKey: string, account: string, token: string) => NimClass
let destroy: (nim: NimClass) => void
const printed = () => world.booted.console.map(({ parts }) => parts[0])

beforeAll(async () => {
  world = await createWorld(`nim#${APP_KEY}`)
  NIM = (world.booted.require('miniprogram-im/nim') as { NIM: typeof NimClass }).NIM
  NIM.configure({ url: world.server.url, apiUrl: world.server.apiUrl })
})
afterAll(() => world.stop())
beforeEach(() => {
  seen = []
  const functions = sample(world, 'nim.js', { NIM, seen: (what: string) => seen.push(what) }, ['login', 'destroy']) as {
    login: typeof login
    destroy: typeof destroy
  }
  login = functions.login
  destroy = functions.destroy
})
const gone = async (nim: NimClass) => {
  await new Promise<void>((done) => nim.destroy({ done: () => done() }))
}

test('the sample logs in, and "连接成功" is printed', async () => {
  const nim = login(APP_KEY, 'foo', await world.token('foo'))
  await until(() => printed().includes('连接成功'))
  await gone(nim)
})

test('getInstance twice gives the same instance, and connects again what was disconnected', async () => {
  const token = await world.token('twice')
  const first = login(APP_KEY, 'twice', token)
  await until(() => first.connection.isOpened())
  expect(login(APP_KEY, 'twice', token)).toBe(first)
  await new Promise<void>((done) => first.disconnect({ done: () => done() }))
  expect(world.phone.sockets.open).toBe(0)
  expect(login(APP_KEY, 'twice', token)).toBe(first)
  await until(() => first.connection.isOpened())
  await gone(first)
})

test('getInstance with another token uses it', async () => {
  const first = NIM.getInstance({ appKey: APP_KEY, account: 'updated', token: 'wrong' })
  await until(() => first.connection.state === 'stopped')
  expect(NIM.getInstance({ appKey: APP_KEY, account: 'updated', token: await world.token('updated') })).toBe(first)
  await until(() => first.connection.isOpened())
  await gone(first)
})

test('a wrong token is 302', async () => {
  const nim = login(APP_KEY, 'foo', 'token')
  await until(
    () => seen.includes('302'),
    () => seen,
  )
  await gone(nim)
})

test('a login elsewhere is 417', async () => {
  const nim = login(APP_KEY, 'elsewhere', await world.token('elsewhere'))
  await until(() => nim.connection.isOpened())
  const other = await createOther('elsewhere')
  await until(
    () => seen.includes('417'),
    () => seen,
  )
  await other.destroy()
  await gone(nim)
})

test.each([
  ['the operator', 31010],
  ['another device of the user', 217],
])('a kick by %s is "kicked"', async (_who, code) => {
  const account = `kicked${code}`
  const nim = login(APP_KEY, account, await world.token(account))
  await until(() => nim.connection.isOpened())
  await world.admin('POST', `/admin/users/${account}/kick`, { code })
  await until(
    () => seen.includes('kicked'),
    () => seen,
  )
  await gone(nim)
})

test('a drop announces the reconnect with retryCount and duration', async () => {
  const heard: { retryCount: number; duration: number }[] = []
  const nim = NIM.getInstance({
    appKey: APP_KEY,
    account: 'dropped',
    token: await world.token('dropped'),
    onwillreconnect: (info) => heard.push(info),
  })
  await until(() => nim.connection.isOpened())
  world.phone.network.cutSilently()
  world.phone.network.set(world.phone.network.type === 'wifi' ? '4g' : 'wifi') // the probe finds the dead link
  await until(() => heard.length > 0)
  expect(heard[0]).toEqual({ retryCount: 1, duration: expect.any(Number) as number })
  await until(() => nim.connection.isOpened())
  await gone(nim)
})

test('disconnect and destroy call ondisconnect at once, without a code; done comes only after onClose', async () => {
  const order: string[] = []
  const off = world.phone.on(({ what }) => what === 'end' && order.push('onClose'))
  const nim = NIM.getInstance({
    appKey: APP_KEY,
    account: 'leaving',
    token: await world.token('leaving'),
    ondisconnect: (error: NimError) => order.push(`ondisconnect ${String(error.code)}`),
  })
  await until(() => nim.connection.isOpened())
  const done = new Promise<void>((resolve) => nim.destroy({ done: () => resolve(void order.push('done')) }))
  order.push('returned')
  await done
  off()
  expect(order).toEqual(['ondisconnect undefined', 'returned', 'onClose', 'done'])
  expect(world.phone.sockets.open).toBe(0)
})

test('the sample’s destroy prints that the instance is gone, and a new getInstance makes another', async () => {
  const token = await world.token('again')
  const nim = login(APP_KEY, 'again', token)
  await until(() => nim.connection.isOpened())
  destroy(nim)
  await until(() => printed().includes('实例已被完全清除'))
  const next = login(APP_KEY, 'again', token)
  expect(next).not.toBe(nim)
  await gone(next)
})

test('logFunc hears the records; a user id that cannot be is told through onerror', async () => {
  const records: unknown[] = []
  const errors: NimError[] = []
  const nim = NIM.getInstance({
    appKey: APP_KEY,
    account: 'No Such!',
    token: 'x',
    logFunc: (record) => records.push(record),
    onerror: (error) => errors.push(error),
  })
  await until(() => errors.length > 0)
  expect(errors[0]?.code).toBe(35002)
  await gone(nim)
  const fine = NIM.getInstance({
    appKey: APP_KEY,
    account: 'logged',
    token: await world.token('logged'),
    logFunc: (record) => records.push(record),
  })
  await until(() => fine.connection.isOpened())
  expect(records.length).toBeGreaterThan(0)
  await gone(fine)
})

/** The same user on another connection. */
const createOther = async (user: string) => {
  const { Connection } = world.booted.exports as typeof Sdk
  const other = new Connection({ appKey: `nim#${APP_KEY}`, url: world.server.url, apiUrl: world.server.apiUrl })
  await other.open({ user, pwd: PASSWORD })
  return other
}
