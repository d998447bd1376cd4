// Ways to keep the newest lines within a bound: the shipped log, and what others do.
import type { AnyLog } from '../../src/log/record'
import { createLogger } from '../../src/log/logger'
import { createRecorder } from '../../src/log/recorder'

export interface Fields {
  readonly from: string
  readonly to: string
  readonly detail: string
  readonly code: number
}

export interface Cache {
  add(fields: Fields): void
  export(): string | Promise<string>
}

const CAP = 3 * 1024 * 1024

const shipped = (level: number): Cache => {
  const clock = { now: Date.now, schedule: () => () => undefined }
  const logger = createLogger('0.0.0', clock)
  const noFiles = () => ({
    files: undefined,
    handOver: (path: string) => Promise.resolve({ how: 'path', path } as const),
  })
  const recorder = createRecorder({ version: '0.0.0', clock, random: Math.random, logger, adapt: noFiles })
  logger.keepWith(recorder)
  logger.setConsoleLogVisibility(false)
  logger.setLevel(level as 1)
  const log = logger.scope(1) as unknown as AnyLog
  return {
    add: (fields) => log(2, 'connection', 'state', () => ({ ...fields })),
    export: () => recorder.calls.export(),
  }
}

const line = ({ from, to, detail, code }: Fields): string =>
  `${new Date().toISOString()} INFO connection state ${JSON.stringify({ from, to, detail, code })}\n`

/** As easemob-websdk 4.21.1 does (read in what it ships): a localised date, an array, `shift`, and a count in characters. */
const easemob = (): Cache => {
  const logs: string[] = []
  let size = 0
  return {
    add(fields) {
      const text = `${new Date().toLocaleString()}: INFO connection state ${JSON.stringify(fields)}`
      while (size + text.length > CAP && logs.length > 0) size -= logs.shift()?.length ?? 0
      logs.push(text)
      size += text.length
    },
    export: () => logs.join('\n'),
  }
}

const array = (): Cache => {
  const logs: string[] = []
  let size = 0
  return {
    add(fields) {
      const text = line(fields)
      logs.push(text)
      size += text.length
      while (size > CAP) size -= logs.shift()?.length ?? 0
    },
    export: () => logs.join(''),
  }
}

const oneString = (): Cache => {
  let all = ''
  return {
    add(fields) {
      all += line(fields)
      if (all.length > CAP) all = all.slice(all.length - CAP)
    },
    export: () => all,
  }
}

/** Keeps what was logged and makes text of it at the export: cheap, but what changed meanwhile is logged wrongly, and its size is unknown. */
const unformatted = (): Cache => {
  const ring: (Fields & { readonly time: number })[] = []
  let at = 0
  return {
    add(fields) {
      ring[at] = { ...fields, time: Date.now() }
      at = (at + 1) % 25_000
    },
    export: () => ring.map((fields) => line(fields)).join(''),
  }
}

export const ALGORITHMS = {
  'miniprogram-im': () => shipped(1),
  'miniprogram-im, level off': () => shipped(5),
  "Easemob's": easemob,
  'array and shift': array,
  'one string and slice': oneString,
  'formatted at export': unformatted,
} as const

export type Algorithm = keyof typeof ALGORITHMS
