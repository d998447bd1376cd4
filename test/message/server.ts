// A server with queues, on a virtual clock: it behaves like a broker with QoS 1 sessions.
//
// It keeps what is not acknowledged, sends it again after a drop, and its word about a publish may get lost.
// How to extend: another fault is another method or another function that a test replaces.
import type { ConnectionError } from '../../src/errors/connection-error'
import { createVirtualClock, type VirtualClock } from '../../simulator/core/virtual-clock'
import { covers } from '../fakes/topic-filter'

export const newClock = (): VirtualClock =>
  createVirtualClock({ drain: () => new Promise((resolve) => setImmediate(resolve)) })

export interface Receiver {
  arrive(topic: string, payload: string, ack: () => void): void
}

/** What a server keeps for one user. */
interface Mailbox {
  readonly filters: Set<string>
  queue: { readonly topic: string; readonly payload: string }[]
  /** How many at the head of the queue were sent on the present link. */
  sent: number
  link: Link | undefined
}

/** One connection between a phone and the server. Words arrive in order, each after the latency. */
export class Link {
  open = true
  constructor(
    readonly app: Receiver,
    private readonly clock: VirtualClock,
    private readonly latency: () => number,
  ) {}
  private at = 0
  later(run: () => void): void {
    this.at = Math.max(this.at, this.clock.now() + this.latency())
    this.clock.setTimeout(() => {
      if (this.open) run()
    }, this.at - this.clock.now())
  }
}

export class Server {
  readonly mailboxes = new Map<string, Mailbox>()
  readonly groups = new Map<string, Set<string>>()
  /** The topics and payloads of everything that was published, in order of arrival. */
  readonly taken: { topic: string; payload: string }[] = []
  /** Says no to a publish. */
  refuse: (topic: string, payload: string) => ConnectionError | undefined = () => undefined
  /** Unacknowledged messages on the way to a phone. */
  receiveMaximum = 20
  latency = () => 5
  constructor(readonly clock: VirtualClock) {}

  mailbox(user: string): Mailbox {
    let box = this.mailboxes.get(user)
    if (!box) this.mailboxes.set(user, (box = { filters: new Set(), queue: [], sent: 0, link: undefined }))
    return box
  }

  connect(user: string, app: Receiver): Link {
    const box = this.mailbox(user)
    if (box.link) box.link.open = false
    box.sent = 0
    return (box.link = new Link(app, this.clock, () => this.latency()))
  }

  publish(topic: string, payload: string): ConnectionError | undefined {
    const refused = this.refuse(topic, payload)
    if (refused) return refused
    this.taken.push({ topic, payload })
    for (const [user, box] of this.mailboxes) {
      const group = /\/g\/([^/]+)\//.exec(topic)?.[1]
      if (group && !this.groups.get(group)?.has(user)) continue
      if (![...box.filters].some((filter) => covers(filter, topic))) continue
      box.queue.push({ topic, payload })
      this.flow(user)
    }
    return undefined
  }

  flow(user: string): void {
    const box = this.mailbox(user)
    const link = box.link
    while (link?.open && box.sent < box.queue.length && box.sent < this.receiveMaximum) {
      const message = box.queue[box.sent++]!
      link.later(() => {
        link.app.arrive(message.topic, message.payload, () => {
          link.later(() => {
            const at = box.queue.indexOf(message)
            if (at < 0) return
            box.queue.splice(at, 1)
            box.sent--
            this.flow(user)
          })
        })
      })
    }
  }
}
