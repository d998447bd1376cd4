// One sample: evaluates a bundle in a fresh context, and connects where a server of a few lines will do. Time and heap.
import { readFileSync } from 'node:fs'
import vm from 'node:vm'
import { shims } from '../phone/load'
import type { Subject } from '../peers'

export interface Order {
  readonly file: string
  readonly shims: NonNullable<Subject['shims']>
  /** How to connect it; the others need their vendor's servers. */
  readonly connect: 'ours' | 'mqtt' | 'centrifuge' | 'socketio' | undefined
}

export interface Start {
  /** Milliseconds to compile and run the file. */
  readonly evaluation: number
  /** Bytes that stay in use after it ran. */
  readonly loaded: number
  /** Bytes that the first connection adds (most of them the package's own code, compiled when it first runs), and the second. */
  readonly connection?: number
  readonly second?: number
}

const heap = (): number => {
  gc?.()
  gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** How each is connected, in code of its own realm. Answers what has to stay alive. */
const DRIVE: Readonly<Record<NonNullable<Order['connect']>, string>> = {
  ours: `(api, socket, done) => {
    const connection = new api.Connection({ appKey: 'acme#chat', url: 'wss://im.example.com/mqtt', isHttpDNS: false })
    connection.open({ user: 'alice', accessToken: 'token' }).then(done)
    return connection
  }`,
  mqtt: `(api, socket, done) => {
    const options = { protocolVersion: 5, username: 'alice', password: 'token', clientId: 'alice', clean: false }
    return api.default.connect('wxs://im.example.com/mqtt', options).once('connect', done)
  }`,
  centrifuge: `(api, socket, done) => {
    const client = new api.Centrifuge('wss://im.example.com', { websocket: socket })
    client.on('connected', done)
    client.connect()
    return client
  }`,
  socketio: `(api, socket, done) => api.io('wss://im.example.com', { transports: ['websocket'], forceNew: true }).on('connect', done)`,
}

/** Answers of an MQTT server, by the kind of packet. */
const answer = (bytes: Uint8Array): number[] => {
  const kind = (bytes[0] ?? 0) >> 4
  const v5 = bytes[8] === 5
  if (kind === 1) return v5 ? [0x20, 3, 0, 0, 0] : [0x20, 2, 0, 0]
  if (kind === 8) {
    // One answer for each filter: length, text, options.
    const granted: number[] = []
    for (let at = 5; at < bytes.length; at += 3 + (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0)) granted.push(1)
    return [0x90, 3 + granted.length, bytes[2] ?? 0, bytes[3] ?? 0, 0, ...granted]
  }
  return kind === 12 ? [0xd0, 0] : []
}

const main = async (order: Order): Promise<void> => {
  const source = readFileSync(order.file, 'utf8')
  const module = { exports: {} as Record<string, unknown> }
  const nothing = () => undefined
  const sandbox: Record<string, unknown> = {
    module,
    exports: module.exports,
    setTimeout,
    clearTimeout,
    setInterval,
    clearInterval,
    console: { log: nothing, info: nothing, warn: nothing, error: nothing, debug: nothing, trace: nothing },
    ...shims(order.shims),
  }
  const context = vm.createContext(sandbox)
  // Buffers have to be of the package's own realm, as on a phone.
  const own = vm.runInContext('(bytes) => Uint8Array.from(bytes).buffer', context) as (
    bytes: Iterable<number>,
  ) => ArrayBuffer

  const wx: Record<string, unknown> = {
    env: {},
    getStorageSync: () => '',
    connectSocket: () => {
      let message: (event: { data: ArrayBuffer }) => void = nothing
      return {
        onOpen: (listener: (event: object) => void) => setTimeout(() => listener({}), 0),
        onMessage: (listener: typeof message) => (message = listener),
        onClose: nothing,
        onError: nothing,
        close: nothing,
        send: ({ data, success }: { data: ArrayBuffer; success?: (result: object) => void }) => {
          success?.({})
          const bytes = answer(new Uint8Array(data))
          if (bytes.length > 0) setTimeout(() => message({ data: own(bytes) }), 0)
        },
      }
    },
  }
  // Whatever else a peer asks for while it loads is there, and does nothing; ours asks for nothing it cannot do without.
  sandbox.wx =
    order.connect === 'ours'
      ? wx
      : new Proxy(wx, {
          get: (known, name: string) =>
            known[name] ?? (name.endsWith('Sync') ? () => ({ platform: 'ios', SDKVersion: '3.0.0' }) : nothing),
        })
  const socket = class {
    static OPEN = 1
    readyState = 1
    binaryType = 'arraybuffer'
    onopen: (event: object) => void = nothing
    onmessage: (event: { data: string }) => void = nothing
    constructor() {
      setTimeout(() => {
        this.onopen({})
        if (order.connect === 'socketio')
          this.onmessage({ data: '0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000}' })
      }, 0)
    }
    send(data: string): void {
      const reply =
        order.connect === 'socketio'
          ? data.startsWith('40')
            ? '40{"sid":"b"}'
            : ''
          : '{"id":1,"connect":{"client":"a","version":"x","ping":25}}'
      if (reply) setTimeout(() => this.onmessage({ data: reply }), 0)
    }
    close = nothing
    addEventListener = nothing
  }
  if (order.connect === 'centrifuge' || order.connect === 'socketio') sandbox.WebSocket = socket

  const before = heap()
  const start = process.hrtime.bigint()
  const run = new vm.Script(`(function(){${source}\n})`).runInContext(context) as () => void
  run()
  const evaluation = Number(process.hrtime.bigint() - start) / 1e6
  const loaded = heap() - before

  if (order.connect === undefined) {
    print({ evaluation, loaded })
    return
  }

  const held: unknown[] = [source, context] // nothing measured may be collected in between
  const drive = vm.runInContext(DRIVE[order.connect], context) as (
    api: unknown,
    socket: unknown,
    done: () => void,
  ) => unknown
  const connect = async (): Promise<number> => {
    const idle = heap()
    const connected = new Promise<void>((resolve) => held.push(drive(module.exports, socket, resolve)))
    await Promise.race([
      connected,
      new Promise((_, reject) => setTimeout(() => reject(new Error('it does not connect')), 5000)),
    ])
    await new Promise((resolve) => setTimeout(resolve, 20)) // what follows a login, such as subscriptions
    return heap() - idle
  }
  const connection = await connect()
  // MQTT.js keeps its socket in a module variable: one connection for each app.
  if (order.connect === 'mqtt') print({ evaluation, loaded, connection })
  else print({ evaluation, loaded, connection, second: await connect() })
}

const print = (start: Start): void => {
  process.stdout.write(`\n${JSON.stringify(start)}\n`, () => process.exit())
}

void main(JSON.parse(process.argv[2] ?? '') as Order)
