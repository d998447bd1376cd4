// The cache: never over its bytes, always the newest records without a gap, Chinese counted as it is stored.
import * as fc from 'fast-check'
import { createRing } from '../../src/log/ring'
import { fromUtf8, toUtf8 } from '../../src/log/utf8'
import { linesOf, phone } from './fakes'

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

  test('texts longer than one block, cut nowhere', () => {
    const text = 'a连😀é'.repeat(20000)
    expect(toUtf8(text)).toBe(Buffer.from(text).toString('latin1'))
    expect(fromUtf8(toUtf8(text))).toBe(text)
  })

  test('half a surrogate pair becomes the replacement character, as on disk', () => {
    expect(fromUtf8(toUtf8('a\ud83db\ude00'))).toBe('a\ufffdb\ufffd')
  })
})

describe('the ring', () => {
  const line = fc.nat(400).map((length) => 'x'.repeat(length) + '\n')
  const step = fc.oneof({ weight: 9, arbitrary: line }, { weight: 1, arbitrary: fc.nat(3000) })

  test('never holds more than its bound, and always a suffix of what was logged', () => {
    fc.assert(
      fc.property(fc.nat(3000), fc.array(step, { maxLength: 200 }), (limit, steps) => {
        const ring = createRing(limit)
        let bound = limit
        let logged = ''
        steps.forEach((each, i) => {
          if (typeof each === 'number') ring.resize((bound = each))
          else {
            const numbered = `${i}:${each}`
            logged += numbered
            ring.push(numbered)
          }
          const kept = ring.read(0)
          expect(kept.length).toBeLessThanOrEqual(bound)
          expect(kept.length).toBe(ring.end() - ring.start())
          expect(ring.end()).toBe(logged.length)
          expect(logged.endsWith(kept)).toBe(true)
          expect(kept === '' || /^\d+:/.test(kept)).toBe(true)
        })
      }),
    )
  })

  test('a reader goes on from its place, whatever left meanwhile', () => {
    const ring = createRing(1000)
    let read = ''
    let place = 0
    let logged = ''
    for (let i = 0; i < 500; i++) {
      ring.push(`line ${i}\n`)
      logged += `line ${i}\n`
      if (i % 7 === 0) {
        const more = ring.read(place, 20)
        place = Math.max(place, ring.start()) + more.length
        read += more
      }
    }
    read += ring.read(place)
    expect(read).toBe(logged)
  })

  test('gives up at most a sixteenth of its bound and one line when it makes room', () => {
    const ring = createRing(160000)
    for (let i = 0; i < 10000; i++) ring.push('x'.repeat(99) + '\n')
    expect(ring.end() - ring.start()).toBeGreaterThan(160000 - 10000 - 200)
  })
})

describe('100,000 records', () => {
  test('leave the newest within maxCache, in order, readable line by line', async () => {
    const { logger } = phone()
    const log = logger.scope(7)
    for (let i = 0; i < 100000; i++)
      log(2, 'connection', 'attempt', () => ({ url: 'wss://im.example.com/mqtt', note: '第几次连接', i }), i)
    const text = await logger.export()
    const records = linesOf(text).map(
      (line) => JSON.parse(line) as { attempt: number; fields: { note: string; i: number } },
    )
    const first = records[0]!.attempt
    expect(records.map((record) => record.attempt)).toEqual(records.map((_, i) => first + i))
    expect(records[records.length - 1]).toMatchObject({ attempt: 99999, fields: { note: '第几次连接', i: 99999 } })
    const { cached, evicted, records: counted } = logger.stats()
    expect(cached).toBeLessThanOrEqual(3 * 1024 * 1024)
    expect(cached).toBe(Buffer.byteLength(linesOf(text).join('\n')) + 1)
    expect(evicted).toBeGreaterThan(0)
    expect(counted).toBe(100001) // and the start of the app
  })
})
