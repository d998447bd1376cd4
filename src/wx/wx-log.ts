// What the log part needs of wx besides: files, and how one leaves the mini-program: shared on phones, saved on PCs, else its
// path. The part's own file carries it.
import type { LogPlatform, Platform } from '../ports/platform'
import type { WxApi, WxFailure } from './wx-api'
import { member } from './shapes'
import { call } from './wx-call'
import { wxLogFiles } from './wx-files'
import { wxFeedbackLog, wxRealtimeLog } from './wx-log-managers'

export const wxLog = ({ native, device }: Platform): LogPlatform => {
  const wx = native as WxApi
  return {
    files: wxLogFiles(wx),
    handOver: (path, fileName) => {
      const pc = /windows|mac|ohos_pc/i.test(device.info().platform)
      const api = pc ? 'saveFileToDisk' : 'shareFileMessage'
      return member(wx, api)
        ? call(wx, api, { filePath: path, fileName }).then(
            () => ({ how: pc ? 'saved' : 'shared', path }),
            ({ errMsg }: WxFailure) => {
              throw new Error(errMsg)
            },
          )
        : Promise.resolve({ how: 'path', path })
    },
    realtime: wxRealtimeLog(wx),
    feedback: wxFeedbackLog(wx),
  }
}
