// What the operator's console asks for: figures against their bounds, who is online, one user with all that is theirs.
import { createCounters } from '../../server/figures/counters'
import { createHistory } from '../../server/figures/history'
import type { Figures } from '../../server/figures/shape'
import { defaultLimits } from '../../server/limits'
import { silent } from '../../server/log'
import { app, inbox, publish, startWorld, subscribe, to, type World } from './world'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.end())

const look = async (path: string): Promise<Record<string, unknown>> => {
  const { status, body } = await world.call('GET', path, { token: world.server.adminSecret })
  expect([path, status]).toEqual([path, 200])
  return body
}
const figures = async (): Promise<Figures> => (await look('admin/figures')).data as Figures

interface Row {
  username: string
  clientId: string
  roundTrip?: number
  queued: number
}
const connections = async (query: string): Promise<{ data: Row[]; count: number; total: number }> =>
  (await look(`${app}/admin/connections${query}`)) as never

test('figures: logins, refusals by code and messages are counted, and stand beside their bounds', async () => {
  const alice = await world.login('alice')
  await world.token('bob')
  await publish(alice, to('bob', 'alice'), 'one that waits')
  expect(await world.refused({ user: 'bob', token: 'forged' })).toBe(31004)
  await world.call('POST', `${app}/token`, { body: { grant_type: 'password', username: 'bob', password: 'guess' } })
  await world.admin('POST', 'users/alice/kick', {})
  await alice.closed
  const { online, waiting, totals, codes, memory, held, heldBy, disk, diskFull } = await figures()
  expect(online).toEqual({ value: 0, bound: 10_000 })
  expect(waiting).toBe(1)
  expect(totals).toMatchObject({ logins: 1, published: 1, refused: 3 })
  expect(codes.map(({ code, refused, ended }) => [code, refused, ended]).sort()).toEqual([
    [31004, 2, 0],
    [31010, 0, 1],
  ])
  expect(memory.value).toBeLessThan(memory.bound)
  expect(heldBy).toMatchObject({ user: { count: 2 }, message: { count: 1 }, entry: { count: 1 }, link: { count: 0 } })
  expect(held).toEqual({
    value: Object.values(heldBy).reduce((sum, { bytes }) => sum + bytes, 0),
    bound: defaultLimits.heldBytes + defaultLimits.queuedBytes,
  })
  expect(disk.value).toBeGreaterThan(0)
  expect(disk.value).toBeLessThan(disk.bound)
  expect(diskFull).toBe(false)
})

test('figures, history and apps are for the administrator', async () => {
  for (const path of ['admin/figures', 'admin/history?span=day', 'admin/apps']) {
    expect((await world.call('GET', path, { token: 'a guess' })).status).toBe(401)
    await look(path)
  }
  expect((await look('admin/apps')).data).toEqual([
    { app: 'acme#chat', blocked: false, check: false, unavailable: false },
  ])
})

test('a history keeps so many values: the mean of what flows, the most of what grows', () => {
  const history = createHistory({ flow: 'mean', level: 'most' }, { seconds: 10, samples: 2, keep: 2 })
  expect(history.read()).toEqual({ every: 20, until: 0, values: { flow: [], level: [] } })
  const samples = [1, 2, 3, 4, 5, 6, 7]
  for (const at of samples) history.add(at * 10_000, { flow: at, level: at })
  expect(history.read()).toEqual({ every: 20, until: 60_000, values: { flow: [3.5, 5.5], level: [4, 6] } })
})

test('what is counted is still logged', () => {
  const lines: string[] = []
  const { log } = createCounters((event) => lines.push(event))
  log('login')
  log('refused', { code: 31004 })
  log('whatever')
  expect(lines).toEqual(['login', 'refused', 'whatever'])
  expect(createCounters(silent).codes()).toEqual([])
})

test('who is online is found by user, device, platform and address, in the order wanted, and counted beyond the limit', async () => {
  await world.login('alice', { clientId: `${app}/alice/phone`, platform: 'wechat-ios' })
  await world.login('bob', { platform: 'wechat-android' })
  await world.login('carol')
  const users = async (query: string): Promise<string[]> =>
    (await connections(query)).data.map(({ username }) => username)
  expect(await users('?order=user')).toEqual(['alice', 'bob', 'carol'])
  expect(await users('?search=WECHAT&order=user')).toEqual(['alice', 'bob'])
  expect(await users('?search=phone')).toEqual(['alice'])
  expect(await users('?search=127.0.0.1&order=user')).toEqual(['alice', 'bob', 'carol'])
  expect(await connections('?search=wechat&limit=1&order=user')).toMatchObject({ count: 2, total: 3 })
  expect((await world.admin('GET', 'connections?order=shoe+size')).status).toBe(400)
})

test('the way to a client is measured, and what waits for it is counted', async () => {
  const bob = await world.login('bob')
  await subscribe(bob, inbox('bob'))
  const alice = await world.login('alice')
  await publish(alice, to('bob', 'alice'), 'not acknowledged')
  await bob.next('publish')
  const { data } = await connections('?search=bob')
  expect(data).toMatchObject([{ username: 'bob', queued: 1 }])
  expect(data[0]!.roundTrip).toBeGreaterThan(0)
})

test('one user: devices here and gone, what waits, groups and logs', async () => {
  const phone = await world.login('alice', { clientId: `${app}/alice/phone` })
  await world.login('alice', { clientId: `${app}/alice/tablet` })
  await phone.bye()
  const token = await world.token('alice')
  await world.call('POST', `${app}/chatgroups`, { token, body: { groupname: 'tea' } })
  await world.call('POST', `${app}/logs`, { token, body: { name: 'monday.log', size: 4 } })
  const { data } = (await look(`${app}/admin/users/alice`)) as { data: Record<string, unknown> }
  expect(data).toMatchObject({
    username: 'alice',
    status: 'active',
    hasPassword: false,
    connections: [{ clientId: `${app}/alice/tablet` }],
    sessions: [{ clientId: `${app}/alice/phone`, queued: 0 }],
    // The group says who came; no device of hers listens to it yet.
    waiting: 1,
    groups: [{ groupname: 'tea', owner: 'alice', affiliations_count: 1 }],
    logs: [{ name: 'monday.log', size: 4, received: 0 }],
  })
  expect((await world.admin('GET', 'users/nobody')).status).toBe(404)
  expect((await world.admin('GET', 'users?search=ali')).body).toMatchObject({ count: 1, data: [{ username: 'alice' }] })
})

test('one device of several is kicked', async () => {
  const phone = await world.login('alice', { clientId: `${app}/alice/phone` })
  const tablet = await world.login('alice', { clientId: `${app}/alice/tablet` })
  const { body } = await world.admin('POST', 'users/alice/kick', { clientId: `${app}/alice/phone` })
  expect(body).toEqual({ data: { kicked: 1 } })
  await phone.closed
  tablet.send({ cmd: 'pingreq' })
  await tablet.next('pingresp')
})

test('a log opens by a signed link: this one, for some minutes, to look at only', async () => {
  const token = await world.token('alice')
  for (const name of ['one.log', 'two.log']) await world.call('POST', `${app}/logs`, { token, body: { name, size: 4 } })
  const { data } = (await world.admin('GET', 'logs')).body as { data: { links: { text: string; report: string } }[] }
  const [one, two] = data.map(({ links }) => links)
  const open = (link: string, method = 'GET') => world.call(method, link.slice(1))
  expect((await open(one!.text)).status).toBe(200)
  const report = await open(`${one!.report}&lang=en`)
  expect(report.status).toBe(200)
  expect(report.headers.get('content-security-policy')).toMatch(/^sandbox allow-scripts/)
  const query = one!.text.slice(one!.text.indexOf('?'))
  expect((await open(two!.text.split('?')[0]! + query)).status).toBe(401)
  expect((await open(`/${app}/admin/users${query}`)).status).toBe(401)
  expect((await open(`/${app}/admin/users/alice/block${query}`, 'POST')).status).toBe(401)
  expect((await open(one!.text.replace(/expires=\d+/, 'expires=99999999999999'))).status).toBe(401)
  expect((await open(one!.text.replace(/expires=\d+/, 'expires=1'))).status).toBe(401)
})
