// wx.request and wx.uploadFile as the Http port.
import type { Http } from '../ports/http'
import type { WxApi, WxUploadTask } from './wx-api'
import { call } from './wx-call'

const TIMEOUT = 10_000

export const wxHttp = (wx: WxApi): Http => ({
  request: ({ method, url, header, body, timeout = TIMEOUT }) =>
    call(wx, 'request', {
      url,
      method,
      header: { 'content-type': 'application/json', ...header },
      ...(body !== undefined && { data: body }),
      dataType: 'text', // anything but `json`: the platform leaves the body alone
      responseType: 'text',
      timeout,
    }).then(({ statusCode, data }) => ({ status: statusCode, header: {}, body: data as string })),

  upload: ({ url, header = {}, filePath, name, formData = {}, onProgress }) => {
    let task: WxUploadTask | undefined
    const done = call(wx, 'uploadFile', { url, filePath, name, header, formData }, (started) => {
      task = started as WxUploadTask
      if (onProgress) task.onProgressUpdate((p) => onProgress(p.totalBytesSent, p.totalBytesExpectedToSend))
    }).then(({ statusCode, data }) => ({ status: statusCode, header: {}, body: data }))
    return { done, abort: () => task?.abort() }
  },
})
