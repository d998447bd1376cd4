// Too much of anything: read slower, refused, or ended with a number; what was accepted stays, and others notice nothing.
import { app, inbox, publish, receive, startWorld, subscribe, to, type World } from './world'

let world: World
afterEach(() => world.end())

test('more unfinished messages than offered end the link with 0x93', async () => {
  world = await startWorld({ limits: { receiveMaximum: 5 } })
  await world.token('bob')
  const alice = await world.login('alice')
  for (let messageId = 1; messageId <= 6; messageId++) {
    alice.send({
      cmd: 'publish',
      topic: to('bob', 'alice'),
      payload: 'x',
      qos: 2,
      dup: false,
      retain: false,
      messageId,
    })
  }
  expect(await alice.next('disconnect')).toMatchObject({ reasonCode: 0x93 })
})

test('who floods an inbox is told that it is full; what was accepted stays', async () => {
  world = await startWorld({ limits: { queuedMessages: 3 } })
  await world.token('bob')
  const alice = await world.login('alice')
  const codes = []
  for (const text of ['1', '2', '3', '4']) codes.push(await publish(alice, to('bob', 'alice'), text))
  expect(codes).toEqual([0, 0, 0, 0x97])
  const bob = await world.login('bob')
  await subscribe(bob, inbox('bob'))
  for (const text of ['1', '2', '3']) expect((await receive(bob)).text).toBe(text)
  expect(await publish(alice, to('bob', 'alice'), '5')).toBe(0)
})

test('in MQTT 3.1.1, which has no word for it, the link ends without an acknowledgement', async () => {
  world = await startWorld({ limits: { queuedMessages: 1 } })
  await world.token('bob')
  const alice = await world.login('alice', { version: 4 })
  await publish(alice, to('bob', 'alice'), '1')
  await expect(publish(alice, to('bob', 'alice'), '2')).rejects.toThrow('code=31003 retryAfter=30')
})

test('who sends too fast is read slower; nobody else is', async () => {
  world = await startWorld({ limits: { packetsPerSecond: 50 } })
  const [alice, bob] = [await world.login('alice'), await world.login('bob')]
  const started = Date.now()
  for (let i = 0; i < 120; i++) alice.send({ cmd: 'pingreq' })
  let answered = 0
  const all = (async () => {
    for (; answered < 120; answered++) await alice.next('pingresp')
  })()
  bob.send({ cmd: 'pingreq' })
  await bob.next('pingresp')
  expect(answered).toBeLessThan(120)
  await all
  expect(Date.now() - started).toBeGreaterThan(900)
})

test('too many subscriptions, and too many sessions of one user, are refused', async () => {
  world = await startWorld({ limits: { subscriptionsPerSession: 2, sessionsPerUser: 1 } })
  const alice = await world.login('alice', { clientId: `${app}/alice/one` })
  expect(await subscribe(alice, to('alice', 'a'), to('alice', 'b'), to('alice', 'c'))).toEqual([1, 1, 0x97])
  expect(await world.refused({ user: 'alice', clientId: `${app}/alice/two` })).toBe(31003)
  await alice.bye()
  await world.login('alice', { clientId: `${app}/alice/two` }) // the one that nobody uses made room
})

test('forged tokens from one address run into the limit', async () => {
  world = await startWorld({ limits: { failuresPerAddress: 3 } })
  await world.token('alice')
  for (let i = 0; i < 3; i++) expect(await world.refused({ token: 'forged' })).toBe(31004)
  expect(await world.refused({ token: 'forged' })).toBe(31003)
})

test('a socket that never says CONNECT is closed, and few are kept from one address', async () => {
  world = await startWorld({ limits: { connectMs: 50, strangersPerAddress: 2 } })
  const silent = await world.dial()
  await world.dial()
  const third = await world.dial()
  expect((await third.closed).reason).toBe('code=31003 retryAfter=30')
  await silent.closed
})

test('a clock that jumps drops nobody, and reads nobody slower', async () => {
  world = await startWorld({ limits: { packetsPerSecond: 50 } })
  const alice = await world.login('alice', { keepalive: 5 })
  const now = Date.now
  try {
    for (const jump of [600_000, -3_600_000]) {
      Date.now = () => now() + jump
      // More than a second's worth, so that at least one tick and a new second pass.
      for (let i = 0; i < 60; i++) alice.send({ cmd: 'pingreq' })
      for (let i = 0; i < 60; i++) await alice.next('pingresp')
    }
  } finally {
    Date.now = now
  }
})

test('thousands who are brought into groups cost whoever brings them, and no more than there is room for', async () => {
  world = await startWorld({ limits: { queuedBytesPerUser: 500_000 } })
  const users = Array.from({ length: 200 }, (_, i) => `user${i}`)
  await Promise.all(users.map((user) => world.token(user)))
  const token = await world.token('mallory')
  const statuses = []
  for (let i = 0; i < 12; i++) {
    const body = { groupname: 'g', members: users }
    statuses.push((await world.call('POST', `${app}/chatgroups`, { token, body })).status)
  }
  expect(new Set(statuses)).toEqual(new Set([200, 503]))
  // Others are neither told less nor refused.
  const alice = await world.token('alice')
  const made = await world.call('POST', `${app}/chatgroups`, {
    token: alice,
    body: { groupname: 'g', members: ['user1'] },
  })
  expect(made.status).toBe(200)
  const user1 = await world.login('user1')
  await subscribe(user1, `${app}/s/user1`)
  for (;;) {
    const notice = JSON.parse((await receive(user1)).text) as { by: string }
    if (notice.by === 'alice') break
  }
})
