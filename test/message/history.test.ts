// What an app may rely on in its local history: readable offline, by page, bounded, and its own.
import { all, conversations, list, numbers, texts, world } from './reader'

test('conversations and messages can be read before and without a connection, from onStoreOpened on', async () => {
  const { clock, app, deliver, restart } = world()
  app.connect()
  deliver('1')
  deliver('2')
  deliver('hi', 'carol')
  await clock.advance(50)
  void app.messaging.send({ type: 'txt', to: 'bob', msg: 'back' })
  await clock.advance(50)
  const offline = restart()
  const early = conversations(offline) // asked before the store is open: answered when it is
  await clock.advance(50)
  expect(offline.told).toEqual([{ event: 'onStoreOpened', payload: { success: true, user: 'alice' } }])
  expect(await early).toEqual(['bob 2 back', 'carol 1 hi'])
  expect(await all(offline)).toMatchObject([
    { msg: '1', from: 'bob', status: 'received' },
    { msg: '2', from: 'bob', status: 'received' },
    { msg: 'back', from: 'alice', status: 'sent' },
  ])
  const cleared = offline.messaging.clearConversationUnreadCount({
    conversationId: 'bob',
    conversationType: 'singleChat',
  })
  await clock.advance(10)
  await cleared
  const later = restart()
  await clock.advance(10)
  expect(await conversations(later)).toEqual(['bob 0 back', 'carol 1 hi'])
  const one = await later.messaging.getLocalConversation({ conversationId: 'carol', conversationType: 'singleChat' })
  expect(one.data && list(one.data)).toBe('carol 1 hi')
})

test('pages go up from the newest or down from the oldest, without a gap and without a repetition', async () => {
  const { clock, app, deliver } = world()
  app.connect()
  for (const n of numbers(1, 45)) deliver(n)
  await clock.advance(200)
  const pages = async (searchDirection: 'up' | 'down') => {
    const found: string[][] = []
    let cursor: string | number = -1
    for (let isLast = false; !isLast;) {
      const page = await app.messaging.getHistoryMessages({ targetId: 'bob', cursor, searchDirection })
      found.push(texts(page.messages))
      ;({ cursor, isLast } = page)
      if (found.length === 1) {
        deliver(`new ${searchDirection}`) // what arrives meanwhile moves no page
        await clock.advance(50)
      }
    }
    return found
  }
  const up = await pages('up')
  expect(up.map(({ length }) => length)).toEqual([20, 20, 5])
  expect(up.flat()).toEqual(numbers(1, 45).reverse())
  expect((await pages('down')).flat()).toEqual([...numbers(1, 45), 'new up', 'new down'])
  expect(await app.messaging.getHistoryMessages({ targetId: 'nobody' })).toEqual({
    messages: [],
    cursor: '',
    isLast: true,
  })
})

test('the files stay within their bytes: the oldest messages go, the unread count and the outbox stay', async () => {
  const bytes = 64 << 10
  const { clock, phone, app, restart } = world({ historyMaxBytes: bytes, outboxMaxBytes: bytes / 4 })
  void app.messaging.send({ type: 'txt', to: 'dave', msg: 'waits' }).catch(() => undefined)
  await clock.advance(10)
  app.connect()
  app.drop()
  const server = phone.server
  for (let round = 0; round < 20; round++) {
    app.messaging.online({ resumed: false })
    app.messaging.offline()
    for (const n of numbers(1, 100)) {
      const json = JSON.stringify({
        id: `r${round}-${n}`,
        type: 'txt',
        time: 1,
        body: { msg: `${round * 100 + Number(n)} ${'x'.repeat(50)}` },
      })
      app.arrive('acme/chat/u/alice/bob', json, () => undefined)
    }
    await clock.advance(100)
    const size = [...phone.disk.values()].reduce((sum, text) => sum + text.length, 0)
    expect(size).toBeLessThan(bytes * 1.1)
  }
  const before = await all(app)
  const again = restart()
  await clock.advance(100)
  const after = await all(again)
  expect(texts(after)).toEqual(texts(before))
  expect(after.length).toBeGreaterThan(150)
  expect(texts(after)[after.length - 1]).toMatch(/^2000 /)
  expect((await conversations(again)).find((line) => line.startsWith('bob'))).toMatch(/^bob 2000 2000/)
  again.connect()
  await clock.advance(100)
  expect(server.taken.map(({ payload }) => payload).join()).toContain('waits')
  // An evicted message that comes again is still known.
  again.arrive(
    'acme/chat/u/alice/bob',
    JSON.stringify({ id: 'r19-50', type: 'txt', time: 1, body: { msg: 'again' } }),
    () => undefined,
  )
  await clock.advance(100)
  expect(again.texts()).toEqual([])
})

test('an outbox larger than the history is kept whole', async () => {
  const { clock, app, restart } = world({ historyMaxBytes: 8 << 10, outboxMaxBytes: 1 << 20 })
  const words = numbers(1, 100).map((n) => `${n} ${'汉'.repeat(200)}`)
  for (const msg of words) {
    void app.messaging.send({ type: 'txt', to: 'bob', msg }).catch(() => undefined)
    await clock.advance(5)
  }
  const again = restart()
  await clock.advance(100)
  expect(texts(await all(again))).toEqual(words)
  again.connect()
  await clock.advance(1000)
  expect(again.events().filter((event) => event === 'onReceivedMessage')).toHaveLength(100)
})

test('one user never sees the history of another, whatever their ids look like', async () => {
  const { clock, phone } = world()
  const ids = [
    'alice',
    'ALICE',
    'a.lice',
    'a_2e_lice',
    'x'.repeat(64),
    'x'.repeat(63) + 'X',
    'a-lice',
    'con',
    'X'.repeat(64),
    'X'.repeat(25),
    'X'.repeat(26),
    'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o', // an openid
  ]
  for (const id of ids) {
    phone.kill()
    const app = phone.launch(id)
    await clock.advance(20)
    expect(await conversations(app)).toEqual([])
    app.arrive(
      `acme/chat/u/${id}/bob`,
      JSON.stringify({ id: 'm', type: 'txt', time: 1, body: { msg: `to ${id}` } }),
      () => undefined,
    )
    await clock.advance(20)
  }
  for (const id of ids) {
    phone.kill()
    const app = phone.launch(id)
    await clock.advance(20)
    expect(await conversations(app)).toEqual([`bob 1 to ${id}`])
  }
  const names = [...phone.disk.keys()]
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(ids.length)
  names.forEach((name) => expect(name).toMatch(/^im-(\/[a-z0-9_-]{0,100}[-_])+\/\d+\.log$/))
  // No user's folder lies inside another's.
  const folders = names.map((name) => name.replace(/[^/]+$/, ''))
  for (const one of folders) expect(folders.filter((other) => other.startsWith(one))).toEqual([one])
})

test('a removed conversation is gone from the list and from the files; what comes later begins it anew', async () => {
  const { clock, phone, app, deliver, restart } = world()
  app.connect()
  for (const n of numbers(1, 200)) {
    deliver(`secret ${n}`)
    deliver(`kept ${n}`, 'carol')
  }
  await clock.advance(2000)
  app.drop()
  const waiting = app.messaging.send({ type: 'txt', to: 'bob', msg: 'secret waits' })
  const rejected = expect(waiting).rejects.toMatchObject({ name: 'MessageCancelled' })
  await clock.advance(20)
  const removed = app.messaging.removeLocalConversation({ conversationId: 'bob', conversationType: 'singleChat' })
  await Promise.resolve().then(() => undefined) // under way, not done
  app.arrive(
    'acme/chat/u/alice/bob',
    JSON.stringify({ id: 'new', type: 'txt', time: 1, body: { msg: 'new' } }),
    () => undefined,
  )
  await clock.advance(500)
  await removed
  await rejected
  expect(await conversations(app)).toEqual(['bob 1 new', 'carol 200 kept 200'])
  expect([...phone.disk.values()].join()).not.toContain('secret')
  const again = restart()
  await clock.advance(100)
  expect(await conversations(again)).toEqual(['bob 1 new', 'carol 200 kept 200'])
  // What was removed is still known: it does not come back by being sent again.
  again.arrive(
    'acme/chat/u/alice/bob',
    JSON.stringify({ id: 'n399', type: 'txt', time: 1, body: { msg: 'secret' } }),
    () => undefined,
  )
  await clock.advance(100)
  expect(again.texts()).toEqual([])
})

test('removing one conversation leaves what failed in another where it was', async () => {
  const { clock, app, deliver, restart } = world({ outboxMaxAge: 60_000 })
  const expired = expect(app.messaging.send({ type: 'txt', to: 'bob', msg: 'too late' })).rejects.toThrow()
  await clock.advance(61_000)
  await expired
  app.connect()
  deliver('later')
  deliver('hi', 'carol')
  await clock.advance(100)
  const removed = app.messaging.removeLocalConversation({ conversationId: 'carol', conversationType: 'singleChat' })
  await clock.advance(100)
  await removed
  expect(texts(await all(app))).toEqual(['too late', 'later'])
  const again = restart()
  await clock.advance(100)
  expect(texts(await all(again))).toEqual(['too late', 'later'])
})

test('everything can be removed', async () => {
  const { clock, phone, app, deliver, restart } = world()
  app.connect()
  for (const n of numbers(1, 300)) deliver(`secret ${n}`, `user${Number(n) % 7}`)
  await clock.advance(2000)
  const removed = app.messaging.deleteAllMessagesAndConversations()
  await clock.advance(500)
  await removed
  expect([...phone.disk.values()].join()).not.toContain('secret')
  expect(await conversations(app)).toEqual([])
  const again = restart()
  await clock.advance(100)
  expect(await conversations(again)).toEqual([])
})
