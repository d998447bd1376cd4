// The log as a part: one recorder for the log of the app, however many connections it is handed to.
import { takeErrors, type Host, type Part, type Running } from '../part'
import type { LogPlatform, Platform } from '../ports/platform'
import { VERSION } from '../version'
import type { LogCalls } from './api'
import { createRecorder } from './recorder'

export const logPart = (adapt: (platform: Platform) => LogPlatform): Part<LogCalls> => ({
  name: 'log',
  version: VERSION,
  start: ({ errors, logger, platform, settings, token }: Host): Running<LogCalls> => {
    let user = ''
    takeErrors(errors)
    const { clock, random } = platform
    const recorder = logger.keeper() ?? createRecorder({ version: VERSION, clock, random, logger, adapt })
    if (!logger.keeper()) logger.keepWith(recorder)
    const { restBase } = settings
    const destroyed =
      settings.enableReportLogs && restBase !== undefined
        ? recorder.allowUpload({ base: restBase, token, user: () => user })
        : () => undefined
    return {
      api: recorder.calls,
      opened: (who) => {
        user = who
      },
      destroyed,
    }
  },
})
