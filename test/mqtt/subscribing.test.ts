// What the server grants, refuses, and what never reaches it.
import { connected, props, stage } from './stage'

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
      `subscribe a,b,c failed: SubscriptionRefused: subscription refused: b 0x8f, c 0x${version > 4 ? '87' : '80'}`,
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
      'subscribe a/+ failed: SubscriptionRefused: subscription refused: the server has no such subscriptions: a/+',
      'subscribe $share/g/a failed: SubscriptionRefused: subscription refused: the server has no such subscriptions: $share/g/a',
      '> subscribe #3 a:1',
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
