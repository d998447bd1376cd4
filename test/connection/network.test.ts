// The network under the connection: gone, changed, weak, flapping, half-open, and a phone whose clock is wrong.
import { createWorld, dials } from './world'

const second = 1_000

describe('the network', () => {
  test('goes and comes back: told as the drop that it is, seldom dialled meanwhile, no attempt spent, back at once', async () => {
    const { online, wait } = createWorld()
    const alice = await online({ autoReconnectNumMax: 0 })
    alice.phone.network.set('none')
    await wait(4 * second)
    expect([alice.heard(), alice.it.state]).toEqual([['network gone', 'reconnecting 1: NetworkUnavailable'], 'paused'])
    await wait(600 * second)
    // In spite of the phone, after 10 s, 10, 20, 40, ...
    expect(dials(alice)).toBe(1 + 5)
    alice.phone.network.set('4g')
    await wait(100)
    expect(alice.heard().slice(-2)).toEqual(['network back', 'connected, resumed'])
  })

  test('is called `offline` on iOS', async () => {
    const { online, wait } = createWorld()
    const alice = await online({ autoReconnectNumMax: 0 }, { profile: 'ios' })
    alice.phone.network.set('none')
    await wait(60 * second)
    alice.phone.network.set('wifi')
    await wait(100)
    expect(alice.heard().filter((event) => !event.startsWith('reconnecting'))).toEqual([
      'network gone',
      'network back',
      'connected, resumed',
    ])
  })

  test('is gone when the app starts: open() waits for it', async () => {
    const { device, wait } = createWorld()
    const phone = device()
    phone.phone.network.set('none')
    const alice = phone.connect({ autoReconnectNumMax: 0 })
    await wait(100)
    void alice.open()
    await wait(60 * second)
    const told = alice.heard()
    expect([told[0], new Set(told.slice(1)), dials(phone)]).toEqual([
      'network gone',
      new Set(['reconnecting 1: NetworkUnavailable']),
      3,
    ])
    phone.phone.network.set('wifi')
    await wait(100)
    expect(alice.heard()).toEqual(['network back', 'connected', 'opened'])
  })

  test('changes without a word of the sockets (Android): found by a probe within 3 s', async () => {
    const { online, wait } = createWorld()
    const alice = await online({ autoReconnectNumMax: 1 }, { quirks: { networkSwitch: 'silent' } })
    alice.phone.network.set('4g')
    await wait(4 * second)
    expect(alice.heard()).toEqual(['reconnecting 1: HeartbeatTimeout', 'connected, resumed'])
  })

  test('changes and ends every socket (iOS): back within a second', async () => {
    const { online, wait } = createWorld()
    const alice = await online({ autoReconnectNumMax: 1 }, { profile: 'ios' })
    alice.phone.network.set('4g')
    await wait(second)
    expect(alice.heard()).toEqual(['reconnecting 1: SocketFailed', 'connected, resumed'])
  })

  test('changes and the sockets survive: kept', async () => {
    const { online, wait } = createWorld()
    const alice = await online({}, { quirks: { networkSwitch: 'survives' } })
    alice.phone.network.set('4g')
    await wait(60 * second)
    expect([alice.heard(), dials(alice)]).toEqual([[], 1])
  })

  test('changes in back-off: the new one is a new chance, taken at once', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online({ reconnectBaseDelay: 600 * second, reconnectMaxDelay: 600 * second })
    broker.crash()
    broker.restart()
    await wait(100)
    alice.phone.network.set('4g')
    await wait(100)
    expect(alice.heard()).toEqual(['reconnecting 1: LinkLost', 'connected, resumed'])
  })

  test('changes while a handshake hangs: the new one is dialled at once', async () => {
    const { device, wait } = createWorld()
    const phone = device({ quirks: { handshake: 'hangs' } })
    const alice = phone.connect({ autoReconnectNumMax: 0 })
    void alice.open()
    await wait(2 * second)
    phone.phone.quirks.handshake = 'normal'
    phone.phone.network.set('4g')
    await wait(100)
    expect([alice.heard(), dials(phone)]).toEqual([['connected', 'opened'], 2])
  })

  test('flaps five times a second for a minute: two sockets at most, and online when it stops', async () => {
    const { online, wait, until } = createWorld()
    const alice = await online({}, { quirks: { closeWhileConnecting: 'ignored', networkSwitch: 'silent' } })
    for (let flip = 0; flip < 300; flip++) {
      alice.phone.network.set((['none', 'wifi', '4g'] as const)[flip % 3]!)
      await wait(200)
    }
    alice.phone.network.set('wifi')
    await until(() => alice.it.isOpened(), 20 * second)
    await wait(60 * second)
    expect([alice.it.isOpened(), alice.heard().filter((event) => event.startsWith('disconnected'))]).toEqual([true, []])
  })

  test('goes and comes without the phone telling: asked for when an attempt fails', async () => {
    const { online, wait, until } = createWorld()
    const alice = await online({ autoReconnectNumMax: 2 }, { quirks: { networkEvents: false } })
    alice.phone.network.set('none')
    await wait(600 * second)
    expect(alice.it.state).toBe('paused')
    alice.phone.network.set('wifi')
    await until(() => alice.it.isOpened(), 40 * second)
    expect(alice.heard().filter((event) => !event.startsWith('reconnecting'))).toEqual([
      'network gone',
      'network back',
      'connected, resumed',
    ])
  })

  test('is weak and recovers: a probe tells that the link lives', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online()
    const pings = () => broker.received.filter(({ cmd }) => cmd === 'pingreq').length
    alice.phone.network.weak(true)
    await wait(20 * second)
    alice.phone.network.weak(false)
    await wait(second)
    expect([pings(), alice.heard()]).toEqual([1, []])
  })

  test('is weak and recovers: a link that died meanwhile is replaced within 3 s', async () => {
    const { online, wait } = createWorld()
    const alice = await online()
    alice.phone.network.weak(true)
    alice.phone.network.cutSilently()
    await wait(5 * second)
    alice.phone.network.weak(false)
    await wait(4 * second)
    expect(alice.heard()).toEqual(['reconnecting 1: HeartbeatTimeout', 'connected, resumed'])
  })

  test('is said to be no longer weak while there is none: no reason to dial at once', async () => {
    const { online, wait } = createWorld()
    const alice = await online()
    alice.phone.network.weak(true)
    alice.phone.network.set('none')
    await wait(5 * second)
    const before = alice.heard()
    alice.phone.network.weak(false)
    await wait(second)
    expect([before, alice.heard(), alice.it.state, dials(alice)]).toEqual([
      ['network gone', 'reconnecting 1: NetworkUnavailable'],
      [],
      'paused',
      1,
    ])
  })

  test('is so slow that the login takes 12 s: it gets there', async () => {
    const { device, wait } = createWorld()
    const phone = device()
    phone.phone.network.latency(3 * second)
    const alice = phone.connect({ autoReconnectNumMax: 0 })
    void alice.open()
    await wait(30 * second)
    expect(alice.heard()).toEqual(['connected', 'opened'])
    phone.phone.network.latency(0)
  })
})

describe('a link that is dead on one side only', () => {
  test('is found by the heartbeat: silence, a ping, and 10 s for its answer', async () => {
    const { online, broker, clock, until, wait } = createWorld()
    const alice = await online({ heartBeatWait: 20 * second })
    const since = clock.now()
    broker.silent()
    await until(() => alice.events.length > 0)
    expect(clock.now() - since).toBeGreaterThan(29 * second)
    expect(clock.now() - since).toBeLessThanOrEqual(30 * second)
    await wait(2 * second)
    expect(alice.heard()).toEqual(['reconnecting 1: HeartbeatTimeout', 'connected, resumed'])
  })

  test('is found by the first send that fails', async () => {
    const { online, wait } = createWorld()
    const alice = await online()
    alice.phone.quirks.sendFailure = 'sendSocketMessage:fail Underlying Transport Error'
    const sent = alice.it.publish('t', 'kept until it arrives')
    await wait(1)
    alice.phone.quirks.sendFailure = undefined
    await wait(2 * second)
    await sent
    expect(alice.heard()).toEqual(['reconnecting 1: SocketFailed', 'connected, resumed'])
  })

  test('a server that is alive is not given up, however quiet the app is', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online()
    await wait(3_600 * second)
    expect([alice.heard(), dials(alice)]).toEqual([[], 1])
    expect(broker.received.filter(({ cmd }) => cmd === 'pingreq').length).toBeGreaterThan(100)
  })
})

describe('a machine that is gone without a word', () => {
  test('is dialled in vain, 15 s each, until it gives up; then the return of the app brings it back', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online({ autoReconnectNumMax: 2 }, { quirks: { closeWhileConnecting: 'ignored' } })
    broker.vanish()
    await wait(300 * second)
    expect(alice.heard()).toEqual([
      'reconnecting 1: HeartbeatTimeout',
      'reconnecting 2: SocketTimeout',
      'disconnected: SocketTimeout',
    ])
    broker.crash()
    broker.restart()
    await wait(600 * second)
    expect(alice.heard()).toEqual([]) // given up is given up, until something changes
    alice.phone.hide()
    await wait(second)
    alice.phone.show()
    await wait(second)
    expect(alice.heard()).toEqual(['connected, resumed'])
  })
})

describe("the phone's clock", () => {
  const jumps = [
    ['an hour back', -3_600 * second],
    ['an hour ahead', 3_600 * second],
    ['a year back', -365 * 86_400 * second],
    ['a year ahead', 365 * 86_400 * second],
  ] as const

  test.each(jumps)('jumps %s while online: the link is kept and watched', async (_, jump) => {
    const { online, broker, wait } = createWorld()
    const alice = await online({ heartBeatWait: 20 * second })
    await wait(5 * second)
    alice.phone.skewMs += jump
    await wait(120 * second)
    expect([alice.heard(), dials(alice)]).toEqual([[], 1])
    broker.silent()
    await wait(60 * second)
    expect(alice.heard()).toEqual(['reconnecting 1: HeartbeatTimeout', 'connected, resumed'])
  })

  test.each(jumps)('jumps %s in back-off: back after at most twice the delay', async (_, jump) => {
    const { online, broker, wait } = createWorld()
    const alice = await online({ reconnectBaseDelay: 30 * second })
    broker.crash()
    broker.restart()
    await wait(second)
    alice.phone.skewMs += jump
    await wait(60 * second)
    expect(alice.heard()).toEqual(['reconnecting 1: LinkLost', 'connected, resumed'])
  })

  test.each(jumps)('jumps %s while a handshake hangs: it is given up', async (_, jump) => {
    const { device, wait } = createWorld()
    const phone = device({ quirks: { handshake: 'hangs-silently', closeWhileConnecting: 'honoured' } })
    const alice = phone.connect()
    void alice.open()
    await wait(second)
    alice.it.on('onReconnecting', () => (phone.phone.quirks.handshake = 'normal'))
    phone.phone.skewMs += jump
    await wait(60 * second)
    expect(alice.heard().slice(1)).toEqual(['connected', 'opened'])
  })

  test.each(jumps)('jumps %s while close() waits in vain: it is answered', async (_, jump) => {
    const { online, wait } = createWorld()
    const alice = await online({}, { quirks: { closeTimeout: 300 * second } })
    alice.phone.network.cutSilently()
    void alice.close()
    await wait(second)
    alice.phone.skewMs += jump
    await wait(60 * second)
    expect(alice.heard()).toEqual(['disconnected: ConnectionClosed', 'closed, unconfirmed'])
    await wait(300 * second)
  })
})
