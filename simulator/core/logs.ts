// WeChat's own two logs: getLogManager (the user uploads it, it cannot be read back) and getRealtimeLogManager.
// Models wechat-runtime.md section 7: 100 KB a call and 5 MB in all, oldest out; 5 KB a call and 200 calls between show
// and hide; DevTools' realtime calls are accepted and not reported. Tests read what arrived through `phone.logs`.
// Nothing here throws into the app, as on a phone: what is too much is dropped.
import type { Profile } from './quirks'
import { encodeUtf8 } from './text'

export interface LogLine {
  readonly level: string
  readonly text: string
}

/** What was kept; lives as long as the phone, not the process. */
export interface WechatLogs {
  readonly user: LogLine[]
  readonly realtime: LogLine[]
  readonly filters: Set<string>
  /** Calls that were dropped for being too large or too many. */
  dropped: number
}

export const emptyLogs = (): WechatLogs => ({ user: [], realtime: [], filters: new Set(), dropped: 0 })

const KB = 1024
const size = (text: string) => encodeUtf8(text).length
const join = (parts: readonly unknown[]) =>
  parts
    .map((part) => (typeof part === 'string' ? part : ((JSON.stringify(part) as string | undefined) ?? 'undefined')))
    .join(' ')

export function createLogsApi(profile: Profile, logs: WechatLogs) {
  let total = logs.user.reduce((sum, line) => sum + size(line.text), 0)
  let calls = 0
  let bytes = 0

  const user =
    (level: string) =>
    (...parts: unknown[]) => {
      const text = join(parts)
      if (size(text) > 100 * KB) {
        logs.dropped++
        return
      }
      logs.user.push({ level, text })
      total += size(text)
      while (total > 5 * KB * KB) total -= size(logs.user.shift()!.text)
    }
  const realtime =
    (level: string) =>
    (...parts: unknown[]) => {
      if (profile === 'devtools') return
      const text = join(parts)
      calls++
      bytes += size(text)
      if (calls > 200 || bytes > 5 * KB) logs.dropped++
      else logs.realtime.push({ level, text })
    }
  const tagged = (tag: string) => ({
    info: (key: string, ...parts: unknown[]) => realtime('info')(tag, key, ...parts),
    warn: (key: string, ...parts: unknown[]) => realtime('warn')(tag, key, ...parts),
    error: (key: string, ...parts: unknown[]) => realtime('error')(tag, key, ...parts),
  })

  return {
    api: {
      getLogManager: () => ({
        debug: user('debug'),
        info: user('info'),
        log: user('log'),
        warn: user('warn'),
      }),
      getRealtimeLogManager: () => ({
        info: realtime('info'),
        warn: realtime('warn'),
        error: realtime('error'),
        setFilterMsg(text: string) {
          logs.filters.clear()
          if (size(text) <= KB) logs.filters.add(text)
        },
        addFilterMsg(text: string) {
          if (size([...logs.filters, text].join(' ')) <= KB) logs.filters.add(text)
        },
        tag: tagged,
        getCurrentState: () => ({ size: bytes, maxSize: 5 * KB, logCount: calls, maxLogCount: 200 }),
      }),
    },
    /** show -> hide is one entry of the realtime log. */
    nextWindow() {
      calls = 0
      bytes = 0
    },
  }
}
