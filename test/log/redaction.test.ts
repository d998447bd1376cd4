// What never enters the log, in whatever shape it comes; and that nothing strange can break the log.
import * as fc from 'fast-check'
import type { LogRecord } from '../../src/log/record'
import { mask, protect } from '../../src/errors/secrets'
import { createRedactor } from '../../src/log/redact'
import { fromUtf8 } from '../../src/text/binary-text'
import { fakeFiles, fakeLogServer, phone, settle, scopeOf } from './fakes'

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl'

const entered = (value: unknown, ...secrets: string[]) => {
  const { clean } = createRedactor()
  secrets.forEach(protect)
  return fromUtf8(JSON.stringify(clean(value)))
}

describe('hidden by key', () => {
  test.each([
    'token',
    'accessToken',
    'access_token',
    'pwd',
    'password',
    'Authorization',
    'app_secret',
    'body',
    'msg',
    'payload',
    'content',
    'phone',
    'session_key',
  ])('%s', (key) => {
    expect(JSON.parse(entered({ [key]: 'planted', deep: { [key]: { planted: ['planted'] } } }))).toEqual({
      [key]: '[hidden]',
      deep: { [key]: '[hidden]' },
    })
  })

  test('what support needs stays', () => {
    const fields = {
      url: 'wss://im.example.com/mqtt?v=5',
      errMsg: 'connectSocket:fail timeout',
      code: 31004,
      ms: 1769832000000,
      with: 'token',
      name: 'TokenExpired',
      user: 'alice',
      detail: 'CONNACK 0x88: 服务器不可用',
    }
    expect(JSON.parse(entered(fields))).toEqual(fields)
  })
})

describe('hidden by value', () => {
  test.each([
    ['a token in a text', `refused ${TOKEN} now`, 'refused [hidden] now'],
    ['a token that was cut', 'refused eyJhbGciOiJIUz', 'refused [hidden]'],
    ['a bearer header', 'Authorization: Bearer abc.def-1', 'Authorization: Bearer [hidden]'],
    ['a query', 'https://a.b/c?token=abc&x=1', 'https://a.b/c?token=[hidden]&x=1'],
    ['JSON in a text', '{"password":"a b c","x":1}', '{"password":"[hidden]","x":1}'],
    ['JSON in JSON', '{\\"pwd\\":\\"abc\\"}', '{\\"pwd\\":\\"[hidden]\\"}'],
    ['a login in a URL', 'wss://bob:pw@im.example.com', 'wss://[hidden]@im.example.com'],
    ['a phone number', 'call 13812345678, or +86 139-1234-5678.', 'call [phone], or +[phone].'],
  ])('%s', (_, text, masked) => {
    expect(JSON.parse(entered({ note: text }))).toEqual({ note: masked })
  })

  test('a phone number as a number, and in a key; a time is none', () => {
    expect(entered({ user: 13812345678, u13812345678: 1, t: 1769832000000 })).toBe(
      '{"user":"[phone]","u[phone]":1,"t":1769832000000}',
    )
  })

  test('what was registered, in every form that it may take', () => {
    const secret = 'pass "word"/密码'
    for (const form of [
      secret,
      encodeURIComponent(secret),
      JSON.stringify({ a: secret }),
      `https://a.b/${encodeURI(secret)}`.slice(0, 0) + secret,
    ])
      expect(entered({ note: `before ${form} after`, [form]: form }, secret)).not.toMatch(/word|密码|%E5/)
  })

  test('a secret that begins like another one is hidden whole', () => {
    for (const secrets of [
      ['PLANT', 'PLANT-AND-MORE'],
      ['PLANT-AND-MORE', 'PLANT'],
    ])
      expect(entered({ note: 'PLANT-AND-MORE PLANT' }, ...secrets)).toBe('{"note":"[hidden] [hidden]"}')
  })

  test('wherever it is planted in whatever object', () => {
    const secret = 'PLANTED-SECRET-0'
    const withSecret = fc.oneof(
      fc.string(),
      fc.constant(secret),
      fc.string().map((text) => `${text}${secret}${text}`),
    )
    fc.assert(
      fc.property(fc.object({ key: withSecret, values: [withSecret], maxDepth: 6 }), (value) => {
        const json = entered(value, secret)
        expect(json).not.toContain(secret)
        expect(() => JSON.parse(json) as unknown).not.toThrow()
      }),
    )
  })

  test('a secret at the edge of what is cut off leaves no half behind', () => {
    for (let edge = 985; edge < 1001; edge++)
      expect(entered({ note: 'x'.repeat(edge) + 'PLANTED-SECRET' }, 'PLANTED-SECRET')).not.toContain('PLANTED')
  })
})

describe('hostile values', () => {
  const cyclic: Record<string, unknown> = { name: 'loop' }
  cyclic.self = cyclic
  const wide: Record<string, unknown> = {}
  for (let i = 0; i < 32; i++) wide[`k${i}`] = wide
  const hidden: Record<string, unknown> = {}
  for (let i = 0; i < 300; i++) hidden[`token${i}`] = i
  test.each<[string, unknown]>([
    ['a cycle', cyclic],
    ['a cycle of 32 branches', wide],
    ['a huge array', new Array(1e6).fill('element')],
    ['a list of what is all hidden', new Array(100).fill(hidden)],
    ['a sparse array', new Array(4294967295)],
    ['an endless text', 'x'.repeat(1e6)],
    ['control characters', '\u0000\u2028"\\'.repeat(2000)],
    ['bytes', { view: new Uint8Array(1e6), buffer: new ArrayBuffer(8) }],
    [
      'odd values',
      { symbol: Symbol('s'), big: 10n, nan: NaN, none: undefined, nil: null, infinite: Infinity, call: () => 1 },
    ],
    [
      'a getter that throws',
      Object.defineProperty({ fine: 1 }, 'bad', {
        enumerable: true,
        get: () => {
          throw new Error('no')
        },
      }),
    ],
    [
      'a proxy that throws',
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('no')
          },
        },
      ),
    ],
    [
      'a revoked proxy',
      (() => {
        const { proxy, revoke } = Proxy.revocable({}, {})
        revoke()
        return proxy
      })(),
    ],
    ['no prototype', Object.create(null)],
    [
      'a toJSON that throws',
      {
        toJSON: () => {
          throw new Error('no')
        },
      },
    ],
  ])('%s: still one short line of JSON', (_, value) => {
    const json = entered({ value })
    expect(() => JSON.parse(json) as unknown).not.toThrow()
    expect(json.length).toBeLessThan(30000)
  })

  test.each(['token', 'secret'])('a long text of nothing but "%s" does not cost the square of its length', (word) => {
    const cost = (length: number) => {
      const text = word.repeat(length / word.length) + '@'
      return Math.min(
        ...[1, 2, 3].map(() => {
          const began = process.cpuUsage()
          for (let n = 0; n < 60_000; n += length) mask(text)
          const { user, system } = process.cpuUsage(began)
          return user + system
        }),
      )
    }
    // As many characters in one text as in many: 60 times as much when each is looked at from every word.
    expect(cost(60_000)).toBeLessThan(15 * (cost(1_000) + 300)) // microseconds; 300 of them are what the clock cannot tell apart
  })

  test('what lies too deep to be read is left out', () => {
    expect(entered({ a: { b: { c: { d: { e: 1 } } } } })).toBe('{"a":{"b":{"c":{"d":"..."}}}}')
  })

  test('an error keeps what matters', () => {
    const error = Object.assign(new TypeError('broke'), { code: 7, cause: new Error('below') })
    expect(JSON.parse(entered({ error }))).toEqual({
      error: { name: 'TypeError', code: 7, message: 'broke', cause: { name: 'Error', message: 'below' } },
    })
  })

  test('fields that throw are recorded as such', async () => {
    const { logger } = phone()
    scopeOf(logger, 1)(2, 'app', 'shown', () => {
      throw new Error('no fields')
    })
    expect(await logger.export()).toContain('{"unreadable":{"name":"Error","message":"no fields"}}')
  })
})

test('a planted secret is found nowhere: memory, disk, console, sinks, uploads, error texts', async () => {
  const secrets = ['s3cret-password', TOKEN, 'opaque/token+1==']
  const seen: string[] = []
  const consoles = (['trace', 'log', 'info', 'warn', 'error'] as const).map((name) =>
    jest.spyOn(console, name).mockImplementation((...text) => void seen.push(String(text))),
  )
  const server = fakeLogServer((request) => (seen.push(request.url, request.body!), undefined))
  const files = fakeFiles()
  const { logger, device, app } = phone({ files, http: server.http })
  secrets.forEach((secret) => protect(secret))
  logger.enableAll()
  logger.onLog = (record: LogRecord) => seen.push(JSON.stringify(record))
  const log = scopeOf(logger, 1, { debug: true, logFunc: (record) => seen.push(JSON.stringify(record)) })
  for (const secret of secrets) {
    log(4, 'connection', 'refused', () => ({
      detail: `bad ${secret}`,
      [secret]: secret,
      list: [[{ deep: `x${secret}x` }]],
    }))
    log(1, 'token', 'failed', () => ({
      error: new Error(`cannot use ${secret}`),
      url: `https://a.b?t=${encodeURIComponent(secret)}`,
    }))
    seen.push(mask(`wrong: ${secret}`))
  }
  const stop = logger.allowUpload({ base: 'https://a.b/o/a', token: () => 'another' })
  await logger.upload({ consent: () => true })
  await logger.download()
  app.hide()
  await settle()
  seen.push(
    await logger.export(),
    JSON.stringify(device.handed),
    ...[...files.disk].flat().map(String),
    ...[...server.logs.values()].map((log) => log.bytes.toString()),
  )
  consoles.forEach((spy) => spy.mockRestore())
  stop()

  expect(seen.length).toBeGreaterThan(30)
  expect([...files.disk.keys()].some((name) => name.includes('export'))).toBe(true)
  for (const secret of secrets)
    expect(seen.filter((text) => text.includes(secret) || text.includes(encodeURIComponent(secret)))).toEqual([])
})
