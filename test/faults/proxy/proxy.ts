// The fault proxy for real sockets: TCP in front of a server, doing to the bytes what networks do.
// A fault is done to the links that live now, or to the next ones that are dialled. Extend: one more entry in `faults`.
import { createServer, connect, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { closeFrame, frameOf, watchFrames } from './frames'

export interface Link {
  readonly phone: Socket
  readonly server: Socket
  up: Way
  down: Way
  over: boolean
}

/** One direction of a link. */
interface Way {
  passes: boolean
  /** ms that every chunk is late by; order stays. */
  late: number
  /** One byte at a time, this many ms apart; 0: whole chunks. */
  drip: number
  /** Bytes that still pass before the link is reset; Infinity: all. */
  left: number
  /** What waits here until `release`. */
  held: Buffer[] | undefined
  /** Written to the stream between two frames. */
  readonly inserts: Buffer[]
  /** What is late, in order: one timer serves them all, since timers that end together may change places. */
  readonly queue: { readonly at: number; readonly run: () => void }[]
  /** When the last of them is due. */
  free: number
}

/** What is done to a living link. */
export const faults = {
  delay: (link: Link, ms = 300) => void (link.up.late = link.down.late = ms),
  /** Gone without notice: nothing passes any more, not even the end. */
  lost: (link: Link) => void (link.up.passes = link.down.passes = false),
  halfOpenUp: (link: Link) => void (link.up.passes = false),
  halfOpenDown: (link: Link) => void (link.down.passes = false),
  reset: (link: Link) => cut(link, true),
  /** Ends it in order, as a proxy does that is restarted. */
  finish: (link: Link) => cut(link, false),
  /** The next thing that the server says breaks off in the middle. */
  truncate: (link: Link, bytes = 3) => void (link.down.left = bytes),
  truncateUp: (link: Link, bytes = 3) => void (link.up.left = bytes),
  drip: (link: Link, ms = 1) => void (link.down.drip = link.up.drip = ms),
  /** Bytes that are no frame (reserved bits are set), where one should begin. */
  garbage: (link: Link, bytes: Uint8Array = Buffer.from('fefdfcfb', 'hex')) =>
    insert(link, Buffer.concat([Buffer.of(0xff), bytes])),
  /** A good frame with no good packet in it. */
  badPacket: (link: Link, bytes: Uint8Array = Buffer.from('0001ff', 'hex')) => insert(link, frameOf(2, bytes)),
  textFrame: (link: Link) => insert(link, frameOf(1, Buffer.from('{"hello":1}'))),
  ping: (link: Link) => insert(link, frameOf(9, Buffer.from('are you there?'))),
  closeFrame: (link: Link, code = 1011, reason = '') => insert(link, closeFrame(code, reason)),
  /** Holds both ways; `release` lets all of it through, by then on an old link. */
  hold: (link: Link) => {
    link.up.held ??= []
    link.down.held ??= []
  },
} as const satisfies Record<string, (link: Link, ...how: never[]) => void>
export type Fault = keyof typeof faults

/** What is done to somebody who dials. */
export const refusals = {
  /** Taken and dropped. */
  drop: (phone: Socket) => void phone.resetAndDestroy(),
  /** Taken, and never answered. */
  hang: () => undefined,
  /** HTTP that is no handshake. */
  portal: (phone: Socket) => void phone.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'),
  unavailable: (phone: Socket) => void phone.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n'),
  redirect: (phone: Socket) => void phone.end('HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:1/\r\n\r\n'),
  nonsense: (phone: Socket) => void phone.end('\0\x01\x02 no HTTP at all\r\n\r\n'),
} as const satisfies Record<string, (phone: Socket) => void>
export type Refusal = keyof typeof refusals

export interface FaultProxy {
  readonly port: number
  /** Links that live, oldest first; those that were held or lost among them. */
  readonly links: readonly Link[]
  /** Links that were ever taken. */
  readonly dialled: number
  /** Does it to every living link; answers how many there were. */
  inject<F extends Fault>(fault: F, ...how: Tail<Parameters<(typeof faults)[F]>>): number
  /** The next ones who dial meet these, in order. */
  refuse(...how: Refusal[]): void
  /** Held bytes go on their way. */
  release(): void
  /** Links that are not whole are reset; nobody is refused any more. */
  heal(): void
  stop(): Promise<void>
}
type Tail<T extends readonly unknown[]> = T extends readonly [unknown, ...infer Rest] ? Rest : never

const way = (): Way => ({
  passes: true,
  late: 0,
  drip: 0,
  left: Infinity,
  held: undefined,
  inserts: [],
  queue: [],
  free: 0,
})

function cut(link: Link, abruptly: boolean): void {
  if (link.over) return
  link.over = true
  for (const socket of [link.phone, link.server]) {
    if (abruptly) socket.resetAndDestroy()
    else socket.end()
  }
}

function insert({ down, phone }: Link, bytes: Buffer): void {
  down.inserts.push(bytes)
  phone.emit('insert')
}

/** @param target the server behind it; asked for every link, since a server may come back elsewhere. */
export async function startProxy(target: () => number): Promise<FaultProxy> {
  const links = new Set<Link>()
  const sockets = new Set<Socket>()
  let waiting: Refusal[] = []
  let dialled = 0

  function carry(link: Link, from: Socket, to: Socket, lane: Way): void {
    const frames = watchFrames()
    const write = (bytes: Uint8Array) => {
      if (!link.over && lane.passes && to.writable) to.write(bytes)
    }
    const insertions = () => {
      if (lane === link.down && frames.between) for (const bytes of lane.inserts.splice(0)) write(bytes)
    }
    const drain = (): void => {
      const now = Date.now()
      while (lane.queue.length > 0 && lane.queue[0]!.at <= now) lane.queue.shift()!.run()
      if (lane.queue.length > 0) setTimeout(drain, lane.queue[0]!.at - now)
    }
    const later = (run: () => void, ms: number) => {
      const at = (lane.free = Math.max(lane.free, Date.now() + ms))
      if (lane.queue.length === 0 && at <= Date.now()) run()
      else if (lane.queue.push({ at, run }) === 1) setTimeout(drain, at - Date.now())
    }
    const pass = (chunk: Buffer): void => {
      if (link.over || !lane.passes) return
      if (lane.held) {
        lane.held.push(chunk)
        return
      }
      if (lane.left < chunk.length) {
        write(chunk.subarray(0, lane.left))
        setImmediate(() => cut(link, true)) // what was written leaves first
        lane.passes = false
        return
      }
      lane.left -= chunk.length
      const give = (bytes: Buffer) => {
        write(bytes)
        frames(bytes)
        insertions()
      }
      if (lane.drip === 0) later(() => give(chunk), lane.late)
      else
        for (let at = 0; at < chunk.length; at++) {
          lane.free = Math.max(lane.free, Date.now()) + lane.drip
          later(() => give(chunk.subarray(at, at + 1)), 0)
        }
    }
    from.on('data', pass)
    from.on('release', () => {
      const held = lane.held
      lane.held = undefined
      held?.forEach(pass)
    })
    to.on('insert', insertions)
    from.on('error', () => undefined)
    from.on('end', () => {
      if (lane.passes && !lane.held) later(() => to.end(), lane.late)
    })
    from.on('close', () => {
      sockets.delete(from)
      if (!link.over && lane.passes && !lane.held)
        later(() => {
          if (!lane.passes || lane.held) return
          links.delete(link)
          link.over = true
          to.destroy()
        }, lane.late)
    })
  }

  const listener: Server = createServer({ allowHalfOpen: true, noDelay: true }, (phone) => {
    dialled++
    sockets.add(phone)
    phone.on('error', () => undefined)
    phone.on('close', () => sockets.delete(phone))
    const refusal = waiting.shift()
    if (refusal !== undefined) {
      refusals[refusal](phone)
      return
    }
    const server = connect({ port: target(), host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    sockets.add(server)
    const link: Link = { phone, server, up: way(), down: way(), over: false }
    links.add(link)
    carry(link, phone, server, link.up)
    carry(link, server, phone, link.down)
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const living = () => [...links].filter(({ over }) => !over)

  const proxy: FaultProxy = {
    port: (listener.address() as AddressInfo).port,
    get links() {
      return living()
    },
    get dialled() {
      return dialled
    },
    inject(fault, ...how) {
      const hit = living()
      for (const link of hit) (faults[fault] as (link: Link, ...how: unknown[]) => void)(link, ...how)
      return hit.length
    },
    refuse: (...how) => void (waiting = how),
    release() {
      for (const { phone, server } of living()) {
        phone.emit('release')
        server.emit('release')
      }
    },
    heal() {
      waiting = []
      proxy.release()
      for (const link of living()) {
        const { up, down } = link
        up.late = down.late = up.drip = down.drip = 0
        if (!up.passes || !down.passes) cut(link, true)
      }
    },
    async stop() {
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
  return proxy
}
