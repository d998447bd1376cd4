// What a developer sees of a SocketTask on each kind of phone.
import type { Profile } from '../../simulator/core/quirks'
import { setUp, URL } from './set-up'

const phones: Profile[] = ['android', 'ios', 'pc', 'devtools']

test.each(phones)(
  '%s: a socket opens, echoes and closes; success only says that the call was accepted',
  async (profile) => {
    const { clock, phone, connect, told, heardByServer, outcome } = setUp({ profile })
    const task = connect()
    expect(told()).toEqual(profile === 'devtools' ? ['s success'] : [])
    await clock.advance(10)
    expect(told()).toEqual(profile === 'devtools' ? ['s open'] : ['s success', 's open'])
    task.send({ data: new Uint8Array([1, 2, 3]).buffer, ...outcome('send') })
    task.send({ data: 'text' })
    await clock.advance(10)
    expect(told()).toEqual(['send ok', 's message 3', 's message text'])
    task.close({ code: 1000, reason: 'bye', ...outcome('close') })
    expect(phone.sockets.open).toBe(1)
    await clock.advance(10)
    expect(told()).toEqual(['close ok', 's close 1000 bye'])
    expect(heardByServer).toEqual(['bytes 1,2,3', 'text', 'closed 1000 bye'])
    expect([phone.sockets.open, phone.errors, clock.pending()]).toEqual([0, [], []])
  },
)

test('a SocketTask has send, close and four on*; no off*; readyState is there, and lies when told to', async () => {
  const { clock, phone, connect } = setUp()
  const task = connect() as ReturnType<typeof connect> & { readyState?: number }
  expect(Object.keys(task).sort()).toEqual(['close', 'onClose', 'onError', 'onMessage', 'onOpen', 'send'])
  expect(task.readyState).toBe(0)
  await clock.advance(10)
  expect(task.readyState).toBe(1)
  phone.quirks.readyState = 3
  expect(task.readyState).toBe(3)
  phone.quirks.readyState = 'absent'
  expect(task.readyState).toBeUndefined()
})

describe('success', () => {
  test.each([
    ['at-once', ['s success'], ['s open']],
    ['soon', [], ['s success', 's open']],
    ['after-open', [], ['s open', 's success']],
    ['never', [], ['s open']],
  ] as const)('%s', async (success, before, after) => {
    const { clock, connect, told } = setUp({ quirks: { success } })
    connect()
    expect(told()).toEqual(before)
    await clock.advance(10)
    expect(told()).toEqual(after)
  })

  test('comes even where nobody listens: it is no connection', async () => {
    const { clock, server, connect, told } = setUp()
    server.close()
    connect()
    await clock.advance(10)
    expect(told()).toEqual(['s success', 's error exception onOpen fail code:111, msg:Connection refused'])
  })
})

describe('the budget', () => {
  const texts: Record<Profile, string> = {
    android: 'createSocketTask:fail wcwss taskID=3 exceed max concurrent count',
    ios: 'createSocketTask: fail exceed max cocurrent count',
    pc: 'createSocketTask:fail wcwss taskID=3 exceed max concurrent count',
    devtools: 'connectSocket:fail 同时最多发起 2 个 socket 请求',
  }
  test.each(phones)('%s: a third socket is refused, by default through fail', async (profile) => {
    const { clock, phone, connect, told } = setUp({ profile })
    connect()
    connect()
    await clock.advance(10)
    told()
    connect({}, 'third')
    await clock.advance(10)
    expect(told()).toEqual([`third fail ${texts[profile]}`])
    expect([phone.sockets.open, phone.sockets.most, phone.sockets.overBudget]).toEqual([2, 2, 1])
  })

  test.each([
    ['onError', ['third success', 'third error exceed']],
    ['both', ['third fail exceed', 'third error exceed']],
  ] as const)('the refusal may come through %s', async (refusal, expected) => {
    const { clock, connect, told } = setUp({ quirks: { refusal }, maxSockets: 1 })
    connect()
    await clock.advance(10)
    told()
    connect({}, 'third')
    await clock.advance(10)
    expect(told().map((line) => line.replace(/createSocket.*/, 'exceed'))).toEqual(expected)
  })

  test('the refused task may be undefined, or dead: it sends nothing and cannot be closed', async () => {
    const { clock, phone, connect, told, outcome } = setUp({ maxSockets: 0 })
    const dead = connect()
    await clock.advance(10)
    told()
    dead.send({ data: 'x', ...outcome('send') })
    dead.close({ code: 1000, ...outcome('close') })
    await clock.advance(10)
    expect(told()).toEqual([
      'send SocketTask.send:fail SocketTask.readyState is not OPEN',
      'close closeSocket:fail wcwss taskID not exist',
    ])
    phone.quirks.refusedTask = 'undefined'
    expect(connect()).toBeUndefined()
  })

  test('five and one can be chosen; sockets of other libraries count too', () => {
    const five = setUp({ maxSockets: 5 })
    for (let i = 0; i < 6; i++) five.phone.wx.connectSocket({ url: URL })
    expect([five.phone.sockets.open, five.phone.sockets.overBudget]).toEqual([5, 1])
    const one = setUp({ maxSockets: 1 })
    one.connect()
    one.connect()
    expect([one.phone.sockets.open, one.phone.sockets.overBudget]).toEqual([1, 1])
  })

  test('a closing socket holds its slot until it is over, and longer where the phone says so', async () => {
    const { clock, phone, connect, told } = setUp({ maxSockets: 1, quirks: { slotReleaseDelay: 200 } })
    phone.network.latency(50)
    const task = connect()
    await clock.advance(500)
    task.close({ code: 1000 })
    await clock.advance(60)
    expect(phone.sockets.open).toBe(1)
    await clock.advance(100)
    expect(told()).toContain('s close 1000')
    expect(phone.sockets.open).toBe(1)
    await clock.advance(200)
    expect(phone.sockets.open).toBe(0)
  })
})

describe('what a connect is refused for', () => {
  test('a domain outside the list; any port of a listed one is fine', async () => {
    const { clock, connect, told } = setUp({ allowedDomains: ['wss://im.test'] })
    connect({ url: 'wss://evil.test/mqtt' })
    connect({ url: 'wss://sub.im.test/mqtt' })
    connect({ url: 'wss://im.test:8443/mqtt' }, 'port')
    await clock.advance(10)
    expect(told()).toEqual([
      's fail createSocketTask:fail url not in domain list',
      's fail createSocketTask:fail url not in domain list',
      'port success',
      'port error exception onOpen fail code:111, msg:Connection refused',
    ])
  })

  test('an invalid URL', async () => {
    const { clock, connect, told } = setUp()
    connect({ url: 'im.test/mqtt' })
    await clock.advance(10)
    expect(told()).toEqual(['s fail connectSocket:fail invalid url "im.test/mqtt"'])
  })

  test('a protocols string on Android; an iPhone takes it', async () => {
    const asString = { protocols: 'mqtt' as unknown as string[] }
    const android = setUp({ profile: 'android' })
    android.connect(asString)
    await android.clock.advance(10)
    expect(android.told()).toEqual([
      's fail connectSocket:fail parameter error: parameter.protocols should be Array instead of String;',
    ])
    const ios = setUp({ profile: 'ios' })
    ios.connect(asString)
    await ios.clock.advance(10)
    expect(ios.told()).toEqual(['s success', 's open'])
    expect(ios.peers[0]!.protocols).toEqual(['mqtt'])
  })

  test.each([
    ['dns', 'exception onOpen fail code:2, msg:Underlying Transport Error'],
    ['tls', 'exception onOpen fail code:8, msg:TLS handshake failed'],
    ['tls-timeout', 'exception onOpen fail code:7, msg:TLS handshake timed out'],
    ['timeout', 'exception onOpen fail code:9, msg:Timer Expired'],
  ] as const)('%s fails with the words of the phone', async (kind, text) => {
    const { clock, network, connect, told } = setUp()
    network.fail(URL, { kind })
    connect()
    await clock.advance(10)
    expect(told()).toEqual(['s success', `s error ${text}`])
  })

  test('an HTTP status, in the words of a phone and of a PC', async () => {
    for (const [profile, text] of [
      ['ios', 'exception onOpen fail code:20, msg:Invalid HTTP status.'],
      ['pc', 'Error during WebSocket handshake: Unexpected response code: 401'],
    ] as const) {
      const { clock, network, connect, told } = setUp({ profile })
      network.fail(URL, { kind: 'http', status: 401 })
      connect()
      await clock.advance(10)
      expect(told()).toContain(`s error ${text}`)
    }
  })
})

describe('sending', () => {
  test('on a socket that is not open calls fail, and does not throw', async () => {
    const { clock, connect, told, outcome } = setUp({ quirks: { success: 'never' } })
    connect().send({ data: 'x', ...outcome('send') })
    await clock.advance(0)
    expect(told()).toEqual(['send SocketTask.send:fail SocketTask.readyState is not OPEN'])
  })

  test.each([
    ['pc', ['bytes 2,3']],
    ['devtools', ['bytes 2,3']],
    ['android', []],
    ['ios', ['{"0":2,"1":3}']],
  ] as const)('%s: a Uint8Array instead of an ArrayBuffer, and nobody complains', async (profile, heard) => {
    const { clock, connect, told, outcome, heardByServer } = setUp({ profile })
    const task = connect()
    await clock.advance(10)
    told()
    task.send({ data: new Uint8Array([1, 2, 3]).subarray(1) as unknown as ArrayBuffer, ...outcome('send') })
    await clock.advance(10)
    expect(heardByServer).toEqual(heard)
    expect(told()[0]).toBe('send ok')
  })

  test('the buffer of a view goes out whole: the trap that corrupts MQTT.js', async () => {
    const { clock, connect, heardByServer } = setUp()
    const task = connect()
    await clock.advance(10)
    task.send({ data: new Uint8Array([1, 2, 3]).subarray(1, 2).buffer })
    await clock.advance(10)
    expect(heardByServer).toEqual(['bytes 1,2,3'])
  })

  test('what was sent is a copy: changing the buffer afterwards changes nothing', async () => {
    const { clock, connect, heardByServer } = setUp()
    const task = connect()
    await clock.advance(10)
    const bytes = new Uint8Array([1])
    task.send({ data: bytes.buffer })
    bytes[0] = 9
    await clock.advance(10)
    expect(heardByServer).toEqual(['bytes 1'])
  })
})
