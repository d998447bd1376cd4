// How a session begins, in which version, and how a token is renewed on it.
import { connected, props, stage, type Stage } from './stage'

describe('the handshake', () => {
  test('CONNECT carries what docs/protocol.md says', () => {
    const s = stage({ userProperties: { platform: 'wechat-ios', deviceId: 'd' } })
    s.start()
    expect(s.connect()).toMatchObject({
      protocolVersion: 5,
      clean: false,
      keepalive: 30,
      clientId: 'c',
      username: 'al',
      properties: {
        sessionExpiryInterval: 600,
        maximumPacketSize: 1 << 20,
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

  test.each(['Infinity', '1e308', '-1', 'noon', ''])('a server whose time is %j has told none', (time) => {
    const s = stage()
    s.online(props({ userProperties: { time } }))
    expect(s.info()?.serverTime).toBeUndefined()
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

  test('a method that nobody offered breaks the protocol', () => {
    const s = stage()
    s.start()
    s.says({ cmd: 'connack', reasonCode: 0, sessionPresent: false, properties: { authenticationMethod: 'GS2-KRB5' } })
    expect(s.happened().slice(1)).toEqual(['> disconnect 0x82', 'refused ProtocolViolated retry'])
  })

  test('a session that is there though a new one was asked for breaks the protocol', () => {
    const s = stage({ sessionExpiry: 0 })
    s.start(4)
    s.says({ cmd: 'connack', returnCode: 0, sessionPresent: true })
    expect(s.happened().slice(-1)).toEqual(['refused ProtocolViolated retry'])
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
    expect(s.session.deadline()).toBe(Infinity)
  })

  test('a text frame breaks the protocol', () => {
    const s = connected()
    s.receives('hello')
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
    s.closes(1006, '')
    expect(s.happened()).toEqual([
      '> connect v5 c',
      'refused UnacceptableProtocolVersion retry uncounted',
      '> connect v4 c',
      'closed UnacceptableProtocolVersion fatal',
    ])
  })

  test('a server that closes before CONNACK gets 3.1.1 next, at once and only once uncounted', () => {
    const s = stage()
    for (let i = 0; i < 5; i++) {
      s.start()
      s.closes(1011, '')
    }
    expect(s.happened().slice(0, 6)).toEqual([
      '> connect v5 c',
      'closed LinkLost retry uncounted',
      '> connect v4 c',
      'closed LinkLost retry',
      '> connect v5 c',
      'closed LinkLost retry',
    ])
  })

  test('a link that dies once before CONNACK changes nothing', () => {
    const s = stage()
    s.start()
    s.session.linkLost()
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

describe('in 3.1.1 CONNACK says no, and the close reason says why', () => {
  const refused = (code: number): Stage => {
    const s = stage()
    s.start(4)
    s.raw(`20 02 00 ${code.toString(16).padStart(2, '0')}`)
    expect(s.happened()).toEqual(['> connect v4 c'])
    return s
  }

  test('the number of our own server wins', () => {
    const s = refused(5)
    s.closes(1000, 'code=31009')
    expect(s.happened()).toEqual(['closed UserBlocked fatal'])
  })

  test('without a number it is what CONNACK said', () => {
    const s = refused(5)
    s.closes(1006, '')
    expect(s.happened()).toEqual(['closed TokenIncorrect reauthorise'])
  })

  test('a server that does not close is not waited for', () => {
    const s = refused(3)
    expect(s.session.deadline()).toBe(2000)
    s.session.tick(2000)
    expect(s.happened()).toEqual(['refused ServerUnavailable retry'])
    expect(s.session.deadline()).toBe(Infinity)
  })

  test('it is forgotten with the link', () => {
    const s = refused(5)
    s.start()
    s.closes(1006, '')
    expect(s.happened()).toEqual(['> connect v4 c', 'closed LinkLost retry'])
  })
})

describe('a new token on the living link', () => {
  const offering = (): Stage => {
    const s = connected({}, props({ userProperties: { reauth: '1' } }))
    // CONNECT can carry the method only once the server has told that it takes it.
    s.session.linkLost()
    s.online(props({ userProperties: { reauth: '1' } }))
    s.happened()
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
    const s = offering()
    s.session.linkLost()
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
