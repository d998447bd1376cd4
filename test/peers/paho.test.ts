// What the Eclipse paho conformance clients try of a server, on our topics: the same cases by the same names, MQTT 3.1.1 and 5.
// Left out, since CONNACK says that they are not there: retained, shared subscriptions, subscription identifiers, assigned ids.
import {
  app,
  inbox,
  publish,
  receive,
  startLastingWorld,
  subscribe,
  to,
  type Client,
  type World,
} from '../server/world'

let world: World
beforeEach(async () => {
  world = await startLastingWorld({ limits: { receiveMaximum: 3 } })
})
afterEach(() => world.end())

const mine = to('bob', 'alice')
const none = async (client: Client): Promise<void> => {
  client.send({ cmd: 'pingreq' })
  await client.next('pingresp') // behind everything that was on its way
  expect(client.packets).toEqual([])
}

describe.each([4, 5] as const)('MQTT %i', (version) => {
  const login = (user: string, wishes = {}) => world.login(user, { version, ...wishes })

  test.each([0, 1, 2] as const)('basic: QoS %i, with its whole handshake', async (qos) => {
    const [alice, bob] = [await login('alice'), await login('bob')]
    bob.send({ cmd: 'subscribe', messageId: 9, subscriptions: [{ topic: inbox('bob'), qos }] })
    expect((await bob.next('suback')).granted).toEqual([qos])
    alice.send({ cmd: 'publish', topic: mine, payload: 'x', qos, dup: false, retain: false, messageId: 7 })
    if (qos === 1) expect((await alice.next('puback')).messageId).toBe(7)
    if (qos === 2) {
      expect((await alice.next('pubrec')).messageId).toBe(7)
      alice.send({ cmd: 'pubrel', messageId: 7 })
      expect((await alice.next('pubcomp')).messageId).toBe(7)
    }
    const came = await bob.next('publish')
    expect([came.qos, came.dup, came.retain, came.payload.toString()]).toEqual([qos, false, false, 'x'])
    const { messageId } = came
    if (qos === 1) bob.send({ cmd: 'puback', messageId: messageId! })
    if (qos === 2) {
      bob.send({ cmd: 'pubrec', messageId: messageId! })
      expect((await bob.next('pubrel')).messageId).toBe(messageId)
      bob.send({ cmd: 'pubcomp', messageId: messageId! })
    }
    await none(bob)
    await none(alice)
  })

  test('the lower of the publisher’s and the subscriber’s QoS', async () => {
    const [alice, bob] = [await login('alice'), await login('bob')]
    for (const [sent, subscribed] of [
      [2, 1],
      [1, 2],
      [2, 0],
      [0, 2],
    ] as const) {
      bob.send({ cmd: 'subscribe', messageId: 9, subscriptions: [{ topic: inbox('bob'), qos: subscribed }] })
      await bob.next('suback')
      const qos = sent
      alice.send({ cmd: 'publish', topic: mine, payload: 'x', qos, dup: false, retain: false, messageId: 20 + sent })
      if (sent === 1) await alice.next('puback')
      if (sent === 2) {
        await alice.next('pubrec')
        alice.send({ cmd: 'pubrel', messageId: 22 })
        await alice.next('pubcomp')
      }
      const came = await bob.next('publish')
      expect([sent, subscribed, came.qos]).toEqual([sent, subscribed, Math.min(sent, subscribed)])
      if (came.qos === 1) bob.send({ cmd: 'puback', messageId: came.messageId! })
    }
  })

  test('clean start: a session is resumed or not, and CONNACK says which', async () => {
    const first = await login('bob')
    await subscribe(first, inbox('bob'))
    await first.bye()
    const present = async (clean: boolean): Promise<boolean> => {
      const client = await world.knock({ version, user: 'bob', clean })
      const { sessionPresent } = await client.next('connack')
      await client.bye()
      return sessionPresent
    }
    expect([await present(false), await present(true), await present(false)]).toEqual([true, false, version === 5])
  })

  test('zero-length client id: refused with its code', async () => {
    const client = await world.knock({ version, user: 'bob', clientId: '', clean: true })
    const { reasonCode, returnCode } = await client.next('connack')
    expect(version === 5 ? reasonCode : returnCode).toBe(version === 5 ? 0x85 : 2)
    await client.closed
  })

  test('offline message queueing: QoS 1 and 2 wait for a session, in order', async () => {
    const away = await login('bob')
    await subscribe(away, inbox('bob'))
    await away.bye()
    const alice = await login('alice')
    for (const word of ['a', 'b', 'c']) await publish(alice, mine, word)
    const bob = await login('bob')
    expect([await receive(bob), await receive(bob), await receive(bob)].map(({ text }) => text)).toEqual([
      'a',
      'b',
      'c',
    ])
  })

  test('redelivery on reconnect: what was not acknowledged comes again, as a duplicate, under its identifier', async () => {
    const bob = await login('bob')
    await subscribe(bob, inbox('bob'))
    await publish(await login('alice'), mine, 'x')
    const first = await bob.next('publish')
    bob.cut()
    await bob.closed
    const again = await (await login('bob')).next('publish')
    expect([again.dup, again.messageId]).toEqual([true, first.messageId])
  })

  test('subscribe failure: each filter has its own answer', async () => {
    const bob = await login('bob')
    const refused = version === 5 ? 0x87 : 0x80
    expect(await subscribe(bob, inbox('bob'), inbox('alice'), '$SYS/#')).toEqual([1, refused, refused])
  })

  test('unsubscribe: nothing comes from then on', async () => {
    const [alice, bob] = [await login('alice'), await login('bob')]
    await subscribe(bob, inbox('bob'))
    bob.send({ cmd: 'unsubscribe', messageId: 4, unsubscriptions: [inbox('bob')] })
    expect((await bob.next('unsuback')).messageId).toBe(4)
    await publish(alice, mine, 'x')
    await none(bob)
  })

  test('keep-alive: a silent client is dropped after one and a half, and its will is said', async () => {
    const [bob] = [await login('bob')]
    await subscribe(bob, inbox('bob'))
    const will = { topic: mine, payload: 'gone', qos: 1, retain: false }
    const alice = await login('alice', { keepalive: 1, will })
    const started = Date.now()
    await alice.closed
    expect(Date.now() - started).toBeGreaterThanOrEqual(1400)
    expect((await receive(bob)).text).toBe('gone')
  })

  test('will: said when the link breaks, not when the client says good-bye', async () => {
    const bob = await login('bob')
    await subscribe(bob, inbox('bob'))
    const will = { topic: mine, payload: Buffer.from('gone'), qos: 1, retain: false }
    await (await login('alice', { will })).bye()
    await none(bob)
    ;(await login('alice', { will })).cut()
    expect((await receive(bob)).text).toBe('gone')
  })

  test('takeover: a second login with the client id ends the first', async () => {
    const first = await login('bob')
    const second = await login('bob')
    await first.closed
    await none(second)
  })

  test('a second CONNECT ends the link', async () => {
    const bob = await login('bob')
    bob.send({
      cmd: 'connect',
      clientId: `${app}/bob`,
      protocolId: 'MQTT',
      protocolVersion: version,
      clean: true,
      keepalive: 0,
    } as never)
    await bob.closed
  })
})

describe('MQTT 5 only', () => {
  const login = (user: string, wishes = {}): Promise<Client> => world.login(user, wishes)

  test('session expiry: over with the link at 0, and changed by DISCONNECT', async () => {
    const present = async (): Promise<boolean> => {
      const client = await world.knock({ user: 'bob', expiry: 600 })
      const { sessionPresent } = await client.next('connack')
      client.send({ cmd: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: 0 } })
      await client.closed
      return sessionPresent
    }
    await (await login('bob', { expiry: 0 })).bye()
    expect(await present()).toBe(false)
    expect(await present()).toBe(false)
    await (await login('bob', { expiry: 600 })).bye()
    expect(await present()).toBe(true)
  })

  test('client topic alias: set once, then used without its topic, and only on its own link', async () => {
    const [alice, bob] = [await login('alice'), await login('bob')]
    await subscribe(bob, inbox('bob'))
    await publish(alice, mine, 'a', { topicAlias: 1 })
    await publish(alice, '', 'b', { topicAlias: 1 })
    expect([(await receive(bob)).text, (await receive(bob)).text]).toEqual(['a', 'b'])
    await alice.bye()
    const back = await login('alice')
    back.send({
      cmd: 'publish',
      topic: '',
      payload: 'c',
      qos: 1,
      dup: false,
      retain: false,
      messageId: 3,
      properties: { topicAlias: 1 },
    })
    expect((await back.next('disconnect')).reasonCode).toBe(0x82)
  })

  test('server topic alias: as many as the client takes', async () => {
    const [alice, bob] = [await login('alice'), await login('bob', { properties: { topicAliasMaximum: 1 } })]
    await subscribe(bob, inbox('bob'))
    for (const word of ['a', 'b']) await publish(alice, mine, word)
    const [first, second] = [await bob.next('publish'), await bob.next('publish')]
    expect([first.topic, second.topic]).toEqual([mine, ''])
    expect(second.properties?.topicAlias).toBe(first.properties?.topicAlias)
  })

  test('flow control, client to server: more unfinished messages than told end the link with 0x93', async () => {
    const alice = await login('alice')
    await world.token('bob')
    for (let messageId = 1; messageId <= 4; messageId++)
      alice.send({ cmd: 'publish', topic: mine, payload: 'x', qos: 2, dup: false, retain: false, messageId })
    expect((await alice.next('disconnect')).reasonCode).toBe(0x93)
  })

  test('flow control, server to client: no more than it takes before it acknowledges', async () => {
    const [alice, bob] = [await login('alice'), await login('bob', { properties: { receiveMaximum: 2 } })]
    await subscribe(bob, inbox('bob'))
    for (const word of ['a', 'b', 'c', 'd']) await publish(alice, mine, word)
    const [first] = [await bob.next('publish'), await bob.next('publish')]
    await none(bob)
    bob.send({ cmd: 'puback', messageId: first.messageId! })
    expect((await receive(bob)).text).toBe('c')
  })

  test('publication expiry: what is too old is not delivered, what is not says how long it still counts', async () => {
    const away = await login('bob')
    await subscribe(away, inbox('bob'))
    await away.bye()
    const alice = await login('alice')
    await publish(alice, mine, 'short', { messageExpiryInterval: 1 })
    await publish(alice, mine, 'long', { messageExpiryInterval: 60 })
    await new Promise((resolve) => setTimeout(resolve, 1100)) // the statement is about time
    const { text, properties } = await receive(await login('bob'))
    expect(text).toBe('long')
    expect(properties.messageExpiryInterval).toBeLessThan(60)
  })

  test('payload format, content type, response topic and correlation data go on unchanged', async () => {
    const [alice, bob] = [await login('alice'), await login('bob')]
    await subscribe(bob, inbox('bob'))
    const properties = {
      payloadFormatIndicator: true,
      contentType: 'text/plain',
      responseTopic: to('alice', 'bob'),
      correlationData: Buffer.from('334'),
    }
    await publish(alice, mine, 'x', properties)
    expect((await receive(bob)).properties).toMatchObject(properties)
  })

  test('subscribe options: No Local', async () => {
    const alice = await login('alice')
    alice.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: inbox('alice'), qos: 1, nl: true }] })
    await alice.next('suback')
    await publish(alice, to('alice', 'alice'), 'to myself')
    await none(alice)
  })

  test('server keep-alive: told when the client asks for more than may be', async () => {
    const client = await world.knock({ user: 'bob', keepalive: 10_000 })
    expect((await client.next('connack')).properties?.serverKeepAlive).toBe(300)
  })

  test('takeover: the first is told 0x8E', async () => {
    const first = await login('bob')
    await login('bob')
    expect((await first.next('disconnect')).reasonCode).toBe(0x8e)
  })
})
