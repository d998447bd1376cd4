// What users see of the embedded server when they talk: messages arrive, in order, also after everybody was away.
import {
  app,
  inbox,
  onceForBob,
  publish,
  receive,
  startLastingWorld,
  startWorld,
  subscribe,
  to,
  type Client,
  type World,
} from './world'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.end())

const texts = async (client: Client, count: number): Promise<string[]> => {
  const got: string[] = []
  while (got.length < count) got.push((await receive(client)).text)
  return got
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i))

/** Nothing but what was asked for: a message to oneself would come after whatever else was on its way. */
async function nothingElse(client: Client, user: string): Promise<void> {
  await subscribe(client, inbox(user))
  await publish(client, to(user, user), 'the end')
  expect((await receive(client)).text).toBe('the end')
}

describe.each([5, 4] as const)('over MQTT %s', (version) => {
  test('two users talk to each other', async () => {
    const alice = await world.login('alice', { version })
    const bob = await world.login('bob', { version })
    expect(await subscribe(bob, inbox('bob'))).toEqual([1])
    expect(await publish(alice, to('bob', 'alice'), 'hello')).toBe(0)
    expect(await receive(bob)).toMatchObject({ topic: `${app}/u/bob/alice`, text: 'hello' })
  })

  test('what is sent while one is away comes on return, once and in order', async () => {
    const alice = await world.login('alice', { version })
    const bob = await world.login('bob', { version })
    await subscribe(bob, inbox('bob'))
    bob.cut()
    for (const text of numbered(200)) await publish(alice, to('bob', 'alice'), text)

    const back = await world.knock({ user: 'bob', version })
    expect(await back.next('connack')).toMatchObject({ sessionPresent: true })
    expect(await texts(back, 200)).toEqual(numbered(200))
    await nothingElse(back, 'bob')
  })

  test('what is sent to someone who was never here yet waits for the first login', async () => {
    const alice = await world.login('alice', { version })
    await world.token('bob')
    for (const text of numbered(3)) await publish(alice, to('bob', 'alice'), text)
    const bob = await world.knock({ user: 'bob', version })
    expect(await bob.next('connack')).toMatchObject({ sessionPresent: false })
    await subscribe(bob, inbox('bob'))
    expect(await texts(bob, 3)).toEqual(numbered(3))
  })

  test('messages that were not acknowledged come again under their number, marked as repeated', async () => {
    const alice = await world.login('alice', { version })
    const bob = await world.login('bob', { version })
    await subscribe(bob, inbox('bob'))
    await publish(alice, to('bob', 'alice'), 'one')
    const first = await bob.next('publish')
    bob.cut()
    const back = await world.login('bob', { version })
    expect(await back.next('publish')).toMatchObject({ messageId: first.messageId, dup: true })
  })

  test('QoS 2 arrives exactly once, whatever step the link breaks at', async () => {
    const alice = await world.login('alice', { version })
    const bob = await world.login('bob', { version })
    bob.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: inbox('bob'), qos: 2 }] })
    await bob.next('suback')

    alice.send({ ...onceForBob, dup: false })
    await alice.next('pubrec')
    alice.cut() // before PUBREL
    const again = await world.login('alice', { version })
    again.send({ ...onceForBob, dup: true })
    await again.next('pubrec')
    again.send({ cmd: 'pubrel', messageId: 7, reasonCode: 0 })
    await again.next('pubcomp')

    const { messageId, payload } = await bob.next('publish')
    expect(payload.toString()).toBe('once')
    bob.send({ cmd: 'pubrec', messageId: messageId!, reasonCode: 0 })
    await bob.next('pubrel')
    bob.cut() // before PUBCOMP
    const back = await world.login('bob', { version })
    expect(await back.next('pubrel')).toMatchObject({ messageId })
    back.send({ cmd: 'pubcomp', messageId: messageId!, reasonCode: 0 })
    await nothingElse(back, 'bob')
  })

  test('a packet leaves in one frame', async () => {
    const bob = await world.login('bob', { version })
    await subscribe(bob, inbox('bob'))
    const alice = await world.login('alice', { version })
    const before = bob.frames()
    await publish(alice, to('bob', 'alice'), 'hello')
    await receive(bob)
    expect(bob.frames() - before).toBe(1)
  })

  test('a client may cut its packets into single bytes, or send several in one frame', async () => {
    const bob = await world.login('bob', { version })
    for (const byte of Buffer.from([0xc0, 0, 0xc0, 0])) bob.send(Buffer.from([byte]))
    await bob.next('pingresp')
    await bob.next('pingresp')
    bob.send(Buffer.from([0xc0, 0, 0xc0, 0]))
    await bob.next('pingresp')
    await bob.next('pingresp')
  })

  test('a clean start forgets what the last session held', async () => {
    const alice = await world.login('alice', { version })
    const bob = await world.login('bob', { version })
    await subscribe(bob, inbox('bob'))
    bob.cut()
    await publish(alice, to('bob', 'alice'), 'old')
    const fresh = await world.knock({ user: 'bob', version, clean: true })
    expect(await fresh.next('connack')).toMatchObject({ sessionPresent: false })
    await nothingElse(fresh, 'bob')
  })
})

test('never more unacknowledged messages than the client asked for', async () => {
  const bob = await world.login('bob', { properties: { receiveMaximum: 2 } })
  await subscribe(bob, inbox('bob'))
  const alice = await world.login('alice')
  for (const text of numbered(6)) await publish(alice, to('bob', 'alice'), text)
  bob.send({ cmd: 'pingreq' })
  await bob.next('pingresp')
  expect(bob.packets.filter(({ cmd }) => cmd === 'publish')).toHaveLength(2)
  expect(await texts(bob, 6)).toEqual(numbered(6))
})

test('never a packet larger than the client takes', async () => {
  const bob = await world.login('bob', { properties: { maximumPacketSize: 500 } })
  await subscribe(bob, inbox('bob'))
  const alice = await world.login('alice')
  await publish(alice, to('bob', 'alice'), 'x'.repeat(1000))
  await publish(alice, to('bob', 'alice'), 'small')
  expect((await receive(bob)).text).toBe('small')
})

test('user properties and all that describes a message arrive, also after a restart of the server', async () => {
  await world.end()
  world = await startLastingWorld()
  const alice = await world.login('alice')
  const bob = await world.login('bob')
  await subscribe(bob, inbox('bob'))
  bob.cut()
  const carried = {
    userProperties: { id: '1', constructor: 'x', list: ['a', 'b'] },
    contentType: 'application/json',
    payloadFormatIndicator: true,
    correlationData: Buffer.from('c'),
    responseTopic: 'somewhere',
  }
  await publish(alice, to('bob', 'alice'), '{}', { ...carried, messageExpiryInterval: 60 })
  await world.restart()
  const { properties } = await receive(await world.login('bob'))
  expect(properties).toMatchObject({
    ...carried,
    userProperties: expect.objectContaining(carried.userProperties) as object,
  })
  expect(properties.messageExpiryInterval).toBeGreaterThan(50)
})

test('an expired message is not delivered', async () => {
  const alice = await world.login('alice')
  const bob = await world.login('bob')
  await subscribe(bob, inbox('bob'))
  bob.cut()
  await publish(alice, to('bob', 'alice'), 'old', { messageExpiryInterval: 1 })
  const sent = Date.now()
  await publish(alice, to('bob', 'alice'), 'lasting')
  while (Date.now() < sent + 1010) await new Promise((resolve) => setTimeout(resolve, 20))
  expect((await receive(await world.login('bob'))).text).toBe('lasting')
})

test('a session ends when its time is over; what it held waits in the inbox all the same', async () => {
  const alice = await world.login('alice')
  const bob = await world.login('bob', { expiry: 0 })
  await subscribe(bob, inbox('bob'))
  await bob.bye()
  await publish(alice, to('bob', 'alice'), 'kept')
  const back = await world.knock({ user: 'bob' })
  expect(await back.next('connack')).toMatchObject({ sessionPresent: false })
  await subscribe(back, inbox('bob'))
  expect((await receive(back)).text).toBe('kept')
})

test('what one device had not taken when its session ended is taken by another that came later, and by none twice', async () => {
  const device = (name: string, expiry: number) =>
    world.login('bob', { clientId: `${app}/bob/${name}`, expiry, properties: { receiveMaximum: 1 } })
  const alice = await world.login('alice')
  const phone = await device('phone', 0)
  await subscribe(phone, inbox('bob'))
  await publish(alice, to('bob', 'alice'), 'one')
  await publish(alice, to('bob', 'alice'), 'two')
  const tablet = await device('tablet', 3600)
  await subscribe(tablet, inbox('bob'))
  await publish(alice, to('bob', 'alice'), 'three')
  expect((await receive(tablet)).text).toBe('three')
  phone.cut()
  expect(await texts(tablet, 2)).toEqual(['one', 'two'])
  await nothingElse(tablet, 'bob')
})

test('topic aliases work in both directions', async () => {
  const bob = await world.login('bob', { properties: { topicAliasMaximum: 5 } })
  await subscribe(bob, inbox('bob'))
  const alice = await world.login('alice')
  await publish(alice, to('bob', 'alice'), 'one', { topicAlias: 3 })
  await publish(alice, '', 'two', { topicAlias: 3 })
  expect(await receive(bob)).toMatchObject({ topic: to('bob', 'alice'), text: 'one', properties: { topicAlias: 1 } })
  expect(await receive(bob)).toMatchObject({ topic: '', text: 'two', properties: { topicAlias: 1 } })
})

test('no-local keeps one’s own group messages away; other devices of the user get them', async () => {
  const token = await world.token('alice')
  const created = await world.call('POST', `${app}/chatgroups`, { token, body: { groupname: 'friends' } })
  const { groupid } = created.body.data as { groupid: string }
  const phone = await world.login('alice', { clientId: `${app}/alice/phone`, token })
  const desk = await world.login('alice', { clientId: `${app}/alice/desk`, token })
  for (const device of [phone, desk]) {
    device.send({
      cmd: 'subscribe',
      messageId: 9,
      subscriptions: [{ topic: `${app}/g/${groupid}/+`, qos: 1, nl: true }],
    })
    await device.next('suback')
  }
  await publish(phone, `${app}/g/${groupid}/alice`, 'hi')
  expect((await receive(desk)).text).toBe('hi')
  phone.send({ cmd: 'pingreq' })
  await phone.next('pingresp')
  expect(phone.packets).toEqual([])
})

test('a will is said when the link breaks, and not after a good-bye', async () => {
  const bob = await world.login('bob')
  await subscribe(bob, inbox('bob'))
  const will = { topic: to('bob', 'alice'), payload: Buffer.from('gone'), qos: 1, retain: false }
  await (await world.login('alice', { will })).bye()
  const alice = await world.login('alice', { will: { ...will, payload: Buffer.from('cut') } })
  alice.cut()
  expect((await receive(bob)).text).toBe('cut')
})

test('a will cannot say what its client could not', async () => {
  const bob = await world.login('bob')
  await subscribe(bob, inbox('bob'))
  const alice = await world.login('alice', {
    will: { topic: to('bob', 'carol'), payload: Buffer.from('forged'), qos: 1, retain: false },
  })
  alice.cut()
  await alice.closed
  await nothingElse(bob, 'bob')
})

test('a silent client is ended after one and a half times its keep-alive', async () => {
  const alice = await world.login('alice', { keepalive: 1 })
  expect(await alice.next('disconnect')).toMatchObject({ reasonCode: 0x8d })
})

test('fragmentFrames cuts packets into fields, as aedes does', async () => {
  await world.end()
  world = await startWorld({ fragmentFrames: true })
  const alice = await world.login('alice')
  expect(alice.frames()).toBeGreaterThan(5)
})

test('a burst of thousands arrives in order while the receiver is slow', async () => {
  const bob = await world.login('bob')
  await subscribe(bob, inbox('bob'))
  const alice = await world.login('alice')
  bob.pause()
  const all = numbered(3000)
  for (let from = 0; from < all.length; from += 200) {
    const batch = all.slice(from, from + 200)
    batch.forEach((text, i) =>
      alice.send({
        cmd: 'publish',
        topic: to('bob', 'alice'),
        payload: text,
        qos: 1,
        dup: false,
        retain: false,
        messageId: i + 1,
      }),
    )
    for (let left = batch.length; left > 0; left--) expect((await alice.next('puback')).reasonCode).toBe(0)
  }
  bob.resume()
  expect(await texts(bob, all.length)).toEqual(all)
})
