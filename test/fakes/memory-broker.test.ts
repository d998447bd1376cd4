// The fake broker keeps MQTT's promises, and breaks them exactly when told to.
import { createMemoryNetwork } from '../../simulator/links/memory-link'
import { virtualClock } from '../../simulator/node/clocks'
import { createMemoryBroker, type MemoryBrokerOptions } from './memory-broker'
import { packetClient, type PacketClient } from './packet-client'

function world(options: Partial<MemoryBrokerOptions> = {}) {
  const clock = virtualClock()
  const network = createMemoryNetwork({ clock })
  const broker = createMemoryBroker({ network, clock, ...options })
  const phone = (user: string, version: 4 | 5 = 5) => packetClient({ network, clock, url: broker.url, user, version })
  return { clock, broker, phone, wait: (ms: number) => clock.advance(ms) }
}

describe('what every broker does', () => {
  test.each([4, 5] as const)(
    'version %i: a message of each QoS reaches the subscriber, and the ledger has it once',
    async (version) => {
      const { broker, phone } = world()
      const bob = await phone('bob', version).connect()
      await bob.subscribe('u/bob/+', 2)
      const alice = await phone('alice', version).connect()
      await alice.publish('u/bob/alice', 0, 0)
      await alice.publish('u/bob/alice', 1, 1)
      await alice.publish('u/bob/alice', 2, 2)
      await alice.publish('u/bob/alice', 2, 2, true) // the PUBREC was lost, as far as alice knows
      await alice.ack('pubrel', 2)
      expect(alice.heard).toEqual(['open', 'connack', 'puback 1', 'pubrec 2', 'pubrec 2', 'pubcomp 2'])
      expect(bob.heard.slice(2)).toEqual(['suback 9 2', 'publish - m0', 'publish 1 m1', 'publish 2 m2'])
      expect(broker.taken.map(({ user, text, qos }) => [user, text, qos])).toEqual([
        ['alice', 'm0', 0],
        ['alice', 'm1', 1],
        ['alice', 'm2', 2],
      ])
      expect(broker.received.filter(({ user }) => user === 'alice').map(({ cmd }) => cmd)).toEqual([
      'connect', 'publish', 'publish', 'publish', 'publish', 'pubrel',
    ]) // prettier-ignore
      expect(broker.violations).toEqual([])
    },
  )

  test('what came while away arrives on return, in order: half delivered first and marked DUP', async () => {
    const { broker, phone, wait } = world()
    const first = await phone('bob').connect()
    await first.subscribe('#', 2)
    broker.publish('a', 'one')
    broker.publish('a', 'two', { qos: 2 })
    await wait(10)
    await first.ack('pubrec', 2)
    first.link.terminate()
    await wait(10)
    broker.publish('a', 'three')
    expect(broker.sessions.get('a/bob')?.waiting).toBe(3)
    const second = await phone('bob').connect()
    expect(second.heard).toEqual(['open', 'connack resumed', 'publish 1 one dup', 'pubrel 2', 'publish 3 three'])
    await second.ack('puback', 1)
    await second.ack('pubcomp', 2)
    await second.ack('puback', 3)
    expect(broker.sessions.get('a/bob')?.waiting).toBe(0)
  })

  test('a session ends with its expiry, with clean start, and with a 3.1.1 clean session', async () => {
    const { clock, phone } = world()
    const properties = { sessionExpiryInterval: 5 }
    for (const [pause, clean, expected] of [
      [4000, false, 'connack resumed'],
      [6000, false, 'connack'],
      [0, true, 'connack'],
    ] as const) {
      const before = await phone('bob').connect({ properties })
      before.link.terminate()
      await clock.advance(pause + 10)
      const after = await phone('bob').connect({ properties, clean })
      expect(after.heard[1]).toBe(expected)
      after.link.terminate()
      await clock.advance(10_000)
    }
    const old = await phone('eve', 4).connect({ clean: true })
    await old.send({ cmd: 'disconnect' })
    expect((await phone('eve', 4).connect()).heard[1]).toBe('connack')
  })

  test('a second link of the same client id takes the session over', async () => {
    const { broker, phone } = world()
    const first = await phone('bob').connect()
    const old = await phone('eve', 4).connect()
    const second = await phone('bob').connect()
    await phone('eve', 4).connect()
    expect(first.heard.slice(2)).toEqual(['disconnect 0x8e', 'closed 1000'])
    expect(first.packets[1]).toMatchObject({ properties: { userProperties: { code: '206' } } })
    expect(old.heard.slice(2)).toEqual(['closed 1000 code=206'])
    expect(second.heard[1]).toBe('connack resumed')
    expect(broker.online).toEqual(['bob', 'eve'])
  })

  test('no more is in flight than the client takes', async () => {
    const { broker, phone, wait } = world()
    const bob = await phone('bob').connect({ properties: { receiveMaximum: 2 } })
    await bob.subscribe('#')
    for (const text of ['one', 'two', 'three']) broker.publish('a', text)
    await wait(10)
    expect(bob.heard.slice(3)).toEqual(['publish 1 one', 'publish 2 two'])
    await bob.ack('puback', 1)
    expect(bob.heard.slice(5)).toEqual(['publish 3 three'])
  })

  test('pings are answered; a client that falls silent is dropped after one and a half keep-alives', async () => {
    const { phone, wait } = world()
    const bob = await phone('bob').connect({ keepalive: 10 })
    await wait(14_900)
    await bob.send({ cmd: 'pingreq' })
    await wait(14_900)
    expect(bob.heard.slice(2)).toEqual(['pingresp'])
    await wait(200)
    expect(bob.heard.slice(3)).toEqual(['disconnect 0x8d', 'closed 1000'])
  })

  test('re-authentication is judged as the login was', async () => {
    const authenticate = (_: string, token: string) => (token === 'good' ? undefined : 0x87)
    const { phone } = world({ authenticate })
    expect((await phone('eve').connect({ password: Buffer.from('bad') })).heard).toEqual([
      'open',
      'connack 0x87',
      'closed 1000',
    ])
    const bob = await phone('bob').connect({ password: Buffer.from('good') })
    const auth = (token: string) =>
      bob.send({
        cmd: 'auth',
        reasonCode: 0x19,
        properties: { authenticationMethod: 'token', authenticationData: Buffer.from(token) },
      })
    await auth('good')
    await auth('bad')
    expect(bob.heard.slice(2)).toEqual(['auth', 'disconnect 0x87', 'closed 1000'])
  })
})

describe('what it does when told to', () => {
  test.each([
    [5, 0x86, { code: 31004, retryAfter: 3 }, ['connack 0x86', 'closed 1000']],
    [4, 0x86, { code: 31004, retryAfter: 3 }, ['connack 0x4', 'closed 1000 code=31004 retryAfter=3']],
    [4, 0x89, {}, ['connack 0x3', 'closed 1000']],
  ] as const)('version %i: the next CONNECT is refused with 0x%s', async (version, code, words, expected) => {
    const { broker, phone } = world()
    broker.refuseNext(code, words)
    expect((await phone('bob', version).connect()).heard.slice(1)).toEqual(expected)
    expect((await phone('bob', version).connect()).heard.slice(1)).toEqual(['connack'])
  })

  test('CONNECT is ignored, dropped, answered as an old server does, or late', async () => {
    const { broker, phone, wait } = world()
    broker.ignoreConnect()
    broker.dropBeforeConnack()
    broker.dropBeforeConnack(1011, 'unsupported')
    expect((await phone('a').connect()).heard).toEqual(['open'])
    expect((await phone('b').connect()).heard).toEqual(['open', 'closed 1006'])
    expect((await phone('c').connect()).heard).toEqual(['open', 'closed 1011 unsupported'])
    broker.only311()
    expect((await phone('d').connect()).heard).toEqual(['open', 'connack 0x1', 'closed 1000'])
    expect((await phone('d', 4).connect()).heard).toEqual(['open', 'connack'])
    broker.answerLate(500)
    const late = await phone('e', 4).connect()
    expect(late.heard).toEqual(['open'])
    await wait(500)
    expect(late.heard).toEqual(['open', 'connack'])
  })

  test('a smaller delay does not let a packet overtake', async () => {
    const { broker, phone, wait } = world()
    const bob = await phone('bob').connect()
    await bob.subscribe('#', 0)
    broker.answerLate(500)
    broker.publish('a', 'one')
    broker.answerLate(0)
    broker.publish('a', 'two')
    await wait(600)
    expect(bob.heard.slice(3)).toEqual(['publish - one', 'publish - two'])
  })

  test('topics are replaced by aliases, as far as the client takes them; aliases of the client are resolved', async () => {
    const { broker, phone, wait } = world({ properties: { topicAliasMaximum: 1 } })
    const bob = await phone('bob').connect({ properties: { topicAliasMaximum: 1 } })
    await bob.subscribe('#', 0)
    broker.useAliases()
    for (const topic of ['a', 'a', 'b', 'b']) broker.publish(topic, 'x')
    await wait(10)
    const topics = bob.packets
      .slice(2)
      .map((packet) => packet.cmd === 'publish' && [packet.topic, packet.properties?.topicAlias])
    expect(topics).toEqual([['a', 1], ['', 1], ['b', undefined], ['b', undefined]]) // prettier-ignore

    const message = { cmd: 'publish', payload: 'x', qos: 0, dup: false, retain: false } as const
    await bob.send({ ...message, topic: 'c', properties: { topicAlias: 1 } })
    await bob.send({ ...message, topic: '', properties: { topicAlias: 1 } })
    await bob.send({ ...message, topic: '', properties: { topicAlias: 2 } })
    expect(broker.taken.map(({ topic }) => topic)).toEqual(['c', 'c'])
    expect(broker.violations).toEqual(['bob: topic alias 2'])
  })

  test('answers get lost, subscriptions and topics are refused, frames are cut', async () => {
    const { broker, phone } = world()
    const bob = await phone('bob').connect()
    broker.lose('puback')
    await bob.publish('x', 1, 1)
    await bob.publish('x', 1, 1, true)
    broker.suback([0x80])
    await bob.subscribe('x')
    broker.forbid('secret/#')
    await bob.subscribe('secret/a')
    await bob.publish('secret/a', 1, 2)
    broker.fragment(1)
    await bob.send({ cmd: 'pingreq' })
    expect(bob.heard.slice(2)).toEqual(['puback 1', 'suback 9 128', 'suback 9 135', 'puback 2 0x87', 'pingresp'])
    expect(broker.taken.map(({ text, dup }) => [text, dup])).toEqual([
      ['m1', false],
      ['m1', true],
    ])
    expect(broker.violations).toEqual([])
  })

  test('kick, shutdown, crash, silence and garbage', async () => {
    const { broker, phone, wait, clock } = world()
    const kicked = await phone('bob').connect()
    const old = await phone('eve', 4).connect()
    broker.kick('bob', 0x98, { code: 31010 })
    broker.kick('eve', 0x98, { code: 31010 })
    await wait(10)
    expect(kicked.heard.slice(2)).toEqual(['disconnect 0x98', 'closed 1000'])
    expect(old.heard.slice(2)).toEqual(['closed 1000 code=31010'])

    const told = await phone('bob').connect()
    broker.shutdown({ retryAfter: 20 })
    await wait(10)
    expect(told.heard.slice(2)).toEqual(['disconnect 0x8b', 'closed 1001'])
    const refused = phone('bob')
    await wait(10)
    expect(refused.heard).toEqual(['failed refused'])

    broker.restart()
    const back = await phone('bob').connect()
    expect(back.heard[1]).toBe('connack resumed')
    broker.crash({ loseSessions: true })
    await wait(10)
    expect(back.heard.slice(2)).toEqual(['closed 1006'])

    broker.restart()
    const again = await phone('bob').connect()
    expect(again.heard[1]).toBe('connack')
    broker.sendRaw([0xd0, 0])
    await wait(10)
    broker.silent('bob')
    await again.send({ cmd: 'pingreq' })
    expect(again.heard.slice(2)).toEqual(['pingresp'])
    expect((await phone('bob').connect()).heard[1]).toBe('connack resumed')
    expect(clock.pending()).toEqual([])
  })

  test.each<[string, (bob: PacketClient) => Promise<unknown>]>([
    ['a second CONNECT', (bob) => bob.connect()],
    ['packet id 1 used again too early', (bob) => bob.publish('x', 1)],
    ['more in flight than the server takes', (bob) => bob.publish('x', 1, 2)],
    ['a malformed topic filter', (bob) => bob.subscribe('a#')],
    ["publish to 'a/#'", (bob) => bob.publish('a/#', 0)],
    ["publish to ''", (bob) => bob.publish('', 0)],
    ['a packet too large', (bob) => bob.publish('x'.repeat(100), 0)],
    ['pingresp is for servers', (bob) => bob.send({ cmd: 'pingresp' })],
  ])('%s is written down and ends the link', async (what, wrong) => {
    const { broker, phone } = world({ properties: { receiveMaximum: 1, maximumPacketSize: 100 } })
    const bob = await phone('bob').connect()
    broker.lose('puback')
    await bob.publish('x', 1)
    await wrong(bob)
    expect(broker.violations).toEqual([`bob: ${what}`])
    expect(bob.heard.at(-1)).toBe('closed 1000')
    expect(broker.online).toEqual([])
  })

  test('an acknowledgement of nothing is written down; so is a packet before CONNECT, which ends the link', async () => {
    const { broker, phone } = world()
    await (await phone('bob').connect()).ack('puback', 7)
    await phone('eve').publish('x', 0)
    expect(broker.violations).toEqual(['bob: puback of nothing', 'somebody: publish before CONNACK'])
    expect(broker.online).toEqual(['bob'])
  })
})
