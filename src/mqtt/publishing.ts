// Messages on their way to the server: QoS 1 and 2 until their outcome is known, over any number of links.
import { ConnectionError } from '../errors/connection-error'
import type { OutgoingMessage, Outcome } from '../protocol/session'
import { encodeAcknowledgement } from './codec/acknowledgement'
import { PUBACK, PUBREC, PUBREL, type Answer } from './codec/packet'
import { encodePublish } from './codec/publish'
import { PROTOCOL_ERROR, violation } from './codec/violation'
import { failureOf, fitting } from './failure'
import type { Flight, Link } from './link'
import { createQueue } from './queue'
import { describe } from './refusals'
import type { Limits } from './limits'

export interface Publishing {
  /**
   * The session begins on a link: what is in flight goes first, in its order. `certain`: it is our session that was
   * resumed, not one that came to be in between.
   */
  start(resumed: boolean, certain: boolean): void
  publish(message: OutgoingMessage, outcome: Outcome): void
  /** PUBACK, PUBREC, PUBCOMP. */
  acknowledged(packet: Answer): void
  reset(error: ConnectionError): void
}

/** As many as there are packet ids. Who has more to send keeps it. */
const MOST = 0xffff

const NOT_FOUND = 0x92
const isFailure = (reason: number): boolean => reason >= 0x80

export function createPublishing(link: Link): Publishing {
  const { exchanges } = link
  /** Counts links, so that a flight knows whether it was sent on this one. */
  let current = 0
  /** Open exchanges of this link, which the server's receive maximum bounds. */
  let onWire = 0
  /** Not yet sent on this link. */
  const waiting = createQueue<Flight>()
  /** Topics that the server of this link knows by number. */
  let aliases = new Map<string, number>()

  const flightOf = (id: number): Flight | undefined => {
    const exchange = exchanges.open.get(id)
    return exchange && 'message' in exchange ? exchange : undefined
  }
  const flights = (): Flight[] => {
    const all: Flight[] = []
    exchanges.open.forEach((exchange) => {
      if ('message' in exchange) all.push(exchange)
    })
    return all
  }

  /** Throws what the caller is to hear. */
  function write(message: OutgoingMessage, id: number, dup: boolean, limits: Limits): void {
    const { topic, qos, retain } = message
    // Nothing is quietly sent with less than was asked for.
    if (qos > limits.maximumQos || (retain && !limits.retain))
      throw new ConnectionError(
        'PublishRefused',
        qos > limits.maximumQos ? `the server has no QoS ${qos}` : 'the server retains nothing',
      )
    const known = aliases.get(topic)
    const alias = known ?? (aliases.size < limits.topicAliasMaximum ? aliases.size + 1 : 0)
    link.write(fitting(encodePublish(limits.version, message, id, dup, alias, known !== undefined), limits))
    if (alias) aliases.set(topic, alias)
  }

  function transmit(flight: Flight, limits: Limits): void {
    try {
      const resent = flight.id > 0
      if (!resent && !(flight.id = exchanges.add(flight))) throw new ConnectionError('QueueFull')
      write(flight.message, flight.id, resent, limits)
      flight.link = current
      onWire++
    } catch (error) {
      exchanges.open.delete(flight.id)
      flight.outcome(failureOf(error))
    }
  }

  function pump(): void {
    const { limits } = link
    if (!limits) return
    for (let next = waiting.first(); next && onWire < limits.receiveMaximum; next = waiting.first()) {
      waiting.drop()
      transmit(next, limits)
    }
  }

  function settle(flight: Flight, failure?: ConnectionError): void {
    exchanges.open.delete(flight.id)
    onWire--
    pump()
    flight.outcome(failure)
  }

  const release = (id: number, reason: number, { version }: Limits): void =>
    link.write(encodeAcknowledgement(version, PUBREL, id, reason))

  return {
    start(resumed, certain) {
      const limits = link.limits!
      const open = flights()
      // Those of the last link that never got an id; the others are among the open ones.
      const fresh = waiting.items().filter((flight) => !flight.id)
      current++
      onWire = 0
      aliases = new Map()
      open.forEach((flight) => {
        if (!resumed) {
          exchanges.open.delete(flight.id)
          flight.id = 0
          flight.released = flight.doubtful = false
        } else if (flight.released) {
          if (!certain) flight.doubtful = true
          release(flight.id, 0, limits)
          flight.link = current
          onWire++
        }
      })
      waiting.replace(open.filter((flight) => !flight.released).concat(fresh))
      pump()
    },

    publish(message, outcome) {
      const { limits } = link
      let failure: ConnectionError | undefined
      if (!limits) failure = new ConnectionError('NotConnected')
      else if (!message.qos) {
        try {
          write(message, 0, false, limits)
        } catch (error) {
          failure = failureOf(error)
        }
      } else if (exchanges.open.size + waiting.size() >= MOST) failure = new ConnectionError('QueueFull')
      else {
        waiting.push({ message, outcome, id: 0, link: 0, released: false, doubtful: false })
        pump()
        return
      }
      outcome(failure)
    },

    acknowledged(packet) {
      const { type, id, reason } = packet
      const limits = link.limits!
      const flight = flightOf(id)
      if (flight?.link !== current) {
        // The server holds an id that we do not: it is told to let go.
        if (type === PUBREC && !isFailure(reason)) release(id, NOT_FOUND, limits)
        return
      }
      const failed = isFailure(reason) ? new ConnectionError('PublishRefused', describe('', packet), reason) : undefined
      if (flight.message.qos < 2 !== (type === PUBACK))
        throw violation('acknowledgement of another QoS', PROTOCOL_ERROR)
      if (type > PUBREC && !flight.released) throw violation('PUBCOMP before PUBREC', PROTOCOL_ERROR)
      if (type === PUBREC && !failed) {
        flight.released = true
        release(id, 0, limits)
        return
      }
      // PUBCOMP 0x92: the server had finished before the link was lost, if it is the same session.
      if (reason !== NOT_FOUND) settle(flight, failed)
      else settle(flight, flight.doubtful ? new ConnectionError('SessionLost', 'it may not have arrived') : undefined)
    },

    reset(error) {
      const all = flights().concat(waiting.items().filter((flight) => !flight.id))
      all.forEach(({ id }) => exchanges.open.delete(id))
      waiting.replace([])
      onWire = 0
      all.forEach(({ outcome }) => outcome(error))
    },
  }
}
