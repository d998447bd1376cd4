// What a connection is made of: an option that is wrong is refused at once, by its name.
import type * as Sdk from '../../src/index'
import { createWorld } from './world'

const good = { appKey: 'acme#chat', url: 'wss://im.example.com/mqtt' }

const wrong: [string, object][] = [
  ['appKey', { appKey: undefined }],
  ['appKey', { appKey: 'acme' }],
  ['appKey', { appKey: 'acme#chat#more' }],
  ['url', { url: 'im.example.com' }],
  ['url', { url: 'https://im.example.com' }],
  ['url', { url: 'ws://im.example.com/mqtt' }],
  ['url', { url: 'ws://192.168.1.2/mqtt' }],
  ['url', { url: 'wss://im.example.com:70000/' }],
  ['url', { url: undefined }],
  ['apiUrl', { apiUrl: 'http://im.example.com' }],
  ['apiUrl', { apiUrl: 'wss://im.example.com' }],
  ['heartBeatWait', { heartBeatWait: 10 }],
  ['heartBeatWait', { heartBeatWait: '30000' }],
  ['autoReconnectNumMax', { autoReconnectNumMax: -1 }],
  ['autoReconnectNumMax', { autoReconnectNumMax: 1.5 }],
  ['autoReconnectNumMax', { autoReconnectNumMax: NaN }],
  ['maxSockets', { maxSockets: 0 }],
  ['maxSockets', { maxSockets: 6 }],
  ['tokenProvider', { tokenProvider: 'token' }],
  ['isHttpDNS', { isHttpDNS: 'yes' }],
  ['deviceId', { deviceId: 'a b' }],
  ['deviceId', { deviceId: '..' }],
  ['appKey', { appKey: '..#chat' }],
  ['appKey', { appKey: 'acme#.' }],
  ['wx', { wx: {} }],
  ['unknown option "heartbeatWait"', { heartbeatWait: 30_000 }],
  ['unknown option "toString"', { toString: 1 }],
]

test.each(wrong)('%s is refused: %j', (name, options) => {
  const { sdk } = createWorld().device()
  const refused = (): unknown => {
    try {
      return new sdk.Connection({ ...good, ...options })
    } catch (error) {
      return error
    }
  }
  expect(refused()).toMatchObject({
    name: 'InvalidOption',
    code: 35001,
    message: expect.stringContaining(name) as string,
  })
})

const allowed: [string, object][] = [
  ['plain to the phone itself', { url: 'ws://127.0.0.1:8080/mqtt' }],
  ['plain where the app permits it', { url: 'ws://192.168.1.2/mqtt', https: false }],
  ['retries without end', { autoReconnectNumMax: Infinity }],
  ['an option that is undefined', { deviceId: undefined }],
]

test.each(allowed)('%s is allowed: %j', (_, options) => {
  const { sdk } = createWorld().device()
  const connection = new sdk.Connection({ ...good, ...options })
  expect(connection.state).toBe('idle')
  void connection.destroy()
})

const logins: [string, unknown][] = [
  ['user', { accessToken: 'good' }],
  ['user', { user: '..', accessToken: 'good' }],
  ['user', { user: '张三', accessToken: 'good' }],
  ['user', { user: 'x'.repeat(65), accessToken: 'good' }],
  ['user', { user: 'a/b', accessToken: 'good' }],
  ['token', { user: 'alice', accessToken: '' }],
  ['token', { user: 'alice', accessToken: 'two words' }],
  ['required', { user: 'alice' }],
  ['apiUrl', { user: 'alice', pwd: 'secret' }],
  ['timeout', { user: 'alice', accessToken: 'good', timeout: '5' }],
  ['open() takes', undefined],
]

test.each(logins)('a login with a wrong %s is refused before anything is dialled: %j', async (what, login) => {
  const { device } = createWorld()
  const { it } = device().connect()
  const error = await it.open(login as Sdk.Login).catch((reason: Sdk.ConnectionError) => reason)
  expect([(error as Error).name, (error as Error).message.includes(what), it.state]).toEqual([
    'InvalidArgument',
    true,
    'idle',
  ])
})

test('a device id that storage damaged is drawn anew, and the login goes on', async () => {
  for (const kept of ['x'.repeat(70_000), '\0', '']) {
    const world = createWorld()
    const device = world.device()
    device.phone.wx.setStorageSync('miniprogram-im.device', kept)
    const alice = device.connect()
    expect(alice.it.deviceId).toMatch(/^[0-9a-f]{16}$/)
    void alice.open()
    await world.until(() => alice.it.isOpened(), 10_000)
  }
})
