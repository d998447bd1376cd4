// REST calls, and the sending of files, as the platform offers them. An HTTP error status is an answer; no answer is a rejection.
import type { Refusal } from '../protocol/refusal'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  readonly header?: Readonly<Record<string, string>>
  /** Sent as it is; JSON is the caller's business. */
  readonly body?: string
  /** Milliseconds; 10,000 where it is left out. */
  readonly timeout?: number
}

export interface HttpResponse {
  readonly status: number
  /** Names in lower case. */
  readonly header: Readonly<Record<string, string>>
  readonly body: string
}

export interface UploadRequest {
  readonly url: string
  readonly header?: Readonly<Record<string, string>>
  /** The platform's path of the file. */
  readonly filePath: string
  /** The form field that carries the file. */
  readonly name: string
  readonly formData?: Readonly<Record<string, string>>
  readonly onProgress?: (sentBytes: number, totalBytes: number) => void
}

export interface Upload {
  readonly done: Promise<HttpResponse>
  abort(): void
}

/** Rejections of `request` and `done` carry the platform's own text; `refused`: what it will refuse again, as far as known. */
export type HttpFailure = { readonly errMsg: string; readonly errno?: number; readonly refused?: Refusal['name'] }

export interface Http {
  request(request: HttpRequest): Promise<HttpResponse>
}

/** Sends a file of the phone. */
export type Uploading = (request: UploadRequest) => Upload
