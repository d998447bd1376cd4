// The one place where the platform's shapes enter: what it gives, throws or leaves out becomes what the rest may rely on.
import type { NetworkStatus } from '../ports/app'
import type { HttpResponse } from '../ports/http'
import { quietly } from '../ports/quietly'
import type { WxFailure } from './wx-api'

type Method = (...args: unknown[]) => unknown

/** A member of something that the platform gave; `undefined` where it is absent or cannot even be read. */
export const member = <H, K extends keyof H>(host: H | undefined, name: K): H[K] | undefined =>
  quietly(() => host![name])

const field = (value: unknown, name: string): unknown => member(Object(value) as Record<string, unknown>, name)

/** Calls a method for what it does; false where it is absent or throws. */
export const invoke = <H>(host: H | undefined, name: keyof H, ...args: unknown[]): boolean =>
  quietly(() => ((host![name] as unknown as Method).apply(host, args), true)) ?? false

/** Hears what comes of a promise, where it is one; false where it is none. */
export const awaited = (value: unknown, got: (value: unknown) => void, failed: (reason: unknown) => void): boolean => {
  const isPromise = typeof field(value, 'then') === 'function'
  if (isPromise) Promise.resolve(value).then(got, failed)
  return isPromise
}

const text = (values: readonly unknown[]): string | undefined =>
  values.find((one): one is string => typeof one === 'string' && one !== '')

/** A number, also where it came as text. */
const number = (values: readonly unknown[]): number | undefined =>
  values
    .filter((one) => typeof one === 'number' || (typeof one === 'string' && /^\d+$/.test(one)))
    .map(Number)
    .find((one) => one === one)

/** What a failure says, whatever it is: an object of any spelling, an Error, a text, or nothing at all. */
export const failureOf = (value: unknown): WxFailure => {
  const errno = number([field(value, 'errno'), field(value, 'errCode'), field(value, 'code')])
  return {
    errMsg: text([value, field(value, 'errMsg'), field(value, 'message')]) ?? 'failed without a reason',
    ...(errno !== undefined && { errno }),
  }
}

/** How a socket was closed; what is not told is taken for an abnormal end. */
export const closeOf = (value: unknown): { readonly code: number; readonly reason: string } => ({
  code: number([field(value, 'code')]) ?? 1006,
  reason: text([field(value, 'reason')]) ?? '',
})

/** The content of a message; `undefined` where there is none. */
export const dataOf = (value: unknown): ArrayBuffer | string | undefined => {
  const data = field(value, 'data')
  if (typeof data === 'string') return data
  if (Object.prototype.toString.call(data) === '[object ArrayBuffer]') return data as ArrayBuffer
  // Look-alikes give a view where WeChat gives the buffer.
  if (!ArrayBuffer.isView(data)) return undefined
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice().buffer
}

/** Both fields count, and either may be missing; `undefined`: nothing was said. iOS says `offline` for `none`. */
export const networkOf = (value: unknown): NetworkStatus | undefined => {
  const connected = field(value, 'isConnected')
  const type = text([field(value, 'networkType')])
  if (typeof connected !== 'boolean' && type === undefined) return undefined
  return { connected: connected !== false && type !== 'none' && type !== 'offline', type: type ?? 'unknown' }
}

/** Whether the network is weak; `undefined`: nothing was said. */
export const weaknessOf = (value: unknown): boolean | undefined => {
  const weak = field(value, 'weakNet')
  return typeof weak === 'boolean' ? weak : undefined
}

/** An answer to an HTTP call, also where the platform parsed it; one without a status is none. */
export const answerOf = (value: unknown): HttpResponse => {
  const status = number([field(value, 'statusCode')])
  if (status === undefined) throw new Error('no status in the answer')
  const data = field(value, 'data')
  return { status, header: {}, body: typeof data === 'string' ? data : (quietly(() => JSON.stringify(data)) ?? '') }
}

/** What hears of an upload's progress. */
export const progressOf =
  (tell: (sentBytes: number, totalBytes: number) => void) =>
  (value: unknown): void => {
    const sent = number([field(value, 'totalBytesSent')])
    const total = number([field(value, 'totalBytesExpectedToSend')])
    if (sent !== undefined && total !== undefined) tell(sent, total)
  }
