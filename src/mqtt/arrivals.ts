// Messages from the server: aliases become topics, QoS 2 is handed on once, and each is acknowledged once it is taken care of.
import type { SessionHost } from '../protocol/session'
import { encodeAcknowledgement } from './codec/acknowledgement'
import { PUBACK, PUBCOMP, PUBREC, type Publish } from './codec/packet'
import { PROTOCOL_ERROR, RECEIVE_MAXIMUM_EXCEEDED, TOPIC_ALIAS_INVALID, violation } from './codec/violation'
import type { Link } from './link'

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

export function createArrivals(
  link: Link,
  host: SessionHost,
  receiveMaximum: number,
  topicAliasMaximum: number,
): Arrivals {
  let topics: string[] = []
  let trusted = true
  /** Acknowledgements of this link in the order that MQTT asks for: each leaves when it and all before it may. */
  let owed: { readonly type: typeof PUBACK | typeof PUBREC; readonly id: number; ready: boolean }[] = []
  /** Ids of QoS 2 that were handed on and not released: a repetition is only acknowledged. */
  const held = new Set<number>()

  function resolve(message: Publish): void {
    const alias = message.properties?.topicAlias
    if (alias === undefined) return
    if (!alias || alias > topicAliasMaximum) throw violation(`topic alias ${alias}`, TOPIC_ALIAS_INVALID)
    if (message.topic) topics[alias] = message.topic
    else if (!(message.topic = topics[alias] ?? '')) throw violation(`unknown topic alias ${alias}`, PROTOCOL_ERROR)
  }

  /** Says that the message is here; what comes back is how its owner says that it is taken care of. */
  function owe(type: typeof PUBACK | typeof PUBREC, id: number): () => void {
    const mine = { type, id, ready: false }
    const queue = owed
    queue.push(mine)
    return () => {
      // Another link has begun since: there the server sends it again.
      if (mine.ready || queue !== owed || !link.limits) return
      mine.ready = true
      while (queue[0]?.ready) {
        const next = queue.shift()!
        link.write(encodeAcknowledgement(link.limits.version, next.type, next.id, 0))
      }
    }
  }

  return {
    start(resumed, certain) {
      topics = []
      owed = []
      trusted = certain
      if (!resumed) held.clear()
    },

    received(message) {
      resolve(message)
      const { qos, id } = message
      if (!qos) {
        host.message(message, nothing)
        return
      }
      const acknowledge = owe(qos > 1 ? PUBREC : PUBACK, id)
      if (qos > 1) {
        // In a session of doubtful origin a message that is not marked as a repetition is none.
        if (held.has(id) && (trusted || message.dup)) {
          acknowledge()
          return
        }
        if (held.size >= receiveMaximum) throw violation('too many messages at once', RECEIVE_MAXIMUM_EXCEEDED)
        held.add(id)
      }
      host.message(message, acknowledge)
    },

    released(id) {
      link.write(encodeAcknowledgement(link.limits!.version, PUBCOMP, id, held.delete(id) ? 0 : NOT_FOUND))
    },

    reset: () => held.clear(),
  }
}
