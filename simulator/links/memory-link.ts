// In-memory servers for scenario tests: what `ws` and the internet do, on a clock that the test moves.
// Models: a server that listens, refuses, hangs in the handshake, answers with an HTTP status, goes away with or without
// a word, and a single connection that is dead on one side only (half-open).
// Extend: what happens between phone and server belongs to core/air.ts; what a server can do belongs here.
import type { Clock } from '../core/clock'
import type { Link, LinkConnection, LinkEvents, LinkFailure, LinkRequest } from '../core/link'

type Data = ArrayBuffer | string

/** One accepted connection, seen from the server. Set the two callbacks inside `accept`. */
export interface MemoryPeer {
  readonly url: string
  readonly protocols: readonly string[]
  readonly header: Readonly<Record<string, string>>
  readonly open: boolean
  onMessage: (data: Data) => void
  /** Once, however it ended; 1006 when the phone went without a close frame. */
  onClose: (code: number, reason: string) => void
  send(data: Data): void
  close(code?: number, reason?: string): void
  /** Drops the connection; the phone sees 1006. */
  terminate(): void
  /** From now on nothing passes in either direction and nobody is told. */
  freeze(): void
}

export interface MemoryServer {
  readonly url: string
  readonly peers: ReadonlySet<MemoryPeer>
  /** true: connections are taken but the handshake never ends. */
  hang(on: boolean): void
  /** Stops listening; open connections stay. */
  close(): void
  /** Stops listening and drops every connection (1006), as a killed process does. */
  kill(): void
  /** The machine is gone without a word: connections freeze, new ones hang until `close` and another `listen`. */
  vanish(): void
}

export interface MemoryServerOptions {
  /** Chooses the subprotocol; the first one offered by default. `undefined` echoes none. */
  protocol?: (offered: readonly string[]) => string | undefined
  /** Looks at the handshake first; a number refuses it with that HTTP status. */
  handshake?: (request: LinkRequest) => number | undefined
}

export interface MemoryNetwork extends Link {
  listen(url: string, accept: (peer: MemoryPeer) => void, options?: MemoryServerOptions): MemoryServer
  /** Every connect to this URL fails like this until called with `undefined`. */
  fail(url: string, failure: LinkFailure | undefined): void
  /** Connections that are open at both ends now. */
  readonly connections: number
}

export interface MemoryNetworkOptions {
  clock: Clock
  /** One way, in milliseconds. */
  latency?: number
}

interface Listener extends MemoryServer {
  readonly accept: (peer: MemoryPeer) => void
  readonly options: MemoryServerOptions
  readonly live: Set<MemoryPeer>
  readonly hung: boolean
}

/** What a URL is listened for by: scheme, host, port and path, without the query. */
const place = (url: string) => url.replace(/[?#].*$/, '')
const copy = (data: Data) => (typeof data === 'string' ? data : data.slice(0))

export function createMemoryNetwork({ clock, latency = 1 }: MemoryNetworkOptions): MemoryNetwork {
  const listeners = new Map<string, Listener>()
  const failures = new Map<string, LinkFailure>()
  let connections = 0

  const later = (run: () => void) => void clock.setTimeout(run, latency)

  function connect(listener: Listener, request: LinkRequest, protocol: string, events: LinkEvents): LinkConnection {
    // Each side is over for itself first and tells the other one flight time later.
    let frozen = false
    let phoneOver = false
    let serverOver = false

    const fly = (run: () => void) =>
      later(() => {
        if (!frozen) run()
      })
    function endServer(code: number, reason: string): void {
      if (serverOver) return
      serverOver = true
      listener.live.delete(peer)
      connections--
      peer.onClose(code, reason)
    }
    function endPhone(code: number, reason: string): void {
      if (phoneOver) return
      phoneOver = true
      events.closed(code, reason)
    }

    const peer: MemoryPeer = {
      url: request.url,
      protocols: request.protocols,
      header: request.header,
      get open() {
        return !serverOver
      },
      onMessage: () => undefined,
      onClose: () => undefined,
      send(data) {
        const sent = copy(data)
        if (!serverOver)
          fly(() => {
            if (!phoneOver) events.message(sent)
          })
      },
      close(code = 1000, reason = '') {
        fly(() => endPhone(code, reason))
        endServer(code, reason)
      },
      terminate() {
        fly(() => endPhone(1006, ''))
        endServer(1006, '')
      },
      freeze: () => void (frozen = true),
    }

    connections++
    listener.live.add(peer)
    listener.accept(peer)
    fly(() => {
      if (!phoneOver) events.opened({ protocol, header: {} })
    })

    return {
      send(data) {
        const sent = copy(data)
        if (!phoneOver)
          fly(() => {
            if (!serverOver) peer.onMessage(sent)
          })
      },
      close(code, reason) {
        fly(() => {
          endServer(code, reason)
          fly(() => endPhone(code, reason))
        })
      },
      terminate() {
        phoneOver = true
        fly(() => endServer(1006, ''))
      },
    }
  }

  function open(request: LinkRequest, events: LinkEvents): LinkConnection {
    let connection: LinkConnection | undefined
    let given = false // the phone gave up before the handshake ended

    const refuse = (failure: LinkFailure) =>
      later(() => {
        if (!given) events.failed(failure)
      })
    function arrive(): void {
      if (given) return
      const failure = failures.get(place(request.url))
      if (failure) {
        refuse(failure)
        return
      }
      const listener = listeners.get(place(request.url))
      if (!listener) {
        refuse({ kind: 'refused' })
        return
      }
      if (listener.hung) return
      const status = listener.options.handshake?.(request)
      if (status !== undefined) {
        refuse({ kind: 'http', status })
        return
      }
      const choose = listener.options.protocol ?? ((offered) => offered[0])
      const protocol = request.protocols.length > 0 ? choose(request.protocols) : ''
      if (protocol === undefined) {
        refuse({ kind: 'protocol' })
        return
      }
      connection = connect(listener, request, protocol, events)
    }
    later(arrive)

    return {
      send: (data) => connection?.send(data),
      close(code, reason) {
        given = true
        connection?.close(code, reason)
      },
      terminate() {
        given = true
        connection?.terminate()
      },
    }
  }

  function listen(url: string, accept: (peer: MemoryPeer) => void, options: MemoryServerOptions = {}): MemoryServer {
    const at = place(url)
    if (listeners.has(at)) throw new Error(`something listens on ${at} already`)
    const live = new Set<MemoryPeer>()
    let hung = false
    const unlisten = () => {
      if (listeners.get(at) === listener) listeners.delete(at)
    }
    const listener: Listener = {
      url,
      accept,
      options,
      live,
      peers: live,
      get hung() {
        return hung
      },
      hang: (on) => void (hung = on),
      close: unlisten,
      kill() {
        unlisten()
        for (const peer of [...live]) peer.terminate()
      },
      vanish() {
        hung = true
        for (const peer of live) peer.freeze()
      },
    }
    listeners.set(at, listener)
    return listener
  }

  return {
    open,
    listen,
    fail(url, failure) {
      if (failure) failures.set(place(url), failure)
      else failures.delete(place(url))
    },
    get connections() {
      return connections
    },
  }
}
