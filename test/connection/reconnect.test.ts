// How it comes back: after which delay, how often, from which causes, and when it does not.
import { createWorld, dials, type Device, type Line, type World } from './world'

const second = 1_000

/** Every random number is `value`: delays become their window's share. */
const steady = (value: number) => ({ random: () => value })

describe('the delay before the next attempt', () => {
  test('somebody waits: below 1 s, doubling to 30 s, the whole window in use', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online({ autoReconnectNumMax: 8 }, steady(0.999))
    broker.crash()
    void alice.it.publish('t', 'kept').catch(() => undefined)
    await wait(300 * second)
    expect(alice.delays).toEqual([1, 2, 4, 8, 16, 30, 30, 30].map((window) => window * second * 0.999))
  })

  test('nobody waits, and the far side ended the link: within 7.5 s, doubling to 30 s', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online({ autoReconnectNumMax: 5 }, steady(0.5))
    broker.crash()
    await wait(300 * second)
    expect(alice.delays).toEqual([3_750, 7_500, 15_000, 15_000, 15_000])
  })

  const wishes: [string, (alice: Device & Line) => unknown][] = [
    ['a publish', ({ it }) => it.publish('t', 'now').catch(() => undefined)],
    [
      'a message',
      ({ it, sdk }) =>
        it
          .send(sdk.message.create({ type: 'txt', to: 'bob', chatType: 'singleChat', msg: 'now' }))
          .catch(() => undefined),
    ],
    ['a subscription', ({ it }) => it.subscribe('t')],
    ['a call of open()', (alice) => alice.open()],
    [
      'a return to the foreground',
      ({ phone }) => {
        phone.hide()
        phone.show()
      },
    ],
    ['another network', ({ phone }) => phone.network.set('4g')],
  ]
  test.each(wishes)('meanwhile %s dials at once', async (_, wish) => {
    const { online, broker, wait } = createWorld()
    const alice = await online({}, steady(0.99))
    broker.crash()
    broker.restart()
    await wait(second)
    expect(alice.it.state).toBe('waiting')
    const outcome = wish(alice)
    await wait(100)
    expect([alice.it.isOpened(), dials(alice)]).toEqual([true, 2])
    await wait(second)
    await outcome
  })

  test('who asks again and again does not hasten the attempts after it', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online({ autoReconnectNumMax: Infinity }, steady(0.99))
    broker.crash()
    for (let at = 0; at < 60; at++) {
      void alice.it.publish('t', 'now').catch(() => undefined)
      await wait(second)
    }
    expect(dials(alice)).toBeLessThanOrEqual(2 + 6)
  })

  test('options move both ends', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online({ autoReconnectNumMax: 4, reconnectBaseDelay: 100, reconnectMaxDelay: 250 }, steady(0.5))
    broker.crash()
    await wait(10 * second)
    expect(alice.delays).toEqual([125, 125, 125, 125])
  })

  const drops: [string, (world: World) => void][] = [
    ['DISCONNECT 0x8B, shutting down', ({ broker }) => broker.kick('alice', 0x8b)],
    ['DISCONNECT 0x89, busy', ({ broker }) => broker.kick('alice', 0x89)],
    ['DISCONNECT 0x97, quota exceeded', ({ broker }) => broker.kick('alice', 0x97)],
    ['DISCONNECT 0x9F, connection rate', ({ broker }) => broker.kick('alice', 0x9f)],
    [
      'a graceful shutdown',
      ({ broker }) => {
        broker.shutdown()
        broker.restart()
      },
    ],
  ]
  test.each(drops)('a drop that a crowd shares (%s): anywhere in 30 s', async (_, drop) => {
    const world = createWorld()
    const alice = await world.online({}, steady(0.5))
    drop(world)
    await world.wait(14.9 * second)
    expect([alice.delays, alice.it.isOpened()]).toEqual([[15 * second], false])
    await world.wait(second)
    expect(alice.heard().slice(1)).toEqual(['connected, resumed'])
  })

  test.each([0x88, 0x89, 0x97, 0x9f])(
    'a refusal that a crowd shares (CONNACK 0x%i): anywhere in 30 s',
    async (code) => {
      const { device, broker, wait } = createWorld()
      const alice = device(steady(0.5)).connect()
      broker.refuseNext(code)
      void alice.open()
      await wait(16 * second)
      expect([alice.delays, alice.heard().slice(1)]).toEqual([[15 * second], ['connected', 'opened']])
    },
  )

  test.each([1001, 1012, 1013])('a close that a crowd shares (%i): anywhere in 30 s', async (code) => {
    const { device, broker, wait } = createWorld()
    const told = { serverClose: ['close'], serverCloseCode: 'kept' } as const
    const alice = device({ ...steady(0.5), quirks: told }).connect()
    broker.dropBeforeConnack(code)
    void alice.open()
    await wait(16 * second)
    expect([alice.delays, alice.heard().slice(1)]).toEqual([[15 * second], ['connected', 'opened']])
  })

  test('what the server asks for (retryAfter) wins, and a second failure stays away for most of it', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online({}, steady(0.5))
    broker.shutdown({ retryAfter: 120 })
    await wait(300 * second)
    expect(alice.delays.slice(0, 2)).toEqual([60 * second, 80 * second])
  })

  test('a crowd that was dropped together does not come back together with the network', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online({}, steady(0.5))
    broker.kick('alice', 0x8b)
    await wait(second)
    alice.phone.network.set('none')
    await wait(second)
    alice.phone.network.set('wifi')
    await wait(12 * second)
    expect(alice.it.isOpened()).toBe(false)
    await wait(2 * second)
    expect(alice.it.isOpened()).toBe(true)
  })
})

describe('the count', () => {
  test.each([0, 1, 3])('autoReconnectNumMax %i is taken literally', async (max) => {
    const { online, broker, wait } = createWorld()
    const alice = await online({ autoReconnectNumMax: max })
    broker.crash()
    await wait(300 * second)
    expect(alice.heard()).toEqual([
      ...Array.from({ length: max }, (_, i) => `reconnecting ${i + 1}: ${i === 0 ? 'LinkLost' : 'SocketFailed'}`),
      `disconnected: ${max === 0 ? 'LinkLost' : 'SocketFailed'}`,
    ])
    expect(dials(alice)).toBe(1 + max)
  })

  test('Infinity is taken literally: hours later it still tries, and comes back', async () => {
    const { online, broker, wait, until } = createWorld()
    const alice = await online({ autoReconnectNumMax: Infinity })
    broker.crash()
    await wait(7_200 * second)
    expect(dials(alice)).toBeGreaterThan(400)
    broker.restart()
    await until(() => alice.it.isOpened(), 31 * second)
    expect(alice.heard().filter((event) => event.startsWith('disconnected'))).toEqual([])
  })

  test('a link that lives 10 s earns a fresh count; a shorter one does not', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online({ autoReconnectNumMax: 2 }, steady(0.1))
    const drop = async (after: number) => {
      await wait(after)
      broker.kick('alice', 0x00)
      await wait(5 * second)
      return alice.heard().filter((event) => !event.startsWith('connected'))
    }
    expect(await drop(21 * second)).toEqual(['reconnecting 1: LinkLost'])
    expect(await drop(21 * second)).toEqual(['reconnecting 1: LinkLost'])
    expect(await drop(0)).toEqual(['reconnecting 2: LinkLost'])
    expect(await drop(0)).toEqual(['disconnected: LinkLost'])
  })

  test('given up, it comes back with the app or with the network, with a fresh count', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online({ autoReconnectNumMax: 1 })
    broker.crash()
    await wait(60 * second)
    expect(alice.heard()).toEqual(['reconnecting 1: LinkLost', 'disconnected: SocketFailed'])
    alice.phone.network.set('4g')
    await wait(60 * second)
    expect(alice.heard()).toEqual(['reconnecting 1: SocketFailed', 'disconnected: SocketFailed'])
    alice.phone.hide()
    alice.phone.show()
    await wait(60 * second)
    expect(alice.heard()).toEqual(['reconnecting 1: SocketFailed', 'disconnected: SocketFailed'])
    broker.restart()
    alice.phone.hide()
    alice.phone.show()
    await wait(second)
    expect(alice.heard()).toEqual(['connected, resumed'])
  })

  test('given up, open() and renewToken() start again, too', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online({ autoReconnectNumMax: 0 })
    broker.crash()
    broker.restart()
    await wait(second)
    void alice.open()
    await wait(second)
    expect(alice.heard()).toEqual(['disconnected: LinkLost', 'connected, resumed', 'opened'])
    broker.crash()
    broker.restart()
    await wait(second)
    void alice.it.renewToken('another')
    await wait(second)
    expect(alice.heard()).toEqual(['disconnected: LinkLost', 'connected, resumed'])
  })

  test('what a login with its own time limit spent is not charged to the drops after it', async () => {
    const { device, broker, wait } = createWorld()
    const alice = device().connect({ autoReconnectNumMax: 2 })
    broker.crash()
    void alice.open({ timeout: 0 })
    await wait(120 * second)
    broker.restart()
    await wait(31 * second)
    expect(alice.it.isOpened()).toBe(true)
    alice.heard()
    broker.crash()
    await wait(60 * second)
    expect(alice.heard()).toEqual([
      'reconnecting 1: LinkLost',
      'reconnecting 2: SocketFailed',
      'disconnected: SocketFailed',
    ])
  })
})

describe('open({ timeout }) in seconds', () => {
  test('> 0: gives up after them in all, and stays stopped', async () => {
    const { device, broker, wait } = createWorld()
    const phone = device()
    const alice = phone.connect()
    broker.crash()
    void alice.open({ timeout: 20 })
    await wait(19.9 * second)
    expect(alice.heard().filter((event) => !event.startsWith('reconnecting'))).toEqual([])
    await wait(0.2 * second)
    expect(alice.heard()).toEqual(['disconnected: ConnectionTimeout', 'open refused: ConnectionTimeout'])
    broker.restart()
    phone.phone.network.set('4g')
    phone.phone.hide()
    phone.phone.show()
    await wait(300 * second)
    expect([alice.heard(), alice.it.state]).toEqual([[], 'stopped'])
  })

  test.each(['a hung handshake', 'a server that does not answer', 'no slot', 'no network', 'a token that never comes'])(
    '> 0 ends %s',
    async (what) => {
      const { device, broker, wait } = createWorld()
      const phone = device({ quirks: { closeWhileConnecting: 'honoured' } })
      const alice = phone.connect({
        maxSockets: 1,
        ...(what.includes('token') && { tokenProvider: () => new Promise<string>(() => undefined) }),
      })
      if (what === 'a hung handshake') phone.phone.quirks.handshake = 'hangs'
      if (what === 'a server that does not answer') broker.ignoreConnect()
      if (what === 'no network') phone.phone.network.set('none')
      if (what === 'no network') alice.it.on('onReconnecting', () => alice.events.pop())
      if (what === 'no slot') void phone.connect({}, 'bob').open()
      await wait(100)
      alice.heard()
      void alice.open({ timeout: 3, ...(what.includes('token') && { accessToken: undefined }) })
      await wait(2.9 * second)
      expect(alice.heard()).toEqual([])
      await wait(0.2 * second)
      expect(alice.heard()).toEqual(['disconnected: ConnectionTimeout', 'open refused: ConnectionTimeout'])
    },
  )

  test('<= 0: without end', async () => {
    const { device, broker, wait, until } = createWorld()
    const alice = device().connect({ autoReconnectNumMax: 0 })
    broker.crash()
    void alice.open({ timeout: -1 })
    await wait(3_600 * second)
    broker.restart()
    await until(() => alice.it.isOpened(), 31 * second)
    await wait(10)
    expect(alice.heard().filter((event) => !event.startsWith('reconnecting'))).toEqual(['connected', 'opened'])
  })
})

describe('what is wrong for good stops at once, and says what to do', () => {
  const remedies: [string, string, RegExp][] = [
    ['createSocketTask:fail url not in domain list', 'DomainNotAllowed', /服务器域名/],
    ['connectSocket:fail invalid url "wss://im"', 'InvalidUrl', /url/],
    ['connectSocket:fail url validate error', 'InvalidUrl', /url/],
    ['fail max redirect count', 'InvalidUrl', /url/],
    ['connectSocket:fail jsapi has no permission', 'UnsupportedHere', /API/],
  ]
  test.each(remedies)('%s', async (text, name, remedy) => {
    const { device, network, broker, wait } = createWorld()
    const phone = device({ quirks: { failureTexts: { refused: text } } })
    network.fail(broker.url, { kind: 'refused' })
    const alice = phone.connect()
    const told: string[] = []
    alice.it.on('onDisconnected', (error) => told.push(error.remedy))
    void alice.open()
    await wait(300 * second)
    expect(told).toEqual([expect.stringMatching(remedy)])
    expect([alice.heard(), dials(phone), alice.it.state]).toEqual([
      [`disconnected: ${name}`, `open refused: ${name}`],
      1,
      'stopped',
    ])
    phone.phone.network.set('4g')
    await wait(60 * second)
    expect(dials(phone)).toBe(1)
  })

  test.each(['fail', 'onError', 'both'] as const)(
    'a domain that is not in the whitelist, told through %s',
    async (refusal) => {
      const { device, wait } = createWorld()
      const phone = device({ allowedDomains: ['wss://other.example.com'], quirks: { refusal } })
      const alice = phone.connect()
      void alice.open()
      await wait(60 * second)
      expect([alice.heard(), dials(phone)]).toEqual([
        ['disconnected: DomainNotAllowed', 'open refused: DomainNotAllowed'],
        1,
      ])
    },
  )

  const passing: [string, string][] = [
    ['exception onOpen fail code:9, msg:Timer Expired', 'SocketTimeout'],
    ['exception onOpen fail code:2, msg:Underlying Transport Error', 'SocketFailed'],
    ['exception onOpen fail code:8, msg:TLS handshake failed', 'TlsFailed'],
    ['TLS handshake timed out', 'SocketTimeout'],
    ['exception onOpen fail code:20, msg:Invalid HTTP status.', 'HandshakeRefused'],
    ['exception onOpen fail code:111, msg:Connection refused', 'SocketFailed'],
    ['connect response time out', 'SocketTimeout'],
    ['请求超时', 'SocketTimeout'],
    ['errcode:10011 network change, cancel all task', 'SocketFailed'],
    ['websocket was closed before the connection was established', 'SocketFailed'],
  ]
  test.each(passing)('but this may pass, and is tried again: %s', async (text, name) => {
    const { device, network, broker, wait } = createWorld()
    const phone = device({ quirks: { failureTexts: { refused: text } } })
    network.fail(broker.url, { kind: 'refused' })
    const alice = phone.connect({ autoReconnectNumMax: 1 })
    void alice.open()
    await wait(60 * second)
    expect([alice.heard(), dials(phone)]).toEqual([
      [`reconnecting 1: ${name}`, `disconnected: ${name}`, `open refused: ${name}`],
      2,
    ])
  })
})
