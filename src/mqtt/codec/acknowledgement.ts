// PUBACK, PUBREC, PUBREL, PUBCOMP: the four packets that carry a message id and a reason.
import { answer } from './answer'
import { PUBREL, type Answer, type Version } from './packet'
import { readProperties } from './properties'
import { more, readByte, readId } from './reader'
import { begin, finish, writeByte, writeUint16, type Bytes } from './writer'

export type Acknowledgement = 4 | 5 | 6 | 7

/** In 3.1.1 the reason stays out. */
export function encodeAcknowledgement(version: Version, type: Acknowledgement, id: number, reason: number): Bytes {
  begin()
  writeUint16(id)
  if (version > 4 && reason) writeByte(reason)
  return finish((type << 4) | (type === PUBREL ? 2 : 0))
}

export function decodeAcknowledgement(type: Acknowledgement, version: Version): Answer {
  const id = readId()
  const reason = version > 4 && more() ? readByte() : 0
  return answer(type, id, reason, version > 4 && more() ? readProperties(type, version) : undefined)
}
