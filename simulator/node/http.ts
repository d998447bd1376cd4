// HTTP over the real network, for phones that talk to real servers: node:http and node:https, one connection per call.
import { request as http } from 'node:http'
import { request as https } from 'node:https'
import type { HttpPort } from '../core/http-port'
import { failureOf } from './ws-link'

export function createNodeHttp(): HttpPort {
  return {
    send({ method, url, header, body }, events) {
      let over = false
      const once = (tell: () => void) => {
        if (over) return
        over = true
        tell()
      }
      const length = body ? { 'content-length': String(body.length) } : {}
      const call = (url.startsWith('https:') ? https : http)(
        url,
        { method, headers: { ...header, ...length }, agent: false },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', (error) => once(() => events.failed(failureOf(error))))
          response.on('end', () =>
            once(() =>
              events.answered({
                status: response.statusCode ?? 0,
                header: Object.fromEntries(
                  Object.entries(response.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
                ),
                body: Buffer.concat(chunks),
              }),
            ),
          )
        },
      )
      call.on('error', (error) => once(() => events.failed(failureOf(error))))
      call.end(body)
      return () => {
        over = true
        call.destroy()
      }
    },
  }
}
