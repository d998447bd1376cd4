// REST calls and uploads over Node's own fetch.
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Http, HttpFailure, HttpResponse, Uploading } from '../ports/http'

const TIMEOUT = 10_000

const answerOf = async (answer: Response): Promise<HttpResponse> => ({
  status: answer.status,
  header: Object.fromEntries(answer.headers),
  body: await answer.text(),
})

/** No answer. fetch says only "fetch failed"; why is in its cause. */
const fail = (error: unknown): never => {
  const { message, cause } = error as Error
  const why = (cause as Error | undefined)?.message
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- the port's contract
  throw { errMsg: why ? `${message}: ${why}` : message } satisfies HttpFailure
}

export const nodeHttp: Http = {
  request: ({ method, url, header, body, timeout = TIMEOUT }) =>
    fetch(url, {
      method,
      headers: { 'content-type': 'application/json', ...header },
      signal: AbortSignal.timeout(timeout),
      ...(body !== undefined && { body }),
    })
      .then(answerOf)
      .catch(fail),
}

/** `filePath` is a path of this machine. Progress is told once, at the end. */
export const nodeUpload: Uploading = ({ url, header = {}, filePath, name, formData = {}, onProgress }) => {
  const abort = new AbortController()
  const send = async (): Promise<HttpResponse> => {
    const content = await readFile(filePath)
    const form = new FormData()
    for (const [field, value] of Object.entries(formData)) form.append(field, value)
    form.append(name, new Blob([content]), basename(filePath))
    const answer = await fetch(url, { method: 'POST', headers: header, body: form, signal: abort.signal }).then(
      answerOf,
    )
    onProgress?.(content.length, content.length)
    return answer
  }
  return { done: send().catch(fail), abort: () => abort.abort() }
}
