// Nothing single from outside stops what is behind it: a message that breaks a rule is skipped, told and answered; what ends
// the link and waits in the session ends in a clean start.
import type { IConnectPacket, Packet } from 'mqtt-packet'
import type * as Sdk from '../../src/index'
import { createWorld, dials, type Device, type Line, type World } from './world'

const second = 1_000

const varint = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(Math.floor(value / 0x80))]

/** The fields of a PUBLISH, and the whole again. */
const publish = (bytes: Buffer) => {
  let at = 1
  while (bytes[at++]! > 0x7f);
  const topic = bytes.subarray(at, (at += 2 + bytes.readUInt16BE(at)))
  return { header: bytes[0]!, topic, rest: bytes.subarray(at) }
}
const packet = (header: number, ...parts: (Buffer | readonly number[])[]): Buffer => {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)))
  return Buffer.concat([Buffer.from([header, ...varint(body.length)]), body])
}

/** In the PUBLISH whose payload begins with "bad", the properties (of MQTT 5, none so far) become these. */
const properties =
  (...extra: number[]) =>
  (bytes: Buffer): Buffer => {
    const { header, topic, rest } = publish(bytes)
    const id = header & 6 ? 2 : 0
    return packet(header, topic, rest.subarray(0, id), varint(extra.length), extra, rest.subarray(id + 1))
  }
const topicAs =
  (...name: number[]) =>
  (bytes: Buffer): Buffer => {
    const { header, rest } = publish(bytes)
    return packet(header, [name.length >> 8, name.length & 0xff], name, rest)
  }

type Distortion = (bytes: Buffer) => Buffer

const isBad = (sent: Packet): boolean => sent.cmd === 'publish' && String(sent.payload).startsWith('bad')

/** A phone that listens, hears what is told, and a broker that spoils the messages which begin with "bad". */
const listening = async (
  spoil: Distortion,
  qos: 0 | 1 | 2 = 1,
  old = false,
): Promise<Device & Line & World & { told: Sdk.ConnectionError[] }> => {
  const world = createWorld()
  const { broker, wait } = world
  broker.only311(old)
  const alice = await world.online()
  void alice.it.subscribe('t', { qos })
  await wait(100)
  const told: Sdk.ConnectionError[] = []
  alice.it.on('onError', (error) => void told.push(error))
  broker.distort((bytes, sent) => (isBad(sent) ? spoil(bytes) : bytes))
  return Object.assign({}, world, alice, { told })
}

/** The acknowledgements of messages, with their reason codes. */
const answers = ({ broker }: World): string[] =>
  broker.received
    .filter(({ cmd }) => /^(puback|pubrec|pubcomp)$/.test(cmd))
    .map(({ cmd, packet: answer }) => {
      const code = (answer as { reasonCode?: number }).reasonCode
      return code ? `${cmd} 0x${code.toString(16)}` : cmd
    })

describe('a message that breaks a rule is skipped: told, answered, and the next one arrives', () => {
  const nul = [0, 1, 0]
  test.each<[what: string, spoil: Distortion, reason?: string]>([
    ['NUL in a user property', properties(38, ...nul, 0, 1, 97)],
    ['NUL in the content type', properties(3, ...nul)],
    ['no UTF-8 in a user property', properties(38, 0, 1, 97, 0, 2, 0xc0, 0x80)],
    ['a wildcard in the response topic', properties(8, 0, 3, 97, 47, 35)],
    ['a property twice', properties(1, 0, 1, 0)],
    ['payload format 2', properties(1, 2)],
    ['subscription identifier 0', properties(11, 0)],
    ['a property of another packet', properties(19, 0, 9)],
    ['an unknown property', properties(0x7f, 1)],
    ['a property longer than the packet', properties(38, 0xff, 0xff)],
    ['topic alias 0', properties(35, 0, 0)],
    ['a topic alias above the maximum', properties(35, 0, 99)],
    ['NUL in the topic', topicAs(0)],
    ['no UTF-8 in the topic', topicAs(0xed, 0xa0, 0x80)],
    ['a wildcard in the topic', topicAs(97, 47, 43)],
    ['an empty topic without an alias', topicAs()],
    [
      'text that is none',
      (bytes) => properties(1, 1)(Buffer.concat([bytes.subarray(0, -1), Buffer.from([0xff])])),
      'puback 0x99',
    ],
  ])('%s', async (_, spoil, reason = 'puback 0x83') => {
    const alice = await listening(spoil)
    const { broker, wait, told } = alice
    for (const text of ['one', 'bad, really', 'two']) broker.publish('t', text)
    await wait(second)
    expect([alice.heard(), answers(alice), dials(alice)]).toEqual([
      ['t 1 one', 'error: MessageSkipped', 't 1 two'],
      ['puback', reason, 'puback'],
      1,
    ])
    expect(told.map(({ code }) => code)).toEqual([35034])
    expect(broker.sessions.get('acme/chat/alice')?.waiting).toBe(0)
  })

  test('its topic is told', async () => {
    const { broker, wait, told } = await listening(properties(38, ...nul, 0, 1, 97))
    broker.publish('t', 'bad')
    await wait(second)
    expect(told.map(({ detail, cause }) => [detail, cause])).toEqual([
      ['t: reason 0x81, packet 0x32, byte 10', { topic: 't', reason: 0x81, qos: 1 }],
    ])
  })

  test.each([
    [0, false, []],
    [2, false, ['pubrec', 'pubcomp', 'pubrec 0x83', 'pubrec', 'pubcomp']],
    [2, true, ['pubrec', 'pubcomp', 'pubrec', 'pubcomp', 'pubrec', 'pubcomp']],
    [1, true, ['puback', 'puback', 'puback']],
  ] as const)('in QoS %i (3.1.1: %s) its exchange comes to its end', async (qos, old, expected) => {
    const alice = await listening(topicAs(0), qos, old)
    const { broker, wait } = alice
    for (const text of ['one', 'bad', 'two']) {
      broker.publish('t', text, { qos })
      await wait(second)
    }
    expect([alice.heard(), answers(alice), dials(alice)]).toEqual([
      [`t ${qos} one`, 'error: MessageSkipped', `t ${qos} two`],
      expected,
      old ? 2 : 1,
    ])
  })

  test('an alias that comes with it is known afterwards, unless its topic cannot be read: then it is nobody\u2019s', async () => {
    const alice = await listening((bytes) => bytes)
    const { broker, wait } = alice
    const raw = (...bytes: number[]) => broker.sendRaw([...packet(0x30, bytes)])
    const named = (topic: number[], text: number, ...more: number[]) =>
      raw(0, topic.length, ...topic, 3 + more.length, 35, 0, 1, ...more, text)
    named([97], 49)
    named([], 50)
    named([98], 51, 1, 2) // payload format 2
    named([], 52)
    named([0], 53) // NUL
    named([], 54)
    named([99], 55)
    named([], 56)
    await wait(second)
    const skipped = 'error: MessageSkipped'
    expect(alice.heard()).toEqual(['a 0 1', 'a 0 2', skipped, 'b 0 4', skipped, skipped, 'c 0 7', 'c 0 8'])
  })

  test('where nobody can know what an alias became, the link is renewed and nothing is lost', async () => {
    const alice = await listening(properties(0x7f, 1))
    const { broker, wait } = alice
    broker.useAliases()
    for (const text of ['one', 'bad', 'two']) broker.publish('t', text)
    await wait(10 * second)
    expect(alice.heard()).toEqual([
      't 1 one',
      'error: MessageSkipped',
      'reconnecting 1: ProtocolViolated',
      'connected, resumed',
      't 1 two',
    ])
  })
})

describe('a message larger than we take', () => {
  test.each([
    [4, 0, 'puback'],
    [4, 1_000, 'puback'],
    [5, 0, 'puback 0x97'],
    [5, 16_384, 'puback 0x97'],
  ])('MQTT %i, in frames of %i bytes: it flows by, and the next one arrives', async (version, frame, answer) => {
    const alice = await listening(
      (bytes) => packet(publish(bytes).header, publish(bytes).topic, publish(bytes).rest, Buffer.alloc(1_200_000, 120)),
      1,
      version < 5,
    )
    const { broker, wait, told } = alice
    broker.fragment(frame)
    for (const text of ['one', 'bad', 'two']) broker.publish('t', text)
    await wait(second)
    expect([alice.heard(), answers(alice)]).toEqual([
      ['t 1 one', 'error: MessageSkipped', 't 1 two'],
      ['puback', answer, 'puback'],
    ])
    expect(told[0]?.cause).toEqual({ topic: 't', reason: 0x95, qos: 1 })
  })

  test('a length that is none swallows the link for less than a minute, though the server goes on talking', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online()
    broker.sendRaw([0x30, 0xff, 0xff, 0xff, 0x03]) // 8 MiB that never come
    for (let i = 0; i < 50; i++) {
      await wait(second)
      broker.sendRaw([0xd0, 0x00])
    }
    expect(alice.heard()).toEqual(['reconnecting 1: HeartbeatTimeout', 'connected, resumed'])
  })
})

describe('what ends the link and waits in the session', () => {
  const poison = (world: World) => world.broker.distort((bytes, sent) => (isBad(sent) ? Buffer.from([0x60, 0]) : bytes))

  test('ends in a clean start and SessionLost, never in a third identical round', async () => {
    const { broker, wait, ...alice } = await listening((bytes) => bytes)
    poison({ broker, wait } as unknown as World)
    broker.publish('t', 'bad')
    broker.publish('t', 'behind it')
    await wait(30 * second)
    broker.publish('t', 'afterwards')
    await wait(second)
    expect(alice.heard()).toEqual([
      'reconnecting 1: ProtocolViolated',
      'connected, resumed',
      'reconnecting 2: ProtocolViolated',
      'error: SessionLost',
      'connected',
      't 1 afterwards',
    ])
    expect(
      broker.received.filter(({ cmd }) => cmd === 'connect').map((one) => (one.packet as IConnectPacket).clean),
    ).toEqual([false, false, true])
  })

  test('also behind a message that comes again with every login', async () => {
    const alice = await listening((bytes) => bytes)
    const again = packet(0x32, [0, 1, 116], [0, 9], [0], Buffer.from('again'))
    alice.broker.distort((bytes, sent) =>
      sent.cmd === 'connack' ? Buffer.concat([bytes, again]) : isBad(sent) ? Buffer.from([0x60, 0]) : bytes,
    )
    alice.broker.publish('t', 'bad')
    await alice.wait(30 * second)
    expect(alice.heard().filter((what) => !what.startsWith('t 1'))).toEqual([
      'reconnecting 1: ProtocolViolated',
      'connected, resumed',
      'reconnecting 2: ProtocolViolated',
      'connected, resumed',
      'reconnecting 3: ProtocolViolated',
      'error: SessionLost',
      'connected',
    ])
    // The broker knows nothing of what is sent again in its name.
    expect(new Set((alice.broker.violations as string[]).splice(0))).toEqual(new Set(['alice: puback of nothing']))
  })

  test('noise behind messages that were taken since costs no session', async () => {
    const { broker, wait, ...alice } = await listening((bytes) => bytes)
    for (const texts of [['one'], ['two', 'three'], ['four'], ['five', 'six', 'seven']]) {
      for (const text of texts) broker.publish('t', text)
      broker.sendRaw([0x60, 0])
      await wait(20 * second)
    }
    expect(alice.heard().filter((what) => /lost|^t/i.test(what))).toEqual(
      ['one', 'two', 'three', 'four', 'five', 'six', 'seven'].map((text) => `t 1 ${text}`),
    )
  })

  test('a session that lived for long in between waits on nothing', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online()
    broker.sendRaw([0x60, 0])
    await wait(90 * second)
    broker.crash()
    broker.restart()
    await wait(20 * second)
    broker.sendRaw([0x60, 0])
    await wait(20 * second)
    expect(alice.heard().filter((what) => what === 'error: SessionLost')).toEqual([])
  })

  test('a fault of the server that comes now and then costs no session', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online()
    for (let i = 0; i < 4; i++) {
      broker.sendRaw([0x60, 0])
      await wait(90 * second)
    }
    expect(alice.heard().filter((what) => what === 'error: SessionLost')).toEqual([])
  })
})

describe('an acknowledgement with a reason code that is not its own', () => {
  test.each([
    ['PUBACK', 1, [0x40, 3, 0, 0, 0x9b], 'publish: PublishRefused'],
    ['PUBACK', 1, [0x40, 3, 0, 0, 0x01], 'publish done'],
    ['PUBREC', 2, [0x50, 3, 0, 0, 0x8a], 'publish: PublishRefused'],
  ] as const)('%s ends the link once: its message has its outcome', async (_, qos, answer, expected) => {
    const { online, broker, wait } = createWorld()
    const alice = await online()
    let done = false
    broker.distort((bytes, { cmd }) => {
      if (done || (cmd !== 'puback' && cmd !== 'pubrec')) return bytes
      done = true
      const changed = Buffer.from(answer)
      bytes.copy(changed, 2, 2, 4)
      return changed
    })
    void alice.it.publish('t', 'x', { qos }).then(
      () => alice.events.push('publish done'),
      ({ name }: Sdk.ConnectionError) => alice.events.push(`publish: ${name}`),
    )
    await wait(10 * second)
    expect([alice.heard().sort(), dials(alice)]).toEqual([
      ['connected, resumed', expected, 'reconnecting 1: ProtocolViolated'].sort(),
      2,
    ])
  })
})
