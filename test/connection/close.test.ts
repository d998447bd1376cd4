// close() and destroy() win over everything, in every phase: nothing dials afterwards, and every promise is answered.
import { API, createWorld, dials, type Device, type Line, type World } from './world'

interface Phase {
  readonly state: Line['it']['state']
  /** Brings a fresh connection there. */
  readonly reach: (world: World, device: Device) => Promise<Line> | Line
  /** Lets go whatever held it up, after the connection was closed. */
  readonly heal?: (world: World, device: Device) => void
  /** What the app hears of open(); undefined where it was answered before. */
  readonly open?: 'refused'
}

let release = (): void => undefined
const held = <T>(value: T) => new Promise<T>((resolve) => (release = () => resolve(value)))

const phases: Record<string, Phase> = {
  'before open()': { state: 'idle', reach: (_, device) => device.connect() },
  'fetching the list of servers': {
    state: 'authorizing',
    open: 'refused',
    reach: ({ http, broker }, device) => {
      http.serve(API, () => held({ body: { endpoints: [{ url: broker.url }], ttl: 60 } }))
      return opening(device.connect({ apiUrl: API }))
    },
    heal: () => release(),
  },
  'exchanging the password': {
    state: 'authorizing',
    open: 'refused',
    reach: ({ http }, device) => {
      http.serve(API, () => held({ body: { access_token: 'good' } }))
      return opening(device.connect({ apiUrl: API, isHttpDNS: false }), {
        pwd: 'secret',
        accessToken: undefined,
      })
    },
    heal: () => release(),
  },
  'fetching a token': {
    state: 'authorizing',
    open: 'refused',
    reach: (_, device) =>
      opening(device.connect({ tokenProvider: () => held('good') }), { accessToken: undefined } as never),
    heal: () => release(),
  },
  'waiting for a slot': {
    state: 'queued',
    open: 'refused',
    reach: async ({ wait }, device) => {
      const other = opening(device.connect({ maxSockets: 1 }, 'other'))
      release = () => void other.close()
      await wait(100)
      return opening(device.connect({ maxSockets: 1 }))
    },
    heal: () => release(),
  },
  'opening the socket': {
    state: 'opening',
    open: 'refused',
    reach: (_, device) => {
      device.phone.quirks.openDelay = 5_000
      return opening(device.connect())
    },
  },
  'half-way through the login': {
    state: 'handshaking',
    open: 'refused',
    reach: ({ broker }, device) => {
      broker.answerLate(5_000)
      return opening(device.connect())
    },
  },
  online: { state: 'online', reach: (_, device) => opening(device.connect()) },
  'in back-off': {
    state: 'waiting',
    reach: async ({ broker, wait }, device) => {
      const line = opening(device.connect({ reconnectBaseDelay: 60_000, reconnectMaxDelay: 60_000 }))
      await wait(100)
      broker.crash()
      return line
    },
    heal: ({ broker }) => broker.restart(),
  },
  'in back-off of the first login': {
    state: 'waiting',
    open: 'refused',
    reach: ({ broker }, device) => {
      broker.crash()
      return opening(device.connect({ reconnectBaseDelay: 60_000, reconnectMaxDelay: 60_000 }))
    },
    heal: ({ broker }) => broker.restart(),
  },
  'without a network': {
    state: 'paused',
    open: 'refused',
    reach: async ({ wait }, device) => {
      device.phone.network.set('none')
      const line = device.connect()
      await wait(100)
      return opening(line)
    },
    heal: (_, { phone }) => phone.network.set('4g'),
  },
  'hidden, after a drop': {
    state: 'paused',
    reach: async ({ broker, wait }, device) => {
      const line = opening(device.connect())
      await wait(100)
      device.phone.hide()
      broker.crash()
      await wait(100)
      broker.restart()
      return line
    },
    heal: (_, { phone }) => phone.show(),
  },
  'after it gave up': {
    state: 'gaveUp',
    reach: async ({ broker, until }, device) => {
      const line = opening(device.connect({ autoReconnectNumMax: 0 }))
      await until(() => line.it.isOpened())
      broker.crash()
      return line
    },
    heal: ({ broker }, { phone }) => {
      broker.restart()
      phone.hide()
      phone.show()
      phone.network.set('4g')
    },
  },
  'after a definite refusal': {
    state: 'stopped',
    reach: ({ broker }, device) => {
      broker.refuseNext(0x8a)
      return opening(device.connect())
    },
  },
}

const opening = (line: Line, login?: Parameters<Line['open']>[0]): Line => {
  void line.open(login)
  return line
}

describe.each(Object.entries(phases))('%s', (_, { state, reach, heal, open }) => {
  const arrive = async () => {
    const world = createWorld()
    const device = world.device()
    const line = await reach(world, device)
    await world.wait(100)
    expect(line.it.state).toBe(state)
    line.heard()
    return { world, device, line }
  }

  test('close(): one answer, no dial afterwards, and open() works again', async () => {
    const { world, device, line } = await arrive()
    const before = dials(device)
    void line.close()
    await world.wait(10)
    heal?.(world, device)
    await world.wait(300_000)
    const told = [
      ...(open ? ['open refused: ConnectionClosed'] : []),
      ...(state === 'idle' ? [] : ['disconnected: ConnectionClosed']),
      'closed',
    ]
    expect(
      line
        .heard()
        .filter((event) => !event.startsWith('network'))
        .sort(),
    ).toEqual(told.sort())
    expect([line.it.state, dials(device) - before]).toEqual(['idle', 0])
    world.broker.answerLate(0)
    void line.open({ accessToken: 'good' })
    await world.until(() => line.it.isOpened(), 10_000)
  })

  test('destroy(): one answer, no dial, no event, and nothing left', async () => {
    const { world, device, line } = await arrive()
    const before = dials(device)
    void line.destroy()
    await world.wait(10)
    heal?.(world, device)
    await world.wait(300_000)
    expect(line.heard().sort()).toEqual([...(open ? ['open refused: Destroyed'] : []), 'destroyed'].sort())
    expect([line.it.state, dials(device) - before]).toEqual(['destroyed', 0])
  })

  test('destroy() while close() waits: both are answered', async () => {
    const { world, device, line } = await arrive()
    void line.close()
    void line.destroy()
    await world.wait(10)
    heal?.(world, device)
    await world.wait(60_000)
    expect(
      line
        .heard()
        .filter((event) => /^(closed|destroyed)/.test(event))
        .sort(),
    ).toEqual(['closed', 'destroyed'])
  })
})

test('destroy() calls done once, after the socket is closed', async () => {
  const { online, wait } = createWorld()
  const alice = await online()
  const sockets: number[] = []
  void alice.it.destroy({ done: () => void sockets.push(alice.phone.sockets.open) })
  await wait(1_000)
  expect(sockets).toEqual([0])
})

test('after destroy() every call is refused and no handler is added', async () => {
  const { online, wait } = createWorld()
  const { it, heard, events, destroy } = await online()
  void destroy()
  await wait(100)
  it.on('onStateChange', () => void events.push('heard'))
  const names = await Promise.all(
    [
      () => it.open({ user: 'alice', accessToken: 'good' }),
      () => it.renewToken('new'),
      () => it.publish('t', 'x'),
      () => it.subscribe('t'),
      () => it.unsubscribe('t'),
    ].map((call) =>
      call().then(
        () => 'done',
        ({ name }: Error) => name,
      ),
    ),
  )
  expect(names).toEqual(names.map(() => 'Destroyed'))
  expect([await it.close(), await it.destroy(), heard()]).toEqual([
    { confirmed: true },
    { confirmed: true },
    ['destroyed'],
  ])
})

test.each([
  ['closed', 'ConnectionClosed'],
  ['destroyed', 'Destroyed'],
])('whatever waits when the connection is %s is answered', async (how, name) => {
  const { online, broker, wait } = createWorld()
  const { it, close, destroy } = await online()
  broker.answerLate(60_000)
  const waiting = [
    it.publish('t', 'x'),
    it.publish('t', 'x', { qos: 2 }),
    it.subscribe('t'),
    it.unsubscribe('t'),
    it.renewToken('new'),
  ]
  const names = Promise.all(
    waiting.map((call) =>
      call.then(
        () => 'done',
        ({ name }: Error) => name,
      ),
    ),
  )
  await wait(10)
  void (how === 'closed' ? close() : destroy())
  await wait(21_000)
  expect(await Promise.race([names, Promise.resolve('still waiting')])).toEqual(waiting.map(() => name))
})

test('open() while closing waits for the sockets; a second close() takes it back', async () => {
  const { online, wait } = createWorld()
  const alice = await online({}, { quirks: { closeTimeout: 2_000 } })
  alice.phone.network.cutSilently()
  void alice.close()
  void alice.open()
  await wait(100)
  void alice.close()
  await wait(60_000)
  expect(alice.heard()).toEqual([
    'open refused: ConnectionClosed',
    'disconnected: ConnectionClosed',
    'closed',
    'closed',
  ])
  expect(dials(alice)).toBe(1)
})
