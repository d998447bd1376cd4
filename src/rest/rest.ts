// One REST call: JSON in, JSON out, and every failure a ConnectionError that says which call failed and why (docs/rest.md).
import { nameOf, type ErrorName } from '../errors/codes'
import { ConnectionError } from '../errors/connection-error'
import type { Http, HttpFailure, HttpRequest, HttpResponse } from '../ports/http'

export interface RestCall {
  readonly method: HttpRequest['method']
  readonly url: string
  readonly token?: string | undefined
  readonly body?: unknown
  readonly timeout?: number
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What the path is called in an error: without the query, which may say more than a log should hold. */
const pathOf = (url: string): string => url.replace(/^\w+:\/\/[^/]*/, '').replace(/\?.*/, '')

/** The answer of a call, or its error: the server's own number where it gives one, else RestFailed. */
export const restAnswer = (what: string, { status, body }: HttpResponse): unknown => {
  const answer = parse(body)
  if (status >= 200 && status < 300) {
    if (answer === undefined) throw new ConnectionError('RestFailed', `${what}: the answer is not JSON`)
    return answer
  }
  const { code, error, error_description: why } = Object(answer) as Partial<Record<string, unknown>>
  const name: ErrorName =
    (typeof code === 'number' ? nameOf(code) : undefined) ?? (status === 429 ? 'ServerBusy' : 'RestFailed')
  const told = typeof why === 'string' ? why : typeof error === 'string' ? error : ''
  throw new ConnectionError(name, `${what}: HTTP ${status}${told && ` ${told.slice(0, 200)}`}`, { status })
}

/** Rejects with a ConnectionError only. No answer at all is RestFailed with the platform's words as its cause. */
export const rest = (http: Http, { method, url, token, body, timeout }: RestCall): Promise<unknown> => {
  const what = `${method} ${pathOf(url)}`
  const request: HttpRequest = {
    method,
    url,
    header: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(timeout === undefined ? {} : { timeout }),
  }
  return http.request(request).then(
    (response) => restAnswer(what, response),
    (failure: HttpFailure) => {
      throw new ConnectionError('RestFailed', `${what}: ${failure.errMsg}`, failure)
    },
  )
}
