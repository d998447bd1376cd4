// What a client that is logged in may ask, and what it is answered: publish, subscribe, acknowledge, ping, renew its token.
import { isUtf8 } from 'node:buffer'
import type {
  IAuthPacket,
  IDisconnectPacket,
  IPublishPacket,
  ISubscribePacket,
  IUnsubscribePacket,
  Packet,
} from 'mqtt-packet'
import { refusals } from '../refusals'
import type { Limits } from '../limits'
import type { Log } from '../log'
import type { Admission } from './admission'
import type { Broker, NotSent } from './broker'
import { numbered } from './farewell'
import { createIncomingAliases } from './flow'
import type { Link } from './link'
import { authMethod, type Online } from './login'
import { carriedOf } from './message'
import { Violation } from './packets'

export interface ServingDeps {
  readonly broker: Broker
  readonly admission: Admission
  readonly limits: Limits
  readonly log: Log
}

/** What serving asks of its connection. */
export interface Host {
  /** False once it has ended, whatever was still under way. */
  alive(): boolean
  /** A new token: it ends then, milliseconds since 1970. */
  renewed(expires: number): void
  /** DISCONNECT came; `wanted`: the will stays unsaid. */
  goodbye(wanted: boolean): void
  /** What was asked cannot be done now. */
  unavailable(retryAfter?: number): void
}

/** How MQTT 5 says that a message or a subscription was not accepted. */
const notSent: Readonly<Record<NotSent, { reasonCode: number; code?: number; text: string }>> = {
  malformed: { reasonCode: 0x90, text: 'not a topic' },
  forbidden: { reasonCode: 0x87, text: 'not yours to use' },
  notMember: { reasonCode: 0x87, code: refusals.notMember.code, text: refusals.notMember.text },
  noSuchUser: { reasonCode: 0x90, text: 'no such user' },
  full: { reasonCode: 0x97, text: 'the receiver does not fetch its messages' },
}

/** Answers each packet; a promise where the next one has to wait for this. Throws a Violation, or what a new token is refused for. */
export function createServing(
  who: Online,
  link: Link,
  host: Host,
  { broker, admission, limits, log }: ServingDeps,
): (packet: Packet) => Promise<void> | undefined {
  const { session } = who
  const isV5 = who.protocolVersion === 5
  const topicOf = createIncomingAliases(limits.topicAliases)
  /** QoS 1 messages of the client that are on their way to the disk. */
  let unacknowledged = 0

  function publish(packet: IPublishPacket): Promise<void> | undefined {
    const { qos, messageId = 0, properties } = packet
    if (qos > 0 && messageId === 0) throw new Violation(0x82, 'packet identifier 0')
    if (packet.retain && isV5) throw new Violation(0x9a, 'retained messages are not kept here')
    const topic = topicOf(packet)
    // A copy: the packet is a view into a frame that may be much larger.
    const payload = Buffer.from(packet.payload as Buffer)
    if (properties?.payloadFormatIndicator && !isUtf8(payload)) throw new Violation(0x99, 'the payload is not UTF-8')

    if (qos === 2 && session.inbound.has(messageId)) {
      link.send({ cmd: 'pubrec', messageId, reasonCode: 0 })
      return
    }
    if (isV5 && qos > 0 && unacknowledged + session.inbound.size >= limits.receiveMaximum) {
      throw new Violation(0x93, `more than ${limits.receiveMaximum} unfinished messages`)
    }

    const sent = broker.publish(
      { app: who.app.path, user: who.user },
      who.clientId,
      { topic, payload, qos, carried: carriedOf(properties), expiry: properties?.messageExpiryInterval },
      () => (qos === 2 ? [session.take(messageId)] : []),
    )
    if (typeof sent === 'string') {
      notAccepted(packet, topic, sent)
      return
    }
    unacknowledged++
    const acknowledged = sent.then(
      () => {
        unacknowledged--
        if (qos > 0 && host.alive()) link.send({ cmd: qos === 1 ? 'puback' : 'pubrec', messageId, reasonCode: 0 })
      },
      () => host.unavailable(),
    )
    // MQTT 3.1.1 cannot tell a client how much may be unfinished; instead it is read no further.
    return unacknowledged >= limits.receiveMaximum ? acknowledged : undefined
  }

  function notAccepted({ qos, messageId = 0 }: IPublishPacket, topic: string, why: NotSent): void {
    const { reasonCode, code, text } = notSent[why]
    log('publish refused', { user: who.user, topic: topic.slice(0, 200), why })
    if (qos === 0) return
    const properties = { reasonString: text, ...numbered(code) }
    const cmd = qos === 1 ? 'puback' : 'pubrec'
    // MQTT 3.1.1 can only acknowledge or hang up. What will never be accepted is acknowledged, or the client would
    // bring it again for ever; what may be accepted later is not.
    if (isV5) link.send({ cmd, messageId, reasonCode, ...(who.tellProblems ? { properties } : {}) })
    else if (why === 'full') host.unavailable(30)
    else link.send({ cmd, messageId })
  }

  async function subscribe({ messageId = 0, subscriptions, properties }: ISubscribePacket): Promise<void> {
    if (messageId === 0 || subscriptions.length === 0) throw new Violation(0x82, 'an empty SUBSCRIBE')
    if (properties?.subscriptionIdentifier !== undefined) throw new Violation(0xa1, 'no subscription identifiers here')
    const granted = subscriptions.map(({ topic, qos, nl = false }) => {
      if (topic.startsWith('$share/')) return 0x9e
      const why = broker.subscribe(session, topic, qos, nl)
      return why === undefined ? qos : why === 'malformed' ? 0x8f : notSent[why].reasonCode
    })
    await broker.settle(session)
    if (!host.alive()) return
    // MQTT 3.1.1 knows one failure.
    link.send({ cmd: 'suback', messageId, granted: isV5 ? granted : granted.map((code) => Math.min(code, 0x80)) })
    session.pump()
  }

  async function unsubscribe({ messageId = 0, unsubscriptions }: IUnsubscribePacket): Promise<void> {
    if (messageId === 0 || unsubscriptions.length === 0) throw new Violation(0x82, 'an empty UNSUBSCRIBE')
    const granted = unsubscriptions.map((filter) => (broker.unsubscribe(session, filter) ? 0 : 0x11))
    await broker.settle(session)
    if (host.alive()) link.send({ cmd: 'unsuback', messageId, granted })
  }

  async function authenticate({ reasonCode, properties = {} }: IAuthPacket): Promise<void> {
    const { authenticationMethod, authenticationData } = properties
    if (!who.reauth || reasonCode !== 0x19 || authenticationMethod !== authMethod || !authenticationData) {
      throw new Violation(0x82, 'AUTH out of place')
    }
    const expires = await admission.renew(who, authenticationData.toString())
    if (!host.alive()) return
    host.renewed(expires)
    link.send({ cmd: 'auth', reasonCode: 0, properties: { authenticationMethod } })
  }

  function disconnect({ reasonCode = 0, properties }: IDisconnectPacket): void {
    const expiry = properties?.sessionExpiryInterval
    if (expiry !== undefined) {
      if (expiry > 0 && session.expiry === 0) throw new Violation(0x82, 'a session that was to end cannot be kept')
      session.expiry = Math.min(expiry, limits.sessionSeconds)
    }
    host.goodbye(reasonCode === 0)
  }

  return (packet) => {
    const { messageId = 0 } = packet
    switch (packet.cmd) {
      case 'publish':
        return publish(packet)
      case 'puback':
        session.acknowledged(messageId)
        return
      case 'pubrec':
        session.received(messageId, packet.reasonCode ?? 0)
        return
      case 'pubrel':
        link.send({ cmd: 'pubcomp', messageId, reasonCode: session.release(messageId) ? 0 : 0x92 })
        return
      case 'pubcomp':
        session.completed(messageId)
        return
      case 'subscribe':
        return subscribe(packet)
      case 'unsubscribe':
        return unsubscribe(packet)
      case 'pingreq':
        link.send({ cmd: 'pingresp' })
        return
      case 'auth':
        return authenticate(packet)
      case 'disconnect':
        disconnect(packet)
        return
      case 'connect':
      case 'connack':
      case 'suback':
      case 'unsuback':
      case 'pingresp':
        throw new Violation(0x82, `${packet.cmd} out of place`)
    }
  }
}
