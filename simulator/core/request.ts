// wx.request, uploadFile, downloadFile: HTTP as a mini-program has it.
// Models wechat-runtime.md sections 1, 2.1 and 4: ten at a time (the rest wait), 60 s by default, errno with every
// failure, "url not in domain list", everything in flight "interrupted" at suspension and "suspend" until the return.
// Extend: another transport is another HttpPort; another failure text is one more line in `textOf`.
import type { Air } from './air'
import { type Callbacks, type Failure, failed, type Outcome, report } from './call'
import type { Clock, TimerId } from './clock'
import type { HttpAnswer, HttpPort } from './http-port'
import type { JsThread } from './js-thread'
import type { LinkFailure } from './link'
import { decodeUtf8, encodeUtf8, exact } from './text'

export interface RequestOptions extends Callbacks<RequestResult> {
  url: string
  data?: unknown
  header?: Record<string, string>
  method?: string
  dataType?: string
  responseType?: 'text' | 'arraybuffer'
  timeout?: number
}
export interface RequestResult {
  data: unknown
  statusCode: number
  header: Record<string, string>
  cookies: string[]
}
export interface UploadOptions extends Callbacks<UploadResult> {
  url: string
  filePath: string
  name: string
  header?: Record<string, string>
  formData?: Record<string, unknown>
  timeout?: number
}
export interface UploadResult {
  data: string
  statusCode: number
}
export interface DownloadOptions extends Callbacks<DownloadResult> {
  url: string
  header?: Record<string, string>
  timeout?: number
}
export interface DownloadResult {
  tempFilePath: string
  statusCode: number
}
export interface Progress {
  progress: number
  totalBytesSent: number
  totalBytesExpectedToSend: number
}

export interface RequestDeps {
  readonly clock: Clock
  readonly js: JsThread
  readonly air: Air
  readonly http: HttpPort
  readonly random: () => number
  readonly suspended: () => boolean
  readonly allowed: (url: string) => boolean
  readonly readFile: (path: string) => Uint8Array | undefined
  readonly keepFile: (bytes: Uint8Array) => string
}

type Headers = Record<string, string>
interface Exchange {
  readonly api: string
  readonly url: string
  readonly method: string
  readonly header: Headers
  readonly body: Uint8Array | undefined
  readonly timeout: number | undefined
  readonly done: (result: { answer: HttpAnswer } | { failure: Failure }) => void
}

const AT_ONCE = 10
const TIMEOUT = 60_000

function textOf(api: string, failure: LinkFailure): Failure {
  const cronet = (number: number, name: string) =>
    failed(api, `errcode:${number} cronet_error_code:${number} error_msg:net::${name}`, { errno: 600001 })
  switch (failure.kind) {
    case 'dns':
      return cronet(-105, 'ERR_NAME_NOT_RESOLVED')
    case 'refused':
      return cronet(-102, 'ERR_CONNECTION_REFUSED')
    case 'tls':
      return cronet(-202, 'ERR_CERT_AUTHORITY_INVALID')
    case 'tls-timeout':
    case 'timeout':
      return failed(api, 'timeout', { errno: 5 })
    case 'transport':
      return cronet(-106, 'ERR_INTERNET_DISCONNECTED')
    case 'protocol':
    case 'http':
      return cronet(-320, 'ERR_INVALID_RESPONSE')
  }
}

const headerOf = (header: Readonly<Headers>, name: string) =>
  Object.entries(header).find(([key]) => key.toLowerCase() === name)?.[1]

/** What wx.request makes of `data`, by method and content type. */
function shape({ url, data, method = 'GET', header = {} }: RequestOptions) {
  const type = headerOf(header, 'content-type') ?? 'application/json'
  const full: Headers =
    headerOf(header, 'content-type') === undefined ? { ...header, 'content-type': type } : { ...header }
  const fields = () =>
    Object.entries((data ?? {}) as Record<string, unknown>)
      .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`)
      .join('&')
  const verb = method.toUpperCase()
  if (data === undefined || data === null) return { url, header: full, method: verb, body: undefined }
  if (typeof data === 'string') {
    return { url, header: full, method: verb, body: verb === 'GET' ? undefined : encodeUtf8(data) }
  }
  if (Object.prototype.toString.call(data) === '[object ArrayBuffer]')
    return { url, header: full, method: verb, body: new Uint8Array((data as ArrayBuffer).slice(0)) }
  if (verb === 'GET')
    return { url: url + (url.includes('?') ? '&' : '?') + fields(), header: full, method: verb, body: undefined }
  const text = type.includes('application/x-www-form-urlencoded') ? fields() : JSON.stringify(data)
  return { url, header: full, method: verb, body: encodeUtf8(text) }
}

/** multipart/form-data, as phones send it. */
function multipart(boundary: string, options: UploadOptions, file: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = []
  for (const [name, value] of Object.entries(options.formData ?? {}))
    parts.push(
      encodeUtf8(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${String(value)}\r\n`),
    )
  const fileName = options.filePath.slice(options.filePath.lastIndexOf('/') + 1)
  parts.push(
    encodeUtf8(
      `--${boundary}\r\nContent-Disposition: form-data; name="${options.name}"; filename="${fileName}"\r\n` +
        'Content-Type: application/octet-stream\r\n\r\n',
    ),
    file,
    encodeUtf8(`\r\n--${boundary}--\r\n`),
  )
  const body = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    body.set(part, at)
    at += part.length
  }
  return body
}

export function createRequestApi(deps: RequestDeps) {
  const { clock, js, air } = deps
  const running = new Set<(failure: Failure | undefined) => void>()
  const queue: (() => void)[] = []

  /** Returns how to abort. */
  function exchange(job: Exchange): () => void {
    let stop: () => void = () => undefined
    let timer: TimerId | undefined
    let over = false

    /** Ends it with a failure, an answer, or (undefined) without a word. */
    const finish = (result: { answer: HttpAnswer } | { failure: Failure } | undefined) => {
      if (over) return
      over = true
      if (timer !== undefined) clock.clearTimeout(timer)
      stop()
      running.delete(interrupt)
      queue.shift()?.()
      if (result) job.done(result)
    }
    const interrupt = (failure: Failure | undefined) => finish(failure && { failure })
    const refuse = (failure: Failure) => void clock.setTimeout(() => finish({ failure }), 0)

    const start = () => {
      if (over) return
      running.add(interrupt)
      const limit = job.timeout ?? TIMEOUT
      timer = clock.setTimeout(() => finish({ failure: failed(job.api, 'timeout', { errno: 5 }) }), limit)
      if (air.conditions.type === 'none') {
        refuse(textOf(job.api, { kind: 'transport' }))
        return
      }
      air.carry(() => {
        if (over) return
        stop = deps.http.send(
          { method: job.method, url: job.url, header: job.header, body: job.body },
          {
            answered: (answer) => air.carry(() => finish({ answer })),
            failed: (failure) => air.carry(() => finish({ failure: textOf(job.api, failure) })),
          },
        )
      })
    }

    if (deps.suspended())
      refuse(
        failed(
          job.api,
          `jsapi has no permission, event=createRequestTask, runningState=suspend, permissionMsg=permission ok, ` +
            'detail=network api interrupted in suspend state',
          { errno: 102 },
        ),
      )
    else if (!/^https?:\/\/[^\s/?#]+/i.test(job.url))
      refuse(failed(job.api, `invalid url "${job.url}"`, { errno: 600009 }))
    else if (!deps.allowed(job.url)) refuse(failed(job.api, 'url not in domain list', { errno: 600002 }))
    else if (running.size >= AT_ONCE) queue.push(start)
    else start()

    return () => interrupt(failed(job.api, 'abort'))
  }

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
    const abort = exchange({
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
      abort = exchange({
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
    const abort = exchange({
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

  /** Ends everything; with a text, or (the process died) without a word. */
  function stopAll(why: string | undefined): void {
    queue.length = 0
    for (const stop of [...running]) stop(why === undefined ? undefined : failed('request', why, { errno: 600003 }))
  }

  return {
    api: { request, uploadFile, downloadFile },
    interrupt: () => stopAll('interrupted'),
    kill: () => stopAll(undefined),
    /** Exchanges under way. */
    get running() {
      return running.size
    },
  }
}
