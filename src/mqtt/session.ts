// The MQTT session: joins the codec and the parts that each decide one thing into what the connection drives.
import type { Refusal } from '../protocol/refusal'
import { judged } from '../protocol/verdicts'
import type { Session, SessionHost } from '../protocol/session'
import { ALIASES, createArrivals } from './arrivals'
import { createBatch } from './batch'
import { encodeAuth } from './codec/auth'
import { encodeConnect } from './codec/connect'
import { createDecoder, type Decoder } from './codec/decoder'
import {
  AUTH,
  CONNACK,
  DISCONNECT,
  PINGREQ,
  PINGRESP,
  PUBLISH,
  PUBREL,
  SUBACK,
  UNSUBACK,
  type Answer,
  type Packet,
} from './codec/packet'
import { fail, PROTOCOL_ERROR, type Violation } from './codec/reader'
import { createHeartbeat } from './heartbeat'
import { createLink } from './link'
import type { MqttSessionOptions } from './options'
import { createPublishing } from './publishing'
import { isOwn, reasonOf, refusalOf, told } from './refusals'
import { createSubscriptions } from './subscriptions'
import { createVersions } from './versions'

const METHOD = 'token'
const BAD_METHOD = 0x8c
const UNSPECIFIED = 0x80
/**
 * After so many refusals in a row without a reason, the next CONNECT gives the session up: ejabberd answers 0x80 to everything
 * else once two logins in the same second have broken what it remembers.
 */
const UNEXPLAINED = 3
const UNACCEPTABLE_VERSION = 0x84
/** Milliseconds that the answer to a ping or to a new token may take. */
const PATIENCE = 10_000
/** Bytes of the largest packet that is taken in. */
const LARGEST = 1 << 20
/** So many bytes of a packet that is too large are a sign of life: its length may be wrong, and swallow all that comes. */
const SIGN_OF_LIFE = 4096
/** What waits in the session itself breaks the protocol this soon after the login (ms). */
const SOON = 60_000
/** How long a 3.1.1 server may take to close after it refused: its close reason can say more than its CONNACK. */
const LAST_WORD_WAIT = 1000

export function createMqttSession(options: MqttSessionOptions, host: SessionHost): Session {
  const { keepAlive, sessionExpiry, userProperties = {}, receiveMaximum, firstId = 0 } = options

  /** Absent without a link, and on one that is over. The session is online where `link.server` is known. */
  let decoder: Decoder | undefined
  let clientId = ''
  /** Handshakes since the last one that the server accepted, without those it refused. */
  let handshakes = 0
  /** CONNACKs in a row that refused without a reason. */
  let unexplained = 0
  /** The handshake asks for a new session. */
  let clean = false
  /** When the server accepted, and how many messages it then sent that it keeps until we acknowledge them. */
  let acceptedAt = 0
  let kept = 0
  /** What the last session broke off over, and after how many of those. Once more at the same place: the session is given up. */
  let broke: { readonly on: string; readonly after: number } | undefined
  let poisoned = false
  /** Bytes that flowed by since the last sign of life. */
  let flowed = 0
  /** The server takes a new token on the living link, as far as we know; and this link was opened for it. */
  let reauthentication = false
  let offered = false
  /** When the answer to a new token must be there; Infinity where none is awaited. */
  let reauthenticateBy = Infinity
  /** A refusal of 3.1.1 that waits for the close reason, and until when. */
  let lastWord: Refusal | undefined
  let lastWordBy = Infinity
  /** The latest time that was passed in. */
  let clock = 0

  const versions = createVersions()
  const heartbeat = createHeartbeat()
  const { write, flush, clear } = createBatch((bytes) => {
    heartbeat.sent(clock)
    host.send(bytes)
  })
  const link = createLink(write, () => heartbeat.asked(clock), firstId)
  const arrivals = createArrivals(link, host)
  const publishing = createPublishing(link)
  const subscriptions = createSubscriptions(link, host)

  function shift(by: number): void {
    heartbeat.shift(by)
    reauthenticateBy += by
    lastWordBy += by
  }

  function leave(): void {
    if (link.server && clock - acceptedAt >= SOON) broke = undefined
    decoder = link.server = lastWord = undefined
    lastWordBy = reauthenticateBy = Infinity
    clear()
  }

  function settleReauthentication(refusal?: Refusal): void {
    if (reauthenticateBy === Infinity) return
    reauthenticateBy = Infinity
    host.reauthenticated(refusal)
  }

  /** The link is of no use any more. */
  function refuse(refusal: Refusal): void {
    settleReauthentication(refusal)
    leave()
    host.refused(refusal)
  }

  function refused(packet: Answer): void {
    handshakes--
    const reason = reasonOf(packet)
    unexplained = reason === UNSPECIFIED ? unexplained + 1 : 0
    const refusal = refusalOf(packet)
    if (reason === BAD_METHOD) reauthentication = false
    if (reason === UNACCEPTABLE_VERSION ? versions.refused() : reason === BAD_METHOD && offered)
      refuse({ ...refusal, verdict: 'retry', uncounted: true })
    else if (!packet.legacy) refuse(refusal)
    else {
      leave()
      lastWord = refusal
      lastWordBy = clock + LAST_WORD_WAIT
    }
  }

  function accepted({ sessionPresent: resumed, properties }: Answer): void {
    const { version } = link
    const { authenticationMethod: method } = properties
    if (resumed && clean) {
      // Asked for once more, it may answer the same for ever.
      unexplained = 0
      poisoned = false
      fail(PROTOCOL_ERROR)
    }
    if (method !== undefined && !(offered && method === METHOD)) fail(PROTOCOL_ERROR)
    poisoned = false
    acceptedAt = clock
    kept = 0
    versions.worked()
    if (version > 4) reauthentication = told(properties, 'reauth') === '1'
    const { assignedClientIdentifier, serverKeepAlive = 0 } = properties
    heartbeat.start(Math.min(serverKeepAlive * 1000 || keepAlive, keepAlive), clock)
    link.server = properties
    // A handshake whose answer never came may have made a new session: the one that is resumed need not be ours.
    const certain = handshakes === 1
    handshakes = unexplained = 0
    arrivals.start(resumed, certain)
    subscriptions.start(resumed && certain)
    publishing.start(resumed, certain)
    host.accepted({
      resumed,
      protocolVersion: version,
      clientId: assignedClientIdentifier ?? clientId,
      // Milliseconds as digits: an Infinity would make no number of any deadline of the token.
      serverTime: Number(/^\d{1,15}$/.exec(told(properties, 'time') ?? '')) || undefined,
      properties: version > 4 ? properties : undefined,
    })
  }

  function handle(packet: Packet): void {
    const { type } = packet
    if (type === DISCONNECT) refuse(refusalOf(packet))
    else if (!link.server !== (type === CONNACK)) fail(PROTOCOL_ERROR)
    else if (type === CONNACK) (packet.reason ? refused : accepted)(packet)
    else if (type === PUBLISH) {
      if (packet.qos) kept++
      arrivals.received(packet)
    } else if (type === PUBREL) arrivals.released(packet.id)
    else if (type === SUBACK || type === UNSUBACK) subscriptions.acknowledged(packet)
    else if (type === PINGRESP) {
      const roundTrip = heartbeat.answered(clock)
      if (roundTrip !== undefined) host.alive(roundTrip)
    } else if (type === AUTH) {
      if (packet.reason || reauthenticateBy === Infinity) fail(PROTOCOL_ERROR)
      settleReauthentication()
    } else publishing.acknowledged(packet)
    // After it has done its work: what it answers must not be asked again on the next link.
    if (!isOwn(packet)) fail(PROTOCOL_ERROR)
  }

  function ping(patience: number): void {
    link.answer(PINGREQ)
    heartbeat.ping(patience, clock)
    host.pinged(patience)
  }

  return {
    get protocolVersion() {
      return versions.proven()
    },

    start(credentials, now, remembered) {
      clock = now
      leave()
      if (remembered) versions.remember(remembered)
      const version = (link.version = versions.next())
      clientId = credentials.clientId
      offered = reauthentication && version > 4
      // In 3.1.1 a clean session is also one that the server does not keep.
      clean = poisoned || unexplained >= UNEXPLAINED || (version < 5 && !sessionExpiry)
      try {
        write(
          encodeConnect(
            version,
            clean,
            Math.ceil(keepAlive / 1000),
            {
              sessionExpiryInterval: sessionExpiry || undefined,
              receiveMaximum: receiveMaximum?.(),
              maximumPacketSize: LARGEST,
              topicAliasMaximum: ALIASES,
              authenticationMethod: offered ? METHOD : undefined,
              userProperties: Object.keys(userProperties).map((name) => [name, userProperties[name]!] as const),
            },
            clientId,
            credentials.userName,
            credentials.token,
          ),
        )
      } catch (error) {
        host.refused(judged('InvalidArgument', (error as Error).message))
        return
      }
      decoder = createDecoder(version, LARGEST)
      handshakes++
      flush()
    },

    receive(data, now) {
      clock = now
      const from = decoder
      if (!from) return
      if (!from.skipping() || (flowed += (data as ArrayBuffer).byteLength) > SIGN_OF_LIFE) {
        heartbeat.heard(now)
        flowed = 0
      }
      try {
        if (typeof data === 'string') return fail(PROTOCOL_ERROR)
        from.push(new Uint8Array(data))
        // A listener may end the link, or even begin the next one.
        for (let packet; from === decoder && (packet = from.next());) handle(packet)
      } catch (error) {
        const { reason, message } = error as Violation
        // What has no reason code is not the server's doing but a listener's.
        if (reason === undefined) throw error
        const latest = link.server ? { on: message, after: kept } : broke
        // What stands in the way is first in line, or behind what is sent again each time.
        if (link.server) poisoned = message === broke?.on && (!kept || kept === broke.after) && now - acceptedAt < SOON
        if (link.version > 4) link.answer(DISCONNECT, 0, reason)
        flush()
        refuse(judged('ProtocolViolated', message))
        broke = latest
      }
    },

    linkLost(closed = judged('LinkLost'), deliberate = false) {
      const said = lastWord
      const news = decoder && !link.server && versions.silent(deliberate)
      settleReauthentication(closed)
      leave()
      if (said && !closed.told) return said
      return news ? { ...closed, uncounted: true } : closed
    },

    publish(message, outcome, now) {
      clock = now
      publishing.publish(message, outcome)
    },

    subscribe(filters, qos, outcome, now) {
      clock = now
      subscriptions.request(filters, qos, outcome)
    },

    unsubscribe(filters, outcome, now) {
      clock = now
      subscriptions.request(filters, undefined, outcome)
    },

    pending: () => link.open.size > 0,

    probe(patience, now) {
      clock = now
      if (!link.server) return
      ping(patience)
      flush()
    },

    deadline: () => Math.min(lastWordBy, reauthenticateBy, link.server ? heartbeat.deadline() : Infinity),

    tick(now) {
      clock = now
      if (now >= reauthenticateBy) settleReauthentication(judged('SocketTimeout', 'AUTH'))
      if (lastWord && now >= lastWordBy) refuse(lastWord)
      else if (link.server && now >= heartbeat.deadline()) {
        if (heartbeat.dead()) refuse(judged('HeartbeatTimeout'))
        else ping(PATIENCE)
      }
      flush()
    },

    slept: shift,
    flush,

    reauthenticate(token, now) {
      clock = now
      if (!link.server || !offered) return false
      write(encodeAuth(METHOD, token))
      reauthenticateBy = now + PATIENCE
      flush()
      return true
    },

    end() {
      if (decoder) link.answer(DISCONNECT)
      flush()
      leave()
    },

    reset(error) {
      leave()
      handshakes = unexplained = 0
      arrivals.reset()
      subscriptions.reset()
      const unanswered = Array.from(link.open.values())
      link.open.clear()
      unanswered.forEach(({ outcome }) => outcome(error))
    },
  }
}
