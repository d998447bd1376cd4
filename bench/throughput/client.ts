// One sample: one client, one kind of work, in a process of its own; the blaster is its child.
import { fork } from 'node:child_process'
import { quantile } from '../measure/statistics'
import { connect, type Client, type ClientName } from './clients'

export type Work = 'receive' | 'burst' | 'single' | 'round trip'

export interface Order {
  readonly blaster: string
  readonly client: ClientName
  readonly files: Readonly<Partial<Record<ClientName, string>>>
  readonly work: Work
  readonly qos: 0 | 1
  readonly size: number
  readonly count: number
}

export interface Figures {
  readonly perSecond: number
  /** Microseconds of CPU for a message, in this process. */
  readonly cpu: number
  /** Calls of `wx.send` for a message. */
  readonly sends: number
  /** Milliseconds; only of round trips. */
  readonly p50?: number
  readonly p99?: number
}

/** Messages handed over at once in a burst; also how many QoS 1 messages are on their way. */
const BURST = 1000
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

const receive = (client: Client, count: number): Promise<void> =>
  new Promise((resolve) => {
    let seen = 0
    client.onMessage(() => {
      if (++seen === count) resolve()
    })
    void client.subscribe()
  })

const burst = async (client: Client, { qos, size, count }: Order): Promise<void> => {
  const payload = new Uint8Array(size).fill(0x78)
  const finished = new Promise<void>((resolve) => client.onMessage((topic) => topic === 'done' && resolve()))
  if (qos === 0)
    for (let sent = 0; sent < count;) {
      for (let inBurst = 0; inBurst < BURST && sent < count; inBurst++, sent++) client.publish(payload, 0)
      await turn()
    }
  else {
    // As many on their way as the server allows; each acknowledgement lets the next go.
    let sent = 0
    const next = () => {
      if (sent++ < count) client.publish(payload, 1, next)
    }
    for (let first = 0; first < BURST; first++) next()
  }
  await finished
}

/** The next message goes when the last one was handed over (QoS 0) or acknowledged (QoS 1), a turn of the event loop later. */
const single = async (client: Client, { qos, size, count }: Order): Promise<void> => {
  const payload = new Uint8Array(size).fill(0x78)
  const finished = new Promise<void>((resolve) => client.onMessage((topic) => topic === 'done' && resolve()))
  for (let sent = 0; sent < count; sent++) {
    await new Promise<void>((resolve) => client.publish(payload, qos, resolve))
    if (qos === 0) await turn()
  }
  await finished
}

const roundTrips = async (client: Client, { size, count }: Order): Promise<number[]> => {
  const payload = new Uint8Array(size).fill(0x78)
  const times: number[] = []
  let heard: () => void = () => undefined
  client.onMessage(() => heard())
  for (let sent = 0; sent < count; sent++) {
    const start = process.hrtime.bigint()
    await new Promise<void>((resolve) => {
      heard = resolve
      client.publish(payload, 0)
    })
    times.push(Number(process.hrtime.bigint() - start) / 1e6)
  }
  return times
}

const MODE: Readonly<Record<Work, string>> = { receive: 'blast', burst: 'sink', single: 'sink', 'round trip': 'echo' }

const main = async (order: Order): Promise<void> => {
  const server = fork(order.blaster, ['serve'], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], execArgv: [] })
  const port = await new Promise<string>((resolve) =>
    server.stdout?.once('data', (data: Buffer) => resolve(data.toString().trim())),
  )
  const url = `ws://127.0.0.1:${port}/mqtt?do=${MODE[order.work]}&count=${order.count}&qos=${order.qos}&size=${order.size}`
  const client = await connect(order.client, order.files, url, order.qos)
  if (order.work === 'round trip') await client.subscribe()

  const cpu = process.cpuUsage()
  const sends = client.sends()
  const start = process.hrtime.bigint()
  let times: number[] = []
  if (order.work === 'receive') await receive(client, order.count)
  else if (order.work === 'burst') await burst(client, order)
  else if (order.work === 'single') await single(client, order)
  else times = await roundTrips(client, order)
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  const { user, system } = process.cpuUsage(cpu)

  const figures: Figures = {
    perSecond: order.count / seconds,
    cpu: (user + system) / order.count,
    sends: (client.sends() - sends) / order.count,
    ...(times.length > 0 && { p50: quantile(times, 0.5), p99: quantile(times, 0.99) }),
  }
  server.disconnect()
  process.stdout.write(`\n${JSON.stringify(figures)}\n`, () => process.exit())
}

void main(JSON.parse(process.argv[2] ?? '') as Order)
