// One sample: fills a cache, then goes on logging, in a process of its own.
import { quantile } from '../measure/statistics'
import { ALGORITHMS, type Algorithm, type Fields } from './algorithms'

export interface Order {
  readonly algorithm: Algorithm
  readonly language: 'en' | 'zh'
  /** Lines logged before the cache is measured, and after. */
  readonly fill: number
  readonly steady: number
}

export interface Figures {
  /** Microseconds a line while the cache fills, and when it is full. */
  readonly filling: number
  readonly full: number
  /** Microseconds of the slowest in a thousand, and of the slowest. */
  readonly p999: number
  readonly slowest: number
  /** Bytes of heap that the full cache holds. */
  readonly memory: number
  /** Milliseconds for the whole text. */
  readonly export: number
}

const TEXT = {
  en: 'close 1012 by the server',
  zh: '服务器关闭连接 1012 重启中',
}

const heap = (): number => {
  gc?.()
  gc?.()
  return process.memoryUsage().heapUsed
}
const now = (): number => Number(process.hrtime.bigint()) / 1000

const main = async ({ algorithm, language, fill, steady }: Order): Promise<void> => {
  const detail = TEXT[language]
  const fields = (code: number): Fields => ({
    from: 'online',
    to: 'waiting',
    detail: detail.slice(0, detail.length - (code % 3)),
    code,
  })
  for (let code = 0; code < 2000; code++) fields(code)
  const before = heap()
  const cache = ALGORITHMS[algorithm]()

  const started = now()
  for (let code = 0; code < fill; code++) cache.add(fields(code))
  const filling = (now() - started) / fill

  const again = now()
  for (let code = 0; code < steady; code++) cache.add(fields(code))
  const full = (now() - again) / steady

  const each: number[] = []
  for (let code = 0; code < steady; code++) {
    const made = fields(code)
    const start = now()
    cache.add(made)
    each.push(now() - start)
  }
  const p999 = quantile(each, 0.999)
  const slowest = each.reduce((most, time) => Math.max(most, time), 0)
  each.length = 0

  const memory = heap() - before
  const start = now()
  const text = await cache.export()
  const figures: Figures = { filling, full, p999, slowest, memory, export: (now() - start) / 1000 }
  process.stdout.write(`\n${JSON.stringify({ ...figures, length: text.length })}\n`)
}

void main(JSON.parse(process.argv[2] ?? '') as Order)
