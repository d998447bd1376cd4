// The one log of the app: who wants a record, and the single entrance through which it comes.
import loglevel from 'loglevel'
import { ConnectionError } from '../errors/connection-error'
import type { Clock, Random } from '../ports/clock'
import type { Handover } from '../ports/device'
import type { LogCore, LogPorts, LogStats, ScopeOptions } from './api'
import { quietly } from '../ports/quietly'
import { createCache } from './cache'
import type { Fields, Log, LogHeader, LogRecord } from './record'
import { createRedactor } from './redact'
import { createUploader } from './upload'
import { fromUtf8 } from '../text/binary-text'

const NAME = 'miniprogram-im'
const EXPORT = 'export.txt'
const levels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const
const INFO = 2
const WARN = 3

type Sink = ((record: LogRecord) => void) | false | null | undefined

/** `fallback` finds the platform when a log is asked for before any connection was created. */
export const createLogger = (
  version: string,
  clock: Clock,
  random: Random,
  fallback: () => LogPorts | undefined = () => undefined,
): LogCore => {
  const { protect, mask, clean } = createRedactor()
  // loglevel gives the platform's console methods; which of them is called is decided here, record by record.
  const out = loglevel.getLogger(NAME)
  out.setLevel(0, false)

  let level = 0
  let consoleLevel = WARN
  let visible = true
  const config = { useCache: true, maxCache: 3 * 1024 * 1024, realtimeLog: false, feedbackLog: false }
  let records = 0
  let sinkFailures = 0
  let inSink = false
  let flushing: Promise<void> | undefined
  let ports: LogPorts | undefined
  let network = ''
  const cache = createCache(
    clock,
    config.maxCache,
    () => ports?.logFiles,
    (detail) => log(WARN, 'log', 'failed', () => ({ detail })),
  )

  const tell = (sink: Sink, record: LogRecord) => {
    try {
      if (sink) sink(record)
    } catch {
      sinkFailures++
    }
  }

  const read = (fields: () => Fields): Fields => {
    try {
      return fields()
    } catch (error) {
      return { unreadable: error }
    }
  }

  const scope = (connection?: number, { debug, logFunc }: ScopeOptions = {}): Log => {
    const title = connection === undefined ? '[im]' : `[im #${connection}]`

    const print = ({ level, area, event, fields }: LogRecord) =>
      out[levels[level]](`${title} ${area}.${event} ${fields ? JSON.stringify(fields) : ''}`)

    return (severity, area, event, fields, attemptNumber) => {
      const wanted = severity >= level
      const kept = wanted && config.useCache
      const shown = debug === true || (visible && severity >= consoleLevel)
      const sinks: Sink[] = [
        shown && print,
        logFunc,
        wanted && logger.onLog,
        wanted && config.realtimeLog && ports?.realtime,
        wanted && config.feedbackLog && ports?.feedback,
      ]
      const heard = sinks.some(Boolean)
      if (!kept && !heard) return

      const line = JSON.stringify({
        t: clock.now(),
        level: severity,
        area,
        event,
        connection,
        attempt: attemptNumber,
        fields: fields && clean(read(fields)),
      })
      records++
      if (kept) {
        cache.push(line + '\n')
        // After trouble soon: what one turn says is one write.
        if (severity >= WARN)
          flushing ??= Promise.resolve().then(() => {
            flushing = undefined
            cache.flush()
          })
      }
      // A sink that makes the SDK log again would never end.
      if (!heard || inSink) return
      inSink = true
      const record = JSON.parse(fromUtf8(line)) as LogRecord
      sinks.forEach((sink) => tell(sink, record))
      inSink = false
    }
  }
  const log = scope()
  /** Minutes that the phone's local time is ahead of UTC. */
  const zone = () => -new Date(clock.now()).getTimezoneOffset()

  const attach = (given: LogPorts) => {
    if (ports) return
    ports = given
    log(INFO, 'app', 'started', () => ({ sdk: version, ...given.device.info() }))
    const nothing = () => undefined
    given.app.watch({ shown: nothing, hidden: cache.flush, network: ({ type }) => (network = type), weak: nothing })
    given.app.queryNetwork()
  }

  const platform = (): LogPorts => {
    const found = ports ?? fallback()
    if (!found) throw new ConnectionError('UnsupportedHere', 'no platform to take the log')
    attach(found)
    return found
  }

  const stats = (): LogStats => ({ ...cache.stats, records, sinkFailures })

  /** The header and all lines. An export works without a platform; it only lacks the earlier starts. */
  const whole = (): string => {
    quietly(platform)
    const header: LogHeader = {
      header: NAME,
      format: 1,
      sdk: version,
      t: clock.now(),
      zone: zone(),
      device: ports && { ...ports.device.info() },
      stats: { ...stats() },
    }
    return JSON.stringify(header) + '\n' + cache.read()
  }

  const logger: LogCore = {
    onLog: null,
    enableAll: () => logger.setLevel(0),
    disableAll: () => logger.setLevel(5),
    setLevel(wanted) {
      const number = typeof wanted === 'string' ? levels.indexOf(wanted.toLowerCase() as 'info') : wanted
      if (!levels[number]) throw new ConnectionError('InvalidArgument', 'level is 0 to 5 or TRACE to SILENT')
      level = consoleLevel = number
    },
    setConsoleLogVisibility(shown) {
      visible = shown
      consoleLevel = level
    },
    setConfig(given) {
      const { maxCache } = { ...config, ...given }
      if (!(Number.isFinite(maxCache) && maxCache >= 0))
        throw new ConnectionError('InvalidArgument', 'maxCache is a number of bytes')
      Object.assign(config, given)
      cache.resize(maxCache)
    },
    export: () => new Promise((resolve) => resolve(whole())),
    // All of it at once: phones share a file only in the moment of the tap.
    download: () =>
      new Promise((resolve) => {
        const { device, logFiles } = platform()
        const text = whole()
        try {
          logFiles!.write(EXPORT, text)
        } catch (error) {
          throw new ConnectionError('LogNotWritten', undefined, error)
        }
        const path = logFiles!.pathOf(EXPORT)
        const time = new Date(clock.now() + zone() * 60000).toISOString().slice(0, 19).replace(/:/g, '-')
        resolve(
          device.handOver(path, `${NAME}-${time}.txt`).then(undefined, (errMsg: unknown): Handover => {
            if (/tap|gesture/i.test(String(errMsg))) throw new ConnectionError('TapRequired', path, errMsg)
            return { how: 'path', path }
          }),
        )
      }),
    clear() {
      cache.clear()
      return Promise.resolve()
    },
    stats,
    attach,
    scope,
    protect,
    mask,
    ...createUploader(
      platform,
      whole,
      () => network,
      (bytes) => log(INFO, 'log', 'uploaded', () => ({ bytes })),
      clock,
      random,
    ),
  }
  return logger
}
