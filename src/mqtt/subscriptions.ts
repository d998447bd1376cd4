// What the app listens to: asked for once, kept by the server, and restored by us when the server lost it.
import { ConnectionError } from '../errors/connection-error'
import type { Outcome } from '../protocol/session'
import { SUBACK, type Answer, type Qos } from './codec/packet'
import { encodeSubscribe, encodeUnsubscribe } from './codec/subscribe'
import { PROTOCOL_ERROR, violation } from './codec/violation'
import { failureOf, fitting } from './failure'
import type { Link, Request } from './link'

export interface Subscriptions {
  /** The session begins on a link: what the server may have lost, then what was not answered. */
  start(resumed: boolean): void
  /** Subscribes, or unsubscribes where `qos` is undefined. */
  request(filters: readonly string[], qos: Qos | undefined, outcome: Outcome): void
  /** SUBACK, UNSUBACK. */
  acknowledged(packet: Answer): void
  reset(error: ConnectionError): void
}

/** Restored filters in one packet, so that it stays small. */
const TOGETHER = 64

export function createSubscriptions(link: Link, lost: (error: ConnectionError) => void): Subscriptions {
  const { exchanges } = link
  /** By filter, what the server granted. */
  const granted = new Map<string, Qos>()
  /** Not answered yet, in their order; without a link not sent either. */
  let requests = new Set<Request>()

  function settle(request: Request, failure?: ConnectionError): void {
    requests.delete(request)
    request.outcome(failure)
  }

  function transmit(request: Request): void {
    const { limits } = link
    if (!limits) return
    const { filters, qos } = request
    let id = 0
    try {
      filters.forEach((filter) => {
        if ((!limits.wildcard && /[+#]/.test(filter)) || (!limits.shared && filter.startsWith('$share/')))
          throw new ConnectionError('SubscriptionRefused', `the server has no such subscriptions: ${filter}`)
      })
      id = exchanges.add(request)
      if (!id) throw new ConnectionError('QueueFull')
      const { version } = limits
      link.write(
        fitting(
          qos === undefined ? encodeUnsubscribe(version, id, filters) : encodeSubscribe(version, id, filters, qos),
          limits,
        ),
      )
    } catch (error) {
      exchanges.open.delete(id)
      settle(request, failureOf(error))
    }
  }

  function restore(): Request[] {
    const restored: Request[] = []
    ;([0, 1, 2] as const).forEach((qos) => {
      const all: string[] = []
      granted.forEach((its, filter) => {
        if (its === qos) all.push(filter)
      })
      for (let from = 0; from < all.length; from += TOGETHER) {
        const filters = all.slice(from, from + TOGETHER)
        const outcome: Outcome = (error) => {
          if (error) lost(error)
        }
        restored.push({ filters, qos, outcome, restoring: true })
      }
    })
    return restored
  }

  return {
    start(resumed) {
      exchanges.open.forEach((exchange, id) => {
        if ('filters' in exchange) exchanges.open.delete(id)
      })
      const open: Request[] = resumed ? [] : restore()
      requests.forEach((request) => {
        if (resumed || !request.restoring) open.push(request)
      })
      requests = new Set(open)
      open.forEach(transmit)
    },

    request(filters, qos, outcome) {
      const request = { filters, qos, outcome, restoring: false }
      requests.add(request)
      transmit(request)
    },

    acknowledged({ type, id, reasons }) {
      const request = exchanges.open.get(id)
      if (!request || 'message' in request) return
      const { filters, qos } = request
      // An UNSUBACK of 3.1.1 has no reasons: it is a yes.
      const answered = reasons.length === filters.length || (!reasons.length && qos === undefined)
      if (!answered || (type === SUBACK) !== (qos !== undefined))
        throw violation('SUBACK for another request', PROTOCOL_ERROR)
      exchanges.open.delete(id)
      const refused: string[] = []
      filters.forEach((filter, index) => {
        const reason = reasons[index] ?? 0
        if (reason >= 0x80) refused.push(`${filter} 0x${reason.toString(16)}`)
        if (qos === undefined || reason >= 0x80) granted.delete(filter)
        else granted.set(filter, qos)
      })
      settle(request, refused.length ? new ConnectionError('SubscriptionRefused', refused.join(', ')) : undefined)
    },

    reset(error) {
      const open = requests
      requests = new Set()
      granted.clear()
      exchanges.open.forEach((exchange, id) => {
        if ('filters' in exchange) exchanges.open.delete(id)
      })
      open.forEach((request) => {
        if (!request.restoring) request.outcome(error)
      })
    },
  }
}
