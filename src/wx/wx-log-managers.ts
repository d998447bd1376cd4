// WeChat's own two logs as sinks. Both are shared with the app, so the SDK takes little: of the real-time log at most half.
import { utf8Size } from '../text/utf8'
import type { LogSink } from '../ports/log-sink'
import { invoke } from './shapes'
import type { WxApi, WxFeedbackLog, WxRealtimeLog } from './wx-api'

/** WARN and above. */
export const wxRealtimeLog = (wx: WxApi): LogSink => {
  let manager: WxRealtimeLog | undefined
  return (record) => {
    if (record.level < 3) return
    manager ??= wx.getRealtimeLogManager?.()
    const state = manager?.getCurrentState?.()
    const line = JSON.stringify(record)
    if (state && (state.size + utf8Size(line)) * 2 <= state.maxSize && (state.logCount + 1) * 2 <= state.maxLogCount)
      invoke(manager, record.level > 3 ? 'error' : 'warn', line)
  }
}

/** INFO and above. */
export const wxFeedbackLog = (wx: WxApi): LogSink => {
  let manager: WxFeedbackLog | undefined
  return (record) => {
    if (record.level < 2) return
    // Level 1: without the platform's own record of every wx call, which would push everything else out.
    manager ??= wx.getLogManager?.({ level: 1 })
    invoke(manager, record.level > 2 ? 'warn' : 'info', JSON.stringify(record))
  }
}
