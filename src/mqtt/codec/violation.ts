// What a server did that MQTT forbids, with the reason code that tells it so.

export interface Violation extends Error {
  /** The reason code for our DISCONNECT. */
  reason?: number
}

export const MALFORMED = 0x81
export const PROTOCOL_ERROR = 0x82
export const RECEIVE_MAXIMUM_EXCEEDED = 0x93
export const TOPIC_ALIAS_INVALID = 0x94
export const PACKET_TOO_LARGE = 0x95

export function violation(text: string, reason = MALFORMED): Violation {
  const error: Violation = new Error(text)
  error.reason = reason
  return error
}
