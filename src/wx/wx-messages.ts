// What the messages part needs of wx besides: files, and wx.uploadFile. The part's own file carries it.
import type { Uploading } from '../ports/http'
import type { Judge, MessagesPlatform, Platform } from '../ports/platform'
import type { WxApi, WxUploadTask } from './wx-api'
import { failWith } from './http-failure'
import { answerOf, invoke, progressOf } from './shapes'
import { call } from './wx-call'
import { wxFiles } from './wx-files'

const wxUpload =
  (wx: WxApi, judge: Judge): Uploading =>
  ({ url, header = {}, filePath, name, formData = {}, onProgress }) => {
    let task: WxUploadTask | undefined
    const done = call(wx, 'uploadFile', { url, filePath, name, header, formData }, (started) => {
      task = started as WxUploadTask | undefined
      if (onProgress) invoke(task, 'onProgressUpdate', progressOf(onProgress))
    })
      .then(answerOf)
      .catch(failWith(judge.failure))
    return { done, abort: () => void invoke(task, 'abort') }
  }

export const wxMessages = ({ native, judge }: Platform): MessagesPlatform => {
  const wx = native as WxApi
  return { files: wxFiles(wx), upload: wxUpload(wx, judge) }
}
