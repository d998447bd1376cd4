// Groups as their members see them: who may come in, read, write and throw out, and that the broker knows at once.
import { app, publish, receive, startWorld, subscribe, type Answer, type Client, type World } from './world'

let world: World
const tokens = new Map<string, string>()
beforeEach(async () => {
  world = await startWorld()
  for (const user of ['alice', 'bob', 'carol']) tokens.set(user, await world.token(user))
})
afterEach(() => world.end())

const as = (user: string, method: string, path = '', body?: object): Promise<Answer> =>
  world.call(method, `${app}/chatgroups${path}`, { token: tokens.get(user)!, body })

const topicOf = (group: string, from: string): string => `${app}/g/${group}/${from}`

async function create(fields: object = {}): Promise<string> {
  const { body } = await as('alice', 'POST', '', { groupname: 'friends', members: ['bob'], ...fields })
  return (body.data as { groupid: string }).groupid
}

const word = async (client: Client): Promise<unknown> => JSON.parse((await receive(client)).text)

test('a group is created, read, grown, shrunk and deleted', async () => {
  const id = await create({ description: 'all of us' })
  const brief = { groupid: id, groupname: 'friends', owner: 'alice', affiliations_count: 2 }
  expect((await as('bob', 'GET')).body).toEqual({ data: [brief] })
  expect((await as('bob', 'GET', `/${id}`)).body).toEqual({
    data: [{ ...brief, description: 'all of us', public: false }],
  })
  expect((await as('bob', 'POST', `/${id}/users`, { usernames: ['carol', 'alice'] })).body).toEqual({
    data: { newmembers: ['carol'] },
  })
  expect((await as('carol', 'GET', `/${id}/users?pagenum=2&pagesize=2`)).body).toEqual({
    data: [{ member: 'carol' }],
    count: 3,
  })
  expect((await as('carol', 'GET', `/${id}/users`)).body).toMatchObject({
    data: [{ owner: 'alice' }, { member: 'bob' }, { member: 'carol' }],
  })
  expect((await as('carol', 'DELETE', `/${id}/users/carol`)).body).toEqual({ data: { result: true } })
  expect((await as('alice', 'DELETE', `/${id}/users/bob`)).body).toEqual({ data: { result: true } })
  expect((await as('alice', 'DELETE', `/${id}`)).body).toEqual({ data: { success: true } })
  expect((await as('alice', 'GET')).body).toEqual({ data: [] })
})

test('whoever is not in it sees nothing and changes nothing', async () => {
  const id = await create()
  expect(await as('carol', 'GET', `/${id}`)).toMatchObject({ status: 403, body: { code: 35110 } })
  expect(await as('carol', 'GET', `/${id}/users`)).toMatchObject({ status: 403, body: { code: 35110 } })
  expect(await as('carol', 'POST', `/${id}/users`, {})).toMatchObject({ status: 403, body: { code: 35110 } })
  expect(await as('carol', 'POST', `/${id}/users`, { usernames: ['carol'] })).toMatchObject({ status: 403 })
  expect(await as('bob', 'DELETE', `/${id}/users/alice`)).toMatchObject({ status: 403, body: { code: 35111 } })
  expect(await as('bob', 'DELETE', `/${id}`)).toMatchObject({ status: 403, body: { code: 35111 } })
  expect(await as('alice', 'DELETE', `/${id}/users/alice`)).toMatchObject({ status: 403, body: { code: 35111 } })
  for (const other of ['1', 'constructor', '__proto__', '..%2f', '%ff']) {
    expect(await as('alice', 'GET', `/${other}`)).toMatchObject({ status: 404, body: { code: 35109 } })
  }
  expect(await world.call('GET', `${app}/chatgroups`)).toMatchObject({ status: 401, body: { code: 31004 } })
})

test('bad input names the field; nobody is added who does not exist', async () => {
  const bad = async (body: object, text: string, status = 400): Promise<void> =>
    expect(await as('alice', 'POST', '', body)).toMatchObject({
      status,
      body: { error_description: expect.stringContaining(text) as string },
    })
  await bad({}, 'groupname')
  await bad({ groupname: '' }, 'groupname')
  await bad({ groupname: 'x'.repeat(300) }, 'groupname')
  await bad({ groupname: 'x', members: 'bob' }, 'members')
  await bad({ groupname: 'x', members: ['b b'] }, 'members')
  await bad({ groupname: 'x', public: 1 }, 'public')
  await bad({ groupname: 'x', members: ['nobody'] }, 'nobody', 404)
})

test('anyone joins a public group', async () => {
  const id = await create({ public: true })
  expect((await as('carol', 'POST', `/${id}/users`, {})).body).toEqual({ data: { newmembers: ['carol'] } })
})

test.each([4, 5] as const)('only members write and read (MQTT %s)', async (version) => {
  const id = await create()
  const [alice, bob, carol] = [
    await world.login('alice'),
    await world.login('bob', { version }),
    await world.login('carol', { version }),
  ]
  expect(await subscribe(bob, topicOf(id, '+'))).toEqual([1])
  expect(await subscribe(carol, topicOf(id, '+'))).toEqual([version === 5 ? 0x87 : 0x80])
  expect(await publish(carol, topicOf(id, 'carol'), 'let me in')).toBe(version === 5 ? 0x87 : 0)
  expect(await publish(alice, topicOf(id, 'alice'), 'hello')).toBe(0)
  expect(await receive(bob)).toMatchObject({ topic: topicOf(id, 'alice'), text: 'hello' })
})

test('whoever is removed reads and writes no more, at once and after a return, and is told', async () => {
  const id = await create()
  const [alice, bob] = [await world.login('alice'), await world.login('bob')]
  await subscribe(bob, topicOf(id, '+'), `${app}/s/bob`)
  expect(await word(bob)).toEqual({ type: 'group.added', group: id, groupname: 'friends', by: 'alice' })
  await as('alice', 'DELETE', `/${id}/users/bob`)
  expect(await word(bob)).toEqual({ type: 'group.removed', group: id, groupname: 'friends', by: 'alice' })
  await publish(alice, topicOf(id, 'alice'), 'behind his back')
  const { length } = bob.packets
  bob.send({ cmd: 'unsubscribe', messageId: 9, unsubscriptions: [topicOf(id, '+')] })
  expect((await bob.next('unsuback')).granted).toEqual([0x11]) // it is gone already
  expect(await publish(bob, topicOf(id, 'bob'), 'still here?')).toBe(0x87)
  await bob.bye()
  const back = await world.login('bob')
  expect(await publish(back, topicOf(id, 'bob'), 'still here?')).toBe(0x87)
  expect([length, back.packets]).toEqual([0, []])
})

test('a deleted group is gone for all its members', async () => {
  const id = await create()
  const bob = await world.login('bob')
  await subscribe(bob, topicOf(id, '+'), `${app}/s/bob`)
  await word(bob)
  await as('alice', 'DELETE', `/${id}`)
  expect(await word(bob)).toMatchObject({ type: 'group.deleted', group: id })
  expect(await subscribe(bob, topicOf(id, '+'))).toEqual([0x87])
})

test('a member who was never connected finds what was said since joining', async () => {
  const id = await create()
  await publish(await world.login('alice'), topicOf(id, 'alice'), 'welcome')
  const bob = await world.login('bob')
  await subscribe(bob, topicOf(id, '+'))
  expect((await receive(bob)).text).toBe('welcome')
})

test('a removed user leaves all groups; the own ones are deleted', async () => {
  const id = await create()
  await world.admin('DELETE', 'users/bob')
  expect((await as('alice', 'GET', `/${id}/users`)).body).toMatchObject({ count: 1 })
  await as('alice', 'POST', `/${id}/users`, { usernames: ['carol'] })
  await world.admin('DELETE', 'users/alice')
  expect((await as('carol', 'GET')).body).toEqual({ data: [] })
})

test('a group of 500: everyone gets every message', async () => {
  const names = Array.from({ length: 499 }, (_, i) => `user${i}`)
  await Promise.all(names.map((name) => world.token(name)))
  const id = await create({ members: names })
  const clients = await Promise.all(names.slice(0, 100).map((name) => world.login(name)))
  await Promise.all(clients.map((client) => subscribe(client, topicOf(id, '+'))))
  const alice = await world.login('alice')
  for (const text of ['one', 'two', 'three']) expect(await publish(alice, topicOf(id, 'alice'), text)).toBe(0)
  for (const client of clients) {
    for (const text of ['one', 'two', 'three']) expect((await receive(client)).text).toBe(text)
  }
  // The other 399 were never here; it waits for them.
  const last = await world.login('user498')
  await subscribe(last, topicOf(id, '+'))
  for (const text of ['one', 'two', 'three']) expect((await receive(last)).text).toBe(text)
})

test('groups and users have their limits', async () => {
  await world.end()
  world = await startWorld({ limits: { membersPerGroup: 2, groupsPerUser: 1 } })
  for (const user of ['alice', 'bob', 'carol']) tokens.set(user, await world.token(user))
  const id = await create()
  expect(await as('alice', 'POST', `/${id}/users`, { usernames: ['carol'] })).toMatchObject({ status: 503 })
  expect(await as('alice', 'POST', '', { groupname: 'more' })).toMatchObject({ status: 503 })
  expect((await as('carol', 'GET')).body).toEqual({ data: [] })
})
