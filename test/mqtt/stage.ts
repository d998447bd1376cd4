// A session with a scripted server: what happens is one list of lines, `>` for what leaves (one line for each send).
import { generate, parser, type Packet as MqttPacket } from 'mqtt-packet'
import { mayRefuseVersion, refusalOfClose } from '../../src/protocol/close-codes'
import type { Refusal } from '../../src/protocol/refusal'
import type { OutgoingMessage, Outcome, Session, SessionInfo } from '../../src/protocol/session'
import type { MqttSessionOptions } from '../../src/mqtt/options'
import { createMqttSession } from '../../src/mqtt/session'

/** A packet of the server; written by mqtt-packet, so that our own codec is not its own judge. */
export type Said = Record<string, unknown> & { cmd: string }

export const wire = (packet: Said, version: 4 | 5): ArrayBuffer =>
  Uint8Array.from(generate(packet as unknown as MqttPacket, { protocolVersion: version })).buffer

const short = (packet: Record<string, unknown>): string => {
  const { cmd, messageId, reasonCode, topic, payload, qos, dup, retain, properties } = packet
  const alias = (properties as { topicAlias?: number } | undefined)?.topicAlias
  return [
    cmd,
    typeof messageId === 'number' && `#${messageId}`,
    typeof topic === 'string' && `${topic}${alias ? `=${alias}` : ''}`,
    cmd === 'publish' && `"${String(payload)}" qos${String(qos)}`,
    dup && 'dup',
    retain && 'retain',
    packet.subscriptions &&
      (packet.subscriptions as { topic: string; qos: number }[]).map((s) => `${s.topic}:${s.qos}`).join(','),
    packet.unsubscriptions && (packet.unsubscriptions as string[]).join(','),
    cmd === 'connect' && `v${String(packet.protocolVersion)} ${String(packet.clientId)}${packet.clean ? ' clean' : ''}`,
    reasonCode && `0x${(reasonCode as number).toString(16)}`,
  ]
    .filter((part) => part)
    .join(' ')
}

export function parsed(bytes: ArrayBuffer, version: 4 | 5): Record<string, unknown>[] {
  const found: Record<string, unknown>[] = []
  const reader = parser({ protocolVersion: version })
  reader.on('packet', (packet) => found.push(packet as unknown as Record<string, unknown>))
  reader.on('error', (error) => {
    throw error
  })
  reader.parse(Buffer.from(bytes))
  return found
}

export interface Stage {
  readonly session: Session
  /** Passes time. */
  readonly clock: { now: number }
  /** What happened since the last call. */
  happened(): string[]
  readonly refusals: Refusal[]
  /** The last CONNECT, as mqtt-packet reads it. */
  readonly connect: () => Record<string, unknown>
  /** What the last acceptance told. */
  readonly info: () => SessionInfo | undefined
  start(version?: 4 | 5): void
  /** Starts and is accepted. */
  online(connack?: Record<string, unknown>): void
  says(...packets: Said[]): void
  raw(hex: string): void
  receives(data: ArrayBuffer | string): void
  /** The link ends; what that means is told as a refusal. */
  closes(code: number, reason: string): void
  publish(topic: string, payload: string, qos: 0 | 1 | 2, more?: Partial<OutgoingMessage>): void
  subscribe(filters: string[], qos?: 0 | 1 | 2): void
  unsubscribe(filters: string[]): void
  /** From now on the owner of messages takes its time: one function for each message that came. */
  defer(): (() => void)[]
}

export function stage(options: Partial<MqttSessionOptions> = {}): Stage {
  const clock = { now: 1000 }
  let log: string[] = []
  let version: 4 | 5 = 5
  let connect: Record<string, unknown> = {}
  const refusals: Refusal[] = []
  let told: SessionInfo | undefined
  let deferred: (() => void)[] | undefined

  const session = createMqttSession(
    { keepAlive: 30_000, sessionExpiry: 600, ...options },
    {
      send(bytes) {
        const packets = parsed(bytes, version)
        packets.forEach((packet) => {
          if (packet.cmd !== 'connect') return
          connect = packet
          version = packet.protocolVersion as 4 | 5
        })
        log.push(`> ${packets.map(short).join(' + ')}`)
      },
      accepted(info) {
        told = info
        log.push(`accepted v${info.protocolVersion}${info.resumed ? ' resumed' : ''}`)
      },
      refused(refusal) {
        refusals.push(refusal)
        log.push(`refused ${refusal.name} ${refusal.verdict}${refusal.uncounted ? ' uncounted' : ''}`)
      },
      message: ({ topic, payload, qos }, acknowledge) => {
        log.push(`message ${topic} "${String(Buffer.from(payload))}" qos${qos}`)
        if (deferred) deferred.push(acknowledge)
        else acknowledge()
      },
      alive: (roundTrip) => log.push(`alive ${roundTrip}`),
      reauthenticated: (refusal) => log.push(`reauthenticated ${refusal?.name ?? 'yes'}`),
      pinged: () => undefined,
      skipped: (error) => log.push(`skipped ${error.detail ?? ''}`),
      unsubscribed: (error) => log.push(`unsubscribed ${error.message}`),
    },
  )
  const outcome =
    (what: string): Outcome =>
    (error) =>
      log.push(error ? `${what} failed: ${error.name}: ${error.message}` : `${what} done`)

  const self: Stage = {
    session,
    clock,
    refusals,
    connect: () => connect,
    info: () => told,
    defer: () => (deferred = []),
    happened() {
      const lines = log
      log = []
      return lines
    },
    start: (remembered) => session.start({ userName: 'al', clientId: 'c', token: 't' }, clock.now, remembered),
    online(connack = {}) {
      self.start()
      self.says({ cmd: 'connack', [version > 4 ? 'reasonCode' : 'returnCode']: 0, sessionPresent: false, ...connack })
    },
    says(...packets) {
      const bytes = packets.map((packet) => Buffer.from(wire(packet, version)))
      self.receives(Uint8Array.from(Buffer.concat(bytes)).buffer)
    },
    raw: (hex) => self.receives(Uint8Array.from(Buffer.from(hex.replace(/ /g, ''), 'hex')).buffer),
    receives(data) {
      session.receive(data, clock.now)
      session.flush()
    },
    closes(code, reason) {
      const { name, verdict, uncounted } = session.linkLost(
        refusalOfClose(code, reason),
        mayRefuseVersion(code, reason),
      )
      log.push(`closed ${name} ${verdict}${uncounted ? ' uncounted' : ''}`)
    },
    publish: (topic, payload, qos, more) =>
      session.publish({ topic, payload, qos, ...more }, outcome(`publish ${payload}`), clock.now),
    subscribe: (filters, qos = 1) => session.subscribe(filters, qos, outcome(`subscribe ${filters.join()}`), clock.now),
    unsubscribe: (filters) => session.unsubscribe(filters, outcome(`unsubscribe ${filters.join()}`), clock.now),
  }
  return self
}

/** A session that is online, with nothing to tell yet. */
export function connected(options?: Partial<MqttSessionOptions>, connack?: Record<string, unknown>): Stage {
  const s = stage(options)
  s.online(connack)
  s.happened()
  return s
}

export const props = (properties: Record<string, unknown>): Record<string, unknown> => ({ properties })
