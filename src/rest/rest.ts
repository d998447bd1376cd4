// One REST call: JSON in, JSON out, and every failure a ConnectionError that says which call failed and why (docs/rest.md).
import type { ErrorName } from '../errors/codes'
import { ConnectionError, nameOf } from '../part'
import type { Http, HttpFailure, HttpRequest, HttpResponse } from '../ports/http'

export interface RestCall {
  readonly method: HttpRequest['method']
  readonly url: string
  readonly token?: string | undefined
  readonly body?: unknown
  readonly timeout?: number
}

type Answer = Readonly<Record<string, unknown>>

/**
 * The JSON object that a call is answered with. Rejects with a ConnectionError only: with the server's own number where
 * it gives one, else RestFailed, whose cause has the status, or the platform's words where there was no answer at all.
 */
export const restAnswer = (what: string, response: Promise<HttpResponse>): Promise<Answer> => {
  const fail = (why: string, cause: unknown, name: ErrorName = 'RestFailed'): never => {
    throw new ConnectionError(name, `${what}: ${why}`, cause)
  }
  return response.then(
    ({ status, body }) => {
      let answer: unknown
      try {
        answer = JSON.parse(body)
      } catch {
        // Not from our server.
      }
      const good = status >= 200 && status < 300
      if (good && Object(answer) === answer) return answer as Answer
      const { code, error, error_description: told = error } = Object(answer) as Answer
      return fail(
        `HTTP ${status} ${good ? 'without JSON' : typeof told === 'string' ? told.slice(0, 200) : ''}`,
        { status },
        nameOf(Number(code)) ?? (status === 429 ? 'ServerBusy' : undefined),
      )
    },
    (failure: HttpFailure) => fail(failure.errMsg, failure, failure.refused),
  )
}

export const rest = (http: Http, { method, url, token, body, timeout }: RestCall): Promise<Answer> =>
  restAnswer(
    // Without the query, which may say more than a log should hold.
    `${method} ${url.replace(/^\w+:\/\/[^/]*|\?.*/g, '')}`,
    http.request({
      method,
      url,
      header: token === undefined ? {} : { authorization: `Bearer ${token}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(timeout !== undefined && { timeout }),
    }),
  )
