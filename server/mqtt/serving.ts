// What a client that is logged in may ask, and what it is answered: publish, subscribe, acknowledge, ping, renew its token.
import { refusals } from '../refusals'
import type { Limits } from '../limits'
import type { Log } from '../log'
import type { Admission } from './admission'
import type { Broker, NotSent } from './broker'
import type { Auth, ClientPacket, Disconnect, Publish, Subscribe, Unsubscribe } from './codec/read'
import { protocolError, Violation } from './codec/violation'
import { numbered } from './farewell'
import { IncomingAliases } from './flow'
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

/** Answers each packet of one client. */
export class Serving {
  readonly #aliases: IncomingAliases
  /** QoS 1 messages of the client that are on their way to the disk. */
  #unacknowledged = 0

  constructor(
    private readonly who: Online,
    private readonly link: Link,
    private readonly host: Host,
    private readonly deps: ServingDeps,
  ) {
    this.#aliases = new IncomingAliases(deps.limits.topicAliases)
  }

  /** A promise where the next packet has to wait for this one. Throws a Violation, or what a new token is refused for. */
  serve(packet: ClientPacket): Promise<void> | undefined {
    const { link } = this
    const { session } = this.who
    switch (packet.cmd) {
      case 'publish':
        return this.#publish(packet)
      case 'puback':
        session.acknowledged(packet.messageId)
        return
      case 'pubrec':
        session.received(packet.messageId, packet.reasonCode)
        return
      case 'pubrel': {
        const { messageId } = packet
        link.send({ cmd: 'pubcomp', messageId, reasonCode: session.release(messageId) ? 0 : 0x92 })
        return
      }
      case 'pubcomp':
        session.completed(packet.messageId)
        return
      case 'subscribe':
        return this.#subscribe(packet)
      case 'unsubscribe':
        return this.#unsubscribe(packet)
      case 'pingreq':
        link.send({ cmd: 'pingresp' })
        return
      case 'auth':
        return this.#authenticate(packet)
      case 'disconnect':
        this.#disconnect(packet)
        return
      case 'connect':
        throw new Violation(protocolError, 'a second CONNECT')
    }
  }

  get #isV5(): boolean {
    return this.who.protocolVersion === 5
  }

  #publish(packet: Publish): Promise<void> | undefined {
    const { who, link, host } = this
    const { session } = who
    const { broker, limits } = this.deps
    const { qos, messageId } = packet
    const topic = this.#aliases.topicOf(packet)
    if (qos === 2 && session.inbound.has(messageId)) {
      link.accept('pubrec', messageId)
      return
    }
    if (this.#isV5 && qos > 0 && this.#unacknowledged + session.inbound.size >= limits.receiveMaximum) {
      throw new Violation(0x93, `more than ${limits.receiveMaximum} unfinished messages`)
    }

    const sent =
      qos === 2 && !session.mayTake()
        ? 'full'
        : broker.publish({ app: who.app.path, user: who.user }, who.clientId, { ...packet, topic }, () =>
            qos === 2 ? [session.take(messageId)] : [],
          )
    if (typeof sent === 'string') {
      this.#notAccepted(packet, topic, sent)
      return
    }
    this.#unacknowledged++
    const acknowledged = sent.then(
      () => {
        this.#unacknowledged--
        if (qos > 0 && host.alive()) link.accept(qos === 1 ? 'puback' : 'pubrec', messageId)
      },
      () => host.unavailable(),
    )
    // MQTT 3.1.1 cannot tell a client how much may be unfinished; instead it is read no further.
    return this.#unacknowledged >= limits.receiveMaximum ? acknowledged : undefined
  }

  #notAccepted({ qos, messageId }: Publish, topic: string, why: NotSent): void {
    const { who, link } = this
    const { reasonCode, code, text } = notSent[why]
    this.deps.log('publish refused', { user: who.user, topic: topic.slice(0, 200), why })
    if (qos === 0) return
    const properties = { reasonString: text, ...numbered(code) }
    const cmd = qos === 1 ? 'puback' : 'pubrec'
    // MQTT 3.1.1 can only acknowledge or hang up. What will never be accepted is acknowledged, or the client would
    // bring it again for ever; what may be accepted later is not.
    if (this.#isV5) link.send({ cmd, messageId, reasonCode, ...(who.tellProblems ? { properties } : {}) })
    else if (why === 'full') this.host.unavailable(30)
    else link.accept(cmd, messageId)
  }

  async #subscribe({ messageId, subscriptions }: Subscribe): Promise<void> {
    const { session } = this.who
    const { broker } = this.deps
    const granted = subscriptions.map(({ topic, qos, noLocal }) => {
      if (topic.startsWith('$share/')) return 0x9e
      const why = broker.subscribe(session, topic, qos, noLocal)
      return why === undefined ? qos : notSent[why].reasonCode
    })
    await broker.settle(session)
    if (!this.host.alive()) return
    // MQTT 3.1.1 knows one failure.
    const told = this.#isV5 ? granted : granted.map((code) => Math.min(code, 0x80))
    this.link.send({ cmd: 'suback', messageId, granted: told })
    session.pump()
  }

  async #unsubscribe({ messageId, filters }: Unsubscribe): Promise<void> {
    const { session } = this.who
    const { broker } = this.deps
    const granted = filters.map((filter) => (broker.unsubscribe(session, filter) ? 0 : 0x11))
    await broker.settle(session)
    if (this.host.alive()) this.link.send({ cmd: 'unsuback', messageId, granted })
  }

  async #authenticate({ reasonCode, method, data }: Auth): Promise<void> {
    if (!this.who.reauth || reasonCode !== 0x19 || method !== authMethod || !data) {
      throw new Violation(protocolError, 'AUTH out of place')
    }
    const expires = await this.deps.admission.renew(this.who, data.toString())
    if (!this.host.alive()) return
    this.host.renewed(expires)
    this.link.send({ cmd: 'auth', reasonCode: 0, properties: { authenticationMethod: authMethod } })
  }

  #disconnect({ reasonCode, sessionExpiry: expiry }: Disconnect): void {
    const { session } = this.who
    if (expiry !== undefined) {
      if (expiry > 0 && session.expiry === 0)
        throw new Violation(protocolError, 'a session that was to end cannot be kept')
      session.expiry = Math.min(expiry, this.deps.limits.sessionSeconds)
    }
    this.host.goodbye(reasonCode === 0)
  }
}
