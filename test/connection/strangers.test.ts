// Platforms that are not what the documents say: each row a report from the field, through the public door.
import type * as Sdk from '../../src/index'
import type { Phone } from '../../simulator/core/phone'
import { createWorld } from './world'

const second = 1_000

/** The phone's own wx with some members replaced. */
const other = (wx: object, members: object): Sdk.WxApi =>
  Object.defineProperties(Object.create(wx), Object.getOwnPropertyDescriptors(members)) as Sdk.WxApi

describe('connectSocket', () => {
  test('gives a promise of the task (Taro): used like any other, and gone after destroy()', async () => {
    const { device, wait } = createWorld()
    const { phone, connect } = device({ quirks: { givenTask: 'promised', lateListeners: 'heard' } })
    const alice = connect()
    void alice.open()
    await wait(second)
    expect([alice.heard(), alice.it.stats().sockets, phone.sockets.open]).toEqual([['connected', 'opened'], 1, 1])
    void alice.destroy()
    await wait(second)
    expect([alice.heard(), phone.sockets.open]).toEqual([['destroyed'], 0])
  })

  test('gives a promise that is kept only after close(): the task is closed when it comes, and counted until then', async () => {
    const { device, wait } = createWorld()
    const { phone, connect } = device({
      quirks: { givenTask: 'promised', promiseDelay: 5 * second, lateListeners: 'heard' },
    })
    const alice = connect()
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
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as platforms do
      () => Promise.reject(undefined),
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
    const { phone, connect } = device({ quirks: { givenTask: 'unheard' } })
    const alice = connect()
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

describe('ends without arguments', () => {
  const given: unknown[] = [undefined, null, {}, 'closed', { code: '1006' }, { errCode: 5 }]
  const ends = [['error'], ['close'], ['error', 'close']] as const
  test.each(ends.flatMap((events) => given.map((instead) => [events, instead] as const)))(
    'a socket that fails, told as %j with %j: an unknown failure, tried again',
    async (connectFailure, instead) => {
      const { device, network, broker, wait } = createWorld()
      network.fail(broker.url, { kind: 'refused' })
      const { phone, connect } = device({ quirks: { connectFailure, given: { instead } } })
      const alice = connect()
      void alice.open()
      await wait(100)
      expect(alice.heard()).toEqual([expect.stringMatching(/^reconnecting 1: /)])
      network.fail(broker.url, undefined)
      await wait(5 * second)
      expect([alice.heard().slice(-2), alice.it.stats().slots.taken]).toEqual([['connected', 'opened'], 1])
      expect(phone.errors).toEqual([])
    },
  )

  test.each(given)('connectSocket refused through `fail` with %j: likewise, and no slot is held', async (instead) => {
    const { device, wait } = createWorld()
    const { phone, connect, strangers } = device({ maxSockets: 1, quirks: { given: { instead } } })
    const [stranger] = strangers(1)
    const alice = connect()
    void alice.open()
    await wait(100)
    expect([alice.heard(), alice.it.stats().slots.taken]).toEqual([[expect.stringMatching(/^reconnecting 1: /)], 0])
    stranger?.close({ code: 1000 })
    await wait(5 * second)
    expect([alice.heard().slice(-2), phone.errors]).toEqual([['connected', 'opened'], []])
  })
})

test('destroy() resolves although every off* throws', async () => {
  const { online, wait } = createWorld()
  const alice = await online({}, { quirks: { offThrows: true } })
  void alice.destroy()
  await wait(second)
  expect(alice.heard()).toEqual(['destroyed'])
})

test('members whose reading throws (one-page mode): off, and told once each', async () => {
  const { device, wait } = createWorld()
  const missing: unknown[] = []
  const without = Object.keys(device().phone.wx).filter((one) => one !== 'connectSocket')
  const alice = device({ without, quirks: { absent: 'throws' } }).connect({
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
    const alice = device({ quirks: { networkAnswer: 'none' } }).connect()
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
  test.each<[string, (phone: Phone) => void]>([
    ['the phone says {true, 5g}', ({ network }) => network.set('5g')],
    [
      'the app returns, and the phone, asked, says 4g',
      (phone) => {
        phone.hide()
        phone.show()
      },
    ],
  ])('both fields count, {false, 4g} is no network; %s: online at once', async (_, returns) => {
    const { online, broker, wait } = createWorld()
    const alice = await online({}, { quirks: { networkSwitch: 'survives' } })
    const { phone } = alice
    phone.quirks.isConnected = false
    phone.network.set('4g')
    await wait(10)
    expect(alice.heard()).toEqual(['network gone'])
    broker.crash()
    broker.restart()
    await wait(second)
    expect([alice.heard(), alice.it.state]).toEqual([['reconnecting 1: NetworkUnavailable'], 'paused'])
    phone.quirks.isConnected = 'true'
    returns(phone)
    await wait(second)
    expect(alice.heard()).toEqual(['network back', 'connected, resumed'])
  })

  test('onAppShow is never told: whoever calls send() is in front of the screen', async () => {
    const { online, wait } = createWorld()
    const alice = await online({}, { quirks: { showEvents: false } })
    alice.phone.hide()
    await wait(60 * second)
    alice.phone.show()
    await wait(100)
    expect(alice.it.state).toBe('paused')
    void alice.it.publish('t', 'hi', { qos: 1 }).catch(() => undefined)
    await wait(3 * second)
    expect(alice.it.isOpened()).toBe(true)
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
  const alice = await online({}, { quirks: { ownClose: [], goneText: 'closeSocket:fail task not found' } })
  void alice.close()
  await wait(1_100)
  expect(alice.heard()).toEqual(['disconnected: ConnectionClosed', 'closed'])
})

test.each([0, 100])(
  'a handshake that hangs for as long as the phone lets it, and is counted for %i ms more: never a third socket',
  async (slotReleaseDelay) => {
    const { device, wait } = createWorld()
    const it = device({
      quirks: { closeWhileConnecting: 'ignored', handshake: 'hangs', slotReleaseDelay, timeoutOption: 'ignored' },
    })
    const alice = it.connect({ autoReconnectNumMax: Infinity })
    void alice.open()
    await wait(300 * second)
    expect(it.phone.sockets.most).toBe(2)
    it.phone.quirks.handshake = 'normal'
  },
)
