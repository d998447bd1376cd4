// Which server the next attempt dials.
import type { Http, HttpResponse } from '../../src/ports/http'
import { createEndpoints } from '../../src/access/endpoints'
import { nameOf } from '../../src/errors/codes'
import { ConnectionError } from '../../src/errors/connection-error'
import { fetchEndpoints } from '../../src/logins/endpoint-list'
import { takeErrors } from '../../src/part'

takeErrors({ ConnectionError, nameOf })

const turn = () => new Promise((resolve) => setImmediate(resolve))
const list = (urls: string[], ttl?: number): HttpResponse => ({
  status: 200,
  header: {},
  body: JSON.stringify({ endpoints: urls.map((url) => ({ url })), ttl }),
})

const setUp = (
  answers: (HttpResponse | Error)[],
  { url, isHttpDNS = true, stored }: { url?: string; isHttpDNS?: boolean; stored?: string } = {},
) => {
  let now = 0
  const asked: string[] = []
  const store = new Map<string, string>(stored === undefined ? [] : [['key', stored]])
  const http: Http = {
    request: (request) => {
      asked.push(request.url)
      const answer = answers.shift() ?? new Error('no network')
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
    },
  }
  const endpoints = createEndpoints({
    storage: {
      get: (key) => store.get(key),
      set: (key, value) => {
        store.set(key, value)
        return true
      },
      remove: (key) => void store.delete(key),
    },
    now: () => now,
    log: () => undefined,
    url,
    lister: () => (isHttpDNS ? () => fetchEndpoints(http, 'https://api') : undefined),
    allowed: (address) => address.startsWith('wss://'),
    key: 'key',
  })
  const next = async () => {
    const answer: string[] = []
    endpoints.resolve(
      (address) => answer.push(address),
      ({ name, verdict }) => answer.push(`${name} ${verdict}`),
    )
    await turn()
    return answer.join()
  }
  return { endpoints, next, asked, store, pass: (ms: number) => (now += ms) }
}

test('without isHttpDNS the configured url is dialled, and nothing is fetched', async () => {
  const { next, asked } = setUp([], { url: 'wss://a', isHttpDNS: false })
  expect([await next(), asked]).toEqual(['wss://a', []])
})

test('the list is fetched once, used until it is old, and kept in the phone', async () => {
  const { next, asked, store, pass } = setUp([list(['wss://a', 'wss://b'], 60), list(['wss://c'])])
  expect([await next(), await next()]).toEqual(['wss://a', 'wss://a'])
  expect([asked.length, store.get('key')]).toEqual([1, '["wss://a","wss://b"]'])
  pass(60_000)
  expect([await next(), asked.length]).toEqual(['wss://c', 2])
})

test('a failure dials the next address; three in a row fetch the list again', async () => {
  const { endpoints, next, asked } = setUp([list(['wss://a', 'wss://b']), list(['wss://c'])])
  const dialled = [await next()]
  for (let i = 0; i < 3; i++) {
    endpoints.failed()
    dialled.push(await next())
  }
  expect(dialled).toEqual(['wss://a', 'wss://b', 'wss://a', 'wss://c'])
  expect(asked).toHaveLength(2)
})

test('a success forgets the failures', async () => {
  const { endpoints, next, asked } = setUp([list(['wss://a', 'wss://b'])])
  await next()
  for (let i = 0; i < 9; i++) {
    endpoints.failed()
    if (i % 2) endpoints.worked()
    await next()
  }
  expect(asked).toHaveLength(1)
})

test('when the list cannot be had: the last good one, then the configured url', async () => {
  const { endpoints, next } = setUp([], { url: 'wss://configured', stored: '["wss://old"]' })
  const first = await next()
  endpoints.failed()
  expect([first, await next()]).toEqual(['wss://old', 'wss://configured'])
})

test('a list that could not be had is asked for again soon', async () => {
  const { next, asked, pass } = setUp([new Error('down'), list(['wss://a'])], { url: 'wss://configured' })
  expect(await next()).toBe('wss://configured')
  pass(60_000)
  expect([await next(), asked.length]).toEqual(['wss://a', 2])
})

test.each([
  ['no JSON', 'oops'],
  ['another shape', '{"endpoints":7}'],
  ['no list of objects', '{"endpoints":[1,null,"wss://x"]}'],
  ['nothing that may be dialled', '{"endpoints":[{"url":"ws://plain"},{"url":"javascript:1"},{"url":42}]}'],
  ['an empty list', '{"endpoints":[]}'],
])('a list that is %s counts as none', async (_what, body) => {
  const { next, store } = setUp([{ status: 200, header: {}, body }], { url: 'wss://configured' })
  expect([await next(), store.get('key')]).toEqual(['wss://configured', undefined])
})

test.each(['', 'null', '{}', '[1,"ws://plain"]', '{"a"'])(
  'a damaged list in the phone (%s) is ignored',
  async (stored) => {
    const { next } = setUp([], { url: 'wss://configured', stored })
    expect(await next()).toBe('wss://configured')
  },
)

test('no address at all: tried again where a list may come, else not', async () => {
  expect(await setUp([]).next()).toBe('EndpointsUnavailable retry')
  expect(await setUp([], { isHttpDNS: false }).next()).toBe('EndpointsUnavailable fatal')
})

test('a redirect is followed once', async () => {
  const { endpoints, next } = setUp([], { url: 'wss://a', isHttpDNS: false })
  endpoints.redirect('wss://moved')
  expect([await next(), await next()]).toEqual(['wss://moved', 'wss://a'])
})

test.each([
  ['wss://moved', 'wss://moved'],
  ['im.example.com:1883', undefined], // the standard's own form: no WebSocket
  ['[fe80::1]:1883 [fe80::2]', undefined],
  ['im.example.com:1883 ws://plain wss://[fe80::1]:443/mqtt wss://other', 'wss://[fe80::1]:443/mqtt'],
  ['wss://a', undefined], // the server itself
  ['WSS://A/', undefined],
  ['', undefined],
  [undefined, undefined],
])('of the reference %j %j is followed', async (reference, followed) => {
  const { endpoints, next } = setUp([], { url: 'wss://a', isHttpDNS: false })
  await next()
  expect(endpoints.usable(reference)).toBe(followed)
})

test.each([
  ['HTTP 404', { status: 404, header: {}, body: '' }],
  ['HTTP 403', { status: 403, header: {}, body: '{}' }],
  [
    'a domain that is not in the whitelist',
    Object.assign(new Error(), { errMsg: 'request:fail url not in domain list', refused: 'DomainNotAllowed' }),
  ],
])('a definite refusal of the list (%s) is not repeated for an hour, whatever fails', async (_what, answer) => {
  const { endpoints, next, asked, pass } = setUp([answer], { url: 'wss://configured' })
  for (let minute = 0; minute < 59; minute++) {
    expect(await next()).toBe('wss://configured')
    endpoints.failed()
    pass(60_000)
  }
  expect(asked).toHaveLength(1)
})

test('a list that cannot be had is asked for less and less often', async () => {
  const { endpoints, next, asked, pass } = setUp([], { url: 'wss://configured' })
  for (let minute = 0; minute < 120; minute++) {
    await next()
    endpoints.failed()
    pass(60_000)
  }
  expect(asked).toHaveLength(7) // after 1, 2, 4, ... 60 minutes
})

test('a definite refusal of the list, and no other address: the end', async () => {
  const { next } = setUp([{ status: 404, header: {}, body: '' }])
  expect(await next()).toBe('EndpointsUnavailable fatal')
})

test('who has left hears nothing', async () => {
  const { endpoints } = setUp([list(['wss://a'])])
  const answers: string[] = []
  endpoints.resolve(
    (address) => answers.push(address),
    () => answers.push('refused'),
  )()
  await turn()
  expect(answers).toEqual([])
})
