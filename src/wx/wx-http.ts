// wx.request as the Http port.
import type { Http } from '../ports/http'
import type { WxApi } from './wx-api'
import { judgeFailure } from './failures'
import { failWith } from './http-failure'
import { answerOf } from './shapes'
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
    })
      .then(answerOf)
      .catch(failWith(judgeFailure)),
})
