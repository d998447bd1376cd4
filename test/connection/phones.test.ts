// One story on every kind of phone: the best and the worst that was reported, with APIs missing, with promises that are timers.
import { harsh, type Profile } from '../../simulator/core/quirks'
import type * as Sdk from '../../src/index'
import { createWorld, type DeviceOptions } from './world'

const second = 1_000
const profiles: readonly Profile[] = ['android', 'ios', 'pc', 'devtools']

/** Logs in, talks, is dropped, goes away, changes networks, closes, logs in again. */
const live = async (options: DeviceOptions) => {
  const world = createWorld()
  const { broker, wait, until } = world
  const phone = world.device(options)
  const alice = phone.connect({ autoReconnectNumMax: Infinity, heartBeatWait: 10 * second })
  const heard: string[] = []
  alice.it.on('onRawMessage', ({ payload }) => void heard.push(Buffer.from(payload).toString()))
  const isOnline = () => alice.it.isOpened() && broker.online.includes('alice')
  const talk = async (text: string) => {
    await until(isOnline, 60 * second)
    broker.publish('t', text)
    await until(() => heard.includes(text), 60 * second)
    await wait(100) // its acknowledgement arrives: QoS 1 alone would come twice
  }

  void alice.open()
  await until(isOnline, 30 * second)
  void alice.it.subscribe('t')
  await wait(second)
  await talk('after the login')
  broker.crash()
  await wait(5 * second)
  broker.restart()
  await talk('after a drop')
  phone.phone.hide()
  await wait(600 * second)
  phone.phone.show()
  await talk('after ten minutes away')
  phone.phone.network.set('none')
  await wait(30 * second)
  phone.phone.network.set('4g')
  await talk('after the loss of the network')
  broker.silent()
  await wait(60 * second)
  await talk('after a link that died in silence')
  void alice.close()
  await until(() => alice.events.some((event) => event.startsWith('closed')), 30 * second)
  void alice.open()
  await until(isOnline, 60 * second)
  expect(heard).toEqual([
    'after the login',
    'after a drop',
    'after ten minutes away',
    'after the loss of the network',
    'after a link that died in silence',
  ])
  expect(alice.events.filter((event) => event.startsWith('error'))).toEqual([])
  return phone
}

test.each(profiles)('%s, at its best', (profile) => live({ profile }))

// The phone itself counts a slot 100 ms longer than it says: one socket more than we know of.
test.each(profiles)('%s, at its worst', (profile) => live({ profile, quirks: harsh(profile), budget: 3 }))

test.each(profiles)('%s, with promises that are timers (iOS 15)', (profile) => live({ profile, promise: 'macrotask' }))

test.each([1, 2])('with %i sockets on the whole phone', (maxSockets) => live({ maxSockets }))

const used = [
  'onAppShow', 'offAppShow', 'onAppHide', 'offAppHide', 'onNetworkStatusChange', 'offNetworkStatusChange',
  'onNetworkWeakChange', 'offNetworkWeakChange', 'getNetworkType', 'getStorageSync', 'setStorageSync', 'removeStorageSync',
  'getFileSystemManager', 'env', 'request', 'uploadFile', 'getDeviceInfo', 'getAppBaseInfo', 'getSystemInfoSync',
  'getAccountInfoSync', 'getRealtimeLogManager', 'getLogManager',
] // prettier-ignore

test('without any API but connectSocket', async () => {
  const { phone } = await live({
    without: Object.keys(createWorld().device().phone.wx).filter((api) => api !== 'connectSocket'),
  })
  expect(Object.keys(phone.wx)).toEqual(['connectSocket'])
})

test.each(used)('without %s', async (api) => {
  await live({ without: [api] })
})

test('one record for each API that is missing', async () => {
  const world = createWorld()
  const phone = world.device({ without: ['onAppShow', 'onNetworkStatusChange'] })
  const missing: unknown[] = []
  const alice = phone.connect({
    logFunc: ({ event, fields }) => {
      if (event === 'missing') missing.push(fields?.api)
    },
  })
  void alice.open()
  await world.wait(10 * second)
  expect(missing).toEqual(['wx.onAppShow', 'wx.onNetworkStatusChange'])
})

/** A platform that throws where WeChat would call `fail`. */
const throwing = (wx: Sdk.WxApi, broken: { send: boolean; close: boolean; connectSocket: boolean }): Sdk.WxApi => {
  const complain = (api: string) => {
    throw new Error(`${api}:fail thrown`)
  }
  return Object.assign(Object.create(wx) as Sdk.WxApi, {
    connectSocket: (options: Parameters<Sdk.WxApi['connectSocket']>[0]) => {
      if (broken.connectSocket) complain('connectSocket')
      const task = wx.connectSocket(options)
      return (
        task &&
        Object.assign(Object.create(task) as typeof task, {
          send: (message: Parameters<typeof task.send>[0]) => (broken.send ? complain('send') : task.send(message)),
          close: (how: Parameters<typeof task.close>[0]) => (broken.close ? complain('close') : task.close(how)),
        })
      )
    },
  })
}

test.each(['connectSocket', 'send', 'close'] as const)(
  'a platform that throws out of %s is as one that fails',
  async (api) => {
    const { device, wait, until } = createWorld()
    const phone = device()
    const broken = { connectSocket: false, send: false, close: false }
    const alice = phone.connect({
      heartBeatWait: 5 * second,
      wx: throwing(phone.phone.wx, broken),
    })
    void alice.open()
    await wait(second)
    broken[api] = true
    phone.phone.network.cutSilently()
    await wait(20 * second)
    broken[api] = false
    await until(() => alice.it.isOpened(), 60 * second)
    expect(alice.heard().filter((event) => event.startsWith('disconnected'))).toEqual([])
  },
)
