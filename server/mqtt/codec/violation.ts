// What a client did that MQTT forbids: the link ends over it, in MQTT 5 with this reason code.

export const malformed = 0x81
export const protocolError = 0x82
export const topicNameInvalid = 0x90
export const topicAliasInvalid = 0x94
export const packetTooLarge = 0x95
export const payloadFormatInvalid = 0x99
export const retainNotSupported = 0x9a

export class Violation extends Error {
  constructor(
    readonly reasonCode: number,
    text: string,
  ) {
    super(text)
  }
}
