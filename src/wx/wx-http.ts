// wx.request and wx.uploadFile as the Http port.
import type { Http, HttpFailure, HttpResponse } from '../ports/http'
import type { WxApi, WxUploadTask } from './wx-api'

const TIMEOUT = 10_000

const missing = (api: string): Promise<never> => {
  const reason: HttpFailure = { errMsg: `${api} is missing on this platform` }
  return Promise.reject(reason)
}

const lowerCased = (header: Record<string, unknown> | undefined): Record<string, string> => {
  const lower: Record<string, string> = {}
  for (const name of Object.keys(header ?? {})) lower[name.toLowerCase()] = String(header?.[name])
  return lower
}

export const wxHttp = (wx: WxApi): Http => ({
  request: ({ method, url, header, body, timeout }) =>
    wx.request
      ? new Promise<HttpResponse>((resolve, reject) =>
          wx.request?.({
            url,
            method,
            header: { 'content-type': 'application/json', ...header },
            ...(body === undefined ? {} : { data: body }),
            dataType: 'text', // anything but `json`: the platform leaves the body alone
            responseType: 'text',
            timeout: timeout ?? TIMEOUT,
            success: ({ statusCode, header: answered, data }) =>
              resolve({
                status: statusCode,
                header: lowerCased(answered),
                body: typeof data === 'string' ? data : JSON.stringify(data),
              }),
            fail: reject,
          }),
        )
      : missing('wx.request'),

  upload: ({ url, header, filePath, name, formData, onProgress }) => {
    let task: WxUploadTask | undefined
    const done = wx.uploadFile
      ? new Promise<HttpResponse>((resolve, reject) => {
          task = wx.uploadFile?.({
            url,
            filePath,
            name,
            header: { ...header },
            formData: { ...formData },
            success: ({ statusCode, data }) => resolve({ status: statusCode, header: {}, body: data }),
            fail: reject,
          })
          if (onProgress) task?.onProgressUpdate((p) => onProgress(p.totalBytesSent, p.totalBytesExpectedToSend))
        })
      : missing('wx.uploadFile')
    return { done, abort: () => task?.abort() }
  },
})
