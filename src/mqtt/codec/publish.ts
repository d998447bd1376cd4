// PUBLISH: a message, in either direction.
import { PUBLISH, type Publish, type Qos, type Version } from './packet'
import { readProperties, SENT_PUBLISH, writeProperties } from './properties'
import { readId, readRest, readTopicLike, type LastTopic } from './reader'
import { violation } from './violation'
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
  message: OutgoingPublish,
  id: number,
  dup: boolean,
  alias: number,
  known: boolean,
): Bytes {
  const { topic, qos } = message
  if (!topic || /[+#]/.test(topic)) throw invalid('topic must be a name without wildcards')
  begin()
  writeField(known ? '' : topic, 'topic')
  if (qos) writeUint16(id)
  if (version > 4) writeProperties(message.properties, SENT_PUBLISH, alias)
  writeRaw(message.payload)
  return finish((PUBLISH << 4) | (dup ? 8 : 0) | (qos << 1) | (message.retain ? 1 : 0))
}

export function decodePublish(flags: number, version: Version, last: LastTopic): Publish {
  const qos = ((flags >> 1) & 3) as Qos
  const dup = flags > 7
  if ((qos as number) > 2 || (dup && !qos)) throw violation('PUBLISH flags')
  const topic = readTopicLike(last)
  const id = qos ? readId() : 0
  const properties = readProperties(PUBLISH, version)
  if (!topic && properties.topicAlias === undefined) throw violation('empty topic')
  return { type: PUBLISH, topic, payload: readRest(), qos, dup, retain: (flags & 1) > 0, id, properties }
}
