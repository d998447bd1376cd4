// Platforms that are not what the documents say: each row a report from the field, through the public door.
import type * as Sdk from '../../src/index'
import type { Phone } from '../../simulator/core/phone'
import type { SocketTask } from '../../simulator/core/socket-listeners'
import { createWorld } from './world'

const second = 1_000

/** The phone's own wx with some members replaced. */
const other = (wx: object, members: object): Sdk.WxApi =>
  Object.defineProperties(Object.create(wx), Object.getOwnPropertyDescriptors(members)) as Sdk.WxApi

type Options = Parameters<Sdk.WxApi['connectSocket']>[0]

describe('connectSocket', () => {
  test('gives a promise of the task (Taro): used like any other, and gone after destroy()', async () => {
    const { device, wait } = createWorld()
    const { phone, connect } = device()
    const wx = other(phone.wx, {
      connectSocket: (options: Options) => Promise.resolve(phone.wx.connectSocket(options)),
    })
    const alice = connect({ wx })
    void alice.open()
    await wait(second)
    expect([alice.heard(), alice.it.stats().sockets, phone.sockets.open]).toEqual([['connected', 'opened'], 1, 1])
    void alice.destroy()
    await wait(second)
    expect([alice.heard(), phone.sockets.open]).toEqual([['destroyed'], 0])
  })

  test('gives a promise that is kept only after close(): the task is closed when it comes, and counted until then', async () => {
    const { device, wait } = createWorld()
    const { phone, connect } = device()
    const wx = other(phone.wx, {
      connectSocket: (options: Options) =>
        new Promise((resolve) => phone.timers.setTimeout(() => resolve(phone.wx.connectSocket(options)), 5 * second)),
    })
    const alice = connect({ wx })
    void alice.open()
    await wait(second)
    void alice.close()
    await wait(second)
    expect([alice.heard(), alice.it.stats().slots.taken]).toEqual([['open refused: ConnectionClosed'], 1])
    await wait(10 * second)
    expect([alice.heard(), phone.sockets.open, alice.it.stats().slots.taken]).toEqual([
      ['disconnected: ConnectionClosed', 'closed'],
      0,
      0,
    ])
  })

  const refusals: [string, () => unknown, string][] = [
    [
      'gives a promise that is broken with a text',
      () => Promise.reject(new Error('connectSocket:fail')),
      'SocketFailed',
    ],
    [
      'gives a promise that is broken with nothing',
      () => Promise.reject(undefined as unknown as Error),
      'SocketFailed',
    ],
    [
      'throws an object',
      () => {
        throw Object.assign(new Error(), { errMsg: 'connectSocket:fail url not in domain list' })
      },
      'DomainNotAllowed',
    ],
  ]
  test.each(refusals)('%s: a failure like any other, and no slot is held', async (_, connectSocket, name) => {
    const { device, wait } = createWorld()
    const { phone, connect } = device()
    const alice = connect({ autoReconnectNumMax: 0, wx: other(phone.wx, { connectSocket }) })
    void alice.open()
    await wait(second)
    expect([alice.heard(), alice.it.stats().slots.taken]).toEqual([
      [`disconnected: ${name}`, `open refused: ${name}`],
      0,
    ])
  })

  test.each([undefined, null, 7])(
    'gives %p and says nothing: given up in time, and no slot is held',
    async (nothing) => {
      const { device, wait } = createWorld()
      const { phone, connect } = device()
      const alice = connect({ autoReconnectNumMax: 0, wx: other(phone.wx, { connectSocket: () => nothing }) })
      void alice.open()
      await wait(20 * second)
      expect([alice.heard(), alice.it.stats().slots.taken]).toEqual([
        ['disconnected: SocketTimeout', 'open refused: SocketTimeout'],
        0,
      ])
    },
  )

  test('gives a task that nobody can listen to: it is closed, and counted until it is gone', async () => {
    const { device, wait } = createWorld()
    const { phone, connect } = device()
    const wx = other(phone.wx, {
      connectSocket: (options: Options) => {
        const task = phone.wx.connectSocket(options)
        return { close: (how: Parameters<SocketTask['close']>[0]) => task.close(how) }
      },
    })
    const alice = connect({ wx })
    void alice.open()
    await wait(second)
    expect([alice.heard(), alice.it.stats(), phone.sockets.open]).toMatchObject([
      ['disconnected: UnsupportedHere', 'open refused: UnsupportedHere'],
      { sockets: 1, slots: { taken: 1 } },
      1,
    ])
    await wait(3 * second)
    expect([alice.it.stats(), phone.sockets.open]).toMatchObject([{ sockets: 0, slots: { taken: 0 } }, 0])
  })
})

describe('events without arguments', () => {
  const given: unknown[] = [undefined, null, {}, 'closed', { code: '1006' }, { errCode: 5 }]
  test.each(['onError', 'onClose', 'fail'].flatMap((event) => given.map((value) => [event, value] as const)))(
    '%s(%j): an unknown failure, tried again',
    async (event, value) => {
      const { device, wait } = createWorld()
      const { phone, connect } = device()
      let broken = true
      const wx = other(phone.wx, {
        connectSocket: (options: Options) => {
          if (!broken) return phone.wx.connectSocket(options)
          broken = false
          const listeners: Record<string, ((value: unknown) => void) | undefined> = {
            fail: options.fail as (value: unknown) => void,
          }
          phone.timers.setTimeout(() => listeners[event]?.(value), 10)
          const task: Record<string, unknown> = { send: () => undefined, close: () => undefined }
          for (const name of ['onOpen', 'onMessage', 'onClose', 'onError'])
            task[name] = (listener: (value: unknown) => void) => void (listeners[name] = listener)
          return task
        },
      })
      const alice = connect({ wx })
      void alice.open()
      await wait(5 * second)
      expect([alice.heard().slice(-2), alice.it.stats().slots.taken]).toEqual([['connected', 'opened'], 1])
    },
  )
})

test.each(['offAppShow', 'offAppHide', 'offNetworkStatusChange', 'offNetworkWeakChange'])(
  'destroy() resolves although %s throws',
  async (name) => {
    const { device, wait } = createWorld()
    const { phone, connect } = device()
    const wx = other(phone.wx, {
      [name]: () => {
        throw new Error('Invariant Violation')
      },
    })
    const alice = connect({ wx })
    void alice.open()
    await wait(second)
    alice.heard()
    void alice.destroy()
    await wait(second)
    expect(alice.heard()).toEqual(['destroyed'])
  },
)

test('members whose reading throws (one-page mode): off, and told once each', async () => {
  const { device, wait } = createWorld()
  const { phone, connect } = device()
  const missing: unknown[] = []
  const members: Record<string, PropertyDescriptor> = {}
  for (const name of Object.keys(phone.wx).filter((one) => one !== 'connectSocket'))
    members[name] = {
      get: () => {
        throw new Error(`${name} is not there`)
      },
    }
  const alice = connect({
    wx: Object.defineProperties({ connectSocket: phone.wx.connectSocket }, members) as Sdk.WxApi,
    logFunc: ({ event, fields }) => {
      if (event === 'missing') missing.push((fields as { api: unknown }).api)
    },
  })
  void alice.open()
  await wait(second)
  expect(alice.heard()).toEqual(['connected', 'opened'])
  expect(new Set(missing).size).toBe(missing.length)
  expect(missing).toContain('wx.onAppShow')
})

describe('hints', () => {
  test('none for ever, though there is a network: online in seconds all the same, and told so', async () => {
    const { device, wait } = createWorld()
    const { phone, connect } = device()
    const wx = other(phone.wx, {
      getNetworkType: ({ success }: { success: (result: object) => void }) => success({ networkType: 'none' }),
    })
    const alice = connect({ wx })
    await wait(10)
    void alice.open()
    await wait(15 * second)
    expect(alice.heard()).toEqual([
      'network gone',
      'reconnecting 1: NetworkUnavailable',
      'network back',
      'connected',
      'opened',
    ])
  })

  // S9 of the field reports: a day later still paused.
  test.each<[string, (tell: (status: object) => void, phone: Phone) => void]>([
    ['the phone says {true, wifi}', (tell) => tell({ isConnected: true, networkType: 'wifi' })],
    [
      'the app returns, and the phone, asked, says wifi',
      (_tell, phone) => {
        phone.hide()
        phone.show()
      },
    ],
  ])('both fields count, {false, wifi} is no network; %s: online at once', async (_, returns) => {
    const { device, broker, wait } = createWorld()
    const { phone, connect } = device()
    let tell: (status: object) => void = () => undefined
    const wx = other(phone.wx, { onNetworkStatusChange: (listener: typeof tell) => (tell = listener) })
    const alice = connect({ wx })
    void alice.open()
    await wait(second)
    for (const status of [{}, { isConnected: false, networkType: 'none' }, { isConnected: false, networkType: 'wifi' }])
      tell(status)
    expect(alice.heard()).toEqual(['connected', 'opened', 'network gone'])
    broker.crash()
    broker.restart()
    await wait(second)
    expect([alice.heard(), alice.it.state]).toEqual([['reconnecting 1: NetworkUnavailable'], 'paused'])
    returns(tell, phone)
    await wait(second)
    expect(alice.heard()).toEqual(['network back', 'connected, resumed'])
  })

  test('for lack of time says what stood in the way', async () => {
    const { device, broker, wait } = createWorld()
    const alice = device().connect()
    broker.crash()
    const failed = alice.it.open({ user: 'alice', accessToken: 'good', timeout: 5 }).catch((error: unknown) => error)
    await wait(6 * second)
    expect(await failed).toMatchObject({
      name: 'ConnectionTimeout',
      code: 34006,
      message: expect.stringContaining('Connection refused') as string,
      cause: { name: 'SocketFailed' },
    })
  })
})

test.each([
  "Error during WebSocket handshake: Sent non-empty 'Sec-WebSocket-Protocol' header but no response was received",
  'Server sent no subprotocol',
  'invalid subprotocol',
])('a proxy that drops the subprotocol (%s): HandshakeRefused', async (text) => {
  const { device, network, broker, wait } = createWorld()
  network.fail(broker.url, { kind: 'refused' })
  const alice = device({ quirks: { failureTexts: { refused: text } } }).connect({ autoReconnectNumMax: 0 })
  void alice.open()
  await wait(second)
  expect(alice.heard()).toEqual(['disconnected: HandshakeRefused', 'open refused: HandshakeRefused'])
})

test('a close that is refused with "task not found": gone', async () => {
  const { online, wait } = createWorld()
  const alice = await online({}, { quirks: { ownClose: [] } })
  alice.phone.quirks.closeFailure = 'closeSocket:fail task not found'
  alice.phone.sockets.list.forEach(() => undefined)
  void alice.close()
  await wait(100)
  expect(alice.heard()).toEqual(['disconnected: ConnectionClosed', 'closed'])
  alice.phone.quirks.closeFailure = undefined
  alice.phone.kill()
})

test.each([0, 100])(
  'a handshake that hangs for as long as the phone lets it, and is counted for %i ms more: never a third socket',
  async (slotReleaseDelay) => {
    const { device, wait } = createWorld()
    const it = device({ quirks: { closeWhileConnecting: 'ignored', handshake: 'hangs', slotReleaseDelay } })
    // A phone that does not know the option `timeout`.
    const wx = other(it.phone.wx, {
      connectSocket: ({ timeout: _, ...options }: Options) => it.phone.wx.connectSocket(options),
    })
    const alice = it.connect({ wx, autoReconnectNumMax: Infinity })
    void alice.open()
    await wait(300 * second)
    expect(it.phone.sockets.most).toBe(2)
    it.phone.quirks.handshake = 'normal'
  },
)
