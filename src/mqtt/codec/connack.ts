// CONNACK: the server accepts the session or says why not.
import { answer } from './answer'
import { CONNACK, type Answer, type Version } from './packet'
import { readProperties } from './properties'
import { more, readByte } from './reader'
import { violation } from './violation'

export function decodeConnack(version: Version): Answer {
  const flags = readByte()
  const reason = readByte()
  // Two bytes are the form of 3.1.1: an old server's way to refuse MQTT 5, which nobody may mistake for a broken packet.
  const legacy = !more()
  if (flags > 1 || (flags && reason)) throw violation('CONNACK flags')
  if (legacy ? reason > 5 || (version > 4 && !reason) : reason && reason < 0x80) throw violation('CONNACK code')
  const properties = legacy ? undefined : readProperties(CONNACK, version)
  return answer(CONNACK, 0, reason, properties, undefined, flags > 0, legacy)
}
