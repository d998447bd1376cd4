// RongCloud's pages, sentence by sentence: each test is named for what a document promises. Fake clock, fake broker.
import type * as Door from '../../src/doors/rongcloud'
import { createWorld, dials, type World } from '../connection/world'

const KEY = 'acme#chat'

/** As a server issues them; only what they tell counts here. */
const tokenOf = (sub: string): string => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'HS256' })}.${part({ sub })}.signature`
}
const TOKEN = tokenOf('alice')

const stage = (
  options: Partial<Door.RongCloudServer> = {},
  world: World = createWorld({ authenticate: () => undefined }),
) => {
  const device = world.device()
  const door = device.app.require('miniprogram-im/rongcloud') as typeof Door
  const made = [door.RongIMClient.init(KEY, { url: world.broker.url, ...options })]
  const heard: string[] = []
  const callback = (name = 'cb'): Door.ConnectCallback => ({
    onDatabaseOpened: (status) => heard.push(`${name} database ${status}`),
    onSuccess: (user) => heard.push(`${name} success ${user}`),
    onError: (code) => heard.push(`${name} error ${code}`),
  })
  const status: number[] = []
  door.RongIMClient.setConnectionStatusListener({ onChanged: (code) => status.push(code) })
  const end = () => Promise.all([...made.map((connection) => connection.destroy()), world.wait(100_000)])
  return { ...door, door, world, device, made, heard, callback, status, end }
}

const refusal = (call: () => unknown): unknown => {
  try {
    return call()
  } catch (error) {
    return error
  }
}

test.each([
  [31010, 'UserKicked', { code: 31010 }],
  [31010, 'a second phone of the account (206)', { code: 206 }],
  [31010, 'another device of the account (217)', { code: 217 }],
  [31010, 'a changed password (216)', { code: 216 }],
  [31029, 'the removal of the account (207)', { code: 207 }],
  [31011, 'the blocking of the user', { code: 31011 }],
])(
  'DisconnectUserKicked 31010: 通知 SDK 用户被同账号其他端踢下线, and its like: %i after %s',
  async (told, _what, words) => {
    const { RongIMClient, world, heard, callback, status, end } = stage()
    RongIMClient.connect(TOKEN, 5, callback())
    await world.until(() => heard.includes('cb success alice'))
    world.broker.kick('alice', 0x98, words)
    await world.wait(1_000)
    expect(status).toEqual([0, told])
    await end()
  },
)

test('在一个应用生命周期内不要多次调用 connect: a second one is refused with 34001, and the first one keeps its callbacks', async () => {
  const { RongIMClient, world, heard, callback, end } = stage()
  RongIMClient.connect(TOKEN, 5, callback('first'))
  RongIMClient.connect(TOKEN, 5, callback('second'))
  await world.until(() => heard.includes('first success alice'))
  RongIMClient.connect(TOKEN, 5, callback('third'))
  await world.wait(1_000)
  expect(heard).toEqual(['second error 34001', 'first database 0', 'first success alice', 'third error 34001'])
  await end()
})

describe('connectCallback 提供了三个回调方法: whatever connect is given, it answers', () => {
  test.each<[string, unknown[], string]>([
    ['no time limit', [], 'cb success alice'],
    ['undefined', [undefined], 'cb success alice'],
    ['null', [null], 'cb success alice'],
    ['0', [0], 'cb success alice'],
    ['-1', [-1], 'cb success alice'],
    ["'5'", ['5'], 'cb error 35002'],
    ['NaN', [NaN], 'cb error 35002'],
    ['true', [true], 'cb error 35002'],
  ])('time limit: %s', async (_what, limit, answer) => {
    const { RongIMClient, world, heard, callback, end } = stage()
    ;(RongIMClient.connect as (...given: unknown[]) => void)(TOKEN, ...limit, callback())
    await world.wait(1_000)
    expect(heard.filter((what) => !what.includes('database'))).toEqual([answer])
    await end()
  })

  test.each([undefined, null, '', 5, {}, 'opaque'])('token: %p', async (token) => {
    const { RongIMClient, world, heard, callback, end } = stage()
    RongIMClient.connect(token as never, callback())
    await world.wait(1_000)
    expect(heard).toEqual(['cb error 31004'])
    await end()
  })

  test('no callback, or an empty one, is no error', async () => {
    const { RongIMClient, RongCoreClient, IMEngine, RCIM, world, made, end } = stage()
    const connect = RongIMClient.connect as (...given: unknown[]) => void
    for (const given of [[TOKEN], [TOKEN, 5], [TOKEN, 5, null], [TOKEN, {}], ['bad'], [], [TOKEN, null, undefined]]) {
      connect(...given)
      await world.wait(1_000)
      void RongIMClient.disconnect()
      await world.wait(1_000)
    }
    RongCoreClient.connect(TOKEN, 5, 'alice', null)
    RCIM.sharedRCIM().connectWithToken(TOKEN, null)
    await world.wait(1_000)
    expect(made[0]!.isOpened()).toBe(true)
    const answer = IMEngine.getInstance().connect(TOKEN)
    await world.wait(10)
    expect(await answer).toEqual({ code: 34001, userId: '' })
    await end()
  })

  test('disconnect() before it succeeded, and the next connect at once', async () => {
    const { RongIMClient, world, heard, callback, end } = stage()
    RongIMClient.connect(TOKEN, 5, callback('first'))
    void RongIMClient.disconnect()
    RongIMClient.connect(TOKEN, 5, callback('second'))
    await world.until(() => heard.includes('second success alice'))
    expect(heard.filter((what) => what.startsWith('first') && !what.includes('database'))).toEqual([
      'first error 35004',
    ])
    expect(heard).toContain('second database 0')
    await end()
  })
})

test('获取到新 token 后重新 connect(): inside onError it may be called again', async () => {
  const world = createWorld({ authenticate: (_user, token) => (token === TOKEN ? undefined : 0x87) })
  const { RongIMClient, heard, callback, end } = stage({}, world)
  RongIMClient.connect(tokenOf('alice').replace('signature', 'old'), 5, {
    onError: (code) => {
      heard.push(`error ${code}`)
      RongIMClient.connect(TOKEN, 5, callback('again'))
    },
  })
  await world.until(() => heard.includes('again success alice'))
  expect(heard[0]).toMatch(/^error 310/)
  await end()
})

test('当因为网络原因断线时，SDK 会不停重连直到连接成功为止: the status listener hears why, then 0', async () => {
  const { RongIMClient, world, heard, callback, status, end } = stage()
  RongIMClient.connect(TOKEN, 5, callback())
  await world.until(() => heard.includes('cb success alice'))
  world.broker.crash()
  await world.wait(120_000)
  world.broker.restart()
  await world.until(() => status.at(-1) === 0)
  expect(status[0]).toBe(0)
  expect(status.slice(1, -1).length).toBeGreaterThan(5)
  expect(status.slice(1, -1)).not.toContain(0)
  await end()
})

test('当因为网络原因断线时: the loss of the network is told with its code, then 0 when it is back', async () => {
  const { RongIMClient, world, device, heard, callback, status, end } = stage()
  RongIMClient.connect(TOKEN, 5, callback())
  await world.until(() => heard.includes('cb success alice'))
  device.phone.network.set('none')
  await world.wait(9_000)
  expect(status.length).toBeGreaterThan(1)
  expect(status[1]).not.toBe(0)
  device.phone.network.set('wifi')
  await world.until(() => status.at(-1) === 0)
  await end()
})

describe('Web: the codes of its sample can be heard', () => {
  const sample = ({ RongIMLib: { ErrorCode } }: typeof Door, code: number): string =>
    code === ErrorCode.TIMEOUT
      ? '超时'
      : code === ErrorCode.SERVER_UNAVAILABLE
        ? '服务器不可用'
        : code === ErrorCode.UNKNOWN_ERROR
          ? '未知错误'
          : String(code)

  test('TIMEOUT with a time limit', async () => {
    const { door, RongIMClient, world, heard, end } = stage()
    world.broker.vanish()
    RongIMClient.connect(TOKEN, 5, { onError: (code) => heard.push(sample(door, code)) })
    await world.wait(6_000)
    expect(heard).toEqual(['超时'])
    await end()
  })

  test.each([
    ['服务器不可用', 31003],
    ['未知错误', -1],
  ])('%s where init({ autoReconnectNumMax }) bounds the retries', async (told, code) => {
    const { door, RongIMClient, world, heard, end } = stage({ autoReconnectNumMax: 1 })
    world.broker.refuseNext(0x88, { code })
    RongIMClient.connect(TOKEN, {
      onError: (failed) => heard.push(sample(door, failed)),
      onTokenIncorrect: () => heard.push('token无效'),
    })
    const refuseAgain = world.until(() => world.broker.links > 0).then(() => world.wait(5))
    await refuseAgain
    world.broker.refuseNext(0x88, { code })
    await world.wait(60_000)
    expect(heard).toEqual([told])
    await end()
  })
})

test('SDK 已完成初始化: a second init that is refused leaves the first connection as it is', async () => {
  const { RongIMClient, world, heard, callback, made, end } = stage()
  RongIMClient.connect(TOKEN, 5, callback())
  await world.until(() => heard.includes('cb success alice'))
  for (const [key, options, named] of [
    [KEY, undefined, 'url'],
    [KEY, null, 'url'],
    [KEY, {}, 'url'],
    ['', { url: world.broker.url }, 'appKey'],
    [undefined, { url: world.broker.url }, 'appKey'],
    [KEY, { url: 'nowhere' }, 'url'],
    [KEY, { url: world.broker.url, heartbeat: 5 }, 'heartbeat'],
  ] as const)
    expect(refusal(() => RongIMClient.init(key as never, options as never))).toMatchObject({
      name: 'InvalidOption',
      message: expect.stringContaining(named) as string,
    })
  expect(made[0]!.isOpened()).toBe(true)
  RongIMClient.connect(TOKEN, 5, callback('again'))
  expect(heard.at(-1)).toBe('again error 34001')
  await end()
})

test('a second init destroys the first: its callback is answered, the new one connects', async () => {
  const { RongIMClient, world, device, made, heard, callback, end } = stage()
  RongIMClient.connect(TOKEN, 5, callback('first'))
  made.push(RongIMClient.init(KEY, { url: world.broker.url }))
  RongIMClient.connect(TOKEN, 5, callback('second'))
  await world.until(() => heard.includes('second success alice'))
  expect(heard.filter((what) => what.startsWith('first'))).toEqual(['first error 35003'])
  expect(device.phone.sockets.most).toBeLessThanOrEqual(2)
  await end()
})

test('userId: 可在发生连接异常时通过用户 ID 进行问题排查: another one than the token’s changes nothing; an opaque token needs it', async () => {
  const { RongCoreClient, world, heard, callback, end } = stage()
  RongCoreClient.connect(TOKEN, 5, 'somebody-else', callback())
  await world.until(() => heard.includes('cb success alice'))
  void RongCoreClient.disconnect()
  await world.wait(1_000)
  RongCoreClient.connect('opaque', 5, 'bob', callback())
  await world.until(() => heard.includes('cb success bob'))
  await end()
})

test('sub: an id with capitals logs in as it is', async () => {
  const { RongIMClient, world, heard, callback, end } = stage()
  RongIMClient.connect(tokenOf('Alice'), 5, callback())
  await world.until(() => heard.includes('cb success Alice'))
  await end()
})

test('如果应用主动断开连接，将退出重连机制', async () => {
  const { RongIMClient, world, device, heard, callback, end } = stage()
  RongIMClient.connect(TOKEN, callback())
  await world.until(() => heard.includes('cb success alice'))
  world.broker.crash()
  await world.wait(1_000)
  void RongIMClient.disconnect()
  await world.wait(1_000)
  const before = dials(device)
  await world.wait(300_000)
  expect(dials(device)).toBe(before)
  await end()
})

test.each([null, undefined, {}, { onChanged: 5 }])(
  'a status listener that is none (%j) is no error',
  async (listener) => {
    const { RongIMClient, world, heard, callback, end } = stage()
    RongIMClient.setConnectionStatusListener(listener as never)
    RongIMClient.connect(TOKEN, callback())
    await world.until(() => heard.includes('cb success alice'))
    await end()
  },
)
