// PUBLISH: a message, in either direction.
import { PUBLISH, SENT_PUBLISH, type Properties, type Publish, type Qos, type Version } from './packet'
import { noProperties, readProperties, writeProperties } from './properties'
import {
  flawed,
  forgiving,
  PACKET_TOO_LARGE,
  readRest,
  readTopic,
  readUint16,
  unforgiving,
  UNREADABLE,
  violation,
  type Violation,
} from './reader'
import { begin, finish, invalid, writeField, writeRaw, writeUint16, type Bytes } from './writer'

const nothing = new Uint8Array(0)

export interface OutgoingPublish {
  readonly topic: string
  readonly payload: string | Uint8Array
  readonly qos: Qos
  readonly retain?: boolean
  readonly properties?: Readonly<Record<string, unknown>>
}

/**
 * The message as a packet; properties are left out in 3.1.1.
 * `alias` 0 is none; `known` says that the server has heard the alias with its topic, which then stays out.
 */
export function encodePublish(
  version: Version,
  { topic, payload, qos, retain, properties }: OutgoingPublish,
  id: number,
  dup: boolean,
  alias: number,
  known: boolean,
): Bytes {
  if (!topic || /[+#]/.test(topic)) throw invalid('topic must be a name without wildcards')
  begin()
  writeField(known ? '' : topic)
  if (qos) writeUint16(id)
  if (version > 4) writeProperties(properties, SENT_PUBLISH, alias)
  writeRaw(payload)
  return finish((PUBLISH << 4) | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0))
}

/**
 * Its frame is intact, so whatever is wrong inside is a `flaw` of this message and not the end of the link.
 * `cut`: it is too large, and only its beginning is there.
 */
export function decodePublish(header: number, version: Version, cut: boolean): Publish {
  const qos = ((header >> 1) & 3) as Qos
  const dup = (header & 8) > 0
  let topic = UNREADABLE
  let id = 0
  let properties: Properties | undefined
  let payload: Uint8Array = nothing
  forgiving()
  try {
    if (cut) flawed(violation(PACKET_TOO_LARGE))
    topic = readTopic()
    if (qos && !(id = readUint16())) flawed()
    if ((qos as number) > 2 || (dup && !qos)) flawed()
    properties = version > 4 ? readProperties(PUBLISH) : noProperties
    if (!topic && properties.topicAlias === undefined) flawed()
    if (!cut) payload = readRest(properties.payloadFormatIndicator === 1)
  } catch (error) {
    flawed(error as Violation)
  }
  return { type: PUBLISH, topic, payload, qos, dup, retain: (header & 1) > 0, id, properties, flaw: unforgiving() }
}
