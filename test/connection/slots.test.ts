// The socket budget of the app: who may open a socket, and when a slot comes back, on phones that misbehave.
import { boot } from '../../simulator/node/boot'
import type * as Sdk from '../../src/index'
import { createWorld, dials, SHIPPED, socketsOf, type Line } from './world'

describe('other libraries hold every socket of the phone', () => {
  test.each([
    ['fail', 'dead'],
    ['fail', 'undefined'],
    ['onError', 'dead'],
    ['both', 'dead'],
    ['both', 'undefined'],
  ] as const)('told through %s (task: %s), it waits and spends no attempt', async (refusal, refusedTask) => {
    const world = createWorld()
    const device = world.device({ maxSockets: 2, quirks: { refusal, refusedTask } })
    const alice = device.connect({ autoReconnectNumMax: 0 })
    const [first] = device.strangers(2)
    await world.wait(100)
    void alice.open()
    await world.wait(30_000)
    expect(new Set(alice.heard())).toEqual(new Set(['reconnecting 1: SocketBudgetExhausted']))
    expect(dials(device) - 2).toBeGreaterThan(20) // about once a second

    first?.close({ code: 1000 })
    await world.wait(2_000)
    expect(alice.events.slice(-2)).toEqual(['connected', 'opened'])
  })

  test.each(['android', 'ios', 'pc', 'devtools'] as const)('in the words of %s', async (profile) => {
    const world = createWorld()
    const device = world.device({ maxSockets: 1, profile })
    const [stranger] = device.strangers(1)
    const alice = device.connect({ autoReconnectNumMax: 0 })
    void alice.open()
    await world.wait(3_000)
    stranger?.close({ code: 1000 })
    await world.wait(3_000)
    expect([...new Set(alice.heard())]).toEqual(['reconnecting 1: SocketBudgetExhausted', 'connected', 'opened'])
  })
})

describe('the end of a socket', () => {
  test('a slow close: the next socket waits for it, and close() resolves after it', async () => {
    const { online, wait } = createWorld()
    const alice = await online({}, { quirks: { closeTimeout: 2_500 } })
    alice.phone.network.cutSilently() // so the platform waits in vain for the server's half of the good-bye
    void alice.close()
    void alice.open()
    await wait(2_400)
    expect([alice.heard(), dials(alice)]).toEqual([[], 1])
    await wait(200)
    expect(alice.heard()).toEqual(['disconnected: ConnectionClosed', 'closed', 'connected, resumed', 'opened'])
    expect(socketsOf(alice)).toEqual(['connect 1', 'open 1', 'close 1', 'close 1', 'end 1', 'connect 2', 'open 2'])
  })

  test('a late onClose: the platform, asked again, says that the socket is gone', async () => {
    const { online, wait } = createWorld()
    const alice = await online({}, { quirks: { closeDelay: 30_000 } })
    void alice.close()
    await wait(1_100)
    expect(alice.heard()).toEqual(['disconnected: ConnectionClosed', 'closed'])
    void alice.open()
    await wait(60_000) // the onClose of the first socket comes while the second one lives
    expect(alice.heard()).toEqual(['connected, resumed', 'opened'])
  })

  test('no onClose at all: close() asks again and believes the platform that there is no such socket', async () => {
    const { online, wait } = createWorld()
    const alice = await online({}, { quirks: { ownClose: [] } })
    void alice.close()
    await wait(900)
    expect(alice.heard()).toEqual([])
    await wait(200)
    expect(alice.heard()).toEqual(['disconnected: ConnectionClosed', 'closed'])
    expect(socketsOf(alice)).toEqual(['connect 1', 'open 1', 'close 1', 'end 1', 'close 1'])
  })

  test.each([[['close', 'close']], [['error', 'close']], [['close', 'error', 'close']], [['error']]] as const)(
    'told as %j: heard once',
    async (ownClose) => {
      const { online, wait } = createWorld()
      const alice = await online({}, { quirks: { ownClose } })
      void alice.close()
      await wait(5_000)
      void alice.open()
      await wait(5_000)
      expect(alice.heard()).toEqual(['disconnected: ConnectionClosed', 'closed', 'connected, resumed', 'opened'])
    },
  )

  test('a link that never ends: close() says after 20 s that it is not confirmed, and the next login takes the other slot', async () => {
    const { online, wait, until } = createWorld()
    const alice = await online({}, { quirks: { closeTimeout: 300_000 } })
    alice.phone.network.cutSilently()
    void alice.close()
    await wait(19_900)
    expect(alice.heard()).toEqual([])
    await wait(200)
    expect(alice.heard()).toEqual(['disconnected: ConnectionClosed', 'closed, unconfirmed'])
    void alice.open()
    await until(() => alice.it.isOpened(), 1_000)
    expect(alice.it.stats().slots.taken).toBe(2)
    await wait(60_000)
    expect(alice.it.stats().slots.taken).toBe(1) // written off
    await wait(300_000)
  })

  test('a platform that refuses close() is asked again until it obeys', async () => {
    const { online, wait } = createWorld()
    const alice = await online({}, { quirks: { closeFailure: 'closeSocket:fail internal error', closeTimeout: 1_000 } })
    alice.phone.network.cutSilently()
    void alice.close()
    await wait(10_000)
    expect(alice.heard()).toEqual([])
    alice.phone.quirks.closeFailure = undefined
    await wait(6_500)
    expect(alice.heard()).toEqual(['disconnected: ConnectionClosed', 'closed'])
    expect(socketsOf(alice)).toEqual(['connect 1', 'open 1', ...Array.from({ length: 5 }, () => 'close 1'), 'end 1'])
  })

  test('the slot of a destroyed connection comes back, although nobody ever confirmed the end', async () => {
    const { online, wait } = createWorld()
    const alice = await online({ maxSockets: 1 }, { quirks: { closeTimeout: 300_000 } })
    const bob = alice.connect({ maxSockets: 1 }, 'bob')
    alice.phone.network.cutSilently()
    void alice.destroy()
    void bob.open()
    await wait(21_000)
    expect([alice.heard(), bob.heard()]).toEqual([['destroyed, unconfirmed'], []])
    await wait(60_000)
    expect(bob.heard()).toEqual(['connected', 'opened'])
    await wait(300_000)
  })
})

describe('a socket that is given up before it opened', () => {
  test.each(['refused', 'ignored'] as const)(
    'close %s: it keeps its slot, and is closed as soon as it opens',
    async (closeWhileConnecting) => {
      const { device, wait } = createWorld()
      const phone = device({ quirks: { closeWhileConnecting, openDelay: 3_000 } })
      const alice = phone.connect()
      void alice.open()
      await wait(1_000)
      void alice.close()
      await wait(1_000)
      expect([alice.heard(), alice.it.stats().slots.taken]).toEqual([['open refused: ConnectionClosed'], 1])
      await wait(2_000)
      expect(alice.heard()).toEqual(['disconnected: ConnectionClosed', 'closed'])
      expect(socketsOf(phone)).toEqual(['connect 1', 'close 1', 'open 1', 'close 1', 'end 1'])
    },
  )

  test('close honoured: confirmed at once', async () => {
    const { device, wait } = createWorld()
    const phone = device({ quirks: { closeWhileConnecting: 'honoured', openDelay: 3_000 } })
    const alice = phone.connect()
    void alice.open()
    await wait(1_000)
    void alice.close()
    await wait(10)
    expect(alice.heard()).toEqual(['open refused: ConnectionClosed', 'disconnected: ConnectionClosed', 'closed'])
    expect(socketsOf(phone)).toEqual(['connect 1', 'close 1', 'end 1'])
  })

  test.each(['refused', 'ignored', 'honoured'] as const)(
    'a handshake that hangs (close %s): close() resolves when the platform gives it up, and nothing dials after it',
    async (closeWhileConnecting) => {
      const { device, wait } = createWorld()
      const phone = device({ quirks: { closeWhileConnecting, handshake: 'hangs' } })
      const alice = phone.connect()
      void alice.open()
      await wait(1_000)
      void alice.close()
      await wait(15_000)
      expect(alice.heard()).toEqual(['open refused: ConnectionClosed', 'disconnected: ConnectionClosed', 'closed'])
      await wait(120_000)
      expect(socketsOf(phone)).toEqual(['connect 1', 'close 1', 'end 1'])
    },
  )

  test('handshakes that hang without a word, for ever: two sockets at most, written off after 75 s, and online when it ends', async () => {
    const { device, wait, until } = createWorld()
    const phone = device({ quirks: { closeWhileConnecting: 'ignored', handshake: 'hangs-silently' } })
    const alice = phone.connect({ autoReconnectNumMax: Infinity })
    void alice.open()
    await wait(300_000)
    expect(alice.it.stats().slots.most).toBe(2)
    expect(dials(phone)).toBeLessThanOrEqual(12) // two a minute, each kept for 75 s
    phone.phone.quirks.handshake = 'normal'
    await until(() => alice.it.isOpened(), 90_000)
  })
})

describe('several connections', () => {
  test('two share the budget; a third waits for the end of one of them, and says so', async () => {
    const { device, wait } = createWorld()
    const phone = device()
    const said: string[] = []
    const [alice, bob] = ['alice', 'bob'].map((user) => phone.connect({}, user)) as [Line, Line]
    const carol = phone.connect({ logFunc: ({ area, event }) => void said.push(`${area} ${event}`) }, 'carol')
    for (const line of [alice, bob, carol]) void line.open()
    await wait(60_000)
    expect([alice.heard(), bob.heard(), carol.heard(), carol.it.state]).toEqual([
      ['connected', 'opened'],
      ['connected', 'opened'],
      [],
      'queued',
    ])
    expect(said).toContain('slot wait')
    void alice.close()
    await wait(100)
    expect(carol.heard()).toEqual(['connected', 'opened'])
    expect(phone.phone.sockets.most).toBe(2)
  })

  test('two on one phone talk to each other: neither hears what is meant for the other', async () => {
    const { device, wait } = createWorld()
    const phone = device()
    const [alice, bob] = ['alice', 'bob'].map((user) => phone.connect({}, user)) as [Line, Line]
    for (const line of [alice, bob]) void line.open()
    await wait(100)
    void alice.it.subscribe('to/alice')
    void bob.it.subscribe('to/bob')
    await wait(100)
    void alice.it.publish('to/bob', 'hello bob')
    void bob.it.publish('to/alice', 'hello alice')
    await wait(100)
    expect([alice.heard().slice(2), bob.heard().slice(2)]).toEqual([['to/alice 1 hello alice'], ['to/bob 1 hello bob']])
  })

  test('a server that dies under two connections: each comes back with the one slot it had', async () => {
    const { device, broker, wait } = createWorld()
    const phone = device()
    const lines = ['alice', 'bob'].map((user) => phone.connect({}, user))
    for (const line of lines) void line.open()
    await wait(100)
    broker.crash()
    await wait(3_000)
    broker.restart()
    await wait(60_000)
    expect(lines.map(({ it }) => it.isOpened())).toEqual([true, true])
  })

  test('the package loaded twice on one phone: one budget', async () => {
    const { device, wait } = createWorld()
    const phone = device()
    const second = boot(phone.phone, { file: SHIPPED })
    const copy = (second.exports as typeof Sdk).Connection
    expect(copy).not.toBe(phone.sdk.Connection)
    const alice = phone.connect({}, 'alice')
    const bob = phone.connect({}, 'bob')
    const carol = phone.connect({}, 'carol', copy)
    for (const line of [alice, bob, carol]) void line.open()
    await wait(10_000)
    expect([carol.it.state, carol.it.stats().slots.taken]).toEqual(['queued', 2])
    void bob.destroy()
    await wait(100)
    expect(carol.heard()).toEqual(['connected', 'opened'])
  })

  test('with maxSockets 1 the next socket waits for the proven end of the one before', async () => {
    const { online, wait, broker } = createWorld()
    const alice = await online({ maxSockets: 1 }, { budget: 1, quirks: { lost: ['error'], closeDelay: 500 } })
    for (let drop = 0; drop < 3; drop++) {
      broker.crash()
      broker.restart()
      await wait(20_000)
      expect(alice.it.isOpened()).toBe(true)
    }
    expect(alice.phone.sockets.most).toBe(1)
  })
})
