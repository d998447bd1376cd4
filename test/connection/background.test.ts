// Away and back: what the platform does to timers, callbacks and sockets meanwhile, in every order that was reported.
import { harsh } from '../../simulator/core/quirks'
import type { Phone } from '../../simulator/core/phone'
import type * as Sdk from '../../src/index'
import { createWorld, dials, type DeviceOptions } from './world'

const MINUTES = 60_000
const orders = [
  ['show', 'events', 'timers'],
  ['show', 'timers', 'events'],
  ['events', 'show', 'timers'],
  ['events', 'timers', 'show'],
  ['timers', 'show', 'events'],
  ['timers', 'events', 'show'],
] as const

test('away for less than 5 s: the link lives on, and nothing is heard', async () => {
  const { online, wait } = createWorld()
  const alice = await online()
  alice.phone.hide()
  await wait(4_500)
  alice.phone.show()
  await wait(60_000)
  expect([alice.heard(), dials(alice)]).toEqual([[], 1])
})

describe('ten minutes away', () => {
  const away = async (
    device: DeviceOptions,
    extra: Partial<Sdk.ConnectionOptions> = {},
    meanwhile: (phone: Phone) => void = () => undefined,
  ) => {
    const world = createWorld()
    const alice = await world.online({ autoReconnectNumMax: 0, ...extra }, device)
    void alice.it.subscribe('news')
    await world.wait(100)
    alice.phone.hide()
    await world.wait(10 * MINUTES)
    meanwhile(alice.phone)
    world.broker.publish('news', 'of the meantime')
    expect([alice.heard(), dials(alice)]).toEqual([[], 1])
    alice.phone.show()
    return { ...world, alice }
  }

  test.each([
    { code: 1000, reason: 'interrupted' },
    { code: 0, reason: 'interrupted' },
    { code: 1006, reason: 'interrupted' },
  ])(
    'cut with onClose $code $reason: back within a second, no attempt spent, nothing missed',
    async (backgroundCode) => {
      const resumeOrder = ['show', 'events', 'timers'] as const
      const { alice, wait } = await away({ quirks: { background: ['close'], backgroundCode, resumeOrder } })
      await wait(1_000)
      expect(alice.heard()).toEqual(['reconnecting 1: AppSuspended', 'connected, resumed', 'news 1 of the meantime'])
    },
  )

  describe.each([[[]], [['close']], [['error']], [['error', 'close']], [['close', 'close']]] as const)(
    'cut, told as %j',
    (background) => {
      test.each(orders)('on return first %s, then %s, then %s', async (...resumeOrder) => {
        const { alice, wait } = await away(
          { quirks: { background, resumeOrder, backgroundToServer: 'nothing' } },
          { autoReconnectNumMax: 1 },
        )
        await wait(1_000)
        const told = alice.heard()
        expect(told.slice(-2)).toEqual(['connected, resumed', 'news 1 of the meantime'])
        // Heard before onAppShow it costs no word: nothing is tried before the return. Not told at all, the first send tells.
        expect(told.slice(0, -2)).toEqual(
          background.length === 0
            ? ['reconnecting 1: SocketFailed']
            : resumeOrder.indexOf('events') < resumeOrder.indexOf('show')
              ? []
              : ['reconnecting 1: AppSuspended'],
        )
      })
    },
  )

  test.each(orders)(
    'a link that is dead on one side only is found within 3 s (first %s, then %s, then %s)',
    async (...resumeOrder) => {
      const { alice, wait } = await away(
        { quirks: { backgroundCut: false, resumeOrder } },
        { autoReconnectNumMax: 1, heartBeatWait: 600_000 },
        (phone) => phone.network.cutSilently(),
      )
      await wait(4_000) // and the first delay
      expect(alice.heard()).toEqual([
        'reconnecting 1: HeartbeatTimeout',
        'connected, resumed',
        'news 1 of the meantime',
      ])
    },
  )

  test.each(orders)('a link that survived is kept (first %s, then %s, then %s)', async (...resumeOrder) => {
    const { alice, wait } = await away({ quirks: { backgroundCut: false, resumeOrder } }, { heartBeatWait: 600_000 })
    await wait(20_000)
    expect([alice.heard(), dials(alice)]).toEqual([['news 1 of the meantime'], 1])
  })

  test.each(['android', 'ios', 'pc', 'devtools'] as const)('on the worst %s that was reported', async (profile) => {
    const { alice, wait } = await away({ profile, quirks: harsh(profile), budget: 3 }, { autoReconnectNumMax: 1 })
    await wait(10_000)
    expect(alice.heard().slice(-1)).toEqual(['news 1 of the meantime'])
    expect(alice.it.isOpened()).toBe(true)
  })

  test('Android fails for another 1.5 s after the return: tried again after 300 ms, 600, 1,200, uncounted', async () => {
    const { alice, wait } = await away({ profile: 'android', quirks: { suspendEcho: 1_500 } })
    await wait(2_500)
    expect(alice.delays).toEqual([300, 600, 1_200])
    expect(alice.heard()).toEqual([
      ...Array.from({ length: 3 }, () => 'reconnecting 1: AppSuspended'),
      'connected, resumed',
      'news 1 of the meantime',
    ])
  })

  test('without onAppShow and onAppHide the phone betrays its sleep by its timers', async () => {
    const { alice, wait } = await away(
      { without: ['onAppShow', 'onAppHide'], quirks: { background: [], backgroundToServer: 'nothing' } },
      { autoReconnectNumMax: 1 },
    )
    await wait(40_000) // an ordinary ping
    expect(alice.heard()).toEqual(['reconnecting 1: SocketFailed', 'connected, resumed', 'news 1 of the meantime'])
  })

  test('with JavaScript going on (background audio): the cut is heard, and little is dialled until the return', async () => {
    const world = createWorld()
    const alice = await world.online({ autoReconnectNumMax: 0 }, { quirks: { freezes: false } })
    alice.phone.hide()
    await world.wait(10 * MINUTES)
    expect([alice.it.state, dials(alice)]).toEqual(['paused', 1 + 5])
    alice.phone.show()
    await world.wait(1_000)
    expect(alice.heard()).toEqual(['connected, resumed'])
  })
})

test('a ping that was on its way when the phone fell asleep is given time after it woke', async () => {
  const { online, broker, until, wait } = createWorld({ properties: { serverKeepAlive: 60_000 } })
  const alice = await online(
    { heartBeatWait: 10_000 },
    { quirks: { backgroundCut: false, resumeOrder: ['timers', 'events', 'show'] } },
  )
  const pings = () => broker.received.filter(({ cmd }) => cmd === 'pingreq').length
  await wait(9_000)
  alice.phone.network.stall(true)
  await wait(2_000)
  alice.phone.hide()
  await until(() => alice.phone.state === 'suspended')
  await wait(10 * MINUTES)
  alice.phone.show()
  await wait(1_000)
  alice.phone.network.stall(false) // the answer comes 1 s after the return
  await wait(30_000)
  expect([alice.heard(), dials(alice), pings() > 0]).toEqual([[], 1, true])
})

describe('hidden in the middle of', () => {
  test.each(['opening', 'handshaking', 'waiting', 'authorizing'] as const)(
    '%s: on return it logs in, and no attempt was spent',
    async (state) => {
      const world = createWorld()
      const device = world.device()
      const alice = device.connect({
        autoReconnectNumMax: 1,
        tokenProvider: () => new Promise((resolve) => (state === 'authorizing' ? 0 : resolve('good'))),
      })
      if (state === 'opening') device.phone.quirks.openDelay = 60_000
      if (state === 'handshaking') world.broker.ignoreConnect()
      if (state === 'waiting') world.broker.crash()
      void alice.open({ accessToken: undefined } as never)
      await world.until(() => alice.it.state === state)
      if (state === 'waiting') world.broker.restart()
      device.phone.hide()
      const before = dials(device)
      await world.wait(20 * MINUTES)
      expect(dials(device)).toBe(before)
      device.phone.quirks.openDelay = 0
      if (state === 'authorizing') return
      device.phone.show()
      await world.wait(5_000)
      expect(alice.heard().slice(-2)).toEqual(['connected', 'opened'])
    },
  )

  test('a server that dies while the app is hidden costs nothing, and is not dialled before the return', async () => {
    const world = createWorld()
    const alice = await world.online({ autoReconnectNumMax: 0 })
    alice.phone.hide()
    await world.wait(1_000)
    world.broker.crash()
    world.broker.restart()
    await world.wait(2_000)
    expect([alice.heard(), dials(alice)]).toEqual([[], 1])
    alice.phone.show()
    await world.wait(1_000)
    expect(alice.heard()).toEqual(['connected, resumed'])
  })
})

test('half an hour away: the app is destroyed and starts cold, as the same device in the same session', async () => {
  const world = createWorld()
  const alice = await world.online()
  void alice.it.subscribe('news')
  await world.wait(100)
  const device = alice.it.deviceId
  alice.phone.hide()
  await world.wait(31 * MINUTES)
  expect(alice.phone.state).toBe('destroyed')
  world.broker.publish('news', 'of the meantime')
  alice.phone.show()
  const again = alice.connect()
  void again.open()
  await world.wait(1_000)
  expect(again.heard()).toEqual(['connected, resumed', 'opened', 'news 1 of the meantime'])
  expect(again.it.deviceId).toBe(device)
  expect(alice.heard()).toEqual([])
})
