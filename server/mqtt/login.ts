// From CONNECT to CONNACK: which version, what the client asked for, and what it gets.
import { randomUUID } from 'node:crypto'
import type { IConnackPacket, Packet } from 'mqtt-packet'
import type { Account, Holding } from '../account'
import { Refused } from '../refusals'
import type { Limits } from '../limits'
import type { Admitted, Upgrade } from './admission'
import type { Broker } from './broker'
import { protocolOf } from './codec/framer'
import { read, type Connect, type Version, type Will } from './codec/read'
import { protocolError, Violation } from './codec/violation'
import type { Delivery } from './codec/write'
import type { Link } from './link'
import { copyOf } from './message'
import { willContents, type Outlet, type Session } from './session'

/** The only authentication method of MQTT 5 here: the data is a token. */
export const authMethod = 'token'

/** A client that is logged in. */
export interface Online extends Admitted {
  readonly session: Session
  readonly protocolVersion: Version
  readonly since: number
  readonly address: string
  readonly link: Link
  /** AUTH may bring a new token. */
  readonly reauth: boolean
  /** The client wants reason strings on acknowledgements. */
  readonly tellProblems: boolean
  /** Milliseconds of silence after which it counts as gone; Infinity: any. */
  readonly silenceMs: number
  /** What is said when it goes without a good-bye, and its place in the account. */
  readonly will: { readonly said: Will; readonly holding: Holding } | undefined
}

/** What a session sends through. */
class LinkOutlet implements Outlet {
  ready = false

  constructor(
    private readonly link: Link,
    private readonly broker: Broker,
    readonly sendMaximum: number,
  ) {}

  get full(): boolean {
    return this.link.full
  }

  send(packet: Packet): void {
    this.link.send(packet)
  }

  publish(delivery: Delivery): boolean {
    const sent = this.link.publish(delivery)
    if (sent) this.broker.handedOver()
    return sent
  }
}

/** Reads a CONNECT, and sets the version of the link. Throws when it is not one that can be answered with CONNACK 0. */
export function readConnect(bytes: Buffer, link: Link, versions: readonly Version[], understood: () => void): Connect {
  const protocol = protocolOf(bytes)
  if (!protocol) throw new Violation(protocolError, 'the first packet is not CONNECT')
  if (protocol.name !== 'MQTT' && protocol.name !== 'MQIsdp') throw new Violation(0x84, 'not MQTT')
  const version = versions.find((spoken) => spoken === protocol.level && protocol.name === 'MQTT')
  if (version === undefined) {
    // Return code 1 in the oldest form: what servers of 3.1.1 say, and clients of every version understand.
    link.sendBytes(Buffer.from([0x20, 2, 0, 1]))
    throw new Refused('protocolVersion')
  }
  link.version = version
  understood()

  const packet = read(bytes, version) as Connect
  const { authenticationMethod, maximumPacketSize } = packet.properties
  if (maximumPacketSize !== undefined) link.most = maximumPacketSize
  if (authenticationMethod !== undefined && authenticationMethod !== authMethod) {
    throw new Violation(0x8c, 'the only authentication method here is "token"')
  }
  return packet
}

/** The will, copied out of its packet and booked. */
function keep(will: Will | undefined, owner: string, account: Account): Online['will'] {
  if (!will) return undefined
  const holding = account.hold(owner, 'will', willContents(will))
  if (!holding) throw new Refused('unavailable', 'there is no room for the will', 60)
  return { said: { ...will, payload: copyOf(will.payload), carried: copyOf(will.carried) }, holding }
}

/**
 * Opens the session of a client that is let in. `stored` resolves when it is on the disk; `welcome`, to be called then, sends
 * CONNACK and what waits.
 */
export function enter(
  packet: Connect,
  admitted: Admitted,
  { address, port }: Upgrade,
  link: Link,
  broker: Broker,
  account: Account,
  limits: Limits,
): { who: Online; stored: Promise<void>; welcome: () => void } {
  const { properties, keepalive, clean, clientId } = packet
  const isV5 = link.version === 5
  const owner = `${admitted.app.path}/${admitted.user}`
  // MQTT 3.1.1 knows no expiry: a session that is not clean lives as long as any may.
  const wanted = isV5 ? (properties.sessionExpiry ?? 0) : clean ? 0 : limits.sessionSeconds
  const will = keep(packet.will, owner, account)
  let opened
  try {
    opened = broker.open({ app: admitted.app.path, user: admitted.user }, clientId, { clean, expiry: wanted })
  } catch (error) {
    will?.holding.close()
    throw error
  }
  const { session, present, stored } = opened

  link.takesAliases(Math.min(properties.topicAliasMaximum ?? 0, limits.topicAliases))
  const outlet = new LinkOutlet(
    link,
    broker,
    Math.min(properties.receiveMaximum ?? limits.sendMaximum, limits.sendMaximum),
  )
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
      userProperties: {
        time: String(Date.now()),
        reauth: '1',
        connectionId: randomUUID(),
        ip: address.replace(/^::ffff:/, ''),
        ...(port === undefined ? {} : { port: String(port) }),
        ...(admitted.lastDeviceId === undefined ? {} : { lastDeviceId: admitted.lastDeviceId }),
      },
    }
    link.send({
      cmd: 'connack',
      sessionPresent: present,
      ...(isV5 ? { reasonCode: 0, properties: offered } : { returnCode: 0 }),
    })
    outlet.ready = true
    session.resume()
  }

  const who: Online = {
    ...admitted,
    session,
    protocolVersion: link.version,
    since: Date.now(),
    address,
    link,
    reauth,
    tellProblems: properties.requestProblemInformation !== 0,
    silenceMs: patience === 0 ? Infinity : patience * 1500,
    will,
  }
  return { who, stored, welcome }
}
