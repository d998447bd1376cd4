// What an app may rely on when it receives: order, one copy, offline messages, bursts, hostile payloads.
import { last, numbers, world } from './receiver'
import { seeded } from '../fakes/seeded'

test('each kind reaches its handler with its fields, and with the sender that the topic proves', async () => {
  const { clock, app, deliver } = world()
  app.connect()
  await clock.advance(10)
  const sent: [string, object][] = [
    ['onTextMessage', { type: 'txt', body: { msg: 'hi' }, ext: { a: 1 } }],
    ['onCustomMessage', { type: 'custom', body: { customEvent: 'gift', customExts: { n: 3 } } }],
    ['onCmdMessage', { type: 'cmd', body: { action: 'refresh' } }],
    ['onImageMessage', { type: 'img', body: { url: 'https://x/1', width: 3, height: 4, file_length: 9 } }],
    ['onAudioMessage', { type: 'audio', body: { url: 'https://x/2', length: 3.5, filetype: 'mp3' } }],
    ['onVideoMessage', { type: 'video', body: { url: 'https://x/3', thumb: 'https://x/4', width: 3, length: 60 } }],
    ['onFileMessage', { type: 'file', body: { url: 'cloud://x/1', filename: 'a.txt' } }],
    ['onLocationMessage', { type: 'loc', body: { lat: 39.9, lng: 116.3, addr: '北京' } }],
  ]
  for (const [event, fields] of sent) {
    deliver({ ...fields, id: event, from: 'eve', to: 'eve' }, 'bob')
    await clock.advance(20)
    const { body, ...rest } = fields as { body: object }
    expect(app.told.slice(-2)).toEqual([
      { event, payload: { ...rest, ...body, id: event, chatType: 'singleChat', from: 'bob', to: 'alice', time: 1 } },
      { event: 'onMessages', payload: [app.told[app.told.length - 2]!.payload] },
    ])
  }
})

test('a kind of a newer client arrives as custom, a field of a newer client does no harm', async () => {
  const { clock, app, deliver } = world()
  app.connect()
  await clock.advance(10)
  deliver({ type: 'sticker', body: { pack: 7, from: 'eve' } })
  deliver({ body: { msg: 'x', from: 'eve', mood: 'new' } })
  await clock.advance(20)
  expect(app.told.filter(({ event }) => event !== 'onMessages').slice(-2)).toMatchObject([
    { event: 'onCustomMessage', payload: { customEvent: 'sticker', customExts: { pack: 7 }, from: 'bob' } },
    { event: 'onTextMessage', payload: { msg: 'x', from: 'bob' } },
  ])
  expect(last(app)!.payload).not.toHaveProperty('0.mood')
})

test('of a kind that this version does not know, what is marked as control is acknowledged and does nothing', async () => {
  const { clock, server, phone, app, deliver } = world({ delivery: true })
  app.connect()
  await clock.advance(10)
  const before = app.events()
  deliver({ type: 'edit', control: true, body: { msg: 'of a newer client' } })
  deliver({ type: 'edit', control: true, id: 7, body: [], ext: 'its rules may be others' })
  await clock.advance(100)
  expect([app.events(), app.failures, server.mailbox('alice').queue, server.mailbox('bob').queue]).toEqual([
    before,
    [],
    [],
    [],
  ])
  expect((await app.messaging.getLocalConversations()).data).toEqual([])
  expect([...phone.disk.values()].join()).not.toContain('newer')
  // Whoever knows the kind does not look at the mark; and only `true` is one.
  deliver({ control: true })
  deliver({ type: 'edit', control: 1, body: { msg: 'shown' } })
  await clock.advance(100)
  const shown = app.events().slice(before.length)
  expect(shown.filter((event) => event !== 'onMessages')).toEqual(['onTextMessage', 'onCustomMessage'])
})

test('offline messages come between start and finish, in order, each once; none waiting, nothing is announced', async () => {
  const { clock, server, app, deliver } = world()
  app.connect()
  await clock.advance(100)
  app.drop()
  for (let i = 0; i < 30; i++) deliver({})
  app.connect()
  deliver({}) // arrives live, behind them
  await clock.advance(300)
  expect(app.events().filter((event) => event !== 'onMessages')).toEqual([
    'onStoreOpened',
    'onOfflineMessageSyncStart',
    ...Array<string>(30).fill('onTextMessage'),
    'onTextMessage',
    'onOfflineMessageSyncFinish',
  ])
  expect(app.texts()).toEqual(numbers(1, 31))
  app.drop()
  app.connect()
  await clock.advance(300)
  expect(last(app)!.event).toBe('onOfflineMessageSyncFinish')
  expect(server.mailbox('alice').queue).toEqual([])
})

test('a link that breaks during the offline messages ends them for the app; the rest comes with the next link', async () => {
  const { clock, server, app, deliver } = world()
  app.connect()
  await clock.advance(100)
  app.drop()
  for (let i = 0; i < 100; i++) deliver({})
  server.latency = () => 50
  app.connect()
  await clock.advance(70)
  app.drop()
  await clock.advance(1000)
  expect(last(app)!.event).toBe('onOfflineMessageSyncFinish')
  app.connect()
  await clock.advance(5000)
  expect(app.texts()).toEqual(numbers(1, 100))
})

test('a server that swallows the end mark keeps nobody waiting', async () => {
  const { clock, server, app, deliver } = world()
  app.connect()
  await clock.advance(100)
  app.drop()
  deliver({})
  server.mailbox('alice').filters.delete('acme/chat/u/alice/+')
  app.connect()
  await clock.advance(1000)
  expect(app.events()).not.toContain('onOfflineMessageSyncFinish')
  await clock.advance(5000)
  expect(app.events()).toContain('onOfflineMessageSyncFinish')
})

test('duplicates are dropped across reconnects and restarts, also of commands, and acknowledged', async () => {
  const { clock, server, phone, app, deliver } = world()
  app.connect()
  await clock.advance(10)
  const twice = () => {
    deliver({ id: 'same' })
    deliver({ id: 'cmd', type: 'cmd', body: { action: 'x' } })
  }
  twice()
  twice()
  await clock.advance(100)
  phone.kill()
  const again = phone.launch()
  again.connect()
  twice()
  await clock.advance(100)
  expect([app.events(), again.events()].map((all) => all.filter((event) => /Text|Cmd/.test(event)))).toEqual([
    ['onTextMessage', 'onCmdMessage'],
    [],
  ])
  expect(server.mailbox('alice').queue).toEqual([])
})

test('hundreds that the server sends again, because it did not hear that they arrived, are handled once', async () => {
  const { clock, server, app, deliver } = world()
  server.receiveMaximum = 1000
  app.connect()
  await clock.advance(10)
  for (let i = 0; i < 300; i++) deliver({})
  await clock.advance(8)
  app.drop()
  await clock.advance(100)
  expect(app.texts().length).toBeGreaterThan(100)
  expect(server.mailbox('alice').queue).toHaveLength(300)
  app.connect()
  await clock.advance(1000)
  expect(app.texts()).toEqual(numbers(1, 300))
  expect(server.mailbox('alice').queue).toEqual([])
})

test('the same id from another sender, or in another conversation, is another message', async () => {
  const { clock, server, app, deliver } = world()
  server.groups.set('g1', new Set(['alice', 'bob', 'eve']))
  app.connect()
  await clock.advance(10)
  deliver({ id: 'same' }, 'eve')
  deliver({ id: 'same' }, 'bob')
  deliver({ id: 'same' }, 'bob', 'g/g1/bob')
  await clock.advance(100)
  expect(app.texts()).toHaveLength(3)
})

test('an app killed before a message is in its files gets it again; killed after, it finds it there', async () => {
  const { clock, server, phone, app, deliver } = world()
  app.connect()
  await clock.advance(10)
  phone.onWrite = () => phone.kill()
  deliver({})
  await clock.advance(100)
  expect(phone.app).toBeUndefined()
  phone.onWrite = () => undefined
  const again = phone.launch()
  again.connect()
  await clock.advance(100)
  expect([app.texts(), again.texts()]).toEqual([[], ['1']])
  expect(server.mailbox('alice').queue).toEqual([])
})

test.each([
  ['with', true],
  ['without', false],
])(
  'a burst of 5,000, %s files, leaves the app its turn after every 50, in order; handlers may take batches',
  async (_, filesAvailable) => {
    const { clock, app } = world({ filesAvailable })
    app.connect()
    await clock.advance(10)
    let turns = 0
    let most = 0
    let inTurn = 0
    app.onEvent = ({ event, payload }) => {
      if (event === 'onTextMessage') {
        most = Math.max(most, ++inTurn)
        if (inTurn === 1)
          clock.setTimeout(() => {
            turns++
            inTurn = 0
          }, 0)
      }
      if (event === 'onMessages') expect(payload.length).toBeLessThanOrEqual(50)
    }
    // All in one turn of the app, as when one frame carries many packets.
    for (const n of numbers(1, 5000))
      app.arrive(
        'acme/chat/u/alice/bob',
        JSON.stringify({ id: `n${n}`, type: 'txt', time: 1, body: { msg: n } }),
        () => undefined,
      )
    await clock.advance(3000)
    expect(app.texts()).toEqual(numbers(1, 5000))
    expect(most).toBeLessThanOrEqual(50)
    expect(turns).toBeGreaterThan(99)
  },
)

test('nothing that anybody can send breaks the app: 10,000 hostile payloads, and the next good one arrives', async () => {
  const { clock, server, app } = world({ delivery: true })
  server.receiveMaximum = 1000
  app.connect()
  await clock.advance(10)
  const random = seeded(7)
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!
  const nasty = [
    null,
    0,
    -1,
    Infinity,
    NaN,
    '',
    'x',
    [],
    {},
    true,
    '__proto__',
    'constructor',
    { then: 1 },
    '😀\ud800',
    [[[]]],
    'x'.repeat(700),
  ]
  const field = (good: unknown) => (random() < 0.6 ? good : pick(nasty))
  const good = () => ({
    id: field(`h${random()}`.replace('.', '')),
    type: field(
      pick(['txt', 'custom', 'cmd', 'img', 'file', 'loc', 'delivery', 'read', 'channel', 'sync', 'new', 'toString']),
    ),
    time: field(1),
    body: field({
      msg: field('x'),
      customEvent: field('e'),
      customExts: field({}),
      action: field('a'),
      url: field('https://x'),
      lat: field(1),
      lng: field(1),
      ids: field(['a']),
    }),
    ext: field({ a: field(1) }),
  })
  const mangle = (text: string) => {
    const at = Math.floor(random() * text.length)
    return (
      text.slice(0, at) +
      pick(['', '{', '"', '\u0000', '\\u0000', ']]', ',']) +
      text.slice(at + Math.floor(random() * 3))
    )
  }
  const topics = [
    'u/alice/bob',
    'u/alice/alice',
    'u/alice/',
    's/alice',
    'g//bob',
    'g/__proto__/constructor',
    'u/alice/__proto__',
    'u/bob/alice',
    'x',
    'u/alice/bob/more',
    '',
  ]
  for (let i = 0; i < 10_000; i++) {
    let payload = JSON.stringify(good())
    if (random() < 0.3) payload = mangle(payload)
    if (random() < 0.05) payload = pick(['', '[]', '"', '['.repeat(5000), '{"a":'.repeat(5000), 'null', '\ufeff{}'])
    app.arrive(`acme/chat/${pick(topics)}`, payload, () => undefined)
    if (i % 500 === 0) await clock.advance(50)
  }
  app.receive('acme/chat/u/alice/bob', new Uint8Array([0xff, 0xfe, 0xc0]), () => undefined)
  app.arrive(
    'acme/chat/u/alice/bob',
    JSON.stringify({ id: 'big', type: 'txt', time: 1, body: { msg: 'x'.repeat(70000) } }),
    () => undefined,
  )
  server.publish(
    'acme/chat/u/alice/bob',
    JSON.stringify({ id: 'good', type: 'txt', time: 1, body: { msg: 'still here' } }),
  )
  await clock.advance(2000)
  expect(app.texts()[app.texts().length - 1]).toBe('still here')
  for (const { event, payload } of app.told)
    if (event === 'onTextMessage' && payload.chatType === 'singleChat')
      expect([typeof payload.msg, typeof payload.id, payload.to]).toEqual(['string', 'string', 'alice'])
  expect(({} as Record<string, unknown>).admin).toBeUndefined()
})
