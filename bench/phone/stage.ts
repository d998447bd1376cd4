// One SDK on one simulated phone with one server, on the virtual clock: what the slots and connect benchmarks play on.
import { createPhone, type Phone, type PhoneOptions } from '../../simulator/core/phone'
import type { VirtualClock } from '../../simulator/core/virtual-clock'
import { createMemoryHttp } from '../../simulator/links/memory-http'
import { createMemoryNetwork, type MemoryPeer, type MemoryServer } from '../../simulator/links/memory-link'
import { virtualClock } from '../../simulator/node/clocks'
import { seeded } from '../herd/simulation'
import type { Driver } from '../slots/drivers'
import { bootPeer } from './boot-peer'

/** Wherever an SDK dials, it reaches this. */
const SERVER = 'wss://server.test/'

export interface Stage {
  readonly clock: VirtualClock
  readonly phone: Phone
  readonly server: MemoryServer
  /** Links that the server has accepted and that live. */
  readonly peers: readonly MemoryPeer[]
  /** Bytes and messages from the phone so far, and both ways in turns: what a login costs. */
  readonly traffic: { bytes: number; messages: number; turns: number }
  open(): void
  /** Sends one message, where the driver can. */
  send(): void
  /** Answers what is known of its end. */
  close(): Closing
  /** Calls of connectSocket from now on. */
  connects(): () => number
  end(): void
}

export interface Closing {
  readonly calledAt: number
  /** When its promise resolved; absent: it has not; `none`: it answered no promise. */
  resolvedAt: number | 'none' | undefined
}

interface App {
  open(): unknown
  close(): unknown
  send?(): unknown
}

/** `file`: the bundle of the driver's subject. */
export const stage = (
  driver: Driver,
  file: string,
  options: Partial<PhoneOptions> & {
    readonly latency?: number
    readonly globals?: Readonly<Record<string, unknown>>
    readonly seed?: number
  } = {},
): Stage => {
  const clock = virtualClock()
  const network = createMemoryNetwork({ clock, latency: options.latency ?? 25 })
  const http = createMemoryHttp({ clock })
  // Every REST call is answered well; reports of the SDKs themselves are not.
  http.serve('', ({ url }) =>
    url.includes('statistic')
      ? { status: 500 }
      : { body: { code: 200, common: { link: ['im.test:443'], 'link.default': ['im.test:443'] } } },
  )
  const traffic = { bytes: 0, messages: 0, turns: 0 }
  const peers: MemoryPeer[] = []
  const count = (data: ArrayBuffer | string) => {
    traffic.bytes += typeof data === 'string' ? data.length : data.byteLength
    traffic.messages++
  }
  const server = network.listen(SERVER, (peer) => {
    peers.push(peer)
    peer.onClose = () => void peers.splice(peers.indexOf(peer), 1)
    const say = (data: ArrayBuffer | string) => {
      count(data)
      peer.send(data)
    }
    if (driver.greeting !== undefined) say(driver.greeting)
    peer.onMessage = (data) => {
      count(data)
      traffic.turns++
      driver.answer?.(data).forEach(say)
    }
  })
  const random = seeded(options.seed ?? 1)
  const phone = createPhone({
    clock,
    link: { open: (request, events) => network.open({ ...request, url: SERVER }, events) },
    http,
    random,
    // Above what any phone allows, so that nothing is refused and everything is counted.
    maxSockets: 50,
    ...options,
  })
  const { exports, evaluate } = bootPeer(phone, file, driver.subject.shims, driver.webSocket === true)
  ;(evaluate('(globals) => Object.assign(this, globals)') as (globals: unknown) => void)(options.globals ?? {})
  const app = (evaluate(driver.code) as (api: unknown) => App)(exports)
  const settled = (value: unknown): Promise<unknown> | undefined =>
    typeof (value as Promise<unknown> | undefined)?.then === 'function' ? (value as Promise<unknown>) : undefined
  return {
    clock,
    phone,
    server,
    peers,
    traffic,
    open: () => void settled(app.open())?.then(undefined, () => undefined),
    send: () => void settled(app.send?.())?.then(undefined, () => undefined),
    close() {
      const closing: Closing = { calledAt: clock.now(), resolvedAt: undefined }
      const done = () => (closing.resolvedAt ??= clock.now())
      const promise = settled(app.close())
      if (promise) promise.then(done, done)
      else closing.resolvedAt = 'none'
      return closing
    },
    connects() {
      let calls = 0
      phone.on(({ what }) => {
        if (what === 'connect') calls++
      })
      return () => calls
    },
    end: () => phone.dispose(),
  }
}
