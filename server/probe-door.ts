// `/probe`, where the server was started with `--probe`: the WebSocket and HTTP side of probe.ts, with its bounds.
// /probe speaks, /probe/mute echoes no subprotocol, /probe/silent never ends the handshake, /probe/404 refuses it.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { refuseUpgrade } from './mqtt/hub'
import { createProbe } from './probe'

export interface ProbeDoor {
  /** False: not for us. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean
  /** A request that is answered only after a while; false: not for us. */
  answer(request: IncomingMessage, response: ServerResponse): boolean
  stop(): void
}

const MOST = 32
const SILENCE = 100_000
/** Longer than a phone lets a hidden app run, shorter than this server lets a socket be idle. */
const SLOW = 25_000

export function createProbeDoor(): ProbeDoor {
  const open = new Set<Duplex>()
  const timers = new Set<NodeJS.Timeout>()
  const later = (run: () => void, ms: number): void => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      run()
    }, ms)
    timer.unref()
    timers.add(timer)
  }
  const probe = createProbe({ now: () => Date.now(), setTimeout: later })
  const options = { noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload: 8 * 1024 * 1024 }
  const speaking = new WebSocketServer({ ...options, handleProtocols: (offered) => [...offered][0] ?? false })
  const mute = new WebSocketServer({ ...options, handleProtocols: () => false })
  const urlOf = (request: IncomingMessage) => new URL(request.url ?? '/', 'http://probe')

  return {
    upgrade(request, socket, head) {
      const { pathname, searchParams } = urlOf(request)
      if (!/^\/probe(\/|$)/.test(pathname)) return false
      if (open.size >= MOST) {
        refuseUpgrade(socket, '503 Service Unavailable')
        return true
      }
      open.add(socket)
      socket.once('close', () => open.delete(socket))
      if (pathname === '/probe/silent') later(() => socket.destroy(), SILENCE)
      else if (pathname === '/probe' || pathname === '/probe/mute') {
        const server = pathname === '/probe' ? speaking : mute
        server.handleUpgrade(request, socket, head, (webSocket) => {
          const attended = probe.attend(
            {
              send: (data) => webSocket.send(data),
              close: (code, reason) => webSocket.close(code, reason),
              drop: () => webSocket.terminate(),
              deafen: () => socket.pause(),
            },
            searchParams,
          )
          webSocket.on('message', (data, isBinary) =>
            attended.message(isBinary ? (data as Buffer) : (data as Buffer).toString()),
          )
          webSocket.on('close', (code) => attended.closed(code))
          webSocket.on('error', () => undefined) // its close follows
        })
      } else refuseUpgrade(socket, '404 Not Found')
      return true
    },
    answer(request, response) {
      if (urlOf(request).pathname !== '/probe') return false
      later(() => response.end(), SLOW)
      return true
    },
    stop() {
      for (const timer of timers) clearTimeout(timer)
      for (const socket of open) socket.destroy()
    },
  }
}
