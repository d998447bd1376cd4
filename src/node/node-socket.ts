// A WebSocket of `ws` as the socket port, and what its failures mean.
import { createRequire } from 'node:module'
import { verdictOf, type ErrorName } from '../errors/codes'
import { ConnectionError } from '../errors/connection-error'
import type { Judge } from '../ports/platform'
import type { SocketPort } from '../ports/socket'

/** What of `ws` is used. */
type Ws = new (
  url: string,
  protocols: readonly string[],
  options: { headers: Readonly<Record<string, string>> },
) => WsSocket
interface WsSocket {
  binaryType: string
  on(event: 'open', listener: () => void): this
  on(event: 'message', listener: (data: ArrayBuffer, binary: boolean) => void): this
  on(event: 'error', listener: (error: Error) => void): this
  on(event: 'close', listener: (code: number, reason: Buffer | string) => void): this
  send(data: ArrayBuffer): void
  close(code: number, reason: string): void
}

/** Throws UnsupportedHere (35027), which says what to install: `ws` is the app's own dependency. */
export const installedWs = (): Ws => {
  try {
    return createRequire(import.meta.url)('ws') as Ws
  } catch (error) {
    throw new ConnectionError('UnsupportedHere', 'the package ws is missing: npm install ws', error)
  }
}

export const nodeSockets = (WebSocket: Ws): SocketPort => ({
  open: ({ url, protocols, header }, listener) => {
    const socket = new WebSocket(url, protocols, { headers: header })
    socket.binaryType = 'arraybuffer'
    socket
      .on('open', () => listener.opened())
      // Text breaks the protocol, whatever it says.
      .on('message', (data, binary) => listener.message(binary ? data : ''))
      .on('error', ({ message }) => listener.failed(message))
      .on('close', (code, reason) => listener.closed(code, String(reason)))
    return { send: (data) => socket.send(data), close: (reason) => socket.close(1000, reason) }
  },
})

/** First match wins; anything else is the network's fault, and is tried again. */
const meanings: readonly (readonly [text: RegExp, name: ErrorName])[] = [
  [/invalid url|URL's protocol/i, 'InvalidUrl'],
  [/unexpected server response|sub-?protocol|sec-websocket|parse error/i, 'HandshakeRefused'],
  [/cert|ssl|tls|alert/i, 'TlsFailed'],
  [/timed? ?out/i, 'SocketTimeout'],
]

export const nodeJudge: Judge = {
  failure: (errMsg) => {
    const name = meanings.find(([text]) => text.test(errMsg))?.[1] ?? 'SocketFailed'
    return { name, verdict: verdictOf(name), detail: errMsg }
  },
  // A process is not suspended behind its own back, and `close` never refuses.
  interrupted: () => false,
  saysGone: () => false,
}
