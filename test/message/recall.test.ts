// A message that is taken back: gone on both sides whatever happens on the way, and nobody else's.
import { ConnectionError } from '../../src/errors/connection-error'
import type { ConversationItem, StoredMessage } from '../../src/messages/types'
import { Phone, type App, type PhoneOptions } from './phone'
import { newClock, Server } from './server'
import { last } from './receiver'

const MINUTE = 60_000

const world = (options: PhoneOptions = {}) => {
  const clock = newClock()
  const server = new Server(clock)
  server.groups.set('g1', new Set(['alice', 'bob', 'carol']))
  const phones = { alice: new Phone('alice', server, options), bob: new Phone('bob', server, options) }
  const apps: Record<string, App> = { alice: phones.alice.launch(), bob: phones.bob.launch() }
  const app = (user: string) => apps[user]!
  const wait = (ms = 100) => clock.advance(ms)
  /** What needs the server's word. */
  const soon = <T>(promise: Promise<T>) => Promise.all([promise, wait()]).then(([result]) => result)
  return {
    clock,
    server,
    app,
    wait,
    soon,
    online: async () => {
      app('alice').connect()
      app('bob').connect()
      await wait()
    },
    restart: async (user: 'alice' | 'bob') => {
      phones[user].kill()
      apps[user] = phones[user].launch()
      await wait()
    },
    files: (user: 'alice' | 'bob') => [...phones[user].disk.values()].join(''),
    say: (msg: string, more: object = {}) =>
      app('alice').messaging.send({ type: 'txt', to: 'bob', msg, id: msg, ...more }),
    recall: (mid: string, more: object = {}) => app('alice').messaging.recallMessage({ mid, to: 'bob', ...more }),
    /** Puts something into bob's inbox that nobody's app sent. */
    inject: (body: object, fields: object = {}, topic = 'u/bob/alice') =>
      server.publish(
        `acme/chat/${topic}`,
        JSON.stringify({ id: `i${Math.random()}`, type: 'recall', control: true, time: clock.now(), body, ...fields }),
      ),
    history: async (user: string, targetId: string, chatType: 'singleChat' | 'groupChat' = 'singleChat') =>
      (await app(user).messaging.getHistoryMessages({ targetId, chatType, searchDirection: 'down' })).messages.map(
        shown,
      ),
    list: async (user: string) => (await app(user).messaging.getLocalConversations()).data.map(line),
  }
}
const shown = (message: StoredMessage) =>
  `${message.id}: ${message.type === 'txt' ? message.msg : message.type}, ${message.status}`
const line = ({ unReadCount, lastMessage }: ConversationItem) => `${unReadCount} ${lastMessage && shown(lastMessage)}`
const recalls = (app: App) =>
  app.told.flatMap(({ event, payload }) => (event === 'onRecallMessage' ? [payload.mid] : []))

test('a message that was taken back is a tombstone on both phones, unread by nobody, also after a restart', async () => {
  const { online, say, recall, wait, app, history, list, restart, files, clock, soon } = world()
  await online()
  void say('one')
  void say('two')
  await wait()
  expect(await list('bob')).toEqual(['2 two: two, received'])
  await soon(recall('two'))
  await wait()
  expect(last(app('bob'))).toEqual({
    event: 'onRecallMessage',
    payload: expect.objectContaining({
      type: 'recall',
      mid: 'two',
      from: 'alice',
      to: 'bob',
      chatType: 'singleChat',
    }) as object,
  })
  for (const again of [false, true]) {
    expect(await history('alice', 'bob')).toEqual(['one: one, sent', 'two: recalled, recalled'])
    expect(await history('bob', 'alice')).toEqual(['one: one, received', 'two: recalled, recalled'])
    expect(await list('bob')).toEqual(['1 two: recalled, recalled'])
    if (!again) {
      await restart('alice')
      await restart('bob')
      await clock.advance(1000)
    }
  }
  // What was taken back is not even in the files any more.
  expect([files('alice'), files('bob')].map((text) => text.includes('"msg":"two"'))).toEqual([false, false])
  expect(files('bob')).toContain('"msg":"one"')
})

test('of a message that was read nothing is counted, and of one below others the last message stays', async () => {
  const { online, say, recall, wait, app, list, soon } = world()
  await online()
  void say('one')
  await wait()
  void app('bob').messaging.send({ type: 'channel', to: 'alice' })
  void say('two')
  void say('three')
  await wait()
  await soon(recall('one'))
  await wait()
  expect(await list('bob')).toEqual(['2 three: three, received'])
  await soon(recall('two'))
  await wait()
  expect(await list('bob')).toEqual(['1 three: three, received'])
})

test('one that still waits is cancelled: it never leaves, and no recall is sent', async () => {
  const { online, say, recall, wait, app, history, server, restart, soon } = world({ recallMaxAge: 0 })
  const sent = say('hasty')
  await wait(5 * MINUTE) // however long it waited
  await Promise.all([expect(sent).rejects.toMatchObject({ code: 35104 }), soon(recall('hasty'))])
  await online()
  await wait()
  expect(server.taken.filter(({ topic }) => topic.includes('/bob/'))).toEqual([])
  expect(app('alice').events()).not.toContain('onMessageFailed')
  await restart('alice')
  expect(await history('alice', 'bob')).toEqual(['hasty: recalled, recalled'])
})

test('one that may have left before the app died is taken back in both ways', async () => {
  const { online, say, recall, wait, app, history, server, restart } = world()
  await online()
  // The server has it, and its answer never comes.
  server.latency = () => 50
  void say('maybe')
  await wait(70)
  app('alice').drop()
  await restart('alice')
  server.latency = () => 5
  expect(await history('alice', 'bob')).toEqual(['maybe: maybe, sending'])
  const done = recall('maybe')
  await wait()
  expect(await history('alice', 'bob')).toEqual(['maybe: recalled, recalled'])
  await restart('alice')
  void done
  app('alice').connect()
  await wait(1000)
  expect(server.taken.filter(({ payload }) => payload.includes('"msg":"maybe"'))).toHaveLength(1)
  expect([await history('alice', 'bob'), await history('bob', 'alice')]).toEqual([
    ['maybe: recalled, recalled'],
    ['maybe: recalled, recalled'],
  ])
})

test('a recall waits for a connection and outlives the app; what it comes together with is not shown first', async () => {
  const { online, say, recall, wait, app, history, restart, list, soon } = world({ fileDelay: () => 50 })
  await online()
  app('bob').drop()
  void say('first')
  await soon(say('late'))
  app('alice').drop()
  void recall('late').catch(() => undefined)
  await wait()
  expect(await history('alice', 'bob')).toEqual(['first: first, sent', 'late: late, sent']) // the truth as yet
  await restart('alice')
  app('alice').connect()
  await wait(10 * MINUTE)
  expect(await history('alice', 'bob')).toEqual(['first: first, sent', 'late: recalled, recalled'])
  app('bob').connect()
  await wait(1000)
  expect([app('bob').texts(), recalls(app('bob')), await list('bob')]).toEqual([
    ['first'],
    ['late'],
    ['1 late: recalled, recalled'],
  ])
})

test('a recall that overtakes its message, or comes twice, leaves one tombstone; the message stays away, after a restart too', async () => {
  const { online, wait, app, history, inject, restart, list } = world()
  await online()
  const original = () => inject({ msg: 'ghost' }, { id: 'm1', type: 'txt', control: undefined })
  inject({ mid: 'm1' })
  await wait()
  original()
  await wait()
  inject({ mid: 'm1' })
  original()
  await restart('bob')
  app('bob').connect()
  original()
  await wait(1000)
  expect([app('bob').texts(), await history('bob', 'alice'), await list('bob')]).toEqual([
    [],
    ['m1: recalled, recalled'],
    ['0 m1: recalled, recalled'],
  ])
  expect(recalls(app('bob'))).toEqual([])
})

test('receipts about what was taken back are told to nobody and change nothing', async () => {
  const { online, say, recall, wait, app, history, server, clock, soon } = world({ delivery: true })
  await online()
  await soon(say('m1'))
  await soon(say('m2'))
  await soon(recall('m1'))
  await wait()
  const before = app('alice').told.length
  server.publish(
    'acme/chat/u/alice/bob',
    JSON.stringify({ id: 'r1', type: 'read', time: clock.now(), body: { ids: ['m1', 'm2'] } }),
  )
  server.publish('acme/chat/u/alice/bob', JSON.stringify({ id: 'r2', type: 'channel', time: clock.now(), body: {} }))
  await wait()
  expect(
    app('alice')
      .told.slice(before)
      .map(({ event }) => event),
  ).toEqual(['onReadMessage', 'onChannelMessage'])
  expect(await history('alice', 'bob')).toEqual(['m1: recalled, recalled', 'm2: m2, read'])
})

test('only for so long: at the sender by a code, at the receiver with room for clocks', async () => {
  const { online, say, recall, wait, inject, history, clock, app } = world({ recallMaxAge: 2 * MINUTE })
  await online()
  void say('m1')
  void say('m2')
  void say('m3')
  await wait(2 * MINUTE + 1000)
  await expect(recall('m1')).rejects.toMatchObject({ name: 'RecallTooLate', code: 35112 })
  // What another client takes back: a clock that was corrected by minutes counts, an hour does not.
  inject({ mid: 'm1' }, { time: clock.now() + 4 * MINUTE })
  inject({ mid: 'm2' }, { time: clock.now() + 60 * MINUTE })
  inject({ mid: 'm3' }, { time: 0 })
  await wait()
  expect(await history('bob', 'alice')).toEqual([
    'm1: recalled, recalled',
    'm2: m2, received',
    'm3: recalled, recalled',
  ])
  expect(recalls(app('bob'))).toEqual(['m1', 'm3'])
})

test('nobody takes back what another wrote, in a group neither', async () => {
  const { online, say, wait, inject, history, app, server, soon } = world()
  server.mailbox('bob').filters.add('acme/chat/g/g1/+')
  await online()
  void say('m1')
  await soon(say('m2', { to: 'g1', chatType: 'groupChat' }))
  await wait()
  inject({ mid: 'm1' }, {}, 'u/bob/carol')
  inject({ mid: 'm2' }, {}, 'g/g1/carol')
  inject({ mid: 'm1' }, {}, 'g/g1/alice')
  await wait()
  expect([await history('bob', 'alice'), await history('bob', 'g1', 'groupChat')].flat()).toEqual(
    expect.arrayContaining(['m1: m1, received', 'm2: m2, received']),
  )
  const { recallMessage } = app('bob').messaging
  for (const wrong of [{ mid: 'm1', to: 'alice' }, { mid: 'nothing', to: 'alice' }, {}])
    await expect(recallMessage(wrong as { mid: string; to: string })).rejects.toMatchObject({ code: 35101 })
})

test('in a group every member sees the tombstone, and so does another device of the sender', async () => {
  const { online, say, recall, wait, inject, history, server, app, soon } = world()
  for (const user of ['alice', 'bob']) server.mailbox(user).filters.add('acme/chat/g/g1/+')
  await online()
  await soon(say('m1', { to: 'g1', chatType: 'groupChat' }))
  inject({ msg: 'of my tablet' }, { id: 'm2', type: 'txt', control: undefined }, 'g/g1/alice')
  await wait()
  await soon(recall('m1', { to: 'g1', chatType: 'groupChat' }))
  inject({ mid: 'm2' }, {}, 'g/g1/alice')
  await wait()
  for (const user of ['alice', 'bob'])
    expect(await history(user, 'g1', 'groupChat')).toEqual(['m1: recalled, recalled', 'm2: recalled, recalled'])
  expect([recalls(app('alice')), recalls(app('bob'))]).toEqual([['m2'], ['m1', 'm2']])
})

test('a recall that the server refuses leaves the message as it is, and is told, also to an app that asked in an earlier life', async () => {
  const { online, say, recall, wait, history, server, app, restart, soon } = world()
  await online()
  await soon(say('m1'))
  server.refuse = (_, payload) =>
    payload.includes('recall') ? new ConnectionError('PublishRefused', '', 0x87) : undefined
  const refused = expect(recall('m1')).rejects.toMatchObject({ name: 'PublishRefused' })
  await wait()
  await refused
  expect(await history('alice', 'bob')).toEqual(['m1: m1, sent'])
  app('alice').drop()
  void recall('m1').catch(() => undefined)
  await wait()
  await restart('alice')
  app('alice').connect()
  await wait(1000)
  expect([app('alice').failures.map(({ name }) => name), app('alice').events()]).toEqual([
    ['PublishRefused'],
    expect.not.arrayContaining(['onMessageFailed']),
  ])
})

test('twice is once', async () => {
  const { online, say, recall, wait, server, app, soon } = world()
  await online()
  await soon(say('m1'))
  app('alice').drop()
  const both = Promise.all([recall('m1'), recall('m1')])
  app('alice').connect()
  await wait(1000)
  await both
  await soon(recall('m1'))
  expect(server.taken.filter(({ payload }) => payload.includes('"recall"'))).toHaveLength(1)
})
