// All connections: lets sockets in within bounds, ends those that another replaces, and gives every one its tick.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { Refused, type RefusalName } from '../refusals'
import { parseClientId } from '../accounts/names'
import type { Upgrade } from './admission'
import { createConnection, type Connection, type ConnectionDeps } from './connection'
import { createLink } from './link'
import type { Online } from './login'

export interface Hub {
  /** Takes an HTTP upgrade request that is for `/mqtt`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Who is logged in. */
  online(): Online[]
  /** Ends the connections that fit; answers how many. */
  end(fits: (online: Online) => boolean, refusal: RefusalName, retryAfter?: number): number
  /** Tells everyone that the server stops, and waits (bounded) until they are gone. */
  stop(): Promise<void>
  /** Cuts every socket. */
  kill(): void
}

export interface HubOptions extends Omit<ConnectionDeps, 'open' | 'replaceOthers'> {
  readonly fragmentFrames: boolean
  /** The client's address, seen through a trusted proxy where there is one. */
  addressOf(request: IncomingMessage): string
}

const tickMs = 100
const stopMs = 2000

export function createHub(options: HubOptions): Hub {
  const { limits, broker } = options
  const connections = new Map<Connection, WebSocket>()
  let stopping = false

  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    // A frame may carry several packets; each is bounded on its own.
    maxPayload: Math.max(4 * limits.packetBytes, 64 * 1024),
    handleProtocols: () => 'mqtt',
  })

  const deps: ConnectionDeps = {
    ...options,
    open() {
      if (stopping) throw new Refused('shutdown')
    },
    replaceOthers(app, user, clientId) {
      const hasDevice = parseClientId(clientId)?.device !== undefined
      for (const connection of connections.keys()) {
        const other = connection.online
        if (other?.app.path !== app || other.user !== user) continue
        // Two clients that name their devices may stay side by side; any other second login replaces the first.
        const sideBySide =
          hasDevice && parseClientId(other.clientId)?.device !== undefined && other.clientId !== clientId
        if (!sideBySide) connection.end('takenOver')
      }
    },
  }

  function accept(socket: WebSocket, upgrade: Upgrade): void {
    const link = createLink(
      socket,
      { packetBytes: limits.packetBytes, bufferedBytes: limits.bufferedBytes, fragmentFrames: options.fragmentFrames },
      {
        packet: (bytes) => connection.packet(bytes),
        violated: (violation) => connection.violated(violation),
        drained: () => connection.drained(),
        closed() {
          connections.delete(connection)
          connection.closed()
        },
      },
    )
    const connection = createConnection(link, upgrade, deps)
    connections.set(connection, socket)
    const strangers = [...connections.keys()].filter(({ online, address }) => !online && address === upgrade.address)
    if (stopping) connection.end('shutdown')
    else if (connections.size > limits.connections || strangers.length > limits.strangersPerAddress)
      connection.end('unavailable', 30)
  }

  const ticking = setInterval(() => {
    const now = Date.now()
    for (const connection of connections.keys()) connection.tick(now)
    broker.sweep(now)
  }, tickMs)
  ticking.unref()

  return {
    upgrade(request, socket, head) {
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
      if (!offered.includes('mqtt')) {
        socket.end(
          'HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\nOffer the subprotocol mqtt.\n',
        )
        return
      }
      const platform = request.headers['x-im-platform']
      const deviceId = request.headers['x-im-device']
      const upgrade: Upgrade = {
        address: options.addressOf(request),
        ...(typeof platform === 'string' ? { platform: platform.slice(0, 64) } : {}),
        ...(typeof deviceId === 'string' ? { deviceId: deviceId.slice(0, 64) } : {}),
      }
      sockets.handleUpgrade(request, socket, head, (webSocket) => accept(webSocket, upgrade))
    },

    online: () => [...connections.keys()].flatMap(({ online }) => online ?? []),

    end(fits, refusal, retryAfter) {
      const ending = [...connections.keys()].filter(({ online }) => online && fits(online))
      for (const connection of ending) connection.end(refusal, retryAfter)
      return ending.length
    },

    async stop() {
      stopping = true
      clearInterval(ticking)
      const gone = [...connections].map(
        ([connection, socket]) =>
          new Promise<void>((resolve) => {
            if (socket.readyState === socket.CLOSED) resolve()
            else socket.once('close', () => resolve())
            connection.end('shutdown')
          }),
      )
      let timer: NodeJS.Timeout | undefined
      const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, stopMs)))
      await Promise.race([Promise.all(gone), patience])
      clearTimeout(timer)
      for (const socket of connections.values()) socket.terminate()
    },

    kill() {
      stopping = true
      clearInterval(ticking)
      for (const socket of connections.values()) socket.terminate()
    },
  }
}
