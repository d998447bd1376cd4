// What the operator sees of the whole server: how things stand against their bounds, and how they stood in the last hour and day.
import { totalmem } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import type { Account } from '../account'
import type { Disk } from '../disk'
import type { BrokerFigures } from '../mqtt/broker'
import type { Limits } from '../limits'
import type { Counters } from './counters'
import { createHistory, type Digest } from './history'
import type { Figures, Series, SeriesName, WebhookFigures } from './shape'

const digests = {
  online: 'most',
  logins: 'mean',
  refused: 'mean',
  published: 'mean',
  delivered: 'mean',
  waitingBytes: 'most',
  held: 'most',
  memory: 'most',
  disk: 'most',
  lag: 'most',
} as const satisfies Record<SeriesName, Digest>

export interface FigureSources {
  readonly account: Account
  readonly disk: Disk
  readonly limits: Limits
  readonly counters: Counters
  online(): number
  users(): number
  broker(): BrokerFigures
  readonly webhook: (() => WebhookFigures) | undefined
}

export interface FigureBook {
  now(): Figures
  history(span: 'hour' | 'day'): Series
  stop(): void
}

const sampleSeconds = 10

export function openFigures({
  account,
  disk,
  limits,
  counters,
  online,
  users,
  broker,
  webhook,
}: FigureSources): FigureBook {
  const started = Date.now()
  const hour = createHistory(digests, { seconds: sampleSeconds, samples: 1, keep: 360 })
  const day = createHistory(digests, { seconds: sampleSeconds, samples: 30, keep: 288 })
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  let lag = 0

  function totals(): Figures['totals'] {
    const { published, delivered } = broker()
    const { logins, refused, messagesRefused } = counters
    return { logins, refused, published, delivered, messagesRefused }
  }

  let before = totals()
  const sampling = setInterval(() => {
    const after = totals()
    const since = (name: keyof typeof after): number => after[name] - before[name]
    // The timer's own resolution is no lateness.
    lag = Math.max(0, delay.percentile(99) / 1e6 - 20)
    delay.reset()
    const sample: Record<SeriesName, number> = {
      online: online(),
      logins: since('logins'),
      refused: since('refused'),
      published: since('published') / sampleSeconds,
      delivered: since('delivered') / sampleSeconds,
      waitingBytes: broker().waitingBytes,
      held: account.bytes,
      memory: process.memoryUsage.rss(),
      disk: disk.used,
      lag,
    }
    before = after
    const now = Date.now()
    hour.add(now, sample)
    day.add(now, sample)
  }, sampleSeconds * 1000)
  sampling.unref()

  return {
    now() {
      const { sessions, waiting, waitingBytes } = broker()
      const { heap_size_limit: heapLimit, used_heap_size: heap } = getHeapStatistics()
      const constrained = process.constrainedMemory()
      return {
        now: Date.now(),
        started,
        online: { value: online(), bound: limits.connections },
        sessions: { value: sessions, bound: limits.sessions },
        users: { value: users(), bound: limits.users },
        waiting,
        waitingBytes: { value: waitingBytes, bound: limits.queuedBytes },
        held: { value: account.bytes, bound: account.most },
        heldBy: account.tally(),
        memory: {
          value: process.memoryUsage.rss(),
          bound: constrained > 0 && constrained < totalmem() ? constrained : totalmem(),
        },
        heap: { value: heap, bound: heapLimit },
        disk: { value: disk.used, bound: Math.min(disk.most, disk.used + disk.left) },
        diskFull: disk.full,
        lag,
        totals: totals(),
        codes: counters.codes(),
        ...(webhook ? { webhook: webhook() } : {}),
      }
    },
    history: (span) => (span === 'hour' ? hour : day).read(),
    stop() {
      clearInterval(sampling)
      delay.disable()
    },
  }
}
