// Which server it speaks to, and in which version: 3.1.1, redirects, the list of servers, and one that takes over in silence.
import { createMemoryBroker } from '../fakes/memory-broker'
import { API, createWorld, dials, type World } from './world'

const second = 1_000

describe('a server of MQTT 3.1.1', () => {
  test.each([
    ['that answers 20 02 00 01', ({ broker }: World) => broker.only311()],
    ['that closes before CONNACK', ({ broker }: World) => broker.dropBeforeConnack(1011)],
  ])('%s is spoken to in its own words, at once', async (_, be) => {
    const world = createWorld()
    const phone = world.device()
    const alice = phone.connect({ autoReconnectNumMax: 0 })
    be(world)
    void alice.open()
    await world.wait(second)
    expect([alice.heard().slice(-2), dials(phone)]).toEqual([['connected', 'opened'], 2])
    expect(
      world.broker.received
        .filter(({ cmd }) => cmd === 'connect')
        .map(({ packet }) => 'protocolVersion' in packet && packet.protocolVersion),
    ).toEqual([5, 4])
  })

  test('is remembered over drops and over the death of the app', async () => {
    const { online, broker, wait } = createWorld()
    broker.only311()
    const alice = await online()
    broker.crash()
    broker.restart()
    await wait(8 * second)
    expect([alice.it.isOpened(), dials(alice)]).toEqual([true, 3])
    alice.phone.kill()
    alice.phone.show()
    const again = alice.connect()
    void again.open()
    await wait(2 * second)
    expect([again.it.isOpened(), dials(alice)]).toEqual([true, 4])
  })
})

describe('redirects', () => {
  const elsewhere = 'wss://im2.example.com/mqtt'
  test.each([0x9c, 0x9d])('CONNACK 0x%i with a server reference is followed at once', async (code) => {
    const { device, broker, network, clock, wait } = createWorld()
    const other = createMemoryBroker({ network, clock, url: elsewhere })
    broker.refuseNext(code, { serverReference: elsewhere })
    const alice = device().connect({ autoReconnectNumMax: 0 })
    void alice.open()
    await wait(second)
    expect([alice.heard(), broker.online, other.online]).toEqual([['connected', 'opened'], [], ['alice']])
  })

  test.each(['CONNACK', 'DISCONNECT', 'both in turn'])(
    'of two servers that name each other (%s): at most three, the second and third counted like retries',
    async (packet) => {
      const { device, broker, network, clock, wait } = createWorld()
      const other = createMemoryBroker({ network, clock, url: elsewhere })
      const pairs = [
        [broker, elsewhere],
        [other, broker.url],
      ] as const
      const phone = device()
      const alice = phone.connect({ autoReconnectNumMax: 2 })
      let turn = 0
      const refuse = () =>
        pairs.forEach(([from, serverReference]) => {
          if (packet === 'CONNACK' || (packet === 'both in turn' && ++turn % 2))
            from.refuseNext(0x9c, { serverReference })
        })
      refuse()
      void alice.open()
      for (let tenth = 0; tenth < 600; tenth++) {
        await wait(100)
        for (const [from, serverReference] of pairs)
          if (from.online.includes('alice')) from.kick('alice', 0x9d, { serverReference })
        if (tenth % 10 === 0 && packet !== 'CONNACK') refuse()
      }
      expect([dials(phone), alice.heard().filter((event) => event.startsWith('reconnecting'))]).toEqual([
        4,
        ['reconnecting 1: ServerMoved', 'reconnecting 2: ServerMoved'],
      ])
    },
  )

  test.each([
    'ws://plain.example.com/mqtt',
    'im.example.com:1883',
    '[::1]:1883',
    'nonsense',
    'wss://im.example.com/mqtt',
  ])('to %s cannot be followed: a failure like any other, in CONNACK and in DISCONNECT', async (serverReference) => {
    const { device, broker, wait } = createWorld()
    broker.refuseNext(0x9c, {
      serverReference: serverReference === 'wss://im.example.com/mqtt' ? broker.url : serverReference,
    })
    const phone = device()
    const alice = phone.connect({ autoReconnectNumMax: 2 })
    void alice.open()
    await wait(10 * second)
    expect([alice.heard(), dials(phone)]).toEqual([['reconnecting 1: ServerMoved', 'connected', 'opened'], 2])
    for (let tenth = 0; tenth < 600; tenth++) {
      if (broker.online.includes('alice'))
        broker.kick('alice', 0x9d, {
          serverReference: serverReference === 'wss://im.example.com/mqtt' ? broker.url : serverReference,
        })
      await wait(100)
    }
    expect([dials(phone), alice.heard().slice(-1)]).toEqual([3, ['disconnected: ServerMoved']])
  })
})

describe('the list of servers', () => {
  const list = (...urls: string[]) => ({ body: { endpoints: urls.map((url) => ({ url })), ttl: 3_600 } })

  test('is rotated on failure', async () => {
    const { device, broker, http, wait } = createWorld()
    http.serve(API, () => list('wss://dead1.example.com/', 'wss://dead2.example.com/', broker.url))
    const alice = device().connect({ apiUrl: API, url: undefined } as never)
    void alice.open()
    await wait(10 * second)
    expect(alice.heard()).toEqual([
      'reconnecting 1: SocketFailed',
      'reconnecting 2: SocketFailed',
      'connected',
      'opened',
    ])
  })

  test('is asked for again after three failures', async () => {
    const { device, broker, http, wait } = createWorld()
    let asked = 0
    http.serve(`${API}/acme/chat/endpoints`, () => (asked++ === 0 ? list('wss://dead.example.com/') : list(broker.url)))
    const alice = device().connect({ apiUrl: API })
    void alice.open()
    await wait(20 * second)
    expect([alice.heard().slice(-2), asked]).toEqual([['connected', 'opened'], 2])
  })

  test.each(['does not answer', 'answers nonsense', 'answers 500', 'lists only plain ws:'])(
    'where the REST server %s, the last good list helps, else url',
    async (what) => {
      const { device, broker, http, wait } = createWorld()
      const stop = http.serve(API, () => list(broker.url))
      const phone = device()
      const first = phone.connect({ apiUrl: API, url: 'wss://nowhere.example.com/' })
      void first.open()
      await wait(second)
      void first.close()
      await wait(second)
      stop()
      http.serve(API, () =>
        what === 'does not answer'
          ? undefined
          : what === 'answers 500'
            ? { status: 500 }
            : what === 'answers nonsense'
              ? { body: '<html>' }
              : list('ws://plain.example.com/'),
      )
      const byList = phone.connect({ apiUrl: API, url: 'wss://nowhere.example.com/' }, 'bob')
      void byList.open()
      await wait(10 * second)
      expect(byList.heard()).toEqual(['connected', 'opened'])
      const byUrl = device().connect({ apiUrl: API }, 'carol')
      void byUrl.open()
      await wait(10 * second)
      expect(byUrl.heard()).toEqual(['connected', 'opened'])
    },
  )
})

test('a server that can neither resume a session nor say why is asked for a new one at the fourth attempt', async () => {
  const { online, broker, wait } = createWorld()
  const alice = await online()
  for (let i = 0; i < 3; i++) broker.refuseNext(0x80)
  broker.kick('alice', 0x00)
  await wait(10 * second)
  expect(alice.heard()).toEqual([
    'reconnecting 1: LinkLost',
    'reconnecting 2: ServerRefused',
    'reconnecting 3: ServerRefused',
    'reconnecting 4: ServerRefused',
    'error: SessionLost',
    'connected',
  ])
  await wait(15 * second)
  broker.kick('alice', 0x00)
  await wait(second)
  expect(alice.heard()).toEqual(['reconnecting 1: LinkLost', 'connected, resumed'])
  const cleanStarts = broker.received.map(({ packet }) => 'clean' in packet && packet.clean)
  expect(cleanStarts.filter((_, at) => broker.received[at]?.cmd === 'connect')).toEqual([
    ...[false, false, false, false],
    true,
    false,
  ])
})

describe('a server that takes sessions over in silence', () => {
  test('shows as short sessions: the fourth in a row ends the war with 206', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online()
    for (let round = 0; round < 10; round++) {
      broker.kick('alice', 0x00)
      await wait(5 * second)
    }
    expect(alice.heard()).toEqual([
      'reconnecting 1: LinkLost',
      'connected, resumed',
      'reconnecting 2: LinkLost',
      'connected, resumed',
      'reconnecting 3: LinkLost',
      'connected, resumed',
      'disconnected: UserLoginAnotherDevice',
    ])
  })

  test('is not mistaken for one that crashes again and again: there attempts fail in between', async () => {
    const { online, broker, wait, until } = createWorld()
    const alice = await online({ autoReconnectNumMax: Infinity, reconnectMaxDelay: second })
    for (let crash = 0; crash < 8; crash++) {
      broker.crash()
      await wait(3 * second)
      broker.restart()
      await until(() => alice.it.isOpened(), 31 * second)
      await wait(2 * second)
    }
    expect(alice.heard().filter((event) => event.startsWith('disconnected'))).toEqual([])
  })

  test('takes our own new session for the older one of two in a second: asked again a second later, it stays', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online()
    await wait(15 * second)
    broker.kick('alice', 0x00)
    await wait(second)
    broker.kick('alice', 0x8e)
    await wait(0.9 * second)
    expect(alice.heard()).toEqual([
      'reconnecting 1: LinkLost',
      'connected, resumed',
      'reconnecting 1: UserLoginAnotherDevice',
    ])
    await wait(30 * second)
    expect(alice.heard()).toEqual(['connected, resumed'])
  })

  test('is believed when it says so again, and at once when the session is not that young', async () => {
    const { online, broker, wait, until } = createWorld()
    const alice = await online()
    broker.kick('alice', 0x8e)
    await until(() => !alice.it.isOpened(), second)
    await until(() => alice.it.isOpened(), 4 * second)
    broker.kick('alice', 0x8e)
    await wait(30 * second)
    expect(alice.heard()).toEqual([
      'reconnecting 1: UserLoginAnotherDevice',
      'connected, resumed',
      'disconnected: UserLoginAnotherDevice',
    ])
  })

  test('that says so ends it at once: the second phone stays, the first is told 206', async () => {
    const { online, device, wait } = createWorld()
    const first = await online()
    const other = device().connect()
    void other.open()
    await wait(60 * second)
    expect([first.heard(), other.heard()]).toEqual([
      ['disconnected: UserLoginAnotherDevice'],
      ['connected, resumed', 'opened'],
    ])
    first.phone.network.set('4g')
    await wait(60 * second)
    expect([first.heard(), other.heard()]).toEqual([[], []])
  })
})
