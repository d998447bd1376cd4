// Where the next attempt's token comes from: one fetch for all who ask, early renewal, a wrong clock, and words that stop for good.
import { ConnectionError } from '../../src/errors/connection-error'
import type { Refusal } from '../../src/protocol/refusal'
import { lifeOf, userOfToken } from '../../src/access/token-life'
import { TokenRefused } from '../../src/access/token-refused'
import { mask } from '../../src/errors/secrets'
import { createTokenSource } from '../../src/access/token-source'

const HOUR = 3_600_000
const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
/** A JWT as the server's clock sees it; seconds. */
const jwt = (iat: number, exp: number, more = {}) => `e30.${base64url({ iat, exp, ...more })}.sig`

const setUp = ({ wall = 1_000 * HOUR } = {}) => {
  let now = 0
  const happened: string[] = []
  const ears = {
    willExpire: (remaining: number) => happened.push(`willExpire in ${remaining}`),
    expired: () => happened.push('expired'),
    renewed: (token: string) => happened.push(`renewed ${token}`),
    refused: ({ name }: Refusal) => happened.push(`refused ${name}`),
  }
  const source = createTokenSource(
    () => now,
    () => wall + now,
    ears,
    () => undefined,
  )
  const ask = (fresh = false) => {
    const answers: string[] = []
    const leave = source.get(
      fresh,
      (token) => answers.push(token),
      ({ name, verdict }) => answers.push(`${name} ${verdict}`),
    )
    return { answers, leave }
  }
  /** Time passes, and everything that is due happens on the way. */
  const pass = async (ms: number) => {
    const end = now + ms
    for (let at = source.deadline(); at !== undefined && at <= end; at = source.deadline()) {
      now = Math.max(now, at)
      source.tick(now)
      await turn()
    }
    now = end
  }
  return { source, happened, ask, pass, seconds: () => (wall + now) / 1000 }
}
const turn = () => new Promise((resolve) => setImmediate(resolve))

test('a token that was given is used as it is', () => {
  const { source, ask } = setUp()
  source.begin('opaque', undefined)
  expect(ask().answers).toEqual(['opaque'])
  expect(mask('refused: opaque')).toBe('refused: [hidden]')
})

test('all who ask at once share one fetch', async () => {
  const { source, ask } = setUp()
  let fetches = 0
  source.begin(undefined, () => Promise.resolve(`token ${++fetches}`))
  const asked = [ask(), ask(true), ask()]
  await turn()
  expect(asked.map(({ answers }) => answers)).toEqual([['token 1'], ['token 1'], ['token 1']])
  expect(fetches).toBe(1)
})

test('a token that was on its way before the refusal is not the fresh one that the refusal asks for', async () => {
  const { source, ask, pass } = setUp()
  const answers: ((token: string) => void)[] = []
  source.begin(undefined, () => new Promise((resolve) => answers.push(resolve)))
  const first = ask(true)
  await pass(5)
  const second = ask(true) // the server has just said that every token of before is void
  answers[0]?.('void')
  answers[1]?.('fresh')
  await turn()
  expect([first.answers, second.answers, source.current()]).toEqual([['fresh'], ['fresh'], 'fresh'])
})

test('who has left hears nothing; the fetch serves the others', async () => {
  const { source, ask } = setUp()
  source.begin(undefined, () => Promise.resolve('late'))
  const gone = ask()
  const stays = ask()
  gone.leave()
  await turn()
  expect([gone.answers, stays.answers]).toEqual([[], ['late']])
})

test('a fetch that never answers does not block the next one for ever', async () => {
  const { source, ask, pass } = setUp()
  let fetches = 0
  source.begin(undefined, () => (++fetches === 1 ? new Promise<string>(() => undefined) : Promise.resolve('second')))
  ask()
  await pass(21_000)
  const { answers } = ask()
  await turn()
  expect(answers).toEqual(['second'])
})

test.each<[string, () => Promise<string>, string]>([
  ['a failure of the provider is tried again', () => Promise.reject(new Error('HTTP 502')), 'TokenUnavailable retry'],
  [
    'a provider that throws is one that fails',
    () => {
      throw new Error('no wx.login')
    },
    'TokenUnavailable retry',
  ],
  ['TokenRefused stops for good', () => Promise.reject(new TokenRefused('left the company')), 'TokenRefused fatal'],
  ['what is no token is no token', () => Promise.resolve(42 as unknown as string), 'TokenUnavailable retry'],
  ['an empty token is none', () => Promise.resolve(''), 'TokenUnavailable retry'],
  [
    'a definite answer of the REST server stops',
    () => Promise.reject(new ConnectionError('UserBlocked')),
    'UserBlocked fatal',
  ],
  [
    'a REST server out of reach does not',
    () => Promise.reject(new ConnectionError('RestFailed')),
    'TokenUnavailable retry',
  ],
])('%s', async (_what, provider, expected) => {
  const { source, ask } = setUp()
  source.begin(undefined, provider)
  const { answers } = ask()
  await turn()
  expect(answers).toEqual([expected])
})

test('a refusal never carries the token', async () => {
  const { source } = setUp()
  const refusals: Refusal[] = []
  source.begin('s3cret-token', () => Promise.reject(new Error('no')))
  source.get(
    true,
    () => undefined,
    (refusal) => refusals.push(refusal),
  )
  await turn()
  expect(JSON.stringify(refusals)).not.toContain('s3cret-token')
})

test('the app is told at four fifths of a token’s life, and at its end', async () => {
  const { source, happened, pass, seconds } = setUp()
  source.begin(jwt(seconds(), seconds() + 1_000), undefined)
  await pass(799_999)
  expect(happened).toEqual([])
  await pass(1)
  expect(happened).toEqual(['willExpire in 200000'])
  await pass(200_000)
  expect(happened).toEqual(['willExpire in 200000', 'expired'])
  expect(source.expire()).toBe(false)
})

test('with a provider a fresh token is there before the old one ends', async () => {
  const { source, happened, pass, seconds } = setUp()
  const next = jwt(seconds() + 800, seconds() + 100_000)
  source.begin(jwt(seconds(), seconds() + 1_000), () => Promise.resolve(next))
  await pass(1_000_000)
  expect(happened).toEqual(['willExpire in 200000', `renewed ${next}`])
  expect(source.current()).toBe(next)
})

test('an early renewal that fails is tried again until the token ends', async () => {
  const { source, happened, pass, seconds } = setUp()
  let fetches = 0
  source.begin(jwt(seconds(), seconds() + 100), () => Promise.reject(new Error(`no ${++fetches}`)))
  await pass(100_000)
  expect(fetches).toBeGreaterThan(1)
  expect(happened).toEqual(['willExpire in 20000', 'expired'])
})

test('a provider that refuses for good ends the login while it still works', async () => {
  const { source, happened, pass, seconds } = setUp()
  source.begin(jwt(seconds(), seconds() + 100), () => Promise.reject(new TokenRefused()))
  await pass(81_000)
  expect(happened).toEqual(['willExpire in 20000', 'refused TokenRefused'])
})

test.each([
  ['five hours fast', 5 * HOUR],
  ['five hours slow', -5 * HOUR],
])('a phone whose clock is %s judges by the server’s time', async (_what, error) => {
  const server = 1_000 * HOUR
  const { source, happened, pass } = setUp({ wall: server + error })
  source.begin(jwt(server / 1000, server / 1000 + 1_000), undefined)
  source.serverTime(server)
  await pass(799_000)
  expect(happened).toEqual([])
  await pass(1_000)
  expect(happened).toEqual(['willExpire in 200000'])
})

test('before the server tells its time, a token that was just fetched does', async () => {
  const server = 1_000 * HOUR
  const { source, happened, ask, pass } = setUp({ wall: server + 7 * HOUR })
  source.begin(undefined, () => Promise.resolve(jwt(server / 1000, server / 1000 + 1_000)))
  ask()
  await turn()
  await pass(799_000)
  expect(happened).toEqual([])
})

test('an opaque token has no life that anyone could know', async () => {
  const { source, happened, pass } = setUp()
  source.begin('opaque', undefined)
  expect(source.deadline()).toBeUndefined()
  await pass(HOUR)
  expect(happened).toEqual([])
})

test('after the end nothing of the user is left', () => {
  const { source, ask } = setUp()
  source.begin('mine', undefined)
  source.end()
  expect(source.current()).toBeUndefined()
  expect(ask().answers).toEqual(['TokenUnavailable fatal'])
})

test('what a token tells of itself', () => {
  expect(lifeOf(jwt(1, 2))).toEqual({ issuedAt: 1_000, expiresAt: 2_000 })
  expect(userOfToken(jwt(1, 2, { sub: 'alice' }))).toBe('alice')
  for (const token of [
    '',
    'a',
    'a.b',
    'a.b.c',
    '..',
    'é.é.é',
    `e30.${base64url([])}.x`,
    `e30.${base64url({ iat: 'x', exp: null, sub: 7 })}.x`,
  ]) {
    expect(lifeOf(token)).toEqual({ issuedAt: undefined, expiresAt: undefined })
    expect(userOfToken(token)).toBeUndefined()
  }
})

test('a date that no calendar holds is none, so that no deadline becomes a number that never comes or always has come', () => {
  for (const wild of [1.7e308, -1.7e308, 1e300]) {
    const { source } = setUp()
    source.begin(jwt(wild, 1), undefined)
    expect(lifeOf(jwt(wild, wild))).toEqual({ issuedAt: undefined, expiresAt: undefined })
    expect(Number.isFinite(source.deadline() ?? 0)).toBe(true)
  }
})
