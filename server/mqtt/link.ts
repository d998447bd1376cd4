// One WebSocket as MQTT sees it: whole packets in, whole packets out (one frame each), and an end that always comes.
import mqtt, { type Packet } from 'mqtt-packet'
import type { Duplex } from 'node:stream'
import { WebSocket, type RawData } from 'ws'
import type { Holding } from '../account'
import { Framer } from './codec/framer'
import type { Version } from './codec/read'
import { malformed, Violation } from './codec/violation'
import { frameOf, writeDelivery, writeWithin, type Delivery } from './codec/write'
import { OutgoingAliases } from './flow'

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
const pauses = { work: 1, rate: 2, answers: 4 } as const
export type Pause = keyof typeof pauses

/** A client that does not answer our close within this is cut off. */
const closeGraceMs = 2000

/** A round trip is measured at most this often, and only when something came: a phone's radio is awake then. */
const probeMs = 30_000

/** What is held is booked in steps of this, so that the usual packet costs no bookkeeping. */
const step = 4096

/** There are thousands of these: a class, since an object of its own with getters and closures costs three times as much. */
export class Link {
  version: Version = 4
  /** Bytes of the largest packet that the client takes. */
  most = Infinity
  readonly #framer: Framer
  readonly #aliases = new OutgoingAliases()
  #pauses = 0
  #ended = false
  /** Something was held back because the reader was slow: it is told when there is room again. */
  #wanting = false
  #probedAt = -Infinity
  #roundTrip: number | undefined
  /** Bytes of a frame that is not whole yet, and of packets in line. */
  #unread = 0
  #consumed = false
  #kept = 0
  #booked = 0

  constructor(
    private readonly socket: WebSocket,
    private readonly stream: Duplex,
    private readonly options: LinkOptions,
    private readonly events: LinkEvents,
  ) {
    this.#framer = new Framer(options.packetBytes)
    socket.on('message', (data: RawData, isBinary: boolean) => this.#received(data as Buffer, isBinary))
    // Behind the WebSocket's own listener: what it made no message of is still in its hands.
    stream.on('data', (chunk: Buffer) => {
      this.#unread = this.#consumed ? 0 : this.#unread + chunk.length
      this.#consumed = false
      if (!this.#ended && !this.#book()) events.crowded()
    })
    // Answered by the WebSocket itself, which ends whoever does not read those answers.
    socket.on('ping', () => (this.#consumed = true))
    socket.on('pong', () => {
      this.#consumed = true
      this.#roundTrip = performance.now() - this.#probedAt
    })
    socket.on('error', () => socket.terminate())
    socket.on('close', () => {
      this.#ended = true
      options.holding.close()
      events.closed()
    })
  }

  send(packet: Packet): void {
    if (this.options.fragmentFrames) {
      const frames = { write: (field: Buffer | string) => (this.sendBytes(Buffer.from(field as string)), true) }
      mqtt.writeToStream(packet, frames as unknown as NodeJS.WritableStream, { protocolVersion: this.version })
      return
    }
    const bytes = writeWithin(packet, this.version, this.most)
    if (bytes) this.sendBytes(bytes)
    // An answer that the client cannot take leaves it waiting for ever.
    else if (packet.cmd !== 'disconnect') this.close(1009, '')
  }

  /** Acknowledges a message. In MQTT 5, too, nothing behind the identifier says that all is well (3.4.2.1, 3.5.2.1). */
  accept(cmd: 'puback' | 'pubrec', messageId: number): void {
    if (this.options.fragmentFrames) this.send({ cmd, messageId })
    else this.sendBytes(Buffer.from([cmd === 'puback' ? 0x40 : 0x50, 2, messageId >> 8, messageId & 255]))
  }

  /** Sends a PUBLISH; false when the client takes no packet of its size. */
  publish(delivery: Delivery): boolean {
    const { version, most } = this
    const way = this.#aliases.wayOf(delivery, version, most)
    if (!way) return false
    this.sendBytes(writeDelivery(delivery, version, way.alias, way.known))
    return true
  }

  /** How many topic aliases the client takes. */
  takesAliases(most: number): void {
    this.#aliases.most = most
  }

  /** Raw bytes, for answers in versions that we do not speak. */
  sendBytes(bytes: Buffer): void {
    const { socket, stream, options } = this
    if (this.#ended || socket.readyState !== WebSocket.OPEN) return
    // Past the WebSocket's own sender, which has nothing to add to a frame without compression: one write instead of two.
    const frame = frameOf(bytes)
    const waiting = stream.writableLength + frame.length
    // Little of it is no matter: the network takes it at once.
    stream.write(frame, waiting >= step ? this.#sent : undefined)
    if (waiting >= step || this.#booked > 0) this.#book()
    // Whoever does not fetch the answers is asked nothing more: they cannot be refused, so they must not grow.
    if (waiting >= options.bufferedBytes) this.pause('answers')
  }

  /** The reader is slow, or the server is full: hand it nothing more that can wait. */
  get full(): boolean {
    const { writableLength } = this.stream
    const full = writableLength >= this.options.bufferedBytes || (writableLength >= step && !this.#book())
    this.#wanting ||= full
    return full
  }

  /** Milliseconds to the client and back when it was last measured; undefined until it was. */
  get roundTrip(): number | undefined {
    return this.#roundTrip
  }

  /** Whose account it is on from now on. */
  passTo(owner: string): void {
    this.options.holding.passTo(owner)
  }

  /** Bytes that came and that somebody keeps in line. */
  keeping(bytes: number): void {
    this.#kept = bytes
  }

  pause(why: Pause): void {
    if (this.#pauses === 0) this.socket.pause()
    this.#pauses |= pauses[why]
  }

  resume(why: Pause): void {
    const before = this.#pauses
    this.#pauses &= ~pauses[why]
    if (before !== 0 && this.#pauses === 0) this.socket.resume()
  }

  close(code: number, reason: string): void {
    if (this.#ended) return
    this.#ended = true
    this.socket.resume() // or the answer to our close is never read
    this.socket.close(code, reason)
    setTimeout(() => this.socket.terminate(), closeGraceMs).unref()
  }

  /** Ends it without a word, as a crash does. */
  cut(): void {
    this.#ended = true
    this.socket.terminate()
  }

  #received(data: Buffer, isBinary: boolean): void {
    this.#consumed = true
    if (this.#ended) return
    this.#probe()
    try {
      if (!isBinary) throw new Violation(malformed, 'a text frame')
      for (const packet of this.#framer.push(data)) this.events.packet(packet)
    } catch (error) {
      if (!(error instanceof Violation)) throw error
      this.events.violated(error)
    }
  }

  #probe(): void {
    const now = performance.now()
    if (now - this.#probedAt < probeMs || this.socket.readyState !== WebSocket.OPEN) return
    this.#probedAt = now
    this.socket.ping()
  }

  /** False when there is no room for what is held. */
  #book(): boolean {
    const bytes = this.#unread + this.#framer.held + this.#kept + this.stream.writableLength
    const wanted = bytes < step ? 0 : Math.ceil(bytes / step) * step
    if (wanted === this.#booked) return true
    if (!this.options.holding.resize(wanted)) return false
    this.#booked = wanted
    return true
  }

  readonly #sent = (): void => {
    this.#book()
    if (this.#ended || this.stream.writableLength >= this.options.bufferedBytes) return
    this.resume('answers')
    if (!this.#wanting) return
    this.#wanting = false
    this.events.drained()
  }
}
