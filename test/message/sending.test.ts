// What an app may rely on when it sends: order, one copy, waiting while offline, bounds, taking back.
import { ConnectionError } from '../../src/errors/connection-error'
import type { NewMessage } from '../../src/messages/types'
import { Phone, type App, type PhoneOptions } from './phone'
import { newClock, Server } from './server'

const world = (options: PhoneOptions = {}) => {
  const clock = newClock()
  const server = new Server(clock)
  const phone = new Phone('alice', server, options)
  // Bob is a mailbox that nobody empties.
  server.mailbox('bob').filters.add('acme/chat/u/bob/+')
  const arrived = () => server.mailbox('bob').queue.map(({ payload }) => (JSON.parse(payload) as Sent).body.msg)
  return { clock, server, phone, app: phone.launch(), arrived }
}
interface Sent {
  id: string
  type: string
  body: { msg?: string; url?: string; ids?: string[] }
}
const say = (msg: string, more: Partial<NewMessage> = {}) => ({ type: 'txt', to: 'bob', msg, ...more }) as NewMessage
/** The name of the error that a promise rejects with; `undefined` while it is pending or when it resolved. */
const outcome = (promise: Promise<unknown>) => {
  const seen: { error?: string; done?: boolean } = {}
  promise.then(
    () => (seen.done = true),
    (error: unknown) => (seen.error = error instanceof ConnectionError ? error.name : String(error)),
  )
  return seen
}
const failures = (app: App) =>
  app.told.flatMap(({ event, payload }) => (event === 'onMessageFailed' ? [payload.error.name] : []))

test('send resolves when the server has it, and says so to the handlers too', async () => {
  const { clock, app, arrived } = world()
  app.connect()
  const sent = outcome(app.messaging.send(say('hello')))
  await clock.advance(3)
  expect([arrived(), sent.done]).toEqual([[], undefined])
  await clock.advance(50)
  expect(arrived()).toEqual(['hello'])
  expect(sent.done).toBe(true)
  expect(app.events()).toEqual(['onStoreOpened', 'onReceivedMessage'])
})

test('what is sent while offline waits, survives a kill of the app, and goes out in order after the next login', async () => {
  const { clock, phone, app, arrived } = world()
  for (let i = 0; i < 100; i++) void app.messaging.send(say(`${i}`)).catch(() => undefined)
  await clock.advance(50)
  phone.kill()
  const again = phone.launch()
  await clock.advance(50)
  expect(arrived()).toEqual([])
  again.connect()
  await clock.advance(500)
  expect(arrived()).toEqual(Array.from({ length: 100 }, (_, i) => `${i}`))
  expect(again.events().filter((event) => event === 'onReceivedMessage')).toHaveLength(100)
})

test('close() rejects what waits, and the next login of the same user sends it', async () => {
  const { clock, app, arrived } = world()
  const waiting = outcome(app.messaging.send(say('later')))
  await clock.advance(10)
  app.close()
  await clock.settle()
  expect(waiting.error).toBe('ConnectionClosed')
  app.messaging.opened('alice')
  app.connect()
  await clock.advance(100)
  expect(arrived()).toEqual(['later'])
})

test('another user of the same phone neither sends nor sees what the first one left', async () => {
  const { clock, app, arrived } = world()
  void app.messaging.send(say('secret')).catch(() => undefined)
  await clock.advance(10)
  app.close()
  app.messaging.opened('mallory')
  app.connect()
  await clock.advance(100)
  expect(arrived()).toEqual([])
  expect((await Promise.all([app.messaging.getLocalConversations(), clock.advance(10)]))[0].data).toEqual([])
})

test('a server that lost the session gets what was in flight again, in order, before anything newer', async () => {
  const { clock, server, app, arrived } = world()
  app.connect()
  await clock.advance(10)
  server.latency = () => 1000
  for (let i = 0; i < 5; i++) void app.messaging.send(say(`${i}`))
  await clock.advance(10)
  app.drop()
  server.latency = () => 5
  app.sessionLost()
  for (let i = 5; i < 8; i++) void app.messaging.send(say(`${i}`))
  app.connect()
  await clock.advance(5000)
  expect(arrived()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7'])
})

test.each(['UserKicked', 'UserLoginAnotherDevice', 'TokenIncorrect', 'ServerRefused'] as const)(
  'a message that was in flight when the login ended (%s) was not refused: it goes out at the next one',
  async (name) => {
    const { clock, app, server, arrived } = world()
    app.connect()
    await clock.advance(100)
    server.latency = () => 1e9
    app.messaging.send(say('in flight')).catch(() => undefined)
    await clock.advance(1000)
    app.drop()
    app.sessionLost(name)
    server.latency = () => 5
    await clock.advance(1000)
    expect(app.events()).not.toContain('onMessageFailed')
    app.connect()
    await clock.advance(5000)
    expect(arrived()).toEqual(['in flight'])
  },
)

test('two that came back wait for the third that is still out, and go in their order: nothing overtakes', async () => {
  const { clock, server, app, arrived } = world()
  const busy = new Set(['0', '1'])
  server.refuse = (_, payload) => {
    const { msg } = (JSON.parse(payload) as Sent).body
    if (busy.delete(msg!)) return new ConnectionError('ServerBusy')
    if (msg === '2') server.latency = () => 60_000
    return undefined
  }
  app.connect()
  for (const msg of ['0', '1', '2']) void app.messaging.send(say(msg))
  await clock.advance(30_000)
  expect(arrived()).toEqual(['2'])
  server.latency = () => 5
  await clock.advance(200_000)
  expect(arrived()).toEqual(['2', '0', '1'])
})

test('what the server is too busy for is published again ever more rarely, and holds up no other conversation; at once on a new link', async () => {
  const { clock, server, app, arrived } = world()
  let tries = 0
  server.refuse = (topic, payload) =>
    topic.includes('/bob/') && payload.includes('busy') && ++tries ? new ConnectionError('ServerBusy') : undefined
  app.connect()
  void app.messaging.send(say('busy'))
  for (let second = 0; second < 600; second++) {
    // Whatever else the app sends meanwhile makes it no more often.
    void app.messaging.send(say(`${second}`, { to: 'carol' }))
    await clock.advance(1000)
  }
  expect(server.taken).toHaveLength(600)
  expect(tries).toBeGreaterThan(5)
  expect(tries).toBeLessThan(40)
  server.refuse = () => undefined
  app.drop()
  app.connect()
  await clock.advance(50)
  expect(arrived()).toEqual(['busy'])
})

test('the server gets nothing that is not in the files yet, so that a kill loses nothing that others have', async () => {
  const { clock, server, phone, app } = world({ fileDelay: () => 500 })
  const kept: boolean[] = []
  server.refuse = (_, payload) => {
    const { id } = JSON.parse(payload) as Sent
    kept.push([...phone.disk.values()].join('').includes(`"${id}"`))
    return undefined
  }
  app.connect()
  await clock.advance(2000)
  void app.messaging.send(say('hello'))
  await clock.advance(100)
  void app.messaging.send(say('again'))
  await clock.advance(5000)
  expect(kept).toEqual([true, true])
})

test('at most 32 messages per topic are under way, and the next goes when one is acknowledged', async () => {
  const { clock, server, app } = world()
  server.latency = () => 1000
  app.connect()
  for (let i = 0; i < 50; i++) void app.messaging.send(say(`${i}`))
  await clock.advance(1500)
  expect(server.taken).toHaveLength(32)
  await clock.advance(10_000)
  expect(server.taken).toHaveLength(50)
})

test('a phone with slow files is never more than 32 messages ahead of them: that many may come twice when it dies', async () => {
  let slow = 1
  const { clock, server, phone, app } = world({ fileDelay: () => slow })
  for (let i = 0; i < 100; i++) void app.messaging.send(say(`${i}`)).catch(() => undefined)
  await clock.advance(50)
  slow = 10_000
  app.connect()
  await clock.advance(2000)
  app.drop()
  app.connect()
  await clock.advance(2000)
  const texts = () => server.taken.filter(({ payload }) => payload.includes('"txt"')).length
  expect(texts()).toBe(32)
  phone.kill()
  slow = 1
  phone.launch().connect()
  await clock.advance(1000)
  expect(texts()).toBe(132)
})

test('a refusal of the server rejects that message only, and it may be sent again under its id', async () => {
  const { clock, server, app, arrived } = world()
  server.refuse = (_, payload) => (payload.includes('"no"') ? new ConnectionError('PublishRefused') : undefined)
  app.connect()
  const refused = outcome(app.messaging.send(say('no', { id: 'm1' })))
  const fine = outcome(app.messaging.send(say('yes')))
  await clock.advance(100)
  expect([refused.error, fine.done]).toEqual(['PublishRefused', true])
  expect(failures(app)).toEqual(['PublishRefused'])
  server.refuse = () => undefined
  const again = outcome(app.messaging.send(say('no', { id: 'm1' })))
  await clock.advance(100)
  expect(again.done).toBe(true)
  expect(arrived()).toEqual(['yes', 'no'])
  const third = outcome(app.messaging.send(say('no', { id: 'm1' })))
  await clock.advance(100)
  expect(third.error).toBe('InvalidMessage')
})

test('a full outbox refuses at once, by count and by bytes', async () => {
  const { clock, app } = world({ outboxMaxCount: 2 })
  void app.messaging.send(say('1')).catch(() => undefined)
  void app.messaging.send(say('2')).catch(() => undefined)
  const third = outcome(app.messaging.send(say('3')))
  await clock.advance(5)
  expect(third.error).toBe('QueueFull')

  const small = world({ outboxMaxBytes: 1000 })
  const first = outcome(small.app.messaging.send(say('x'.repeat(600))))
  const second = outcome(small.app.messaging.send(say('x'.repeat(600))))
  await small.clock.advance(5)
  expect([first.error, second.error]).toEqual([undefined, 'QueueFull'])
})

test('reading while offline, however often, leaves room for messages: receipts that say the same are one', async () => {
  const { clock, app, server } = world({ multiDevice: true })
  for (let i = 0; i < 600; i++) {
    void app.messaging.send({ type: 'channel', to: 'bob' }).catch(() => undefined)
    void app.messaging.clearConversationUnreadCount({ conversationId: 'g1', conversationType: 'groupChat' })
  }
  void app.messaging.clearConversationUnreadCount({ conversationId: 'g2', conversationType: 'groupChat' })
  const sent = outcome(app.messaging.send(say('hello')))
  await clock.advance(100)
  expect(sent.error).toBe(undefined)
  app.connect()
  await clock.advance(1000)
  expect(sent.done).toBe(true)
  const told = server.taken.map(
    ({ topic, payload }) => [topic, JSON.parse(payload)] as [string, { type: string; to?: string }],
  )
  expect(told.filter(([, { type }]) => type === 'channel').map(([topic]) => topic)).toEqual(['acme/chat/u/bob/alice'])
  expect(told.filter(([, { to }]) => to?.startsWith('g/')).map(([, { to }]) => to)).toEqual(['g/g1', 'g/g2'])
})

test.each(['the session was lost', 'the app was killed'])(
  'a receipt that may have left before %s is not added to: under its id the other side would take nothing new',
  async (how) => {
    const { clock, server, phone, app } = world()
    const read = (id: string) => void phone.app!.messaging.send({ type: 'read', to: 'bob', id }).catch(() => undefined)
    const opened = () => void phone.app!.messaging.send({ type: 'channel', to: 'bob' }).catch(() => undefined)
    app.connect()
    await clock.advance(50)
    server.latency = () => 50
    read('a')
    opened()
    await clock.advance(70)
    app.drop()
    if (how.includes('session')) app.sessionLost()
    else {
      phone.kill()
      phone.launch()
      await clock.advance(50)
    }
    read('b')
    opened()
    read('c')
    await clock.advance(50)
    phone.app!.connect()
    await clock.advance(1000)
    const taken = new Map<string, string>()
    for (const { payload } of server.taken) {
      const { id, type, body } = JSON.parse(payload) as Sent
      // As the other side does.
      if (!taken.has(id)) taken.set(id, type + (body.ids ?? []).join())
    }
    expect([...taken.values()].filter((line) => /^(read|channel)/.test(line))).toEqual([
      'reada',
      'channel',
      'readb,c',
      'channel',
    ])
  },
)

test('a message that waited too long fails, also across a restart, and what came later still waits', async () => {
  const { clock, phone, app } = world({ outboxMaxAge: 60_000 })
  const old = outcome(app.messaging.send(say('old')))
  await clock.advance(50_000)
  const young = outcome(app.messaging.send(say('young')))
  await clock.advance(10_001)
  expect([old.error, young.error]).toEqual(['MessageExpired', undefined])
  phone.kill()
  await clock.advance(60_000)
  const again = phone.launch()
  await clock.advance(100)
  expect(failures(again)).toEqual(['MessageExpired'])
})

test('a waiting message can be taken back, also after a restart; one under way cannot', async () => {
  const { clock, server, phone, app, arrived } = world()
  const first = outcome(app.messaging.send(say('1', { id: 'm1' })))
  void app.messaging.send(say('2', { id: 'm2' })).catch(() => undefined)
  await clock.advance(10)
  expect(app.messaging.cancelMessage('m1')).toBe(true)
  expect(app.messaging.cancelMessage('nobody')).toBe(false)
  await clock.advance(10)
  expect(first.error).toBe('MessageCancelled')
  phone.kill()
  const again = phone.launch()
  await clock.advance(10)
  expect(again.messaging.cancelMessage('m2')).toBe(true)
  void again.messaging.send(say('3', { id: 'm3' }))
  await clock.advance(10)
  server.latency = () => 100
  again.connect()
  await clock.advance(50)
  expect(again.messaging.cancelMessage('m3')).toBe(false)
  await clock.advance(1000)
  expect(arrived()).toEqual(['3'])
})

test('without files everything but the memory of it works', async () => {
  const { clock, app, arrived } = world({ filesAvailable: false })
  void app.messaging.send(say('hello'))
  app.connect()
  await clock.advance(100)
  expect(arrived()).toEqual(['hello'])
  expect(app.told[0]).toMatchObject({
    event: 'onStoreOpened',
    payload: { success: false, error: { name: 'StoreUnavailable' } },
  })
  expect((await app.messaging.getHistoryMessages({ targetId: 'bob' })).messages).toHaveLength(1)
})

test('a phone whose storage is full still sends, and keeps what it could not write once there is room', async () => {
  const { clock, phone, app, arrived } = world()
  app.connect()
  await clock.advance(10)
  phone.fault = (kind) => (kind === 'append' ? { kind: 'full', errMsg: 'the maximum size is exceeded' } : undefined)
  void app.messaging.send(say('1'))
  await clock.advance(100)
  expect(arrived()).toEqual(['1'])
  phone.fault = () => undefined
  void app.messaging.send(say('2'))
  await clock.advance(100)
  phone.kill()
  const page = phone.launch().messaging.getHistoryMessages({ targetId: 'bob', searchDirection: 'down' })
  await clock.advance(10)
  expect((await page).messages).toMatchObject([{ msg: '1' }, { msg: '2' }])
})

describe('what may be sent', () => {
  const circle: Record<string, unknown> = {}
  circle.self = circle
  const deep = (levels: number): unknown => (levels ? { in: deep(levels - 1) } : 1)
  const wrong: [string, object, string][] = [
    ['no text', { type: 'txt' }, 'msg'],
    ['text that is none', { type: 'txt', msg: 7 }, 'msg'],
    ['a kind of its own', { type: 'sticker', msg: 'x' }, 'type'],
    ['a receipt in disguise', { type: 'delivery', ids: ['x'] }, 'type'],
    ['no kind', { msg: 'x' }, 'type'],
    ['nobody', { type: 'txt', msg: 'x', to: '' }, 'to'],
    ['everybody', { type: 'txt', msg: 'x', to: '+' }, 'to'],
    ['another topic', { type: 'txt', msg: 'x', to: 'bob/eve' }, 'to'],
    ['an unknown chat type', { type: 'txt', msg: 'x', chatType: 'chatRoom' }, 'chatType'],
    ['an id that is none', { type: 'txt', msg: 'x', id: 'a b' }, 'id'],
    ['ext that is no map', { type: 'txt', msg: 'x', ext: [1] }, 'ext'],
    ['a circle', { type: 'txt', msg: 'x', ext: circle }, 'JSON'],
    ['too deep', { type: 'txt', msg: 'x', ext: deep(20) }, 'levels'],
    ['too many values', { type: 'txt', msg: 'x', ext: { list: Array(1001).fill(1) } }, 'values'],
    ['a prototype', { type: 'txt', msg: 'x', ext: JSON.parse('{"__proto__":{"admin":true}}') as object }, '__proto__'],
    ['a place off the globe', { type: 'loc', lat: 91, lng: 0 }, 'lat'],
    ['a place that is no number', { type: 'loc', lat: NaN, lng: 0 }, 'lat'],
    ['an image of nothing', { type: 'img' }, 'url'],
    ['a voice of no length', { type: 'audio', url: 'https://x/1', length: -1 }, 'length'],
    ['a video whose still picture is none', { type: 'video', file: { url: 'wxfile://a', thumb: 7 } }, 'file'],
    ['an image that is a script', { type: 'img', url: 'javascript:alert(1)' }, 'url'],
    ['a receipt to a group', { type: 'read', chatType: 'groupChat', id: 'x' }, 'chatType'],
  ]
  test.each(wrong)('%s is refused, and the error names the field', async (_, message, field) => {
    const { app } = world()
    await expect(app.messaging.send({ to: 'bob', ...message } as NewMessage)).rejects.toMatchObject({
      name: 'InvalidMessage',
      message: expect.stringContaining(field) as string,
    })
  })

  test('a message past its size is refused, with both sizes', async () => {
    const { app } = world({ messageMaxBytes: 1000 })
    await expect(app.messaging.send(say('汉'.repeat(400)))).rejects.toMatchObject({
      name: 'MessageTooLarge',
      message: expect.stringMatching(/1\d\d\d of at most 1000 bytes/) as string,
    })
  })

  test('before open() nothing can be sent', async () => {
    const { app } = world()
    app.messaging.closed()
    await expect(app.messaging.send(say('x'))).rejects.toMatchObject({ name: 'NotConnected' })
  })

  test('half an emoji becomes U+FFFD, whole ones and every script arrive as they are', async () => {
    const { clock, app, arrived } = world()
    app.connect()
    const texts = ['a\ud83d', '\ude00b', '😀汉é\u0000\u2028"\\', '\ud83d\ud83d\ude00']
    texts.forEach((text) => void app.messaging.send(say(text)))
    await clock.advance(100)
    expect(arrived()).toEqual(['a\ufffd', '\ufffdb', '😀汉é\u0000\u2028"\\', '\ufffd😀'])
  })

  test('what the app changes after send() changes nothing', async () => {
    const { clock, server, app } = world()
    const message = { type: 'txt', to: 'bob', msg: 'x', ext: { n: 1 } } as const
    void app.messaging.send(message)
    ;(message.ext as { n: number }).n = 2
    app.connect()
    await clock.advance(100)
    expect(JSON.parse(server.taken[0]!.payload)).toMatchObject({ ext: { n: 1 } })
  })
})

test('an id that waits for one receiver is refused for another', async () => {
  const { clock, app } = world()
  void app.messaging.send(say('x', { id: 'm1' })).catch(() => undefined)
  const other = outcome(app.messaging.send(say('y', { id: 'm1', to: 'carol' })))
  await clock.advance(5)
  expect(other.error).toBe('InvalidMessage')
})

test('an app that ends the user inside a handler hears nothing more of that user', async () => {
  const { clock, server, app } = world()
  app.connect()
  await clock.advance(10)
  server.receiveMaximum = 100
  app.onEvent = ({ event }) => {
    if (event === 'onTextMessage') app.close()
  }
  for (const id of ['a', 'b', 'c'])
    server.publish('acme/chat/u/alice/bob', JSON.stringify({ id, type: 'txt', time: 1, body: { msg: id } }))
  await clock.advance(100)
  expect(app.texts()).toEqual(['a'])
  // The others come with the next login.
  app.onEvent = () => undefined
  app.messaging.opened('alice')
  app.connect()
  await clock.advance(100)
  expect(app.texts()).toEqual(['a', 'b', 'c'])
})
