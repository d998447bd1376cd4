// Every number of the design that a server can say, said by this one: at connect and while connected, in both versions.
import { ErrorCode } from '../../src/errors/codes'
import { kickOf, refusals } from '../../server/refusals'
import { app, startLastingWorld, startWorld, type Client, type ConnectWishes, type World } from './world'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.end())

/** The number that a refused CONNECT was answered with. */
async function refusal(wishes: ConnectWishes): Promise<{ said: number; code: number; retryAfter?: number }> {
  const client = await world.knock(wishes)
  const { reasonCode, returnCode, properties } = await client.next('connack')
  const { reason } = await client.closed
  if (wishes.version === 4) return { said: returnCode!, ...numbers(reason) }
  const { code, retryAfter } = properties!.userProperties as Record<string, string>
  return {
    said: reasonCode!,
    code: Number(code),
    ...(retryAfter === undefined ? {} : { retryAfter: Number(retryAfter) }),
  }
}

const numbers = (reason: string): { code: number; retryAfter?: number } => {
  const [, code, retryAfter] = /^code=(\d+)(?: retryAfter=(\d+))?$/.exec(reason) ?? []
  return { code: Number(code), ...(retryAfter === undefined ? {} : { retryAfter: Number(retryAfter) }) }
}

/** The number that a living connection ended with. */
async function ending(client: Client, version: 4 | 5): Promise<number> {
  if (version === 4) return numbers((await client.closed).reason).code
  const { properties } = await client.next('disconnect')
  expect((await client.closed).reason).toBe('')
  return Number((properties!.userProperties as Record<string, string>).code)
}

const endOf = (token: string): number =>
  (JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { exp: number }).exp * 1000

const versions = [5, 4] as const

describe.each(versions)('at connect, over MQTT %s', (version) => {
  const both = <T>(v5: T, v4: T): T => (version === 5 ? v5 : v4)

  test('an app that does not exist: 31002', async () => {
    const token = await world.token('alice')
    expect(await refusal({ version, clientId: 'other/app/alice', token })).toEqual({ said: both(0x85, 2), code: 31002 })
  })

  test('maintenance: 31003 with the time to stay away', async () => {
    const token = await world.token('alice')
    await world.admin('POST', 'app', { unavailable: 45 })
    expect(await refusal({ version, token })).toEqual({ said: both(0x88, 3), code: 31003, retryAfter: 45 })
    await world.admin('POST', 'app', { unavailable: false })
    await world.login('alice', { version, token })
  })

  test('a token that is none: 31004', async () => {
    await world.token('alice')
    expect(await refusal({ version, token: 'secret' })).toEqual({ said: both(0x86, 4), code: 31004 })
  })

  test('a client that does not name its platform, where the app checks: 31005', async () => {
    const token = await world.token('alice')
    await world.admin('POST', 'app', { check: true })
    expect(await refusal({ version, token })).toEqual({ said: both(0x87, 5), code: 31005 })
    await world.login('alice', { version, token, headers: { 'x-im-platform': 'wechat-ios' } })
  })

  test('a blocked app: 31008', async () => {
    const token = await world.token('alice')
    await world.admin('POST', 'app', { blocked: true })
    expect(await refusal({ version, token })).toEqual({ said: both(0x8a, 5), code: 31008 })
  })

  test('a blocked user: 31009, and welcome again once unblocked', async () => {
    const token = await world.token('alice')
    await world.admin('POST', 'users/alice/block')
    expect(await refusal({ version, token })).toEqual({ said: both(0x8a, 5), code: 31009 })
    await world.admin('POST', 'users/alice/unblock')
    await world.login('alice', { version, token })
  })

  test('an expired token: 31020', async () => {
    const token = await world.token('alice')
    await world.admin('POST', 'users/alice/expire')
    expect(await refusal({ version, token })).toEqual({ said: both(0x87, 5), code: 31020 })
    await world.login('alice', { version, token: await world.token('alice') })
  })

  test('a token whose time is over: 31020', async () => {
    const token = await world.token('alice', { ttl: 1 })
    while (Date.now() < endOf(token)) await new Promise((resolve) => setTimeout(resolve, endOf(token) - Date.now() + 1))
    expect(await refusal({ version, token })).toMatchObject({ code: 31020 })
  })

  test('a one-time token the second time: 31027, also after a restart', async () => {
    const token = await world.token('alice', { oneTime: true })
    await (await world.login('alice', { version, token })).bye()
    expect(await refusal({ version, token })).toEqual({ said: both(0x86, 4), code: 31027 })
  })

  test('a token for another platform: 31028', async () => {
    const token = await world.token('alice', { platform: 'wechat' })
    const headers = (platform: string): Record<string, string> => ({ 'x-im-platform': platform })
    expect(await refusal({ version, token })).toEqual({ said: both(0x86, 4), code: 31028 })
    expect(await refusal({ version, token, headers: headers('wechatty-ios') })).toMatchObject({ code: 31028 })
    await world.login('alice', { version, token, headers: headers('wechat-ios') })
    await world.login('alice', { version, token, headers: headers('wechat') })
  })

  test('an account that its user closed: 31029; one that was removed: 31004', async () => {
    const [alice, bob] = [await world.token('alice'), await world.token('bob')]
    await world.admin('DELETE', 'users/alice?by=user')
    await world.admin('DELETE', 'users/bob')
    expect(await refusal({ version, token: alice })).toEqual({ said: both(0x87, 5), code: 31029 })
    expect(await refusal({ version, user: 'bob', token: bob })).toEqual({ said: both(0x86, 4), code: 31004 })
  })

  test('a changed password, and a rotated secret: 31004 for the old tokens', async () => {
    const token = await world.token('alice')
    await world.admin('PUT', 'users/alice/password', { password: 'another' })
    expect(await refusal({ version, token })).toMatchObject({ code: 31004 })
    const renewed = await world.token('alice')
    await (await world.login('alice', { version, token: renewed })).bye()
    await world.admin('POST', 'secret')
    expect(await refusal({ version, token: renewed })).toMatchObject({ code: 31004 })
  })
})

describe.each(versions)('while connected, over MQTT %s', (version) => {
  test.each([
    ['a kick', 31010, () => world.admin('POST', 'users/alice/kick')],
    ['a kick as another device', 217, () => world.admin('POST', 'users/alice/kick', { code: 217 })],
    ['a block', 31011, () => world.admin('POST', 'users/alice/block')],
    ['a removal', 207, () => world.admin('DELETE', 'users/alice')],
    ['a changed password', 216, () => world.admin('PUT', 'users/alice/password', { password: 'another' })],
    ['a rotated secret', 31004, () => world.admin('POST', 'secret')],
    ['tokens declared expired', 31020, () => world.admin('POST', 'users/alice/expire')],
    ['a blocked app', 31008, () => world.admin('POST', 'app', { blocked: true })],
    ['a second login', 206, () => world.login('alice', { version })],
    ['a shutdown', 35018, () => world.admin('POST', 'shutdown')],
  ])('%s ends it with %s', async (_what, code, act) => {
    const alice = await world.login('alice', { version })
    const bob = await world.login('bob', { version })
    await act()
    expect(await ending(alice, version)).toBe(code)
    if (![31004, 31008, 35018].includes(code)) {
      bob.send({ cmd: 'pingreq' })
      await bob.next('pingresp') // nobody else was touched
    }
  })

  test('the end of the token ends it with 31020', async () => {
    const alice = await world.login('alice', { version, token: await world.token('alice', { ttl: 4 }) })
    expect(await ending(alice, version)).toBe(31020)
  })
})

test('the reason codes of DISCONNECT fit what happened', async () => {
  const reason = async (act: () => Promise<unknown>): Promise<number> => {
    const alice = await world.login('alice')
    await act()
    return (await alice.next('disconnect')).reasonCode!
  }
  expect(await reason(() => world.login('alice'))).toBe(0x8e)
  expect(await reason(() => world.admin('POST', 'users/alice/kick'))).toBe(0x98)
  expect(await reason(() => world.admin('POST', 'users/alice/expire'))).toBe(0x87)
  expect(await reason(() => world.server.stop())).toBe(0x8b)
})

test('a used one-time token stays used when the server is killed', async () => {
  await world.end()
  world = await startLastingWorld()
  const token = await world.token('alice', { oneTime: true })
  await world.login('alice', { token })
  await world.restart('kill')
  expect(await refusal({ token })).toMatchObject({ code: 31027 })
})

test('MQTT 3.1, MQTT 6 and other protocols: 31001, with a CONNACK that old clients understand', async () => {
  const connect = (name: string, level: number): Buffer => {
    const body = Buffer.concat([
      Buffer.from([0, name.length]),
      Buffer.from(name),
      Buffer.from([level, 2, 0, 30, 0, 1, 97]),
    ])
    return Buffer.concat([Buffer.from([0x10, body.length]), body])
  }
  for (const [name, level] of [
    ['MQIsdp', 3],
    ['MQTT', 6],
    ['MQTT', 3],
    ['MQIsdp', 4],
  ] as const) {
    const client = await world.dial(4)
    client.send(connect(name, level))
    expect(await client.next('connack')).toMatchObject({ returnCode: 1 })
    expect((await client.closed).reason).toBe('code=31001')
  }
  const stranger = await world.dial(4)
  stranger.send(connect('AMQP', 1))
  expect((await stranger.closed).code).toBe(1002)
})

test('where only MQTT 3.1.1 is spoken, a client of MQTT 5 is told so and may fall back', async () => {
  await world.end()
  world = await startWorld({ versions: [4] })
  const client = await world.knock({ version: 5 })
  await client.closed
  await world.login('alice', { version: 4 })
})

test('a full server says 31003 and when to come back', async () => {
  await world.end()
  world = await startWorld({ limits: { connections: 1 } })
  await world.login('alice')
  const late = await world.dial(4)
  expect((await late.closed).reason).toBe('code=31003 retryAfter=30')
})

test('CONNACK tells the time of the server, and that AUTH is understood', async () => {
  const before = Date.now()
  const client = await world.knock({ user: 'alice' })
  const { properties } = await client.next('connack')
  const { time, reauth } = properties!.userProperties as Record<string, string>
  expect(Number(time)).toBeGreaterThanOrEqual(before)
  expect(Number(time)).toBeLessThanOrEqual(Date.now())
  expect(reauth).toBe('1')
  expect(properties!.authenticationMethod).toBeUndefined()
})

test('CONNACK tells the connection, the client’s address and port, and the device of the login before', async () => {
  await world.end()
  world = await startLastingWorld()
  const told = async (deviceId: string): Promise<Record<string, unknown>> => {
    const client = await world.knock({ user: 'phones', properties: { userProperties: { deviceId } } })
    const { properties } = await client.next('connack')
    await client.bye()
    return { ...(properties?.userProperties as Record<string, unknown>) }
  }
  const first = await told('one')
  expect(first).toMatchObject({ ip: '127.0.0.1', port: expect.stringMatching(/^\d+$/) as string })
  expect(first).not.toHaveProperty('lastDeviceId')
  const second = await told('two')
  expect(second.lastDeviceId).toBe('one')
  expect(second.connectionId).not.toBe(first.connectionId)
  await world.restart()
  expect((await told('three')).lastDeviceId).toBe('two')
})

describe('re-authentication', () => {
  const method = { authenticationMethod: 'token' }
  const renew = (client: Client, token: string): void =>
    client.send({ cmd: 'auth', reasonCode: 0x19, properties: { ...method, authenticationData: Buffer.from(token) } })

  test('a new token over AUTH keeps the link up beyond the end of the first', async () => {
    const client = await world.knock({ token: await world.token('alice', { ttl: 4 }), properties: method })
    expect((await client.next('connack')).properties).toMatchObject(method)
    const second = await world.token('alice', { ttl: 6 })
    renew(client, second)
    expect(await client.next('auth')).toMatchObject({ reasonCode: 0, properties: method })
    expect(await ending(client, 5)).toBe(31020)
    expect(Date.now()).toBeGreaterThanOrEqual(endOf(second))
  })

  test('a bad token over AUTH ends the link with its number', async () => {
    const client = await world.login('alice', { properties: method })
    renew(client, 'nonsense')
    expect(await ending(client, 5)).toBe(31004)
  })

  test("another user's token over AUTH is refused", async () => {
    const client = await world.login('alice', { properties: method })
    renew(client, await world.token('bob'))
    expect(await ending(client, 5)).toBe(31004)
  })

  test('AUTH without the method in CONNECT, and another method, are protocol errors', async () => {
    const client = await world.login('alice')
    renew(client, await world.token('alice'))
    expect(await client.next('disconnect')).toMatchObject({ reasonCode: 0x82 })
    const other = await world.knock({ properties: { authenticationMethod: 'SCRAM-SHA-1' } })
    expect(await other.next('connack')).toMatchObject({ reasonCode: 0x8c })
  })
})

test('the numbers are those of the SDK', () => {
  const known = new Set<number>(Object.values(ErrorCode))
  for (const { code } of Object.values(refusals)) expect(known).toContain(code)
  expect(kickOf(31010)).toBe('kicked')
  expect(kickOf(1)).toBeUndefined()
})

test('the operator sees who is connected, from what, since when', async () => {
  const before = Date.now()
  await world.login('alice', {
    platform: 'wechat-ios',
    properties: { userProperties: { platform: 'wechat-ios', deviceId: 'phone-1' } },
  })
  await world.login('bob', { version: 4, headers: { 'x-im-platform': 'wechat-mac', 'x-im-device': 'mac-1' } })
  const { body } = await world.admin('GET', 'connections')
  const list = body.data as { since: number }[]
  expect(list).toMatchObject([
    {
      username: 'alice',
      clientId: `${app}/alice`,
      deviceId: 'phone-1',
      platform: 'wechat-ios',
      ip: '127.0.0.1',
      protocolVersion: 5,
    },
    {
      username: 'bob',
      clientId: `${app}/bob`,
      deviceId: 'mac-1',
      platform: 'wechat-mac',
      ip: '127.0.0.1',
      protocolVersion: 4,
    },
  ])
  for (const { since } of list) expect(since).toBeGreaterThanOrEqual(before)
})

test('two devices that name themselves stay side by side; a login that does not replaces them', async () => {
  const phone = await world.login('alice', { clientId: `${app}/alice/phone` })
  const desk = await world.login('alice', { clientId: `${app}/alice/desk` })
  phone.send({ cmd: 'pingreq' })
  await phone.next('pingresp')
  await world.login('alice')
  expect([await ending(phone, 5), await ending(desk, 5)]).toEqual([206, 206])
})
