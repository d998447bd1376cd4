// The cache: never over its bytes, always the newest records without a gap, Chinese counted as it is stored.
import * as fc from 'fast-check'
import { createCache } from '../../src/log/cache'
import { fromUtf8, toUtf8 } from '../../src/text/binary-text'
import { fakeClock, fakeFiles, linesOf, phone, scopeOf } from './fakes'

describe('text is kept as the bytes that it will be on disk', () => {
  test('every text comes back, and its length is its size in UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const utf8 = toUtf8(text)
        expect(utf8.length).toBe(Buffer.byteLength(text))
        expect(fromUtf8(utf8)).toBe(text)
      }),
    )
  })

  test('texts as long as a line can become', () => {
    const text = 'a连😀é'.repeat(10000)
    expect(toUtf8(text)).toBe(Buffer.from(text).toString('latin1'))
    expect(fromUtf8(toUtf8(text))).toBe(text)
  })

  test('half a surrogate pair becomes the replacement character, as on disk', () => {
    expect(fromUtf8(toUtf8('a\ud83db\ude00'))).toBe('a\ufffdb\ufffd')
  })
})

describe('what is kept', () => {
  const line = fc.nat(400).map((length) => 'x'.repeat(length) + '\n')
  const step = fc.oneof(
    { weight: 18, arbitrary: line },
    { weight: 2, arbitrary: fc.nat(3000) },
    { weight: 1, arbitrary: fc.constant('flush' as const) },
    { weight: 1, arbitrary: fc.constant('restart' as const) },
  )

  test.each([
    ['in memory', false],
    ['with a disk', true],
  ])('%s: never more than its bound, and always a suffix of what was logged', (_, withDisk) => {
    fc.assert(
      fc.property(fc.nat(3000), fc.array(step, { maxLength: 200 }), (limit, steps) => {
        const files = withDisk ? fakeFiles() : undefined
        const start = () => createCache(fakeClock(), bound, () => files, fail)
        const fail = (detail: unknown) => expect(detail).toBe('no failure')
        let bound = limit
        let cache = start()
        let logged = ''
        steps.forEach((each, i) => {
          if (typeof each === 'number') cache.resize((bound = each))
          else if (each === 'flush') cache.flush()
          else if (each === 'restart') {
            if (!withDisk) return
            cache.flush()
            cache = start()
          } else {
            const numbered = `${i}:${each}`
            logged += numbered
            cache.push(numbered)
          }
          const kept = cache.read()
          const { bytes, cached } = cache.stats
          expect(kept.length).toBeLessThanOrEqual(bound)
          expect(kept.length).toBe(bytes + cached)
          if (files) expect([...files.disk.values()].reduce((sum, file) => sum + file.length, 0)).toBe(bytes)
          expect(logged.endsWith(kept)).toBe(true)
          expect(kept === '' || /^\d+:/.test(kept)).toBe(true)
        })
      }),
    )
  })

  test.each([
    ['in memory: a sixteenth', undefined, 16],
    ['on the disk: an eighth', fakeFiles(), 8],
  ])('gives up little of its bound when it makes room, %s', (_, files, share) => {
    const cache = createCache(fakeClock(), 160000, () => files, String)
    for (let i = 0; i < 10000; i++) cache.push('x'.repeat(99) + '\n')
    expect(cache.read().length).toBeGreaterThan(160000 - 160000 / share - 200)
  })

  test('memory holds only what waits for the disk', () => {
    const files = fakeFiles()
    const cache = createCache(fakeClock(), 1e6, () => files, String)
    for (let i = 0; i < 10000; i++) {
      cache.push('x'.repeat(99) + '\n')
      expect(cache.stats.cached).toBeLessThanOrEqual(16384 + 100)
    }
    expect(cache.stats).toMatchObject({ lost: 0, failures: 0 })
  })
})

describe('100,000 records', () => {
  test('leave the newest within maxCache, in order, readable line by line', async () => {
    const { logger } = phone()
    const log = scopeOf(logger, 7)
    for (let i = 0; i < 100000; i++)
      log(2, 'connection', 'attempt', () => ({ url: 'wss://im.example.com/mqtt', note: '第几次连接', i }), i)
    const text = await logger.export()
    const records = linesOf(text).map(
      (line) => JSON.parse(line) as { attempt: number; fields: { note: string; i: number } },
    )
    const first = records[0]!.attempt
    expect(records.map((record) => record.attempt)).toEqual(records.map((_, i) => first + i))
    expect(records[records.length - 1]).toMatchObject({ attempt: 99999, fields: { note: '第几次连接', i: 99999 } })
    const { bytes, cached, evicted, records: counted } = logger.stats()
    expect(bytes + cached).toBeLessThanOrEqual(3 * 1024 * 1024)
    expect(bytes + cached).toBe(Buffer.byteLength(linesOf(text).join('\n')) + 1)
    expect(evicted).toBeGreaterThan(0)
    expect(counted).toBe(100001) // and the start of the app
  })
})
