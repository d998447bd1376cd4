// What carries an HTTP exchange: the port between wx.request, uploadFile, downloadFile and fetch, node:http or memory.
// An error status is an answer; a failure is what never got one.
import type { LinkFailure } from './link'

export interface HttpRequest {
  readonly method: string
  readonly url: string
  readonly header: Readonly<Record<string, string>>
  readonly body: Uint8Array | undefined
}

export interface HttpAnswer {
  readonly status: number
  readonly header: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface HttpEvents {
  answered(answer: HttpAnswer): void
  failed(failure: LinkFailure): void
}

export interface HttpPort {
  /** Returns how to abort; nothing is called after that. */
  send(request: HttpRequest, events: HttpEvents): () => void
}
