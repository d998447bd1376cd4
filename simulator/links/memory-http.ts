// In-memory HTTP servers for scenario tests, on the test's clock.
// Extend: a server that is slow, wrong or absent is a handler that waits, lies or is not there.
import type { Clock } from '../core/clock'
import type { HttpAnswer, HttpPort, HttpRequest } from '../core/http-port'
import type { LinkFailure } from '../core/link'
import { encodeUtf8 } from '../core/text'

/** `undefined` never answers. An object as body is sent as JSON. */
export type HttpReply =
  { status?: number; header?: Record<string, string>; body?: unknown } | { failure: LinkFailure } | undefined
export type HttpHandler = (request: HttpRequest) => HttpReply | Promise<HttpReply>

export interface MemoryHttp extends HttpPort {
  /** Everything below this URL prefix; the longest one wins. Returns how to stop. */
  serve(prefix: string, handler: HttpHandler): () => void
}

function answerOf({
  status = 200,
  header = {},
  body = '',
}: Exclude<HttpReply, { failure: LinkFailure } | undefined>): HttpAnswer {
  if (body instanceof Uint8Array) return { status, header, body }
  if (typeof body === 'string') return { status, header, body: encodeUtf8(body) }
  return { status, header: { 'content-type': 'application/json', ...header }, body: encodeUtf8(JSON.stringify(body)) }
}

/** @param latency one way, ms */
export function createMemoryHttp({ clock, latency = 1 }: { clock: Clock; latency?: number }): MemoryHttp {
  const handlers = new Map<string, HttpHandler>()
  const handlerOf = (url: string) =>
    [...handlers].filter(([prefix]) => url.startsWith(prefix)).sort(([a], [b]) => b.length - a.length)[0]?.[1]

  return {
    serve(prefix, handler) {
      handlers.set(prefix, handler)
      return () => {
        if (handlers.get(prefix) === handler) handlers.delete(prefix)
      }
    },
    send(request, events) {
      let aborted = false
      const later = (run: () => void) =>
        void clock.setTimeout(() => {
          if (!aborted) run()
        }, latency)
      later(() => {
        const handler = handlerOf(request.url)
        if (!handler) {
          later(() => events.failed({ kind: 'refused' }))
          return
        }
        void Promise.resolve(handler(request)).then((reply) => {
          if (!reply) return
          later(() => {
            if ('failure' in reply) events.failed(reply.failure)
            else events.answered(answerOf(reply))
          })
        })
      })
      return () => void (aborted = true)
    },
  }
}
