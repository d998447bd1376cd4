// PUBLISH: a message, in either direction.
import { PUBLISH, SENT_PUBLISH, type Publish, type Qos, type Version } from './packet'
import { noProperties, readProperties, writeProperties } from './properties'
import { fail, readId, readRest, readTopic } from './reader'
import { begin, finish, invalid, writeField, writeRaw, writeUint16, type Bytes } from './writer'

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

export function decodePublish(header: number, version: Version): Publish {
  const qos = ((header >> 1) & 3) as Qos
  const dup = (header & 8) > 0
  if ((qos as number) > 2 || (dup && !qos)) fail()
  const topic = readTopic()
  const id = qos ? readId() : 0
  const properties = version > 4 ? readProperties(PUBLISH) : noProperties
  if (!topic && properties.topicAlias === undefined) fail()
  return { type: PUBLISH, topic, payload: readRest(), qos, dup, retain: (header & 1) > 0, id, properties }
}
