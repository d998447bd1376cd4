// One WebSocket as the platform gives it. Events may be late, missing or doubled; the caller must not care.

export interface SocketRequest {
  readonly url: string
  readonly protocols: readonly string[]
  readonly header: Readonly<Record<string, string>>
}

export interface SocketListener {
  opened(): void
  message(data: ArrayBuffer | string): void
  /** The platform says that the socket is at its end. */
  closed(code: number, reason: string): void
  /** The platform says that something went wrong; `closed` may or may not follow. */
  failed(errMsg: string, errno?: number): void
  /** There is a socket, but it cannot be used: it is to be closed, and counts until it is gone. */
  unusable(errMsg: string): void
}

export interface Socket {
  /** Hands exactly these bytes over. A refusal arrives through `failed`. */
  send(data: ArrayBuffer): void
  /** Asks for the end with code 1000; `refused` tells that the platform would not take the call. */
  close(reason: string, refused: (errMsg: string) => void): void
}

export interface SocketPort {
  open(request: SocketRequest, listener: SocketListener): Socket
}
