// Receipts and groups: who is told what, once, and who is never told.
import type { NewMessage } from '../../src/messages/types'
import { last, numbers, world } from './receiver'

describe('receipts', () => {
  const read = (id: string) => ({ type: 'read', to: 'bob', id }) as NewMessage

  test('delivery receipts are sent when asked for: one for many, in one-to-one only, none for commands', async () => {
    const { clock, server, app, deliver, answers } = world({ delivery: true })
    server.groups.set('g1', new Set(['alice', 'bob']))
    app.connect()
    await clock.advance(100)
    app.drop()
    for (let i = 0; i < 10; i++) deliver({})
    deliver({ type: 'cmd', body: { action: 'x' } })
    deliver({}, 'bob', 'g/g1/bob')
    app.connect()
    await clock.advance(200)
    expect(answers().flatMap(({ type, body }) => (type === 'delivery' ? body.ids! : []))).toEqual(
      numbers(1, 10).map((n) => `n${n}`),
    )
    expect(answers().length).toBeLessThan(5)
  })

  test('without delivery: true none is sent, and a receipt is never answered by a receipt', async () => {
    for (const delivery of [false, true]) {
      const { clock, app, deliver, answers } = world({ delivery })
      app.connect()
      await clock.advance(10)
      if (!delivery) deliver({})
      deliver({ type: 'delivery', body: { ids: ['a'] } })
      deliver({ type: 'read', body: { ids: ['a'] } })
      deliver({ type: 'channel', body: {} })
      await clock.advance(100)
      expect(answers()).toEqual([])
      expect(app.events().slice(-3)).toEqual(['onDeliveredMessage', 'onReadMessage', 'onChannelMessage'])
    }
  })

  test('read receipts that wait are merged, and every send of one resolves', async () => {
    const { clock, app, answers } = world()
    const all = Promise.all(numbers(1, 150).map((n) => app.messaging.send(read(`n${n}`))))
    await clock.advance(20)
    app.connect()
    await clock.advance(100)
    await all
    expect(answers().map(({ body }) => body.ids!.length)).toEqual([100, 50])
    expect(app.events()).not.toContain('onReceivedMessage')
  })

  test('they move the history of the sender on: sent, delivered, read; not the messages of others', async () => {
    const { clock, phone, app, deliver } = world()
    app.connect()
    for (const id of ['m1', 'm2', 'm3', 'm4']) void app.messaging.send({ type: 'txt', to: 'bob', msg: id, id })
    void app.messaging.send({ type: 'txt', to: 'carol', msg: 'c1', id: 'c1' })
    await clock.advance(100)
    deliver({ type: 'delivery', body: { ids: ['m1', 'm2', 'c1'] } })
    deliver({ type: 'read', body: { ids: ['m1'] } })
    deliver({ type: 'delivery', body: { ids: ['m1'] } }) // late: what was read stays read
    await clock.advance(100)
    phone.kill()
    const again = phone.launch()
    await clock.advance(10)
    const status = async (targetId: string) => {
      const { messages } = await again.messaging.getHistoryMessages({ targetId, searchDirection: 'down' })
      return messages.map((message) => message.status)
    }
    expect(await status('bob')).toEqual(['read', 'delivered', 'sent', 'sent'])
    expect(await status('carol')).toEqual(['sent'])
    again.connect()
    deliver({ type: 'channel', body: {} })
    await clock.advance(100)
    expect(await status('bob')).toEqual(['read', 'read', 'read', 'read'])
    expect(await status('carol')).toEqual(['sent'])
  })

  test('a conversation receipt clears the unread count here and tells the other side', async () => {
    const { clock, app, deliver, answers } = world()
    app.connect()
    deliver({})
    deliver({})
    await clock.advance(100)
    const unread = async () => (await app.messaging.getLocalConversations()).data.map((one) => one.unReadCount)
    expect(await unread()).toEqual([2])
    void app.messaging.send({ type: 'channel', to: 'bob' })
    await clock.advance(100)
    expect(await unread()).toEqual([0])
    expect(answers().map(({ type }) => type)).toEqual(['channel'])
  })
})

describe('groups', () => {
  test('our own group messages do not come back to us, those of our other device do, unread by nobody', async () => {
    const { clock, server, app, deliver } = world()
    server.groups.set('g1', new Set(['alice', 'bob']))
    app.connect()
    await clock.advance(10)
    void app.messaging.send({ type: 'txt', to: 'g1', chatType: 'groupChat', msg: 'mine' })
    await clock.advance(100)
    expect(server.taken.some(({ topic }) => topic === 'acme/chat/g/g1/alice')).toBe(true)
    deliver({ body: { msg: 'my tablet' } }, 'alice', 'g/g1/alice')
    await clock.advance(100)
    expect(app.texts()).toEqual(['my tablet'])
    const { data } = await app.messaging.getLocalConversations()
    expect(data).toMatchObject([{ conversationId: 'g1', conversationType: 'groupChat', unReadCount: 0 }])
  })

  test('being added, removed, or losing the group is followed by the subscription, and told', async () => {
    const { clock, server, app } = world()
    app.connect()
    await clock.advance(10)
    const { filters } = server.mailbox('alice')
    const tell = async (type: string) => {
      server.publish('acme/chat/s/alice', JSON.stringify({ type, group: 'g7', groupname: 'Seven', by: 'bob' }))
      await clock.advance(20)
      return [filters.has('acme/chat/g/g7/+'), last(app)]
    }
    const event = (operation: string) => ({ event: 'onGroupEvent', payload: { operation, id: 'g7', from: 'bob' } })
    expect(await tell('group.added')).toEqual([true, event('directJoined')])
    expect(await tell('group.removed')).toEqual([false, event('removeMember')])
    await tell('group.added')
    expect(await tell('group.deleted')).toEqual([false, event('destroy')])
  })

  test('the list of the server wins at login: what was missed is subscribed, what was lost is dropped', async () => {
    const { clock, server, phone, app } = world()
    server.groups.set('g1', new Set(['alice']))
    app.connect()
    await clock.advance(10)
    phone.kill()
    server.groups.set('g1', new Set())
    server.groups.set('g2', new Set(['alice']))
    phone.launch().connect()
    await clock.advance(10)
    expect([...server.mailbox('alice').filters].sort()).toEqual([
      'acme/chat/g/g2/+',
      'acme/chat/s/alice',
      'acme/chat/u/alice/+',
    ])
  })
})
