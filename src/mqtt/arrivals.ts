// Messages from the server: aliases become topics, QoS 2 is handed on once, and each is acknowledged once it is taken care of.
// One that breaks a rule is skipped: told, and answered so that the server forgets it, because what is behind it must come.
import { ConnectionError } from '../errors/connection-error'
import type { SessionHost } from '../protocol/session'
import { PUBACK, PUBCOMP, PUBREC, type Publish } from './codec/packet'
import {
  fail,
  PACKET_TOO_LARGE,
  PAYLOAD_FORMAT_INVALID,
  RECEIVE_MAXIMUM_EXCEEDED,
  TOPIC_ALIAS_INVALID,
  UNREADABLE,
  violation,
  type Violation,
} from './codec/reader'
import type { Link } from './link'

export interface Arrivals {
  /** `certain`: it is our session that was resumed, not one that came to be in between. */
  start(resumed: boolean, certain: boolean): void
  received(message: Publish): void
  /** PUBREL. */
  released(id: number): void
  reset(): void
}

/** Topics that the server may abbreviate. */
export const ALIASES = 16
/** What MQTT allows where we say nothing. */
const MOST_AT_ONCE = 0xffff
const NOT_FOUND = 0x92
const IMPLEMENTATION_SPECIFIC = 0x83
const QUOTA_EXCEEDED = 0x97
const nothing = (): void => undefined

/** A message that is to be acknowledged, once its owner has taken care of it. */
interface Debt {
  readonly type: typeof PUBACK | typeof PUBREC
  readonly id: number
  /** The reason code for the server. */
  readonly reason: number
  ready: boolean
  /** The server may have lost the session in between without our knowing. */
  doubtful: boolean
}

/** Why a message is not taken, in the words that an acknowledgement has for it. */
const answerTo = ({ reason }: Violation): number =>
  reason === PACKET_TOO_LARGE
    ? QUOTA_EXCEEDED
    : reason === PAYLOAD_FORMAT_INVALID
      ? PAYLOAD_FORMAT_INVALID
      : IMPLEMENTATION_SPECIFIC

export function createArrivals(link: Link, host: SessionHost): Arrivals {
  /** By alias. `undefined` once a message may have changed any of them: its properties could not be read. */
  let topics: string[] | undefined = []
  /** What this link is owed, in the order that MQTT asks for: each leaves when it and all before it are ready. */
  let owed: Debt[] = []
  /** QoS 2 by id: handed on and not released yet. A repetition is not handed on again, whatever became of the first. */
  const held = new Map<number, Debt>()

  function settle(): void {
    while (link.server && owed.length && owed[0]!.ready) {
      const { type, id, reason } = owed.shift()!
      link.answer(type, id, reason)
    }
  }

  /** Puts the topic in the place of its alias. Returns what is wrong with the message. */
  function resolve(message: Publish): Violation | undefined {
    const { properties, flaw } = message
    const alias = properties?.topicAlias
    let unknown = false
    if (!properties) topics = undefined
    else if (alias !== undefined) {
      unknown = !alias || alias > ALIASES
      if (message.topic) {
        if (topics && !unknown) topics[alias] = message.topic
      } else if (!topics) fail(TOPIC_ALIAS_INVALID)
      else message.topic = topics[alias] ?? UNREADABLE
    }
    unknown = unknown || message.topic === UNREADABLE
    if (message.topic === UNREADABLE) message.topic = ''
    return flaw ?? (unknown ? violation(TOPIC_ALIAS_INVALID) : undefined)
  }

  return {
    start(resumed, certain) {
      topics = []
      owed = []
      if (!resumed) held.clear()
      if (!certain) held.forEach((debt) => (debt.doubtful = true))
    },

    received(message) {
      const { qos, id, dup } = message
      const flaw = resolve(message)
      const earlier = qos > 1 && held.get(id)
      // Where the session may be another one, a message that is not marked as a repetition is none.
      const repeated = earlier && (!earlier.doubtful || dup)
      if (flaw && !repeated) {
        const { topic } = message
        const cause = { topic, reason: flaw.reason, qos }
        host.skipped(new ConnectionError('MessageSkipped', `${topic || 'topic unreadable'}: ${flaw.message}`, cause))
      }
      if (!qos || !id) {
        if (!flaw) host.message(message, nothing)
        return
      }
      const debt: Debt = repeated
        ? earlier
        : {
            type: qos > 1 ? PUBREC : PUBACK,
            id,
            reason: flaw && link.version > 4 ? answerTo(flaw) : 0,
            ready: flaw !== undefined,
            doubtful: false,
          }
      if (owed.push(debt) > MOST_AT_ONCE) fail(RECEIVE_MAXIMUM_EXCEEDED)
      if (repeated || flaw) {
        // In MQTT 5 a refusal is the end of its exchange.
        if (!debt.reason && qos > 1) held.set(id, debt)
        settle()
        return
      }
      if (qos > 1) held.set(id, debt)
      host.message(message, () => {
        // Where another link has begun since, the server sends a QoS 1 message again; this one is owed to nobody.
        debt.ready = true
        settle()
      })
    },

    released(id) {
      link.answer(PUBCOMP, id, held.delete(id) ? 0 : NOT_FOUND)
    },

    reset: () => held.clear(),
  }
}
