// From CONNECT to CONNACK: which version, what the client asked for, and what it gets.
import type { IConnackPacket, IConnectPacket, IPublishPacket } from 'mqtt-packet'
import { Refused } from '../refusals'
import type { Limits } from '../limits'
import type { Admitted, Upgrade } from './admission'
import type { Broker, Draft } from './broker'
import { createOutgoingAliases } from './flow'
import type { Link } from './link'
import { carriedOf } from './message'
import { parse, protocolOf, Violation } from './packets'
import type { Outlet, Session } from './session'

/** The only authentication method of MQTT 5 here: the data is a token. */
export const authMethod = 'token'

/** A client that is logged in. */
export interface Online extends Admitted {
  readonly session: Session
  readonly protocolVersion: 4 | 5
  readonly since: number
  readonly address: string
  /** Milliseconds, once measured. */
  readonly roundTrip: number | undefined
  /** AUTH may bring a new token. */
  readonly reauth: boolean
  /** The client wants reason strings on acknowledgements. */
  readonly tellProblems: boolean
  /** Milliseconds of silence after which it counts as gone; Infinity: any. */
  readonly silenceMs: number
  readonly will: Draft | undefined
  readonly outlet: Outlet
  /** CONNACK and what waits; once the session is on the disk. */
  welcome(): void
  /** Resolves when the session is on the disk. */
  readonly stored: Promise<void>
}

/** Reads a CONNECT, and sets the version of the link. Throws when it is not one that can be answered with CONNACK 0. */
export function readConnect(
  bytes: Buffer,
  link: Link,
  versions: readonly (4 | 5)[],
  understood: () => void,
): IConnectPacket {
  const protocol = protocolOf(bytes)
  if (!protocol) throw new Violation(0x82, 'the first packet is not CONNECT')
  if (protocol.name !== 'MQTT' && protocol.name !== 'MQIsdp') throw new Violation(0x84, 'not MQTT')
  const version = versions.find((spoken) => spoken === protocol.level && protocol.name === 'MQTT')
  if (version === undefined) {
    // Return code 1 in the oldest form: what servers of 3.1.1 say, and clients of every version understand.
    link.sendBytes(Buffer.from([0x20, 2, 0, 1]))
    throw new Refused('protocolVersion')
  }
  link.version = version
  understood()

  const packet = parse(bytes, version) as IConnectPacket
  const { authenticationMethod, authenticationData, receiveMaximum, maximumPacketSize } = packet.properties ?? {}
  if (authenticationMethod !== undefined && authenticationMethod !== authMethod) {
    throw new Violation(0x8c, 'the only authentication method here is "token"')
  }
  if (authenticationData !== undefined && authenticationMethod === undefined) {
    throw new Violation(0x82, 'authentication data without a method')
  }
  if (receiveMaximum === 0 || maximumPacketSize === 0) throw new Violation(0x82, 'a limit of 0')
  return packet
}

function willOf({ will }: IConnectPacket): Draft | undefined {
  if (!will) return undefined
  const { topic, payload, qos = 0, properties } = will
  return {
    topic,
    payload: Buffer.from(payload as Buffer),
    qos,
    carried: carriedOf(properties),
    expiry: properties?.messageExpiryInterval,
  }
}

/** Opens the session of a client that is let in. */
export function enter(
  packet: IConnectPacket,
  admitted: Admitted,
  { address }: Upgrade,
  link: Link,
  broker: Broker,
  limits: Limits,
): Online {
  const { properties = {}, keepalive = 0, clean = false, clientId } = packet
  const isV5 = link.version === 5
  const will = willOf(packet)
  // MQTT 3.1.1 knows no expiry: a session that is not clean lives as long as any may.
  const wanted = isV5 ? (properties.sessionExpiryInterval ?? 0) : clean ? 0 : limits.sessionSeconds
  const { session, present, stored } = broker.open({ app: admitted.app.path, user: admitted.user }, clientId, {
    clean,
    expiry: wanted,
  })

  const alias = createOutgoingAliases(Math.min(properties.topicAliasMaximum ?? 0, limits.topicAliases))
  let ready = false
  const outlet: Outlet = {
    sendMaximum: Math.min(properties.receiveMaximum ?? limits.sendMaximum, limits.sendMaximum),
    packetBytes: properties.maximumPacketSize ?? Infinity,
    get ready() {
      return ready
    },
    get full() {
      return link.full
    },
    send: (sent) => link.send(sent),
    publish(publish: IPublishPacket) {
      broker.handedOver()
      link.send(isV5 ? alias(publish) : publish)
    },
  }
  session.attach(outlet)

  const keepAlive = keepalive === 0 || keepalive > limits.keepAlive ? limits.keepAlive : keepalive
  // A client of 3.1.1 cannot be told a shorter keep-alive than its own, and one without any owes no sign of life.
  const patience = isV5 ? keepAlive : keepalive
  const reauth = properties.authenticationMethod === authMethod

  function welcome(): void {
    const offered: IConnackPacket['properties'] = {
      receiveMaximum: limits.receiveMaximum,
      maximumPacketSize: limits.packetBytes,
      topicAliasMaximum: limits.topicAliases,
      retainAvailable: false,
      sharedSubscriptionAvailable: false,
      subscriptionIdentifiersAvailable: false,
      ...(session.expiry === wanted ? {} : { sessionExpiryInterval: session.expiry }),
      ...(keepAlive === keepalive ? {} : { serverKeepAlive: keepAlive }),
      ...(reauth ? { authenticationMethod: authMethod } : {}),
      userProperties: { time: String(Date.now()), reauth: '1' },
    }
    link.send({
      cmd: 'connack',
      sessionPresent: present,
      ...(isV5 ? { reasonCode: 0, properties: offered } : { returnCode: 0 }),
    })
    ready = true
    session.resume()
  }

  return {
    ...admitted,
    session,
    protocolVersion: link.version,
    since: Date.now(),
    address,
    get roundTrip() {
      return link.roundTrip
    },
    reauth,
    tellProblems: properties.requestProblemInformation !== false,
    silenceMs: patience === 0 ? Infinity : patience * 1500,
    will,
    outlet,
    welcome,
    stored,
  }
}
