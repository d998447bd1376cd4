// The log on the disk: when it is written, what a crash, a full disk and a restart leave of it.
import type { Platform } from '../../src/ports/platform'
import { fakeFiles, linesOf, phone, settle, type Disk, scopeOf } from './fakes'

const contents = (disk: Disk) =>
  [...disk]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, bytes]) => bytes.toString())
    .join('')
const size = (disk: Disk) => [...disk.values()].reduce((sum, file) => sum + file.length, 0)
const numbers = (text: string) =>
  linesOf(text)
    .map((line) => JSON.parse(line) as { area: string; fields?: { i?: number } })
    .filter(({ area }) => area === 'message')
    .map(({ fields }) => fields!.i!)

const write = (one: ReturnType<typeof phone>, from: number, to: number, level: 2 | 4 = 2) => {
  const log = scopeOf(one.logger, 1)
  for (let i = from; i < to; i++) log(level, 'message', 'sent', () => ({ i, note: '已发送' }))
}
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i)

describe('when it is written', () => {
  test('not for every record', async () => {
    const one = phone()
    write(one, 0, 10)
    await settle()
    expect(one.files.operations()).toBe(0)
  })

  test('when the app is hidden, without any timer, so well inside five seconds', async () => {
    const one = phone()
    write(one, 0, 10)
    one.app.hide()
    await settle()
    expect(contents(one.files.disk)).toContain('"i":9')
    expect(one.clock.waiting()).toBe(0)
  })

  test('after trouble, with what led to it', async () => {
    const one = phone()
    write(one, 0, 3)
    write(one, 3, 4, 4)
    await settle()
    expect(contents(one.files.disk)).toContain('"i":0')
    expect(contents(one.files.disk)).toContain('"i":3')
  })

  test('when much is waiting, a piece at a time', async () => {
    const one = phone()
    for (let i = 0; i < 2000; i += 100) {
      write(one, i, i + 100)
      await settle()
    }
    expect(size(one.files.disk)).toBeGreaterThan(150000)
    expect(one.files.operations()).toBeLessThan(20)
  })

  test('late ports lose nothing that came before them', () => {
    const one = phone({ attach: false })
    write(one, 0, 5)
    one.logger.attach(one as unknown as Platform)
    one.flush()
    expect(contents(one.files.disk)).toContain('"i":0')
  })
})

describe('after a restart', () => {
  test('an export joins earlier starts and this one', async () => {
    const files = fakeFiles()
    for (let start = 0; start < 3; start++) {
      const one = phone({ files })
      write(one, start * 10, start * 10 + 10)
      one.flush()
    }
    const one = phone({ files })
    write(one, 30, 40)
    expect(numbers(await one.logger.export())).toEqual(upTo(40))
  })

  test('the whole stays within maxCache, the newest last, and whole lines only', async () => {
    const files = fakeFiles()
    for (let start = 0; start < 20; start++) {
      const one = phone({ files })
      one.logger.setConfig({ maxCache: 20000 })
      write(one, start * 50, start * 50 + 50)
      one.flush()
      expect(size(files.disk)).toBeLessThanOrEqual(20000)
      const text = await one.logger.export()
      expect(Buffer.byteLength(text.slice(text.indexOf('\n') + 1))).toBeLessThanOrEqual(20000)
      const found = numbers(text)
      expect(found).toEqual(upTo(start * 50 + 50).slice(-found.length))
      if (start > 3) expect(found.length).toBeGreaterThan(100)
    }
  })

  test('earlier starts that no longer join on are left out: an export has no gap', async () => {
    const files = fakeFiles()
    const first = phone({ files })
    write(first, 0, 10)
    first.flush()
    const one = phone({ files })
    one.logger.setConfig({ maxCache: 5000 })
    write(one, 10, 200)
    const found = numbers(await one.logger.export())
    expect(found).toEqual(upTo(200).slice(-found.length))
  })

  test('clear leaves nothing in memory and on the disk', async () => {
    const files = fakeFiles()
    const first = phone({ files })
    write(first, 0, 10)
    first.flush()
    const one = phone({ files })
    write(one, 10, 20)
    await one.logger.clear()
    expect(linesOf(await one.logger.export())).toEqual([])
    expect(size(files.disk)).toBe(0)
    write(one, 20, 22)
    one.flush()
    expect(numbers(await phone({ files }).logger.export())).toEqual([20, 21])
  })
})

describe('a crash', () => {
  const BATCH = 40
  /** Three batches, each brought to disk, on a small disk that rotates. */
  const live = (files: ReturnType<typeof fakeFiles>) => {
    const one = phone({ files })
    one.logger.setConfig({ maxCache: 9000 })
    const done: number[] = []
    for (let batch = 0; batch < 5; batch++) {
      write(one, batch * BATCH, (batch + 1) * BATCH)
      one.flush()
      if (!files.dead()) done.push(batch)
    }
    return done.length
  }

  test('at any write, leaving any part of it, costs only what was not flushed', async () => {
    const calm = fakeFiles()
    expect(live(calm)).toBe(5)
    expect(calm.operations()).toBeGreaterThan(8)
    for (let dieAt = 1; dieAt <= calm.operations(); dieAt++)
      for (const part of [0, 0.1, 0.5, 0.999, 1]) {
        const disk: Disk = new Map()
        const flushed = live(fakeFiles(disk, { dieAt, part }))
        const next = phone({ files: fakeFiles(disk) })
        next.logger.setConfig({ maxCache: 9000 })
        write(next, 1000, 1003)
        const found = numbers(await next.logger.export())
        expect(found.slice(-3)).toEqual([1000, 1001, 1002])
        const before = found.slice(0, -3)
        // Without a gap, and reaching at least to the last flush.
        expect(before).toEqual(before.map((_, i) => before[0]! + i))
        if (flushed) expect(before[before.length - 1]).toBeGreaterThanOrEqual(flushed * BATCH - 1)
      }
  })
})

describe('a disk that is full or broken', () => {
  test('does not disturb the app, is counted, and is left alone for a while', async () => {
    const trouble = { broken: true }
    const one = phone({ files: fakeFiles(new Map(), trouble) })
    for (let i = 0; i < 50; i++) {
      write(one, i, i + 1, 4)
      await settle()
    }
    expect(one.files.operations()).toBe(1)
    expect(one.logger.stats()).toMatchObject({ failures: 1, bytes: 0 })
    expect(numbers(await one.logger.export())).toEqual(upTo(50))

    trouble.broken = false
    await one.clock.pass(31000)
    one.flush()
    expect(numbers(await phone({ files: one.files }).logger.export())).toEqual(upTo(50))
  })

  test('what arrived of a failed write is kept once, not twice', async () => {
    const trouble = { room: 2000, kind: 'failed' as const }
    const one = phone({ files: fakeFiles(new Map(), trouble) })
    write(one, 0, 60)
    one.flush()
    expect(one.logger.stats().failures).toBe(1)
    trouble.room = 1e6
    await one.clock.pass(31000)
    one.flush()
    expect(numbers(await phone({ files: one.files }).logger.export())).toEqual(upTo(60))
  })

  test('older logs of ours make room', async () => {
    const trouble = { room: 9000 }
    const files = fakeFiles(new Map(), trouble)
    for (let start = 0; start < 6; start++) {
      const one = phone({ files })
      write(one, start * 40, start * 40 + 40)
      one.flush()
      await one.clock.pass(31000)
      one.flush()
    }
    const found = numbers(await phone({ files }).logger.export())
    expect(found[found.length - 1]).toBe(239)
  })

  test('what the cache let go before it could be written is counted', async () => {
    const one = phone({ files: fakeFiles(new Map(), { broken: true }) })
    one.logger.setConfig({ maxCache: 3000 })
    write(one, 0, 1, 4)
    await settle()
    write(one, 1, 500)
    await one.clock.pass(31000)
    one.flush()
    expect(one.logger.stats().lost).toBeGreaterThan(30000)
  })
})

test('files that break their word neither throw into the app nor stop later writes', async () => {
  const files = fakeFiles()
  let broken = true
  const append: typeof files.append = (name, text) => {
    if (broken) throw new Error('not even a FileFailure')
    files.append(name, text)
  }
  const one = phone({ files: { ...files, append } })
  write(one, 0, 3)
  expect(() => one.flush()).not.toThrow()
  broken = false
  await one.clock.pass(31000)
  one.flush()
  expect(contents(files.disk)).toContain('"i":2')
})
