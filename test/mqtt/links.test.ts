// What outlives a link: messages on their way, subscriptions, and what is not to be trusted after it.
import { ConnectionError } from '../../src/errors/connection-error'
import { connected, props, stage, type Stage } from './stage'

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

  test.each([
    ['PUBREL', '62 03 0007 81 00'],
    ['PUBCOMP', '70 03 0002 87 00'],
    ['UNSUBACK', 'b0 04 0004 00 97'],
  ])('%s with a reason code of another packet ends the link', (_, bytes) => {
    const s = connected()
    three(s)
    s.online({ sessionPresent: true })
    s.happened()
    s.raw(bytes)
    expect(s.happened().slice(-1)).toEqual(['refused ProtocolViolated retry'])
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
      '> subscribe #7 quiet:0 + subscribe #8 u/al/+:1 + publish #5 a "1" qos1 + publish #6 a "2" qos2',
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
    s.says({ cmd: 'suback', messageId: 1, granted: [1] })
    expect(s.happened().slice(2)).toEqual(['> subscribe #1 a:1', 'subscribe a done'])
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
    expect(s.happened()).toEqual(['unsubscribed subscription refused: g/1/+ 0x87'])
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
      expect(s.happened()).toEqual(['publish 2 failed: SessionLost: session lost: it may not have arrived'])
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
      'publish 1 failed: ConnectionClosed: connection closed',
      'publish 2 failed: ConnectionClosed: connection closed',
      'subscribe b failed: ConnectionClosed: connection closed',
    ])
    s.session.reset(new ConnectionError('ConnectionClosed'))
    s.online({ sessionPresent: true })
    expect(s.happened()).toEqual(['> connect v5 c', 'accepted v5 resumed'])
  })
})
