// What a session is told about us and what it may take, once and for all.

export interface MqttSessionOptions {
  /** Milliseconds of silence before a ping; 0 is no heartbeat. */
  readonly keepAlive: number
  /** Milliseconds that the answer to a ping may take. */
  readonly answerWait?: number
  /** Seconds that the server keeps the session without a link. */
  readonly sessionExpiry: number
  /** Open QoS 2 messages that the server may have on the way to us. */
  readonly receiveMaximum?: number
  /** Bytes of the largest packet that is taken in; a larger one ends the link. */
  readonly maximumPacketSize?: number
  /** Topics that the server may abbreviate. */
  readonly topicAliasMaximum?: number
  /** The first handshake throws away what the server kept. */
  readonly cleanStart?: boolean
  /** What CONNECT tells about us in MQTT 5. */
  readonly userProperties?: Readonly<Record<string, string>>
  /**
   * Where packet ids begin, 0 to 65535. To differ from launch to launch, so that a session which the server kept from the
   * last launch meets none of its ids.
   */
  readonly firstId?: number
  /** The server is known to take a new token on a living link. */
  readonly reauthentication?: boolean
}
