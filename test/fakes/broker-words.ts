// How a broker says why it refuses or leaves: user properties in MQTT 5, a return code and the close reason in 3.1.1.

/** What our own server adds to a refusal or a farewell. */
export interface Words {
  /** A number of docs/codes.md. */
  readonly code?: number
  /** Seconds. */
  readonly retryAfter?: number
  readonly reason?: string
  readonly serverReference?: string
}

/** What becomes of one CONNECT. */
export type ConnectScript =
  | { readonly kind: 'refuse'; readonly code: number; readonly words: Words }
  | { readonly kind: 'ignore' }
  | { readonly kind: 'drop'; readonly closeCode: number; readonly closeReason: string }

/** mqtt-packet makes an empty packet of empty user properties. */
export const asUserProperties = (userProperties: Readonly<Record<string, string>>) =>
  Object.keys(userProperties).length > 0 ? { userProperties } : {}

export const inProperties = ({ code, retryAfter, reason, serverReference }: Words) => ({
  ...asUserProperties({
    ...(code === undefined ? {} : { code: String(code) }),
    ...(retryAfter === undefined ? {} : { retryAfter: String(retryAfter) }),
  }),
  ...(reason === undefined ? {} : { reasonString: reason }),
  ...(serverReference === undefined ? {} : { serverReference }),
})

export const inCloseReason = ({ code, retryAfter }: Words) =>
  [code === undefined ? '' : `code=${String(code)}`, retryAfter === undefined ? '' : `retryAfter=${String(retryAfter)}`]
    .filter(Boolean)
    .join(' ')

// MQTT 5 reason codes of CONNACK in the five words that 3.1.1 has; 3 (unavailable) for the rest.
export const returnCodes: Record<number, number> = { 0x84: 1, 0x85: 2, 0x86: 4, 0x87: 5, 0x8a: 5, 0x8c: 5 }
