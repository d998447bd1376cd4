// An MQTT 3.1.1 and 5 broker for scenario tests, in memory and on the virtual clock, that misbehaves when told to.
//
// Why: no npm broker is deterministic, and none can be made to lose a CONNACK, answer late or send garbage. The codec is
// mqtt-packet, on purpose not ours: what both sides get wrong in the same way would go unseen.
//
// How to extend, most to least common:
// - another way to misbehave at CONNECT: add a `ConnectScript` (broker-words.ts) and the word that queues it;
// - another way to end a connection: call `farewell`, which speaks both versions;
// - another answer: `lose(cmd)` keeps answers back, `sendRaw` sends any bytes at all;
// - what a link does (delay, half-open, refused, HTTP status): simulator/links/memory-link.ts, through `network`.
// Left out because nothing needs it: wills, retained messages, shared subscriptions, message expiry.
import type { IAuthPacket, IConnectPacket, IPublishPacket, ISubscribePacket, Packet, PacketCmd } from 'mqtt-packet'
import type { MemoryPeer, MemoryServer } from '../../simulator/links/memory-link'
import type { MemoryBroker, MemoryBrokerOptions, Received, Taken } from './broker-api'
import { createBrokerLink, type BrokerLink } from './broker-link'
import { createBrokerSession, type BrokerSession, type Message } from './broker-session'
import {
  asUserProperties,
  inCloseReason,
  inProperties,
  returnCodes,
  type ConnectScript,
  type Words,
} from './broker-words'
import { covers } from './topic-filter'

export type { MemoryBroker, MemoryBrokerOptions } from './broker-api'

interface Client {
  readonly link: BrokerLink
  session: BrokerSession | undefined
  user: string
  /** Seconds that the session outlives the link. */
  expiry: number
}

export function createMemoryBroker(options: MemoryBrokerOptions): MemoryBroker {
  const { network, clock, url = 'wss://im.example.com/mqtt', properties = {}, authenticate } = options
  const sessions = new Map<string, BrokerSession>()
  const clients = new Set<Client>()
  const received: Received[] = []
  const taken: Taken[] = []
  const violations: string[] = []
  const scripts: ConnectScript[] = []
  const subacks: (readonly number[])[] = []
  const forbidden: string[] = []
  const mood = {
    delay: 0,
    fragment: 0,
    aliases: false,
    only311: false,
    greeting: {} as Record<string, string>,
    lost: new Map<PacketCmd, number>(),
    distort: ((bytes) => bytes) as (bytes: Buffer, packet: Packet) => Buffer,
  }
  let links = 0
  let server: MemoryServer

  const isForbidden = (topic: string) => forbidden.some((filter) => covers(filter, topic) || filter === topic)
  const of = (user?: string) => [...clients].filter((client) => user === undefined || client.user === user)

  /** Ends a link in the words of its version. */
  function farewell({ link }: Client, reasonCode: number, words: Words = {}, closeCode = 1000): void {
    if (link.version === 5) link.send({ cmd: 'disconnect', reasonCode, properties: inProperties(words) })
    link.close(closeCode, link.version === 5 ? '' : inCloseReason(words))
  }

  function violated(client: Client, what: string, reasonCode: number): void {
    violations.push(`${client.user || 'somebody'}: ${what}`)
    farewell(client, reasonCode)
  }

  function route(message: Message, from?: string): void {
    for (const session of sessions.values()) {
      if (session.expiresAt <= clock.now()) continue
      const qos = session.wants(message.topic, session.clientId === from)
      if (qos !== undefined) session.deliver({ ...message, qos: qos < message.qos ? qos : message.qos })
    }
  }

  function onConnect(client: Client, packet: IConnectPacket): void {
    const { link } = client
    client.user = packet.username ?? ''
    link.version = packet.protocolVersion === 5 ? 5 : 4
    const script = scripts.shift()
    if (script?.kind === 'ignore') return
    if (script?.kind === 'drop') {
      link.close(script.closeCode, script.closeReason)
      return
    }
    if (mood.only311 && link.version === 5) {
      link.sendBytes(Buffer.from([0x20, 2, 0, 1]))
      link.close(1000, '')
      return
    }
    const code = script?.code ?? authenticate?.(client.user, packet.password?.toString() ?? '') ?? 0
    if (code !== 0) {
      const words = script?.words ?? {}
      if (link.version === 5)
        link.send({ cmd: 'connack', sessionPresent: false, reasonCode: code, properties: inProperties(words) })
      else link.send({ cmd: 'connack', sessionPresent: false, returnCode: returnCodes[code] ?? 3 })
      link.close(1000, link.version === 5 ? '' : inCloseReason(words))
      return
    }
    accept(client, packet)
  }

  function accept(client: Client, packet: IConnectPacket): void {
    const { link } = client
    const clientId = packet.clientId || `assigned-${String(links)}`
    for (const other of clients)
      if (other !== client && other.session?.clientId === clientId) farewell(other, 0x8e, { code: 206 })

    const known = sessions.get(clientId)
    const resumed = !packet.clean && known !== undefined && known.expiresAt > clock.now()
    const session = resumed ? known : createBrokerSession(clientId, client.user)
    sessions.set(clientId, session)
    session.expiresAt = Infinity
    client.session = session

    if (link.version === 5) {
      const asked = packet.properties ?? {}
      client.expiry = properties.sessionExpiryInterval ?? asked.sessionExpiryInterval ?? 0
      const answer = {
        ...properties,
        ...(packet.clientId ? {} : { assignedClientIdentifier: clientId }),
        ...asUserProperties(mood.greeting),
      }
      link.keepAlive(properties.serverKeepAlive ?? packet.keepalive ?? 0)
      link.limit({ peer: asked, own: properties })
      link.send({ cmd: 'connack', sessionPresent: resumed, reasonCode: 0, properties: answer })
    } else {
      client.expiry = packet.clean ? 0 : Infinity
      link.keepAlive(packet.keepalive ?? 0)
      link.send({ cmd: 'connack', sessionPresent: resumed, returnCode: 0 })
    }
    session.attach({ receiveMaximum: link.receiveMaximum, send: (out) => link.send(out) })
  }

  function onPublish(client: Client, session: BrokerSession, packet: IPublishPacket): void {
    const { link, user } = client
    const { topic, qos, dup, retain, messageId } = packet
    const refused = isForbidden(topic)
    const repeated = qos === 2 && session.unreleased.has(messageId!)
    if (!refused && !repeated) {
      const payload = Buffer.from(packet.payload)
      const { topicAlias, ...rest } = packet.properties ?? {}
      taken.push({ at: clock.now(), user, topic, text: payload.toString(), qos, dup })
      if (qos === 2) session.unreleased.add(messageId!)
      route({ topic, payload, qos, retain, properties: rest }, session.clientId)
    }
    if (qos === 0) return
    if (refused && link.version === 4) link.close(1000, '')
    else link.send({ cmd: qos === 1 ? 'puback' : 'pubrec', messageId: messageId!, reasonCode: refused ? 0x87 : 0 })
  }

  function onSubscribe({ link }: Client, session: BrokerSession, packet: ISubscribePacket): void {
    const scripted = subacks.shift()
    const granted = packet.subscriptions.map(({ topic, qos, nl }, i) => {
      const code = scripted?.[i] ?? (isForbidden(topic) ? (link.version === 5 ? 0x87 : 0x80) : qos)
      if (code < 0x80) session.subscriptions.set(topic, { qos: code as 0 | 1 | 2, noLocal: nl === true })
      return code
    })
    link.send({ cmd: 'suback', messageId: packet.messageId!, granted })
  }

  function onAuth(client: Client, packet: IAuthPacket): void {
    const { authenticationMethod, authenticationData } = packet.properties ?? {}
    const code = authenticate?.(client.user, authenticationData?.toString() ?? '') ?? 0
    if (code !== 0) farewell(client, code)
    else
      client.link.send({
        cmd: 'auth',
        reasonCode: 0,
        properties: { authenticationMethod: authenticationMethod ?? 'token' },
      })
  }

  function onPacket(client: Client, packet: Packet): void {
    const { link, session } = client
    if (packet.cmd === 'connect' && session === undefined) client.user = packet.username ?? ''
    received.push({ at: clock.now(), user: client.user, cmd: packet.cmd, packet })
    if (packet.cmd === 'connect') {
      if (session) violated(client, 'a second CONNECT', 0x82)
      else onConnect(client, packet)
      return
    }
    if (!session) {
      if (packet.cmd === 'disconnect')
        link.close(1000, '') // a client need not wait for CONNACK to leave
      else violated(client, `${packet.cmd} before CONNACK`, 0x82)
      return
    }
    switch (packet.cmd) {
      case 'publish':
        return onPublish(client, session, packet)
      case 'puback':
      case 'pubrec':
      case 'pubcomp': {
        const failed = (packet.reasonCode ?? 0) >= 0x80
        if (!session.acknowledged(packet.cmd, packet.messageId!, failed))
          violations.push(`${client.user}: ${packet.cmd} of nothing`)
        return
      }
      case 'pubrel':
        session.unreleased.delete(packet.messageId!)
        return link.send({ cmd: 'pubcomp', messageId: packet.messageId!, reasonCode: 0 })
      case 'subscribe':
        return onSubscribe(client, session, packet)
      case 'unsubscribe': {
        const granted = packet.unsubscriptions.map((filter) => (session.subscriptions.delete(filter) ? 0 : 0x11))
        return link.send({ cmd: 'unsuback', messageId: packet.messageId!, granted })
      }
      case 'pingreq':
        return link.send({ cmd: 'pingresp' })
      case 'auth':
        return onAuth(client, packet)
      case 'disconnect':
        client.expiry = packet.properties?.sessionExpiryInterval ?? client.expiry
        return link.close(1000, '')
      default:
        return violated(client, `${packet.cmd} is for servers`, 0x82)
    }
  }

  function onLink(peer: MemoryPeer): void {
    links++
    const client: Client = {
      session: undefined,
      user: '',
      expiry: 0,
      link: createBrokerLink(peer, clock, mood, {
        packet: (packet) => onPacket(client, packet),
        violation: (what, reasonCode) => violated(client, what, reasonCode),
        ended() {
          clients.delete(client)
          const { session, expiry } = client
          if (!session || [...clients].some((other) => other.session === session)) return // taken over
          session.detach()
          session.expiresAt = clock.now() + expiry * 1000
        },
      }),
    }
    clients.add(client)
  }

  const start = () => (server = network.listen(url, onLink))
  start()

  return {
    url,
    received,
    taken,
    violations,
    sessions,
    get online() {
      return of().flatMap(({ session }) => (session ? [session.user] : []))
    },
    get links() {
      return links
    },
    publish: (topic, text, { qos = 1, properties = {} } = {}) =>
      route({ topic, payload: Buffer.from(text), qos, retain: false, properties }),

    refuseNext: (code, words = {}) => void scripts.push({ kind: 'refuse', code, words }),
    ignoreConnect: () => void scripts.push({ kind: 'ignore' }),
    dropBeforeConnack: (closeCode = 1006, closeReason = '') =>
      void scripts.push({ kind: 'drop', closeCode, closeReason }),
    only311: (on = true) => void (mood.only311 = on),
    answerLate: (ms) => void (mood.delay = ms),
    fragment: (bytes) => void (mood.fragment = bytes),
    useAliases: () => void (mood.aliases = true),
    lose: (cmd, times = 1) => void mood.lost.set(cmd, times),
    suback: (codes) => void subacks.push(codes),
    forbid: (filter) => void forbidden.push(filter),
    greet: (userProperties) => void (mood.greeting = userProperties),
    distort: (change) => void (mood.distort = change),
    sendRaw: (bytes, user) => of(user).forEach(({ link }) => link.sendBytes(Buffer.from(bytes))),

    kick: (user, reasonCode = 0x98, words) => of(user).forEach((client) => farewell(client, reasonCode, words)),
    shutdown(words) {
      of().forEach((client) => farewell(client, 0x8b, words, 1001))
      server.close()
    },
    crash({ loseSessions = false } = {}) {
      server.kill()
      if (loseSessions) sessions.clear()
    },
    restart: () => void start(),
    silent: (user) => of(user).forEach(({ link }) => link.freeze()),
    vanish: () => server.vanish(),
    forgetSessions: () => sessions.clear(),
  }
}
