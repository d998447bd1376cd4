// What the server allows on this link, and what that is where it says nothing.
import type { Properties, Version } from './codec/packet'

export interface Limits {
  readonly version: Version
  readonly receiveMaximum: number
  readonly maximumPacketSize: number
  readonly topicAliasMaximum: number
  readonly maximumQos: number
  readonly retain: boolean
  readonly wildcard: boolean
  readonly shared: boolean
}

// Our own bounds: a server may allow more than is good for a phone's memory.
const WINDOW = 1000
const ALIASES = 256

export function limitsOf(version: Version, properties: Properties): Limits {
  return {
    version,
    receiveMaximum: Math.min(properties.receiveMaximum ?? WINDOW, WINDOW),
    maximumPacketSize: properties.maximumPacketSize ?? Infinity,
    topicAliasMaximum: Math.min(properties.topicAliasMaximum ?? 0, ALIASES),
    maximumQos: properties.maximumQoS ?? 2,
    retain: properties.retainAvailable !== 0,
    wildcard: properties.wildcardSubscriptionAvailable !== 0,
    shared: properties.sharedSubscriptionAvailable !== 0,
  }
}
