// One WebSocket as MQTT sees it: whole packets in, whole packets out (one frame each), and an end that always comes.
import mqtt, { type Packet } from 'mqtt-packet'
import type { Duplex } from 'node:stream'
import { WebSocket, type RawData } from 'ws'
import type { Holding } from '../account'
import { createFramer } from './codec/framer'
import type { Version } from './codec/read'
import { malformed, Violation } from './codec/violation'
import { writeDelivery, writeWithin, type Delivery } from './codec/write'
import { createOutgoingAliases, type OutgoingAliases } from './flow'

export interface LinkOptions {
  readonly packetBytes: number
  readonly bufferedBytes: number
  /** Send every field of a packet in a frame of its own, as aedes does: for tests of clients. */
  readonly fragmentFrames: boolean
  /** What it holds: bytes that came and are not worked on yet, and bytes that were sent and have not left. */
  readonly holding: Holding
}

export interface LinkEvents {
  packet(bytes: Buffer): void
  violated(violation: Violation): void
  /** What was sent has left; there is room again. */
  drained(): void
  /** There is no room for what the client sends. */
  crowded(): void
  closed(): void
}

/** Why a link is not read: its packets wait for their work, they came too fast, or their answers are not fetched. */
export type Pause = 'work' | 'rate' | 'answers'

export interface Link {
  version: Version
  /** Bytes of the largest packet that the client takes. */
  most: number
  send(packet: Packet): void
  /** Sends a PUBLISH; false when the client takes no packet of its size. */
  publish(delivery: Delivery): boolean
  /** How many topic aliases the client takes. */
  takesAliases(most: number): void
  /** Raw bytes, for answers in versions that we do not speak. */
  sendBytes(bytes: Buffer): void
  /** The reader is slow, or the server is full: hand it nothing more that can wait. */
  readonly full: boolean
  /** Milliseconds to the client and back when it was last measured; undefined until it was. */
  readonly roundTrip: number | undefined
  /** Bytes that came and that somebody keeps in line. */
  keeping(bytes: number): void
  pause(why: Pause): void
  resume(why: Pause): void
  close(code: number, reason: string): void
  /** Ends it without a word, as a crash does. */
  cut(): void
}

/** A client that does not answer our close within this is cut off. */
const closeGraceMs = 2000

/** A round trip is measured at most this often, and only when something came: a phone's radio is awake then. */
const probeMs = 30_000

/** What is held is booked in steps of this, so that the usual packet costs no bookkeeping. */
const step = 4096

export function createLink(socket: WebSocket, stream: Duplex, options: LinkOptions, events: LinkEvents): Link {
  const framer = createFramer(options.packetBytes)
  const { holding } = options
  const pauses = new Set<Pause>()
  let aliases: OutgoingAliases = createOutgoingAliases(0)
  let ended = false
  let probedAt = -Infinity
  let roundTrip: number | undefined
  /** Bytes of a frame that is not whole yet, and of packets in line. */
  let unread = 0
  let consumed = false
  let kept = 0

  function probe(): void {
    const now = performance.now()
    if (now - probedAt < probeMs || socket.readyState !== WebSocket.OPEN) return
    probedAt = now
    socket.ping()
  }

  const book = (): boolean => {
    const bytes = unread + framer.held + kept + socket.bufferedAmount
    return holding.resize(bytes < step ? 0 : Math.ceil(bytes / step) * step)
  }

  function pause(why: Pause): void {
    if (pauses.size === 0) socket.pause()
    pauses.add(why)
  }
  function resume(why: Pause): void {
    if (pauses.delete(why) && pauses.size === 0) socket.resume()
  }

  const sent = (): void => {
    book()
    if (ended || socket.bufferedAmount >= options.bufferedBytes) return
    resume('answers')
    events.drained()
  }
  const sendBytes = (bytes: Buffer): void => {
    if (ended || socket.readyState !== WebSocket.OPEN) return
    socket.send(bytes, { binary: true }, sent)
    book()
    // Whoever does not fetch the answers is asked nothing more: they cannot be refused, so they must not grow.
    if (socket.bufferedAmount >= options.bufferedBytes) pause('answers')
  }

  socket.on('message', (data: RawData, isBinary: boolean) => {
    consumed = true
    if (ended) return
    probe()
    try {
      if (!isBinary) throw new Violation(malformed, 'a text frame')
      for (const packet of framer.push(data as Buffer)) events.packet(packet)
    } catch (error) {
      if (!(error instanceof Violation)) throw error
      events.violated(error)
    }
  })
  // Behind the WebSocket's own listener: what it made no message of is still in its hands.
  stream.on('data', (chunk: Buffer) => {
    unread = consumed ? 0 : unread + chunk.length
    consumed = false
    if (!ended && !book()) events.crowded()
  })
  // Answered by the WebSocket itself, which ends whoever does not read those answers.
  socket.on('ping', () => (consumed = true))
  socket.on('pong', () => {
    consumed = true
    roundTrip = performance.now() - probedAt
  })
  socket.on('error', () => socket.terminate())
  socket.on('close', () => {
    ended = true
    holding.close()
    events.closed()
  })

  const link: Link = {
    version: 4,
    most: Infinity,
    send(packet) {
      if (options.fragmentFrames) {
        const frames = { write: (field: Buffer | string) => (sendBytes(Buffer.from(field as string)), true) }
        mqtt.writeToStream(packet, frames as unknown as NodeJS.WritableStream, { protocolVersion: link.version })
        return
      }
      const bytes = writeWithin(packet, link.version, link.most)
      if (bytes) sendBytes(bytes)
      // An answer that the client cannot take leaves it waiting for ever.
      else if (packet.cmd !== 'disconnect') link.close(1009, '')
    },
    publish(delivery) {
      const { version, most } = link
      const way = aliases.wayOf(delivery, version, most)
      if (!way) return false
      sendBytes(writeDelivery(delivery, version, way.alias, way.known))
      return true
    },
    takesAliases(most) {
      aliases = createOutgoingAliases(most)
    },
    sendBytes,
    get full() {
      const { bufferedAmount } = socket
      // With nothing under way one more is no matter: the network takes it at once, or it is booked then.
      return bufferedAmount >= options.bufferedBytes || (bufferedAmount > 0 && !book())
    },
    get roundTrip() {
      return roundTrip
    },
    keeping(bytes) {
      kept = bytes
    },
    pause,
    resume,
    close(code, reason) {
      if (ended) return
      ended = true
      socket.resume() // or the answer to our close is never read
      socket.close(code, reason)
      setTimeout(() => socket.terminate(), closeGraceMs).unref()
    },
    cut() {
      ended = true
      socket.terminate()
    },
  }
  return link
}
