// Forged, stale and foreign tokens: each refused with its number, and only the genuine one let in.
import { createHmac } from 'node:crypto'
import { app, startWorld, type World } from './world'

const secret = 'a secret of the server, only for this test'
let world: World
beforeEach(async () => {
  world = await startWorld({ secret })
})
afterEach(() => world.end())

const now = (): number => Math.floor(Date.now() / 1000)

function sign(claims: object, { key = secret, alg = 'HS256', digest = 'sha256' } = {}): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const head = `${part({ alg, typ: 'JWT' })}.${part(claims)}`
  return `${head}.${alg === 'none' ? '' : createHmac(digest, key).update(head).digest('base64url')}`
}

const good = (): object => ({ sub: 'alice', app: 'acme#chat', iat: now(), exp: now() + 60 })

describe('tokens', () => {
  test('one signed elsewhere with the same secret is good (the others below differ in one thing)', async () => {
    await world.token('alice')
    await world.login('alice', { token: sign(good()) })
  })

  test.each<[string, () => string]>([
    ['signed with another key', () => sign(good(), { key: 'another secret, just as long as it has to be' })],
    ['alg none', () => sign(good(), { alg: 'none' })],
    ['another algorithm', () => sign(good(), { alg: 'HS512', digest: 'sha512' })],
    ['of another app', () => sign({ ...good(), app: 'acme#other' })],
    ['of no app', () => sign({ ...good(), app: undefined })],
    ['without an end', () => sign({ ...good(), exp: undefined })],
    ['without a beginning', () => sign({ ...good(), iat: undefined })],
    ['not valid yet', () => sign({ ...good(), nbf: now() + 60 })],
    ['of a user who does not exist', () => sign({ ...good(), sub: 'nobody' })],
    ['of a user named __proto__', () => sign({ ...good(), sub: '__proto__' })],
    ['one-time without an id', () => sign({ ...good(), once: true })],
    ['truncated', () => sign(good()).slice(0, -5)],
    ['without its signature', () => sign(good()).replace(/[^.]*$/, '')],
    [
      'with changed claims',
      () =>
        sign(good()).replace(
          /\.[^.]+\./,
          `.${Buffer.from(JSON.stringify({ ...good(), exp: now() + 999 })).toString('base64url')}.`,
        ),
    ],
    ['empty', () => ''],
    ['huge', () => 'x'.repeat(60_000)],
    ['not text', () => '\0\xff'],
  ])('%s: 31004', async (_what, token) => {
    await world.token('alice')
    expect(await world.refused({ token: token() })).toBe(31004)
  })

  test('expired and of another app is not taken for an expired one of ours', async () => {
    await world.token('alice')
    expect(await world.refused({ token: sign({ ...good(), exp: now() - 10 }) })).toBe(31020)
    expect(await world.refused({ token: sign({ ...good(), exp: now() - 10, app: 'acme#other' }) })).toBe(31004)
  })

  test('without user name, or without password: 31004', async () => {
    for (const fields of [{}, { username: 'alice' }]) {
      const client = await world.dial()
      client.send({
        cmd: 'connect',
        clientId: `${app}/alice`,
        protocolVersion: 5,
        clean: true,
        keepalive: 9,
        ...fields,
      })
      expect((await client.next('connack')).reasonCode).toBe(0x86)
    }
  })
})

describe('tokens without an end', () => {
  const ends = (token: string): unknown =>
    (JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { exp?: unknown }).exp

  beforeEach(async () => {
    await world.end()
    world = await startWorld({ secret, tokenTtl: 'never' })
  })

  test('Token 有效期可在控制台进行配置，默认为永久有效: with --token-ttl never a token has no end, and logs in', async () => {
    const { body } = await world.admin('POST', 'tokens', { username: 'alice' })
    expect(body).not.toHaveProperty('expires_in')
    expect(ends(body.access_token as string)).toBeUndefined()
    await world.login('alice', { token: body.access_token as string })
    await world.login('alice', { token: sign({ ...good(), exp: undefined }) })
  })

  test('who asks for an end gets one', async () => {
    const { body } = await world.admin('POST', 'tokens', { username: 'alice', ttl: 60 })
    expect(body.expires_in).toBe(60)
    expect(ends(body.access_token as string)).toEqual(expect.any(Number))
  })

  test('即使重新生成了一个新 Token，未过期的旧 Token 仍然有效', async () => {
    const old = await world.token('alice')
    await world.token('alice')
    await world.login('alice', { token: old })
  })

  test('主动调用服务端 API 作废 Token: expire voids them (31020), a rotated secret too (31004)', async () => {
    const token = await world.token('alice')
    await world.admin('POST', 'users/alice/expire')
    expect(await world.refused({ token })).toBe(31020)
    const fresh = await world.token('alice')
    await world.login('alice', { token: fresh })
    await world.admin('POST', 'secret')
    expect(await world.refused({ token: fresh })).toBe(31004)
  })

  test('a one-time token has an end all the same: it is remembered as used until then', async () => {
    const token = await world.token('alice', { oneTime: true })
    expect(ends(token)).toEqual(expect.any(Number))
    await world.login('alice', { token })
    expect(await world.refused({ token })).toBe(31027)
    expect(await world.refused({ token: sign({ ...good(), exp: undefined, once: true, jti: 'x' }) })).toBe(31004)
  })
})
