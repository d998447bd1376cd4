// What a session is told about us, once and for all.

export interface MqttSessionOptions {
  /** Milliseconds of silence before a ping, and what CONNECT promises: 65535 seconds at most. */
  readonly keepAlive: number
  /** Seconds that the server keeps the session without a link. */
  readonly sessionExpiry: number
  /** What CONNECT tells about us in MQTT 5. */
  readonly userProperties?: Readonly<Record<string, string>>
  /** Messages that the server may send before the first of them is acknowledged; `undefined`: as MQTT has it. Asked at each handshake. */
  readonly receiveMaximum?: () => number | undefined
  /**
   * Where packet ids begin, 0 to 65535. To differ from launch to launch, so that a session which the server kept from the
   * last launch meets none of its ids.
   */
  readonly firstId?: number
}
