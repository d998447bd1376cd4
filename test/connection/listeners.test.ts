// What an app may do inside a handler: throw, call back into the connection, add and remove handlers.
import { createWorld } from './world'

test('a handler that throws silences nobody, and the connection goes on', async () => {
  const { online, broker, wait } = createWorld()
  const alice = await online()
  const heard: string[] = []
  for (const event of ['onConnected', 'onReconnecting', 'onStateChange'] as const)
    alice.it
      .on(event, () => {
        throw new Error('a bug of the app')
      })
      .on(event, () => void heard.push(event))
  broker.crash()
  broker.restart()
  await wait(5_000)
  expect(alice.heard()).toEqual(['reconnecting 1: LinkLost', 'connected, resumed'])
  expect(heard.filter((event) => event !== 'onStateChange')).toEqual(['onReconnecting', 'onConnected'])
})

test('close() in onConnected: open() had succeeded, and the end is heard after it', async () => {
  const { device, wait } = createWorld()
  const alice = device().connect()
  alice.it.on('onConnected', () => void alice.close())
  void alice.open()
  await wait(30_000)
  expect(alice.heard()).toEqual(['connected', 'opened', 'disconnected: ConnectionClosed', 'closed'])
  expect(alice.it.state).toBe('idle')
})

test('destroy() in onConnected: nothing is heard after it', async () => {
  const { device, wait } = createWorld()
  const alice = device().connect()
  alice.it.on('onConnected', () => void alice.destroy())
  alice.it.on('onConnected', () => void alice.events.push('heard after destroy()'))
  void alice.open()
  await wait(30_000)
  expect(alice.heard()).toEqual(['connected', 'opened', 'destroyed'])
})

test('destroy() in onRawMessage: the rest of the same packet is not heard', async () => {
  const { online, broker, wait } = createWorld()
  const alice = await online()
  void alice.it.subscribe('t')
  await wait(100)
  alice.it.on('onRawMessage', () => void alice.destroy())
  broker.publish('t', 'one')
  broker.publish('t', 'two')
  await wait(10_000)
  expect(alice.heard()).toEqual(['t 1 one', 'destroyed'])
})

test.each(['onDisconnected', 'onStateChange'] as const)(
  'open() in %s after a definite refusal logs in again',
  async (event) => {
    const { device, broker, wait } = createWorld()
    const alice = device().connect()
    let again = 0
    alice.it.on(event, () => {
      if (alice.it.state === 'stopped' && again++ === 0) void alice.open()
    })
    broker.refuseNext(0x8a)
    void alice.open()
    await wait(30_000)
    expect(alice.heard()).toEqual(['disconnected: UserBlocked', 'open refused: UserBlocked', 'connected', 'opened'])
  },
)

test('open() in onDisconnected after close() logs in again', async () => {
  const { online, wait } = createWorld()
  const alice = await online()
  let again = 0
  alice.it.on('onDisconnected', () => {
    if (again++ === 0) void alice.open()
  })
  void alice.close()
  await wait(30_000)
  expect(alice.heard()).toEqual(['disconnected: ConnectionClosed', 'closed', 'connected, resumed', 'opened'])
})

test('close() in onDisconnected ends there', async () => {
  const { device, broker, wait } = createWorld()
  const alice = device().connect()
  alice.it.on('onDisconnected', () => void alice.close())
  broker.refuseNext(0x8a)
  void alice.open()
  await wait(30_000)
  expect(alice.heard()).toEqual([
    'disconnected: UserBlocked',
    'open refused: UserBlocked',
    'disconnected: ConnectionClosed',
    'closed',
    'closed',
  ])
})

test('close() in onReconnecting stops the return', async () => {
  const { online, broker, wait } = createWorld()
  const alice = await online()
  alice.it.on('onReconnecting', () => void alice.close())
  broker.crash()
  broker.restart()
  await wait(60_000)
  expect(alice.heard()).toEqual(['reconnecting 1: LinkLost', 'disconnected: ConnectionClosed', 'closed'])
})

test('close() in onError ends at once', async () => {
  const { online, broker, wait } = createWorld()
  const alice = await online()
  void alice.it.subscribe('t')
  await wait(100)
  alice.it.on('onError', ({ name }) => {
    if (name === 'SubscriptionRefused') void alice.close()
  })
  broker.crash({ loseSessions: true })
  broker.forbid('t')
  broker.restart()
  await wait(5_000)
  expect(alice.heard()).toEqual([
    'reconnecting 1: LinkLost',
    'error: SessionLost',
    'connected',
    'error: SubscriptionRefused',
    'disconnected: ConnectionClosed',
    'closed',
  ])
})

test('close() and open() in one handler: the new login replaces the old', async () => {
  const { online, broker, wait } = createWorld()
  const alice = await online()
  void alice.it.subscribe('t')
  await wait(100)
  alice.it.on('onRawMessage', () => {
    void alice.close()
    void alice.open()
  })
  broker.publish('t', 'now')
  await wait(30_000)
  expect(alice.heard()).toEqual(['t 1 now', 'disconnected: ConnectionClosed', 'closed', 'connected, resumed', 'opened'])
})

test('a second open() is refused, wherever it comes from', async () => {
  const { device, broker, wait } = createWorld()
  const alice = device().connect()
  void alice.open()
  void alice.open()
  await wait(100)
  void alice.open()
  await wait(100)
  expect(alice.heard()).toEqual([
    'open refused: ConnectionExist',
    'connected',
    'opened',
    'open refused: ConnectionExist',
  ])
  void alice.close()
  await wait(100)
  alice.heard()

  broker.refuseNext(0x8a)
  let again = 0
  alice.it.on('onDisconnected', () => {
    if (again++ > 0) return
    void alice.open()
    void alice.open()
  })
  void alice.open()
  await wait(30_000)
  expect(alice.heard().sort()).toEqual([
    'connected, resumed',
    'disconnected: UserBlocked',
    'open refused: ConnectionExist',
    'open refused: UserBlocked',
    'opened',
  ])
})

test('handlers under a name are replaced and removed together; `this` is the object they came in', async () => {
  const { device, wait } = createWorld()
  const alice = device().connect()
  const heard: string[] = []
  const handlers = {
    name: 'first',
    onConnected() {
      heard.push(this.name)
    },
  }
  alice.it.addEventHandler('app', handlers)
  const others = { ...handlers, name: 'second' }
  alice.it.addEventHandler('app', others)
  void alice.open()
  await wait(100)
  alice.it.removeEventHandler('app')
  void alice.close()
  await wait(100)
  void alice.open()
  await wait(100)
  expect(heard).toEqual(['second'])
  alice.heard()
})
