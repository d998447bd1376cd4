// Thousands of clients in one process: they connect, subscribe to their inbox, ping, and then some of them write. MQTT 3.1.1,
// since that is what all three servers speak. Prints its figures.
import { readFileSync } from 'node:fs'
import { generate, type Packet } from 'mqtt-packet'
import { WebSocket } from 'ws'
import { quantile } from '../measure/statistics'

export interface Order {
  readonly url: string
  readonly pid: number
  readonly clients: number
  /** File with one password for each client, as JSON; an empty list: none is asked for. */
  readonly passwords: string
  /** How long they write. */
  readonly seconds: number
}

export interface Figures {
  readonly connected: number
  readonly connectSeconds: number
  /** Links that ended though nobody ended them. */
  readonly lost: number
  /** Bytes of the server's process before the first client, with all of them idle, and the most while they write. */
  readonly rss: { readonly empty: number; readonly idle: number; readonly busy: number }
  /** Microseconds of the server's processor time, all threads, for each acknowledged message: what a busy machine does not change. */
  readonly cpu: number
  /** Acknowledged messages a second, and milliseconds from a message to its acknowledgement. */
  readonly acknowledged: number
  readonly p50: number
  readonly p99: number
  /** Acknowledged messages that did not arrive. */
  readonly missing: number
}

/** Messages that are on their way at once, over all clients. */
const window = 200
const connectAtOnce = 100
const pingMs = 20_000

const order = JSON.parse(process.argv[2]!) as Order
const passwords = JSON.parse(readFileSync(order.passwords, 'utf8')) as string[]
const rss = (): number =>
  1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${order.pid}/status`, 'utf8'))?.[1] ?? NaN)
/** Milliseconds that the server's process has worked, in steps of Linux's clock ticks (100 a second). */
const cpu = (): number => {
  const fields = readFileSync(`/proc/${order.pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}
const bytesOf = (packet: Packet): Buffer => generate(packet, { protocolVersion: 4 })
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const ping = bytesOf({ cmd: 'pingreq' })
const body = Buffer.alloc(200, 'x')

let lost = 0
let ending = false
let arrived = 0

interface Client {
  readonly user: number
  readonly socket: WebSocket
  /** Called with each acknowledgement of a message. */
  acknowledged: () => void
}

/** Resolves when it is subscribed. */
function connect(at: number): Promise<Client> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(order.url, 'mqtt', { perMessageDeflate: false })
    const client: Client = { user: at, socket, acknowledged: () => undefined }
    let rest: Buffer = Buffer.alloc(0)
    const packet = (first: number, bytes: Buffer): void => {
      switch (first >> 4) {
        case 2: {
          if (bytes[1] !== 0) reject(new Error(`refused: ${bytes[1]}`))
          const subscriptions = [{ topic: `acme/chat/u/u${at}/+`, qos: 1 as const }]
          socket.send(bytesOf({ cmd: 'subscribe', messageId: 1, subscriptions }))
          return
        }
        case 9:
          resolve(client)
          return
        case 4:
          client.acknowledged()
          return
        case 3: {
          arrived++
          const id = 2 + bytes.readUInt16BE(0)
          if (first & 6) socket.send(Buffer.from([0x40, 2, bytes[id]!, bytes[id + 1]!]))
        }
      }
    }
    socket.on('open', () =>
      socket.send(
        bytesOf({
          cmd: 'connect',
          protocolId: 'MQTT',
          protocolVersion: 4,
          clientId: `acme/chat/u${at}`,
          clean: true,
          keepalive: 60,
          ...(passwords[at] !== undefined && { username: `u${at}`, password: Buffer.from(passwords[at]) }),
        }),
      ),
    )
    socket.on('message', (chunk: Buffer) => {
      rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      while (rest.length >= 2) {
        let size = 0
        let head = 1
        for (let scale = 1; ; scale *= 128) {
          if (head >= rest.length) return
          const byte = rest[head++]!
          size += (byte & 127) * scale
          if (byte < 128) break
        }
        if (rest.length < head + size) return
        packet(rest[0]!, rest.subarray(head, head + size))
        rest = rest.subarray(head + size)
      }
    })
    socket.on('error', reject)
    socket.on('close', () => {
      if (!ending) lost++
      reject(new Error('closed'))
    })
  })
}

async function main(): Promise<Figures> {
  const empty = rss()
  const started = performance.now()
  const clients: Client[] = []
  let next = 0
  const hand = async (): Promise<void> => {
    while (next < order.clients) {
      const at = next++
      const client = await connect(at).catch(() => undefined)
      if (client) clients.push(client)
    }
  }
  await Promise.all(Array.from({ length: connectAtOnce }, hand))
  const connectSeconds = (performance.now() - started) / 1000

  const pings = clients.map(({ socket }, at) => {
    const each = (): void => socket.send(ping)
    // Not all in the same moment.
    return setTimeout(
      () => {
        each()
        pings[at] = setInterval(each, pingMs)
      },
      (at / clients.length) * pingMs,
    )
  })
  await pause(pingMs + 1000)
  const idle = rss()

  let busy = idle
  let count = 0
  let sent = 0
  let over = false
  const times: number[] = []
  const watching = setInterval(() => (busy = Math.max(busy, rss())), 200)
  const began = performance.now()
  const cpuBefore = cpu()
  const writer = async (at: number): Promise<void> => {
    for (let turn = at; !over; turn = (turn + window) % clients.length) {
      const client = clients[turn]!
      if (client.socket.readyState !== WebSocket.OPEN) return
      const topic = `acme/chat/u/u${clients[(turn + 1) % clients.length]!.user}/u${client.user}`
      const at0 = performance.now()
      sent++
      await new Promise<void>((resolve) => {
        client.acknowledged = resolve
        client.socket.send(
          bytesOf({
            cmd: 'publish',
            topic,
            payload: body,
            qos: 1,
            dup: false,
            retain: false,
            messageId: (sent % 65_000) + 1,
          }),
        )
      })
      count++
      times.push(performance.now() - at0)
    }
  }
  const writers = Array.from({ length: Math.min(window, clients.length) }, (_, at) => writer(at))
  await pause(order.seconds * 1000)
  over = true
  const took = (performance.now() - began) / 1000
  const acknowledged = count / took
  await Promise.race([Promise.all(writers), pause(10_000)])
  for (let tries = 0; arrived < count && tries < 50; tries++) await pause(200)
  const worked = cpu() - cpuBefore
  clearInterval(watching)
  for (const timer of pings) clearTimeout(timer)
  ending = true
  for (const { socket } of clients) socket.terminate()
  return {
    connected: clients.length,
    connectSeconds,
    lost,
    rss: { empty, idle, busy },
    cpu: (worked * 1000) / count,
    acknowledged,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    missing: Math.max(0, count - arrived),
  }
}

void main().then((figures) => {
  console.log(JSON.stringify(figures))
  process.exit(0)
})
