// Who is held up, and who is not: failures count, successes and refusals by load do not; and no stranger locks anyone out.
import { toLines } from '../../server/log'
import { app, startWorld, type Answer, type World } from './world'

let world: World
afterEach(() => world.end())

const login = (username: string, password: string, headers?: Record<string, string>): Promise<Answer> =>
  world.call('POST', `${app}/token`, {
    body: { grant_type: 'password', username, password },
    ...(headers ? { headers } : {}),
  })
const register = (username: string, password = 'secret'): Promise<Answer> =>
  world.call('POST', `${app}/users`, { body: { username, password } })

test('an office of a hundred, and one user of fifty phones, log in from one address', async () => {
  world = await startWorld()
  await register('alice')
  for (let i = 0; i < 105; i++) expect((await login('alice', 'secret')).status).toBe(200)
})

test('wrong passwords of a colleague lock out neither tokens nor whoever logged in from there before', async () => {
  world = await startWorld({ limits: { failuresPerAddress: 3 } })
  await register('alice')
  expect((await login('alice', 'secret')).status).toBe(200)
  for (const guess of ['a', 'b', 'c']) expect((await login('bob', guess)).status).toBe(401)
  expect((await login('bob', 'd')).status).toBe(429)
  expect((await login('alice', 'secret')).status).toBe(200)
  await world.login('alice')
  expect(await world.refused({ user: 'alice', token: 'forged' })).toBe(31003)
})

test('strangers who guess a user’s password everywhere do not lock out where the user logs in', async () => {
  world = await startWorld({ trustProxy: 1, limits: { failuresPerUser: 3 } })
  await register('alice')
  const from = (address: string) => ({ 'x-forwarded-for': address })
  expect((await login('alice', 'secret', from('10.0.0.1'))).status).toBe(200)
  for (const host of [2, 3, 4]) expect((await login('alice', 'guess', from(`10.0.0.${host}`))).status).toBe(401)
  expect((await login('alice', 'guess', from('10.0.0.5'))).status).toBe(429)
  expect((await login('alice', 'secret', from('10.0.0.1'))).status).toBe(200)
})

test('a flood of registrations from one address holds up no login, is no failure of anyone, and is bounded', async () => {
  world = await startWorld({
    passwordWork: { logN: 13, p: 1 },
    limits: { registrationsPerAddress: 70, hashingQueue: 16 },
  })
  await register('alice')
  const flood = Promise.all(Array.from({ length: 120 }, (_, i) => register(`user${i}`)))
  for (let i = 0; i < 5; i++) expect((await login('alice', 'secret')).status).toBe(200)
  const statuses = (await flood).map(({ status }) => status)
  expect(statuses.filter((status) => status === 503).length).toBeGreaterThan(0)
  expect((await login('alice', 'secret')).status).toBe(200)
  let made = statuses.filter((status) => status === 200).length + 1
  for (let i = 0; made < 70; i++) if ((await register(`later${i}`)).status === 200) made++
  const refused = await register('onemore')
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await world.admin('POST', 'tokens', { username: 'by-admin' })).status).toBe(200)
})

test('a login that is hashed while the password changes, or the user is made anew, gets no token', async () => {
  world = await startWorld({ passwordWork: { logN: 15, p: 3 } })
  expect((await register('alice', 'old one')).status).toBe(200)
  const changing = world.admin('PUT', 'users/alice/password', { password: 'new one' })
  const hashing = Array.from({ length: 3 }, () => login('alice', 'old one'))
  await changing
  for (const { status, body } of await Promise.all(hashing)) {
    if (status === 401) continue
    const token = body.access_token as string
    expect((await world.call('GET', `${app}/chatgroups`, { token })).status).toBe(401)
  }
  const late = login('alice', 'new one')
  await world.admin('DELETE', 'users/alice')
  expect((await register('alice', 'other one')).status).toBe(200)
  const { status, body } = await late
  if (status !== 401)
    expect((await world.call('GET', `${app}/chatgroups`, { token: body.access_token as string })).status).toBe(401)
})

test.each([
  [1, '6.6.6.6, 10.0.0.1', '7.7.7.7, 10.0.0.1'],
  [2, '6.6.6.6, 10.0.0.1, 192.168.0.1', '7.7.7.7, 10.0.0.1, 192.168.0.2'],
  [1, 'nonsense, 2001:db8::1', '7.7.7.7, 2001:db8::2'],
])(
  'behind %i proxies the address is the one that they saw, whatever the client wrote',
  async (trustProxy, one, other) => {
    world = await startWorld({ trustProxy, limits: { failuresPerAddress: 3 } })
    for (const [i, forwarded] of [one, other, one].entries())
      expect((await login(`user${i}`, 'guess', { 'x-forwarded-for': forwarded })).status).toBe(401)
    expect((await login('user4', 'guess', { 'x-forwarded-for': other })).status).toBe(429)
    expect((await login('user5', 'guess', { 'x-forwarded-for': '10.9.9.9, 10.9.9.9, 10.9.9.9' })).status).toBe(401)
  },
)

test('the right administrator’s secret is never refused, however many wrong ones came', async () => {
  world = await startWorld({ limits: { failuresPerUser: 5, failuresPerUserAndAddress: 5 } })
  const guess = (): Promise<Answer> => world.call('GET', `${app}/admin/connections`, { token: 'guess' })
  for (let i = 0; i < 5; i++) expect((await guess()).status).toBe(401)
  expect((await guess()).status).toBe(429)
  expect((await world.admin('GET', 'connections')).status).toBe(200)
})

test.each(['.', '..', '...'])('no user is called %s', async (name) => {
  world = await startWorld()
  expect((await register(name)).status).toBe(400)
  expect((await world.admin('POST', 'tokens', { username: name })).status).toBe(400)
})

test.each([
  'x.exe.',
  'x.exe ',
  'x.exe\u200b',
  'x.e\u200bxe',
  'x.wsf',
  'x.ｅxe',
  'x.exe::$DATA',
  'x.EXE . .',
  'x.png\u202egpj.exe',
  'x.url',
  'x.ex\u0301e'.replace('\u0301', '\u034f'),
])('the file name %j is that of a program', async (name) => {
  world = await startWorld()
  await world.token('bob')
  const form = new FormData()
  form.set('to', 'bob')
  form.set('filename', name)
  form.set('file', new Blob(['x']), 'a.bin')
  const answer = await world.call('POST', `${app}/chatfiles`, { token: await world.token('alice'), raw: form })
  expect(answer).toMatchObject({ status: 415, body: { code: 35106 } })
})

test('no line of the log moves the cursor or hides its text', () => {
  world = { end: () => Promise.resolve() } as World
  const lines: string[] = []
  toLines((line) => lines.push(line))('event', { why: 'a\u009b2J\u0085\u202eb\u001b[2J\u007f' })
  expect(lines[0]).toMatch(/^[ -~]+$/)
})
