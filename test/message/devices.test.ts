// Two devices of one user, with the shipped file against the embedded server: both show what one of them sent and read.
import { begin, end, hears, online, say, sayTo, settle, texts, until, type Person } from './people'
import type * as Sdk from '../../src/index'

beforeEach(() => begin({ limits: { archiveSeconds: 3600 } }))
afterEach(end)

const device = (user: string, options: Partial<Sdk.ConnectionOptions> = {}) =>
  online(user, { multiDevice: true, delivery: true, ...options })
const history = async (one: Person, targetId: string): Promise<string[]> =>
  (await one.conn.getHistoryMessages({ targetId, pageSize: 50, searchDirection: 'down' })).messages.map((message) =>
    message.type === 'txt' ? `${message.from}: ${message.msg}` : message.type,
  )
const unread = async (one: Person, conversationId: string, conversationType: Sdk.ChatType = 'singleChat') =>
  (await one.conn.getLocalConversation({ conversationId, conversationType })).data?.unReadCount
const statusOf = async (one: Person, targetId: string) =>
  (await one.conn.getHistoryMessages({ targetId })).messages.map(({ status }) => status)

test('what one device sends one-to-one is on the other, once, in order with the answers; and on its own device never twice', async () => {
  const [phone, tablet, bob] = [await device('alice'), await device('alice'), await online('bob')]
  for (const msg of ['one', 'two']) await say(phone, 'bob', msg)
  for (const one of [bob, tablet]) await hears(one, 'text: two')
  await say(bob, 'alice', 'answer')
  await hears(tablet, 'text: answer')
  await say(tablet, 'bob', 'three')
  await hears(phone, 'text: three')
  await settle(bob, phone, 'alice')
  const all = ['alice: one', 'alice: two', 'bob: answer', 'alice: three']
  const said = async (one: Person) => (await history(one, 'bob')).filter((line) => !line.includes('mark'))
  expect(await said(phone)).toEqual(all)
  expect(await said(tablet)).toEqual(all)
  expect(texts(phone)).toEqual(['answer', 'three'])
  expect(texts(tablet)).toEqual(['one', 'two', 'answer'])
  expect(texts(bob)).toEqual(['one', 'two', 'three'])
  // Nothing of it is unread, and there is no conversation with oneself.
  const { data } = await tablet.conn.getLocalConversations()
  expect(data.map(({ conversationId }) => conversationId)).toEqual(['bob'])
})

test('what was read on one device is read on the other: one message, a conversation, a group', async () => {
  const [phone, tablet, bob] = [await device('alice'), await device('alice'), await online('bob')]
  const { data } = await bob.conn.createGroup({ data: { groupname: 'friends', members: ['alice'] } })
  const group = data.groupid
  for (const one of [phone, tablet]) await hears(one, `directJoined: ${group} bob`)
  const first = await say(bob, 'alice', 'one')
  for (const msg of ['two', 'three']) await say(bob, 'alice', msg)
  await sayTo(bob, group, 'all of you')
  for (const one of [phone, tablet]) {
    await until(() => texts(one).length === 4)
    expect([await unread(one, 'bob'), await unread(one, group, 'groupChat')]).toEqual([3, 1])
  }
  await phone.conn.send({ type: 'read', to: 'bob', id: first.serverMsgId })
  await hears(tablet, `read: ${first.serverMsgId} alice`)
  expect([await unread(phone, 'bob'), await unread(tablet, 'bob')]).toEqual([2, 2])
  await tablet.conn.send({ type: 'channel', to: 'bob' })
  await hears(phone, 'all read: alice')
  expect([await unread(phone, 'bob'), await unread(tablet, 'bob')]).toEqual([0, 0])
  await phone.conn.clearConversationUnreadCount({ conversationId: group, conversationType: 'groupChat' })
  await until(() => tablet.told.filter((line) => line === 'all read: alice').length === 1)
  expect([await unread(phone, group, 'groupChat'), await unread(tablet, group, 'groupChat')]).toEqual([0, 0])
  // The other side is told of the receipts, and not that a count was cleared; and each device once.
  await settle(bob, phone, 'alice')
  await settle(phone, bob, 'bob')
  const receipts = (one: Person) => one.told.filter((line) => line.includes('read: '))
  expect(receipts(bob)).toEqual([`read: ${first.serverMsgId} alice`, 'all read: alice'])
  expect(receipts(phone)).toEqual(['all read: alice'])
  expect(receipts(tablet)).toEqual([`read: ${first.serverMsgId} alice`, 'all read: alice'])
})

test('receipts of the other side move the message on, on every device', async () => {
  const [phone, tablet, bob] = [await device('alice'), await device('alice'), await online('bob', { delivery: true })]
  const { serverMsgId } = await say(phone, 'bob', 'hello')
  await hears(tablet, 'text: hello')
  for (const one of [phone, tablet]) await hears(one, `delivered: ${serverMsgId} bob`)
  for (const one of [phone, tablet]) expect(await statusOf(one, 'bob')).toEqual(['delivered'])
  await bob.conn.send({ type: 'channel', to: 'alice' })
  for (const one of [phone, tablet]) await hears(one, 'all read: bob')
  for (const one of [phone, tablet]) expect(await statusOf(one, 'bob')).toEqual(['read'])
  expect(bob.told.filter((line) => line.startsWith('delivered'))).toEqual([])
})

test('a device that was away finds what the other sent; one that is killed while it sends loses and doubles nothing', async () => {
  const [phone, tablet, bob] = [await device('alice'), await device('alice'), await online('bob')]
  tablet.phone.network.set('none')
  const words = Array.from({ length: 40 }, (_, i) => `m${i}`)
  for (const msg of words.slice(0, 20)) void say(phone, 'bob', msg).catch(() => undefined)
  await until(() => texts(bob).length > 3)
  phone.phone.kill()
  phone.phone.show()
  await phone.online
  for (const msg of words.slice(20)) await say(phone, 'bob', msg)
  await until(() => texts(bob).length >= 20)
  tablet.phone.network.set('wifi')
  await hears(tablet, 'text: m39')
  await settle(phone, bob, 'bob')
  const sent = (await history(phone, 'bob')).filter((line) => !line.includes('mark'))
  expect(new Set(sent).size).toBe(sent.length)
  expect(texts(bob).map((msg) => `alice: ${msg}`)).toEqual(sent)
  expect(texts(tablet).map((msg) => `alice: ${msg}`)).toEqual(sent)
}, 60_000)

test('what one device takes back is a tombstone on every device of the user, on one that comes later too, and in the archive', async () => {
  const [phone, tablet, bob] = [await device('alice'), await device('alice'), await online('bob')]
  const away = await device('alice')
  for (const msg of ['keep', 'oops']) await say(phone, 'bob', msg, { id: msg })
  for (const one of [bob, tablet, away]) await hears(one, 'text: oops')
  away.phone.network.set('none')
  // By another device than the one that sent it.
  await tablet.conn.recallMessage({ mid: 'oops', to: 'bob' })
  away.phone.network.set('wifi')
  const late = await device('alice', { historyProvider: 'server' })
  for (const [one, peer] of [
    [phone, 'bob'],
    [tablet, 'bob'],
    [away, 'bob'],
    [late, 'bob'],
    [bob, 'alice'],
  ] as const) {
    let shown: string[] = []
    await until(() => {
      void history(one, peer).then((lines) => (shown = lines))
      return shown.length === 2 && shown[1] === 'recalled'
    })
    expect(shown).toEqual(['alice: keep', 'recalled'])
    expect([undefined, peer === 'alice' ? 1 : 0]).toContain(await unread(one, peer))
  }
})

test('what the server refuses is shown on no other device', async () => {
  const [phone, tablet] = [await device('alice'), await device('alice')]
  await expect(say(phone, 'nobody', 'hello?')).rejects.toMatchObject({ name: 'PublishRefused' })
  await online('bob')
  await say(phone, 'bob', 'hello')
  await hears(tablet, 'text: hello')
  expect(texts(tablet)).toEqual(['hello'])
})

test('a group that one device makes, joins or leaves is followed by the other', async () => {
  const [phone, tablet, bob] = [await device('alice'), await device('alice'), await online('bob')]
  const { data } = await phone.conn.createGroup({ data: { groupname: 'friends', members: ['bob'] } })
  const group = data.groupid
  await hears(tablet, `directJoined: ${group} alice`)
  await sayTo(bob, group, 'hello')
  for (const one of [phone, tablet]) await hears(one, 'text: hello')
  await sayTo(phone, group, 'from my phone')
  await hears(tablet, 'text: from my phone')
  await tablet.conn.destroyGroup({ groupId: group })
  await hears(phone, `destroy: ${group} alice`)
  await settle(phone, bob, 'bob')
  const ofGroups = (one: Person) => one.told.filter((line) => line.includes(group))
  expect([ofGroups(phone), ofGroups(tablet)]).toEqual([[`destroy: ${group} alice`], [`directJoined: ${group} alice`]])
})
