// Messages from the server: aliases become topics, QoS 2 is handed on once, and each is acknowledged after it was.
import type { SessionHost } from '../protocol/session'
import { encodeAcknowledgement } from './codec/acknowledgement'
import { PUBACK, PUBCOMP, PUBREC, type Publish } from './codec/packet'
import { PROTOCOL_ERROR, RECEIVE_MAXIMUM_EXCEEDED, TOPIC_ALIAS_INVALID, violation } from './codec/violation'
import type { Link } from './link'

export interface Arrivals {
  start(resumed: boolean): void
  received(message: Publish): void
  /** PUBREL. */
  released(id: number): void
  reset(): void
}

const NOT_FOUND = 0x92

export function createArrivals(
  link: Link,
  host: SessionHost,
  receiveMaximum: number,
  topicAliasMaximum: number,
): Arrivals {
  let topics: string[] = []
  /** Ids of QoS 2 that were handed on and not released: a repetition is only acknowledged. */
  const held = new Set<number>()

  function resolve(message: Publish): void {
    const alias = message.properties?.topicAlias
    if (alias === undefined) return
    if (!alias || alias > topicAliasMaximum) throw violation(`topic alias ${alias}`, TOPIC_ALIAS_INVALID)
    if (message.topic) topics[alias] = message.topic
    else if (!(message.topic = topics[alias] ?? '')) throw violation(`unknown topic alias ${alias}`, PROTOCOL_ERROR)
  }

  return {
    start(resumed) {
      topics = []
      if (!resumed) held.clear()
    },

    received(message) {
      resolve(message)
      const { qos, id } = message
      if (qos > 1) {
        if (!held.has(id)) {
          if (held.size >= receiveMaximum) throw violation('too many messages at once', RECEIVE_MAXIMUM_EXCEEDED)
          held.add(id)
          host.message(message)
        }
      } else host.message(message)
      // The listener may have ended the link.
      if (qos && link.limits) link.write(encodeAcknowledgement(link.limits.version, qos > 1 ? PUBREC : PUBACK, id, 0))
    },

    released(id) {
      link.write(encodeAcknowledgement(link.limits!.version, PUBCOMP, id, held.delete(id) ? 0 : NOT_FOUND))
    },

    reset: () => held.clear(),
  }
}
