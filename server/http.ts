// The HTTP side's sockets: every one is counted, and ends in time, whatever its client does: silent, slow to send, slow to read.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Account, Holding } from './account'
import type { Limits } from './limits'

export interface HttpOptions {
  readonly account: Account
  readonly limits: Limits
  /** The client's address. */
  addressOf(request: IncomingMessage): string
  /** Resolves when the answer is handed over, not when it is read. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<unknown>
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

const holdings = new WeakMap<IncomingMessage, Holding>()

/** What a request holds: its body as it is read, and its answer. False: there is no room for so much. */
export const holdForRequest = (request: IncomingMessage, bytes: number): boolean =>
  holdings.get(request)?.resize(bytes) ?? true

export function createHttp({ account, limits, addressOf, answer, upgrade }: HttpOptions): Server {
  /** Those that have not said what they want, and those that have not said all of it; the oldest first. */
  const silent = new Set<Duplex>()
  const unfinished = new Set<Duplex>()
  let open = 0

  const http = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: 5_000,
      // Both are only as exact as this.
      connectionsCheckingInterval: Math.min(1_000, limits.headersMs),
    },
    (request, response) => {
      const { socket } = request
      silent.delete(socket)
      unfinished.add(socket)
      const owner = `address ${addressOf(request)}`
      const holding = account.hold(owner, 'request')
      if (!holding) {
        response.writeHead(503, { 'Retry-After': '5', Connection: 'close' }).end(() => socket.destroy())
        return
      }
      holdings.set(request, holding)
      // Who reads, but too slowly, is cut off too: an answer is not kept for ever.
      const tooSlow = setTimeout(() => socket.destroy(), limits.answerMs)
      tooSlow.unref()
      request.once('end', () => unfinished.delete(socket))
      response.once('close', () => {
        clearTimeout(tooSlow)
        holding.close()
        unfinished.delete(socket)
      })
      void answer(request, response).then(() => {
        if (!holding.resize(response.writableLength)) socket.destroy()
      })
    },
  )
  // Nothing sent and nothing read for so long.
  http.timeout = limits.idleMs

  http.on('connection', (socket: Socket) => {
    open++
    silent.add(socket)
    socket.once('close', () => {
      open--
      silent.delete(socket)
      unfinished.delete(socket)
    })
    if (open <= limits.connections + limits.httpConnections) return
    // Who has said nothing yet, or not all of it, for longest gives way: whoever means it has long been answered.
    const [oldest = socket] = silent.size > 1 ? silent : unfinished.size > 0 ? unfinished : silent
    oldest.destroy()
  })

  http.on('upgrade', (request, socket, head) => {
    silent.delete(socket)
    socket.on('error', () => socket.destroy())
    upgrade(request, socket, head)
  })
  return http
}
