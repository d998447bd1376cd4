// Brings a text to the server's log store in chunks that may be repeated, resumed and refused.
import { ConnectionError } from '../errors/connection-error'
import type { Clock, Random } from '../ports/clock'
import type { Http, HttpRequest, HttpResponse } from '../ports/http'
import { fromUtf8 } from './utf8'

/** Where logs go: a connection with `enableReportLogs` registers this while it lives. */
export interface UploadTarget {
  /** REST address with the app's path: `https://im.example.com/org/app`. */
  readonly base: string
  /** The user's token for this moment. */
  token(): string | Promise<string>
}

const CHUNK = 131072 // half of what the server takes
const PATIENCE = 8 // failures in a row, without a byte of progress
const SLOWEST = 60000

interface Answer {
  readonly id?: string
  readonly received?: number
}

const parse = (body: string): Answer => {
  try {
    return (JSON.parse(body) as Answer | null) ?? {}
  } catch {
    return {}
  }
}

/**
 * Sends `text` (UTF-8, see utf8.ts) under a name; the same name goes on where it stopped. Resolves with the server's id.
 * `refusal` is asked before each call and ends the upload with the error that it returns.
 */
export const uploadText = (
  target: UploadTarget,
  name: string,
  text: string,
  http: Http,
  clock: Clock,
  random: Random,
  refusal: () => ConnectionError | undefined,
): Promise<string> => {
  let failures = 0

  const call = (method: HttpRequest['method'], path: string, body: string): Promise<HttpResponse> => {
    const refused = refusal()
    return refused
      ? Promise.reject(refused)
      : Promise.resolve(target.token()).then((token) =>
          http.request({
            method,
            url: target.base + '/logs' + path,
            header: { authorization: 'Bearer ' + token, 'content-type': path ? 'text/plain' : 'application/json' },
            body,
          }),
        )
  }

  const later = <T>(detail: string, again: () => Promise<T>): Promise<T> => {
    if (++failures >= PATIENCE) return Promise.reject(new ConnectionError('RestFailed', 'log upload: ' + detail))
    return new Promise<void>((done) => {
      clock.schedule(done, random() * Math.min(SLOWEST, 1000 << failures))
    }).then(again)
  }

  /** The answer, when it is a success or one of ours to read; tries again what may pass. */
  const ask = (method: HttpRequest['method'], path: string, body: string): Promise<Answer> =>
    call(method, path, body).then(
      (answer) => {
        const { status } = answer
        if (status < 300 || status === 409) return parse(answer.body)
        if (status === 429 || status >= 500) return later(`HTTP ${status}`, () => ask(method, path, body))
        throw new ConnectionError('RestFailed', `log upload: HTTP ${status}`)
      },
      (failure: unknown) => {
        if (failure instanceof ConnectionError) throw failure
        return later(String((failure as { errMsg?: string } | null)?.errMsg), () => ask(method, path, body))
      },
    )

  const send = (id: string, from: number): Promise<string> => {
    if (from >= text.length) return Promise.resolve(id)
    let to = Math.min(from + CHUNK, text.length)
    while (to < text.length && (text.charCodeAt(to) & 0xc0) === 0x80) to-- // never inside a character
    return ask('PUT', `/${id}?offset=${from}`, fromUtf8(text.slice(from, to))).then(({ received = from }) => {
      if (received > from) failures = 0
      return received > from ? send(id, received) : later('no progress', () => send(id, received))
    })
  }

  return ask('POST', '', JSON.stringify({ name, size: text.length })).then(({ id, received = 0 }) => {
    if (!id) throw new ConnectionError('RestFailed', 'log upload: no id')
    return send(encodeURIComponent(id), received)
  })
}
