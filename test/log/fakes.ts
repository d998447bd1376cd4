// A phone for the log: a clock that stands still until told, a disk that dies or fills where told, a server of logs.
import type { AnyLog } from '../../src/log/record'
import type { AppListener, AppPort } from '../../src/ports/app'
import type { Clock } from '../../src/ports/clock'
import type { Device } from '../../src/ports/device'
import type { Handover, LogPlatform, Platform } from '../../src/ports/platform'
import type { FileFailure, LogFiles } from '../../src/ports/files'
import type { Http, HttpRequest, HttpResponse } from '../../src/ports/http'
import type { Keeper, LogCore, Logger, ScopeOptions } from '../../src/log/api'
import { createLogger } from '../../src/log/logger'
import { createRecorder } from '../../src/log/recorder'
import { nameOf } from '../../src/errors/codes'
import { ConnectionError } from '../../src/errors/connection-error'
import { takeErrors } from '../../src/part'

takeErrors({ ConnectionError, nameOf })

export interface FakeClock extends Clock {
  /** Lets this many ms pass, and all that is due in them happen. */
  pass(ms: number): Promise<void>
  waiting(): number
}

/** Lets every promise that can settle do so. */
export const settle = async (): Promise<void> => {
  for (let i = 0; i < 200; i++) await Promise.resolve()
}

export const fakeClock = (start = Date.UTC(2026, 0, 31, 4, 0, 0)): FakeClock => {
  let now = start
  let timers: { at: number; run: () => void }[] = []
  return {
    now: () => now,
    schedule(run, delay) {
      const timer = { at: now + delay, run }
      timers.push(timer)
      return () => (timers = timers.filter((other) => other !== timer))
    },
    waiting: () => timers.length,
    async pass(ms) {
      const until = now + ms
      for (;;) {
        await settle()
        const next = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
        if (!next) break
        timers = timers.filter((other) => other !== next)
        now = Math.max(now, next.at)
        next.run()
      }
      now = until
    },
  }
}

/** What is on the disk: it outlives the app. */
export type Disk = Map<string, Buffer>

export interface FakeFiles extends LogFiles {
  readonly disk: Disk
  /** Operations that change the disk, so far. */
  operations(): number
  /** Whether the process died: whatever it still does reaches nothing. */
  dead(): boolean
}

interface Trouble {
  /** The process dies in this changing operation (1 is the first), leaving `part` of what it wrote. */
  readonly dieAt?: number
  readonly part?: number
  /** Bytes that fit on the disk; a write beyond it leaves what fits. */
  room?: number
  /** How it says that a write does not fit; full. */
  kind?: FileFailure['kind']
  /** Every write fails. */
  broken?: boolean
}

export const fakeFiles = (disk: Disk = new Map(), trouble: Trouble = {}): FakeFiles => {
  let operations = 0
  let dead = false

  const fail = (kind: FileFailure['kind']): never => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the port's contract
    throw { kind, errMsg: `fake:fail ${kind}` }
  }
  /** Counts an operation that changes the disk; true when the process dies in it. */
  const dies = (): boolean => {
    if (dead) fail('failed')
    dead = ++operations === trouble.dieAt
    return dead
  }
  const used = () => [...disk.values()].reduce((sum, file) => sum + file.length, 0)
  const put = (name: string, before: Buffer, text: string): void => {
    const bytes = Buffer.from(text)
    const leave = (size: number) => disk.set(name, Buffer.concat([before, bytes.subarray(0, size)]))
    if (dies()) {
      leave(Math.floor(bytes.length * (trouble.part ?? 0)))
      fail('failed')
    }
    if (trouble.broken) fail('failed')
    const fits = (trouble.room ?? Infinity) - (used() - (disk.get(name)?.length ?? 0)) - before.length
    leave(Math.min(bytes.length, Math.max(0, fits)))
    if (bytes.length > fits) fail(trouble.kind ?? 'full')
  }
  const get = (name: string): Buffer => (dead ? undefined : disk.get(name)) ?? fail('missing')

  return {
    disk,
    operations: () => operations,
    dead: () => dead,
    pathOf: (name) => 'wxfile://usr/' + name,
    read: (name) => get(name).toString(),
    size: (name) => get(name).length,
    write: (name, text) => put(name, Buffer.alloc(0), text),
    append: (name, text) => put(name, disk.get(name) ?? Buffer.alloc(0), text),
    remove(name) {
      if (dies()) fail('failed')
      disk.delete(name)
    },
    list: () => [...disk.keys()],
    isFull: (error) => (error as FileFailure).kind === 'full',
  }
}

export interface FakeApp extends AppPort {
  hide(): void
  network(type: string): void
}

export const fakeApp = (type = 'wifi'): FakeApp => {
  const listeners = new Set<AppListener>()
  let now = type
  const tell = () => listeners.forEach((listener) => listener.network({ connected: true, type: now }))
  return {
    watch(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    queryNetwork: tell,
    hide: () => listeners.forEach((listener) => listener.hidden()),
    network(type) {
      now = type
      tell()
    },
  }
}

export const fakeDevice = (
  handOver: LogPlatform['handOver'] = (path) => Promise.resolve({ how: 'shared', path }),
): Device & Pick<LogPlatform, 'handOver'> & { handed: Handover[] } => {
  const handed: Handover[] = []
  return {
    handed,
    info: () => ({
      platform: 'android',
      model: 'Pixel',
      system: 'Android 14',
      client: '8.0.50',
      baseLibrary: '3.5.0',
      appId: 'wx0',
      appVersion: '1.2.3',
    }),
    handOver: (path, name) =>
      handOver(path, name).then((handover) => {
        handed.push(handover)
        return handover
      }),
  }
}

/** A server of logs as in docs/rest.md. `answer` may take a call over: a response, or a rejection's text. */
export const fakeLogServer = (
  answer: (request: HttpRequest, call: number) => HttpResponse | string | undefined = () => undefined,
) => {
  const logs = new Map<string, { id: string; size: number; bytes: Buffer }>()
  const requests: HttpRequest[] = []
  const reply = (status: number, body: unknown): HttpResponse => ({ status, header: {}, body: JSON.stringify(body) })
  const serve = (request: HttpRequest): HttpResponse => {
    const [, id, from] = /\/logs(?:\/([^?]+)\?offset=(\d+))?$/.exec(request.url) ?? []
    if (id === undefined) {
      const { name, size } = JSON.parse(request.body!) as { name: string; size: number }
      if (!logs.has(name)) logs.set(name, { id: `log${logs.size}`, size, bytes: Buffer.alloc(0) })
      return reply(200, { id: logs.get(name)!.id, received: logs.get(name)!.bytes.length })
    }
    const log = [...logs.values()].find((candidate) => candidate.id === id)
    if (!log) return reply(404, {})
    if (Number(from) !== log.bytes.length) return reply(409, { received: log.bytes.length })
    log.bytes = Buffer.concat([log.bytes, Buffer.from(request.body!)])
    return reply(200, { received: log.bytes.length })
  }
  const http: Http = {
    request(request) {
      requests.push(request)
      const taken = answer(request, requests.length)
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the port's contract
      if (typeof taken === 'string') return Promise.reject({ errMsg: taken })
      return Promise.resolve(taken ?? serve(request))
    },
  }
  return { http, logs, requests, serve }
}

export interface Phone extends Pick<Platform, 'app' | 'device' | 'http'>, Pick<LogPlatform, 'realtime' | 'feedback'> {
  readonly clock: FakeClock
  readonly app: FakeApp
  readonly files: FakeFiles
  /** Brings everything to disk. */
  flush(): void
  readonly device: ReturnType<typeof fakeDevice>
  readonly logger: LogCore & Logger & Pick<Keeper, 'allowUpload'>
}

/** A started app with its log; pass the disk of an earlier one to start it again. */
export const phone = (
  parts: Partial<Omit<Phone, 'logger' | 'flush'>> & { attach?: boolean; quiet?: boolean } = {},
): Phone => {
  const { attach = true, quiet = true, ...given } = parts
  const made = {
    clock: fakeClock(),
    app: fakeApp(),
    files: fakeFiles(),
    device: fakeDevice(),
    http: fakeLogServer().http,
    ...given,
  }
  const core = createLogger('0.0.0-test', made.clock)
  const { clock, files, realtime, feedback } = { realtime: undefined, feedback: undefined, ...made }
  const { handOver } = made.device
  const adapt = () => ({ files, handOver, ...(realtime && { realtime }), ...(feedback && { feedback }) })
  const recorder = createRecorder({ version: '0.0.0-test', clock, random: () => 0.5, logger: core, adapt })
  core.keepWith(recorder)
  const { allowUpload } = recorder
  const logger = Object.assign(core, recorder.calls, { allowUpload })
  if (quiet) logger.setConsoleLogVisibility(false)
  if (attach) logger.attach(made as unknown as Platform)
  return { ...made, logger, flush: made.app.hide }
}

/** The records of an export, without its header. */
export const linesOf = (text: string): string[] => text.split('\n').slice(1, -1)

/** The log of a connection, for records that are not on the list. */
export const scopeOf = (logger: LogCore, connection: number, options?: ScopeOptions): AnyLog =>
  logger.scope(connection, options) as unknown as AnyLog
