// One sample: something grows to a size, then a thousand more of it: what one costs at that size, and what all of them hold.
import { load } from '../phone/load'
import { createWorld } from './world'

export type Kind = 'conversations' | 'history' | 'subscriptions' | 'in flight' | 'outbox'

export interface Order {
  readonly file: string
  readonly kind: Kind
  readonly size: number
}

export interface Cost {
  /** Microseconds of CPU for one more, at this size. */
  readonly cpu: number
  /** Bytes of heap that all of them hold. */
  readonly memory: number
}

interface Api {
  Connection: new (options: object) => {
    open(login: object): Promise<unknown>
    close(): Promise<unknown>
    on(event: string, listener: (payload: unknown) => void): void
    send(message: object): Promise<unknown>
    publish(topic: string, payload: string, options: object): Promise<void>
    subscribe(filters: readonly string[]): Promise<void>
  }
}

const MORE = 1000

const heap = (): number => {
  gc?.()
  gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

const main = async ({ file, kind, size }: Order): Promise<void> => {
  const world = createWorld()
  const { Connection } = load(file, world.wx) as Api
  const connection = new Connection({
    appKey: 'acme#chat',
    url: 'wss://im.test/mqtt',
    isHttpDNS: false,
    wx: world.wx,
    historyMaxBytes: 100_000_000,
    outboxMaxCount: 100_000,
    outboxMaxBytes: 50_000_000,
  })
  const opened = connection.open({ user: 'alice', accessToken: 'token' })
  if (kind !== 'outbox') await opened

  let made = 0
  const text = () =>
    JSON.stringify({ id: `m${made}`, type: 'txt', time: 1_763_625_600_000, body: { msg: 'hello, how are you today?' } })
  const incoming = (count: number, topic: () => string) =>
    world.push(
      Array.from({ length: count }, () => {
        made++
        return { topic: topic(), payload: text() }
      }),
    )
  /** Grows by so many. */
  const grow: Readonly<Record<Kind, (count: number) => Promise<void>>> = {
    conversations: (count) => incoming(count, () => `acme/chat/u/alice/b${made}`),
    history: (count) => incoming(count, () => 'acme/chat/u/alice/bob'),
    async subscriptions(count) {
      for (let done = 0; done < count; done += 100) {
        await connection.subscribe(Array.from({ length: Math.min(100, count - done) }, () => `extra/${made++}/+`))
        // What grows must not slow what arrives.
        await world.push([{ topic: 'other/topic', payload: 'x' }])
      }
    },
    async 'in flight'(count) {
      for (let done = 0; done < count; done++) {
        void connection.publish('other/topic', 'hello, how are you today?', { qos: 1 })
        if (done % 1000 === 999) await turn()
      }
      await turn()
    },
    async outbox(count) {
      for (let done = 0; done < count; done++) {
        connection.send({ type: 'txt', to: `b${done % 50}`, msg: 'hello, how are you today?' }).catch(() => undefined)
        if (done % 100 === 99) await turn()
      }
      await turn()
    },
  }
  if (kind === 'in flight') world.hold(true)
  if (kind === 'outbox') {
    // Kept waiting by a server that acknowledges nothing.
    world.hold(true)
    await opened
  }
  await grow[kind](100) // warm
  const before = heap() - world.onDisk()
  await grow[kind](size)
  const memory = heap() - world.onDisk() - before
  const start = process.cpuUsage()
  await grow[kind](MORE)
  const { user, system } = process.cpuUsage(start)
  const cost: Cost = { cpu: (user + system) / MORE, memory }
  process.stdout.write(`\n${JSON.stringify(cost)}\n`, () => process.exit())
}

void main(JSON.parse(process.argv[2] ?? '') as Order)
