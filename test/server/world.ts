// What the server's tests share: a server on a free port, REST calls, and raw MQTT clients that miss nothing.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt, { type Packet } from 'mqtt-packet'
import { WebSocket } from 'ws'
import { startServer, type RunningServer } from '../../server/server'
import type { ServerWishes } from '../../server/options'
import { PATIENCE } from '../patience'

/** scrypt at its cheapest: how costly it is has a test of its own. And who is slow to log in is a slow machine. */
const quick: ServerWishes = { passwordWork: { logN: 4, p: 1 } }
const patient: ServerWishes['limits'] = { connectMs: PATIENCE }

export const app = 'acme/chat'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

export interface Client {
  /** Everything that came, in order; consumed by `next`. */
  readonly packets: Packet[]
  /** Frames that came, counted. */
  readonly frames: () => number
  readonly closed: Promise<{ code: number; reason: string }>
  send(packet: Packet | Buffer): void
  /** The next packet of this kind (others before it are left); fails when the link ends instead. */
  next<C extends Packet['cmd']>(cmd: C): Promise<Extract<Packet, { cmd: C }>>
  /** The bytes of the next frame whose first byte is of this packet type. */
  nextFrame(type: number): Promise<Buffer>
  /** Cuts the link without DISCONNECT. */
  cut(): void
  bye(): Promise<void>
  pause(): void
  resume(): void
}

export interface ConnectWishes {
  readonly version?: 4 | 5
  readonly user?: string
  readonly clientId?: string
  readonly token?: string
  readonly clean?: boolean
  readonly expiry?: number
  readonly properties?: Record<string, unknown>
  readonly platform?: string
  readonly keepalive?: number
  readonly will?: object
  readonly headers?: Record<string, string>
}

export interface World {
  readonly server: RunningServer
  call(
    method: string,
    path: string,
    options?: { body?: unknown; token?: string; raw?: Buffer | FormData; headers?: Record<string, string> },
  ): Promise<Answer>
  admin(method: string, path: string, body?: unknown): Promise<Answer>
  /** A token for a user, created when need be. */
  token(user: string, wishes?: object): Promise<string>
  /** A socket without CONNECT. */
  dial(version?: 4 | 5, headers?: Record<string, string>): Promise<Client>
  /** A socket with CONNECT sent; CONNACK is the caller's to read. */
  knock(wishes: ConnectWishes): Promise<Client>
  /** The number that refuses this login; the link is closed then. */
  refused(wishes: ConnectWishes): Promise<number>
  /** Logged in. */
  login(user: string, wishes?: ConnectWishes): Promise<Client>
  /** On a free port, unless told which. */
  restart(how?: 'stop' | 'kill', port?: number): Promise<void>
  end(): Promise<void>
}

/** A world whose data outlives its server, until `end()`. */
export async function startLastingWorld(wishes: ServerWishes = {}): Promise<World> {
  const data = await mkdtemp(join(tmpdir(), 'im-world-'))
  const world = await startWorld({ ...wishes, data })
  const { end } = world
  return Object.assign(world, {
    async end() {
      await end()
      await rm(data, { recursive: true, force: true })
    },
  })
}

export async function startWorld(wishes: ServerWishes = {}): Promise<World> {
  let server = await startServer({ ...quick, ...wishes, limits: { ...patient, ...wishes.limits } })
  const clients: Client[] = []

  const world: World = {
    get server() {
      return server
    },

    async call(method, path, { body, token, raw, headers } = {}) {
      const response = await fetch(`${server.apiUrl}/${path}`, {
        method,
        headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
        ...(raw !== undefined ? { body: raw } : body !== undefined ? { body: JSON.stringify(body) } : {}),
      })
      const text = await response.text()
      let parsed: Record<string, unknown>
      try {
        parsed = JSON.parse(text) as Record<string, unknown>
      } catch {
        parsed = { text }
      }
      return { status: response.status, headers: response.headers, body: parsed }
    },

    admin: (method, path, body) => world.call(method, `${app}/admin/${path}`, { body, token: server.adminSecret }),

    async token(user, tokenWishes = {}) {
      const { body } = await world.admin('POST', 'tokens', { username: user, ...tokenWishes })
      return body.access_token as string
    },

    async dial(version = 5, headers = {}) {
      const client = await dial(server.url, version, headers)
      clients.push(client)
      return client
    },

    async knock({
      version = 5,
      user = 'alice',
      clientId = `${app}/${user}`,
      token,
      clean = false,
      expiry = 3600,
      ...rest
    }) {
      const client = await world.dial(version, rest.headers)
      const userProperties = rest.platform === undefined ? {} : { userProperties: { platform: rest.platform } }
      client.send({
        cmd: 'connect',
        clientId,
        protocolId: 'MQTT',
        protocolVersion: version,
        clean,
        keepalive: rest.keepalive ?? 30,
        username: user,
        password: Buffer.from(token ?? (await world.token(user))),
        ...(rest.will === undefined ? {} : { will: rest.will }),
        ...(version === 5
          ? { properties: { sessionExpiryInterval: expiry, ...userProperties, ...rest.properties } }
          : {}),
      } as Packet)
      return client
    },

    async refused(loginWishes) {
      const client = await world.knock({ clean: true, ...loginWishes })
      const { properties } = await client.next('connack')
      await client.closed
      return Number((properties?.userProperties as Record<string, string> | undefined)?.code)
    },

    async login(user, loginWishes = {}) {
      const client = await world.knock({ user, ...loginWishes })
      const ack = await client.next('connack')
      if ((ack.reasonCode ?? ack.returnCode) !== 0) throw new Error(`not logged in: ${JSON.stringify(ack)}`)
      return client
    },

    async restart(how = 'stop', port = 0) {
      await server[how]()
      server = await startServer({ ...quick, ...wishes, port })
    },

    async end() {
      for (const client of clients) client.cut()
      await server.stop()
    },
  }
  return world
}

async function dial(url: string, version: 4 | 5, headers: Record<string, string>): Promise<Client> {
  const socket = new WebSocket(url, 'mqtt', { headers })
  const parser = mqtt.parser({ protocolVersion: version })
  const packets: Packet[] = []
  const readers = new Set<() => void>()
  let frames = 0
  let end: { code: number; reason: string } | undefined
  const wake = (): void => {
    for (const reader of [...readers]) reader()
  }
  parser.on('packet', (packet) => {
    packets.push(packet)
    wake()
  })
  parser.on('error', () => undefined)
  const frameReaders = new Set<(frame: Buffer) => void>()
  socket.on('message', (data) => {
    frames++
    for (const reader of [...frameReaders]) reader(data as Buffer)
    parser.parse(data as Buffer)
  })
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.on('close', (code, reason) => {
      end = { code, reason: reason.toString() }
      resolve(end)
      wake()
    }),
  )
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve)
    socket.on('error', reject)
  })
  const client: Client = {
    packets,
    frames: () => frames,
    closed,
    send: (packet) =>
      socket.send(Buffer.isBuffer(packet) ? packet : mqtt.generate(packet, { protocolVersion: version })),
    next: (cmd) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const at = packets.findIndex((packet) => packet.cmd === cmd)
          if (at < 0 && end === undefined) return
          readers.delete(look)
          if (at < 0)
            reject(new Error(`the link ended (${JSON.stringify(end)}) before ${cmd}; came: ${JSON.stringify(packets)}`))
          else resolve(packets.splice(at, 1)[0] as never)
        }
        readers.add(look)
        look()
      }),
    nextFrame: (type) =>
      new Promise((resolve) => {
        const look = (frame: Buffer): void => {
          if ((frame[0]! & 0xf0) !== type) return
          frameReaders.delete(look)
          resolve(frame)
        }
        frameReaders.add(look)
      }),
    cut: () => socket.terminate(),
    async bye() {
      client.send({ cmd: 'disconnect', reasonCode: 0 })
      await closed
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  }
  return client
}

let packetIds = 0

/** Subscribes and answers what was granted. */
export async function subscribe(client: Client, ...topics: string[]): Promise<number[]> {
  const messageId = (packetIds = (packetIds % 60_000) + 1)
  client.send({ cmd: 'subscribe', messageId, subscriptions: topics.map((topic) => ({ topic, qos: 1 })) })
  const { granted } = await client.next('suback')
  return granted as number[]
}

/** Publishes with QoS 1 and answers the reason code. */
export async function publish(
  client: Client,
  topic: string,
  payload: string | Buffer,
  properties?: object,
): Promise<number> {
  const messageId = (packetIds = (packetIds % 60_000) + 1)
  client.send({
    cmd: 'publish',
    topic,
    payload,
    qos: 1,
    dup: false,
    retain: false,
    messageId,
    ...(properties ? { properties } : {}),
  })
  const { reasonCode } = await client.next('puback')
  return reasonCode ?? 0
}

/** The next message, acknowledged. */
export async function receive(
  client: Client,
): Promise<{ topic: string; text: string; properties: Record<string, unknown> }> {
  const { topic, payload, qos, messageId, properties = {} } = await client.next('publish')
  if (qos === 1) client.send({ cmd: 'puback', messageId: messageId!, reasonCode: 0 })
  return { topic, text: payload.toString(), properties }
}

export const inbox = (user: string): string => `${app}/u/${user}/+`
export const to = (user: string, from: string): string => `${app}/u/${user}/${from}`

/** From alice to bob, to arrive exactly once. */
export const onceForBob = {
  cmd: 'publish',
  topic: to('bob', 'alice'),
  payload: 'once',
  qos: 2,
  retain: false,
  messageId: 7,
} as const
