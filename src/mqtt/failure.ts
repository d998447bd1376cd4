// How what went wrong with one packet of ours is told to the one who asked for it.
import { ConnectionError, isConnectionError } from '../errors/connection-error'
import { PACKET_TOO_LARGE, type Violation } from './codec/violation'
import type { Bytes } from './codec/writer'
import type { Limits } from './limits'

/** The codec throws plain errors: what it says about our own packet is about an argument of the caller. */
export function failureOf(error: unknown): ConnectionError {
  if (isConnectionError(error)) return error
  const { reason, message } = error as Violation
  return new ConnectionError(reason === PACKET_TOO_LARGE ? 'PacketTooLarge' : 'InvalidArgument', message)
}

/** Throws where the server would refuse the packet for its size. */
export function fitting(bytes: Bytes, { maximumPacketSize }: Limits): Bytes {
  if (bytes.length > maximumPacketSize)
    throw new ConnectionError('PacketTooLarge', `${bytes.length} bytes, allowed are ${maximumPacketSize}`)
  return bytes
}
