// One WebSocket as MQTT sees it: whole packets in, whole packets out (one frame each), and an end that always comes.
import mqtt, { type Packet } from 'mqtt-packet'
import { WebSocket, type RawData } from 'ws'
import { createFramer, Violation } from './packets'

export interface LinkOptions {
  readonly packetBytes: number
  readonly bufferedBytes: number
  /** Send every field of a packet in a frame of its own, as aedes does: for tests of clients. */
  readonly fragmentFrames: boolean
}

export interface LinkEvents {
  packet(bytes: Buffer): void
  violated(violation: Violation): void
  /** What was sent has left; there is room again. */
  drained(): void
  closed(): void
}

export interface Link {
  version: 4 | 5
  send(packet: Packet): void
  /** Raw bytes, for answers in versions that we do not speak. */
  sendBytes(bytes: Buffer): void
  /** The reader is slow: hand it nothing more that can wait. */
  readonly full: boolean
  /** Milliseconds to the client and back when it was last measured; undefined until it was. */
  readonly roundTrip: number | undefined
  pause(): void
  resume(): void
  close(code: number, reason: string): void
  /** Ends it without a word, as a crash does. */
  cut(): void
}

/** A client that does not answer our close within this is cut off. */
const closeGraceMs = 2000

/** A round trip is measured at most this often, and only when something came: a phone's radio is awake then. */
const probeMs = 30_000

export function createLink(socket: WebSocket, options: LinkOptions, events: LinkEvents): Link {
  const cutIntoPackets = createFramer(options.packetBytes)
  let ended = false
  let probedAt = -Infinity
  let roundTrip: number | undefined

  function probe(): void {
    const now = performance.now()
    if (now - probedAt < probeMs || socket.readyState !== WebSocket.OPEN) return
    probedAt = now
    socket.ping()
  }

  const sent = (): void => {
    if (!ended && socket.bufferedAmount < options.bufferedBytes) events.drained()
  }
  const sendBytes = (bytes: Buffer): void => {
    if (!ended && socket.readyState === WebSocket.OPEN) socket.send(bytes, { binary: true }, sent)
  }

  socket.on('message', (data: RawData, isBinary: boolean) => {
    if (ended) return
    probe()
    try {
      if (!isBinary) throw new Violation(0x81, 'a text frame')
      for (const packet of cutIntoPackets(data as Buffer)) events.packet(packet)
    } catch (error) {
      if (!(error instanceof Violation)) throw error
      events.violated(error)
    }
  })
  socket.on('pong', () => (roundTrip = performance.now() - probedAt))
  socket.on('error', () => socket.terminate())
  socket.on('close', () => {
    ended = true
    events.closed()
  })

  const link: Link = {
    version: 4,
    send(packet) {
      const settings = { protocolVersion: link.version }
      if (!options.fragmentFrames) {
        const bytes = mqtt.generate(packet, settings)
        // mqtt-packet's way of saying that it could not.
        if (bytes.length === 0) throw new Error(`${packet.cmd} cannot be written`)
        sendBytes(bytes)
        return
      }
      const frames = { write: (field: Buffer | string) => (sendBytes(Buffer.from(field as string)), true) }
      mqtt.writeToStream(packet, frames as unknown as NodeJS.WritableStream, settings)
    },
    sendBytes,
    get full() {
      return socket.bufferedAmount >= options.bufferedBytes
    },
    get roundTrip() {
      return roundTrip
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
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
