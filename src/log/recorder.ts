// What becomes of the records: kept in memory and files, exported, downloaded, uploaded, and given to the platform's own logs.
import { ConnectionError } from '../part'
import type { Clock, Random } from '../ports/clock'
import type { Handover, LogPlatform, Platform } from '../ports/platform'
import { quietly } from '../ports/quietly'
import { flag, given, wrongOption, type Rules } from '../text/option'
import type { Keeper, LogConfig, LogCore, LogStats } from './api'
import { createCache } from './cache'
import type { LogHeader } from './record'
import { createUploader } from './upload'

const rules: Rules<LogConfig> = {
  useCache: flag,
  maxCache: (value) => !(Number.isFinite(value) && (value as number) >= 0) && 'must be a number of bytes',
  realtimeLog: flag,
  feedbackLog: flag,
}

const NAME = 'miniprogram-im'
const EXPORT = 'export.txt'
const INFO = 2
const WARN = 3

export interface RecorderDeps {
  readonly version: string
  readonly clock: Clock
  readonly random: Random
  readonly logger: LogCore
  /** What of a platform only the log uses. */
  readonly adapt: (platform: Platform) => LogPlatform
  /** Finds the platform when a log is asked for before any connection was created. */
  readonly fallback?: () => Platform | undefined
}

export const createRecorder = ({ version, clock, random, logger, adapt, fallback }: RecorderDeps): Keeper => {
  const config = { useCache: true, maxCache: 3 * 1024 * 1024, realtimeLog: false, feedbackLog: false }
  const log = logger.scope()
  let flushing: Promise<void> | undefined
  let platform: Platform | undefined
  let own: LogPlatform | undefined
  let network = ''
  const cache = createCache(
    clock,
    config.maxCache,
    () => own?.files,
    (detail) => log(WARN, 'log', 'failed', () => ({ detail })),
  )
  /** Minutes that the phone's local time is ahead of UTC. */
  const zone = () => -new Date(clock.now()).getTimezoneOffset()

  const attach = (given: Platform) => {
    if (platform) return
    platform = given
    own = adapt(given)
    const nothing = () => undefined
    given.app.watch({ shown: nothing, hidden: cache.flush, network: ({ type }) => (network = type), weak: nothing })
    given.app.queryNetwork()
  }

  /** The platform, which a log that is asked for early must find itself. */
  const found = (): Platform & LogPlatform => {
    const given = logger.platform() ?? fallback?.()
    if (!given) throw new ConnectionError('UnsupportedHere', 'no platform to take the log')
    logger.attach(given)
    attach(given)
    return { ...platform!, ...own! }
  }

  const stats = (): LogStats => ({ ...cache.stats, records: logger.records, sinkFailures: logger.sinkFailures() })

  /** The header and all lines. An export works without a platform; it only lacks the earlier starts. */
  const whole = (): string => {
    quietly(found)
    const header: LogHeader = {
      header: NAME,
      format: 1,
      sdk: version,
      t: clock.now(),
      zone: zone(),
      device: platform && { ...platform.device.info() },
      stats: { ...stats() },
    }
    return JSON.stringify(header) + '\n' + cache.read()
  }

  const { upload, allowUpload } = createUploader(
    found,
    whole,
    () => network,
    (bytes) => log(INFO, 'log', 'uploaded', () => ({ bytes })),
    clock,
    random,
  )

  return {
    attach,
    keeps: () => config.useCache,
    keep(line, level) {
      cache.push(line + '\n')
      // After trouble soon: what one turn says is one write.
      if (level >= WARN)
        flushing ??= Promise.resolve().then(() => {
          flushing = undefined
          cache.flush()
        })
    },
    sinks: () => [config.realtimeLog && own?.realtime, config.feedbackLog && own?.feedback],
    allowUpload,
    calls: {
      setConfig(wanted) {
        const wrong = wrongOption(rules, wanted)
        if (wrong) throw new ConnectionError('InvalidArgument', wrong)
        cache.resize(Object.assign(config, given(wanted)).maxCache)
      },
      export: () => new Promise((resolve) => resolve(whole())),
      // All of it at once: phones share a file only in the moment of the tap.
      download: () =>
        new Promise((resolve) => {
          const { files, handOver } = found()
          const text = whole()
          try {
            files!.write(EXPORT, text)
          } catch (error) {
            throw new ConnectionError('LogNotWritten', undefined, error)
          }
          const path = files!.pathOf(EXPORT)
          const time = new Date(clock.now() + zone() * 60000).toISOString().slice(0, 19).replace(/:/g, '-')
          resolve(
            handOver(path, `${NAME}-${time}.txt`).then(undefined, (errMsg: unknown): Handover => {
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
      upload,
    },
  }
}
