// wx.request, uploadFile, downloadFile: HTTP as a mini-program has it. How many at once and how they fail: exchange.ts.
// Extend: another transport is another HttpPort.
import { failed, type Outcome, report } from './call'
import { createExchanges, type ExchangeDeps } from './exchange'
import type { HttpAnswer } from './http-port'
import type { JsThread } from './js-thread'
import { headerOf, multipart, shape } from './request-body'
import type {
  DownloadOptions,
  DownloadResult,
  Progress,
  RequestOptions,
  RequestResult,
  UploadOptions,
  UploadResult,
} from './request-options'
import { decodeUtf8, exact } from './text'

export interface RequestDeps extends ExchangeDeps {
  readonly js: JsThread
  readonly random: () => number
  readonly readFile: (path: string) => Uint8Array | undefined
  readonly keepFile: (bytes: Uint8Array) => string
}

type Headers = Readonly<Record<string, string>>

export function createRequestApi(deps: RequestDeps) {
  const { js } = deps
  const exchanges = createExchanges(deps)

  const cookies = (header: Headers) => {
    const cookie = headerOf(header, 'set-cookie')
    return cookie === undefined ? [] : [cookie]
  }
  /** Listeners for the headers, which wx gives before the result. */
  function headerListeners() {
    type Listener = (result: { header: Headers; statusCode: number }) => void
    let listeners: Listener[] = []
    return {
      onHeadersReceived: (listener: Listener) => void listeners.push(listener),
      offHeadersReceived: (listener?: Listener) => {
        listeners = listener ? listeners.filter((other) => other !== listener) : []
      },
      tell({ header, status }: HttpAnswer) {
        for (const listener of listeners) js.call(() => listener({ header: { ...header }, statusCode: status }))
      },
    }
  }

  function request(options: RequestOptions) {
    const heard = headerListeners()
    const abort = exchanges.start({
      ...shape(options),
      api: 'request',
      timeout: options.timeout,
      done(result) {
        if ('failure' in result) {
          report(js, 'request', options, result)
          return
        }
        const { status, header, body } = result.answer
        heard.tell(result.answer)
        const data =
          options.responseType === 'arraybuffer' ? js.realm.buffer(exact(body)) : read(body, options.dataType)
        const ok = { data, statusCode: status, header: { ...header }, cookies: cookies(header) }
        report<RequestResult>(js, 'request', options, { ok })
      },
    })
    const { onHeadersReceived, offHeadersReceived } = heard
    return { abort, onHeadersReceived, offHeadersReceived }
  }
  /** dataType 'json' (the default) is parsed where it can be. */
  function read(body: Uint8Array, dataType = 'json'): unknown {
    const text = decodeUtf8(body)
    if (dataType !== 'json') return text
    try {
      return JSON.parse(text) as unknown
    } catch {
      return text
    }
  }

  function uploadFile(options: UploadOptions) {
    const heard = headerListeners()
    let listeners: ((progress: Progress) => void)[] = []
    const progress = (sent: number, total: number) => {
      const step = { progress: Math.round((100 * sent) / total), totalBytesSent: sent, totalBytesExpectedToSend: total }
      for (const listener of listeners) js.call(() => listener(step))
    }
    const file = deps.readFile(options.filePath)
    const boundary = `----simulated${Math.floor(deps.random() * 1e9)}`
    const body = file && multipart(boundary, options, file)
    let abort: () => void = () => undefined
    if (body) {
      js.callSoon(() => progress(Math.ceil(body.length / 2), body.length))
      abort = exchanges.start({
        api: 'uploadFile',
        url: options.url,
        method: 'POST',
        header: { ...options.header, 'content-type': `multipart/form-data; boundary=${boundary}` },
        body,
        timeout: options.timeout,
        done(result) {
          if ('failure' in result) {
            report(js, 'uploadFile', options, result)
            return
          }
          progress(body.length, body.length)
          heard.tell(result.answer)
          const ok = { data: decodeUtf8(result.answer.body), statusCode: result.answer.status }
          report<UploadResult>(js, 'uploadFile', options, { ok })
        },
      })
    } else {
      const failure = failed('uploadFile', `file doesn't exist: ${options.filePath}`, { errno: 1300002 })
      js.callSoon(() => report(js, 'uploadFile', options, { failure }))
    }
    return {
      abort,
      onProgressUpdate: (listener: (progress: Progress) => void) => void listeners.push(listener),
      offProgressUpdate(listener?: (progress: Progress) => void) {
        listeners = listener ? listeners.filter((other) => other !== listener) : []
      },
      onHeadersReceived: heard.onHeadersReceived,
      offHeadersReceived: heard.offHeadersReceived,
    }
  }

  function downloadFile(options: DownloadOptions) {
    const heard = headerListeners()
    const abort = exchanges.start({
      api: 'downloadFile',
      url: options.url,
      method: 'GET',
      header: { ...options.header },
      body: undefined,
      timeout: options.timeout,
      done(result) {
        const outcome: Outcome<DownloadResult> =
          'failure' in result
            ? result
            : { ok: { tempFilePath: deps.keepFile(result.answer.body), statusCode: result.answer.status } }
        if ('answer' in result) heard.tell(result.answer)
        report(js, 'downloadFile', options, outcome)
      },
    })
    const { onHeadersReceived, offHeadersReceived } = heard
    return { abort, onHeadersReceived, offHeadersReceived }
  }

  return {
    api: { request, uploadFile, downloadFile },
    interrupt: () => exchanges.stopAll('interrupted'),
    kill: () => exchanges.stopAll(undefined),
    /** Exchanges under way. */
    get running() {
      return exchanges.running
    },
  }
}
