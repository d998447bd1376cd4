// What carries a WebSocket's bytes to a server: the port between a phone's sockets and ws, the browser, or memory.
// It tells the truth about the link; what a phone makes of it (texts, codes, missing events) is socket-task.ts' business.
// Extend: implement `Link`; report a failed handshake through `failed` with the kind that fits, never by throwing.

export interface LinkRequest {
  readonly url: string
  readonly protocols: readonly string[]
  readonly header: Readonly<Record<string, string>>
}

/** Why a link never opened; wechat-runtime.md section 2.2 gives each its text on a phone. */
export type LinkFailure =
  | { readonly kind: 'dns' | 'refused' | 'tls' | 'tls-timeout' | 'timeout' | 'transport' | 'protocol' }
  | { readonly kind: 'http'; readonly status: number }

/** Either `failed`, or `opened` and later exactly one `closed`. None is called before `open` has returned. */
export interface LinkEvents {
  opened(info: { readonly protocol: string; readonly header: Readonly<Record<string, string>> }): void
  message(data: ArrayBuffer | string): void
  /** 1006 when the peer went without a close frame. */
  closed(code: number, reason: string): void
  failed(failure: LinkFailure): void
}

export interface LinkConnection {
  send(data: ArrayBuffer | string): void
  /** Starts the closing handshake; `closed` follows once the peer agrees. */
  close(code: number, reason: string): void
  /** Drops the link at once; the peer sees 1006, and nothing more is reported here. */
  terminate(): void
}

export interface Link {
  open(request: LinkRequest, events: LinkEvents): LinkConnection
}
