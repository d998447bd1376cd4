// What the operator sees of the whole server: how things stand against their bounds, and how they stood in the last hour and day.
import { totalmem } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import type { BrokerFigures } from '../mqtt/broker'
import type { Limits } from '../limits'
import type { WebhookFigures } from '../webhook/webhook'
import type { CodeCount, Counters } from './counters'
import { diskUse, type DiskUse } from './folder-size'
import { createHistory, type Digest, type Series } from './history'

/** A figure and what it cannot or should not pass. */
export interface Bounded {
  readonly value: number
  readonly bound: number
}

export interface Figures {
  /** Milliseconds since 1970. */
  readonly now: number
  readonly started: number
  readonly online: Bounded
  readonly sessions: Bounded
  readonly users: Bounded
  /** Messages that wait for their receivers. */
  readonly waiting: number
  readonly waitingBytes: Bounded
  /** Bytes of the process, of what this machine (or container) has. */
  readonly memory: Bounded
  /** Bytes of JavaScript's heap, of what Node allows. */
  readonly heap: Bounded
  /** Bytes of the data folder, of these and what the disk has left. */
  readonly disk: Bounded
  /** Milliseconds that the event loop was late at the 99th percentile of the last ten seconds. */
  readonly lag: number
  /** Since the start. */
  readonly totals: {
    readonly logins: number
    readonly refused: number
    readonly published: number
    readonly delivered: number
    readonly messagesRefused: number
  }
  readonly codes: readonly CodeCount[]
  /** Where there is one. */
  readonly webhook?: WebhookFigures
}

/** `logins`, `refused`: in the span; `published`, `delivered`: a second. */
const digests = {
  online: 'most',
  logins: 'mean',
  refused: 'mean',
  published: 'mean',
  delivered: 'mean',
  waitingBytes: 'most',
  memory: 'most',
  disk: 'most',
  lag: 'most',
} as const satisfies Record<string, Digest>

type Name = keyof typeof digests

export interface FigureSources {
  readonly folder: string
  readonly limits: Limits
  readonly counters: Counters
  online(): number
  users(): number
  broker(): BrokerFigures
  readonly webhook: (() => WebhookFigures) | undefined
}

export interface FigureBook {
  now(): Figures
  history(span: 'hour' | 'day'): Series<Name>
  stop(): void
}

const sampleSeconds = 10

/** Walking the folder costs a look at every file. */
const diskEverySamples = 6

export function openFigures({ folder, limits, counters, online, users, broker, webhook }: FigureSources): FigureBook {
  const started = Date.now()
  const hour = createHistory(digests, { seconds: sampleSeconds, samples: 1, keep: 360 })
  const day = createHistory(digests, { seconds: sampleSeconds, samples: 30, keep: 288 })
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  let disk: DiskUse = { used: 0, free: 0 }
  let looking = false
  let lag = 0
  let samples = 0

  function lookAtDisk(): void {
    if (looking) return
    looking = true
    diskUse(folder)
      .then((use) => (disk = use))
      .catch(() => undefined) // the last figure stands
      .finally(() => (looking = false))
  }
  lookAtDisk()

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
    const sample: Record<Name, number> = {
      online: online(),
      logins: since('logins'),
      refused: since('refused'),
      published: since('published') / sampleSeconds,
      delivered: since('delivered') / sampleSeconds,
      waitingBytes: broker().waitingBytes,
      memory: process.memoryUsage.rss(),
      disk: disk.used,
      lag,
    }
    before = after
    const now = Date.now()
    hour.add(now, sample)
    day.add(now, sample)
    if (++samples % diskEverySamples === 0) lookAtDisk()
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
        memory: {
          value: process.memoryUsage.rss(),
          bound: constrained > 0 && constrained < totalmem() ? constrained : totalmem(),
        },
        heap: { value: heap, bound: heapLimit },
        disk: { value: disk.used, bound: disk.used + disk.free },
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
