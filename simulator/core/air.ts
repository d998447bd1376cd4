// What lies between a phone and its servers: the state of its network, and what that does to every link.
// Models wechat-runtime.md section 8: none/wifi/4g, latency, loss (as the retransmission it costs),
// a stall, half-open links (nothing passes, nobody is told), a cut without notice.
// Extend: a new impairment is one more condition in `Direction`; keep it off the path while it is not in use.
import type { Clock } from './clock'
import type { Link, LinkConnection, LinkEvents, LinkRequest } from './link'

export type NetworkType = 'wifi' | '2g' | '3g' | '4g' | '5g' | 'unknown' | 'none'

export interface Conditions {
  type: NetworkType
  /** One way, ms. */
  latency: number
  /** Probability that a message must be sent again, which costs 300 ms, then 600 and so on. */
  loss: number
  /** Nothing passes, nothing fails; what waited arrives when it ends. */
  stalled: boolean
  /** Every link is dead and new ones hang, without a word to anybody. Links that lived through it stay dead. */
  halfOpen: boolean
}

export interface AirConnection extends LinkConnection {
  /** false once nothing can pass any more, although nobody was told. */
  readonly alive: boolean
}

export interface Air {
  readonly conditions: Readonly<Conditions>
  change(change: Partial<Conditions>): void
  open(request: LinkRequest, events: LinkEvents): AirConnection
  /** One way of an HTTP exchange; where nothing passes it never arrives. */
  carry(run: () => void): void
  /** Kills every link there is, silently. */
  cut(): void
  /** Ends every connection for good, dead ones too, so that no server is left with one. */
  dispose(): void
}

const RESEND = 300

export function createAir(clock: Clock, link: Link, random: () => number): Air {
  const conditions: Conditions = { type: 'wifi', latency: 0, loss: 0, stalled: false, halfOpen: false }
  const cuts = new Set<() => void>()
  const underneath = new Set<LinkConnection>()
  let waiting: (() => void)[] = []

  function delay(): number {
    let ms = conditions.latency
    for (let wait = RESEND; conditions.loss > 0 && random() < conditions.loss && wait < RESEND * 64; wait *= 2)
      ms += wait
    return ms
  }

  /** A lane in which nothing overtakes anything; `alive` is asked at departure and at arrival. */
  function lane(alive: () => boolean): (run: () => void) => void {
    let last = 0
    let inFlight = 0
    const pass = (run: () => void) => {
      if (conditions.stalled) {
        inFlight++
        waiting.push(() => {
          inFlight--
          pass(run)
        })
        return
      }
      const ms = delay()
      if (ms === 0 && inFlight === 0) {
        run()
        return
      }
      last = Math.max(last, clock.now() + ms)
      inFlight++
      clock.setTimeout(() => {
        inFlight--
        if (alive()) run()
      }, last - clock.now())
    }
    return (run) => {
      if (alive()) pass(run)
    }
  }

  function open(request: LinkRequest, events: LinkEvents): AirConnection {
    let alive = true
    const isAlive = () => alive
    const die = () => {
      alive = false
      cuts.delete(die)
    }
    const up = lane(isAlive)
    const down = lane(isAlive)
    let connection: LinkConnection | undefined

    const forget = () => {
      die()
      if (connection) underneath.delete(connection)
    }
    if (conditions.type === 'none') {
      clock.setTimeout(() => {
        if (!alive) return
        die()
        events.failed({ kind: 'transport' })
      }, 1)
    } else if (conditions.halfOpen) {
      alive = false
    } else {
      up(() => {
        const mine = link.open(request, {
          opened: (info) => down(() => events.opened(info)),
          message: (data) => down(() => events.message(data)),
          closed(code, reason) {
            underneath.delete(mine)
            down(() => {
              die()
              events.closed(code, reason)
            })
          },
          failed(failure) {
            underneath.delete(mine)
            down(() => {
              die()
              events.failed(failure)
            })
          },
        })
        connection = mine
        underneath.add(mine)
      })
    }
    cuts.add(die)

    return {
      get alive() {
        return alive
      },
      send: (data) => up(() => connection?.send(data)),
      close: (code, reason) => up(() => connection?.close(code, reason)),
      terminate() {
        const wasAlive = alive
        if (wasAlive) {
          connection?.terminate()
          forget()
        } else die()
      },
    }
  }

  function cut(): void {
    for (const die of [...cuts]) die()
  }

  return {
    conditions,
    change(change) {
      Object.assign(conditions, change)
      if (conditions.halfOpen) cut()
      if (!conditions.stalled) {
        const now = waiting
        waiting = []
        for (const run of now) run()
      }
    },
    open,
    carry(run) {
      lane(() => !conditions.halfOpen && conditions.type !== 'none')(run)
    },
    cut,
    dispose() {
      cut()
      for (const connection of underneath) connection.terminate()
      underneath.clear()
    },
  }
}
