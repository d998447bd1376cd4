// What someone who means harm may try once logged in, or before: refused, the victim untouched, the server alive.
import { app, inbox, publish, receive, startLastingWorld, startWorld, subscribe, to, type World } from './world'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.end())

describe('another user’s things', () => {
  test('the client id of another user is refused, and the victim stays connected', async () => {
    const alice = await world.login('alice')
    expect(await world.refused({ user: 'mallory', clientId: `${app}/alice` })).toBe(31002)
    expect(await world.refused({ user: 'mallory', clientId: `${app}/alice/phone` })).toBe(31002)
    alice.send({ cmd: 'pingreq' })
    await alice.next('pingresp')
  })

  test('a refused client id does not use a one-time token up', async () => {
    const token = await world.token('mallory', { oneTime: true })
    expect(await world.refused({ user: 'mallory', clientId: `${app}/alice`, token })).toBe(31002)
    await world.login('mallory', { token })
  })

  test('the user name of another user, with one’s own token, is refused', async () => {
    const token = await world.token('mallory')
    await world.token('alice')
    expect(await world.refused({ user: 'alice', token })).toBe(31004)
  })

  test.each([4, 5] as const)('nobody publishes as someone else, nor outside the tree (MQTT %s)', async (version) => {
    const alice = await world.login('alice')
    await subscribe(alice, inbox('alice'), `${app}/s/alice`)
    const mallory = await world.login('mallory', { version })
    const v5 = version === 5
    for (const topic of [
      to('alice', 'bob'),
      `${app}/u/alice`,
      `${app}/u/alice/mallory/x`,
      `${app}/s/alice`,
      `acme/other/u/alice/mallory`,
      'other',
      '$SYS/x',
      'constructor',
      '__proto__',
      `${app}/g/__proto__/mallory`,
      `${app}/g/constructor/mallory`,
      '\ufffd', // legal, and nobody's
    ]) {
      expect(await publish(mallory, topic, 'forged')).toBe(v5 ? 0x87 : 0)
    }
    await publish(mallory, to('alice', 'mallory'), 'genuine')
    expect((await receive(alice)).text).toBe('genuine')
  })

  test.each([4, 5] as const)('nobody listens at someone else’s inbox (MQTT %s)', async (version) => {
    const mallory = await world.login('mallory', { version })
    const v5 = version === 5
    const forbidden = [
      inbox('alice'),
      to('alice', 'bob'),
      `${app}/s/alice`,
      `${app}/u/+/mallory`,
      '#',
      '+/+/u/mallory/+',
      `${app}/#`,
      `${app}/u/mallory/#`,
      `${app}/g/1/+`,
      '$SYS/#',
      'constructor',
      '__proto__',
      'toString',
      'hasOwnProperty',
      'acme/other/u/mallory/+',
    ]
    expect(await subscribe(mallory, ...forbidden)).toEqual(forbidden.map(() => (v5 ? 0x87 : 0x80)))
    const malformed = ['', 'a+', '#/a', 'a/#b']
    expect(await subscribe(mallory, ...malformed)).toEqual(malformed.map(() => (v5 ? 0x8f : 0x80)))
    expect(await subscribe(mallory, '$share/g/x')).toEqual([v5 ? 0x9e : 0x80])

    const alice = await world.login('alice')
    await world.token('bob')
    await publish(alice, to('bob', 'alice'), 'secret')
    mallory.send({ cmd: 'pingreq' })
    await mallory.next('pingresp')
    expect(mallory.packets).toEqual([])
  })

  test('users whose name begins like mine do not share my inbox, also after a restart', async () => {
    await world.end()
    world = await startLastingWorld()
    for (const user of ['al', 'alice']) {
      const client = await world.login(user)
      await subscribe(client, inbox(user))
      await client.bye()
    }
    const bob = await world.login('bob')
    await publish(bob, to('alice', 'bob'), 'for alice')
    await world.restart()
    const al = await world.login('al')
    const again = await world.login('bob')
    await publish(again, to('al', 'bob'), 'for al')
    expect((await receive(al)).text).toBe('for al')
  })
})

describe('names', () => {
  test.each([
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    '',
    'a/b',
    `${app}/`,
    `${app}/../x`,
    'x'.repeat(60_000),
    `${app}/alice/a/b`,
    `${app}/ALICE`,
    `${app}/\ufffd`,
    `__proto__/constructor/alice`,
  ])('the client id %p is refused, and the server lives', async (clientId) => {
    expect(await world.refused({ user: 'alice', clientId })).toBe(31002)
    await world.login('bob')
  })

  test.each(['constructor', '__proto__', 'hasownproperty', 'valueof'])('%s is a user like any other', async (user) => {
    const client = await world.login(user)
    await subscribe(client, inbox(user))
    expect(await publish(client, to(user, user), 'me')).toBe(0)
    expect((await receive(client)).topic).toBe(to(user, user))
    const { body } = await world.admin('POST', `users/${user}/kick`)
    expect(body).toEqual({ data: { kicked: 1 } })
  })

  test('names that are not UTF-8 are refused', async () => {
    const client = await world.dial()
    const bad = Buffer.from([
      0x10, 0x1a, 0, 4, 77, 81, 84, 84, 5, 0xc2, 0, 9, 0, 0, 2, 0xff, 0xfe, 0, 2, 0xff, 0xfe, 0, 2, 65, 66, 0, 0, 0,
    ])
    client.send(bad.subarray(0, 28))
    expect((await client.next('connack')).reasonCode).toBeGreaterThanOrEqual(0x80)
    await client.closed
  })

  test('properties that are not UTF-8, or come twice, never reach a receiver', async () => {
    for (const [reasonCode, ...properties] of [
      [0x81, 0x26, 0, 1, 97, 0, 1, 0xff],
      [0x81, 0x03, 0, 1, 0xff],
      [0x81, 0x26, 0, 1, 97, 0, 9, 97],
      [0x81, 0x02, 0, 0],
      [0x82, 0x03, 0, 1, 97, 0x03, 0, 1, 98],
      [0x82, 0x23, 0, 1, 0x23, 0, 2],
      [0x82, 0x02, 0, 0, 0, 9, 0x02, 0, 0, 0, 9],
    ]) {
      const alice = await world.login('alice')
      const topic = Buffer.from(to('alice', 'alice'))
      const body = Buffer.concat([
        Buffer.from([0, topic.length]),
        topic,
        Buffer.from([properties.length, ...properties]),
      ])
      alice.send(Buffer.concat([Buffer.from([0x30, body.length]), body]))
      expect(await alice.next('disconnect')).toMatchObject({ reasonCode })
    }
  })

  test('properties with hostile names travel as any other', async () => {
    const alice = await world.login('alice', {
      properties: { userProperties: { constructor: 'x', hasOwnProperty: 'y' } },
    })
    await subscribe(alice, inbox('alice'))
    await publish(alice, to('alice', 'alice'), 'x', { userProperties: { toString: '1', valueOf: '2' } })
    expect((await receive(alice)).properties.userProperties).toMatchObject({ toString: '1', valueOf: '2' })
  })
})

describe('bytes', () => {
  test.each<[string, Buffer, number]>([
    ['an endless length', Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0xff]), 0x81],
    ['a packet larger than allowed', Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]), 0x95],
    ['a packet type that does not exist', Buffer.from([0x00, 0]), 0x81],
    ['QoS 3', Buffer.from([0x36, 5, 0, 1, 97, 0, 1]), 0x81],
    ['a topic longer than its packet', Buffer.from([0x30, 3, 0xff, 0xff, 97]), 0x81],
    ['reserved bits', Buffer.from([0xc1, 0]), 0x81],
    ['a second CONNECT', Buffer.from([0x10, 13, 0, 4, 77, 81, 84, 84, 5, 2, 0, 9, 0, 0, 0]), 0x82],
    ['a packet of the server', Buffer.from([0xd0, 0]), 0x82],
    ['an empty SUBSCRIBE', Buffer.from([0x82, 3, 0, 1, 0]), 0x82],
    ['packet identifier 0', Buffer.from([0x32, 6, 0, 1, 97, 0, 0, 0]), 0x82],
    ['a property that does not exist', Buffer.from([0x30, 6, 0, 1, 97, 2, 0x7f, 1]), 0x81],
    ['a topic alias of 0', Buffer.from([0x30, 6, 0, 0, 3, 0x23, 0, 0]), 0x94],
    ['a topic alias that stands for nothing', Buffer.from([0x30, 6, 0, 0, 3, 0x23, 0, 1]), 0x82],
    ['a retained message', Buffer.from([0x31, 5, 0, 1, 97, 0, 120]), 0x9a],
    ['a payload that says it is UTF-8 and is not', Buffer.from([0x30, 7, 0, 1, 97, 2, 1, 1, 0xff]), 0x99],
  ])('%s ends the link with its reason', async (_what, bytes, reasonCode) => {
    const alice = await world.login('alice')
    alice.send(bytes)
    expect(await alice.next('disconnect')).toMatchObject({ reasonCode })
    await alice.closed
    await world.login('alice')
  })

  test('whatever comes before CONNECT ends the link', async () => {
    await world.end()
    world = await startWorld({ limits: { connectMs: 300 } })
    for (const bytes of [
      Buffer.from([0xc0, 0]),
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.from([0x10, 0]),
      Buffer.from([0x10, 2, 0xff, 0xff]),
      Buffer.alloc(70_000, 0xff),
    ]) {
      const client = await world.dial()
      client.send(bytes)
      await client.closed
    }
    await world.login('alice')
  })

  test('random bytes, before and after login, never take the server down', async () => {
    let seed = 42
    const random = (most: number): number => (seed = (seed * 1103515245 + 12345) % 2 ** 31) % most
    for (let round = 0; round < 60; round++) {
      const bytes = Buffer.from(Array.from({ length: 1 + random(60) }, () => random(256)))
      const client = round % 2 === 0 ? await world.dial() : await world.login('alice')
      client.send(bytes)
      client.send(Buffer.alloc(300))
      await client.closed
    }
    await world.login('bob')
  })

  test('a message just as large as allowed passes; the next byte does not', async () => {
    await world.end()
    world = await startWorld({ limits: { packetBytes: 1000 } })
    const alice = await world.login('alice')
    await subscribe(alice, inbox('alice'))
    const head = 3 + 2 + to('alice', 'alice').length + 2 + 1
    expect(await publish(alice, to('alice', 'alice'), 'x'.repeat(1000 - head))).toBe(0)
    await receive(alice)
    await expect(publish(alice, to('alice', 'alice'), 'x'.repeat(1001 - head))).rejects.toThrow()
  })
})

test('a WebSocket without the subprotocol, or elsewhere, is refused', async () => {
  const { WebSocket } = await import('ws')
  const status = (url: string, protocols: string[]): Promise<number> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(url, protocols)
      socket.on('unexpected-response', (_request, response) => {
        response.destroy()
        resolve(response.statusCode ?? 0)
      })
      socket.on('error', () => undefined)
      socket.on('open', () => reject(new Error('it opened')))
    })
  expect(await status(world.server.url, [])).toBe(400)
  expect(await status(world.server.url, ['graphql'])).toBe(400)
  expect(await status(world.server.url.replace('/mqtt', '/other'), ['mqtt'])).toBe(404)
})
