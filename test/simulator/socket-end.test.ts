// What a developer sees at the end of a SocketTask: late, missing, doubled, in either order, and before it ever opened.
import { harsh, type Profile, type Quirks } from '../../simulator/core/quirks'
import { setUp, URL } from './set-up'

describe('the end of a socket', () => {
  async function opened(quirks: Partial<Quirks> = {}, profile: Profile = 'android') {
    const all = setUp({ profile, quirks })
    const task = all.connect()
    await all.clock.advance(10)
    all.told()
    return { ...all, task }
  }

  test.each(['android', 'ios', 'pc', 'devtools'] as const)(
    '%s: close() without a legal code fails, and the socket stays',
    async (profile) => {
      const { clock, phone, task, told, outcome } = await opened({}, profile)
      task.close(outcome('none'))
      task.close({ code: 1001, ...outcome('1001') })
      task.close({ code: 5000, ...outcome('5000') })
      task.close({ code: 1000, reason: '字'.repeat(42), ...outcome('long') })
      await clock.advance(100)
      const lines = told()
      expect(lines).toHaveLength(4)
      for (const line of lines.slice(0, 3))
        expect(line).toMatch(/closeSocket:fail .*either 1000, or between 3000 and 4999/)
      if (profile === 'pc') expect(lines[0]).toContain('65535 is neither')
      expect(lines[3]).toMatch(/123 bytes/)
      expect(phone.sockets.open).toBe(1)
    },
  )

  test('a second close is no harm while closing, and fails when it is over', async () => {
    const { clock, task, told, outcome } = await opened()
    task.close({ code: 1000, ...outcome('first') })
    task.close({ code: 1000, ...outcome('second') })
    await clock.advance(10)
    task.close({ code: 1000, ...outcome('third') })
    await clock.advance(10)
    expect(told()).toEqual(['first ok', 'second ok', 's close 1000', 'third closeSocket:fail wcwss taskID not exist'])
  })

  test.each([
    ['missing', { ownClose: [] }, []],
    ['doubled', { ownClose: ['close', 'close'] }, ['s close 1000 bye', 's close 1000 bye']],
    [
      "in the platform's words",
      { ownCloseCode: { code: 1000, reason: 'normal closure' } },
      ['s close 1000 normal closure'],
    ],
  ] as const)('onClose after the own close: %s', async (_, quirks, expected) => {
    const { clock, phone, task, told } = await opened(quirks)
    task.close({ code: 1000, reason: 'bye' })
    await clock.advance(1000)
    expect(told()).toEqual(expected)
    expect(phone.sockets.open).toBe(0)
  })

  test('onClose comes late, after the next socket is already up', async () => {
    const { clock, task, connect, told } = await opened({ closeDelay: 500 })
    task.close({ code: 1000, reason: 'bye' })
    await clock.advance(100)
    connect({}, 'next')
    await clock.advance(1000)
    expect(told()).toEqual(['next success', 'next open', 's close 1000 bye'])
  })

  test('the server closes: its code and reason; or 1000 without a reason', async () => {
    const plain = await opened()
    plain.peers[0]!.close(4001, 'code=206')
    await plain.clock.advance(10)
    expect(plain.told()).toEqual(['s close 4001 code=206'])
    const mute = await opened({ serverCloseCode: { code: 1000, reason: '' } })
    mute.peers[0]!.close(4001, 'code=206')
    await mute.clock.advance(10)
    expect(mute.told()).toEqual(['s close 1000'])
  })

  test.each([
    ['android', ['s close 1006 abnormal closure']],
    ['ios', ['s close 1001 Stream end encountered']],
  ] as const)('%s: the link breaks', async (profile, expected) => {
    const { clock, server, told } = await opened({}, profile)
    server.kill()
    await clock.advance(10)
    expect(told()).toEqual(expected)
  })

  test.each([
    [['error'], ['s error']],
    [
      ['error', 'close'],
      ['s error', 's close'],
    ],
    [
      ['close', 'error'],
      ['s close', 's error'],
    ],
    [[], []],
  ] as const)('a broken link and a failed connect are told as %j', async (events, expected) => {
    const { clock, server, connect, told } = await opened({ lost: events, connectFailure: events })
    server.kill()
    await clock.advance(10)
    expect(told().map((line) => line.slice(0, 7).trim())).toEqual(expected)
    connect()
    await clock.advance(10)
    expect(
      told()
        .filter((line) => line !== 's success')
        .map((line) => line.slice(0, 7).trim()),
    ).toEqual(expected)
  })

  test('the peer never answers the close: the platform gives up by itself', async () => {
    const { clock, phone, task, told, peers } = await opened()
    peers[0]!.freeze()
    task.close({ code: 1000, reason: 'bye' })
    await clock.advance(4990)
    expect([told(), phone.sockets.open]).toEqual([[], 1])
    await clock.advance(20)
    expect([told(), phone.sockets.open]).toEqual([['s close 1000 bye'], 0])
  })
})

describe('while connecting', () => {
  test('close is refused: the socket opens all the same', async () => {
    const { clock, connect, told, outcome } = setUp({ quirks: { closeWhileConnecting: 'refused' } })
    connect().close({ code: 1000, ...outcome('close') })
    await clock.advance(10)
    expect(told()).toEqual(['s success', 'close closeSocket:fail WebSocket is not connected', 's open'])
  })

  test('close is ignored: it says ok, and the socket opens all the same', async () => {
    const { clock, connect, told, outcome } = setUp({ quirks: { closeWhileConnecting: 'ignored' } })
    connect().close({ code: 1000, ...outcome('close') })
    await clock.advance(10)
    expect(told()).toEqual(['s success', 'close ok', 's open'])
  })

  test('close is honoured: the socket never opens', async () => {
    const { clock, phone, connect, told, outcome, peers } = setUp({ profile: 'pc' })
    connect().close({ code: 1000, ...outcome('close') })
    await clock.advance(100)
    expect(told()).toEqual([
      's success',
      'close ok',
      's error websocket was closed before the connection was established',
      's close 1006',
    ])
    expect([phone.sockets.open, peers.length]).toEqual([0, 0])
  })

  test('a handshake that hangs holds its slot until the 60 s limit, told or not', async () => {
    const { clock, phone, server, connect, told } = setUp()
    server.hang(true)
    connect()
    await clock.advance(59_000)
    expect([told(), phone.sockets.open]).toEqual([['s success'], 1])
    await clock.advance(2000)
    expect([told(), phone.sockets.open]).toEqual([['s error exception onOpen fail code:9, msg:Timer Expired'], 0])

    server.hang(false)
    phone.quirks.handshake = 'hangs-silently'
    connect()
    await clock.advance(61_000)
    expect([told(), phone.sockets.open]).toEqual([['s success'], 0])
  })

  test("the app's own timeout counts when it is shorter", async () => {
    const { clock, server, connect, told } = setUp()
    server.hang(true)
    connect({ timeout: 3000 })
    await clock.advance(3100)
    expect(told()).toEqual(['s success', 's error exception onOpen fail code:9, msg:Timer Expired'])
  })

  test('the first message may overtake onOpen; otherwise it waits for it', async () => {
    for (const [messageBeforeOpen, expected] of [
      [true, ['s message hello', 's open']],
      [false, ['s open', 's message hello']],
    ] as const) {
      const { clock, network, connect, told } = setUp({
        quirks: { messageBeforeOpen, openDelay: 50, success: 'never' },
      })
      network.listen('wss://im.test/eager', (peer) => peer.send('hello'))
      connect({ url: 'wss://im.test/eager' })
      await clock.advance(100)
      expect(told()).toEqual(expected)
    }
  })

  test('listeners registered after an await miss everything where the phone is strict', async () => {
    const { clock, phone, told, note } = setUp({ quirks: { lateListeners: 'lost' } })
    const task = phone.wx.connectSocket({ url: URL })
    task.onOpen(note('in time'))
    await Promise.resolve()
    task.onOpen(note('late'))
    await clock.advance(10)
    expect(told()).toEqual(['in time'])
  })
})

describe('the worst phones that were reported', () => {
  test.each(['android', 'ios', 'pc', 'devtools'] as const)(
    '%s still opens, echoes, closes and gives its slot back',
    async (profile) => {
      const { clock, phone, connect, told, heardByServer } = setUp({ profile, quirks: harsh(profile) })
      const task = connect()
      await clock.advance(10)
      task.send({ data: 'x' })
      await clock.advance(10)
      task.close({ code: 1000, reason: 'bye' })
      await clock.advance(1000)
      const heard = told()
      expect(heard).toEqual(expect.arrayContaining(['s open', 's message x', 's close 1000 bye']))
      expect(heardByServer).toEqual(['x', 'closed 1000 bye'])
      expect([phone.sockets.open, phone.errors, clock.pending()]).toEqual([0, [], []])
    },
  )
})
