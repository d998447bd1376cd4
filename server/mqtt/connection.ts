// One client's connection from CONNECT to its end: answers every packet, and says why when it ends.
import type {
  IAuthPacket,
  IConnackPacket,
  IConnectPacket,
  IDisconnectPacket,
  IPublishPacket,
  ISubscribePacket,
  IUnsubscribePacket,
  Packet,
  UserProperties,
} from 'mqtt-packet'
import { Refused, refusals, type RefusalName } from '../refusals'
import type { Limits } from '../limits'
import type { Log } from '../log'
import type { Admission, Admitted, Upgrade } from './admission'
import type { Broker, Draft, NotSent } from './broker'
import { createIncomingAliases, createOutgoingAliases, createRate } from './flow'
import type { Link } from './link'
import { carriedOf } from './message'
import { parse, protocolOf, Violation } from './packets'
import type { Outlet, Session } from './session'

const authMethod = 'token'

export interface ConnectionDeps {
  readonly broker: Broker
  readonly admission: Admission
  readonly limits: Limits
  readonly log: Log
  /** MQTT versions spoken here; tests leave some out. */
  readonly versions: readonly (4 | 5)[]
  /** Room for one more, and not shutting down; else throws. */
  roomFor(address: string): void
  /** Ends the user's other connections that this one replaces. */
  replaceOthers(app: string, user: string, clientId: string): void
}

type State =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'checking' }
  | { readonly kind: 'online'; readonly online: Online }
  | { readonly kind: 'ended' }

/** A client that is logged in. */
export interface Online extends Admitted {
  readonly session: Session
  readonly protocolVersion: 4 | 5
  readonly since: number
  readonly address: string
}

export interface Connection {
  readonly online: Online | undefined
  readonly address: string
  packet(bytes: Buffer): void
  violated(violation: Violation): void
  drained(): void
  closed(): void
  /** Ends it and says why. */
  end(refusal: RefusalName, retryAfter?: number): void
  /** Keep-alive, the token's end, the time to log in: whatever is due. */
  tick(now: number): void
}

/** How MQTT 5 says that a message or a subscription was not accepted. */
const notSent: Readonly<Record<NotSent, { reasonCode: number; code?: number; text: string }>> = {
  malformed: { reasonCode: 0x90, text: 'not a topic' },
  forbidden: { reasonCode: 0x87, text: 'not yours to write to' },
  notMember: { reasonCode: 0x87, code: refusals.notMember.code, text: refusals.notMember.text },
  noSuchUser: { reasonCode: 0x90, text: 'no such user' },
  full: { reasonCode: 0x97, text: 'the receiver does not fetch its messages' },
}

export function createConnection(link: Link, upgrade: Upgrade, deps: ConnectionDeps): Connection {
  const { broker, limits, log } = deps
  const opened = Date.now()
  const rate = createRate(limits.packetsPerSecond)
  const topicOf = createIncomingAliases(limits.topicAliases)
  let state: State = { kind: 'fresh' }
  let backlog: Buffer[] = []
  let working = false
  let throttled = false
  /** QoS 1 messages of the client that are on their way to the disk. */
  let unacknowledged = 0
  let tokenEnds = Infinity
  let silentAfter = Infinity
  let keepAliveMs = 0
  let reauth = false
  let tellProblems = true
  let will: { draft: Draft } | undefined

  const online = (): Online | undefined => (state.kind === 'online' ? state.online : undefined)
  const isV5 = (): boolean => link.version === 5

  // ---- the end -----------------------------------------------------------------------------------------------------

  /** Leaves the broker behind, whoever ended it. `wanted`: the client said good-bye, so that its will stays unsaid. */
  function leave(wanted: boolean): void {
    const who = online()
    state = { kind: 'ended' }
    backlog = []
    if (!who) return
    log('left', { user: who.user, clientId: who.clientId })
    if (who.session.outlet === outlet) broker.leave(who.session)
    if (will && !wanted) {
      const sent = broker.publish({ app: who.app.path, user: who.user }, who.clientId, will.draft, () => [])
      if (sent instanceof Promise) sent.catch(() => undefined)
    }
  }

  function say(reasonCode: number, code: number | undefined, text: string, retryAfter?: number): IDisconnectPacket {
    return { cmd: 'disconnect', reasonCode, properties: { reasonString: text, userProperties: told(code, retryAfter) } }
  }

  const told = (code: number | undefined, retryAfter?: number): UserProperties => ({
    ...(code === undefined ? {} : { code: String(code) }),
    ...(retryAfter === undefined ? {} : { retryAfter: String(retryAfter) }),
  })

  const closeReason = (code: number, retryAfter?: number): string =>
    `code=${code}${retryAfter === undefined ? '' : ` retryAfter=${retryAfter}`}`

  function end(refusal: RefusalName, retryAfter?: number): void {
    const { code, disconnect, close, text } = refusals[refusal]
    if (state.kind === 'fresh' || state.kind === 'checking') {
      refuse(new Refused(refusal, undefined, retryAfter))
      return
    }
    if (state.kind === 'ended') return
    log('ended', { user: online()?.user, clientId: online()?.clientId, code })
    if (isV5()) link.send(say(disconnect, code, text, retryAfter))
    leave(false)
    link.close(close, isV5() ? '' : closeReason(code, retryAfter))
  }

  /** Says no to a CONNECT. */
  function refuse({ refusal, message, retryAfter }: Refused): void {
    if (state.kind === 'ended') return
    const { code, connack, returnCode, close } = refusals[refusal]
    log('refused', { address: upgrade.address, code, why: message })
    if (state.kind !== 'fresh') {
      const packet: IConnackPacket = isV5()
        ? {
            cmd: 'connack',
            sessionPresent: false,
            reasonCode: connack,
            properties: {
              reasonString: message,
              userProperties: { ...told(code, retryAfter), time: String(Date.now()) },
            },
          }
        : { cmd: 'connack', sessionPresent: false, returnCode }
      link.send(packet)
    }
    leave(false)
    link.close(close, isV5() ? '' : closeReason(code, retryAfter))
  }

  function violated({ reasonCode, message }: Violation): void {
    if (state.kind === 'ended') return
    log('violation', { address: upgrade.address, user: online()?.user, why: message })
    if (isV5() && state.kind === 'online') link.send(say(reasonCode, undefined, message))
    if (isV5() && state.kind === 'checking') link.send({ cmd: 'connack', sessionPresent: false, reasonCode })
    leave(false)
    link.close(reasonCode === 0x95 ? 1009 : 1002, '')
  }

  // ---- logging in --------------------------------------------------------------------------------------------------

  async function connect(bytes: Buffer): Promise<void> {
    const protocol = protocolOf(bytes)
    if (!protocol) throw new Violation(0x82, 'the first packet is not CONNECT')
    const { name, level } = protocol
    const known = name === 'MQTT' || name === 'MQIsdp'
    if (!known) throw new Violation(0x84, 'not MQTT')
    const version = deps.versions.find((spoken) => spoken === level && name === 'MQTT')
    if (version === undefined) {
      // In the form that the asked version has, or the oldest that every client understands.
      link.sendBytes(Buffer.from(level === 5 && deps.versions.length === 0 ? [0x20, 3, 0, 0x84, 0] : [0x20, 2, 0, 1]))
      state = { kind: 'fresh' }
      refuse(new Refused('protocolVersion'))
      return
    }
    link.version = version
    state = { kind: 'checking' }
    const packet = parse(bytes, version) as IConnectPacket
    const { properties = {} } = packet
    if (properties.authenticationMethod !== undefined && properties.authenticationMethod !== authMethod) {
      throw new Violation(0x8c, 'the only authentication method here is "token"')
    }
    if (properties.authenticationData !== undefined && properties.authenticationMethod === undefined) {
      throw new Violation(0x82, 'authentication data without a method')
    }
    if (properties.receiveMaximum === 0 || properties.maximumPacketSize === 0) throw new Violation(0x82, 'a limit of 0')

    deps.roomFor(upgrade.address)
    const admitted = await deps.admission.connect(packet, upgrade)
    // The link may have gone, or the server begun to stop, meanwhile.
    if ((state as State).kind === 'ended') return
    deps.roomFor(upgrade.address)
    await enter(packet, admitted)
  }

  async function enter(packet: IConnectPacket, admitted: Admitted): Promise<void> {
    const { properties = {}, keepalive = 0, clean = false } = packet
    const who = { app: admitted.app.path, user: admitted.user }
    const protocolVersion = link.version
    // MQTT 3.1.1 knows no expiry: a session that is not clean lives as long as any may.
    const wanted = protocolVersion === 5 ? (properties.sessionExpiryInterval ?? 0) : clean ? 0 : limits.sessionSeconds
    deps.replaceOthers(who.app, who.user, packet.clientId)
    const { session, present, stored } = broker.open(who, packet.clientId, { clean, expiry: wanted })

    state = {
      kind: 'online',
      online: { ...admitted, session, protocolVersion, since: Date.now(), address: upgrade.address },
    }
    outlet.sendMaximum = Math.min(properties.receiveMaximum ?? limits.sendMaximum, limits.sendMaximum)
    outlet.packetBytes = properties.maximumPacketSize ?? Infinity
    const alias = createOutgoingAliases(Math.min(properties.topicAliasMaximum ?? 0, limits.topicAliases))
    outlet.publish = (publish) => link.send(isV5() ? alias(publish) : publish)
    session.attach(outlet)
    tokenEnds = admitted.expires
    reauth = properties.authenticationMethod === authMethod
    tellProblems = properties.requestProblemInformation !== false
    will = willOf(packet)
    const keepAlive = keepalive === 0 || keepalive > limits.keepAlive ? limits.keepAlive : keepalive
    // A client of 3.1.1 cannot be told a shorter keep-alive than its own, and one without any owes no sign of life.
    keepAliveMs = (protocolVersion === 5 ? keepAlive : keepalive) * 1500
    heard()

    await stored
    if (online()?.session !== session) return
    const ackProperties: IConnackPacket['properties'] = {
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
    link.send(
      isV5()
        ? { cmd: 'connack', sessionPresent: present, reasonCode: 0, properties: ackProperties }
        : { cmd: 'connack', sessionPresent: present, returnCode: 0 },
    )
    log('login', {
      user: who.user,
      clientId: packet.clientId,
      address: upgrade.address,
      platform: admitted.platform,
      resumed: present,
    })
    outlet.ready = true
    session.resume()
  }

  function willOf({ will: wish }: IConnectPacket): typeof will {
    if (!wish) return undefined
    const { topic, payload, qos = 0, properties } = wish
    return {
      draft: {
        topic,
        payload: Buffer.from(payload as Buffer),
        qos,
        carried: carriedOf(properties),
        expiry: properties?.messageExpiryInterval,
      },
    }
  }

  const outlet: Outlet & {
    sendMaximum: number
    packetBytes: number
    ready: boolean
    publish: (packet: IPublishPacket) => void
  } = {
    get protocolVersion() {
      return link.version
    },
    sendMaximum: 0,
    packetBytes: 0,
    ready: false,
    get full() {
      return link.full
    },
    send: (packet) => link.send(packet),
    publish: (packet) => link.send(packet),
  }

  // ---- logged in ---------------------------------------------------------------------------------------------------

  function heard(): void {
    silentAfter = keepAliveMs === 0 ? Infinity : Date.now() + keepAliveMs
  }

  const problem = (
    text: string,
    code?: number,
  ): { properties?: { reasonString: string; userProperties: UserProperties } } =>
    isV5() && tellProblems ? { properties: { reasonString: text, userProperties: told(code) } } : {}

  function publish(who: Online, packet: IPublishPacket): void {
    const { qos, messageId = 0, properties } = packet
    const { session } = who
    if (qos > 0 && messageId === 0) throw new Violation(0x82, 'packet identifier 0')
    if (packet.retain && isV5()) throw new Violation(0x9a, 'retained messages are not kept here')
    const topic = topicOf(packet)
    const payload = Buffer.from(packet.payload as Buffer)
    if (properties?.payloadFormatIndicator && !isUtf8(payload)) throw new Violation(0x99, 'the payload is not UTF-8')

    if (qos === 2 && session.inbound.has(messageId)) {
      link.send({ cmd: 'pubrec', messageId, reasonCode: 0 })
      return
    }
    if (qos > 0 && unacknowledged + session.inbound.size >= limits.receiveMaximum) {
      throw new Violation(0x93, `more than ${limits.receiveMaximum} unfinished messages`)
    }

    const draft: Draft = {
      topic,
      payload,
      qos,
      carried: carriedOf(properties),
      expiry: properties?.messageExpiryInterval,
    }
    const sent = broker.publish({ app: who.app.path, user: who.user }, who.clientId, draft, () =>
      qos === 2 ? [session.take(messageId)] : [],
    )
    if (typeof sent === 'string') {
      notAccepted(who, packet, sent)
      return
    }
    if (qos === 0) return void sent.catch(() => undefined)
    unacknowledged++
    sent.then(
      () => {
        unacknowledged--
        if (state.kind === 'online') link.send({ cmd: qos === 1 ? 'puback' : 'pubrec', messageId, reasonCode: 0 })
      },
      () => end('unavailable'),
    )
  }

  function notAccepted(who: Online, { qos, messageId = 0, topic }: IPublishPacket, why: NotSent): void {
    const { reasonCode, code, text } = notSent[why]
    log('publish refused', { user: who.user, topic: topic.slice(0, 200), why })
    if (qos === 0) return
    // MQTT 3.1.1 can only acknowledge or hang up. What will never be accepted is acknowledged, or the client would
    // bring it again for ever; what may be accepted later is not.
    if (!isV5() && why === 'full') end('unavailable', 30)
    else if (!isV5() && qos === 2) link.send({ cmd: 'pubrec', messageId })
    else link.send({ cmd: qos === 1 ? 'puback' : 'pubrec', messageId, reasonCode, ...problem(text, code) })
  }

  async function subscribe(
    { session }: Online,
    { messageId = 0, subscriptions, properties }: ISubscribePacket,
  ): Promise<void> {
    if (messageId === 0 || subscriptions.length === 0) throw new Violation(0x82, 'an empty SUBSCRIBE')
    if (properties?.subscriptionIdentifier !== undefined) throw new Violation(0xa1, 'no subscription identifiers here')
    let granted: number[] = []
    for (const { topic, qos, nl = false } of subscriptions) {
      if (topic.startsWith('$share/')) granted.push(isV5() ? 0x9e : 0x80)
      else {
        const why = broker.subscribe(session, topic, qos, nl)
        const reasonCode = why === undefined ? qos : why === 'malformed' ? 0x8f : notSent[why].reasonCode
        granted.push(reasonCode)
      }
    }
    // The only failure that MQTT 3.1.1 knows.
    if (!isV5()) granted = granted.map((reasonCode) => Math.min(reasonCode, 0x80))
    await broker.settle(session)
    if (state.kind !== 'online') return
    link.send({ cmd: 'suback', messageId, granted })
    session.pump()
  }

  async function unsubscribe(
    { session }: Online,
    { messageId = 0, unsubscriptions }: IUnsubscribePacket,
  ): Promise<void> {
    if (messageId === 0 || unsubscriptions.length === 0) throw new Violation(0x82, 'an empty UNSUBSCRIBE')
    const granted = unsubscriptions.map((filter) => (broker.unsubscribe(session, filter) ? 0 : 0x11))
    await broker.settle(session)
    if (state.kind === 'online') link.send({ cmd: 'unsuback', messageId, granted })
  }

  async function authenticate(who: Online, { reasonCode, properties = {} }: IAuthPacket): Promise<void> {
    const { authenticationMethod, authenticationData } = properties
    if (!reauth || reasonCode !== 0x19 || authenticationMethod !== authMethod || authenticationData === undefined) {
      throw new Violation(0x82, 'AUTH out of place')
    }
    tokenEnds = await deps.admission.renew(who, authenticationData.toString())
    if (state.kind !== 'online') return
    log('renewed', { user: who.user, clientId: who.clientId })
    link.send({ cmd: 'auth', reasonCode: 0, properties: { authenticationMethod: authMethod } })
  }

  function disconnect({ session }: Online, { reasonCode = 0, properties }: IDisconnectPacket): void {
    const expiry = properties?.sessionExpiryInterval
    if (expiry !== undefined) {
      if (expiry > 0 && session.expiry === 0) throw new Violation(0x82, 'a session that was to end cannot be kept')
      session.expiry = Math.min(expiry, limits.sessionSeconds)
    }
    leave(reasonCode === 0)
    link.close(1000, '')
  }

  function handle(who: Online, packet: Packet): Promise<void> | undefined {
    switch (packet.cmd) {
      case 'publish':
        publish(who, packet)
        return
      case 'puback':
        who.session.acknowledged(packet.messageId ?? 0)
        return
      case 'pubrec':
        who.session.received(packet.messageId ?? 0, packet.reasonCode ?? 0)
        return
      case 'pubcomp':
        who.session.completed(packet.messageId ?? 0)
        return
      case 'pubrel': {
        const known = who.session.release(packet.messageId ?? 0)
        link.send({ cmd: 'pubcomp', messageId: packet.messageId ?? 0, reasonCode: known ? 0 : 0x92 })
        return
      }
      case 'subscribe':
        return subscribe(who, packet)
      case 'unsubscribe':
        return unsubscribe(who, packet)
      case 'pingreq':
        link.send({ cmd: 'pingresp' })
        return
      case 'auth':
        return authenticate(who, packet)
      case 'disconnect':
        disconnect(who, packet)
        return
      case 'connect':
      case 'connack':
      case 'suback':
      case 'unsuback':
      case 'pingresp':
        throw new Violation(0x82, `${packet.cmd} out of place`)
    }
  }

  /** One packet after the other: what comes while one waits for the disk or a signature stays in line. */
  async function work(): Promise<void> {
    working = true
    for (let bytes = backlog.shift(); bytes !== undefined; bytes = backlog.shift()) {
      try {
        const who = online()
        const pending = who ? handle(who, parse(bytes, link.version)) : connect(bytes)
        if (!pending) continue
        link.pause()
        await pending
        if (!throttled) link.resume()
      } catch (error) {
        if (error instanceof Violation) violated(error)
        else if (error instanceof Refused) failed(error)
        else {
          log('error', {
            user: online()?.user,
            why: error instanceof Error ? (error.stack ?? error.message) : String(error),
          })
          end('unavailable')
        }
      }
    }
    working = false
  }

  function failed(refused: Refused): void {
    if (state.kind === 'online') end(refused.refusal, refused.retryAfter)
    else refuse(refused)
  }

  const connection: Connection = {
    get online() {
      return online()
    },
    address: upgrade.address,
    packet(bytes) {
      if (state.kind === 'ended') return
      heard()
      if (!rate.spend()) {
        throttled = true
        link.pause()
      }
      backlog.push(bytes)
      if (!working) void work()
    },
    violated,
    drained: () => online()?.session.pump(),
    closed: () => leave(false),
    end,
    tick(now) {
      rate.refill(now)
      if (throttled) {
        throttled = false
        link.resume()
      }
      if (state.kind === 'fresh' && now - opened > limits.connectMs) {
        leave(false)
        link.close(1002, '')
      } else if (now >= tokenEnds) {
        end('tokenExpired')
      } else if (now >= silentAfter && state.kind === 'online') {
        log('silent', { user: online()?.user, clientId: online()?.clientId })
        if (isV5()) link.send(say(0x8d, undefined, 'keep-alive timeout'))
        leave(false)
        link.close(1002, '')
      }
    },
  }
  return connection
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}
