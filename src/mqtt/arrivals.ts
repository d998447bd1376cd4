// Messages from the server: aliases become topics, QoS 2 is handed on once, and each is acknowledged once it is taken care of.
import type { SessionHost } from '../protocol/session'
import { PUBACK, PUBCOMP, PUBREC, type Publish } from './codec/packet'
import { fail, PROTOCOL_ERROR, RECEIVE_MAXIMUM_EXCEEDED, TOPIC_ALIAS_INVALID } from './codec/reader'
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
const nothing = (): void => undefined

/** A message that is to be acknowledged, once its owner has taken care of it. */
interface Debt {
  readonly type: typeof PUBACK | typeof PUBREC
  readonly id: number
  ready: boolean
  /** The server may have lost the session in between without our knowing. */
  doubtful: boolean
}

export function createArrivals(link: Link, host: SessionHost): Arrivals {
  let topics: string[] = []
  /** What this link is owed, in the order that MQTT asks for: each leaves when it and all before it are ready. */
  let owed: Debt[] = []
  /** QoS 2 by id: handed on and not released yet. A repetition is not handed on again, whatever became of the first. */
  const held = new Map<number, Debt>()

  function settle(): void {
    while (link.server && owed.length && owed[0]!.ready) {
      const { type, id } = owed.shift()!
      link.answer(type, id)
    }
  }

  return {
    start(resumed, certain) {
      topics = []
      owed = []
      if (!resumed) held.clear()
      if (!certain) held.forEach((debt) => (debt.doubtful = true))
    },

    received(message) {
      const { qos, id, dup, properties } = message
      const alias = properties.topicAlias
      if (alias !== undefined) {
        if (!alias || alias > ALIASES) fail(TOPIC_ALIAS_INVALID)
        if (message.topic) topics[alias] = message.topic
        message.topic = topics[alias] ?? fail(PROTOCOL_ERROR)
      }
      if (!qos) {
        host.message(message, nothing)
        return
      }
      const earlier = qos > 1 && held.get(id)
      // Where the session may be another one, a message that is not marked as a repetition is none.
      const repeated = earlier && (!earlier.doubtful || dup)
      const debt: Debt = repeated ? earlier : { type: qos > 1 ? PUBREC : PUBACK, id, ready: false, doubtful: false }
      if (owed.push(debt) > MOST_AT_ONCE) fail(RECEIVE_MAXIMUM_EXCEEDED)
      if (repeated) {
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
