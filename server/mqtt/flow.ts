// What one connection may still do: packets in a second, topic aliases in both directions.
import { steadyNow } from '../clock'
import type { Publish, Version } from './codec/read'
import { protocolError, topicAliasInvalid, Violation } from './codec/violation'
import { deliverySize, type Delivery } from './codec/write'

/** Counts packets: `spend` is false when this second's are used up, until it is `over`. */
export function createRate(perSecond: number): { spend(): boolean; over(now: number): boolean } {
  let left = perSecond
  let since = steadyNow()
  return {
    spend() {
      const now = steadyNow()
      if (now - since >= 1000) {
        left = perSecond
        since = now
      }
      return left-- > 0
    },
    over: (now) => now - since >= 1000,
  }
}

/** No topic of ours is longer; of a longer one only that is remembered, so that aliases hold no more than they should. */
const longestTopic = 512
const tooLong = '/'

/** Gives every PUBLISH of the client its topic. */
export function createIncomingAliases(most: number): (packet: Publish) => string {
  const topics = new Map<number, string>()
  return ({ topic, alias }) => {
    if (alias === undefined) return topic
    if (alias > most) throw new Violation(topicAliasInvalid, `topic alias ${alias}`)
    if (topic !== '') topics.set(alias, topic.length > longestTopic ? tooLong : topic)
    const known = topics.get(alias)
    if (known === undefined) throw new Violation(protocolError, `topic alias ${alias} stands for nothing`)
    return known
  }
}

export interface OutgoingAliases {
  /** How a PUBLISH leaves so that the client takes it: its alias (0: none), and whether the topic stays out. */
  wayOf(delivery: Delivery, version: Version, most: number): { alias: number; known: boolean } | undefined
}

/** Replaces topics that were sent before by their number, as far as the client takes them. */
export function createOutgoingAliases(most: number): OutgoingAliases {
  const aliases = new Map<string, number>()
  return {
    wayOf(delivery, version, largest) {
      const fits = (alias: number, known: boolean): boolean =>
        largest === Infinity || deliverySize(delivery, version, alias, known) <= largest
      const known = version === 5 ? aliases.get(delivery.topic) : undefined
      if (known !== undefined && fits(known, true)) return { alias: known, known: true }
      const next = aliases.size + 1
      if (version === 5 && known === undefined && next <= most && fits(next, false)) {
        aliases.set(delivery.topic, next)
        return { alias: next, known: false }
      }
      return fits(0, false) ? { alias: 0, known: false } : undefined
    },
  }
}
