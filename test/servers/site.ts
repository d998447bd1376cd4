// What the common suite asks of a server, however it is run; each server says what it can express and what it keeps.

export interface Site {
  readonly name: string
  /** One address for each node, and one for whichever answers. */
  readonly nodes: readonly string[]
  readonly url: string
  /** What a user logs in with. */
  token(user: string, ttl?: number): Promise<string>
  /** Tokens that must not work, with the code that the app sees. */
  readonly badTokens: Readonly<
    Record<string, { readonly token: (user: string) => Promise<string>; readonly code: number }>
  >
  /** Takes a node down, and brings it back. */
  down(node: number, how: 'stop' | 'kill'): Promise<void>
  up(node: number): Promise<void>
  /** It speaks MQTT 3.1.1 only: the first attempt of a phone is spent on MQTT 5. */
  readonly legacy?: boolean
  /** Whether a session and its queue survive the end of their node. */
  readonly keepsSessions: boolean
  /** Ends sessions with a code; absent where the server has no such call. */
  kick?(user: string, code: number): Promise<unknown>
  /** Ends sessions with 31011; `atLogin`: what a blocked user sees then. */
  readonly block?: {
    readonly on: (user: string) => Promise<unknown>
    readonly off: (user: string) => Promise<unknown>
    readonly atLogin: number
  }
  stop(): Promise<void>
}
