// The three that are compared: ours and MQTT.js through their public calls, and the socket alone carrying the same frames.
import { load } from '../phone/load'
import { createWx, type CountingWx } from '../phone/socket-task'
import { publishPacket, TOPIC } from './blaster'

export interface Client {
  subscribe(): Promise<void>
  /** `done` when it is sent (QoS 0) or acknowledged (QoS 1). */
  publish(payload: Uint8Array, qos: 0 | 1, done?: () => void): void
  onMessage(listener: (topic: string) => void): void
  sends(): number
}

export type ClientName = 'miniprogram-im' | 'MQTT.js' | 'raw socket'
export const CLIENTS: readonly ClientName[] = ['raw socket', 'miniprogram-im', 'MQTT.js']

interface OurApi {
  Connection: new (options: object) => {
    open(login: object): Promise<unknown>
    on(event: string, listener: (message: { topic: string }) => void): void
    publish(topic: string, payload: Uint8Array, options: { qos: 0 | 1 }): Promise<void>
    subscribe(filter: string, options: { qos: 0 | 1 }): Promise<void>
  }
}

const ours = async (file: string, url: string, wx: CountingWx, qos: 0 | 1): Promise<Client> => {
  const { Connection } = load(file, wx) as OurApi
  const connection = new Connection({ appKey: 'acme#chat', url, isHttpDNS: false, wx })
  await connection.open({ user: 'alice', accessToken: 'token' })
  return {
    subscribe: () => connection.subscribe('bench/#', { qos }),
    publish: (payload, level, done) => void connection.publish(TOPIC, payload, { qos: level }).then(done),
    onMessage: (listener) => connection.on('onRawMessage', ({ topic }) => listener(topic)),
    sends: () => wx.sends(),
  }
}

interface MqttApi {
  default: {
    connect(
      url: string,
      options: object,
    ): {
      once(event: string, listener: () => void): void
      on(event: string, listener: (topic: string) => void): void
      subscribe(filter: string, options: { qos: 0 | 1 }, done: () => void): void
      publish(topic: string, payload: Uint8Array, options: { qos: 0 | 1 }, done?: () => void): void
    }
  }
}

const mqttjs = async (file: string, url: string, wx: CountingWx, qos: 0 | 1): Promise<Client> => {
  const { default: mqtt } = load(file, wx, ['self', 'navigator']) as MqttApi
  const client = mqtt.connect(url.replace('ws://', 'wx://'), {
    username: 'alice',
    password: 'token',
    clientId: 'acme/chat/alice',
    protocolVersion: 5,
    clean: false,
    properties: { sessionExpiryInterval: 600 },
  })
  await new Promise<void>((resolve) => client.once('connect', resolve))
  return {
    subscribe: () => new Promise((resolve) => client.subscribe('bench/#', { qos }, () => resolve())),
    publish: (payload, level, done) => client.publish(TOPIC, payload, { qos: level }, done),
    onMessage: (listener) => client.on('message', listener),
    sends: () => wx.sends(),
  }
}

/** No codec: frames are built once, an id is patched in, a packet is one frame, and answers are recognised by their first byte. */
const raw = async (url: string, wx: CountingWx, qos: 0 | 1): Promise<Client> => {
  const task = wx.connectSocket({ url, protocols: ['mqtt'] })
  let listener: (topic: string) => void = () => undefined
  const waiting: ((() => void) | undefined)[] = []
  let answered: () => void = () => undefined
  const next = () => new Promise<void>((resolve) => (answered = resolve))
  const send = (bytes: Uint8Array) =>
    task.send({ data: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer })
  task.onMessage(({ data }) => {
    const bytes = new Uint8Array(data as ArrayBuffer)
    const first = bytes[0]! >> 4
    if (first === 3) {
      const id = bytes[0]! & 6 ? (bytes[1]! > 127 ? 3 : 2) + 2 + TOPIC.length : 0
      if (id > 0) send(Uint8Array.of(0x40, 2, bytes[id]!, bytes[id + 1]!))
      listener(bytes[3] === 4 ? 'done' : TOPIC)
    } else if (first === 4) for (let at = 0; at < bytes.length; at += 4) waiting.shift()?.()
    else answered()
  })
  await new Promise<void>((resolve) => task.onOpen(() => resolve()))
  const accepted = next()
  // CONNECT, MQTT 5, clean start, client id "a".
  send(Uint8Array.of(0x10, 14, 0, 4, 0x4d, 0x51, 0x54, 0x54, 5, 2, 0, 60, 0, 0, 1, 0x61))
  await accepted
  const frames = new Map<string, Buffer>()
  let id = 0
  return {
    async subscribe() {
      const granted = next()
      send(Uint8Array.of(0x82, 13, 0, 1, 0, 0, 7, 0x62, 0x65, 0x6e, 0x63, 0x68, 0x2f, 0x23, qos))
      await granted
    },
    publish(payload, level, done) {
      const key = `${level} ${payload.length}`
      let frame = frames.get(key)
      if (!frame) frames.set(key, (frame = publishPacket(5, level, payload.length, 1)))
      if (level > 0) {
        waiting.push(done)
        id = (id % 65_000) + 1
        frame.writeUInt16BE(id, frame.length - payload.length - 3)
      }
      send(frame)
      if (level === 0) done?.()
    },
    onMessage: (heard) => (listener = heard),
    sends: () => wx.sends(),
  }
}

/** `files`: the bundles of those that have one. */
export const connect = (
  name: ClientName,
  files: Readonly<Partial<Record<ClientName, string>>>,
  url: string,
  qos: 0 | 1,
): Promise<Client> => {
  const wx = createWx()
  const file = files[name] ?? ''
  if (name === 'miniprogram-im') return ours(file, url, wx, qos)
  return name === 'MQTT.js' ? mqttjs(file, url, wx, qos) : raw(url, wx, qos)
}
