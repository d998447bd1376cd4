// How an app stays logged in, over real sockets: fresh tokens, rotated secrets, several devices, the next user.
import type * as Sdk from '../../src/index'
import { createWorld, PASSWORD, until, type World } from '../doors/world'

const APP_KEY = 'acme#chat'
let world: World
let sdk: typeof Sdk
const created: Sdk.Connection[] = []

beforeAll(async () => {
  world = await createWorld(APP_KEY, { passwordWork: { logN: 4, p: 1 } })
  sdk = world.booted.exports as typeof Sdk
})
afterAll(() => world.stop())
afterEach(() => Promise.all(created.splice(0).map((connection) => connection.destroy())))

const connect = (options: Partial<Sdk.ConnectionOptions> = {}) => {
  const connection = new sdk.Connection({
    appKey: APP_KEY,
    url: world.server.url,
    apiUrl: world.server.apiUrl,
    autoReconnectNumMax: Infinity,
    reconnectBaseDelay: 20,
    ...options,
  })
  created.push(connection)
  const heard: string[] = []
  connection.addEventHandler('test', {
    onConnected: ({ resumed }) => heard.push(`connected${resumed ? ' again' : ''}`),
    onReconnecting: ({ cause }) => heard.push(`reconnecting ${cause.code}`),
    onDisconnected: ({ code }) => heard.push(`disconnected ${code}`),
    onTextMessage: ({ from, msg }) => heard.push(`${from}: ${msg}`),
  })
  return { connection, heard }
}
const text = (to: string, msg: string) => sdk.message.create({ type: 'txt', chatType: 'singleChat', to, msg })

test('a refused token is replaced by a fresh one, once, and the login goes on', async () => {
  let fetched = 0
  const { connection, heard } = connect({
    tokenProvider: () => {
      fetched++
      return world.token('fresh')
    },
  })
  await connection.open({ user: 'fresh', accessToken: 'stale' })
  expect([heard, fetched]).toEqual([['connected'], 1])
})

test('a fresh token that is refused too ends the login', async () => {
  let fetched = 0
  const { connection, heard } = connect({ tokenProvider: () => Promise.resolve(`bad${++fetched}`) })
  await expect(connection.open({ user: 'unlucky', accessToken: 'stale' })).rejects.toMatchObject({ code: 31004 })
  expect([heard, fetched]).toEqual([['disconnected 31004'], 1])
})

test('TokenRefused stops for good; any other failure of the provider is tried again', async () => {
  let fetched = 0
  const refusing = connect({ tokenProvider: () => Promise.reject(new sdk.TokenRefused('left')) })
  await expect(refusing.connection.open({ user: 'left' })).rejects.toMatchObject({ code: 35030 })
  expect(refusing.connection.state).toBe('stopped')
  const failing = connect({
    tokenProvider: () => (++fetched < 3 ? Promise.reject(new Error('HTTP 502')) : world.token('patient')),
  })
  await failing.connection.open({ user: 'patient' })
  expect(failing.heard).toEqual(['reconnecting 35029', 'reconnecting 35029', 'connected'])
})

test('after the secret is rotated an app with a tokenProvider is back by itself, and one with a password too', async () => {
  const provided = connect({ tokenProvider: () => world.token('provided') })
  await provided.connection.open({ user: 'provided' })
  await world.token('typed')
  const typed = connect()
  await typed.connection.open({ user: 'typed', pwd: PASSWORD })
  await world.admin('POST', '/admin/secret')
  await until(
    () => provided.heard.length >= 2 && typed.heard.length >= 2,
    () => [provided.heard, typed.heard],
  )
  expect([provided.heard, typed.heard]).toEqual([
    ['connected', 'connected again'],
    ['connected', 'connected again'],
  ])
})

test('renewToken on the living link: no interruption, nothing lost', async () => {
  const { connection, heard } = connect()
  await connection.open({ user: 'renewer', accessToken: await world.token('renewer') })
  const other = connect()
  await other.connection.open({ user: 'writer', accessToken: await world.token('writer') })
  await connection.renewToken(await world.token('renewer')) // learns nothing new: the server offered it at the login
  await other.connection.send(text('renewer', 'still there?'))
  await until(
    () => heard.some((line) => line.startsWith('writer')),
    () => heard,
  )
  expect(heard.filter((line) => line.startsWith('disconnected') || line.startsWith('reconnecting'))).toEqual([])
})

test('renewToken with a token of somebody else ends the login under its number', async () => {
  const { connection, heard } = connect()
  await connection.open({ user: 'mine', accessToken: await world.token('mine') })
  await expect(connection.renewToken(await world.token('theirs'))).rejects.toMatchObject({ code: 31004 })
  await until(() => heard.includes('disconnected 31004'))
})

test('multiDevice: both devices stay, and both get the messages', async () => {
  const accessToken = await world.token('many')
  const other = world.withoutDevice()
  const options = { appKey: APP_KEY, url: world.server.url, multiDevice: true }
  const phone = new sdk.Connection({ ...options, deviceId: 'phone' })
  const tablet = new (other.booted.exports as typeof Sdk).Connection({ ...options, deviceId: 'tablet' })
  created.push(phone, tablet)
  const heard: string[] = []
  phone.on('onTextMessage', ({ msg }) => heard.push(`phone: ${msg}`))
  tablet.on('onTextMessage', ({ msg }) => heard.push(`tablet: ${msg}`))
  await phone.open({ user: 'many', accessToken })
  await tablet.open({ user: 'many', accessToken })
  const { data } = (await world.admin('GET', '/admin/connections')) as {
    data: { username: string; deviceId: string }[]
  }
  const devices = data.filter(({ username }) => username === 'many').map(({ deviceId }) => deviceId)
  expect(devices.sort()).toEqual(['phone', 'tablet'])
  const writer = connect()
  await writer.connection.open({ user: 'writer3', accessToken: await world.token('writer3') })
  await writer.connection.send(text('many', 'to both'))
  await until(
    () => heard.length === 2,
    () => heard,
  )
  expect(heard.sort()).toEqual(['phone: to both', 'tablet: to both'])
  await tablet.destroy()
  other.phone.dispose()
})

test('close, then open as another user: nothing of the first is left but the handlers', async () => {
  await world.token('first')
  await world.token('second')
  const { connection, heard } = connect()
  await connection.open({ user: 'first', accessToken: await world.token('first') })
  await connection.close()
  await connection.open({ user: 'second', accessToken: await world.token('second') })
  const writer = connect()
  await writer.connection.open({ user: 'writer2', accessToken: await world.token('writer2') })
  await writer.connection.send(text('first', 'for the first'))
  await writer.connection.send(text('second', 'for the second'))
  await until(
    () => heard.includes('writer2: for the second'),
    () => heard,
  )
  expect(heard).toEqual(['connected', 'disconnected 35004', 'connected', 'writer2: for the second'])
  expect((await connection.getLocalConversations()).data.map(({ conversationId }) => conversationId)).toEqual([
    'writer2',
  ])
  await writer.connection.close()
  await connection.close()
  await connection.open({ user: 'first', accessToken: await world.token('first') })
  await until(
    () => heard.includes('writer2: for the first'),
    () => heard,
  )
})

test('a second open is refused with 34001, while connecting and while connected', async () => {
  const { connection } = connect()
  const accessToken = await world.token('eager')
  const opening = connection.open({ user: 'eager', accessToken })
  await expect(connection.open({ user: 'eager', accessToken })).rejects.toMatchObject({ code: 34001 })
  await opening
  await expect(connection.open({ user: 'eager', accessToken })).rejects.toMatchObject({ code: 34001 })
})

test('the endpoint list is asked for and used; with https on, a list of plain addresses beyond loopback is not', async () => {
  const connection = new sdk.Connection({ appKey: APP_KEY, apiUrl: world.server.apiUrl })
  created.push(connection)
  await connection.open({ user: 'listed', accessToken: await world.token('listed') })
  expect(connection.isOpened()).toBe(true)
  expect(() => new sdk.Connection({ appKey: APP_KEY, url: 'ws://im.example.com/mqtt' })).toThrow(/https: false/)
  expect(() => new sdk.Connection({ appKey: APP_KEY, url: 'ws://im.example.com/mqtt', https: false })).not.toThrow()
})

test('users register where the server lets them; what is wrong is said before any network', async () => {
  const { connection } = connect()
  await connection.registerUser({ username: 'newcomer', password: PASSWORD })
  await expect(connection.registerUser({ username: 'newcomer', password: PASSWORD })).rejects.toMatchObject({
    code: 35032,
  })
  const requests = world.phone.trace.length
  for (const username of ['', '..', 'a b', 'x'.repeat(65), 42 as unknown as string, '__proto__/x'])
    await expect(connection.registerUser({ username, password: PASSWORD })).rejects.toMatchObject({ code: 35002 })
  for (const password of ['', 'x'.repeat(129), 'tab\there', undefined as unknown as string])
    await expect(connection.registerUser({ username: 'fine', password })).rejects.toMatchObject({ code: 35002 })
  expect(world.phone.trace.length).toBe(requests)
})
