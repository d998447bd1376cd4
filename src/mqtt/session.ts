// The MQTT session: joins the codec and the parts that each decide one thing into what the connection drives.
import type { Session, SessionHost } from '../protocol/session'
import type { Refusal } from '../protocol/refusal'
import { createArrivals } from './arrivals'
import { createBatch } from './batch'
import { encodeAuth } from './codec/auth'
import { encodeConnect } from './codec/connect'
import { createDecoder, type Decoder } from './codec/decoder'
import { encodeDisconnect } from './codec/disconnect'
import {
  AUTH,
  CONNACK,
  DISCONNECT,
  PINGRESP,
  PUBLISH,
  PUBREL,
  SUBACK,
  UNSUBACK,
  type Answer,
  type Packet,
  type Properties,
  type Version,
} from './codec/packet'
import { encodePing } from './codec/ping'
import { PROTOCOL_ERROR, violation, type Violation } from './codec/violation'
import { createExchanges } from './exchanges'
import { createHeartbeat } from './heartbeat'
import { limitsOf } from './limits'
import type { Exchange, Link } from './link'
import type { MqttSessionOptions } from './options'
import { createPublishing } from './publishing'
import { reasonOf, refusalOf } from './refusals'
import { createSubscriptions } from './subscriptions'
import { userProperty } from './user-property'
import { createVersions } from './versions'

const METHOD = 'token'
const BAD_METHOD = 0x8c
const UNACCEPTABLE_VERSION = 0x84
const MOST_SECONDS = 0xffff
/** How long a 3.1.1 server may take to close after it refused: its close reason can say more than its CONNACK. */
const LAST_WORD_WAIT = 1000

export function createMqttSession(options: MqttSessionOptions, host: SessionHost): Session {
  const { keepAlive, answerWait = 10_000, sessionExpiry, receiveMaximum = 0xffff } = options
  const { maximumPacketSize = 1 << 20, topicAliasMaximum = 16, userProperties = {} } = options

  /** `idle`: no link, or one that is over; `handshake`: CONNECT is out; `online`: CONNACK came. */
  let phase: 'idle' | 'handshake' | 'online' = 'idle'
  let version: Version = 5
  let decoder: Decoder
  let clientId = ''
  let clean = false
  let known = false
  /** Handshakes since the last one that the server accepted, without those it refused. */
  let asked = 0
  /** The server takes a new token on the living link, as far as we know; and this link was opened for it. */
  let reauthentication = options.reauthentication ?? false
  let offered = false
  /** When the answer to a new token must be there. */
  let reauthenticateBy: number | undefined
  /** A refusal of 3.1.1 that waits for the close reason, and until when. */
  let lastWord: Refusal | undefined
  let lastWordBy = 0
  /** The latest time that was passed in. */
  let clock = 0

  const versions = createVersions()
  const heartbeat = createHeartbeat()
  const batch = createBatch((bytes) => {
    heartbeat.sent(clock)
    host.send(bytes)
  })
  const link: Link = {
    exchanges: createExchanges<Exchange>(options.firstId ?? 0),
    limits: undefined,
    write: batch.write,
  }
  const arrivals = createArrivals(link, host, receiveMaximum, topicAliasMaximum)
  const publishing = createPublishing(link)
  const subscriptions = createSubscriptions(link, (error) => host.unsubscribed?.(error))

  const connectProperties = (): Properties => ({
    sessionExpiryInterval: sessionExpiry || undefined,
    receiveMaximum: receiveMaximum < 0xffff ? receiveMaximum : undefined,
    maximumPacketSize,
    topicAliasMaximum: topicAliasMaximum || undefined,
    authenticationMethod: offered ? METHOD : undefined,
    userProperties: Object.keys(userProperties).map((name) => [name, userProperties[name]!] as const),
  })

  /** Brings the clock up to date. One that was set back takes every remembered moment back with it. */
  function observe(now: number): void {
    if (now < clock) shift(now - clock)
    clock = now
  }

  function shift(by: number): void {
    heartbeat.shift(by)
    if (reauthenticateBy !== undefined) reauthenticateBy += by
    lastWordBy += by
  }

  function leave(): void {
    phase = 'idle'
    link.limits = undefined
    lastWord = undefined
    heartbeat.stop()
    batch.clear()
  }

  function settleReauthentication(refusal?: Refusal): void {
    if (reauthenticateBy === undefined) return
    reauthenticateBy = undefined
    host.reauthenticated(refusal)
  }

  /** The link is of no use any more. */
  function refuse(refusal: Refusal): void {
    leave()
    settleReauthentication(refusal)
    host.refused(refusal)
  }

  function connack(packet: Answer): void {
    const reason = reasonOf(packet)
    if (reason) {
      asked--
      const refusal = refusalOf(packet)
      if (reason === UNACCEPTABLE_VERSION && versions.refused()) {
        return refuse(Object.assign(refusal, { verdict: 'retry', uncounted: true }))
      }
      if (reason === BAD_METHOD && offered) {
        reauthentication = false
        return refuse(Object.assign(refusal, { uncounted: true }))
      }
      if (!packet.legacy) return refuse(refusal)
      leave()
      lastWord = refusal
      lastWordBy = clock + LAST_WORD_WAIT
      return
    }
    const { sessionPresent: resumed, properties } = packet
    if (clean && resumed) throw violation('a session after a clean start', PROTOCOL_ERROR)
    versions.worked()
    phase = 'online'
    known = true
    clientId = properties.assignedClientIdentifier ?? clientId
    if (version > 4) reauthentication = userProperty(properties, 'reauth') === '1'
    const patience = (properties.serverKeepAlive ?? 0) * 1000
    heartbeat.start(patience && !(keepAlive && keepAlive < patience) ? patience : keepAlive, clock)
    link.limits = limitsOf(version, properties)
    // A handshake whose answer never came may have made a new session: the one that is resumed need not be ours.
    const certain = asked === 1
    asked = 0
    arrivals.start(resumed, certain)
    subscriptions.start(resumed && certain)
    publishing.start(resumed, certain)
    const time = userProperty(properties, 'time')
    host.accepted(
      Object.assign(
        { resumed, protocolVersion: version, clientId },
        time !== undefined && { serverTime: Number(time) },
        version > 4 && { properties },
      ),
    )
  }

  function handle(packet: Packet): void {
    const { type } = packet
    if (type === DISCONNECT) refuse(refusalOf(packet))
    else if ((phase === 'handshake') !== (type === CONNACK)) throw violation('out of turn', PROTOCOL_ERROR)
    else if (type === CONNACK) connack(packet)
    else if (type === PUBLISH) arrivals.received(packet)
    else if (type === PUBREL) arrivals.released(packet.id)
    else if (type === SUBACK || type === UNSUBACK) subscriptions.acknowledged(packet)
    else if (type === PINGRESP) {
      const roundTrip = heartbeat.answered(clock)
      if (roundTrip !== undefined) host.alive(roundTrip)
    } else if (type === AUTH) {
      if (packet.reason || reauthenticateBy === undefined) throw violation('AUTH without a question', PROTOCOL_ERROR)
      settleReauthentication()
    } else publishing.acknowledged(packet)
  }

  function take(data: ArrayBuffer | string): void {
    if (typeof data === 'string') throw violation('a text frame', PROTOCOL_ERROR)
    const from = decoder
    from.push(new Uint8Array(data))
    // A listener may end the link, or even begin the next one.
    while (phase !== 'idle' && from === decoder) {
      const packet = from.next()
      if (!packet) return
      handle(packet)
    }
  }

  function ping(patience: number): void {
    batch.write(encodePing())
    heartbeat.ping(patience, clock)
  }

  return {
    get protocolVersion() {
      return versions.proven
    },

    start(credentials, now, remembered) {
      observe(now)
      leave()
      if (remembered) versions.remember(remembered)
      version = versions.current
      decoder = createDecoder(version, maximumPacketSize)
      clientId = credentials.clientId || clientId
      // In 3.1.1 a clean session is also one that the server does not keep.
      clean = (!known && options.cleanStart === true) || (version < 5 && !sessionExpiry)
      offered = reauthentication && version > 4
      try {
        batch.write(
          encodeConnect({
            version,
            clean,
            keepAlive: Math.min(Math.ceil(keepAlive / 1000), MOST_SECONDS),
            clientId,
            userName: credentials.userName,
            password: credentials.token,
            properties: version > 4 ? connectProperties() : {},
          }),
        )
      } catch (error) {
        host.refused({ name: 'InvalidArgument', verdict: 'fatal', detail: (error as Error).message })
        return
      }
      phase = 'handshake'
      asked++
      batch.flush()
    },

    receive(data, now) {
      observe(now)
      if (phase === 'idle') return
      heartbeat.heard(now)
      try {
        take(data)
      } catch (error) {
        const { reason, message } = error as Violation
        // What has no reason code is not the server's doing but a listener's.
        if (reason === undefined) throw error
        if (version > 4) batch.write(encodeDisconnect(version, reason))
        batch.flush()
        refuse({ name: 'ProtocolViolated', verdict: 'retry', detail: message })
      }
      batch.flush()
    },

    linkLost(closed = { name: 'LinkLost', verdict: 'retry' }, deliberate = false) {
      const said = lastWord
      const news = phase === 'handshake' && versions.silent(deliberate)
      leave()
      settleReauthentication(closed)
      if (said && !closed.told) return said
      return news ? Object.assign({}, closed, { uncounted: true }) : closed
    },

    publish(message, outcome, now) {
      observe(now)
      publishing.publish(message, outcome)
    },

    subscribe(filters, qos, outcome, now) {
      observe(now)
      subscriptions.request(filters, qos, outcome)
    },

    unsubscribe(filters, outcome, now) {
      observe(now)
      subscriptions.request(filters, undefined, outcome)
    },

    probe(patience, now) {
      observe(now)
      if (phase !== 'online') return
      ping(patience)
      batch.flush()
    },

    deadline() {
      if (lastWord) return lastWordBy
      const beat = heartbeat.deadline()
      if (beat === undefined || reauthenticateBy === undefined) return beat ?? reauthenticateBy
      return Math.min(beat, reauthenticateBy)
    },

    tick(now) {
      observe(now)
      if (reauthenticateBy !== undefined && now >= reauthenticateBy)
        settleReauthentication({ name: 'SocketTimeout', verdict: 'retry', detail: 'AUTH' })
      const due = heartbeat.due(now)
      if (lastWord && now >= lastWordBy) refuse(lastWord)
      else if (due === 'dead') refuse({ name: 'HeartbeatTimeout', verdict: 'retry' })
      else if (due) ping(answerWait)
      batch.flush()
    },

    slept: shift,
    flush: batch.flush,

    reauthenticate(token, now) {
      observe(now)
      if (phase !== 'online' || !offered) return false
      batch.write(encodeAuth(METHOD, token))
      reauthenticateBy = now + answerWait
      batch.flush()
      return true
    },

    end() {
      if (phase !== 'idle') batch.write(encodeDisconnect(version, 0))
      batch.flush()
      leave()
      reauthenticateBy = undefined
    },

    reset(error) {
      leave()
      reauthenticateBy = undefined
      known = false
      asked = 0
      arrivals.reset()
      publishing.reset(error)
      subscriptions.reset(error)
    },
  }
}
