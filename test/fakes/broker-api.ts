// What a scenario test can see of the fake broker, and what it can tell it to do.
import type { IConnackPacket, Packet, PacketCmd } from 'mqtt-packet'
import type { Clock } from '../../simulator/core/clock'
import type { MemoryNetwork } from '../../simulator/links/memory-link'
import type { BrokerSession, Message } from './broker-session'
import type { Words } from './broker-words'

export interface Received {
  readonly at: number
  readonly user: string
  readonly cmd: PacketCmd
  readonly packet: Packet
}

/** A message that the broker took over from a client. */
export interface Taken {
  readonly at: number
  readonly user: string
  readonly topic: string
  readonly text: string
  readonly qos: 0 | 1 | 2
  readonly dup: boolean
}

export interface MemoryBrokerOptions {
  readonly network: MemoryNetwork
  readonly clock: Clock
  readonly url?: string
  /** CONNACK properties of MQTT 5 (receiveMaximum, maximumPacketSize, topicAliasMaximum, serverKeepAlive, ...). */
  readonly properties?: IConnackPacket['properties']
  /** Says whether user and token are good, at CONNECT and at re-authentication; a reason code refuses (0x86, 0x87, ...). */
  readonly authenticate?: (user: string, token: string) => number | undefined
}

export interface MemoryBroker {
  readonly url: string
  /** Every packet of every client, in order. */
  readonly received: readonly Received[]
  /** The ledger: messages taken over, a QoS 2 message once. */
  readonly taken: readonly Taken[]
  /** What clients did that MQTT forbids; a good client leaves it empty. */
  readonly violations: readonly string[]
  /** Users with a link, in the order of their CONNECT. */
  readonly online: readonly string[]
  readonly sessions: ReadonlyMap<string, BrokerSession>
  /** Links that were ever opened to the broker. */
  readonly links: number

  /** Publishes as the server (or as somebody not in the test). QoS 1 by default. */
  publish(topic: string, text: string, options?: { qos?: 0 | 1 | 2; properties?: Message['properties'] }): void

  /** The next CONNECT is refused: an MQTT 5 reason code, mapped to a 3.1.1 return code where needed. */
  refuseNext(code: number, words?: Words): void
  /** The next CONNECT is never answered. */
  ignoreConnect(): void
  /** The next CONNECT is answered by the end of the link. */
  dropBeforeConnack(closeCode?: number, closeReason?: string): void
  /** From now on: MQTT 5 is answered as an old server does, with `20 02 00 01`. */
  only311(on?: boolean): void
  /** From now on every packet leaves this much later. */
  answerLate(ms: number): void
  /** From now on packets leave in frames of so many bytes; 0 ends it. */
  fragment(bytes: number): void
  /** From now on topics are replaced by aliases, as far as the client takes them. */
  useAliases(): void
  /** The next `times` packets of this kind are not sent. */
  lose(cmd: PacketCmd, times?: number): void
  /** The next SUBACK carries these. */
  suback(codes: readonly number[]): void
  /** Publishing to and subscribing under this filter is refused with 0x87. */
  forbid(filter: string): void
  /** From now on every packet leaves as what this makes of its bytes. */
  distort(change: (bytes: Buffer, packet: Packet) => Buffer): void
  /** Any bytes, to one user or to all. */
  sendRaw(bytes: readonly number[], user?: string): void
  /** CONNACK user properties from now on (`time`, `reauth`, ...). */
  greet(userProperties: Record<string, string>): void

  /** Ends a user's link with DISCONNECT and a reason code; 0x98 (administrative action) by default. */
  kick(user: string, reasonCode?: number, words?: Words): void
  /** Says 0x8B to everybody and stops; sessions are kept for `restart`. */
  shutdown(words?: Words): void
  /** Dies without a word; the links break with 1006. */
  crash(options?: { loseSessions?: boolean }): void
  /** Listens again after `shutdown`, `crash` or `vanish`. */
  restart(): void
  /** The links of one user or all go dead without a word on either side (half-open); new ones work. */
  silent(user?: string): void
  /** The machine is gone without a word; new links hang. */
  vanish(): void
  /** The next incarnation knows nothing of anybody. */
  forgetSessions(): void
}
