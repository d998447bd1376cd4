// SUBACK and UNSUBACK: the server's word on each filter.
import { answer } from './answer'
import { SUBACK, type Answer, type Version } from './packet'
import { readProperties } from './properties'
import { more, readByte, readId } from './reader'
import { violation } from './violation'

/** Servers send codes of MQTT 5 in 3.1.1 too (ejabberd: 0x8F): all from 0x80 on are failures in every version. */
export function decodeSuback(type: 9 | 11, version: Version): Answer {
  const id = readId()
  const properties = readProperties(type, version)
  const reasons: number[] = []
  while (version > 4 || type === SUBACK ? more() : false) {
    const reason = readByte()
    if (type === SUBACK && reason > 2 && reason < 0x80) throw violation('SUBACK code')
    reasons.push(reason)
  }
  if (!reasons.length && (version > 4 || type === SUBACK)) throw violation('no reason codes')
  return answer(type, id, 0, properties, reasons)
}
