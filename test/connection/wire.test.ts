// Raw publish and subscribe, sessions that outlive links, and sockets that speak too late or too early.
import type * as Sdk from '../../src/index'
import { createWorld, dials, type Line } from './world'

const second = 1_000

/** How a call of the app ended, into the list of what it heard. */
const outcome = (line: Line, what: string, call: Promise<unknown>) =>
  void call.then(
    () => line.events.push(`${what} done`),
    ({ name }: Sdk.ConnectionError) => line.events.push(`${what}: ${name}`),
  )

describe('publish and subscribe', () => {
  test.each([0, 1, 2] as const)('QoS %i from one phone to another, exactly once', async (qos) => {
    const { online, device, broker, wait } = createWorld()
    const alice = await online()
    const bob = device().connect({}, 'bob')
    void bob.open()
    await wait(second)
    bob.heard()
    outcome(bob, 'subscribe', bob.it.subscribe('talk/+', { qos }))
    await wait(100)
    for (const text of ['one', 'two', '三']) outcome(alice, text, alice.it.publish('talk/alice', text, { qos }))
    await wait(second)
    expect(alice.heard()).toEqual(['one done', 'two done', '三 done'])
    expect(bob.heard()).toEqual([
      'subscribe done',
      `talk/alice ${qos} one`,
      `talk/alice ${qos} two`,
      `talk/alice ${qos} 三`,
    ])
    expect(broker.taken.filter(({ topic }) => topic === 'talk/alice').map(({ text }) => text)).toEqual([
      'one',
      'two',
      '三',
    ])
    outcome(bob, 'unsubscribe', bob.it.unsubscribe('talk/+'))
    await wait(100)
    void alice.it.publish('talk/alice', 'unheard', { qos })
    await wait(second)
    expect(bob.heard()).toEqual(['unsubscribe done'])
  })

  test('without a link nothing is queued: NotConnected', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online()
    broker.crash()
    await wait(10)
    outcome(alice, 'publish', alice.it.publish('t', 'x'))
    await wait(10)
    // It hastens the next attempt, and does not wait for it.
    expect(alice.heard().slice(0, 2)).toEqual(['reconnecting 1: LinkLost', 'publish: NotConnected'])
  })

  test('without a login nobody would answer: NotConnected', async () => {
    const { device, broker, wait } = createWorld()
    const alice = device().connect()
    const ask = async () => {
      outcome(alice, 'publish', alice.it.publish('t', 'x'))
      outcome(alice, 'subscribe', alice.it.subscribe('t'))
      outcome(alice, 'unsubscribe', alice.it.unsubscribe('t'))
      outcome(alice, 'renewToken', alice.it.renewToken('new'))
      await wait(10)
      return alice.heard()
    }
    const refused = ['publish', 'subscribe', 'unsubscribe', 'renewToken'].map((call) => `${call}: NotConnected`)
    expect(await ask()).toEqual(refused)
    broker.refuseNext(0x8a)
    void alice.open()
    await wait(second)
    alice.heard()
    expect(await ask()).toEqual(refused)
  })

  test.each([1, 2] as const)('QoS %i in flight survives a drop: resent, taken once, and acknowledged', async (qos) => {
    const { online, broker, wait } = createWorld()
    const alice = await online()
    broker.lose(qos === 1 ? 'puback' : 'pubrec')
    outcome(alice, 'publish', alice.it.publish('t', 'x', { qos }))
    await wait(100)
    broker.crash()
    broker.restart()
    await wait(5 * second)
    expect(alice.heard()).toEqual(['reconnecting 1: LinkLost', 'connected, resumed', 'publish done'])
    expect(broker.taken.filter(({ topic }) => topic === 't').map(({ dup }) => dup)).toEqual(
      qos === 1 ? [false, true] : [false],
    )
  })

  test('what the server refuses is told to the one who asked, and the link lives on', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online()
    broker.forbid('secret/#')
    outcome(alice, 'publish', alice.it.publish('secret/x', 'x'))
    outcome(alice, 'subscribe', alice.it.subscribe('secret/#'))
    await wait(second)
    expect([alice.heard(), dials(alice)]).toEqual([['publish: PublishRefused', 'subscribe: SubscriptionRefused'], 1])
  })

  test('a subscription asked for without a link is made when there is one', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online()
    broker.crash()
    await wait(10)
    outcome(alice, 'subscribe', alice.it.subscribe('t'))
    broker.restart()
    await wait(5 * second)
    broker.publish('t', 'x')
    await wait(second)
    expect(alice.heard()).toEqual(['reconnecting 1: LinkLost', 'connected, resumed', 'subscribe done', 't 1 x'])
  })
})

describe('the session', () => {
  test('keeps messages of the meantime, in order', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online()
    void alice.it.subscribe('t')
    await wait(100)
    alice.phone.network.set('none')
    await wait(10 * second)
    for (const text of ['one', 'two', 'three']) broker.publish('t', text)
    await wait(600 * second)
    alice.phone.network.set('wifi')
    await wait(second)
    expect(alice.heard().filter((event) => !event.startsWith('reconnecting'))).toEqual([
      'network gone',
      'network back',
      'connected, resumed',
      't 1 one',
      't 1 two',
      't 1 three',
    ])
  })

  test('that the server lost is told, and everything is subscribed again', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online()
    void alice.it.subscribe(['t', 'u/#'], { qos: 2 })
    await wait(100)
    broker.crash({ loseSessions: true })
    broker.restart()
    await wait(5 * second)
    broker.publish('t', 'x', { qos: 2 })
    broker.publish('u/v', 'y', { qos: 2 })
    await wait(second)
    expect(alice.heard()).toEqual(['reconnecting 1: LinkLost', 'error: SessionLost', 'connected', 't 2 x', 'u/v 2 y'])
  })

  test('of another user is another session: nothing of the first is subscribed', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online()
    void alice.it.subscribe('t')
    await wait(100)
    void alice.close()
    await wait(second)
    void alice.open({ user: 'bob' })
    await wait(second)
    broker.publish('t', 'for alice')
    await wait(second)
    expect(alice.heard()).toEqual(['disconnected: ConnectionClosed', 'closed', 'connected', 'opened'])
    expect([...(broker.sessions.get('acme/chat/bob')?.subscriptions.keys() ?? [])]).not.toContain('t')
  })
})

describe('a server that breaks the protocol', () => {
  test.each([
    ['a packet type that does not exist', [0x00, 0x00]],
    ['a second CONNACK', [0x20, 0x03, 0x00, 0x00, 0x00]],
    ['a length without end', [0x30, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ['a packet larger than we take', [0x30, 0xff, 0xff, 0xff, 0x7f]],
  ])('(%s) is left, and tried again', async (_, bytes) => {
    const { online, broker, wait } = createWorld()
    const alice = await online()
    broker.sendRaw(bytes)
    await wait(5 * second)
    expect(alice.heard()).toEqual(['reconnecting 1: ProtocolViolated', 'connected, resumed'])
  })
})

/** What left inside onOpen, and every send as a list of what was handed over. */
const spied = (wx: Sdk.WxApi) => {
  const sends: (ArrayBuffer | string)[] = []
  const insideOnOpen: number[] = []
  const spy = Object.assign(Object.create(wx) as Sdk.WxApi, {
    connectSocket: (options: Parameters<Sdk.WxApi['connectSocket']>[0]) => {
      const task = wx.connectSocket(options)
      if (!task) return task
      return Object.assign(Object.create(task) as typeof task, {
        send: (message: Parameters<typeof task.send>[0]) => {
          sends.push(message.data)
          task.send(message)
        },
        onOpen: (listener: Parameters<typeof task.onOpen>[0]) =>
          task.onOpen((result) => {
            const before = sends.length
            listener(result)
            insideOnOpen.push(sends.length - before)
          }),
      })
    },
  })
  return { spy, sends, insideOnOpen }
}

describe('the write path', () => {
  test('CONNECT leaves inside onOpen, in one piece, as an ArrayBuffer of exactly its length', async () => {
    const { device, wait } = createWorld()
    const phone = device()
    const { spy, sends, insideOnOpen } = spied(phone.phone.wx)
    const alice = phone.connect({ wx: spy })
    void alice.open()
    await wait(second)
    const [connect] = sends
    expect([alice.heard(), insideOnOpen, Object.prototype.toString.call(connect)]).toEqual([
      ['connected', 'opened'],
      [1],
      '[object ArrayBuffer]',
    ])
    const bytes = new Uint8Array(connect as ArrayBuffer)
    const [type, low, high] = bytes as unknown as [number, number, number]
    const length = low < 0x80 ? 2 + low : 3 + (low & 0x7f) + high * 0x80
    expect([type, bytes.length]).toEqual([0x10, length])
  })

  test('a burst of messages leaves in one send', async () => {
    const { device, broker, wait } = createWorld()
    const phone = device()
    const { spy, sends } = spied(phone.phone.wx)
    const alice = phone.connect({ wx: spy })
    void alice.open()
    await wait(second)
    sends.length = 0
    for (let i = 0; i < 100; i++) void alice.it.publish('t', `message ${i}`)
    await wait(second)
    expect([sends.length, broker.taken.filter(({ topic }) => topic === 't').length]).toEqual([1, 100])
  })
})

describe('sockets that speak too late or too early', () => {
  test.each([[['error']], [['close']], [['error', 'close', 'close']], [['close', 'error', 'error']]] as const)(
    'the late end (%j) of the last socket does nothing to the next one',
    async (lost) => {
      const { online, broker, wait } = createWorld()
      const alice = await online(
        { heartBeatWait: 5 * second },
        { quirks: { lost, ownClose: lost, closeDelay: 40 * second } },
      )
      broker.silent()
      await wait(30 * second) // found dead and replaced; the first socket's words come half a minute later
      expect(alice.heard()).toEqual(['reconnecting 1: HeartbeatTimeout', 'connected, resumed'])
      await wait(120 * second)
      expect([alice.heard(), dials(alice)]).toEqual([[], 2])
    },
  )

  test('a message that overtakes onOpen is kept and read after it', async () => {
    const { device, network, wait } = createWorld()
    const url = 'wss://hasty.example.com/mqtt'
    network.listen(url, (peer) => peer.send(Uint8Array.from([0x20, 0x03, 0x00, 0x00, 0x00]).buffer)) // CONNACK before CONNECT
    const phone = device({ quirks: { messageBeforeOpen: true, openDelay: 100 } })
    const alice = phone.connect({ url })
    void alice.open()
    await wait(second)
    expect(alice.heard()).toEqual(['connected', 'opened'])
  })

  test('an onOpen that comes after the socket was written off: closed again, and nothing else', async () => {
    const { device, wait } = createWorld()
    const phone = device({ quirks: { closeWhileConnecting: 'ignored', openDelay: 70 * second }, budget: 5 })
    phone.phone.quirks.connectTimeout = 300 * second
    const alice = phone.connect({ autoReconnectNumMax: 0, wx: patient(phone.phone.wx) })
    void alice.open()
    await wait(16 * second)
    expect(alice.heard()).toEqual(['disconnected: SocketTimeout', 'open refused: SocketTimeout'])
    await wait(100 * second)
    expect([alice.it.state, phone.phone.sockets.open]).toEqual(['stopped', 0])
  })
})

/** A phone that does not know the option `timeout` of connectSocket (base library below 2.10). */
const patient = (wx: { connectSocket: unknown }) =>
  Object.assign(Object.create(wx) as Sdk.WxApi, {
    connectSocket: ({ timeout: _timeout, ...options }: Parameters<Sdk.WxApi['connectSocket']>[0]) =>
      (wx as Sdk.WxApi).connectSocket(options),
  })
