// The embedded server's socket: clients that say anything, before and after their login. Nobody else may notice.
import { generate, type Packet } from 'mqtt-packet'
import { WebSocket } from 'ws'
import { startServer } from '../../../server/server'
import type { Chance } from '../random'
import type { Target } from '../fuzz/fuzz'
import { hostile, mutateBytes, mutateText } from '../fuzz/mutate'
import { tokensOf } from './tokens-of'

const APP = 'acme/chat'
const PATIENCE = 5_000

const strange = (chance: Chance): string => {
  const value = hostile(chance)
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 2 ** 14)
}
const topicOf = (chance: Chance): string =>
  chance.one([
    `${APP}/u/bob/mallory`,
    `${APP}/u/bob/alice`,
    `${APP}/s/bob`,
    `${APP}/g/none/mallory`,
    mutateText(chance, `${APP}/u/bob/mallory`),
    strange(chance),
    'a'.repeat(chance.between(1, 60_000)),
  ])

/** Any packet of a client, good in its form. */
function packetOf(chance: Chance): Packet {
  const messageId = chance.one([1, 2, 3, 65_535])
  const reasonCode = chance.one([0, 0, 0x10, 0x80, 0x92])
  switch (chance.below(12)) {
    case 0:
    case 1:
    case 2: {
      const qos = chance.one([0, 1, 2] as const)
      const properties = {
        ...(chance.yes(0.3) && { topicAlias: chance.one([1, 32, 33, 65_535]) }),
        ...(chance.yes(0.3) && { userProperties: { [strange(chance).slice(0, 60)]: strange(chance).slice(0, 60) } }),
        ...(chance.yes(0.2) && { messageExpiryInterval: chance.one([0, 1, 2 ** 32 - 1]) }),
        ...(chance.yes(0.2) && { responseTopic: topicOf(chance).slice(0, 200) }),
        ...(chance.yes(0.2) && { payloadFormatIndicator: true }),
      }
      const payload = chance.yes(0.5) ? strange(chance) : Buffer.from(chance.bytes(chance.below(1_000)))
      return {
        cmd: 'publish',
        topic: topicOf(chance),
        payload,
        qos,
        dup: qos > 0 && chance.yes(0.3),
        retain: chance.yes(0.1),
        messageId,
        properties,
      }
    }
    case 3:
      return { cmd: 'puback', messageId, reasonCode }
    case 4:
      return { cmd: 'pubrec', messageId, reasonCode }
    case 5:
      return { cmd: 'pubrel', messageId, reasonCode }
    case 6:
      return { cmd: 'pubcomp', messageId, reasonCode }
    case 7: {
      const filters = Array.from({ length: chance.between(1, 5) }, () =>
        chance.one([`${APP}/u/mallory/+`, `${APP}/u/bob/+`, '#', '$share/x/#', '+/+', topicOf(chance).slice(0, 500)]),
      )
      return {
        cmd: 'subscribe',
        messageId,
        subscriptions: filters.map((topic) => ({ topic, qos: chance.one([0, 1, 2]) })),
      }
    }
    case 8:
      return { cmd: 'unsubscribe', messageId, unsubscriptions: [topicOf(chance).slice(0, 500)] }
    case 9:
      return { cmd: 'pingreq' }
    case 10:
      return {
        cmd: 'auth',
        reasonCode: chance.one([0, 0x18, 0x19]),
        properties: {
          authenticationMethod: chance.one(['token', 'x']),
          authenticationData: Buffer.from(strange(chance)),
        },
      }
    default:
      return {
        cmd: 'disconnect',
        reasonCode: chance.one([0, 4, 0x80]),
        properties: { sessionExpiryInterval: chance.one([0, 5, 2 ** 32 - 1]) },
      }
  }
}

const connectOf = (chance: Chance, token: string, version: 4 | 5): Packet => ({
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: version,
  clientId: chance.one([`${APP}/mallory`, `${APP}/mallory`, `${APP}/bob`, '', strange(chance)]),
  clean: chance.yes(0.5),
  keepalive: chance.one([0, 1, 30, 65_535]),
  username: chance.one(['mallory', 'mallory', 'mallory', 'bob', strange(chance)]),
  password: Buffer.from(chance.yes(0.8) ? token : mutateText(chance, token)),
  ...(chance.yes(0.2) && {
    will: { topic: topicOf(chance).slice(0, 500) || 'x', payload: Buffer.from('will'), qos: 1, retain: false },
  }),
  ...(version === 5 && {
    properties: {
      sessionExpiryInterval: chance.one([0, 60, 2 ** 32 - 1]),
      ...(chance.yes(0.3) && { receiveMaximum: chance.one([1, 65_535]) }),
      ...(chance.yes(0.3) && { maximumPacketSize: chance.one([1, 20, 2 ** 32 - 1]) }),
      ...(chance.yes(0.3) && { topicAliasMaximum: 65_535 }),
      ...(chance.yes(0.3) && { authenticationMethod: chance.one(['token', strange(chance)]) }),
      ...(chance.yes(0.3) && { userProperties: { platform: strange(chance).slice(0, 200), deviceId: 'd' } }),
    },
  }),
})

const bytesOf = (packet: Packet, protocolVersion: 4 | 5): Uint8Array => {
  try {
    return generate(packet, { protocolVersion })
  } catch {
    return Uint8Array.of(0xc0, 0) // mqtt-packet would not write it
  }
}

export const serverPackets: Target = {
  name: 'server-packets',
  what: 'the server: MQTT packets of clients, before and after their login',
  async begin() {
    const errors: string[] = []
    const server = await startServer({
      passwordWork: { logN: 4, p: 1 },
      limits: { failuresPerUser: 1e9, failuresPerAddress: 1e9, failuresPerUserAndAddress: 1e9, queuedMessages: 200 },
      log: (event, fields) => {
        if (event === 'error' || event === 'fatal') errors.push(`${event} ${JSON.stringify(fields)}`)
      },
      onFatal: (error) => errors.push(String(error)),
    })
    const token = tokensOf(server)
    const mallory = await token('mallory')

    // Bob lives beside all this, and must not notice.
    const bob = new WebSocket(server.url, 'mqtt')
    const heard: string[] = []
    let pongs = 0
    let bobEnded = false
    bob.on('message', (data: Buffer) => {
      if (data[0] === 0xd0) pongs++
      else if (data[0]! >> 4 === 3) {
        const at = 1 + data.subarray(1, 5).findIndex((byte) => byte < 0x80) + 1
        const size = data.readUInt16BE(at)
        heard.push(data.toString('utf8', at + 2, at + 2 + size))
        if (data[0]! & 6) bob.send(Buffer.of(0x40, 2, data[at + 2 + size]!, data[at + 3 + size]!))
      }
    })
    bob.on('close', () => (bobEnded = true))
    await new Promise((resolve) => bob.once('open', resolve))
    const hello = {
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId: `${APP}/bob`,
      clean: false,
      keepalive: 60,
      username: 'bob',
      password: Buffer.from(await token('bob')),
    } as const
    bob.send(generate(hello, { protocolVersion: 4 }))
    await new Promise((resolve) => bob.once('message', resolve))
    bob.send(
      generate(
        { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: `${APP}/u/bob/+`, qos: 1 }] },
        { protocolVersion: 4 },
      ),
    )
    await new Promise((resolve) => bob.once('message', resolve))

    return {
      async feed(chance) {
        const version = chance.yes(0.7) ? 5 : 4
        const socket = new WebSocket(server.url, 'mqtt')
        socket.on('error', () => undefined)
        await new Promise((resolve) => socket.once('open', resolve))
        const ended = new Promise((resolve) => socket.once('close', resolve))
        const good = bytesOf(connectOf(chance, mallory, version), version)
        const first = chance.yes(0.3) ? mutateBytes(chance, good) : good
        socket.send(first)
        const samples = Array.from({ length: chance.between(1, 8) }, () => bytesOf(packetOf(chance), version))
        const stream = Buffer.concat(samples)
        const bytes = chance.yes(0.7) ? mutateBytes(chance, stream, samples) : stream
        for (let at = 0; at < bytes.length;) {
          const size = chance.one([1, 7, 100, bytes.length])
          socket.send(bytes.subarray(at, at + size))
          at += bytes.length > 2_000 ? bytes.length : size
        }
        if (chance.yes(0.1)) socket.send('text')
        if (chance.yes(0.5)) socket.close()
        else socket.send(Buffer.of(0xc0, 0))
        let timer: NodeJS.Timeout | undefined
        await Promise.race([ended, new Promise((resolve) => (timer = setTimeout(resolve, 15)))])
        clearTimeout(timer)
        socket.terminate()

        const before = pongs
        bob.send(Buffer.of(0xc0, 0))
        const deadline = Date.now() + PATIENCE
        while (pongs === before && !bobEnded) {
          if (Date.now() > deadline) throw new Error(`bob waits for a PINGRESP longer than ${PATIENCE} ms`)
          await new Promise((resolve) => setImmediate(resolve))
        }
        if (bobEnded) throw new Error('bob lost his link')
        if (errors.length > 0) throw new Error(`the server failed inside: ${errors[0]}`)
        const forged = heard.splice(0).filter((topic) => topic !== `${APP}/u/bob/mallory`)
        if (forged.length > 0) throw new Error(`bob heard ${forged[0]}`)
      },
      async end() {
        bob.terminate()
        await server.stop()
      },
    }
  },
}
