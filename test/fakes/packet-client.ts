// A client of a few lines, to test brokers with: it does only what it is told, and writes down what it hears in words.
import { generate, parser, type IConnectPacket, type Packet } from 'mqtt-packet'
import type { Link } from '../../simulator/core/link'
import type { VirtualClock } from '../../simulator/core/virtual-clock'

export type PacketClient = ReturnType<typeof packetClient>

export interface PacketClientOptions {
  readonly network: Link
  readonly clock: VirtualClock
  readonly url: string
  readonly user: string
  readonly version: 4 | 5
}

export function packetClient({ network, clock, url, user, version }: PacketClientOptions) {
  const heard: string[] = []
  const packets: Packet[] = []
  const read = parser({ protocolVersion: version })
  read.on('packet', (packet) => {
    packets.push(packet)
    heard.push(inWords(packet))
  })
  const link = network.open(
    { url, protocols: ['mqtt'], header: {} },
    {
      opened: () => heard.push('open'),
      message: (data) => read.parse(Buffer.from(data as ArrayBuffer)),
      closed: (code, reason) => heard.push(`closed ${String(code)} ${reason}`.trim()),
      failed: ({ kind }) => heard.push(`failed ${kind}`),
    },
  )

  /** Waits for the link to open, sends, and waits for what comes back. */
  async function send(packet: Packet): Promise<void> {
    await clock.advance(10)
    const bytes = generate(packet, { protocolVersion: version })
    link.send(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer)
    await clock.advance(10)
  }

  return {
    heard,
    packets,
    link,
    send,
    async connect(extra: Partial<IConnectPacket> = {}) {
      const properties = version === 5 ? { properties: { sessionExpiryInterval: 3600 } } : {}
      const connect = {
        protocolVersion: version,
        clientId: `a/${user}`,
        clean: false,
        username: user,
        keepalive: 0,
      } as const
      await send({ cmd: 'connect', ...connect, ...properties, ...extra })
      return this
    },
    publish: (topic: string, qos: 0 | 1 | 2, messageId = 1, dup = false) =>
      send({
        cmd: 'publish',
        topic,
        payload: `m${String(messageId)}`,
        qos,
        dup,
        retain: false,
        ...(qos ? { messageId } : {}),
      }),
    subscribe: (filter: string, qos: 0 | 1 | 2 = 1) =>
      send({ cmd: 'subscribe', messageId: 9, subscriptions: [{ topic: filter, qos }] }),
    ack: (cmd: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp', messageId: number) =>
      send({ cmd, messageId, reasonCode: 0 }),
  }
}

/** `connack 0x87`, `publish 3 text dup`, `suback 9 128`, ... */
function inWords(packet: Packet): string {
  if (packet.cmd === 'publish')
    return `publish ${String(packet.messageId ?? '-')} ${String(packet.payload)}${packet.dup ? ' dup' : ''}`
  const { messageId, ...rest } = packet
  const code = 'reasonCode' in rest ? rest.reasonCode : 'returnCode' in rest ? rest.returnCode : undefined
  const granted = 'granted' in rest ? (rest.granted as number[]).join() : undefined
  const resumed = 'sessionPresent' in rest && rest.sessionPresent ? 'resumed' : undefined
  const number = code ? `0x${code.toString(16)}` : undefined
  return [packet.cmd, messageId, number, granted, resumed].filter((word) => word !== undefined).join(' ')
}
