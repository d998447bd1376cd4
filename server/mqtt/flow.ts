// What one connection may still do: packets in a second, topic aliases in both directions.
import { steadyNow } from '../clock'
import type { Publish, Version } from './codec/read'
import { protocolError, topicAliasInvalid, Violation } from './codec/violation'
import { deliverySize, type Delivery } from './codec/write'

/** Counts packets: `spend` is false when this second's are used up, until it is `over`. */
export class Rate {
  #left: number
  #since = steadyNow()

  constructor(private readonly perSecond: number) {
    this.#left = perSecond
  }

  spend(now: number): boolean {
    if (now >= this.over) {
      this.#left = this.perSecond
      this.#since = now
    }
    return this.#left-- > 0
  }

  /** When this second is over, by the steady clock. */
  get over(): number {
    return this.#since + 1000
  }
}

/** No topic of ours is longer; of a longer one only that is remembered, so that aliases hold no more than they should. */
const longestTopic = 512
const tooLong = '/'

/** Gives every PUBLISH of the client its topic. */
export class IncomingAliases {
  #topics: Map<number, string> | undefined

  constructor(private readonly most: number) {}

  topicOf({ topic, alias }: Publish): string {
    if (alias === undefined) return topic
    if (alias > this.most) throw new Violation(topicAliasInvalid, `topic alias ${alias}`)
    this.#topics ??= new Map()
    if (topic !== '') this.#topics.set(alias, topic.length > longestTopic ? tooLong : topic)
    const known = this.#topics.get(alias)
    if (known === undefined) throw new Violation(protocolError, `topic alias ${alias} stands for nothing`)
    return known
  }
}

/** Replaces topics that were sent before by their number, as far as the client takes them. */
export class OutgoingAliases {
  /** How many the client takes. */
  most = 0
  #aliases: Map<string, number> | undefined

  /** How a PUBLISH leaves so that the client takes it: its alias (0: none), and whether the topic stays out. */
  wayOf(delivery: Delivery, version: Version, largest: number): { alias: number; known: boolean } | undefined {
    const fits = (alias: number, known: boolean): boolean =>
      largest === Infinity || deliverySize(delivery, version, alias, known) <= largest
    const known = version === 5 ? this.#aliases?.get(delivery.topic) : undefined
    if (known !== undefined && fits(known, true)) return { alias: known, known: true }
    const next = (this.#aliases?.size ?? 0) + 1
    if (version === 5 && known === undefined && next <= this.most && fits(next, false)) {
      this.#aliases ??= new Map()
      this.#aliases.set(delivery.topic, next)
      return { alias: next, known: false }
    }
    return fits(0, false) ? { alias: 0, known: false } : undefined
  }
}
