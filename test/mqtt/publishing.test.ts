// What becomes of a message that is sent.
import { connected, props, stage } from './stage'

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
    expect(s.happened()).toEqual(['publish hi failed: PublishRefused: publish refused: 0x87 not yours'])
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
      'publish xs failed: PacketTooLarge: packet too large: 51 bytes, allowed are 30',
      'publish two failed: PublishRefused: publish refused: the server has no such QoS, or retains nothing',
      'publish keep failed: PublishRefused: publish refused: the server has no such QoS, or retains nothing',
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
    expect(s.happened()).toEqual(['publish more failed: QueueFull: queue full'])
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
