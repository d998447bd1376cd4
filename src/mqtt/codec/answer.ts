// Every packet but PUBLISH that answers or asks in a few bytes: acknowledgements, CONNACK, SUBACK, UNSUBACK, PINGREQ,
// PINGRESP, DISCONNECT and the server's AUTH. One shape for all, so that whoever reads them meets one kind of object.
import { CONNACK, DISCONNECT, PINGRESP, PUBREL, SUBACK, UNSUBACK, type Answer, type Version } from './packet'
import { noProperties, readProperties } from './properties'
import { fail, more, readByte, readId } from './reader'
import { begin, finish, writeByte, writeUint16, type Bytes } from './writer'

/** PUBREL alone has flags. */
const headerOf = (type: number): number => (type << 4) | (type === PUBREL ? 2 : 0)

/** Id and reason stay out where they are 0, the reason also in 3.1.1. */
export function encodeAnswer(version: Version, type: number, id = 0, reason = 0): Bytes {
  begin()
  if (id) writeUint16(id)
  if (version > 4 && reason) writeByte(reason)
  return finish(headerOf(type))
}

// By type, as bits: what a server may send, in 3.1.1 and (with DISCONNECT and AUTH) in MQTT 5, and what has an id.
const OLD = 0b0010_1010_1111_0100
const NEW = 0b1110_1010_1111_0100
const WITH_ID = 0b0000_1010_1111_0000

export function decodeAnswer(header: number, version: Version): Answer {
  const type = header >> 4
  const five = version > 4
  if (header !== headerOf(type) || !(((five ? NEW : OLD) >> type) & 1)) fail()
  const acceptance = type === CONNACK
  const granting = type === SUBACK
  /** SUBACK, UNSUBACK of MQTT 5: a reason for each filter. */
  const listed = granting || (five && type === UNSUBACK)
  const flags = acceptance ? readByte() : 0
  const id = (WITH_ID >> type) & 1 ? readId() : 0
  /** There is more, in a packet that may have it. */
  const longer = (): boolean => five && type !== PINGRESP && more()
  const reason = acceptance || (!listed && longer()) ? readByte() : 0
  // Two bytes are the form of 3.1.1: an old server's way to refuse MQTT 5, which nobody may mistake for a broken packet.
  const legacy = acceptance && !more()
  if (flags > 1 || (flags && reason)) fail()
  if (legacy ? reason > 5 || (five && !reason) : (acceptance || type === DISCONNECT) && reason && reason < 0x80) fail()
  const properties = longer() ? readProperties(type) : noProperties
  const reasons: number[] = []
  // Servers send codes of MQTT 5 in 3.1.1 too (ejabberd: 0x8F): all from 0x80 on are failures in every version.
  while (listed && more()) {
    const one = readByte()
    reasons.push(granting && one > 2 && one < 0x80 ? fail() : one)
  }
  if (listed && !reasons.length) fail()
  return { type: type as Answer['type'], id, reason, sessionPresent: flags > 0, legacy, reasons, properties }
}
