// Files and storage are a shared place: strangers' files, full storage and a wrong clock cost nothing of ours.
import type * as Sdk from '../../src/index'
import { createWorld, type Device, type Line, type World } from './world'

const second = 1_000
const HISTORY = 'miniprogram-im/im-/acme-/chat-/alice-'

const fs = ({ phone }: Device) => {
  const manager = phone.wx.getFileSystemManager()
  const path = (name: string) => `${phone.wx.env.USER_DATA_PATH}/${name}`
  return {
    write: (name: string, text: string) => manager.writeFileSync(path(name), text, 'utf8'),
    folder: (name: string) => manager.mkdirSync(path(name), true),
    list: (name: string) => manager.readdirSync(path(name)).sort(),
  }
}

const textsOf = async (it: Sdk.Connection, world: World): Promise<string[]> => {
  let found: string[] | undefined
  void it
    .getHistoryMessages({ targetId: 'bob', pageSize: 50, searchDirection: 'down' })
    .then(({ messages }) => (found = messages.map((message) => (message as Sdk.TextMessage).msg)))
  await world.until(() => found !== undefined)
  return found!
}

const say = (world: World, text: string, id = `id-${text}`) =>
  world.broker.publish('acme/chat/u/alice/bob', JSON.stringify({ id, type: 'txt', time: 1, body: { msg: text } }))

/** The app is killed and starts again, with a login. */
const restarted = async (device: Device, world: World, options: Partial<Sdk.ConnectionOptions> = {}): Promise<Line> => {
  device.phone.kill()
  device.phone.show()
  const line = device.connect(options)
  void line.open()
  await world.until(() => line.it.isOpened())
  await world.wait(second)
  return line
}

test.each([
  ['.DS_Store', 'text'],
  ['notes.txt', 'text'],
  ['99999999999999999999.log', 'text'],
  ['2.log.bak', 'text'],
  ['40.log', undefined],
  ['sub', undefined],
])('%s in the history folder: nothing is lost in four starts, and it is left alone', async (name, text) => {
  const world = createWorld()
  const device = world.device()
  let line = device.connect()
  void line.open()
  await world.until(() => line.it.isOpened())
  await world.wait(second)
  say(world, '0')
  await world.wait(second)
  const files = fs(device)
  if (text === undefined) files.folder(`${HISTORY}/${name}`)
  else files.write(`${HISTORY}/${name}`, text)
  for (let start = 1; start < 5; start++) {
    line = await restarted(device, world)
    say(world, String(start))
    await world.wait(second)
  }
  line = await restarted(device, world)
  expect(await textsOf(line.it, world)).toEqual(['0', '1', '2', '3', '4'])
  expect(files.list(HISTORY)).toContain(name)
  expect(files.list(HISTORY)).not.toContain('NaN.log')
})

test('a folder among the files of the log hides none of it', async () => {
  const world = createWorld()
  const device = world.device()
  fs(device).folder('miniprogram-im/log/1000005.txt')
  const line = device.connect()
  void line.open()
  await world.wait(second)
  device.phone.hide()
  await restarted(device, world)
  const log = await device.sdk.logger.export()
  expect(log.split('\n').filter((row) => row.includes('"event":"started"')).length).toBe(2)
})

test('storage that is full from the first start: the phone keeps its name, and hears what was sent meanwhile', async () => {
  const world = createWorld()
  const device = world.device({ quirks: { storageBroken: true } })
  const options = { multiDevice: true }
  let line = device.connect(options)
  void line.open()
  await world.until(() => line.it.isOpened())
  await world.wait(second)
  const { deviceId } = line.it
  device.phone.kill()
  await world.wait(second)
  for (const text of ['1', '2', '3']) say(world, text)
  line = await restarted(device, world, options)
  expect(line.it.deviceId).toBe(deviceId)
  expect(await textsOf(line.it, world)).toEqual(['1', '2', '3'])
})

describe('a message larger than the receiver wants', () => {
  test('is told with its id, sender and size, once, in bytes', async () => {
    const world = createWorld()
    const device = world.device()
    const line = device.connect({ messageMaxBytes: 1000 })
    const errors: Sdk.ConnectionError[] = []
    line.it.on('onError', (error) => void errors.push(error))
    void line.open()
    await world.until(() => line.it.isOpened())
    await world.wait(second)
    const large = '中'.repeat(400) // 1,200 bytes, 400 characters
    say(world, large, 'm1')
    say(world, large, 'm1')
    say(world, 'fits', 'm2')
    await world.wait(second)
    expect(errors.map(({ code, cause }) => [code, cause])).toEqual([[35102, { id: 'm1', from: 'bob', size: 1251 }]])
    expect(await textsOf(line.it, world)).toEqual(['fits'])
  })

  test.each([
    ['no JSON', '{'],
    ['no id', '{"type":"txt","body":{}}'],
    ['another shape', '[]'],
  ])('%s: told as InvalidMessage, and the next one arrives', async (_, payload) => {
    const world = createWorld()
    const line = await world.online()
    world.broker.publish('acme/chat/u/alice/bob', payload)
    say(world, 'next')
    await world.wait(second)
    expect(line.heard()).toEqual(['error: InvalidMessage'])
    expect(await textsOf(line.it, world)).toEqual(['next'])
  })
})

test('reading messages one by one lowers the unread count, each once, also after a restart', async () => {
  const world = createWorld()
  const device = world.device()
  let line = device.connect()
  void line.open()
  await world.until(() => line.it.isOpened())
  await world.wait(second)
  for (const text of ['1', '2', '3']) say(world, text)
  await world.wait(second)
  const unread = async () => {
    let count: number | undefined
    void line.it
      .getLocalConversation({ conversationId: 'bob', conversationType: 'singleChat' })
      .then(({ data }) => (count = data?.unReadCount))
    await world.until(() => count !== undefined)
    return count
  }
  const read = async (id: string) => {
    void line.it.send({ type: 'read', to: 'bob', id })
    await world.wait(second)
  }
  expect(await unread()).toBe(3)
  await read('id-1')
  await read('id-1')
  await read('unknown')
  expect(await unread()).toBe(2)
  line = await restarted(device, world)
  await read('id-1')
  await read('id-2')
  expect(await unread()).toBe(1)
  await read('id-3')
  expect(await unread()).toBe(0)
})

describe('a clock that is wrong', () => {
  test('by four days, and corrected before the next start, costs no waiting message', async () => {
    const world = createWorld()
    const device = world.device({ skewMs: -4 * 86_400 * second })
    let line = device.connect()
    device.phone.network.set('none')
    void line.open()
    await world.wait(second)
    line.it.send({ type: 'txt', to: 'bob', msg: 'waiting' }).catch(() => undefined)
    await world.wait(second)
    device.phone.kill()
    device.phone.skewMs = 0
    device.phone.network.set('wifi')
    device.phone.show()
    line = device.connect()
    const failed: string[] = []
    line.it.on('onMessageFailed', ({ error }) => void failed.push(error.name))
    void line.open()
    await world.wait(120 * second)
    expect(failed).toEqual([])
    expect(world.broker.taken.map(({ topic }) => topic)).toContain('acme/chat/u/bob/alice')
  })

  test('and corrected while the app runs: messages bear the corrected time', async () => {
    const world = createWorld()
    const device = world.device({ skewMs: 7 * 3600 * second })
    const line = device.connect()
    void line.open()
    await world.until(() => line.it.isOpened())
    device.phone.skewMs = 0
    await world.wait(second)
    void line.it.send({ type: 'txt', to: 'bob', msg: 'now' })
    await world.wait(second)
    const sent = world.broker.taken.map(({ text }) => JSON.parse(text) as { type: string; time: number })
    const { time } = sent.find(({ type }) => type === 'txt')!
    expect(Math.abs(time - world.clock.now())).toBeLessThan(10 * second)
  })

  test('by seven hours: a token with an hour to live ages by the server\u2019s clock, and not before the login', async () => {
    const world = createWorld()
    const { broker, clock, wait, until } = world
    broker.greet({ time: String(clock.now()) })
    const device = world.device({ skewMs: 7 * 3600 * second })
    const line = device.connect()
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const now = Math.floor(clock.now() / 1000)
    const token = `${part({ alg: 'none' })}.${part({ sub: 'alice', iat: now, exp: now + 3600 })}.x`
    void line.open({ accessToken: token })
    await until(() => line.it.isOpened())
    await wait(second)
    expect(line.heard()).toEqual(['connected', 'opened'])
    await wait(2880 * second)
    expect(line.heard()).toEqual(['token will expire'])
    await wait(720 * second)
    expect(line.heard()).toEqual(['token expired'])
  })
})
