// The shapes of packets, by the standard's names.

import type { Violation } from './reader'

/** 4 is MQTT 3.1.1. */
export type Version = 4 | 5
export type Qos = 0 | 1 | 2

/** Types of packets, as in the high half of the first byte. */
export const CONNECT = 1
export const CONNACK = 2
export const PUBLISH = 3
export const PUBACK = 4
export const PUBREC = 5
export const PUBREL = 6
export const PUBCOMP = 7
export const SUBSCRIBE = 8
export const SUBACK = 9
export const UNSUBSCRIBE = 10
export const UNSUBACK = 11
export const PINGREQ = 12
export const PINGRESP = 13
export const DISCONNECT = 14
export const AUTH = 15

/** A client may not send all that it may receive: in the rules for properties this stands for a PUBLISH of ours. */
export const SENT_PUBLISH = 0

/** The properties of MQTT 5; those that are flags in the standard are 0 or 1. */
export type Properties = Readonly<{
  payloadFormatIndicator?: number | undefined
  messageExpiryInterval?: number | undefined
  contentType?: string | undefined
  responseTopic?: string | undefined
  correlationData?: Uint8Array | undefined
  subscriptionIdentifier?: number | readonly number[] | undefined
  sessionExpiryInterval?: number | undefined
  assignedClientIdentifier?: string | undefined
  serverKeepAlive?: number | undefined
  authenticationMethod?: string | undefined
  authenticationData?: Uint8Array | undefined
  serverReference?: string | undefined
  reasonString?: string | undefined
  receiveMaximum?: number | undefined
  topicAliasMaximum?: number | undefined
  topicAlias?: number | undefined
  maximumQoS?: number | undefined
  retainAvailable?: number | undefined
  /** In their order; a name may come more than once. */
  userProperties?: readonly (readonly [string, string])[] | undefined
  maximumPacketSize?: number | undefined
  wildcardSubscriptionAvailable?: number | undefined
  subscriptionIdentifiersAvailable?: number | undefined
  sharedSubscriptionAvailable?: number | undefined
}>

export interface Publish {
  readonly type: 3
  /** Empty where `properties.topicAlias` stands for it; UNREADABLE (reader.ts) where it is no topic. */
  topic: string
  /** A view into the bytes that were received. */
  readonly payload: Uint8Array
  readonly qos: Qos
  readonly dup: boolean
  readonly retain: boolean
  /** 0 in QoS 0, and where it cannot be read. */
  readonly id: number
  /** Empty where the packet has none, and in 3.1.1; `undefined` where they cannot be told apart. */
  readonly properties: Properties | undefined
  /** What MQTT forbids in it: the message is to be skipped. */
  readonly flaw: Violation | undefined
}

/** Every other packet that a client receives: what does not belong to a type is 0, false or absent. */
export interface Answer {
  readonly type: 2 | 4 | 5 | 6 | 7 | 9 | 11 | 13 | 14 | 15
  readonly id: number
  /** The reason code; 0 where the packet has none. */
  readonly reason: number
  readonly sessionPresent: boolean
  /** CONNACK: it has the form of MQTT 3.1.1, whatever was asked for. */
  readonly legacy: boolean
  /** SUBACK, UNSUBACK: one reason code for each filter. */
  readonly reasons: readonly number[]
  /** Empty where the packet has none, and in 3.1.1. */
  readonly properties: Properties
}

export type Packet = Publish | Answer
