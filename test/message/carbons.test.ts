// What goes to the user's other devices (carbons), on the wire: which, when, after kills and refusals, and what is not believed.
import { ConnectionError } from '../../src/errors/connection-error'
import { Phone, type App, type PhoneOptions } from './phone'
import { newClock, Server } from './server'

const own = 'acme/chat/u/alice/alice'
interface Carbon {
  id: string
  type: string
  control: boolean
  of: string
  to: string
  body: Record<string, unknown>
}
const world = async (options: PhoneOptions = {}) => {
  const clock = newClock()
  const server = new Server(clock)
  server.mailbox('bob').filters.add('acme/chat/u/bob/+')
  const phone = new Phone('alice', server, { multiDevice: true, ...options })
  phone.launch().connect()
  await clock.advance(100)
  const carbons = () =>
    server.taken.flatMap(({ topic, payload }) => {
      const carbon = JSON.parse(payload) as Carbon
      return topic === own && carbon.type !== 'sync' ? [carbon] : []
    })
  const send = (...messages: object[]) =>
    Promise.allSettled(messages.map((message) => phone.app!.messaging.send({ to: 'bob', ...message } as never)))
  return { clock, server, phone, carbons, send }
}
const texts = ({ length }: { length: number }) =>
  Array.from({ length }, (_, i) => ({ type: 'txt', msg: `m${i}`, id: `id-${i}` }))
/** A device of alice that only receives. */
const other = async (payloads: readonly string[], topic = own): Promise<App> => {
  const clock = newClock()
  const server = new Server(clock)
  const app = new Phone('alice', server, { multiDevice: true, delivery: true }).launch()
  app.connect()
  for (const payload of payloads) server.publish(topic, payload)
  await clock.advance(500)
  return app
}

test('the copy is the message itself, after the server has it; to oneself and in groups there is none; nor without multiDevice', async () => {
  const { clock, server, carbons, send } = await world()
  void send(
    { type: 'txt', msg: 'hello', id: 'a', ext: { x: 1 } },
    { type: 'read', id: 'b1' },
    { type: 'channel' },
    { type: 'cmd', action: 'ring' },
    { type: 'txt', msg: 'note', to: 'alice' },
    { type: 'txt', msg: 'all', to: 'g7', chatType: 'groupChat' },
  )
  await clock.advance(500)
  expect(carbons().filter(({ type }) => type === 'carbon')).toMatchObject([
    { id: 'a', control: true, of: 'txt', to: 'u/bob', body: { msg: 'hello' }, ext: { x: 1 } },
    { control: true, of: 'read', to: 'u/bob', body: { ids: ['b1'] } },
    { control: true, of: 'channel', to: 'u/bob', body: {} },
  ])
  const order = server.taken.map(({ topic }) => topic)
  expect(order.indexOf(own)).toBeGreaterThan(order.indexOf('acme/chat/u/bob/alice'))
  const single = await world({ multiDevice: false })
  void single.send({ type: 'txt', msg: 'hello' }, { type: 'channel' })
  void single.phone.app!.messaging.clearConversationUnreadCount({
    conversationId: 'g7',
    conversationType: 'groupChat',
  })
  await single.clock.advance(500)
  expect(single.carbons()).toEqual([])
})

test('what is taken back on one device is a tombstone on the others, told, and unread by nobody; also where it never came', async () => {
  const { clock, phone, carbons, send } = await world()
  void send({ type: 'txt', msg: 'oops', id: 'a' }, { type: 'txt', msg: 'never seen', id: 'b' })
  await clock.advance(300)
  for (const mid of ['a', 'b']) void phone.app!.messaging.recallMessage({ mid, to: 'bob' })
  await clock.advance(300)
  const sent = carbons()
  expect(sent.map(({ of, to }) => [of, to])).toEqual([
    ['txt', 'u/bob'],
    ['txt', 'u/bob'],
    ['recall', 'u/bob'],
    ['recall', 'u/bob'],
  ])
  const app = await other(sent.slice(0, 1).map((carbon) => JSON.stringify(carbon)))
  expect(app.texts()).toEqual(['oops'])
  for (const carbon of sent.slice(2)) app.phone.server.publish(own, JSON.stringify(carbon))
  for (const carbon of sent) app.phone.server.publish(own, JSON.stringify(carbon))
  await app.phone.server.clock.advance(300)
  expect(app.told.flatMap(({ event, payload }) => (event === 'onRecallMessage' ? [payload] : []))).toMatchObject([
    { mid: 'a', from: 'alice', to: 'bob', chatType: 'singleChat' },
    { mid: 'b' },
  ])
  expect(app.texts()).toEqual(['oops'])
  const answer = Promise.all([
    app.messaging.getHistoryMessages({ targetId: 'bob', searchDirection: 'down' }),
    app.messaging.getLocalConversations(),
  ])
  await app.phone.server.clock.advance(10)
  const [{ messages }, { data }] = await answer
  expect(messages.map(({ id, type }) => `${id} ${type}`)).toEqual(['a recalled', 'b recalled'])
  expect(data).toMatchObject([{ conversationId: 'bob', unReadCount: 0 }])
})

test('a note to oneself: sent, kept, not heard on its own device; heard once and unread on no other, and not copied', async () => {
  const { clock, server, phone, carbons, send } = await world({ delivery: true })
  void send({ type: 'txt', msg: 'milk', id: 'a', to: 'alice' })
  await clock.advance(300)
  expect(carbons()).toMatchObject([{ id: 'a', type: 'txt', body: { msg: 'milk' } }])
  const tablet = await other(carbons().map((carbon) => JSON.stringify(carbon)))
  for (const [app, heard] of [
    [phone.app!, []],
    [tablet, ['milk']],
  ] as const) {
    const answer = Promise.all([
      app.messaging.getHistoryMessages({ targetId: 'alice' }),
      app.messaging.getLocalConversations(),
    ])
    await app.phone.server.clock.advance(10)
    const [{ messages }, { data }] = await answer
    expect(app.texts()).toEqual(heard)
    expect(messages).toMatchObject([{ msg: 'milk', from: 'alice', to: 'alice', status: 'sent' }])
    expect(data).toMatchObject([{ conversationId: 'alice', unReadCount: 0 }])
  }
  expect(server.taken.filter(({ payload }) => payload.includes('delivery'))).toEqual([])
})

test('killed at whatever write, it copies every message that the server has, in order', async () => {
  for (let at = 1; at < 14; at++) {
    const { clock, server, phone, carbons, send } = await world()
    let writes = 0
    phone.onWrite = () => {
      if (++writes === at) phone.kill(() => 0.5)
    }
    for (const message of texts({ length: 8 })) {
      if (phone.app) void send(message)
      await clock.advance(7)
    }
    await clock.advance(300)
    phone.onWrite = () => undefined
    phone.kill()
    phone.launch().connect()
    await clock.advance(5_000)
    const first = (ids: string[]) => [...new Set(ids)]
    const sent = server.taken
      .filter(({ topic }) => topic.endsWith('/bob/alice'))
      .map(({ payload }) => (JSON.parse(payload) as Carbon).id)
    expect([at, first(carbons().map(({ id }) => id))]).toEqual([at, first(sent)])
    // And this device, to which they come back, shows none of them again.
    expect(phone.app!.texts()).toEqual([])
    expect(phone.app!.failures).toEqual([])
  }
})

test('a refused message is not copied; a refused copy is told, and the message was sent all the same', async () => {
  const { clock, server, phone, carbons, send } = await world()
  server.refuse = (_, payload) =>
    payload.includes('no such user') ? new ConnectionError('PublishRefused', '', 0x87) : undefined
  const refused = send({ type: 'txt', msg: 'no such user' })
  await clock.advance(200)
  expect((await refused)[0]!.status).toBe('rejected')
  expect(carbons()).toEqual([])
  server.refuse = (topic) => (topic === own ? new ConnectionError('PublishRefused', '', 0x87) : undefined)
  const sent = send({ type: 'txt', msg: 'hello' })
  await clock.advance(200)
  expect((await sent)[0]!.status).toBe('fulfilled')
  expect(phone.app!.failures.map(({ name }) => name)).toEqual(['PublishRefused'])
  expect(phone.app!.events().filter((event) => event === 'onMessageFailed')).toHaveLength(1)
})

test('a count that was cleared offline is told the other devices later, also after a kill; this one clears nothing twice', async () => {
  const { clock, server, phone, carbons } = await world()
  phone.app!.drop()
  void phone.app!.messaging.clearConversationUnreadCount({ conversationId: 'bob', conversationType: 'singleChat' })
  await clock.advance(100)
  phone.kill()
  server.publish('acme/chat/u/alice/bob', JSON.stringify({ id: 'new', type: 'txt', time: 1, body: { msg: 'new' } }))
  phone.launch().connect()
  await clock.advance(1_000)
  expect(carbons()).toMatchObject([{ of: 'channel', to: 'u/bob' }])
  const { data } = await Promise.all([phone.app!.messaging.getLocalConversations(), clock.advance(10)]).then(
    ([answer]) => answer,
  )
  expect(data).toMatchObject([{ conversationId: 'bob', unReadCount: 1 }])
  expect(phone.app!.events()).not.toContain('onChannelMessage')
})

test('what the other side confirmed before the copy came counts when it comes', async () => {
  const { clock, server, carbons, send } = await world()
  void send({ type: 'txt', msg: 'hello', id: 'a' })
  await clock.advance(300)
  const app = await other([])
  const { server: theirs } = app.phone
  theirs.publish('acme/chat/u/alice/bob', JSON.stringify({ id: 'r', type: 'read', time: 1, body: { ids: ['a'] } }))
  theirs.publish(own, JSON.stringify(carbons()[0]))
  await theirs.clock.advance(300)
  const page = app.messaging.getHistoryMessages({ targetId: 'bob' })
  await theirs.clock.advance(10)
  expect((await page).messages).toMatchObject([{ id: 'a', from: 'alice', to: 'bob', status: 'read' }])
  expect(server.taken.length).toBeGreaterThan(0)
})

test('the largest message that may be sent has a copy that is taken', async () => {
  const fields = Object.fromEntries(Array.from({ length: 993 }, (_, i) => [`k${i}`, i]))
  for (const message of [
    { type: 'txt', msg: 'x'.repeat(65_536 - 130) },
    { type: 'custom', customEvent: 'e', customExts: fields },
  ]) {
    const { clock, carbons, send } = await world()
    void send(message)
    await clock.advance(500)
    const app = await other(carbons().map((carbon) => JSON.stringify(carbon)))
    expect(app.failures).toEqual([])
    expect(app.events()).toContain(message.type === 'txt' ? 'onTextMessage' : 'onCustomMessage')
  }
})

test('only the user’s own devices are believed; what is malformed or unknown is dropped, and nobody is sent a receipt for a copy', async () => {
  const carbon = (more: object = {}) =>
    JSON.stringify({
      id: 'a',
      type: 'carbon',
      control: true,
      of: 'txt',
      to: 'u/bob',
      time: 1,
      body: { msg: 'hi' },
      ...more,
    })
  const forged = await other([carbon()], 'acme/chat/u/alice/mallory')
  expect([forged.texts(), forged.failures.map(({ name }) => name)]).toEqual([[], ['InvalidMessage']])
  const wrong = await other([
    carbon({ to: 'bob' }),
    carbon({ to: 'u/../x' }),
    carbon({ of: 7 }),
    carbon({ to: 'x/bob' }),
  ])
  expect([wrong.texts(), wrong.failures.map(({ name }) => name)]).toEqual([[], Array(4).fill('InvalidMessage')])
  const good = await other([carbon({ of: 'of-a-newer-version' }), carbon(), carbon()])
  expect([good.texts(), good.failures]).toEqual([['hi'], []])
  expect(good.phone.server.taken.filter(({ topic }) => topic !== own)).toEqual([])
})
