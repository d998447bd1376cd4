// What a client that is logged in may ask, and what it is answered: publish, subscribe, acknowledge, ping, renew its token.
import { refusals } from '../refusals'
import type { Limits } from '../limits'
import type { Log } from '../log'
import type { Admission } from './admission'
import type { Broker, NotSent } from './broker'
import type { Auth, ClientPacket, Disconnect, Publish, Subscribe, Unsubscribe } from './codec/read'
import { protocolError, Violation } from './codec/violation'
import { numbered } from './farewell'
import { createIncomingAliases } from './flow'
import type { Link } from './link'
import { authMethod, type Online } from './login'

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
  malformed: { reasonCode: 0x8f, text: 'not a topic filter' },
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
): (packet: ClientPacket) => Promise<void> | undefined {
  const { session } = who
  const isV5 = who.protocolVersion === 5
  const topicOf = createIncomingAliases(limits.topicAliases)
  /** QoS 1 messages of the client that are on their way to the disk. */
  let unacknowledged = 0

  function publish(packet: Publish): Promise<void> | undefined {
    const { qos, messageId } = packet
    const topic = topicOf(packet)
    if (qos === 2 && session.inbound.has(messageId)) {
      link.send({ cmd: 'pubrec', messageId, reasonCode: 0 })
      return
    }
    if (isV5 && qos > 0 && unacknowledged + session.inbound.size >= limits.receiveMaximum) {
      throw new Violation(0x93, `more than ${limits.receiveMaximum} unfinished messages`)
    }

    const sent =
      qos === 2 && !session.mayTake()
        ? 'full'
        : broker.publish({ app: who.app.path, user: who.user }, who.clientId, { ...packet, topic }, () =>
            qos === 2 ? [session.take(messageId)] : [],
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

  function notAccepted({ qos, messageId }: Publish, topic: string, why: NotSent): void {
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

  async function subscribe({ messageId, subscriptions }: Subscribe): Promise<void> {
    const granted = subscriptions.map(({ topic, qos, noLocal }) => {
      if (topic.startsWith('$share/')) return 0x9e
      const why = broker.subscribe(session, topic, qos, noLocal)
      return why === undefined ? qos : notSent[why].reasonCode
    })
    await broker.settle(session)
    if (!host.alive()) return
    // MQTT 3.1.1 knows one failure.
    link.send({ cmd: 'suback', messageId, granted: isV5 ? granted : granted.map((code) => Math.min(code, 0x80)) })
    session.pump()
  }

  async function unsubscribe({ messageId, filters }: Unsubscribe): Promise<void> {
    const granted = filters.map((filter) => (broker.unsubscribe(session, filter) ? 0 : 0x11))
    await broker.settle(session)
    if (host.alive()) link.send({ cmd: 'unsuback', messageId, granted })
  }

  async function authenticate({ reasonCode, method, data }: Auth): Promise<void> {
    if (!who.reauth || reasonCode !== 0x19 || method !== authMethod || !data) {
      throw new Violation(protocolError, 'AUTH out of place')
    }
    const expires = await admission.renew(who, data.toString())
    if (!host.alive()) return
    host.renewed(expires)
    link.send({ cmd: 'auth', reasonCode: 0, properties: { authenticationMethod: authMethod } })
  }

  function disconnect({ reasonCode, sessionExpiry: expiry }: Disconnect): void {
    if (expiry !== undefined) {
      if (expiry > 0 && session.expiry === 0)
        throw new Violation(protocolError, 'a session that was to end cannot be kept')
      session.expiry = Math.min(expiry, limits.sessionSeconds)
    }
    host.goodbye(reasonCode === 0)
  }

  function release(messageId: number): void {
    link.send({ cmd: 'pubcomp', messageId, reasonCode: session.release(messageId) ? 0 : 0x92 })
  }

  return (packet) => {
    switch (packet.cmd) {
      case 'publish':
        return publish(packet)
      case 'puback':
        session.acknowledged(packet.messageId)
        return
      case 'pubrec':
        session.received(packet.messageId, packet.reasonCode)
        return
      case 'pubrel':
        release(packet.messageId)
        return
      case 'pubcomp':
        session.completed(packet.messageId)
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
        throw new Violation(protocolError, 'a second CONNECT')
    }
  }
}
