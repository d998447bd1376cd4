// A message on its way: kept once, however many receivers still wait for it.
import type { IPublishPacket } from 'mqtt-packet'

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

export function carriedOf(properties: IPublishPacket['properties']): Carried {
  const { payloadFormatIndicator, contentType, responseTopic, correlationData, userProperties } = properties ?? {}
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
