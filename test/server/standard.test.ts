// The normative statements of MQTT 5 for servers, with raw bytes: what a receiver would end its link over ends its sender's
// (docs/servers/conformance.md names each statement).
import { generate, type Packet } from 'mqtt-packet'
import {
  app,
  inbox,
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
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.end())

const text = (value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value as string)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes])
}
const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, value >> 7])
const packet = (first: number, ...parts: (Uint8Array | readonly number[] | string)[]): Buffer => {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? text(part) : Buffer.from(part))))
  return Buffer.concat([Buffer.from([first, ...varint(body.length)]), body])
}
const properties = (...bytes: (number | Buffer)[]): Buffer => {
  const body = Buffer.concat(bytes.map((part) => (typeof part === 'number' ? Buffer.from([part]) : part)))
  return Buffer.concat([Buffer.from(varint(body.length)), body])
}
const none = [0]
const me = to('alice', 'alice')

describe('what a client that is logged in may not send ends its link', () => {
  const said = (props: Buffer, payload = 'x'): Buffer => packet(0x32, me, [0, 1], props, Buffer.from(payload))
  const subscribed = (filter: string, options: number): Buffer => packet(0x82, [0, 1], none, filter, [options])
  test.each<[string, Buffer, number]>([
    ['1.5.4-2 U+0000 in a topic', packet(0x32, 'a\0b', [0, 1], none), 0x81],
    ['1.5.4-1 a topic that is not UTF-8', packet(0x32, text(Buffer.from([0xc3])), [0, 1], none), 0x81],
    ['1.5.4-1 half a surrogate pair', packet(0x32, text(Buffer.from([0xed, 0xa0, 0x80])), [0, 1], none), 0x81],
    ['3.3.2-2 + in a topic', packet(0x32, `${app}/u/+/alice`, [0, 1], none), 0x90],
    ['3.3.2-2 # in a topic', packet(0x32, `${app}/#`, [0, 1], none), 0x90],
    ['3.3.2-1 no topic at all', packet(0x32, '', [0, 1], none), 0x82],
    ['1.5.4-2 U+0000 in the name of a user property', said(properties(0x26, text('a\0'), text('b'))), 0x81],
    ['1.5.4-2 U+0000 in the value of a user property', said(properties(0x26, text('a'), text('\0'))), 0x81],
    ['1.5.4-2 U+0000 in the content type', said(properties(0x03, text('a\0'))), 0x81],
    ['1.5.4-2 U+0000 in the response topic', said(properties(0x08, text('a\0'))), 0x81],
    ['3.3.2-14 a wildcard in the response topic', said(properties(0x08, text('a/+'))), 0x90],
    ['3.3.2-14 a # in the response topic', said(properties(0x08, text('a#'))), 0x90],
    ['3.3.2.3.5 an empty response topic', said(properties(0x08, text(''))), 0x82],
    ['3.3.2.3.2 payload format 2', said(properties(0x01, 2)), 0x82],
    ['3.3.4-6 a subscription identifier', said(properties(0x0b, 1)), 0x82],
    ['2.2.2.2 a session expiry in PUBLISH', said(properties(0x11, 0, 0, 0, 1)), 0x81],
    ['2.2.2.2 a will delay in PUBLISH', said(properties(0x18, 0, 0, 0, 1)), 0x81],
    ['2.2.2.2 a property of CONNACK', said(properties(0x24, 1)), 0x81],
    ['1.5.5-1 a property length not in its shortest form', packet(0x32, me, [0, 1], [0x80, 0]), 0x81],
    ['1.5.5-1 a remaining length not in its shortest form', Buffer.from([0xc0, 0x80, 0]), 0x81],
    ['2.2.2.1 properties longer than their packet', packet(0x32, me, [0, 1], [9]), 0x81],
    ['3.3.1-2 DUP with QoS 0', packet(0x38, me, none), 0x81],
    ['3.3.1-4 QoS 3', packet(0x36, me, [0, 1], none), 0x81],
    ['2.2.1-3 packet identifier 0 in SUBSCRIBE', packet(0x82, [0, 0], none, inbox('alice'), [1]), 0x82],
    ['2.2.1-3 packet identifier 0 in PUBACK', packet(0x40, [0, 0]), 0x82],
    ['3.4.2-1 a PUBACK with a reason that is none', packet(0x40, [0, 1, 0x42]), 0x82],
    ['3.12 PINGREQ with a body', packet(0xc0, [1]), 0x81],
    ['3.6.1-1 PUBREL with other flags', packet(0x60, [0, 1]), 0x81],
    ['3.8.1-1 SUBSCRIBE with other flags', packet(0x80, [0, 1], none, inbox('alice'), [1]), 0x81],
    ['3.8.3-5 reserved bits of a subscription', subscribed(inbox('alice'), 0x41), 0x81],
    ['3.8.3 a subscription with QoS 3', subscribed(inbox('alice'), 3), 0x82],
    ['3.8.3 retain handling 3', subscribed(inbox('alice'), 0x31), 0x82],
    ['3.8.3-4 No Local on a shared subscription', subscribed('$share/x/a', 5), 0x82],
    ['3.8.3-2 SUBSCRIBE without a filter', packet(0x82, [0, 1], none), 0x82],
    ['1.5.4-2 U+0000 in a filter', subscribed('a\0', 1), 0x81],
    ['3.10.3-2 UNSUBSCRIBE without a filter', packet(0xa2, [0, 1], none), 0x82],
    ['3.14.2-1 DISCONNECT with a reason of the server', packet(0xe0, [0x8b]), 0x82],
    ['3.14 bytes behind DISCONNECT', packet(0xe0, [0, 0, 1]), 0x81],
    ['3.15 AUTH that nobody began', packet(0xf0, [0x19, 0]), 0x82],
    ['3.1.0-2 a second CONNECT', packet(0x10, 'MQTT', [5, 2, 0, 9], none, 'x'), 0x82],
    ['2.1.2-1 reserved flags', packet(0xc1), 0x81],
    ['a packet of the server', packet(0x20, [0, 0, 0]), 0x82],
  ])('%s', async (_statement, bytes, reasonCode) => {
    const alice = await world.login('alice', { clean: true })
    alice.send(bytes)
    expect(await alice.next('disconnect')).toMatchObject({ reasonCode })
    await alice.closed
  })

  test.each<[string, Buffer]>([
    ['a wildcard in a topic', packet(0x32, `${app}/+`, [0, 1], Buffer.from('x'))],
    ['U+0000 in a topic', packet(0x32, 'a\0', [0, 1], Buffer.from('x'))],
    ['an empty topic', packet(0x32, '', [0, 1], Buffer.from('x'))],
    ['DUP with QoS 0', packet(0x38, me, Buffer.from('x'))],
    ['AUTH', packet(0xf0, [0x19, 0])],
    ['a body behind PUBACK', packet(0x40, [0, 1, 0])],
    ['reserved bits of a subscription', packet(0x82, [0, 1], inbox('alice'), [5])],
    ['an empty SUBSCRIBE', packet(0x82, [0, 1])],
  ])('MQTT 3.1.1: %s', async (_statement, bytes) => {
    const alice = await world.login('alice', { version: 4, clean: true })
    alice.send(bytes)
    await alice.closed
    expect(alice.packets).toEqual([])
  })
})

describe('a CONNECT that MQTT forbids is refused with its code', () => {
  interface Parts {
    flags?: number
    props?: Uint8Array
    will?: Uint8Array
    tail?: Uint8Array
    id?: string
  }
  const connect = async ({ flags = 0, props = Buffer.from(none), will, tail, id = `${app}/alice` }: Parts) =>
    packet(
      0x10,
      'MQTT',
      [5, 0xc2 | flags, 0, 30],
      props,
      id,
      will ?? Buffer.alloc(0),
      'alice',
      text(await world.token('alice')),
      tail ?? Buffer.alloc(0),
    )
  const will = (topic: string, props: Uint8Array = Buffer.from(none), payload = 'x'): Buffer =>
    Buffer.concat([props, text(topic), text(payload)])

  test.each<[string, Parts, number]>([
    ['3.1.2-3 the reserved flag', { flags: 1 }, 0x81],
    ['3.1.2-12 a will with QoS 3', { flags: 0x1c, will: will(me) }, 0x81],
    ['3.1.2-11 flags of a will without a will', { flags: 0x08 }, 0x81],
    ['3.2.2-13 a retained will', { flags: 0x24, will: will(me) }, 0x9a],
    ['3.1.3.3 a will without a topic', { flags: 4, will: will('') }, 0x90],
    ['3.1.3.3 a will with a wildcard', { flags: 4, will: will(`${app}/u/+/alice`) }, 0x90],
    ['1.5.4-2 a will with U+0000 in its topic', { flags: 4, will: will('a\0') }, 0x81],
    ['1.5.4-2 a will with U+0000 in a property', { flags: 4, will: will(me, properties(0x03, text('\0'))) }, 0x81],
    [
      '3.3.2-14 a will with a wildcard in its response topic',
      { flags: 4, will: will(me, properties(0x08, text('#'))) },
      0x90,
    ],
    ['3.1.3.2.3 a will with payload format 2', { flags: 4, will: will(me, properties(1, 2)) }, 0x82],
    [
      '3.1.3.2.3 a will that says it is UTF-8 and is not',
      { flags: 4, will: Buffer.concat([properties(1, 1), text(me), Buffer.from([0, 1, 0xff])]) },
      0x99,
    ],
    ['3.1.2.11.6 request response information 2', { props: properties(0x19, 2) }, 0x82],
    ['3.1.2.11.6 request response information twice', { props: properties(0x19, 1, 0x19, 1) }, 0x82],
    ['3.1.2.11.7 request problem information 2', { props: properties(0x17, 2) }, 0x82],
    ['3.1.2.11.7 request problem information twice', { props: properties(0x17, 0, 0x17, 0) }, 0x82],
    ['3.1.2.11.3 receive maximum 0', { props: properties(0x21, 0, 0) }, 0x82],
    ['3.1.2.11.4 maximum packet size 0', { props: properties(0x27, 0, 0, 0, 0) }, 0x82],
    ['2.2.2.2 a topic alias', { props: properties(0x23, 0, 1) }, 0x81],
    ['2.2.2.2 a will delay outside the will', { props: properties(0x18, 0, 0, 0, 1) }, 0x81],
    ['3.1.2.11.10 authentication data without a method', { props: properties(0x16, text('x')) }, 0x82],
    ['4.12 an authentication method that is not known', { props: properties(0x15, text('x')) }, 0x8c],
    ['3.1.3 bytes behind the payload', { tail: Buffer.from([0]) }, 0x81],
    ['1.5.5-1 a property length not in its shortest form', { props: Buffer.from([0x80, 0]) }, 0x81],
    ['1.5.4-2 U+0000 in the client id', { id: `${app}/al\0ice` }, 0x81],
    ['3.1.3-8 an empty client id', { id: '' }, 0x85],
  ])('%s', async (_statement, parts, reasonCode) => {
    const client = await world.dial()
    client.send(await connect(parts))
    expect(await client.next('connack')).toMatchObject({ reasonCode })
    await client.closed
  })

  test('3.1.2-22 in MQTT 3.1.1 a password needs a user name', async () => {
    const client = await world.dial(4)
    client.send(packet(0x10, 'MQTT', [4, 0x42, 0, 30], `${app}/alice`, 'x'))
    await client.closed
    expect(client.packets.filter((sent) => sent.cmd === 'connack' && sent.returnCode === 0)).toEqual([])
  })
})

describe('what is sent keeps what the receiver said', () => {
  /** Bytes of every packet that came. */
  const sizes = (client: Client, version: 4 | 5 = 5): number[] =>
    client.packets.map((sent) => generate(sent, { protocolVersion: version }).length)

  test('3.1.2-24 the maximum packet size, properties counted: exactly that fits, a byte more does not', async () => {
    const alice = await world.login('alice', { clean: true })
    const sizeOf = (filler: string): number => {
      const sent = {
        cmd: 'publish',
        topic: to('bob', 'alice'),
        payload: '',
        qos: 1,
        dup: false,
        retain: false,
        messageId: 1,
        properties: { userProperties: { a: filler } },
      }
      return generate(sent as Packet, { protocolVersion: 5 }).length
    }
    for (const most of [150, 300, 400]) {
      const bob = await world.login('bob', { clean: true, properties: { maximumPacketSize: most } })
      await subscribe(bob, inbox('bob'))
      let exact = ''
      while (sizeOf(exact) < most) exact += 'x'
      expect(sizeOf(exact)).toBe(most)
      expect(await publish(alice, to('bob', 'alice'), '', { userProperties: { a: `${exact}x` } })).toBe(0)
      expect(await publish(alice, to('bob', 'alice'), '', { userProperties: { a: 'x'.repeat(600) } })).toBe(0)
      expect(await publish(alice, to('bob', 'alice'), '', { userProperties: { a: exact } })).toBe(0)
      expect((await receive(bob)).properties.userProperties).toEqual(expect.objectContaining({ a: exact }))
      await bob.bye()
    }
  })

  test('3.1.2-24 a topic alias never makes a packet too large, and one that is known makes it fit', async () => {
    const alice = await world.login('alice', { clean: true })
    const plain = 2 + 2 + to('bob', 'alice').length + 2 + 1
    const bob = await world.login('bob', {
      clean: true,
      properties: { maximumPacketSize: plain + 60, topicAliasMaximum: 5 },
    })
    await subscribe(bob, inbox('bob'))
    await publish(alice, to('bob', 'alice'), 'x'.repeat(60)) // fits without the alias only
    expect(await receive(bob)).toMatchObject({ topic: to('bob', 'alice') })
    await publish(alice, to('bob', 'alice'), 'short')
    expect((await receive(bob)).properties).toMatchObject({ topicAlias: 1 })
    await publish(alice, to('bob', 'alice'), 'x'.repeat(75)) // fits because the topic stays out
    expect(await receive(bob)).toMatchObject({ topic: '', text: 'x'.repeat(75) })
  })

  test.each([10, 20, 40])('3.2.2-19, 3.4.2-2, 3.14.2-3 no answer has more than %i bytes', async (most) => {
    const alice = await world.login('alice', { clean: true, properties: { maximumPacketSize: most } })
    const seen: number[] = []
    const original = alice.packets
    expect(original).toEqual([])
    expect(await publish(alice, 'other', 'x')).toBe(0x87)
    expect(await subscribe(alice, inbox('alice'))).toEqual([1])
    alice.send(packet(0x32, 'a/+', [0, 1], none))
    const goodbye = await alice.next('disconnect')
    seen.push(generate(goodbye, { protocolVersion: 5 }).length)
    for (const size of [...seen, ...sizes(alice)]) expect(size).toBeLessThanOrEqual(most)
  })

  test.each([10, 20, 40])('3.2.2-19 a CONNACK that refuses has no more than %i bytes', async (most) => {
    const client = await world.knock({ token: 'wrong', properties: { maximumPacketSize: most } })
    const ack = await client.next('connack')
    expect(ack.reasonCode).toBe(0x86)
    expect(generate(ack, { protocolVersion: 5 }).length).toBeLessThanOrEqual(most)
  })

  test('3.3.4-2 of subscriptions that overlap the highest QoS counts, and No Local of one silences no other', async () => {
    const alice = await world.login('alice', { clean: true })
    alice.send({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: [
        { topic: inbox('alice'), qos: 0, nl: true },
        { topic: me, qos: 2 },
      ],
    })
    await alice.next('suback')
    alice.send({ cmd: 'publish', topic: me, payload: 'x', qos: 2, dup: false, retain: false, messageId: 9 })
    expect(await alice.next('publish')).toMatchObject({ qos: 2 })
  })

  test('3.3.2-18 user properties keep their order, names come more than once, numbers are names; U+FFFD is a character', async () => {
    const pairs = [
      ['a', '1'],
      ['b', '2'],
      ['a', '3'],
      ['2', 'x'],
      ['1', '\ufffd'],
    ] as const
    const bytes = Buffer.concat(
      pairs.map(([name, value]) => Buffer.concat([Buffer.from([0x26]), text(name), text(value)])),
    )
    const alice = await world.login('alice', { clean: true })
    await subscribe(alice, inbox('alice'))
    const raw = alice.nextFrame(0x30)
    alice.send(packet(0x32, me, [0, 1], properties(0x03, text('t'), bytes), Buffer.from('x')))
    expect((await raw).includes(bytes)).toBe(true)
  })

  test('4.3.3 a PUBREC that refuses an unknown message is not answered', async () => {
    const alice = await world.login('alice', { clean: true })
    alice.send(packet(0x50, [0, 7, 0x80]))
    alice.send(packet(0x50, [0, 8]))
    expect(await alice.next('pubrel')).toMatchObject({ messageId: 8, reasonCode: 0x92 })
    expect(alice.packets).toEqual([])
  })
})

describe('3.1.3-9 a will waits for its delay', () => {
  const willOf = (delay: number) => ({
    topic: to('bob', 'alice'),
    payload: Buffer.from('gone'),
    qos: 1,
    retain: false,
    properties: { willDelayInterval: delay },
  })
  const hearsNothing = async (bob: Client): Promise<void> => {
    await publish(bob, to('bob', 'bob'), 'the end')
    expect((await receive(bob)).text).toBe('the end')
  }

  test('and is not said when its client comes back in time, also after a restart', async () => {
    const lasting = await startLastingWorld()
    const alice = await lasting.login('alice', { will: willOf(60) })
    alice.cut()
    await alice.closed
    await lasting.restart()
    const back = await lasting.login('alice')
    const bob = await lasting.login('bob')
    await subscribe(bob, inbox('bob'))
    await hearsNothing(bob)
    await back.bye()
    await lasting.end()
  })

  test('and is said when the delay or the session is over, or a clean start ends it', async () => {
    const bob = await world.login('bob', { clean: true })
    await subscribe(bob, inbox('bob'))
    for (const end of ['delay', 'session', 'clean']) {
      const alice = await world.login('alice', {
        clean: true,
        will: willOf(end === 'delay' ? 1 : 60),
        expiry: end === 'session' ? 1 : 3600,
      })
      alice.cut()
      await alice.closed
      if (end === 'clean') await (await world.login('alice', { clean: true })).bye()
      expect((await receive(bob)).text).toBe('gone')
    }
  })
})
