// How well a phone was connected while it could be: with the app in front, and a network there.
import type { Phone, Span } from './phone'

interface Stretch {
  readonly from: number
  readonly to: number
}

/** States in which nobody wants a connection. */
const UNWANTED = ['idle', 'stopped', 'destroyed', 'closing']

export interface Availability {
  /** Milliseconds in which a connection was wanted and could be, and of these the connected ones. */
  readonly wanted: number
  readonly online: number
  /** How often it came online. */
  readonly logins: number
  /** Links that broke and were not ended on purpose. */
  readonly drops: number
  /** Of these the ones after which the phone was connected again. */
  readonly recovered: number
  /** The longest way back, without the time in which it could not be. */
  readonly slowest: number
}

const both = (a: readonly Stretch[], b: readonly Stretch[]): Stretch[] => {
  const found: Stretch[] = []
  for (let i = 0, k = 0; i < a.length && k < b.length;) {
    const from = Math.max(a[i]!.from, b[k]!.from)
    const to = Math.min(a[i]!.to, b[k]!.to)
    if (from < to) found.push({ from, to })
    if (a[i]!.to < b[k]!.to) i++
    else k++
  }
  return found
}

/** The stretches in which something was not `what`; all time where the log says nothing of it. */
const except = (spans: readonly Span[], what: string, { from, to }: Stretch): readonly Stretch[] => {
  const found: Stretch[] = []
  let free = from
  for (const span of spans)
    if (span.what === what) {
      if (span.from > free) found.push({ from: free, to: span.from })
      free = span.to
    }
  if (to > free) found.push({ from: free, to })
  return found
}

const total = (stretches: readonly Stretch[]): number => stretches.reduce((sum, { from, to }) => sum + to - from, 0)

export const availabilityOf = (phone: Omit<Phone, 'records'>): Availability => {
  const reachable = both(except(phone.app, 'hidden', phone), except(phone.network, 'none', phone))
  let [wanted, online, logins, drops, recovered, slowest] = [0, 0, 0, 0, 0, 0]
  for (const { number, states } of phone.connections) {
    wanted += total(
      both(
        states.filter(({ what }) => !UNWANTED.includes(what)),
        reachable,
      ),
    )
    online += total(
      both(
        states.filter(({ what }) => what === 'online'),
        reachable,
      ),
    )
    logins += states.filter(({ what }) => what === 'online').length
    for (const { connection, state, next, t } of phone.refusals) {
      if (connection !== number || state !== 'online' || UNWANTED.includes(next)) continue
      drops++
      const back = states.find(({ from, what }) => what === 'online' && from > t)
      if (!back) continue
      recovered++
      slowest = Math.max(slowest, total(both([{ from: t, to: back.from }], reachable)))
    }
  }
  return { wanted, online, logins, drops, recovered, slowest }
}
