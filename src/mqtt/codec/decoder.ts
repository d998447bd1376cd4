// Bytes in, packets out: what a client may receive, and nothing else.
import { decodeAcknowledgement } from './acknowledgement'
import { answer } from './answer'
import { decodeConnack } from './connack'
import { decodeReason } from './disconnect'
import { createFraming } from './framing'
import { CONNACK, PINGRESP, PUBLISH, PUBREL, SUBACK, UNSUBACK, type Packet, type Version } from './packet'
import { decodePublish } from './publish'
import { more, position, type LastTopic } from './reader'
import { decodeSuback } from './suback'
import { MALFORMED, violation, type Violation } from './violation'

export interface Decoder {
  /** Takes the next bytes of the link; packets of the bytes before must have been taken out. */
  push: (chunk: Uint8Array) => void
  /**
   * The next whole packet; `undefined` until more bytes come. Throws a Violation, after which the decoder is of no use.
   * Views in the packet (payload, binary properties) show the bytes that were pushed.
   */
  next(): Packet | undefined
}

export function createDecoder(version: Version, maximumPacketSize: number): Decoder {
  const framing = createFraming(maximumPacketSize)
  const last: LastTopic = { bytes: new Uint8Array(0), text: '' }

  function decode(header: number): Packet {
    const type = header >> 4
    const flags = header & 15
    if (type === PUBLISH) return decodePublish(flags, version, last)
    if (flags !== (type === PUBREL ? 2 : 0)) throw violation('reserved flags')
    switch (type) {
      case CONNACK:
        return decodeConnack(version)
      case 4:
      case 5:
      case 6:
      case 7:
        return decodeAcknowledgement(type, version)
      case SUBACK:
      case UNSUBACK:
        return decodeSuback(type, version)
      case PINGRESP:
        return answer(type, 0, 0)
      case 14:
      case 15:
        return decodeReason(type, version)
    }
    throw violation('packet that only a client may send')
  }

  return {
    push: framing.push,
    next() {
      let header = -1
      try {
        header = framing.next()
        if (header < 0) return undefined
        const packet = decode(header)
        if (more()) throw violation('bytes left over')
        return packet
      } catch (error) {
        const broken = error as Violation
        broken.reason ??= MALFORMED // UTF-8 knows nothing of MQTT
        broken.message += header < 0 ? ' (fixed header)' : ` (packet 0x${header.toString(16)}, byte ${position()})`
        throw broken
      }
    },
  }
}
