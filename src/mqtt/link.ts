// What the parts of a session share: the link they write to, what its server allows, and which packet ids are taken by what.
import { ConnectionError, isConnectionError } from '../errors/connection-error'
import type { Outcome } from '../protocol/session'
import { encodeAnswer } from './codec/answer'
import type { Properties, Qos, Version } from './codec/packet'
import type { OutgoingPublish } from './codec/publish'
import type { Bytes } from './codec/writer'

/** A publish of QoS 1 or 2 on its way. */
export interface Flight {
  readonly filters?: undefined
  readonly message: OutgoingPublish
  readonly outcome: Outcome
  /** Its packet id. */
  id: number
  /** The link of this session that it was last sent on; 0 is none. */
  link: number
  /** QoS 2: the server has it, and only the release is open. */
  released: boolean
  /** The server may have lost the session in between without our knowing. */
  doubtful: boolean
}

/** A SUBSCRIBE, or an UNSUBSCRIBE where `qos` is undefined. */
export interface Request {
  readonly link?: undefined
  readonly filters: readonly string[]
  readonly qos: Qos | undefined
  readonly outcome: Outcome
}

export interface Link {
  version: Version
  /** What the server told when it accepted the session; `undefined` while there is none on a link. */
  server: Properties | undefined
  /** What is not answered yet, by its packet id, in the order in which it was asked for. */
  readonly open: Map<number, Flight | Request>
  /** Takes an id, the ids going round, so that a freed one rests as long as possible; 0 when there is none. */
  add(exchange: Flight | Request): number
  /** Writes one of the short packets. */
  answer(type: number, id?: number, reason?: number): void
  /** Writes what `encode` makes, or says why it cannot be sent. */
  send(encode: () => Bytes): ConnectionError | undefined
}

const IDS = 0xffff

/** `asked` hears of whatever may have to be answered. */
export function createLink(write: (bytes: Bytes) => void, asked: () => void, firstId: number): Link {
  const open: Link['open'] = new Map()
  let last = firstId % IDS

  const put = (bytes: Bytes): void => {
    write(bytes)
    if (open.size) asked()
  }

  const link: Link = {
    version: 5,
    server: undefined,
    open,
    add(exchange) {
      if (open.size >= IDS) return 0
      do last = (last % IDS) + 1
      while (open.has(last))
      open.set(last, exchange)
      return last
    },
    answer(type, id, reason) {
      put(encodeAnswer(link.version, type, id, reason))
    },
    send(encode) {
      const { maximumPacketSize: most = 0xfffffff } = link.server!
      try {
        const bytes = encode()
        if (bytes.length > most)
          return new ConnectionError('PacketTooLarge', `${bytes.length} bytes, allowed are ${most}`)
        put(bytes)
      } catch (error) {
        // The codec throws plain errors: what it says about our own packet is about an argument of the caller.
        return isConnectionError(error) ? error : new ConnectionError('InvalidArgument', (error as Error).message)
      }
      return undefined
    },
  }
  return link
}
