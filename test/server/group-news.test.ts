// What members of a group hear: who came, who left, its new name, its new owner; said once in the group, by the server alone.
import {
  app,
  publish,
  receive,
  startLastingWorld,
  startWorld,
  subscribe,
  type Answer,
  type Client,
  type World,
} from './world'

let world: World
const tokens = new Map<string, string>()
const begin = async (wishes: Parameters<typeof startWorld>[0] = {}, start = startWorld): Promise<void> => {
  world = await start(wishes)
  for (const user of ['alice', 'bob', 'carol', 'dave']) tokens.set(user, await world.token(user))
}
beforeEach(() => begin())
afterEach(() => world.end())

const as = (user: string, method: string, path = '', body?: object): Promise<Answer> =>
  world.call(method, `${app}/chatgroups${path}`, { token: tokens.get(user)!, body })
const create = async (fields: object = {}): Promise<string> => {
  const { body } = await as('alice', 'POST', '', { groupname: 'friends', members: ['bob'], ...fields })
  return (body.data as { groupid: string }).groupid
}
const listening = async (user: string, group: string): Promise<Client> => {
  const client = await world.login(user)
  await subscribe(client, `${app}/g/${group}/+`)
  return client
}
/** What the server says next in the group, without what no test can know. */
const said = async (client: Client, group: string): Promise<object> => {
  const { topic, text } = await receive(client)
  expect(topic).toBe(`${app}/g/${group}/$`)
  const { id, time, ...news } = JSON.parse(text) as Record<string, unknown>
  expect(id).toMatch(/^[\w.-]{1,64}$/)
  expect(time).toBeGreaterThan(1.6e12)
  return news
}
const news = (body: object): object => ({ type: 'group', control: true, body })

test('members hear who came and who left, by whom, and how many they are now; who comes does not hear of it', async () => {
  const id = await create()
  const bob = await listening('bob', id)
  await as('alice', 'POST', `/${id}/users`, { usernames: ['carol', 'dave', 'bob'] })
  expect(await said(bob, id)).toEqual(
    news({ operation: 'memberPresence', members: ['carol', 'dave'], memberCount: 4, by: 'alice' }),
  )
  const carol = await listening('carol', id)
  await as('dave', 'DELETE', `/${id}/users/dave`)
  await as('alice', 'DELETE', `/${id}/users/carol`)
  for (const [gone, by, memberCount] of [
    ['dave', 'dave', 3],
    ['carol', 'alice', 2],
  ] as const)
    expect(await said(bob, id)).toEqual(news({ operation: 'memberAbsence', members: [gone], memberCount, by }))
  // Neither that she came, nor that she left.
  expect(await said(carol, id)).toMatchObject({ body: { members: ['dave'] } })
  expect(carol.packets).toEqual([])
})

test('members hear of a new name and a new owner, who alone may do what the old one could', async () => {
  const id = await create({ description: 'old' })
  const bob = await listening('bob', id)
  expect((await as('alice', 'PUT', `/${id}`, { groupname: 'best friends', description: '' })).body).toEqual({
    data: { groupname: true, description: true },
  })
  expect(await said(bob, id)).toEqual(
    news({ operation: 'updateInfo', name: 'best friends', description: '', by: 'alice' }),
  )
  expect((await as('alice', 'PUT', `/${id}`, { newowner: 'bob' })).body).toEqual({ data: { newowner: true } })
  expect(await said(bob, id)).toEqual(news({ operation: 'changeOwner', owner: 'bob', by: 'alice' }))
  expect((await as('bob', 'GET', `/${id}`)).body).toMatchObject({
    data: [{ groupname: 'best friends', description: '', owner: 'bob' }],
  })
  expect(await as('alice', 'PUT', `/${id}`, { groupname: 'mine' })).toMatchObject({
    status: 403,
    body: { code: 35111 },
  })
  expect((await as('alice', 'DELETE', `/${id}/users/alice`)).body).toEqual({ data: { result: true } })
  expect(await said(bob, id)).toMatchObject({ body: { operation: 'memberAbsence', members: ['alice'] } })
})

test('what is wrong with a change is named, and nothing is changed or said', async () => {
  const id = await create()
  const bob = await listening('bob', id)
  const refused = async (user: string, body: object, status: number, code?: number): Promise<void> =>
    expect(await as(user, 'PUT', `/${id}`, body)).toMatchObject({ status, body: code ? { code } : {} })
  await refused('bob', { groupname: 'mine' }, 403, 35111)
  await refused('bob', { newowner: 'bob' }, 403, 35111)
  await refused('carol', { groupname: 'mine' }, 403, 35111)
  await refused('alice', { newowner: 'carol' }, 403, 35110)
  await refused('alice', { newowner: 'nobody' }, 404)
  await refused('alice', {}, 400)
  await refused('alice', { groupname: '' }, 400)
  await refused('alice', { inviteNeedConfirm: 'yes' }, 400)
  expect(await as('alice', 'PUT', '/1', { groupname: 'x' })).toMatchObject({ status: 404, body: { code: 35109 } })
  expect((await as('bob', 'GET', `/${id}`)).body).toMatchObject({ data: [{ groupname: 'friends', owner: 'alice' }] })
  expect(bob.packets).toEqual([])
})

test.each([4, 5] as const)(
  'no member can speak as the server does, nor listen where it is not a member (MQTT %s)',
  async (version) => {
    const id = await create()
    const alice = await listening('alice', id)
    const bob = await world.login('bob', { version })
    for (const name of ['$', 'alice', ''])
      expect([name, await publish(bob, `${app}/g/${id}/${name}`, '{}')]).toEqual([name, version === 5 ? 0x87 : 0])
    const carol = await world.login('carol', { version })
    expect(await subscribe(carol, `${app}/g/${id}/+`)).toEqual([version === 5 ? 0x87 : 0x80])
    expect(alice.packets).toEqual([])
  },
)

test('who is away hears it later, also after the server was killed', async () => {
  await world.end()
  await begin({}, startLastingWorld)
  const id = await create()
  await (await listening('bob', id)).bye()
  await as('alice', 'PUT', `/${id}`, { groupname: 'later' })
  await as('alice', 'PUT', `/${id}`, { newowner: 'bob' })
  await world.restart('kill')
  const bob = await world.login('bob')
  expect(await said(bob, id)).toMatchObject({ body: { operation: 'updateInfo', name: 'later' } })
  expect(await said(bob, id)).toMatchObject({ body: { operation: 'changeOwner' } })
  expect((await as('bob', 'GET', `/${id}`)).body).toMatchObject({ data: [{ groupname: 'later', owner: 'bob' }] })
  expect((await as('bob', 'DELETE', `/${id}`)).status).toBe(200)
})

test('one who comes costs one message, however many hear of it; a thousand who come fit into what a phone takes', async () => {
  const crowd = Array.from({ length: 1_200 }, (_, i) => `somebody-with-a-rather-long-name-${i}`)
  for (let at = 0; at < crowd.length; at += 50)
    await Promise.all(crowd.slice(at, at + 50).map((username) => world.admin('POST', 'tokens', { username })))
  const id = await create()
  const bob = await listening('bob', id)
  const published = async (): Promise<number> => {
    const { body } = await world.call('GET', 'admin/figures', { token: world.server.adminSecret })
    return (body.data as { totals: { published: number } }).totals.published
  }
  const before = await published()
  await as('alice', 'POST', `/${id}/users`, { usernames: crowd })
  const heard: string[] = []
  while (heard.length < crowd.length) {
    const { text } = await receive(bob)
    expect(Buffer.byteLength(text)).toBeLessThan(64 * 1024)
    heard.push(...(JSON.parse(text) as { body: { members: string[] } }).body.members)
  }
  expect(heard).toEqual(crowd)
  // One notice to those who came, however many, and three that say their names.
  expect((await published()) - before).toBe(4)
}, 60_000)

test('who comes and goes all day fills an own account only; leaving is always possible', async () => {
  await world.end()
  await begin({ limits: { queuedBytesPerUser: 20_000 } })
  const id = await create({ public: true, members: ['bob'] })
  const statuses: number[] = []
  for (let i = 0; i < 30; i++) {
    statuses.push((await as('carol', 'POST', `/${id}/users`, {})).status)
    expect([200, 403]).toContain((await as('carol', 'DELETE', `/${id}/users/carol`)).status)
  }
  expect([statuses[0], statuses.at(-1)]).toEqual([200, 503])
  // Others are told all the same.
  expect((await as('dave', 'POST', `/${id}/users`, {})).status).toBe(200)
  expect((await as('alice', 'PUT', `/${id}`, { groupname: 'still here' })).status).toBe(200)
})

test('a group goes with its owner: its members are told, and the rest goes on', async () => {
  const id = await create()
  const bob = await world.login('bob')
  await subscribe(bob, `${app}/s/bob`, `${app}/g/${id}/+`)
  await receive(bob) // that he was added
  await world.admin('DELETE', 'users/alice')
  expect(JSON.parse((await receive(bob)).text)).toMatchObject({ type: 'group.deleted', group: id, by: 'alice' })
  expect(await publish(bob, `${app}/g/${id}/bob`, 'hello?')).toBe(0x87)
})

test('a group that was given away belongs to the new owner: it outlives the old one, and is on the new account', async () => {
  const id = await create()
  await as('alice', 'PUT', `/${id}`, { newowner: 'bob' })
  await world.admin('DELETE', 'users/alice')
  expect((await as('bob', 'GET')).body).toMatchObject({ data: [{ groupid: id, owner: 'bob', affiliations_count: 1 }] })
})

test('nobody can be filled up with groups that others give away', async () => {
  await world.end()
  await begin({ limits: { heldBytesPerUser: 40_000 } })
  let given = 0
  for (let i = 0; i < 20; i++) {
    const id = await create()
    const { status } = await as('alice', 'PUT', `/${id}`, { newowner: 'bob' })
    if (status === 503) break
    given++
  }
  expect(given).toBeGreaterThan(2)
  expect(given).toBeLessThan(20)
  expect((await as('bob', 'POST', '', { groupname: 'my own' })).status).toBe(200)
})
