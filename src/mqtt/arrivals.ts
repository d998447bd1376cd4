// Messages from the server: aliases become topics, QoS 2 is handed on once, and each is acknowledged once it is taken care of.
import type { SessionHost } from '../protocol/session'
import { encodeAcknowledgement } from './codec/acknowledgement'
import { PUBACK, PUBCOMP, PUBREC, type Publish } from './codec/packet'
import { PROTOCOL_ERROR, RECEIVE_MAXIMUM_EXCEEDED, TOPIC_ALIAS_INVALID, violation } from './codec/violation'
import type { Link } from './link'
import { createQueue } from './queue'

export interface Arrivals {
  /** `certain`: it is our session that was resumed, not one that came to be in between. */
  start(resumed: boolean, certain: boolean): void
  received(message: Publish): void
  /** PUBREL. */
  released(id: number): void
  reset(): void
}

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

export function createArrivals(
  link: Link,
  host: SessionHost,
  receiveMaximum: number,
  topicAliasMaximum: number,
): Arrivals {
  let topics: string[] = []
  /** What this link is owed, in the order that MQTT asks for: each leaves when it and all before it are ready. */
  const owed = createQueue<Debt>()
  /** QoS 2 by id: handed on and not released yet. A repetition is not handed on again, whatever became of the first. */
  const held = new Map<number, Debt>()

  function resolve(message: Publish): void {
    const alias = message.properties.topicAlias
    if (alias === undefined) return
    if (!alias || alias > topicAliasMaximum) throw violation(`topic alias ${alias}`, TOPIC_ALIAS_INVALID)
    if (message.topic) topics[alias] = message.topic
    else if (!(message.topic = topics[alias] ?? '')) throw violation(`unknown topic alias ${alias}`, PROTOCOL_ERROR)
  }

  function owe(debt: Debt): void {
    if (owed.size() >= receiveMaximum) throw violation('too many messages at once', RECEIVE_MAXIMUM_EXCEEDED)
    owed.push(debt)
  }

  function settle(): void {
    for (let next = owed.first(); next?.ready && link.limits; next = owed.first()) {
      owed.drop()
      link.write(encodeAcknowledgement(link.limits.version, next.type, next.id, 0))
    }
  }

  return {
    start(resumed, certain) {
      topics = []
      owed.replace([])
      if (!resumed) held.clear()
      if (!certain) held.forEach((debt) => (debt.doubtful = true))
    },

    received(message) {
      resolve(message)
      const { qos, id } = message
      if (!qos) {
        host.message(message, nothing)
        return
      }
      const earlier = qos > 1 && held.get(id)
      // Where the session may be another one, a message that is not marked as a repetition is none.
      if (earlier && (!earlier.doubtful || message.dup)) {
        owe(earlier)
        settle()
        return
      }
      const debt: Debt = { type: qos > 1 ? PUBREC : PUBACK, id, ready: false, doubtful: false }
      owe(debt)
      if (qos > 1) {
        held.set(id, debt)
        if (held.size > receiveMaximum) throw violation('too many messages at once', RECEIVE_MAXIMUM_EXCEEDED)
      }
      host.message(message, () => {
        // Where another link has begun since, the server sends a QoS 1 message again; this one is owed to nobody.
        debt.ready = true
        settle()
      })
    },

    released(id) {
      link.write(encodeAcknowledgement(link.limits!.version, PUBCOMP, id, held.delete(id) ? 0 : NOT_FOUND))
    },

    reset: () => held.clear(),
  }
}
