// The one log of the app, on the platform that it runs on.
import { createLogger } from './log/logger'
import { VERSION } from './version'
import { globalWx } from './wx/global'
import { wxClock } from './wx/wx-clock'
import { wxPlatform } from './wx/wx-platform'

export const logger = createLogger(VERSION, wxClock, Math.random, () => {
  const wx = globalWx()
  return wx && wxPlatform(wx, () => undefined)
})
