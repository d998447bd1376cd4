// Who may come in: refusals, farewells and passwords, each with its number and its one chance.
import { API, createWorld, dials } from './world'

const second = 1_000
describe('a refusal at the login', () => {
  const definite: [number, object, string][] = [
    [0x85, {}, 'IdentifierRejected'],
    [0x8a, {}, 'UserBlocked'],
    [0x87, { code: 31009 }, 'UserBlocked'],
    [0x87, { code: 31005 }, 'NotAuthorized'],
    [0x87, { code: 31008 }, 'AppBlockedOrDeleted'],
    [0x87, { code: 31029 }, 'UserDeletedAccount'],
    [0x86, {}, 'TokenIncorrect'],
    [0x87, { code: 31020 }, 'TokenExpired'],
    [0x87, { code: 31027 }, 'OneTimePasswordUsed'],
    [0x87, { code: 31028 }, 'PlatformMismatch'],
  ]
  test.each(definite)('0x%i %j stops at once: %s', async (code, words, name) => {
    const { device, broker, wait } = createWorld()
    const phone = device()
    const alice = phone.connect()
    broker.refuseNext(code, words)
    void alice.open()
    await wait(300 * second)
    const expired = name === 'TokenExpired' ? ['token expired'] : []
    expect(alice.heard().sort()).toEqual([...expired, `disconnected: ${name}`, `open refused: ${name}`].sort())
    expect([dials(phone), alice.it.state]).toEqual([1, 'stopped'])
  })

  test.each([31009, 31020, 31008])('in MQTT 3.1.1 the close reason tells the number: %i', async (code) => {
    const { device, broker, wait } = createWorld()
    const phone = device({ quirks: { serverCloseCode: 'kept' } })
    const alice = phone.connect()
    broker.only311()
    broker.dropBeforeConnack(1011) // of the attempt in MQTT 5
    broker.refuseNext(0x87, { code })
    const codes: number[] = []
    alice.it.on('onDisconnected', (error) => void codes.push(error.code))
    void alice.open()
    await wait(60 * second)
    expect([codes, dials(phone)]).toEqual([[code], 2])
    alice.heard()
  })
})

describe('a farewell while connected', () => {
  test.each([206, 207, 216, 217, 31010, 31011])('%i stops at once and stays stopped', async (code) => {
    const { online, broker, wait } = createWorld()
    const alice = await online()
    const codes: number[] = []
    alice.it.on('onDisconnected', (error) => void codes.push(error.code))
    broker.kick('alice', 0x98, { code })
    await wait(60 * second)
    alice.phone.network.set('4g')
    await wait(60 * second)
    expect([codes, dials(alice), alice.it.state]).toEqual([[code], 1, 'stopped'])
  })
})

describe('a password', () => {
  const byPassword = { pwd: 'secret', accessToken: undefined } as never

  test('is exchanged for a token, which is what the message server sees', async () => {
    const { device, broker, http, wait } = createWorld()
    const bodies: string[] = []
    http.serve(`${API}/acme/chat/token`, ({ body }) => {
      bodies.push(Buffer.from(body ?? []).toString())
      return { body: { access_token: 'good' } }
    })
    const alice = device().connect({ apiUrl: API, isHttpDNS: false })
    void alice.open(byPassword)
    await wait(second)
    expect([alice.heard(), bodies.map((body) => JSON.parse(body) as unknown)]).toEqual([
      ['connected', 'opened'],
      [{ grant_type: 'password', username: 'alice', password: 'secret' }],
    ])
    expect(broker.received.map(({ packet }) => 'password' in packet && String(packet.password))[0]).toBe('good')
  })

  test.each([
    [401, { code: 31004 }, 'TokenIncorrect'],
    [403, { code: 31009 }, 'UserBlocked'],
    [404, { code: 31002 }, 'IdentifierRejected'],
  ])('refused with %i %j is the end', async (status, body, name) => {
    const { device, http, wait } = createWorld()
    http.serve(API, () => ({ status, body }))
    const phone = device()
    const alice = phone.connect({ apiUrl: API, isHttpDNS: false })
    void alice.open(byPassword)
    await wait(60 * second)
    expect([alice.heard(), dials(phone)]).toEqual([[`disconnected: ${name}`, `open refused: ${name}`], 0])
  })

  test('is tried again while the REST server is down', async () => {
    const { device, http, wait } = createWorld()
    let asked = 0
    http.serve(`${API}/acme/chat/token`, () => (++asked < 3 ? { status: 503 } : { body: { access_token: 'good' } }))
    const alice = device().connect({ apiUrl: API, isHttpDNS: false })
    void alice.open(byPassword)
    await wait(100 * second)
    expect([alice.heard().slice(-2), asked]).toEqual([['connected', 'opened'], 3])
  })
})
