// What the app listens to: asked for once, kept by the server, and restored by us when the server lost it.
import { ConnectionError } from '../errors/connection-error'
import type { Outcome, SessionHost } from '../protocol/session'
import { SUBACK, type Answer, type Qos } from './codec/packet'
import { fail, PROTOCOL_ERROR } from './codec/reader'
import { encodeSubscribe } from './codec/subscribe'
import type { Link, Request } from './link'

export interface Subscriptions {
  /** The session begins on a link: what the server may have lost, then what was not answered. */
  start(resumed: boolean): void
  /** Subscribes, or unsubscribes where `qos` is undefined. */
  request(filters: readonly string[], qos: Qos | undefined, outcome: Outcome): void
  /** SUBACK, UNSUBACK. */
  acknowledged(packet: Answer): void
  reset(): void
}

/** Restored filters in one packet, so that it stays small. */
const TOGETHER = 64

export function createSubscriptions(link: Link, host: SessionHost): Subscriptions {
  const { open } = link
  /** By filter, what the server granted. */
  const granted = new Map<string, Qos>()

  /** The outcome of what we ask for because the server lost it. */
  const restored: Outcome = (error) => {
    if (error && link.server) host.unsubscribed(error)
  }

  function transmit(request: Request, id: number): void {
    const { filters, qos } = request
    const { wildcardSubscriptionAvailable, sharedSubscriptionAvailable } = link.server!
    const lacking = filters.find(
      (filter) =>
        (wildcardSubscriptionAvailable === 0 && /[+#]/.test(filter)) ||
        (sharedSubscriptionAvailable === 0 && filter.startsWith('$share/')),
    )
    const failure =
      lacking === undefined
        ? link.send(() => encodeSubscribe(link.version, id, filters, qos))
        : new ConnectionError('SubscriptionRefused', `the server has no such subscriptions: ${lacking}`)
    if (!failure) return
    open.delete(id)
    request.outcome(failure)
  }

  function request(filters: readonly string[], qos: Qos | undefined, outcome: Outcome): void {
    const asked = { filters, qos, outcome }
    const id = link.add(asked)
    if (!id) outcome(new ConnectionError('QueueFull'))
    // Without a link it waits for the next one.
    else if (link.server) transmit(asked, id)
  }

  function restore(): void {
    ;([0, 1, 2] as const).forEach((qos) => {
      const all = Array.from(granted.keys()).filter((filter) => granted.get(filter) === qos)
      while (all.length) request(all.splice(0, TOGETHER), qos, restored)
    })
  }

  return {
    start(resumed) {
      const unanswered = Array.from(open)
      const restoring = unanswered.filter(([, { outcome }]) => outcome === restored)
      restoring.forEach(([id]) => open.delete(id))
      // Also where the restoring itself was cut short.
      if (!resumed || restoring.length) restore()
      unanswered.forEach(([id, one]) => {
        if (one.filters && one.outcome !== restored) transmit(one, id)
      })
    },

    request,

    acknowledged({ type, id, reasons }) {
      const answered = open.get(id)
      if (!answered?.filters) return
      const { filters, qos, outcome } = answered
      // An UNSUBACK of 3.1.1 has no reasons: it is a yes.
      if (
        (reasons.length !== filters.length && (reasons.length || qos !== undefined)) ||
        (type === SUBACK) !== (qos !== undefined)
      )
        fail(PROTOCOL_ERROR)
      open.delete(id)
      const refused: string[] = []
      filters.forEach((filter, index) => {
        const reason = reasons[index] ?? 0
        if (reason >= 0x80) refused.push(`${filter} 0x${reason.toString(16)}`)
        if (qos === undefined || reason >= 0x80) granted.delete(filter)
        else granted.set(filter, qos)
      })
      outcome(refused.length ? new ConnectionError('SubscriptionRefused', refused.join(', ')) : undefined)
    },

    reset: () => granted.clear(),
  }
}
