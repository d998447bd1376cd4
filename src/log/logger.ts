// The one log of the app: who wants a record, and the single entrance through which it comes.
import loglevel from 'loglevel'
import { ConnectionError } from '../errors/connection-error'
import type { Clock } from '../ports/clock'
import type { Platform } from '../ports/platform'
import { fromUtf8 } from '../text/binary-text'
import type { Keeper, LogCore, ScopeOptions, Sink } from './api'
import type { Fields, Level, AnyLog, Log, LogRecord } from './record'
import { protect } from '../errors/secrets'
import { createRedactor } from './redact'

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const
const INFO = 2
const WARN = 3
/** Records of INFO and above that wait for the log part, the newest. */
const EARLY = 100

const refuse = (why: string): never => {
  throw new ConnectionError('InvalidArgument', why)
}

export const createLogger = (version: string, clock: Clock): LogCore => {
  const { clean } = createRedactor()
  // loglevel gives the platform's console methods; which of them is called is decided here, record by record.
  const out = loglevel.getLogger('miniprogram-im')
  out.setLevel(0, false)

  let level = 0
  let consoleLevel = WARN
  let visible = true
  let sinkFailures = 0
  let inSink = false
  let platform: Platform | undefined
  let keeper: Keeper | undefined
  const early: (readonly [line: string, level: Level])[] = []

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

  const keepEarly: Keeper['keep'] = (line, severity) => {
    early.push([line, severity])
    if (early.length > EARLY) early.shift()
  }

  const scope = (connection?: number, options: ScopeOptions = {}): Log => {
    const title = connection === undefined ? '[im]' : `[im #${connection}]`

    const print = ({ level, area, event, fields }: LogRecord) =>
      out[levels[level]](`${title} ${area}.${event} ${fields ? JSON.stringify(fields) : ''}`)

    const write: AnyLog = (severity, area, event, fields, attemptNumber) => {
      const { debug, logFunc } = options
      const wanted = severity >= level
      const shown = debug === true || (visible && severity >= consoleLevel)
      const keep = wanted && (keeper ? keeper.keeps() && keeper.keep : severity >= INFO && keepEarly)
      const sinks: Sink[] = [shown && print, logFunc, wanted && logger.onLog]
      if (wanted && keeper) sinks.push(...keeper.sinks())
      const heard = sinks.some(Boolean)
      if (!keep && !heard) return

      const line = JSON.stringify({
        t: clock.now(),
        level: severity,
        area,
        event,
        connection,
        attempt: attemptNumber,
        fields: fields && clean(read(fields)),
      })
      logger.records++
      if (keep) keep(line, severity)
      // A sink that makes the SDK log again would never end.
      if (!heard || inSink) return
      inSink = true
      const record = JSON.parse(fromUtf8(line)) as LogRecord
      sinks.forEach((sink) => tell(sink, record))
      inSink = false
    }
    return write as unknown as Log
  }

  const logger: LogCore = {
    onLog: null,
    records: 0,
    enableAll: () => logger.setLevel(0),
    disableAll: () => logger.setLevel(5),
    setLevel(wanted) {
      const number = typeof wanted === 'string' ? levels.indexOf(wanted.toLowerCase() as 'info') : wanted
      if (!levels[number]) refuse('level is 0 to 5 or TRACE to SILENT')
      level = consoleLevel = number
    },
    setConsoleLogVisibility(shown) {
      if (typeof shown !== 'boolean') refuse('visibility is true or false')
      visible = shown
    },
    attach(given) {
      if (platform) return
      platform = given
      scope()(INFO, 'app', 'started', () => ({ sdk: version, ...given.device.info() }))
      keeper?.attach(given)
    },
    platform: () => platform,
    keepWith(given) {
      keeper = given
      early.splice(0).forEach(([line, severity]) => given.keep(line, severity))
      if (platform) given.attach(platform)
    },
    keeper: () => keeper,
    sinkFailures: () => sinkFailures,
    scope,
    protect,
  }
  return logger
}
