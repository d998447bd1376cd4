// How this layer asks the REST server: with the user's token, and every failure as one coded error.
import { nameOf } from '../errors/codes'
import { ConnectionError } from '../errors/connection-error'
import type { HttpFailure, HttpRequest, HttpResponse } from '../ports/http'
import { isMap } from './kinds'
import type { MessagingDeps } from './link'

export type RestDeps = Pick<MessagingDeps, 'http' | 'link' | 'org' | 'app'>

/** Where the app lives on the REST server. Throws where there is none. */
export const baseOf = ({ link, org, app }: RestDeps): string => {
  const url = link.apiUrl()
  if (!url) throw new ConnectionError('InvalidOption', 'this needs apiUrl')
  return `${url}/${org}/${app}`
}

export const authorization = ({ link }: RestDeps) => ({ Authorization: `Bearer ${link.token()}` })

/** The JSON of a good answer. Throws for any other: by the server's `code` where it gave one. */
export const read = ({ status, body }: HttpResponse): Readonly<Record<string, unknown>> => {
  let answer: unknown
  try {
    answer = JSON.parse(body)
  } catch {
    answer = undefined
  }
  if (status >= 200 && status < 300 && isMap(answer)) return answer
  const { code, error_description: text } = isMap(answer) ? answer : {}
  throw new ConnectionError(nameOf(code as number) ?? 'RestFailed', typeof text === 'string' ? text : '', { status })
}

/** What a platform's failure without an answer becomes. */
export const unanswered = (failure: unknown): ConnectionError =>
  failure instanceof ConnectionError
    ? failure
    : new ConnectionError('RestFailed', (failure as HttpFailure | undefined)?.errMsg, failure)

export const ask = (
  deps: RestDeps,
  method: HttpRequest['method'],
  path: string,
  body?: unknown,
): Promise<Readonly<Record<string, unknown>>> =>
  new Promise<HttpResponse>((resolve) => {
    resolve(
      deps.http.request({
        method,
        url: baseOf(deps) + path,
        header: { ...authorization(deps), 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    )
  })
    .then(read)
    .catch((failure: unknown) => {
      throw unanswered(failure)
    })
