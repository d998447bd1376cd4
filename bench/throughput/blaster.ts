// A server that does nothing but keep a client busy: it understands just enough of MQTT 5 and 3.1.1 to be talked to.
// What it does is in the URL: ?count=&qos=&size= for `blast` (it sends), `sink` (it receives) and `echo` (it sends back).
import type { AddressInfo, Socket } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'

export const TOPIC = 'bench/topic/0000'
const WINDOW = 1000
/** Messages written at once; every count is a multiple of it. */
const BATCH = 100
/** Packet ids in use; a multiple of BATCH. */
const IDS = 60_000

/** Bytes of the remaining length at `at`, and its value. */
const length = (bytes: Uint8Array, at: number): { value: number; size: number } => {
  let value = 0
  let size = 0
  let byte = 128
  while (byte & 128) {
    byte = bytes[at + size]!
    value |= (byte & 127) << (7 * size++)
  }
  return { value, size }
}

export const publishPacket = (version: number, qos: number, size: number, id: number, topic = TOPIC): Buffer => {
  const body = 2 + topic.length + (qos > 0 ? 2 : 0) + (version === 5 ? 1 : 0) + size
  const head = [0x30 | (qos << 1)]
  for (let rest = body; ;) {
    head.push((rest & 127) | (rest > 127 ? 128 : 0))
    rest >>= 7
    if (rest === 0) break
  }
  const packet = Buffer.alloc(head.length + body, 0x78)
  packet.set(head)
  let at = packet.writeUInt16BE(topic.length, head.length)
  at += packet.write(topic, at)
  if (qos > 0) at = packet.writeUInt16BE(id, at)
  if (version === 5) packet[at] = 0
  return packet
}

/** A WebSocket frame of a server around a packet of less than 64 KiB. */
const frame = (packet: Buffer): Buffer => {
  const head =
    packet.length < 126 ? Buffer.of(0x82, packet.length) : Buffer.of(0x82, 126, packet.length >> 8, packet.length & 255)
  return Buffer.concat([head, packet])
}

const batch = (version: number, qos: number, size: number, first: number): Buffer =>
  Buffer.concat(Array.from({ length: BATCH }, (_, at) => frame(publishPacket(version, qos, size, first + at + 1))))

/** Serves one client as the URL says. */
const serve = (socket: WebSocket, query: URLSearchParams): void => {
  const mode = query.get('do')
  const count = Number(query.get('count'))
  const qos = Number(query.get('qos'))
  const size = Number(query.get('size'))
  let version = 5
  let sent = 0
  let acknowledged = 0
  let received = 0
  let rest: Buffer = Buffer.alloc(0)

  const send = (bytes: Uint8Array | number[]) => socket.send(Uint8Array.from(bytes), { binary: true })
  // Frames are built once and written past `ws`: the server must never be what limits a client.
  const wire = (socket as unknown as { _socket: Socket })._socket
  let frames: readonly Buffer[] = []
  const blast = () => {
    if (frames.length === 0)
      frames = Array.from({ length: qos === 0 ? 1 : IDS / BATCH }, (_, at) => batch(version, qos, size, at * BATCH))
    while (sent < count && (qos === 0 ? wire.writableLength < 4 << 20 : sent - acknowledged <= WINDOW - BATCH)) {
      wire.write(frames[(sent / BATCH) % frames.length]!)
      sent += BATCH
    }
    if (qos === 0 && sent < count) setImmediate(blast)
  }
  const packet = (bytes: Buffer, answers: number[]): void => {
    const kind = bytes[0]! >> 4
    const body = 1 + length(bytes, 1).size
    if (kind === 1) {
      version = bytes[body + 6]!
      answers.push(...(version === 5 ? [0x20, 6, 0, 0, 3, 0x21, WINDOW >> 8, WINDOW & 255] : [0x20, 2, 0, 0]))
    } else if (kind === 8) {
      // One answer for each filter: length, text, options.
      const granted: number[] = []
      for (let at = body + (version === 5 ? 3 : 2); at < bytes.length; at += 3 + bytes.readUInt16BE(at))
        granted.push(qos)
      const head = version === 5 ? [bytes[body]!, bytes[body + 1]!, 0] : [bytes[body]!, bytes[body + 1]!]
      answers.push(0x90, head.length + granted.length, ...head, ...granted)
      // A client may subscribe to other things of its own first.
      if (mode === 'blast' && bytes.includes('bench/')) setImmediate(blast)
    } else if (kind === 3) {
      received++
      if ((bytes[0]! & 6) > 0) {
        const id = body + 2 + bytes.readUInt16BE(body)
        answers.push(0x40, 2, bytes[id]!, bytes[id + 1]!)
      }
      if (mode === 'echo') socket.send(bytes, { binary: true })
      if (mode === 'sink' && received === count)
        setImmediate(() => socket.send(publishPacket(version, 0, 1, 0, 'done'), { binary: true }))
    } else if (kind === 4) {
      acknowledged++
      if (mode === 'blast' && acknowledged % BATCH === 0) blast()
    } else if (kind === 12) answers.push(0xd0, 0)
  }
  socket.on('message', (data: Buffer) => {
    rest = rest.length > 0 ? Buffer.concat([rest, data]) : data
    const answers: number[] = []
    let at = 0
    while (rest.length - at >= 2) {
      const { value, size: bytes } = length(rest, at + 1)
      const end = at + 1 + bytes + value
      if (end > rest.length) break
      packet(rest.subarray(at, end), answers)
      at = end
    }
    rest = Buffer.from(rest.subarray(at))
    if (answers.length > 0) send(answers)
  })
}

/** Runs until its parent goes; prints its port. */
if (process.argv[2] === 'serve') {
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    perMessageDeflate: false,
    handleProtocols: () => 'mqtt',
  })
  server.on('connection', (socket, request) => serve(socket, new URL(request.url ?? '', 'ws://x').searchParams))
  server.on('listening', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`))
  process.on('disconnect', () => process.exit())
}
