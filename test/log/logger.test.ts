// The logger as an app and its support use it: the seed's samples, levels, console, sinks, download, upload.
import { isConnectionError } from '../../src/errors/connection-error'
import type { LogRecord } from '../../src/log/record'
import { fakeApp, fakeClock, fakeDevice, fakeFiles, fakeLogServer, linesOf, phone, settle, scopeOf } from './fakes'

const failing = (promise: Promise<unknown>) =>
  promise.then(
    () => 'it did not fail',
    (error: unknown) => (isConnectionError(error) ? error.name : error),
  )

describe('the samples of the seed run as they are', () => {
  test('enableAll, setConsoleLogVisibility, onLog, disableAll, setLevel, setConfig, download', async () => {
    const { logger } = phone()
    const heard: LogRecord[] = []
    logger.enableAll()
    logger.setConsoleLogVisibility(false)
    logger.onLog = (log) => heard.push(log)
    scopeOf(logger, 3)(0, 'heartbeat', 'ping', () => ({ patience: 5 }), 2)
    expect(heard).toEqual([
      {
        t: Date.UTC(2026, 0, 31, 4),
        level: 0,
        area: 'heartbeat',
        event: 'ping',
        connection: 3,
        attempt: 2,
        fields: { patience: 5 },
      },
    ])

    logger.disableAll()
    scopeOf(logger, 3)(4, 'heartbeat', 'dead')
    expect(heard).toHaveLength(1)

    logger.setLevel(0)
    logger.setLevel('TRACE')
    logger.setConfig({ useCache: false, maxCache: 3 * 1024 * 1024 })
    logger.setLevel(0)
    expect((await logger.download()).how).toBe('shared')
  })

  test('bad input is refused and named', () => {
    const { logger } = phone()
    for (const level of [6, -1, 1.5, 'LOUD', null, NaN] as never[])
      expect(() => logger.setLevel(level)).toThrow(/level is 0 to 5/)
    for (const maxCache of [-1, NaN, Infinity, '3' as never])
      expect(() => logger.setConfig({ maxCache })).toThrow(/maxCache/)
  })
})

describe('who gets a record', () => {
  const shown = () => {
    const texts: string[] = []
    const spies = (['log', 'info', 'warn', 'error', 'trace'] as const).map((name) =>
      jest.spyOn(console, name).mockImplementation((...text: unknown[]) => void texts.push(`${name} ${text.join()}`)),
    )
    return { texts, restore: () => spies.forEach((spy) => spy.mockRestore()) }
  }
  test('by default the cache keeps everything, the console shows WARN; then both from the level that was set', async () => {
    const console = shown()
    const { logger } = phone({ attach: false, quiet: false })
    const log = scopeOf(logger, 1)
    log(0, 'app', 'hidden')
    log(1, 'app', 'shown')
    log(3, 'app', 'weak', () => ({ weak: true }))
    expect(console.texts).toEqual(['warn [im #1] app.weak {"weak":true}'])
    expect(linesOf(await logger.export())).toHaveLength(3)
    logger.setLevel('DEBUG')
    log(1, 'app', 'hidden')
    expect(console.texts).toHaveLength(2)
    logger.setConsoleLogVisibility(false)
    log(4, 'app', 'hidden')
    expect(console.texts).toHaveLength(2)
    console.restore()
  })

  test('设置日志不输出到控制台: setConsoleLogVisibility(false), then (true), shows what was shown before', () => {
    const console = shown()
    const { logger } = phone({ attach: false, quiet: false })
    const log = scopeOf(logger, 1)
    const said = () => {
      console.texts.length = 0
      for (const level of [0, 1, 2, 3, 4] as const) log(level, 'app', 'hidden')
      return console.texts.length
    }
    const before = said()
    logger.setConsoleLogVisibility(false)
    expect(said()).toBe(0)
    logger.setConsoleLogVisibility(true)
    expect(said()).toBe(before)
    logger.enableAll()
    logger.setConsoleLogVisibility(false)
    logger.setConsoleLogVisibility(true)
    expect(said()).toBe(5)
    for (const wrong of [undefined, null, 1, 'yes'] as never[])
      expect(() => logger.setConsoleLogVisibility(wrong)).toThrow(/true or false/)
    console.restore()
  })

  test('设置缓存日志: an undefined setting is left out; an unknown one, or one of a wrong type, is refused by name', async () => {
    const { logger } = phone()
    logger.setConfig({ useCache: undefined, maxCache: undefined })
    scopeOf(logger, 1)(2, 'app', 'hidden')
    expect((await logger.export()).includes('"hidden"')).toBe(true)
    for (const [config, named] of [
      [{ usecache: false }, 'usecache'],
      [{ toString: 1 }, 'toString'],
      [{ useCache: 'no' }, 'useCache'],
      [{ useCache: null }, 'useCache'],
      [{ maxCache: 1, cache: true }, 'cache'],
      [null, 'object'],
      [5, 'object'],
    ] as never as [never, string][])
      expect(() => logger.setConfig(config)).toThrow(named)
    scopeOf(logger, 1)(2, 'app', 'shown')
    expect((await logger.export()).includes('"shown"')).toBe(true) // nothing of a refused call was taken
  })

  test('debug and logFunc of one connection get everything of it, whatever the level', async () => {
    const console = shown()
    const { logger } = phone({ attach: false, quiet: false })
    logger.disableAll()
    const heard: string[] = []
    scopeOf(logger, 1, { debug: true })(0, 'app', 'shown')
    scopeOf(logger, 2, { logFunc: (log) => heard.push(`${log.area}.${log.event}`) })(0, 'app', 'hidden')
    scopeOf(logger, 3)(4, 'app', 'weak')
    expect(console.texts.map((text) => text.trim())).toEqual(['trace [im #1] app.shown'])
    expect(heard).toEqual(['app.hidden'])
    expect(linesOf(await logger.export())).toEqual([])
    console.restore()
  })

  test('nothing is built for a record that nobody wants', () => {
    const { logger } = phone()
    logger.setLevel('WARN')
    const fields = jest.fn(() => ({}))
    scopeOf(logger, 1)(2, 'app', 'shown', fields)
    expect(fields).not.toHaveBeenCalled()
  })

  test('a sink that throws, or makes the log grow, harms nobody', async () => {
    const { logger } = phone()
    const log = scopeOf(logger, 1)
    logger.onLog = () => {
      log(2, 'app', 'hidden')
      throw new Error('of the app')
    }
    log(2, 'app', 'shown')
    expect(linesOf(await logger.export())).toHaveLength(3)
    expect(logger.stats().sinkFailures).toBe(1)
  })

  test("WeChat's own logs only when asked for", () => {
    const lines: string[] = []
    const sink =
      (name: string) =>
      ({ level }: { level: number }) =>
        void lines.push(`${name} ${level}`)
    const { logger } = phone({ realtime: sink('realtime'), feedback: sink('feedback') })
    const log = scopeOf(logger, 1)
    log(4, 'app', 'shown')
    logger.setConfig({ realtimeLog: true, feedbackLog: true })
    log(3, 'app', 'shown')
    expect(lines).toEqual(['realtime 3', 'feedback 3'])
  })
})

describe('download', () => {
  test('the file has a header and one record per line, in one file at a time', async () => {
    const one = phone()
    scopeOf(one.logger, 1)(2, 'app', 'shown', () => ({ away: 5 }))
    expect(await one.logger.download()).toEqual({
      how: 'shared',
      path: expect.stringMatching(/^wxfile:.*export\.txt$/) as string,
    })
    await one.clock.pass(2000)
    await one.logger.download()
    const files = [...one.files.disk].filter(([name]) => name.includes('export'))
    expect(files).toHaveLength(1)
    const [header, started, shown, end] = files[0]![1].toString().split('\n')
    expect(JSON.parse(header!)).toMatchObject({
      header: 'miniprogram-im',
      format: 1,
      sdk: '0.0.0-test',
      device: { baseLibrary: '3.5.0', platform: 'android', appVersion: '1.2.3' },
      zone: -new Date().getTimezoneOffset() + 0,
    })
    expect(JSON.parse(started!)).toMatchObject({ area: 'app', event: 'started', fields: { sdk: '0.0.0-test' } })
    expect(JSON.parse(shown!)).toMatchObject({ area: 'app', event: 'shown', fields: { away: 5 } })
    expect(end).toBe('')
  })

  test('outside a tap it says what to do; where nothing can be handed over, the path is the answer', async () => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the port's contract
    const refusing = (errMsg: string) => phone({ device: fakeDevice(() => Promise.reject(errMsg)) }).logger.download()
    await expect(refusing('shareFileMessage:fail can only be invoked by user TAP gesture.')).rejects.toMatchObject({
      code: 35204,
      remedy: expect.stringContaining('tap handler') as string,
    })
    expect((await refusing('shareFileMessage:fail not supported')).how).toBe('path')
  })

  test('a phone that remembers the tap only for its moment shares it at the first one, earlier starts included', async () => {
    const files = fakeFiles()
    const first = phone({ files })
    scopeOf(first.logger, 1)(2, 'app', 'hidden')
    first.flush()
    let tapping = false
    const handOver = (path: string, name: string) => {
      expect(name).toMatch(/^miniprogram-im-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.txt$/)
      return tapping
        ? Promise.resolve({ how: 'shared' as const, path })
        : // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the port's contract
          Promise.reject('shareFileMessage:fail can only be invoked by user TAP gesture.')
    }
    const { logger } = phone({ files, device: fakeDevice(handOver) })
    tapping = true
    const downloaded = logger.download()
    tapping = false
    expect((await downloaded).how).toBe('shared')
    expect(files.disk.get('export.txt')!.toString()).toMatch(/"hidden"[^]*"started"/)
  })

  test('a full disk, and no platform at all, are told as what they are', async () => {
    expect(await failing(phone({ files: fakeFiles(new Map(), { room: 0 }) }).logger.download())).toBe('LogNotWritten')
    expect(await failing(phone({ attach: false }).logger.download())).toBe('UnsupportedHere')
  })
})

describe('upload', () => {
  const target = { base: 'https://im.example.com/acme/chat', token: () => 'T0KEN-of-alice' }
  const filled = (parts: Parameters<typeof phone>[0] = {}) => {
    const one = phone(parts)
    const log = scopeOf(one.logger, 1)
    for (let i = 0; i < 6000; i++) log(2, 'message', 'sent', () => ({ i, note: '消息已送达服务器' }))
    return one
  }
  const consent = () => true
  /** A server, and a phone that loses its Wi-Fi at the third call. */
  const cutOff = () => {
    const app = fakeApp()
    const server = fakeLogServer((_, call) => {
      if (call === 3) app.network('4g')
      return undefined
    })
    return { app, server }
  }

  test('only with enableReportLogs, consent, and Wi-Fi unless allowed', async () => {
    const server = fakeLogServer()
    const app = fakeApp('4g')
    const { logger } = phone({ http: server.http, app })
    expect(await failing(logger.upload({ consent }))).toBe('LogUploadDisabled')
    const stop = logger.allowUpload(target)
    expect(await failing(logger.upload({ consent: () => false }))).toBe('LogConsentRefused')
    expect(await failing(logger.upload({ consent: () => Promise.resolve(false) }))).toBe('LogConsentRefused')
    expect(await failing(logger.upload({ consent }))).toBe('LogUploadMetered')
    expect(server.requests).toEqual([])
    expect(await logger.upload({ consent, allowMetered: true })).toMatchObject({ id: 'log0' })
    stop()
    expect(await failing(logger.upload({ consent }))).toBe('LogUploadDisabled')
  })

  test('arrives byte for byte, in chunks of at most 256 KiB, with the token', async () => {
    const server = fakeLogServer()
    const one = filled({ http: server.http })
    one.logger.allowUpload(target)
    const expected = linesOf(await one.logger.export())
    const { bytes } = await one.logger.upload({ consent })
    const [log] = [...server.logs.values()]
    expect(linesOf(log!.bytes.toString())).toEqual(expected)
    expect([log!.bytes.length, log!.size]).toEqual([bytes, bytes])
    expect(server.requests.length).toBeGreaterThan(4)
    for (const request of server.requests) {
      expect(Buffer.byteLength(request.body!)).toBeLessThanOrEqual(262144)
      expect(request.header!.authorization).toBe('Bearer T0KEN-of-alice')
    }
    expect([...one.files.disk.keys()].filter((name) => name.includes('upload'))).toEqual([]) // its copy is gone
  })

  test('whatever calls fail or lose their answer, it arrives once, after waits that grow', async () => {
    const waits: number[] = []
    const clock = fakeClock()
    const server = fakeLogServer((request, call) => {
      waits.push(clock.now())
      if (call % 4 === 1) return 'request:fail timeout'
      if (call % 4 === 2) return { status: 503, header: {}, body: '' }
      if (call % 4 === 3) {
        server.serve(request) // it arrived; the answer did not
        return 'request:fail interrupted'
      }
      return undefined
    })
    const one = filled({ http: server.http, clock })
    one.logger.allowUpload(target)
    const upload = one.logger.upload({ consent })
    await clock.pass(600000)
    const { bytes } = await upload
    const [log] = [...server.logs.values()]
    expect([server.logs.size, log!.bytes.length]).toEqual([1, bytes])
    expect(clock.waiting()).toBe(0)
    const gaps = waits.slice(1, 4).map((at, i) => at - waits[i]!)
    expect(gaps).toEqual([1000, 2000, 4000])
  })

  test('a server that stays away ends it with an error; one that refuses ends it at once', async () => {
    for (const [status, calls] of [
      [500, 8],
      [401, 1],
    ] as const) {
      const server = fakeLogServer(() => ({ status, header: {}, body: 'not json' }))
      const one = phone({ http: server.http })
      one.logger.allowUpload(target)
      const outcome = failing(one.logger.upload({ consent }))
      await one.clock.pass(600000)
      expect(await outcome).toBe('RestFailed')
      expect(server.requests).toHaveLength(calls)
    }
  })

  test('losing Wi-Fi in the middle stops it; the next time, also after a restart, it goes on where it was', async () => {
    const { app, server } = cutOff()
    const files = fakeFiles()
    const one = filled({ http: server.http, app, files })
    one.logger.allowUpload(target)
    expect(await failing(one.logger.upload({ consent }))).toBe('LogUploadMetered')
    const received = [...server.logs.values()][0]!.bytes.length
    expect(received).toBeGreaterThan(0)

    const calls = server.requests.length
    const next = phone({ http: server.http, files })
    next.logger.allowUpload(target)
    await next.logger.upload({ consent })
    await settle()
    expect(server.requests[calls + 1]!.url).toContain(`offset=${received}`)
    expect([...server.logs.values()].map((log) => log.bytes.length === log.size)).toEqual([true, true])
  })

  describe('another user logs in on the phone', () => {
    const as = (user: string) => ({ ...target, token: () => `token of ${user}`, user: () => user })
    const owners = (server: ReturnType<typeof fakeLogServer>) =>
      server.requests.map(({ header }) => header!.authorization!.slice('Bearer token of '.length))

    test('the rest of what the first one sent does not go out in the name of the second', async () => {
      const { app, server } = cutOff()
      const files = fakeFiles()
      const one = filled({ http: server.http, app, files })
      one.logger.allowUpload(as('alice'))
      expect(await failing(one.logger.upload({ consent }))).toBe('LogUploadMetered')
      const [first] = [...server.logs.values()]
      const received = first!.bytes.length

      const next = phone({ http: server.http, files })
      next.logger.allowUpload(as('bob'))
      await next.logger.upload({ consent })
      expect(first!.bytes.length).toBe(received)
      expect(new Set(owners(server))).toEqual(new Set(['alice', 'bob']))
      expect(server.logs.size).toBe(2)
    })

    test('while the first one’s is on its way: it stops', async () => {
      let stop = (): void => undefined
      const server = fakeLogServer((_, call) => {
        if (call === 3) {
          stop()
          one.logger.allowUpload(as('bob'))
        }
        return undefined
      })
      const one = filled({ http: server.http })
      stop = one.logger.allowUpload(as('alice'))
      expect(await failing(one.logger.upload({ consent }))).toBe('LogUploadDisabled')
      expect(new Set(owners(server))).toEqual(new Set(['alice']))
    })
  })

  test('two calls at once are one upload', async () => {
    const server = fakeLogServer()
    const one = phone({ http: server.http })
    one.logger.allowUpload(target)
    const asked = jest.fn(consent)
    const [a, b] = await Promise.all([one.logger.upload({ consent: asked }), one.logger.upload({ consent: asked })])
    expect([a.id, asked.mock.calls.length, server.logs.size]).toEqual([b.id, 1, 1])
  })
})
