// All connections: lets sockets in within bounds, ends those that another replaces, and gives every one its tick.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { steadyNow } from '../clock'
import { Refused, refusals, type RefusalName } from '../refusals'
import { parseClientId } from '../accounts/names'
import type { Upgrade } from './admission'
import { Connection, type ConnectionDeps } from './connection'
import { Deadlines } from './deadlines'
import { Link, type LinkEvents } from './link'
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

export interface HubOptions extends Omit<ConnectionDeps, 'open' | 'replaceOthers' | 'identified' | 'lookAt' | 'gone'> {
  readonly fragmentFrames: boolean
  /** The client's address, seen through a trusted proxy where there is one. */
  addressOf(request: IncomingMessage): string
}

const tickMs = 100
const stopMs = 2000
/** Who is silent for so long after the socket opened gives way to others. */
const yieldMs = 1000

/** Answers an upgrade with a no, and is rid of the socket whatever its client does then. */
export function refuseUpgrade(socket: Duplex, status: string, text = ''): void {
  const head = `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${text.length}\r\n\r\n`
  socket.end(head + text, () => socket.destroy())
  setTimeout(() => socket.destroy(), 1000).unref()
}

export function createHub(options: HubOptions): Hub {
  const { limits, broker, account } = options
  const connections = new Map<Connection, WebSocket>()
  /** By `org/app/user`. */
  const byUser = new Map<string, Set<Connection>>()
  const deadlines = new Deadlines<Connection>()
  /** Those that nobody has logged in on, the oldest first. */
  const strangers = new Set<Connection>()
  let stopping = false

  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    // A frame may carry several packets; each is bounded on its own.
    maxPayload: Math.max(2 * limits.packetBytes, 64 * 1024),
    maxFragments: 1024,
    maxBufferedChunks: 16 * 1024,
    handleProtocols: () => 'mqtt',
  })

  const deps: ConnectionDeps = {
    ...options,
    open() {
      if (stopping) throw new Refused('shutdown')
    },
    replaceOthers(app, user, clientId) {
      const hasDevice = parseClientId(clientId)?.device !== undefined
      for (const connection of byUser.get(`${app}/${user}`) ?? []) {
        const other = connection.online
        if (!other) continue
        // Two clients that name their devices may stay side by side; any other second login replaces the first.
        const sideBySide =
          hasDevice && parseClientId(other.clientId)?.device !== undefined && other.clientId !== clientId
        if (!sideBySide) connection.end('takenOver')
      }
    },
    identified(connection) {
      const { owner = '' } = connection
      strangers.delete(connection)
      byUser.set(owner, (byUser.get(owner) ?? new Set()).add(connection))
      connection.link.passTo(owner)
    },
    lookAt: (connection, at) => deadlines.set(connection, at),
    gone,
  }

  function gone(connection: Connection): void {
    connections.delete(connection)
    strangers.delete(connection)
    deadlines.delete(connection)
    const { owner = '' } = connection
    const siblings = byUser.get(owner)
    siblings?.delete(connection)
    if (siblings?.size === 0) byUser.delete(owner)
  }

  /** Ends the connection that has said nothing for longest, so that one who speaks finds room; false: all have spoken. */
  function evictSilent(fits: (connection: Connection) => boolean): boolean {
    const before = steadyNow() - yieldMs
    for (const connection of strangers) {
      if (connection.silentSince === undefined || connection.silentSince > before || !fits(connection)) continue
      strangers.delete(connection)
      connection.end('unavailable', 30)
      connections.delete(connection)
      return true
    }
    return false
  }

  function accept(socket: WebSocket, stream: Duplex, upgrade: Upgrade): void {
    const holding = account.hold(`address ${upgrade.address}`, 'link')
    if (!holding) {
      socket.close(refusals.unavailable.close, `code=${refusals.unavailable.code} retryAfter=30`)
      setTimeout(() => socket.terminate(), 1000).unref()
      return
    }
    const { packetBytes, bufferedBytes } = limits
    const { fragmentFrames } = options
    const linkFor = (events: LinkEvents): Link =>
      new Link(socket, stream, { packetBytes, bufferedBytes, fragmentFrames, holding }, events)
    const connection = new Connection(linkFor, upgrade, deps)
    connections.set(connection, socket)
    strangers.add(connection)
    const here = (other: Connection): boolean => other.address === upgrade.address
    if (stopping) connection.end('shutdown')
    else if (
      (connections.size > limits.connections && !evictSilent(() => true)) ||
      ([...strangers].filter(here).length > limits.strangersPerAddress && !evictSilent(here))
    )
      connection.end('unavailable', 30)
  }

  const ticking = setInterval(() => {
    const now = steadyNow()
    for (const connection of deadlines.take(now)) connection.tick(now)
    broker.sweep(now)
  }, tickMs)
  ticking.unref()

  return {
    upgrade(request, socket, head) {
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
      if (!offered.includes('mqtt')) {
        refuseUpgrade(socket, '400 Bad Request', 'Offer the subprotocol mqtt.\n')
        return
      }
      const platform = request.headers['x-im-platform']
      const deviceId = request.headers['x-im-device']
      const address = options.addressOf(request)
      const { remoteAddress, remotePort } = request.socket
      const upgrade: Upgrade = {
        address,
        // Behind a proxy the port would be the proxy's.
        ...(address === remoteAddress && remotePort !== undefined ? { port: remotePort } : {}),
        ...(typeof platform === 'string' ? { platform: platform.slice(0, 64) } : {}),
        ...(typeof deviceId === 'string' ? { deviceId: deviceId.slice(0, 64) } : {}),
      }
      sockets.handleUpgrade(request, socket, head, (webSocket) => accept(webSocket, socket, upgrade))
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
