// What one connection may still do: packets in a second, unfinished messages, topic aliases in both directions.
import type { IPublishPacket } from 'mqtt-packet'
import { Violation } from './packets'

/** Counts packets: `spend` is false when this second's are used up, until it is `over`. */
export function createRate(perSecond: number): { spend(): boolean; over(now: number): boolean } {
  let left = perSecond
  let since = Date.now()
  return {
    spend() {
      const now = Date.now()
      if (now - since >= 1000) {
        left = perSecond
        since = now
      }
      return left-- > 0
    },
    over: (now) => now - since >= 1000,
  }
}

/** Gives every PUBLISH of the client its topic. */
export function createIncomingAliases(most: number): (packet: IPublishPacket) => string {
  const topics = new Map<number, string>()
  return ({ topic, properties }) => {
    const alias = properties?.topicAlias
    if (alias === undefined) return topic
    if (alias < 1 || alias > most) throw new Violation(0x94, `topic alias ${alias}`)
    if (topic !== '') topics.set(alias, topic)
    const known = topics.get(alias)
    if (known === undefined) throw new Violation(0x82, `topic alias ${alias} stands for nothing`)
    return known
  }
}

/** Replaces topics that were sent before by their number, as far as the client takes them. */
export function createOutgoingAliases(most: number): (packet: IPublishPacket) => IPublishPacket {
  const aliases = new Map<string, number>()
  return (packet) => {
    const known = aliases.get(packet.topic)
    const topicAlias = known ?? (aliases.size < most ? aliases.size + 1 : undefined)
    if (topicAlias === undefined) return packet
    aliases.set(packet.topic, topicAlias)
    return {
      ...packet,
      topic: known === undefined ? packet.topic : '',
      properties: { ...packet.properties, topicAlias },
    }
  }
}
