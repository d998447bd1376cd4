// What a user does on this phone alone: one message deleted, a conversation pinned, a draft kept; all of it outlives the app.
import type { Phone } from './phone'
import { world } from './receiver'

const bob = { conversationId: 'bob', conversationType: 'singleChat' } as const
const carol = { conversationId: 'carol', conversationType: 'singleChat' } as const
const again = async (clock: { advance(ms: number): Promise<void> }, phone: Phone) => {
  phone.kill()
  const { messaging } = phone.launch()
  await clock.advance(100)
  return messaging
}
const ids = ({ messages }: { messages: { id: string }[] }) => messages.map(({ id }) => id)
const seenIn = async (messaging: ReturnType<Phone['launch']>['messaging']) =>
  (await messaging.getLocalConversations()).data.map(
    ({ conversationId, unReadCount, lastMessage }) => `${conversationId} ${unReadCount} ${lastMessage?.id}`,
  )

test('a deleted message is gone from list, count and files, and does not come back', async () => {
  const { clock, phone, app, deliver } = world()
  app.connect()
  for (const id of ['m1', 'm2', 'm3']) deliver({ id, body: { msg: `secret ${id}` } })
  await clock.advance(100)
  const { messaging } = app
  // A page was read before: it goes on where it ended, though that message is gone.
  const first = await messaging.getHistoryMessages({ targetId: 'bob', pageSize: 1 })
  const removed = messaging.removeHistoryMessages({ targetId: 'bob', messageIds: ['m3', 'never-there'] })
  await clock.advance(100)
  await removed
  expect(ids(await messaging.getHistoryMessages({ targetId: 'bob', cursor: first.cursor }))).toEqual(['m2', 'm1'])
  expect(await seenIn(messaging)).toEqual(['bob 2 m2'])
  expect([...phone.disk.values()].join()).not.toContain('secret m3')
  const later = await again(clock, phone)
  phone.app!.connect()
  deliver({ id: 'm3', body: { msg: 'secret m3' } }) // the server did not hear that it had come
  deliver({ type: 'recall', control: true, body: { mid: 'm3' } })
  await clock.advance(100)
  expect([await seenIn(later), phone.app!.texts()]).toEqual([['bob 2 m2'], []])
  expect(ids(await later.getHistoryMessages({ targetId: 'bob' }))).toEqual(['m2', 'm1'])
})

test('deleting all that a conversation has takes it from the list, until somebody writes', async () => {
  const { clock, phone, app, deliver } = world()
  app.connect()
  deliver({ id: 'm1' })
  await clock.advance(100)
  void app.messaging.removeHistoryMessages({ targetId: 'bob', messageIds: ['m1'] })
  await clock.advance(100)
  expect(await seenIn(app.messaging)).toEqual([])
  const later = await again(clock, phone)
  expect(await seenIn(later)).toEqual([])
  phone.app!.connect()
  deliver({ id: 'm2' })
  await clock.advance(100)
  expect(await seenIn(later)).toEqual(['bob 1 m2'])
})

test('what waits is cancelled when it is deleted; what is under way is sent, and stays deleted', async () => {
  const { clock, server, phone, app, answers } = world()
  const { messaging } = app
  const failed = expect(messaging.send({ type: 'txt', to: 'bob', msg: 'x', id: 'm1' })).rejects.toMatchObject({
    code: 35104,
  })
  await clock.advance(100)
  void messaging.removeHistoryMessages({ targetId: 'bob', messageIds: ['m1'] })
  await failed
  app.connect()
  await clock.advance(100)
  server.latency = () => 500
  void messaging.send({ type: 'txt', to: 'bob', msg: 'y', id: 'm2' })
  await clock.advance(100)
  void messaging.removeHistoryMessages({ targetId: 'bob', messageIds: ['m2'] })
  await clock.advance(50)
  const later = await again(clock, phone)
  phone.app!.connect()
  await clock.advance(3000)
  expect(answers().map((message) => (message as { id?: string }).id)).toContain('m2')
  expect([await seenIn(later), ids(await later.getHistoryMessages({ targetId: 'bob' }))]).toEqual([[], []])
})

test('pinned conversations come first, also an empty one, also after a restart; reading and writing do not unpin', async () => {
  const { clock, phone, app, deliver } = world()
  app.connect()
  deliver({ id: 'b1' })
  deliver({ id: 'd1' }, 'dave')
  await clock.advance(100)
  const pinned = app.messaging.pinConversation({ ...carol, isPinned: true })
  void app.messaging.pinConversation({ ...bob, isPinned: true })
  await clock.advance(100)
  expect(await pinned).toEqual({ data: { isPinned: true, pinnedTime: expect.any(Number) as number } })
  void app.messaging.clearConversationUnreadCount(bob)
  deliver({ id: 'd2' }, 'dave')
  await clock.advance(100)
  const later = await again(clock, phone)
  const { data } = await later.getLocalConversations()
  expect(data.map(({ conversationId, isPinned }) => `${conversationId} ${isPinned}`)).toEqual([
    'bob true',
    'carol true',
    'dave undefined',
  ])
  void later.pinConversation({ ...carol, isPinned: false })
  await clock.advance(100)
  expect(await seenIn(later)).toEqual(['bob 0 b1', 'dave 2 d2'])
})

test('a draft is kept with its conversation, replaced, and taken away; it is a copy', async () => {
  const { clock, phone, app } = world()
  const customField = { draft: '在吗，明天…' }
  void app.messaging.setLocalConversationCustomField({ ...bob, customField })
  customField.draft = 'changed later'
  void app.messaging.pinConversation({ ...bob, isPinned: true })
  await clock.advance(100)
  const later = await again(clock, phone)
  const field = async () => (await later.getLocalConversation(bob)).data?.customField
  expect(await field()).toEqual({ draft: '在吗，明天…' })
  void later.setLocalConversationCustomField({ ...bob, customField: {} })
  await clock.advance(100)
  expect(await field()).toBeUndefined()
  void later.removeLocalConversation(bob)
  await clock.advance(100)
  expect((await later.getLocalConversations()).data).toEqual([])
})

test('pins and drafts outlive the messages that make room, and have bounds that are named', async () => {
  const { clock, phone, app, deliver } = world({ historyMaxBytes: 20_000 })
  app.connect()
  const { pinConversation, setLocalConversationCustomField } = app.messaging
  void setLocalConversationCustomField({ ...bob, customField: { draft: 'kept' } })
  void pinConversation({ ...carol, isPinned: true })
  for (let i = 0; i < 300; i++) deliver({ body: { msg: 'x'.repeat(200) } }, 'dave')
  await clock.advance(3000)
  const later = await again(clock, phone)
  const { data } = await later.getLocalConversations()
  expect(data.map(({ conversationId, customField }) => [conversationId, customField])).toEqual([
    ['carol', undefined],
    ['dave', undefined],
    ['bob', { draft: 'kept' }],
  ])
  for (let i = 0; i < 49; i++) void later.pinConversation({ ...bob, conversationId: `p${i}`, isPinned: true })
  const invalid = { name: 'InvalidArgument' }
  await expect(later.pinConversation({ ...bob, isPinned: true })).rejects.toMatchObject({
    ...invalid,
    detail: 'at most 50 conversations are pinned',
  })
  await expect(
    later.setLocalConversationCustomField({ ...bob, customField: { draft: '长'.repeat(2000) } }),
  ).rejects.toMatchObject({ ...invalid, detail: 'customField: at most 4096 bytes' })
  for (const wrong of [[], 'm1', ['../x'], Array<string>(51).fill('m')])
    await expect(later.removeHistoryMessages({ targetId: 'bob', messageIds: wrong as string[] })).rejects.toMatchObject(
      invalid,
    )
})
