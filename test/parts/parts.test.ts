// A part that comes late misses nothing, doubles nothing, and refuses what it does not fit.
import { createWorld } from './phone'

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `${from + i}`)
const start = async (options?: Parameters<typeof createWorld>[0]) => {
  const world = createWorld(options)
  worlds.push(world)
  await world.wait(2_000)
  expect(world.app().conn.isOpened()).toBe(true)
  return world
}
const worlds: ReturnType<typeof createWorld>[] = []
afterEach(() => {
  for (const world of worlds.splice(0)) {
    void world.app().conn.destroy()
    world.phone.dispose()
  }
})
const unacknowledged = (broker: ReturnType<typeof createWorld>['broker']) =>
  broker.received.filter(({ cmd }) => cmd === 'puback').length

test('what arrives before the messages part is counted and not acknowledged; then it is handled in order, once', async () => {
  const { app, say, wait, broker } = await start()
  say(3)
  await wait(100)
  expect([app().counts.slice(-1), unacknowledged(broker)]).toEqual([[3], 0])

  app().openChat()
  await wait(1_000)
  say(2)
  await wait(1_000)
  expect(app().texts).toEqual(numbers(1, 5))
  expect(app().counts.slice(-1)).toEqual([0])
  expect(unacknowledged(broker)).toBeGreaterThanOrEqual(5)
})

test('receipts, commands and what is marked as control are held too, and are no messages to count', async () => {
  const { app, wait, broker } = await start()
  for (const [id, more] of Object.entries({
    r: { type: 'read', body: { ids: ['x'] } },
    c: { type: 'cmd', body: { action: 'go' } },
    k: { type: 'recall', control: true, body: {} },
    t: { type: 'txt', body: { msg: 'seen' } },
  }))
    broker.publish('acme/chat/u/alice/bob', JSON.stringify({ id, time: 1, ...more }))
  await wait(100)
  expect(app().counts.slice(-1)).toEqual([1])
  const commands: string[] = []
  app()
    .openChat()
    .on('onCmdMessage', ({ action }: { action: string }) => commands.push(action))
  await wait(1_000)
  expect([commands, app().texts]).toEqual([['go'], ['seen']])
})

test('an app that is killed before its chat comes is sent all of it again, and counts it again', async () => {
  const { app, say, wait, phone } = await start()
  say(3)
  await wait(100)
  phone.kill()
  await wait(100)
  phone.show()
  await wait(5_000)
  expect(app().counts.slice(-1)).toEqual([3])
  app().openChat()
  await wait(1_000)
  expect(app().texts).toEqual(numbers(1, 3))
  say()
  await wait(1_000)
  expect(app().texts).toEqual(numbers(1, 4))
})

test('a lost link doubles neither what is held nor its count', async () => {
  const { app, say, wait, broker } = await start()
  say(3)
  await wait(100)
  broker.crash()
  await wait(1_000)
  broker.restart()
  await wait(30_000)
  say()
  await wait(1_000)
  expect(app().counts.slice(-1)).toEqual([4])
  app().openChat()
  await wait(1_000)
  expect(app().texts).toEqual(numbers(1, 4))
})

test('the server keeps what is beyond 100, and gives it when the chat takes the first', async () => {
  const { app, say, wait } = await start()
  say(250)
  await wait(1_000)
  expect(app().counts.slice(-1)).toEqual([100])
  app().openChat()
  await wait(5_000)
  expect(app().texts).toEqual(numbers(1, 250))
})

test('raw topics are heard all the while', async () => {
  const { app, say, wait, broker } = await start()
  const heard: string[] = []
  app().conn.on('onRawMessage', ({ topic }) => heard.push(topic))
  await Promise.all([app().conn.subscribe('weather/#'), wait(100)])
  say()
  broker.publish('weather/now', 'rain')
  await wait(100)
  expect(heard).toEqual(['weather/now'])
})

test('handed over again, a part is the same; one of another version is refused by name', async () => {
  const { app } = await start()
  const { conn } = app()
  const chat = app().openChat()
  expect(conn.use(app().door('messages').messages())).toBe(chat)
  const other = { ...app().door('messages').messages(), version: '9.9.9' }
  expect(() => conn.use(other)).toThrow(/messages is of version 9\.9\.9, the connection of \d/)
  expect(() => conn.use({} as typeof other)).toThrow(/use\(\) takes a part/)
})

test('what is wrong with the options of a part is named, and the part can come afterwards', async () => {
  const { app } = await start()
  expect(() => app().openChat({ delivery: 1 as unknown as boolean })).toThrow(/delivery must be a boolean/)
  expect(() => app().openChat({ nonsense: 1 } as never)).toThrow(/unknown option "nonsense"/)
  expect(typeof app().openChat().send).toBe('function')
})

test('a refusal of a part is the ConnectionError of the connection', async () => {
  const { app, wait } = await start()
  const chat = app().openChat()
  const refused = chat.send({ type: 'txt', to: '', msg: 'x' }).catch((error: unknown) => error)
  await wait(100)
  expect(await refused).toBeInstanceOf(app().door('connection').ConnectionError)
  await expect(chat.send({ type: 'txt', to: '', msg: 'x' })).rejects.toMatchObject({
    name: 'InvalidMessage',
    code: 35101,
  })
})

test('the log part keeps what was logged before it came', async () => {
  const { app } = await start()
  const log = app().conn.use(app().door('log').log())
  const text = await log.export()
  expect(text).toContain('"event":"accepted"')
  expect(text.split('\n')[0]).toContain('"header":"miniprogram-im"')
})

test('a login by password says which part it needs', async () => {
  const { app } = await start()
  const { Connection } = app().door('connection')
  const conn = new Connection({ appKey: 'acme#chat', url: 'wss://a.example/', apiUrl: 'https://a.example' })
  await expect(conn.open({ user: 'alice', pwd: 'secret' })).rejects.toMatchObject({
    name: 'InvalidArgument',
    message: expect.stringContaining('use(logins())') as string,
  })
  void conn.destroy()
})

test('without its inbox a connection subscribes nothing and holds nothing', async () => {
  const { app, wait, broker } = await start()
  const { Connection } = app().door('connection')
  const counts: number[] = []
  const conn = new Connection({ appKey: 'acme#chat', url: broker.url, inbox: false })
  conn.on('onWaiting', ({ count }) => counts.push(count))
  void conn.open({ user: 'carol', accessToken: 'good' })
  await wait(1_000)
  expect(broker.received.filter(({ user, cmd }) => user === 'carol' && cmd === 'subscribe')).toEqual([])
  const chat = conn.use(app().door('messages').messages())
  const texts: string[] = []
  chat.on('onTextMessage', ({ msg }) => texts.push(msg))
  await wait(1_000)
  broker.publish('acme/chat/u/carol/bob', JSON.stringify({ id: 'a', type: 'txt', time: 1, body: { msg: 'hi' } }))
  await wait(1_000)
  expect([texts, counts]).toEqual([['hi'], []])
  void conn.destroy()
})
