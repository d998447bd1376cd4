// Everything of the platform that a connection and the log stand on, made once for both.
import type { WxApi } from './wx-api'
import { wxApp } from './wx-app'
import { wxDevice } from './wx-device'
import { wxFiles } from './wx-files'
import { wxHttp } from './wx-http'
import { wxFeedbackLog, wxRealtimeLog } from './wx-log-managers'

export const wxPlatform = (wx: WxApi, missing: (api: string) => void) => ({
  app: wxApp(wx, missing),
  device: wxDevice(wx),
  ...wxFiles(wx),
  http: wxHttp(wx),
  realtime: wxRealtimeLog(wx),
  feedback: wxFeedbackLog(wx),
})
