// A message on its way: kept once, however many receivers still wait for it.
import type { IPublishPacket } from 'mqtt-packet'
import { Violation } from './packets'

/** MQTT 5 properties that travel with a message from sender to receiver. */
export type Carried = Pick<
  NonNullable<IPublishPacket['properties']>,
  'payloadFormatIndicator' | 'contentType' | 'responseTopic' | 'correlationData' | 'userProperties'
>

export interface Message {
  /** Counts all messages of the server: the order of everything. */
  readonly seq: number
  readonly topic: string
  /** The topic without its sender. */
  readonly destination: string
  readonly payload: Buffer
  readonly qos: 0 | 1 | 2
  /** Client id of the sender; empty for the server's own. */
  readonly sender: string
  /** Milliseconds since 1970: when it came, and when it is of no use any more. */
  readonly at: number
  readonly expires: number
  /** The sender asked for the expiry, so that receivers are told. */
  readonly mayExpire: boolean
  readonly carried: Carried
}

/** Throws when they could not be handed on: a property twice, or text that is not UTF-8 (which mqtt-packet lets pass). */
export function carriedOf(properties: IPublishPacket['properties']): Carried {
  const { payloadFormatIndicator, contentType, responseTopic, correlationData, userProperties } = properties ?? {}
  const texts = [contentType, responseTopic, ...Object.entries(userProperties ?? {}).flat(2)]
  const sound = texts.every((text) => text === undefined || (typeof text === 'string' && !text.includes('\ufffd')))
  const single = correlationData === undefined || Buffer.isBuffer(correlationData)
  if (!sound || !single || Array.isArray(payloadFormatIndicator)) throw new Violation(0x81, 'a malformed property')
  return {
    ...(payloadFormatIndicator === undefined ? {} : { payloadFormatIndicator }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(responseTopic === undefined ? {} : { responseTopic }),
    ...(correlationData === undefined ? {} : { correlationData: Buffer.from(correlationData) }),
    ...(userProperties === undefined ? {} : { userProperties: { ...userProperties } }),
  }
}

/** Bytes that it costs while it waits. */
export const weightOf = (message: Message): number => message.payload.length + message.topic.length + 200
