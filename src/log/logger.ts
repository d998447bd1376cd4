// The one log of the app: who wants a record, and the single entrance through which it comes.
import loglevel from 'loglevel'
import { ConnectionError } from '../errors/connection-error'
import type { Clock, Random } from '../ports/clock'
import type { LogCore, LogPorts, LogStats, ScopeOptions } from './api'
import { createFileStore, type FileStore } from './file-store'
import { createHandOver } from './hand-over'
import type { Fields, Log, LogHeader, LogRecord } from './record'
import { createRedactor } from './redact'
import { createRing } from './ring'
import { fromUtf8, toUtf8 } from './utf8'

const NAME = 'miniprogram-im'
const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'SILENT']
const methods = ['trace', 'debug', 'info', 'warn', 'error'] as const
const INFO = 2
const WARN = 3

const parse = (line: string) => JSON.parse(fromUtf8(line)) as LogRecord

/** `fallback` finds the platform when a log is asked for before any connection was created. */
export const createLogger = (
  version: string,
  clock: Clock,
  random: Random,
  fallback: () => LogPorts | undefined = () => undefined,
): LogCore => {
  const { protect, mask, json } = createRedactor()
  // loglevel gives the platform's console methods; which of them is called is decided here, record by record.
  const out = loglevel.getLogger(NAME)
  out.setLevel(0, false)

  let level = 0
  let consoleLevel = WARN
  let visible = true
  let useCache = true
  let maxCache = 3 * 1024 * 1024
  let realtimeLog = false
  let feedbackLog = false
  let records = 0
  let sinkFailures = 0
  let inSink = false
  let ports: LogPorts | undefined
  let store: FileStore | undefined
  let network = ''
  const ring = createRing(maxCache)

  const guarded = (sink: () => void) => {
    try {
      sink()
    } catch {
      sinkFailures++
    }
  }

  const read = (fields: () => Fields): unknown => {
    try {
      return fields()
    } catch (error) {
      return { unreadable: error }
    }
  }

  const scope = (connection?: number, { debug, logFunc }: ScopeOptions = {}): Log => {
    const from = connection === undefined ? '' : `,"connection":${connection}`
    const title = connection === undefined ? '[im]' : `[im #${connection}]`

    return (severity, area, event, fields, attempt) => {
      const wanted = severity >= level
      const kept = wanted && useCache
      const shown = debug === true || (visible && severity >= consoleLevel)
      const { onLog } = logger
      const heard = wanted && onLog
      if (!kept && !shown && !heard && !logFunc && !(wanted && (realtimeLog || feedbackLog))) return

      const details = fields ? json(read(fields)) : ''
      const line =
        `{"t":${clock.now()},"level":${severity},"area":"${area}","event":"${event}"${from}` +
        (attempt === undefined ? '' : `,"attempt":${attempt}`) +
        (details ? `,"fields":${details}}` : '}')
      records++
      if (kept) {
        ring.push(line + '\n')
        // After trouble at once, else in large pieces.
        if (store && (severity >= WARN || store.waiting() > 16384)) void store.flush()
      }
      if (shown) guarded(() => out[methods[severity]](`${title} ${area}.${event} ${fromUtf8(details)}`))
      // A sink that makes the SDK log again would never end.
      if (inSink) return
      inSink = true
      if (heard) guarded(() => heard(parse(line)))
      if (logFunc) guarded(() => logFunc(parse(line)))
      if (wanted && realtimeLog && severity >= WARN) guarded(() => ports?.realtime?.write(severity, fromUtf8(line)))
      if (wanted && feedbackLog && severity >= INFO) guarded(() => ports?.feedback?.write(severity, fromUtf8(line)))
      inSink = false
    }
  }
  const log = scope()

  const attach = (given: LogPorts) => {
    if (ports) return
    ports = given
    log(INFO, 'app', 'started', () => ({ sdk: version, ...given.device.info() }))
    if (given.files.available) {
      const opened = createFileStore(
        given.files,
        ring,
        clock,
        () => maxCache,
        (detail) => log(WARN, 'log', 'failed', () => ({ detail })),
      )
      store = opened
      given.app.watch({
        shown: () => undefined,
        hidden: () => void opened.flush(),
        network: ({ type }) => (network = type),
        weak: () => undefined,
      })
    }
    given.app.queryNetwork()
  }

  const platform = (): LogPorts => {
    const found = ports ?? fallback()
    if (!found) throw new ConnectionError('UnsupportedHere', 'no platform to take the log')
    attach(found)
    return found
  }

  const stats = (): LogStats => ({
    bytes: 0,
    failures: 0,
    lost: 0,
    ...store?.stats(),
    records,
    cached: ring.end() - ring.start(),
    evicted: ring.start(),
    sinkFailures,
  })

  const header = (): LogHeader => ({
    header: NAME,
    format: 1,
    sdk: version,
    t: clock.now(),
    zone: -new Date(clock.now()).getTimezoneOffset(),
    ...(ports && { device: { ...ports.device.info() } }),
    stats: { ...stats() },
  })

  /** The header, what earlier starts left as far as it joins on, and the cache: as UTF-8 (utf8.ts). */
  const whole = (): Promise<string> =>
    Promise.resolve()
      .then(() => {
        if (!ports) guarded(platform) // an export works without a platform; it only lacks the earlier starts
        const room = ring.start() ? 0 : maxCache - ring.end()
        return store && room > 0 ? store.earlier(room) : ''
      })
      .then((earlier) => toUtf8(JSON.stringify(header())) + '\n' + earlier + ring.read(0))

  const { download, upload, allowUpload } = createHandOver(
    platform,
    whole,
    () => network,
    (bytes) => log(INFO, 'log', 'uploaded', () => ({ bytes })),
    clock,
    random,
  )

  const logger: LogCore = {
    onLog: null,
    enableAll: () => logger.setLevel(0),
    disableAll: () => logger.setLevel(5),
    setLevel(wanted) {
      const number = typeof wanted === 'string' ? levels.indexOf(wanted.toUpperCase()) : wanted
      if (levels[number] === undefined)
        throw new ConnectionError('InvalidArgument', 'level is 0 to 5 or one of ' + levels.join())
      level = consoleLevel = number
    },
    setConsoleLogVisibility(shown) {
      visible = shown
      consoleLevel = level
    },
    setConfig(config) {
      const max = config.maxCache ?? maxCache
      if (!(typeof max === 'number' && max >= 0 && max < Infinity))
        throw new ConnectionError('InvalidArgument', 'maxCache is a number of bytes')
      ring.resize((maxCache = Math.floor(max)))
      useCache = config.useCache ?? useCache
      realtimeLog = config.realtimeLog ?? realtimeLog
      feedbackLog = config.feedbackLog ?? feedbackLog
    },
    export: () => whole().then(fromUtf8),
    download,
    upload,
    clear() {
      ring.clear()
      return store ? store.clear() : Promise.resolve()
    },
    stats,
    attach,
    scope,
    protect,
    mask,
    allowUpload,
    flush: () => (store ? store.flush() : Promise.resolve()),
  }
  return logger
}
