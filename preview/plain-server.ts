// The server that belongs to preview/browser/desk/plain-client.ts: it passes a message on to whoever is there.
import type http from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'

export interface PlainServer {
  upgrade(request: http.IncomingMessage, socket: Duplex, head: Buffer): void
  /** All its connections end, as when its process is restarted. */
  drop(): void
}

export function createPlainServer(): PlainServer {
  const server = new WebSocketServer({ noServer: true, maxPayload: 1 << 16 })
  const users = new Map<string, WebSocket>()
  return {
    upgrade(request, socket, head) {
      const user = new URL(request.url ?? '/', 'http://preview').searchParams.get('user') ?? ''
      server.handleUpgrade(request, socket, head, (link) => {
        users.set(user, link)
        link.on('message', (data) => {
          const text = (data as Buffer).toString()
          if (text === 'ping') link.send('pong')
          else users.get((JSON.parse(text) as { to: string }).to)?.send(text)
        })
        link.on('error', () => link.terminate())
        link.on('close', () => {
          if (users.get(user) === link) users.delete(user)
        })
      })
    },
    drop() {
      for (const link of server.clients) link.terminate()
    },
  }
}
