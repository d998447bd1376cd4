// What members of a group hear, and how they come into it, with the shipped file against the embedded server.
import { app } from '../server/world'
import { begin, code, end, hears, online, sayTo, serverOfNow, settle, texts, until, type Person } from './people'
import type * as Sdk from '../../src/index'

beforeEach(() => begin())
afterEach(end)

/** Everything that the app was told of groups, whole. */
const events = (one: Person): Sdk.GroupEvent[] => {
  const heard: Sdk.GroupEvent[] = []
  one.conn.on('onGroupEvent', (event) => heard.push(event))
  return heard
}
const create = async (one: Person, data: object = {}): Promise<string> =>
  (await one.conn.createGroup({ data: { groupname: 'friends', ...data } })).data.groupid

test('members hear who came and who left, a new name and a new owner, in order with what is said', async () => {
  const [alice, bob, carol] = [await online('alice'), await online('bob'), await online('carol')]
  await serverOfNow().token('dave')
  const groupId = await create(alice, { members: ['bob'] })
  await hears(bob, `directJoined: ${groupId} alice`)
  const [toBob, toCarol] = [events(bob), events(carol)]
  await alice.conn.inviteUsersToGroup({ groupId, users: ['carol'] })
  await hears(carol, `directJoined: ${groupId} alice`)
  await sayTo(carol, groupId, 'hello')
  await alice.conn.inviteUsersToGroup({ groupId, users: ['dave'] })
  await alice.conn.removeGroupMember({ groupId, username: 'dave' })
  await alice.conn.modifyGroup({ groupId, groupName: 'best friends' })
  await alice.conn.changeGroupOwner({ groupId, newOwner: 'bob' })
  await alice.conn.leaveGroup({ groupId })
  await hears(bob, `memberAbsence: ${groupId} alice`)
  expect(toBob).toEqual([
    { operation: 'memberPresence', id: groupId, from: 'carol', by: 'alice', memberCount: 3 },
    { operation: 'memberPresence', id: groupId, from: 'dave', by: 'alice', memberCount: 4 },
    { operation: 'memberAbsence', id: groupId, from: 'dave', by: 'alice', memberCount: 3 },
    { operation: 'updateInfo', id: groupId, from: 'alice', name: 'best friends', detail: { name: 'best friends' } },
    { operation: 'changeOwner', id: groupId, from: 'alice', userId: 'bob' },
    { operation: 'memberAbsence', id: groupId, from: 'alice', by: 'alice', memberCount: 2 },
  ])
  await hears(carol, `memberAbsence: ${groupId} alice`)
  expect(toCarol.slice(1)).toEqual(toBob.slice(1))
  // No message, no unread count, nothing in the history.
  expect((await bob.conn.getHistoryMessages({ targetId: groupId, chatType: 'groupChat' })).messages).toMatchObject([
    { type: 'txt', msg: 'hello' },
  ])
  expect(bob.told.filter((line) => /: \d+ /.test(line))[1]).toMatch('memberPresence')
})

test('several who come at once are one event, as Easemob says it', async () => {
  const [alice, bob] = [await online('alice'), await online('bob')]
  for (const user of ['carol', 'dave']) await serverOfNow().token(user)
  const groupId = await create(alice, { members: ['bob'] })
  await hears(bob, `directJoined: ${groupId} alice`)
  const heard = events(bob)
  await alice.conn.inviteUsersToGroup({ groupId, users: ['carol', 'dave'] })
  await until(() => heard.length === 1)
  expect(heard).toEqual([
    { operation: 'membersPresence', id: groupId, members: ['carol', 'dave'], by: 'alice', memberCount: 4 },
  ])
})

test('only the owner changes a group; each refusal has its code', async () => {
  const [alice, bob] = [await online('alice'), await online('bob')]
  const groupId = await create(alice, { members: ['bob'] })
  expect(await code(bob.conn.modifyGroup({ groupId, groupName: 'mine' }))).toBe(35111)
  expect(await code(bob.conn.changeGroupOwner({ groupId, newOwner: 'bob' }))).toBe(35111)
  await serverOfNow().token('carol')
  expect(await code(alice.conn.changeGroupOwner({ groupId, newOwner: 'carol' }))).toBe(35110)
  expect(await code(alice.conn.modifyGroup({ groupId: '1', groupName: 'none' }))).toBe(35109)
  expect(await code(bob.conn.acceptGroupInvite({ groupId: '1' }))).toBe(35109)
})

test('who is invited to a group that asks is in it only after accepting, and reads on from there', async () => {
  const [alice, bob, carol] = [await online('alice'), await online('bob'), await online('carol')]
  const heard = events(bob)
  const groupId = await create(alice, { inviteNeedConfirm: true, members: ['bob', 'carol'] })
  await until(() => heard.length === 1)
  expect(heard).toEqual([{ operation: 'inviteToJoin', id: groupId, from: 'alice', name: 'friends' }])
  await sayTo(alice, groupId, 'before')
  expect(await code(sayTo(bob, groupId, 'me?'))).toBe(35110)
  expect((await bob.conn.getGroupInvites()).data).toMatchObject([{ groupid: groupId, by: 'alice' }])
  await bob.conn.acceptGroupInvite({ groupId, invitee: 'bob' })
  await hears(alice, `acceptInvite: ${groupId} bob`)
  await hears(alice, `memberPresence: ${groupId} bob`)
  await hears(carol, `inviteToJoin: ${groupId} alice`)
  await carol.conn.rejectGroupInvite({ groupId })
  await hears(alice, `rejectInvite: ${groupId} carol`)
  expect(await code(carol.conn.acceptGroupInvite({ groupId }))).toBe(35110)
  await sayTo(alice, groupId, 'after')
  await hears(bob, 'text: after')
  expect(texts(bob)).toEqual(['after'])
})

test('a member who pretends to be the server is not heard, and neither is what is late, double, or of a group that was left', async () => {
  const [alice, bob] = [await online('alice'), await online('bob')]
  const groupId = await create(alice, { members: ['bob'] })
  await hears(bob, `directJoined: ${groupId} alice`)
  const heard = events(bob)
  const failures: number[] = []
  bob.conn.on('onError', ({ code: number }) => failures.push(number))
  const forged = JSON.stringify({
    id: 'forged',
    type: 'group',
    control: true,
    time: 1,
    body: { operation: 'changeOwner', owner: 'mallory', by: 'alice' },
  })
  // The server lets nobody else speak there; under an own name it is no word of the server.
  expect(await code(alice.conn.publish(`${app}/g/${groupId}/$`, forged, { qos: 1 }))).not.toBe('done')
  await alice.conn.publish(`${app}/g/${groupId}/alice`, forged, { qos: 1 })
  await alice.conn.publish(`${app}/u/bob/alice`, forged, { qos: 1 })
  await settle(alice, bob, 'bob')
  expect(heard).toEqual([])
  expect(failures).toEqual([35101, 35101])
})
