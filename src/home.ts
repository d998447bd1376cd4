// Where the SDK is at home: WeChat's platform, and the one log of the app. Another platform is another file like this one.
import type { LogCore } from './log/api'
import { createLogger } from './log/logger'
import type { Platform } from './ports/platform'
import { VERSION } from './version'
import { globalWx } from './wx/global'
import type { PromisingWxApi, WxApi } from './wx/wx-api'
import { wxClock } from './wx/wx-clock'
import { wxPlatform } from './wx/wx-platform'

export interface Home {
  readonly logger: LogCore
  /** `given`: the option `wx`. `missing` hears of what an old platform lacks. `undefined` where there is no platform. */
  platform(given?: WxApi | PromisingWxApi, missing?: (api: string) => void): Platform | undefined
}

export const home: Home = {
  logger: createLogger(VERSION, wxClock),
  platform: (given, missing) => {
    // What its connectSocket gives is looked at when it is there.
    const wx = (given as WxApi | undefined) ?? globalWx()
    return wx && wxPlatform(wx, missing)
  },
}
