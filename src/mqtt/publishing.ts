// Messages on their way to the server: QoS 1 and 2 until their outcome is known, over any number of links.
import { nameOf, verdictOf } from '../errors/codes'
import { ConnectionError } from '../errors/connection-error'
import type { OutgoingMessage, Outcome } from '../protocol/session'
import { PUBACK, PUBREC, PUBREL, type Answer } from './codec/packet'
import { encodePublish } from './codec/publish'
import { fail, PROTOCOL_ERROR } from './codec/reader'
import type { Flight, Link } from './link'
import { describe, told } from './refusals'

export interface Publishing {
  /**
   * The session begins on a link: what is in flight goes first, in its order. `certain`: it is our session that was
   * resumed, not one that came to be in between.
   */
  start(resumed: boolean, certain: boolean): void
  publish(message: OutgoingMessage, outcome: Outcome): void
  /** PUBACK, PUBREC, PUBCOMP. */
  acknowledged(packet: Answer): void
}

// Our own bounds: a server may allow more than is good for a phone's memory.
const WINDOW = 1000
const ALIASES = 256

const NOT_FOUND = 0x92

export function createPublishing(link: Link): Publishing {
  const { open } = link
  /** Counts links, so that a flight knows whether it was sent on this one. */
  let current = 0
  /** Open exchanges of this link, which the server's receive maximum bounds. */
  let onWire = 0
  /** From `head` on, what is not yet sent on this link. (`shift` would move the rest of a long array each time.) */
  let waiting: Flight[] = []
  let head = 0
  /** Topics that the server of this link knows by number. */
  let aliases = new Map<string, number>()

  function write(message: OutgoingMessage, id: number, dup: boolean): ConnectionError | undefined {
    const { topic, qos, retain } = message
    const { maximumQoS = 2, retainAvailable, topicAliasMaximum = 0 } = link.server!
    // Nothing is quietly sent with less than was asked for.
    if (qos > maximumQoS || (retain && retainAvailable === 0))
      return new ConnectionError('PublishRefused', 'the server has no such QoS, or retains nothing')
    const known = aliases.has(topic)
    const room = aliases.size < Math.min(topicAliasMaximum, ALIASES)
    const alias = known ? aliases.get(topic)! : room ? aliases.size + 1 : 0
    const failure = link.send(() => encodePublish(link.version, message, id, dup, alias, known))
    if (alias && !failure) aliases.set(topic, alias)
    return failure
  }

  function pump(): void {
    const { receiveMaximum = WINDOW } = link.server!
    // A listener may end the link.
    while (link.server && head < waiting.length && onWire < Math.min(receiveMaximum, WINDOW)) {
      const flight = waiting[head++]!
      const failure = write(flight.message, flight.id, flight.link > 0)
      if (failure) {
        open.delete(flight.id)
        flight.outcome(failure)
      } else {
        flight.link = current
        onWire++
      }
    }
    // What was sent is let go in ever larger pieces.
    if (head * 2 >= waiting.length) {
      waiting.splice(0, head)
      head = 0
    }
  }

  return {
    start(resumed, certain) {
      current++
      onWire = head = 0
      waiting = []
      aliases = new Map()
      open.forEach((flight) => {
        if (flight.filters) return
        if (!resumed) {
          flight.link = 0
          flight.released = flight.doubtful = false
        }
        if (!flight.released) waiting.push(flight)
        else {
          if (!certain) flight.doubtful = true
          link.answer(PUBREL, flight.id)
          flight.link = current
          onWire++
        }
      })
      pump()
    },

    publish(message, outcome) {
      if (!link.server) outcome(new ConnectionError('NotConnected'))
      else if (!message.qos) outcome(write(message, 0, false))
      else {
        const flight = { message, outcome, id: 0, link: 0, released: false, doubtful: false }
        flight.id = link.add(flight)
        if (!flight.id) outcome(new ConnectionError('QueueFull'))
        else {
          waiting.push(flight)
          pump()
        }
      }
    },

    acknowledged(packet) {
      const { type, id, reason } = packet
      const refused = reason >= 0x80
      const flight = open.get(id)
      if (flight?.link !== current) {
        // The server holds an id that we do not: it is told to let go.
        if (type === PUBREC && !refused) link.answer(PUBREL, id, NOT_FOUND)
        return
      }
      if (flight.message.qos < 2 !== (type === PUBACK) || (type > PUBREC && !flight.released)) fail(PROTOCOL_ERROR)
      if (type === PUBREC && !refused) {
        flight.released = true
        link.answer(PUBREL, id)
        return
      }
      let failure: ConnectionError | undefined
      if (type > PUBREC && refused) {
        // PUBCOMP 0x92, the only one: the server had finished before the link was lost, if it is the same session.
        if (flight.doubtful) failure = new ConnectionError('SessionLost', 'it may not have arrived')
      } else if (refused) {
        const name = nameOf(Number(told(packet.properties, 'code'))) ?? 'PublishRefused'
        // A refusal for good has its reason code as the cause.
        failure = new ConnectionError(name, describe('', packet), verdictOf(name) === 'retry' ? undefined : reason)
      }
      open.delete(id)
      onWire--
      pump()
      flight.outcome(failure)
    },
  }
}
