// What becomes of a message that comes in.
import { createMqttSession } from '../../src/mqtt/session'
import { connected, props, stage } from './stage'

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

  describe('an owner of messages that takes its time', () => {
    test('acknowledgements leave in the order of arrival, whatever the order they come in', () => {
      const s = connected()
      const owner = s.defer()
      s.says(message(1, 5), message(2, 6), message(1, 7), message(0, 0))
      s.happened()
      owner[2]!()
      owner[1]!()
      owner[3]!()
      s.session.flush()
      expect(s.happened()).toEqual([])
      owner[0]!()
      owner[0]!()
      s.session.flush()
      expect(s.happened()).toEqual(['> puback #5 + pubrec #6 + puback #7'])
    })

    test('what was not taken care of before the link broke is owed on the next one, and QoS 2 is not told again', () => {
      const s = connected()
      const owner = s.defer()
      s.says(message(1, 5), message(2, 6))
      s.session.linkLost()
      s.online({ sessionPresent: true })
      s.happened()
      s.says(message(1, 5, { dup: true }), message(2, 6, { dup: true }))
      expect(s.happened()).toEqual(['message in "x" qos1'])
      owner[0]!()
      owner[1]!()
      s.session.flush()
      expect(s.happened()).toEqual([])
      owner[2]!()
      s.session.flush()
      expect(s.happened()).toEqual(['> puback #5 + pubrec #6'])
    })

    test('more than we allowed to be open breaks the protocol', () => {
      const s = connected()
      s.defer()
      const all = Array.from({ length: 65_536 }, () => '32 06 0001 61 0001 00')
      s.raw(all.slice(1).join(''))
      expect(s.happened()).toHaveLength(65_535)
      s.raw(all[0]!)
      expect(s.happened()).toEqual(['> disconnect 0x93', 'refused ProtocolViolated retry'])
    })

    test('without a link nothing is written', () => {
      const s = connected()
      const owner = s.defer()
      s.says(message(1, 5))
      s.session.linkLost()
      s.happened()
      owner[0]!()
      s.session.flush()
      expect(s.happened()).toEqual([])
    })
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
    expect(s.happened()).toEqual(['skipped topic unreadable: reason 0x94, packet 0x30, byte 7'])
  })

  test.each([17, 0])('alias %i is not allowed', (topicAlias) => {
    const s = connected()
    s.raw(`30 07 0001 61 03 23 ${topicAlias.toString(16).padStart(4, '0')}`)
    expect(s.happened()).toEqual(['skipped a: reason 0x94, packet 0x30, byte 7'])
  })

  test('a message above sixteen times our maximum is refused before it is taken in', () => {
    const s = connected()
    s.raw('30 ff ff ff 7f')
    expect(s.happened()).toEqual(['> disconnect 0x95', 'refused ProtocolViolated retry'])
    expect(s.refusals[0]?.detail).toBe('reason 0x95, packet 0x30, byte 0')
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
      { keepAlive: 30_000, sessionExpiry: 0 },
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
        skipped: () => undefined,
        pinged: () => undefined,
        unsubscribed: () => undefined,
      },
    )
    session.start({ userName: '', clientId: 'c', token: '' }, 0)
    session.receive(Uint8Array.of(0x20, 3, 0, 0, 0).buffer, 0)
    sent.length = 0
    const one = [0x32, 6, 0, 1, 97, 0, 1, 0]
    session.receive(Uint8Array.from([...one, ...one]).buffer, 0)
    session.flush()
    expect(seen).toEqual(['message'])
    expect(sent).toEqual([2]) // DISCONNECT, and no PUBACK after it
  })
})
