// Being brought into a group only with one's own consent: asked, answered, left alone, and never flooded with questions.
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
  for (const user of ['alice', 'bob', 'carol', 'dave', 'mallory']) tokens.set(user, await world.token(user))
}
beforeEach(() => begin())
afterEach(() => world.end())

const as = (user: string, method: string, path = '', body?: object): Promise<Answer> =>
  world.call(method, `${app}/chatgroups${path}`, { token: tokens.get(user)!, body })
const create = async (fields: object = {}, owner = 'alice'): Promise<string> => {
  const { body } = await as(owner, 'POST', '', { groupname: 'friends', inviteNeedConfirm: true, ...fields })
  return (body.data as { groupid: string } | undefined)?.groupid ?? 'none'
}
const invite = (id: string, by: string, ...usernames: string[]): Promise<Answer> =>
  as(by, 'POST', `/${id}/users`, { usernames })
const answer = (id: string, user: string, verifyResult: unknown): Promise<Answer> =>
  as(user, 'POST', `/${id}/invite_verify`, { invitee: user, verifyResult })
const invitesOf = async (user: string): Promise<unknown[]> => (await as(user, 'GET', '/invites')).body.data as unknown[]
const members = async (id: string): Promise<unknown> =>
  ((await as('alice', 'GET', `/${id}/users`)).body.data as object[]).flatMap(Object.values)
const told = async (client: Client): Promise<unknown> => JSON.parse((await receive(client)).text)
const noticed = async (user: string): Promise<Client> => {
  const client = await world.login(user)
  await subscribe(client, `${app}/s/${user}`)
  return client
}

test('who is invited is asked, and is in the group only after saying yes; the inviter hears it, and so do the members', async () => {
  const [alice, bob] = [await noticed('alice'), await noticed('bob')]
  const id = await create({ members: ['bob', 'alice'] })
  await subscribe(alice, `${app}/g/${id}/+`)
  expect(await told(bob)).toEqual({ type: 'group.invited', group: id, groupname: 'friends', by: 'alice' })
  expect(await members(id)).toEqual(['alice'])
  expect(await publish(bob, `${app}/g/${id}/bob`, 'me?')).toBe(0x87)
  expect(await invitesOf('bob')).toEqual([
    {
      groupid: id,
      groupname: 'friends',
      owner: 'alice',
      affiliations_count: 1,
      by: 'alice',
      invited: expect.any(Number) as number,
    },
  ])
  expect((await answer(id, 'bob', true)).body).toEqual({ data: { result: true } })
  expect(await told(alice)).toMatchObject({ body: { operation: 'memberPresence', members: ['bob'], by: 'bob' } })
  expect(await told(alice)).toEqual({ type: 'group.accepted', group: id, groupname: 'friends', by: 'bob' })
  expect(await members(id)).toEqual(['alice', 'bob'])
  expect(await invitesOf('bob')).toEqual([])
  // Once is enough.
  expect(await answer(id, 'bob', true)).toMatchObject({ status: 403, body: { code: 35110 } })
})

test('who says no stays out, is not asked again that day, by whomever; and the inviter hears it', async () => {
  const [alice, bob] = [await noticed('alice'), await noticed('bob')]
  const id = await create()
  expect((await invite(id, 'alice', 'bob', 'carol')).body).toEqual({
    data: { newmembers: [], invited: ['bob', 'carol'] },
  })
  await told(bob)
  expect((await answer(id, 'bob', false)).status).toBe(200)
  expect(await told(alice)).toEqual({ type: 'group.declined', group: id, groupname: 'friends', by: 'bob' })
  await answer(id, 'carol', true)
  for (const by of ['alice', 'carol'])
    expect((await invite(id, by, 'bob')).body).toEqual({ data: { newmembers: [], invited: [] } })
  expect(await answer(id, 'bob', true)).toMatchObject({ status: 403, body: { code: 35110 } })
  expect([await invitesOf('bob'), bob.packets]).toEqual([[], []])
})

test('nobody answers for another, answers what was not asked, or comes in by another door', async () => {
  const id = await create()
  await invite(id, 'alice', 'bob')
  expect(await as('carol', 'POST', `/${id}/invite_verify`, { invitee: 'bob', verifyResult: true })).toMatchObject({
    status: 400,
  })
  expect(await answer(id, 'carol', true)).toMatchObject({ status: 403, body: { code: 35110 } })
  expect(await answer(id, 'bob', 'yes')).toMatchObject({ status: 400 })
  expect(await answer('1', 'bob', true)).toMatchObject({ status: 404, body: { code: 35109 } })
  expect(await as('bob', 'POST', `/${id}/users`, {})).toMatchObject({ status: 403, body: { code: 35110 } })
  // Who is only invited is no member.
  expect(await invite(id, 'bob', 'carol')).toMatchObject({ status: 403, body: { code: 35110 } })
  expect(await as('bob', 'GET', `/${id}`)).toMatchObject({ status: 403, body: { code: 35110 } })
  expect(await members(id)).toEqual(['alice'])
})

test('the owner decides whether people are asked, also later; a public group is joined as before', async () => {
  const id = await create({ inviteNeedConfirm: false, public: true })
  expect((await as('alice', 'GET', `/${id}`)).body.data).not.toHaveProperty('0.inviteNeedConfirm')
  await as('alice', 'PUT', `/${id}`, { inviteNeedConfirm: true })
  expect((await as('alice', 'GET', `/${id}`)).body).toMatchObject({ data: [{ inviteNeedConfirm: true }] })
  await invite(id, 'alice', 'bob', 'carol')
  expect((await as('carol', 'POST', `/${id}/users`, {})).body).toEqual({ data: { newmembers: ['carol'] } })
  expect(await invitesOf('carol')).toEqual([])
  await as('alice', 'PUT', `/${id}`, { inviteNeedConfirm: false })
  await invite(id, 'alice', 'dave')
  expect(await members(id)).toEqual(['alice', 'carol', 'dave'])
  // Asked before: the answer still counts.
  await answer(id, 'bob', true)
  expect(await members(id)).toEqual(['alice', 'carol', 'dave', 'bob'])
})

test('an invitation ends with its group, with the membership of who sent it, with the invited, and with time', async () => {
  await world.end()
  await begin({ limits: { inviteSeconds: 1 } })
  const [gone, left, late] = [await create(), await create({ members: [] }), await create()]
  await as('alice', 'PUT', `/${left}`, { inviteNeedConfirm: false })
  await invite(left, 'alice', 'carol')
  await as('alice', 'PUT', `/${left}`, { inviteNeedConfirm: true })
  await invite(left, 'carol', 'bob')
  await invite(gone, 'alice', 'bob')
  await as('alice', 'DELETE', `/${gone}`)
  await as('alice', 'DELETE', `/${left}/users/carol`)
  expect(await answer(gone, 'bob', true)).toMatchObject({ body: { code: 35109 } })
  expect(await answer(left, 'bob', true)).toMatchObject({ body: { code: 35110 } })
  await invite(late, 'alice', 'bob', 'dave')
  await world.admin('DELETE', 'users/dave')
  for (let asked = 1; asked > 0; asked = (await invitesOf('bob')).length); // until it is too old
  expect(await answer(late, 'bob', true)).toMatchObject({ body: { code: 35110 } })
  // And may be asked anew.
  expect((await invite(late, 'alice', 'bob')).body).toMatchObject({ data: { invited: ['bob'] } })
})

test('questions outlive the server, and wait for who was away', async () => {
  await world.end()
  await begin({}, startLastingWorld)
  const id = await create({ members: ['bob', 'carol'] })
  await answer(id, 'carol', false)
  await world.restart('kill')
  expect(await told(await noticed('bob'))).toMatchObject({ type: 'group.invited', group: id })
  expect((await invite(id, 'alice', 'carol')).body).toMatchObject({ data: { invited: [] } })
  expect((await answer(id, 'bob', true)).status).toBe(200)
  expect(await members(id)).toEqual(['alice', 'bob'])
})

test('a flood of questions costs who asks, and drives out none of what others asked', async () => {
  await world.end()
  await begin({ limits: { invitesPerUser: 10, heldBytesPerUser: 60_000 } })
  const honest = await create({}, 'dave')
  await invite(honest, 'dave', 'bob')
  const statuses: number[] = []
  for (let i = 0; i < 60; i++) {
    const id = await create({}, 'mallory')
    if (id !== 'none') statuses.push((await invite(id, 'mallory', 'bob', 'carol')).status)
  }
  expect(statuses.length).toBeLessThan(60) // no room for more groups and questions
  const waiting = (await invitesOf('bob')) as { by: string }[]
  expect(waiting).toHaveLength(10)
  expect(waiting[0]).toMatchObject({ by: 'dave', groupid: honest })
  // Nobody else pays for it.
  expect((await invite(await create(), 'alice', 'bob', 'carol')).status).toBe(200)
  expect((await answer(honest, 'bob', true)).status).toBe(200)
})

test('a group has room for its members and those it asked, no more', async () => {
  await world.end()
  await begin({ limits: { membersPerGroup: 3 } })
  const id = await create()
  expect(await invite(id, 'alice', 'bob', 'carol', 'dave')).toMatchObject({ status: 503 })
  await invite(id, 'alice', 'bob', 'carol')
  expect(await invite(id, 'alice', 'dave')).toMatchObject({ status: 503 })
  for (const user of ['bob', 'carol']) expect((await answer(id, user, true)).status).toBe(200)
  expect(
    await as('alice', 'POST', '', { groupname: 'x', inviteNeedConfirm: true, members: ['bob', 'carol', 'dave'] }),
  ).toMatchObject({ status: 503 })
  expect((await as('alice', 'GET')).body.data).toHaveLength(1) // nothing is left of it
})

test('the account gets back what an invitation held, however it ends', async () => {
  await world.end()
  await begin({ limits: { heldBytesPerUser: 8_000 } })
  const id = await create()
  for (let i = 0; i < 40; i++) {
    expect([i, (await invite(id, 'alice', 'bob')).status]).toEqual([i, 200])
    await answer(id, 'bob', true)
    await as('alice', 'DELETE', `/${id}/users/bob`)
  }
})
