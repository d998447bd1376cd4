// One call to the app's own backend: posted once, judged by its status, and over by its deadline whatever the other side does.
import { request as plain, Agent as PlainAgent } from 'node:http'
import { request as secure, Agent as SecureAgent } from 'node:https'

export type Outcome =
  /** 2xx. */
  | { readonly kind: 'taken' }
  /** 410: the backend will never want it. */
  | { readonly kind: 'unwanted' }
  /** Anything else. `wait`: the milliseconds that the backend asked for. */
  | { readonly kind: 'failed'; readonly why: string; readonly wait: number }

export interface Caller {
  post(headers: Readonly<Record<string, string>>, body: string): Promise<Outcome>
  /** Cuts whatever is under way. */
  stop(): void
}

/** An answer's body is of no interest; one that is longer ends its socket. */
const bodyBytes = 64 * 1024
const longestWaitMs = 300_000

function judge(status: number, retryAfter: string | undefined): Outcome {
  if (status >= 200 && status < 300) return { kind: 'taken' }
  if (status === 410) return { kind: 'unwanted' }
  const seconds = /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) : 0
  const what = status >= 300 && status < 400 ? ', a redirect, which is not followed' : ''
  return { kind: 'failed', why: `it answered ${status}${what}`, wait: Math.min(seconds * 1000, longestWaitMs) }
}

/** Calls only this URL: no redirect is followed and no proxy asked, and a certificate must be good. */
export function createCaller(url: URL, { calls, timeoutMs }: { calls: number; timeoutMs: number }): Caller {
  const https = url.protocol === 'https:'
  const agent = new (https ? SecureAgent : PlainAgent)({ keepAlive: true, maxSockets: calls, timeout: timeoutMs })

  return {
    post: (headers, body) =>
      new Promise((resolve) => {
        const options = {
          agent,
          method: 'POST',
          headers: {
            ...headers,
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            'user-agent': 'miniprogram-im',
          },
          ...(https ? { rejectUnauthorized: true } : {}),
        }
        const call = (https ? secure : plain)(url, options)
        let outcome: Outcome | undefined
        const over = (): void => {
          clearTimeout(deadline)
          resolve(outcome ?? { kind: 'failed', why: 'it closed the connection without an answer', wait: 0 })
        }
        const deadline = setTimeout(() => {
          outcome ??= { kind: 'failed', why: `no answer within ${timeoutMs} ms`, wait: 0 }
          call.destroy()
        }, timeoutMs)
        call.on('response', (response) => {
          // The status says all: how the body ends changes nothing.
          outcome = judge(response.statusCode ?? 0, response.headers['retry-after'])
          let bytes = 0
          response.on('data', (chunk: Buffer) => {
            bytes += chunk.length
            if (bytes > bodyBytes) call.destroy()
          })
          response.on('error', () => undefined)
        })
        call.on('error', (error: NodeJS.ErrnoException) => {
          outcome ??= { kind: 'failed', why: error.code ?? 'it could not be reached', wait: 0 }
        })
        call.on('close', over)
        call.end(body)
      }),
    stop: () => agent.destroy(),
  }
}
