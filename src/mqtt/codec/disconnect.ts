// DISCONNECT: either side ends the link and, in MQTT 5, says why.
import { answer } from './answer'
import { DISCONNECT, type Answer, type Version } from './packet'
import { readProperties } from './properties'
import { more, readByte } from './reader'
import { violation } from './violation'
import { begin, finish, writeByte, type Bytes } from './writer'

/** In 3.1.1 the reason stays out. */
export function encodeDisconnect(version: Version, reason: number): Bytes {
  begin()
  if (version > 4 && reason) writeByte(reason)
  return finish(DISCONNECT << 4)
}

/** DISCONNECT and AUTH have one form: nothing, a reason, or a reason and properties. In 3.1.1 no server sends them. */
export function decodeReason(type: 14 | 15, version: Version): Answer {
  if (version < 5) throw violation('packet of MQTT 5 in 3.1.1')
  const reason = more() ? readByte() : 0
  // 0x04 is a client's to send.
  if (type === DISCONNECT && reason && reason < 0x80) throw violation('DISCONNECT code')
  return answer(type, 0, reason, more() ? readProperties(type, version) : undefined)
}
