// WeChat as the platform of a connection.
import type { Platform } from '../ports/platform'
import { interrupted, judgeFailure, saysGone } from './failures'
import type { WxApi } from './wx-api'
import { wxApp } from './wx-app'
import { wxClock } from './wx-clock'
import { wxDevice } from './wx-device'
import { wxHttp } from './wx-http'
import { wxSocketPort } from './wx-socket'
import { wxStorage } from './wx-storage'

/** `missing` hears of each thing that an old or look-alike platform lacks. */
export const wxPlatform = (wx: WxApi, missing: (api: string) => void = () => undefined): Platform => ({
  name: 'wechat',
  clock: wxClock,
  random: Math.random,
  sockets: wxSocketPort(wx),
  judge: { failure: judgeFailure, interrupted, saysGone },
  app: wxApp(wx, missing),
  device: wxDevice(wx),
  storage: wxStorage(wx),
  http: wxHttp(wx),
  native: wx,
})
