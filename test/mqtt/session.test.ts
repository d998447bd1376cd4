// What a session does on the wire and towards the connection, as lists of what happened.
import { ConnectionError } from '../../src/errors/connection-error'
import { createMqttSession } from '../../src/mqtt/session'
import { stage, type Stage } from './stage'

const connected = (options?: Parameters<typeof stage>[0], connack?: Record<string, unknown>): Stage => {
  const s = stage(options)
  s.online(connack)
  s.happened()
  return s
}
const props = (properties: Record<string, unknown>): Record<string, unknown> => ({ properties })

describe('the handshake', () => {
  test('CONNECT carries what docs/protocol.md says', () => {
    const s = stage({
      userProperties: { platform: 'wechat-ios', deviceId: 'd' },
      receiveMaximum: 50,
      maximumPacketSize: 9000,
    })
    s.start()
    expect(s.connect()).toMatchObject({
      protocolVersion: 5,
      clean: false,
      keepalive: 30,
      clientId: 'c',
      username: 'al',
      properties: {
        sessionExpiryInterval: 600,
        receiveMaximum: 50,
        maximumPacketSize: 9000,
        topicAliasMaximum: 16,
        userProperties: { platform: 'wechat-ios', deviceId: 'd' },
      },
    })
    expect(String(s.connect().password)).toBe('t')
  })

  test('the server tells its time, the client id and more', () => {
    const s = stage()
    s.online(props({ assignedClientIdentifier: 'given', userProperties: { time: '1700000000000' } }))
    expect(s.info()).toEqual({
      resumed: false,
      protocolVersion: 5,
      clientId: 'given',
      serverTime: 1700000000000,
      properties: { assignedClientIdentifier: 'given', userProperties: [['time', '1700000000000']] },
    })
  })

  test('a clean start is made once, not with every link', () => {
    const s = stage({ cleanStart: true })
    s.online()
    s.session.linkLost()
    s.online()
    expect(s.happened().filter((line) => line.startsWith('>'))).toEqual(['> connect v5 c clean', '> connect v5 c'])
  })

  test('a session after a clean start breaks the protocol', () => {
    const s = stage({ cleanStart: true })
    s.online({ sessionPresent: true })
    expect(s.happened()).toEqual(['> connect v5 c clean', '> disconnect 0x82', 'refused ProtocolViolated retry'])
  })

  test('anything but CONNACK comes out of turn, and so does a second CONNACK', () => {
    const s = stage()
    s.start()
    s.says({ cmd: 'pingresp' })
    expect(s.happened().slice(1)).toEqual(['> disconnect 0x82', 'refused ProtocolViolated retry'])
    s.online()
    s.says({ cmd: 'connack', reasonCode: 0, sessionPresent: false })
    expect(s.happened().slice(2)).toEqual(['> disconnect 0x82', 'refused ProtocolViolated retry'])
  })

  test('credentials that no packet can carry are refused before anything is sent', () => {
    const s = stage()
    s.session.start({ userName: 'a\0', clientId: 'c', token: 't' }, 0)
    expect(s.happened()).toEqual(['refused InvalidArgument fatal'])
  })

  test('after a refusal nothing more is heard from that link', () => {
    const s = connected()
    s.raw('60 00')
    s.happened()
    s.says({ cmd: 'publish', topic: 'a', payload: 'late', qos: 1, messageId: 1 })
    s.session.tick(1e9)
    expect(s.happened()).toEqual([])
    expect(s.session.deadline()).toBeUndefined()
  })

  test('a text frame breaks the protocol', () => {
    const s = connected()
    s.session.receive('hello', s.clock.now)
    expect(s.happened()).toEqual(['> disconnect 0x82', 'refused ProtocolViolated retry'])
  })
})

describe('protocol versions', () => {
  const versions = (s: Stage): string[] =>
    s
      .happened()
      .filter((line) => line.startsWith('> connect'))
      .map((line) => line.slice(10, 12))

  test.each([
    ['20 02 00 01', 'the form of 3.1.1'],
    ['20 03 00 84 00', '0x84'],
  ])('%s (%s) leads to 3.1.1 at once, and it is remembered', (hex) => {
    const s = stage()
    s.start()
    s.raw(hex)
    expect(s.happened()).toEqual(['> connect v5 c', 'refused UnacceptableProtocolVersion retry uncounted'])
    s.online()
    expect(s.happened()).toEqual(['> connect v4 c', 'accepted v4'])
    expect(s.session.protocolVersion).toBe(4)
    s.session.linkLost()
    s.start()
    expect(versions(s)).toEqual(['v4'])
  })

  test('a server that speaks neither is a fatal refusal', () => {
    const s = stage()
    s.start()
    s.raw('20 02 00 01')
    s.start()
    s.raw('20 02 00 01')
    expect(s.refusals.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['UnacceptableProtocolVersion', 'retry'],
      ['UnacceptableProtocolVersion', 'fatal'],
    ])
  })

  test('a server that closes before CONNACK gets 3.1.1 next, at once and only once uncounted', () => {
    const s = stage()
    const uncounted: boolean[] = []
    for (let i = 0; i < 5; i++) {
      s.start()
      uncounted.push(s.session.linkLost(true))
    }
    expect(versions(s)).toEqual(['v5', 'v4', 'v5', 'v4', 'v5'])
    expect(uncounted).toEqual([true, false, false, false, false])
  })

  test('a link that dies once before CONNACK changes nothing', () => {
    const s = stage()
    s.start()
    expect(s.session.linkLost()).toBe(false)
    s.start()
    expect(versions(s)).toEqual(['v5', 'v5'])
  })

  test('two dead links in a row lead to a guess of 3.1.1, which is put to the test before it is remembered', () => {
    const s = stage()
    s.start()
    s.session.linkLost()
    s.start()
    s.session.linkLost()
    s.online()
    expect(s.session.protocolVersion).toBe(5)
    s.session.linkLost()
    s.online() // the network was to blame: 5 works
    s.session.linkLost()
    s.start()
    expect(versions(s)).toEqual(['v5', 'v5', 'v4', 'v5', 'v5'])
  })

  test('a server that stays silent to MQTT 5 is found out for good', () => {
    const s = stage()
    for (let i = 0; i < 2; i++) {
      s.start()
      s.session.linkLost()
    }
    s.online()
    s.session.linkLost()
    s.start()
    s.session.linkLost()
    s.online()
    expect(s.session.protocolVersion).toBe(4)
    s.session.linkLost()
    s.start()
    expect(versions(s)).toEqual(['v5', 'v5', 'v4', 'v5', 'v4', 'v4'])
  })

  test('what was remembered is tried first, and given up when the server has learnt', () => {
    const s = stage()
    s.start(4)
    s.raw('20 02 00 01')
    s.online()
    expect(versions(s)).toEqual(['v4', 'v5'])
    expect(s.session.protocolVersion).toBe(5)
  })
})

describe('publishing', () => {
  test('what one event produces leaves in one send, and only when it is flushed', () => {
    const s = connected()
    s.publish('a', '0', 0)
    s.publish('a', '1', 1)
    s.subscribe(['b/+'])
    expect(s.happened()).toEqual(['publish 0 done'])
    s.session.flush()
    expect(s.happened()).toEqual(['> publish a "0" qos0 + publish #1 a "1" qos1 + subscribe #2 b/+:1'])
    s.session.flush()
    expect(s.happened()).toEqual([])
  })

  test('a burst leaves in pieces of some 16 KiB without waiting for the flush', () => {
    const s = connected()
    for (let i = 0; i < 20; i++) s.publish('a', 'x'.repeat(1000), 0)
    expect(s.happened().filter((line) => line.startsWith('>'))).toHaveLength(1)
  })

  test.each([
    [1, [{ cmd: 'puback', messageId: 1 }], ['publish hi done']],
    [
      2,
      [
        { cmd: 'pubrec', messageId: 1 },
        { cmd: 'pubcomp', messageId: 1 },
      ],
      ['publish hi done', '> pubrel #1'],
    ],
  ] as const)('QoS %i is done when the server has it', (qos, answers, expected) => {
    const s = connected()
    s.publish('a', 'hi', qos)
    s.session.flush()
    expect(s.happened()).toEqual([`> publish #1 a "hi" qos${qos}`])
    s.says(...answers)
    expect(s.happened()).toEqual(expected)
  })

  test.each(['puback', 'pubrec'])('%s with a failure refuses the message with the reason', (cmd) => {
    const s = connected()
    s.publish('a', 'hi', cmd === 'puback' ? 1 : 2)
    s.session.flush()
    s.happened()
    s.says({ cmd, messageId: 1, reasonCode: 0x87, properties: { reasonString: 'not yours' } })
    expect(s.happened()).toEqual(['publish hi failed: PublishRefused: the server refused the message: 0x87 not yours'])
  })

  test('without a link a publish is not taken', () => {
    const s = stage()
    s.publish('a', 'hi', 1)
    expect(s.happened()).toEqual(['publish hi failed: NotConnected: not connected'])
  })

  test('no more than the receive maximum is open; the rest follows in order', () => {
    const s = connected({}, props({ receiveMaximum: 2 }))
    ;['1', '2', '3', '4'].forEach((payload) => s.publish('a', payload, 1))
    s.session.flush()
    expect(s.happened()).toEqual(['> publish #1 a "1" qos1 + publish #2 a "2" qos1'])
    s.says({ cmd: 'puback', messageId: 1 }, { cmd: 'puback', messageId: 2 })
    expect(s.happened()).toEqual([
      'publish 1 done',
      'publish 2 done',
      '> publish #3 a "3" qos1 + publish #4 a "4" qos1',
    ])
  })

  test('what the server cannot take fails, and says why', () => {
    const s = connected(
      {},
      props({ maximumPacketSize: 30, maximumQoS: 1, retainAvailable: false, topicAliasMaximum: 1 }),
    )
    s.publish('a', 'x'.repeat(40), 1)
    s.publish('a', 'two', 2)
    s.publish('a', 'keep', 1, { retain: true })
    s.publish('a/+', 'wild', 1)
    s.publish('a', 'half \ud800', 0)
    s.publish('a', 'odd', 0, { properties: { receiveMaximum: 1 } })
    s.publish('a', 'alias', 0, { properties: { topicAlias: 1 } })
    s.publish('a', 'fits', 1)
    s.session.flush()
    expect(s.happened().map((line) => line.replace('x'.repeat(40), 'xs'))).toEqual([
      'publish xs failed: PacketTooLarge: larger than the server accepts: 51 bytes, allowed are 30',
      'publish two failed: PublishRefused: the server refused the message: the server has no QoS 2',
      'publish keep failed: PublishRefused: the server refused the message: the server retains nothing',
      'publish wild failed: InvalidArgument: invalid argument: topic must be a name without wildcards',
      'publish half \ud800 failed: InvalidArgument: invalid argument: text with half a surrogate pair',
      'publish odd failed: InvalidArgument: invalid argument: property receiveMaximum',
      'publish alias failed: InvalidArgument: invalid argument: property topicAlias',
      '> publish #5 a=1 "fits" qos1',
    ])
  })

  test('too much waiting is refused, and what waits is not lost', () => {
    const s = connected({}, props({ receiveMaximum: 1 }))
    for (let i = 0; i < 65535; i++) s.publish('a', 'x', 1)
    s.session.flush()
    s.happened()
    s.publish('a', 'more', 1)
    expect(s.happened()).toEqual(['publish more failed: QueueFull: too much is waiting to be sent'])
    s.says({ cmd: 'puback', messageId: 1 })
    s.publish('a', 'now', 1)
    expect(s.happened()).toEqual(['publish x done', '> publish #2 a "x" qos1'])
  })

  test('a repeated topic travels as its alias, within the bound of the server, and never over to another link', () => {
    const s = connected({}, props({ topicAliasMaximum: 1 }))
    ;['one', 'one', 'two'].forEach((topic) => s.publish(topic, 'x', 1))
    s.session.flush()
    expect(s.happened()).toEqual(['> publish #1 one=1 "x" qos1 + publish #2 =1 "x" qos1 + publish #3 two "x" qos1'])
    s.session.linkLost()
    s.online({ sessionPresent: true })
    expect(s.happened().filter((line) => line.startsWith('> publish'))).toEqual([
      '> publish #1 one "x" qos1 dup + publish #2 one "x" qos1 dup + publish #3 two "x" qos1 dup',
    ])
  })

  test('ids go round and pass over those that are open', () => {
    const s = connected({ firstId: 65533 }, props({ receiveMaximum: 10 }))
    s.publish('a', 'open', 1)
    s.publish('a', 'next', 1)
    s.session.flush()
    expect(s.happened()).toEqual(['> publish #65534 a "open" qos1 + publish #65535 a "next" qos1'])
    s.says({ cmd: 'puback', messageId: 65535 })
    for (let i = 1; i < 65534; i++) {
      s.publish('a', 'x', 1)
      s.says({ cmd: 'puback', messageId: i })
    }
    s.happened()
    s.publish('a', 'after', 1)
    s.session.flush()
    expect(s.happened()).toEqual(['> publish #65535 a "after" qos1'])
  })

  test.each([
    ['PUBACK for QoS 2', 2, '40 02 0001'],
    ['PUBREC for QoS 1', 1, '50 02 0001'],
    ['PUBCOMP before PUBREC', 2, '70 02 0001'],
  ] as const)('%s breaks the protocol', (_, qos, hex) => {
    const s = connected()
    s.publish('a', 'x', qos)
    s.session.flush()
    s.happened()
    s.raw(hex)
    expect(s.happened()).toEqual(['> disconnect 0x82', 'refused ProtocolViolated retry'])
  })

  test('an acknowledgement of something unknown is nothing, but the server may let go of it', () => {
    const s = connected()
    s.says({ cmd: 'puback', messageId: 9 }, { cmd: 'pubrec', messageId: 9 }, { cmd: 'pubcomp', messageId: 9 })
    s.says({ cmd: 'suback', messageId: 9, granted: [0] })
    expect(s.happened()).toEqual(['> pubrel #9 0x92'])
  })
})

describe('across links', () => {
  const three = (s: Stage): void => {
    s.publish('a', '1', 1)
    s.publish('a', '2', 2)
    s.publish('a', '3', 2)
    s.session.flush()
    s.says({ cmd: 'pubrec', messageId: 2 })
    s.session.linkLost()
    s.happened()
  }

  test('a session that the server kept: what is open is sent again, marked, in its order', () => {
    const s = connected()
    three(s)
    s.online({ sessionPresent: true })
    expect(s.happened()).toEqual([
      '> connect v5 c',
      'accepted v5 resumed',
      '> pubrel #2 + publish #1 a "1" qos1 dup + publish #3 a "3" qos2 dup',
    ])
    s.says({ cmd: 'puback', messageId: 1 }, { cmd: 'pubcomp', messageId: 2 })
    s.says({ cmd: 'pubrec', messageId: 3 }, { cmd: 'pubcomp', messageId: 3 })
    expect(s.happened()).toEqual(['publish 1 done', 'publish 2 done', 'publish 3 done', '> pubrel #3'])
  })

  test('PUBCOMP 0x92 after a kept session: the server had finished before', () => {
    const s = connected()
    three(s)
    s.online({ sessionPresent: true })
    s.happened()
    s.says({ cmd: 'pubcomp', messageId: 2, reasonCode: 0x92 })
    expect(s.happened()).toEqual(['publish 2 done'])
  })

  test('a session that the server lost: what is open is sent as new, subscriptions are restored before', () => {
    const s = connected()
    s.subscribe(['u/al/+', 'g/1/+'])
    s.subscribe(['quiet'], 0)
    s.subscribe(['refused'])
    s.session.flush()
    s.says(
      { cmd: 'suback', messageId: 1, granted: [1, 1] },
      { cmd: 'suback', messageId: 2, granted: [0] },
      { cmd: 'suback', messageId: 3, granted: [0x87] },
    )
    s.unsubscribe(['g/1/+'])
    s.session.flush()
    s.says({ cmd: 'unsuback', messageId: 4, granted: [0] })
    s.publish('a', '1', 1)
    s.publish('a', '2', 2)
    s.session.flush()
    s.says({ cmd: 'pubrec', messageId: 6 })
    s.session.linkLost()
    s.happened()
    s.online()
    expect(s.happened()).toEqual([
      '> connect v5 c',
      'accepted v5',
      '> subscribe #7 quiet:0 + subscribe #8 u/al/+:1 + publish #9 a "1" qos1 + publish #10 a "2" qos2',
    ])
  })

  test('a smaller window on the next link is kept to', () => {
    const s = connected()
    ;['1', '2', '3'].forEach((payload) => s.publish('a', payload, 1))
    s.session.flush()
    s.session.linkLost()
    s.happened()
    s.online({ sessionPresent: true, properties: { receiveMaximum: 1 } })
    expect(s.happened().slice(2)).toEqual(['> publish #1 a "1" qos1 dup'])
    s.session.linkLost()
    s.online({ sessionPresent: true })
    expect(s.happened().slice(2)).toEqual([
      '> publish #1 a "1" qos1 dup + publish #2 a "2" qos1 dup + publish #3 a "3" qos1 dup',
    ])
  })

  test('what was waiting for the window goes out after what was open', () => {
    const s = connected({}, props({ receiveMaximum: 1 }))
    ;['1', '2', '3'].forEach((payload) => s.publish('a', payload, 1))
    s.session.linkLost()
    s.happened()
    s.online({ sessionPresent: true })
    expect(s.happened().slice(2)).toEqual([
      '> publish #1 a "1" qos1 dup + publish #2 a "2" qos1 + publish #3 a "3" qos1',
    ])
  })

  test('a subscription without a link is made with the next one', () => {
    const s = stage()
    s.subscribe(['a'])
    s.unsubscribe(['b'])
    expect(s.happened()).toEqual([])
    s.online({ sessionPresent: true })
    expect(s.happened().slice(2)).toEqual(['> subscribe #1 a:1 + unsubscribe #2 b'])
    s.says({ cmd: 'suback', messageId: 1, granted: [1] }, { cmd: 'unsuback', messageId: 2, granted: [0] })
    expect(s.happened()).toEqual(['subscribe a done', 'unsubscribe b done'])
  })

  test('a subscription that was not answered is asked for again, also where the session was kept', () => {
    const s = connected()
    s.subscribe(['a'])
    s.session.linkLost()
    s.online({ sessionPresent: true })
    s.says({ cmd: 'suback', messageId: 2, granted: [1] })
    expect(s.happened().slice(2)).toEqual(['> subscribe #2 a:1', 'subscribe a done'])
  })

  test('a subscription that cannot be restored is told', () => {
    const s = connected()
    s.subscribe(['g/1/+'])
    s.session.flush()
    s.says({ cmd: 'suback', messageId: 1, granted: [1] })
    s.session.linkLost()
    s.online()
    s.happened()
    s.says({ cmd: 'suback', messageId: 2, granted: [0x87] })
    expect(s.happened()).toEqual(['unsubscribed the server refused the subscription: g/1/+ 0x87'])
    s.session.linkLost()
    s.online()
    expect(s.happened().slice(1)).toEqual(['accepted v5'])
  })

  test('many subscriptions are restored in packets of a bounded size', () => {
    const s = connected()
    const filters = Array.from({ length: 150 }, (_, i) => `g/${i}/+`)
    s.subscribe(filters)
    s.session.flush()
    s.says({ cmd: 'suback', messageId: 1, granted: filters.map(() => 1) })
    s.session.linkLost()
    s.happened()
    s.online()
    expect(s.happened()[2]?.split(' + ')).toHaveLength(3)
  })

  describe('after a handshake whose answer never came, a resumed session need not be ours', () => {
    const doubtful = (s: Stage): void => {
      s.session.linkLost()
      s.start()
      s.session.linkLost()
      s.happened()
      s.online({ sessionPresent: true })
    }

    test('subscriptions are restored all the same', () => {
      const s = connected()
      s.subscribe(['a'])
      s.says({ cmd: 'suback', messageId: 1, granted: [1] })
      doubtful(s)
      expect(s.happened().slice(2)).toEqual(['> subscribe #2 a:1'])
      s.session.linkLost()
      s.online({ sessionPresent: true })
      expect(s.happened().slice(2)).toEqual(['> subscribe #2 a:1'.replace('#2', '#3')])
    })

    test('PUBCOMP 0x92 does not tell that the message arrived', () => {
      const s = connected()
      three(s)
      doubtful(s)
      s.happened()
      s.says({ cmd: 'pubcomp', messageId: 2, reasonCode: 0x92 })
      expect(s.happened()).toEqual([
        'publish 2 failed: SessionLost: the server lost the session: unknown whether the message arrived',
      ])
    })

    test('an id that we hold is a new message, unless it is marked as a repetition', () => {
      const s = connected()
      const twice = { cmd: 'publish', topic: 'in', payload: 'x', qos: 2, messageId: 6 }
      s.says(twice)
      doubtful(s)
      s.happened()
      s.says({ ...twice, dup: true }, twice)
      expect(s.happened()).toEqual(['message in "x" qos2', '> pubrec #6 + pubrec #6'])
    })
  })

  test('reset forgets it all, and every outcome is told once', () => {
    const s = connected({}, props({ receiveMaximum: 1 }))
    s.publish('a', '1', 1)
    s.publish('a', '2', 2)
    s.subscribe(['b'])
    s.session.linkLost()
    s.happened()
    s.session.reset(new ConnectionError('ConnectionClosed'))
    expect(s.happened()).toEqual([
      'publish 1 failed: ConnectionClosed: close() ended it',
      'publish 2 failed: ConnectionClosed: close() ended it',
      'subscribe b failed: ConnectionClosed: close() ended it',
    ])
    s.session.reset(new ConnectionError('ConnectionClosed'))
    s.online({ sessionPresent: true })
    expect(s.happened()).toEqual(['> connect v5 c', 'accepted v5 resumed'])
  })
})

describe('receiving', () => {
  const message = (qos: 0 | 1 | 2, messageId: number, more = {}): Record<string, unknown> & { cmd: string } => ({
    cmd: 'publish',
    topic: 'in',
    payload: 'x',
    qos,
    messageId,
    ...more,
  })

  test('messages are handed on and acknowledged, all acknowledgements of one event in one send', () => {
    const s = connected()
    s.says(message(0, 0), message(1, 5), message(2, 6), message(1, 7))
    expect(s.happened()).toEqual([
      'message in "x" qos0',
      'message in "x" qos1',
      'message in "x" qos2',
      'message in "x" qos1',
      '> puback #5 + pubrec #6 + puback #7',
    ])
  })

  test('QoS 2 is handed on once, whatever the server repeats, also on the next link of a kept session', () => {
    const s = connected()
    s.says(message(2, 6), message(2, 6, { dup: true }))
    s.session.linkLost()
    s.online({ sessionPresent: true })
    s.says(message(2, 6, { dup: true }), { cmd: 'pubrel', messageId: 6 })
    s.says({ cmd: 'pubrel', messageId: 6 })
    expect(s.happened().filter((line) => !/connect|accepted/.test(line))).toEqual([
      'message in "x" qos2',
      '> pubrec #6 + pubrec #6',
      '> pubrec #6 + pubcomp #6',
      '> pubcomp #6 0x92',
    ])
  })

  test('after a lost session an id means a new message', () => {
    const s = connected()
    s.says(message(2, 6))
    s.session.linkLost()
    s.online()
    s.happened()
    s.says(message(2, 6))
    expect(s.happened()).toEqual(['message in "x" qos2', '> pubrec #6'])
  })

  test('aliases of the server become topics, and end with the link', () => {
    const s = connected()
    s.says(message(0, 0, props({ topicAlias: 3 })), message(0, 0, { topic: '', ...props({ topicAlias: 3 }) }))
    expect(s.happened()).toEqual(['message in "x" qos0', 'message in "x" qos0'])
    s.session.linkLost()
    s.online()
    s.happened()
    s.says(message(0, 0, { topic: '', ...props({ topicAlias: 3 }) }))
    expect(s.happened()).toEqual(['> disconnect 0x82', 'refused ProtocolViolated retry'])
  })

  test.each([17, 0])('alias %i is not allowed', (topicAlias) => {
    const s = connected()
    s.raw(`30 07 0001 61 03 23 ${topicAlias.toString(16).padStart(4, '0')}`)
    expect(s.happened()).toEqual(['> disconnect 0x94', 'refused ProtocolViolated retry'])
  })

  test('more open QoS 2 messages than we allowed break the protocol', () => {
    const s = connected({ receiveMaximum: 2 })
    s.says(message(2, 1), message(2, 2), message(2, 3))
    expect(s.happened().slice(2)).toEqual([
      '> pubrec #1 + pubrec #2 + disconnect 0x93',
      'refused ProtocolViolated retry',
    ])
  })

  test('a packet above our maximum is refused before it is taken in', () => {
    const s = connected({ maximumPacketSize: 1000 })
    s.raw('30 ff 7f')
    expect(s.happened()).toEqual(['> disconnect 0x95', 'refused ProtocolViolated retry'])
    expect(s.refusals[0]?.detail).toBe('16383 bytes (fixed header)')
  })

  test('in 3.1.1 a broken packet ends the link without a word', () => {
    const s = stage()
    s.start(4)
    s.says({ cmd: 'connack', returnCode: 0, sessionPresent: false })
    s.happened()
    s.raw('60 00')
    expect(s.happened()).toEqual(['refused ProtocolViolated retry'])
  })

  test('a listener that ends the link stops what was to follow', () => {
    const seen: string[] = []
    const sent: number[] = []
    const session = createMqttSession(
      { keepAlive: 0, sessionExpiry: 0 },
      {
        send: (bytes) => sent.push(bytes.byteLength),
        accepted: () => undefined,
        refused: () => seen.push('refused'),
        message() {
          seen.push('message')
          session.end()
        },
        alive: () => undefined,
        reauthenticated: () => undefined,
      },
    )
    session.start({ userName: '', clientId: 'c', token: '' }, 0)
    session.receive(Uint8Array.of(0x20, 3, 0, 0, 0).buffer, 0)
    sent.length = 0
    const one = [0x32, 6, 0, 1, 97, 0, 1, 0]
    session.receive(Uint8Array.from([...one, ...one]).buffer, 0)
    expect(seen).toEqual(['message'])
    expect(sent).toEqual([2]) // DISCONNECT, and no PUBACK after it
  })
})

describe('subscribing', () => {
  test.each([4, 5] as const)('every code from 0x80 on refuses its filter (version %i)', (version) => {
    const s = stage()
    s.start(version)
    s.raw(version > 4 ? '20 03 00 00 00' : '20 02 00 00')
    s.subscribe(['a', 'b', 'c'])
    s.session.flush()
    s.happened()
    s.raw(version > 4 ? '90 06 0001 00 01 8f 87' : '90 05 0001 01 8f 80')
    expect(s.happened()).toEqual([
      `subscribe a,b,c failed: SubscriptionRefused: the server refused the subscription: b 0x8f, c 0x${version > 4 ? '87' : '80'}`,
    ])
  })

  test.each([['a#'], ['a/#/b'], ['a+'], ['+a/b'], [''], ['a\0']])('the filter %j is refused here', (filter) => {
    const s = connected()
    s.subscribe([filter])
    s.session.flush()
    expect(s.happened()[0]).toMatch(/failed: InvalidArgument/)
    expect(s.happened()).toEqual([])
  })

  test.each([['#'], ['+'], ['a/+/#'], ['/'], ['a//b'], ['+/+'], ['$share/g/a/+']])(
    'the filter %j is sent',
    (filter) => {
      const s = connected()
      s.subscribe([filter])
      s.session.flush()
      expect(s.happened()).toEqual([`> subscribe #1 ${filter}:1`])
    },
  )

  test('no filter at all is refused here', () => {
    const s = connected()
    s.subscribe([])
    expect(s.happened()[0]).toMatch(/InvalidArgument.*no filter/)
  })

  test('what the server does not have is refused here', () => {
    const s = connected({}, props({ wildcardSubscriptionAvailable: false, sharedSubscriptionAvailable: false }))
    s.subscribe(['a/+'])
    s.subscribe(['$share/g/a'])
    s.subscribe(['a'])
    s.session.flush()
    expect(s.happened()).toEqual([
      'subscribe a/+ failed: SubscriptionRefused: the server refused the subscription: the server has no such subscriptions: a/+',
      'subscribe $share/g/a failed: SubscriptionRefused: the server refused the subscription: the server has no such subscriptions: $share/g/a',
      '> subscribe #1 a:1',
    ])
  })

  test('an answer with another number of codes breaks the protocol', () => {
    const s = connected()
    s.subscribe(['a', 'b'])
    s.session.flush()
    s.happened()
    s.says({ cmd: 'suback', messageId: 1, granted: [0] })
    expect(s.happened()).toEqual(['> disconnect 0x82', 'refused ProtocolViolated retry'])
  })
})

describe('a new token on the living link', () => {
  const offering = (): Stage => {
    const s = connected({ reauthentication: true }, props({ userProperties: { reauth: '1' } }))
    return s
  }

  test('AUTH goes out and the answer is told', () => {
    const s = offering()
    expect(s.connect()).toMatchObject({ properties: { authenticationMethod: 'token' } })
    expect(s.session.reauthenticate('new', s.clock.now)).toBe(true)
    s.raw('f0 0a 00 08 15 0005 746f6b656e')
    expect(s.happened()).toEqual(['> auth 0x19', 'reauthenticated yes'])
  })

  test('a server that does not answer in time is given up on', () => {
    const s = offering()
    s.session.reauthenticate('new', s.clock.now)
    expect(s.session.deadline()).toBe(11_000)
    s.session.tick(11_000)
    expect(s.happened()).toEqual(['> auth 0x19', 'reauthenticated SocketTimeout'])
  })

  test('a DISCONNECT is the answer no', () => {
    const s = offering()
    s.session.reauthenticate('new', s.clock.now)
    s.says({ cmd: 'disconnect', reasonCode: 0x87 })
    expect(s.happened()).toEqual([
      '> auth 0x19',
      'reauthenticated TokenIncorrect',
      'refused TokenIncorrect reauthorise',
    ])
  })

  test('it is not offered where CONNECT did not carry the method', () => {
    const s = connected({}, props({ userProperties: { reauth: '1' } }))
    expect(s.session.reauthenticate('new', s.clock.now)).toBe(false)
    s.session.linkLost()
    s.online()
    expect(s.connect()).toMatchObject({ properties: { authenticationMethod: 'token' } })
    expect(s.session.reauthenticate('new', s.clock.now)).toBe(true)
  })

  test('a server that refuses the method is tried without it, uncounted', () => {
    const s = stage({ reauthentication: true })
    s.start()
    s.raw('20 03 00 8c 00')
    s.start()
    expect(s.happened()[1]).toBe('refused ServerRefused retry uncounted')
    expect(s.connect().properties).not.toHaveProperty('authenticationMethod')
  })

  test('an AUTH that nobody asked for breaks the protocol', () => {
    const s = offering()
    s.raw('f0 00')
    expect(s.happened()).toEqual(['> disconnect 0x82', 'refused ProtocolViolated retry'])
  })
})

test('end says good-bye, and nothing after it', () => {
  const s = connected()
  s.publish('a', 'last', 0)
  s.session.end()
  s.session.end()
  expect(s.happened()).toEqual(['publish last done', '> publish a "last" qos0 + disconnect'])
})
