// Tokens: fetched when they are needed, renewed ahead of need, replaced while connected.
import { createWorld, dials } from './world'

const second = 1_000
const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A JWT that lives from `now` for so many seconds. */
const jwt = (now: number, life: number, name = 'signature') =>
  `${base64url({ alg: 'HS256' })}.${base64url({ sub: 'alice', iat: Math.floor(now / second), exp: Math.floor(now / second) + life })}.${name}`

describe('tokenProvider', () => {
  const withProvider = (provide: () => Promise<string>) => {
    const world = createWorld({ authenticate: (_, token) => (token.startsWith('good') ? undefined : 0x86) })
    const phone = world.device()
    return { ...world, phone, alice: phone.connect({ tokenProvider: provide }) }
  }

  test('a bad token is replaced by a fresh one, once', async () => {
    let asked = 0
    const { alice, wait, phone } = withProvider(() => Promise.resolve(`good${++asked}`))
    void alice.open({ accessToken: 'bad' })
    await wait(second)
    expect([alice.heard(), asked, dials(phone)]).toEqual([['connected', 'opened'], 1, 2])
  })

  test('a fresh token that is bad, too, is the end', async () => {
    let asked = 0
    const { alice, wait, phone } = withProvider(() => Promise.resolve(`bad${++asked}`))
    void alice.open({ accessToken: 'bad' })
    await wait(60 * second)
    expect([alice.heard(), asked, dials(phone)]).toEqual([
      ['disconnected: TokenIncorrect', 'open refused: TokenIncorrect'],
      1,
      2,
    ])
  })

  test('an old token does not end the login because the first fetch of a fresh one failed', async () => {
    let asked = 0
    const { alice, wait } = withProvider(() =>
      ++asked === 1 ? Promise.reject(new Error('no answer')) : Promise.resolve('good'),
    )
    void alice.open({ accessToken: 'bad' })
    await wait(10 * second)
    expect([alice.heard(), asked]).toEqual([['reconnecting 1: TokenUnavailable', 'connected', 'opened'], 2])
  })

  test('a fresh token that grew old while there was no network is replaced in its turn', async () => {
    let asked = 0
    const { alice, wait, broker } = withProvider(() => Promise.resolve(++asked === 2 ? 'good' : `bad${asked}`))
    broker.refuseNext(0x87)
    broker.dropBeforeConnack()
    void alice.open({ accessToken: 'good' })
    await wait(60 * second)
    expect([alice.it.state, asked]).toEqual(['online', 2])
  })

  test('an old token is called expired where the server calls every refused token bad', async () => {
    const { device, clock, wait } = createWorld({
      authenticate: (_, token) => (token.endsWith('good') ? undefined : 0x87),
    })
    const old = jwt(clock.now() - 7_200 * second, 3_600)
    const alice = device().connect()
    void alice.open({ accessToken: old })
    await wait(second)
    expect(alice.heard()).toEqual(['token expired', 'disconnected: TokenExpired', 'open refused: TokenExpired'])
    const bob = device().connect({}, 'bob')
    void bob.open({ accessToken: jwt(clock.now(), 3_600) })
    await wait(second)
    expect(bob.heard()).toEqual(['disconnected: TokenIncorrect', 'open refused: TokenIncorrect'])
  })

  test('a failure to fetch is retried', async () => {
    let asked = 0
    const { alice, wait } = withProvider(() =>
      ++asked < 3 ? Promise.reject(new Error('no answer')) : Promise.resolve('good'),
    )
    void alice.open({ accessToken: undefined } as never)
    await wait(10 * second)
    expect(alice.heard()).toEqual([
      'reconnecting 1: TokenUnavailable',
      'reconnecting 2: TokenUnavailable',
      'connected',
      'opened',
    ])
  })

  test.each(['throws', 'gives no string', 'never answers'])('one that %s is a failure to fetch', async (how) => {
    let asked = 0
    const { alice, wait } = withProvider(() => {
      if (++asked > 1) return Promise.resolve('good')
      if (how === 'throws') throw new Error('a bug of the app')
      return how === 'never answers' ? new Promise(() => undefined) : Promise.resolve(42 as never)
    })
    void alice.open({ accessToken: undefined } as never)
    await wait(30 * second)
    expect(alice.heard()).toEqual(['reconnecting 1: TokenUnavailable', 'connected', 'opened'])
  })

  test('TokenRefused is the end', async () => {
    const world = createWorld()
    const phone = world.device()
    const alice = phone.connect({ tokenProvider: () => Promise.reject(new phone.sdk.TokenRefused('logged out')) })
    void alice.open({ accessToken: undefined } as never)
    await world.wait(60 * second)
    expect([alice.heard(), dials(phone)]).toEqual([['disconnected: TokenRefused', 'open refused: TokenRefused'], 0])
  })

  test('an expired token is replaced after a drop; the app hears that it expired', async () => {
    const { alice, broker, wait } = withProvider(() => Promise.resolve('good2'))
    void alice.open({ accessToken: 'good1' })
    await wait(second)
    broker.refuseNext(0x87, { code: 31020 })
    broker.kick('alice', 0)
    await wait(5 * second)
    expect(alice.heard()).toEqual([
      'connected',
      'opened',
      'reconnecting 1: LinkLost',
      'token expired',
      'connected, resumed',
    ])
    expect(
      broker.received
        .filter(({ cmd }) => cmd === 'connect')
        .map(({ packet }) => 'password' in packet && String(packet.password)),
    ).toEqual(['good1', 'good1', 'good2'])
  })

  test('a token is renewed at four fifths of its life, without a drop', async () => {
    const { clock, device, broker, wait } = createWorld()
    broker.greet({ reauth: '1' })
    const phone = device()
    let asked = 0
    const alice = phone.connect({ tokenProvider: () => Promise.resolve(jwt(clock.now(), 100, `fetched${++asked}`)) })
    void alice.open({ accessToken: undefined } as never)
    await wait(79 * second)
    expect([alice.heard(), asked]).toEqual([['connected', 'opened'], 1])
    await wait(2 * second)
    expect([alice.heard()[0], asked]).toEqual(['token will expire', 2])
    const before = dials(phone)
    await wait(80 * second)
    expect([alice.heard(), asked, dials(phone)]).toEqual([['token will expire'], 3, before])
  })

  test('without it the app is told at four fifths, and when the token has expired', async () => {
    const { clock, device, wait } = createWorld()
    const alice = device().connect()
    void alice.open({ accessToken: jwt(clock.now(), 100) })
    await wait(79 * second)
    expect(alice.heard()).toEqual(['connected', 'opened'])
    await wait(2 * second)
    expect(alice.heard()).toEqual(['token will expire'])
    await wait(20 * second)
    expect(alice.heard()).toEqual(['token expired'])
    expect(alice.it.isOpened()).toBe(true)
  })
})

describe('renewToken()', () => {
  const tokens = (broker: ReturnType<typeof createWorld>['broker']) =>
    broker.received.flatMap(({ packet }) =>
      packet.cmd === 'connect'
        ? [`connect ${String(packet.password)}`]
        : packet.cmd === 'auth'
          ? [`auth ${String(packet.properties?.authenticationData)}`]
          : [],
    )

  test('comes back with the new token where the server cannot take it on the living link', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online({ autoReconnectNumMax: 0 })
    void alice.it.renewToken('new').then(() => alice.events.push('renewed'))
    await wait(second)
    expect([alice.heard(), tokens(broker)]).toEqual([
      ['connected, resumed', 'renewed'],
      ['connect good', 'connect new'],
    ])
  })

  /** Online, on a link where the server takes new tokens; `renew` says how it ended. */
  const onLivingLink = async (world = createWorld(), options: Parameters<typeof world.online>[0] = {}) => {
    world.broker.greet({ reauth: '1' })
    const alice = await world.online(options)
    void alice.it.renewToken('second')
    await world.wait(second)
    alice.heard()
    const renew = (token: string) =>
      void alice.it.renewToken(token).then(
        () => alice.events.push('renewed'),
        ({ name }: Error) => alice.events.push(`not renewed: ${name}`),
      )
    return { ...world, alice, renew }
  }

  test('offers it on the living link where the server can take it', async () => {
    const { alice, renew, broker, wait } = await onLivingLink()
    renew('third')
    await wait(second)
    expect([alice.heard(), tokens(broker)]).toEqual([['renewed'], ['connect good', 'connect second', 'auth third']])
  })

  const refusing = async (tokenProvider?: () => Promise<string>) => {
    const world = createWorld({ authenticate: (_, token) => (token === 'bad' ? 0x86 : undefined) })
    const living = await onLivingLink(world, tokenProvider && { tokenProvider })
    living.renew('bad')
    await world.wait(60 * second)
    return living
  }

  test('that the server refuses ends the session, and says so', async () => {
    const { alice } = await refusing()
    expect(alice.heard()).toEqual(['disconnected: TokenIncorrect', 'not renewed: TokenIncorrect'])
  })

  test('that the server refuses is cured by a fresh one of the tokenProvider', async () => {
    let asked = 0
    const { alice, broker } = await refusing(() => Promise.resolve(`fresh${++asked}`))
    expect([alice.heard(), asked]).toEqual([['connected, resumed', 'renewed'], 1])
    expect(tokens(broker).slice(-2)).toEqual(['auth bad', 'connect fresh1'])
  })

  test('that the server never answers comes back with the new token', async () => {
    const { alice, renew, broker, wait } = await onLivingLink()
    broker.lose('auth')
    renew('third')
    await wait(11 * second)
    expect([alice.heard(), tokens(broker).slice(-2)]).toEqual([
      ['connected, resumed', 'renewed'],
      ['auth third', 'connect third'],
    ])
  })

  test('on a link that dies meanwhile comes back with the new token', async () => {
    const { alice, renew, broker, wait } = await onLivingLink()
    broker.lose('auth')
    renew('third')
    broker.crash()
    broker.restart()
    await wait(5 * second)
    expect([alice.heard(), tokens(broker).slice(-1)]).toEqual([
      ['reconnecting 1: LinkLost', 'connected, resumed', 'renewed'],
      ['connect third'],
    ])
  })

  test('during the login is used by it; without a login it is refused', async () => {
    const { device, broker, wait } = createWorld()
    const alice = device().connect()
    const outcomes: string[] = []
    const renew = (token: string) =>
      void alice.it.renewToken(token).then(
        () => outcomes.push('renewed'),
        ({ name }: Error) => outcomes.push(name),
      )
    renew('early')
    broker.answerLate(2 * second)
    void alice.open()
    await wait(second)
    renew('new')
    await wait(10 * second)
    expect([outcomes, tokens(broker).slice(-1), alice.heard()]).toEqual([
      ['NotConnected', 'renewed'],
      ['connect new'],
      ['connected, resumed', 'opened'],
    ])
  })
})
