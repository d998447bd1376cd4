// WeChat's own two logs as sinks. Both are shared with the app, so the SDK takes at most half of what is free.
import { utf8Size } from '../bytes/utf8'
import type { LogSink } from '../ports/log-sink'
import type { WxApi, WxFeedbackLog, WxRealtimeLog } from './wx-api'

const quietly = (write: () => void) => {
  try {
    write()
  } catch {
    // The platform's log is a convenience; its troubles are not the app's.
  }
}

export const wxRealtimeLog = (wx: WxApi): LogSink => {
  let manager: WxRealtimeLog | undefined
  return {
    write: (level, line) =>
      quietly(() => {
        manager ??= wx.getRealtimeLogManager?.()
        const state = manager?.getCurrentState?.()
        if (!manager || !state) return
        if ((state.size + utf8Size(line)) * 2 > state.maxSize || (state.logCount + 1) * 2 > state.maxLogCount) return
        manager[level > 3 ? 'error' : level > 2 ? 'warn' : 'info'](line)
      }),
  }
}

export const wxFeedbackLog = (wx: WxApi): LogSink => {
  let manager: WxFeedbackLog | undefined
  return {
    write: (level, line) =>
      quietly(() => {
        // Level 1: without the platform's own record of every wx call, which would push everything else out.
        manager ??= wx.getLogManager?.({ level: 1 })
        manager?.[level > 2 ? 'warn' : level > 1 ? 'info' : 'debug'](line)
      }),
  }
}
