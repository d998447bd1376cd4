// One call of the platform as a promise, made at once. What the platform lacks fails like what it refuses.
import type { WxCallbacks, WxFailure } from './wx-api'

type Options<F> = F extends (options: infer O) => unknown ? Omit<O, keyof WxCallbacks> : never
type Result<F> = F extends (options: infer O) => unknown ? (O extends WxCallbacks<infer T> ? T : never) : never
type Call = (options: object) => unknown

export const call = <H, A extends keyof H & string>(
  host: H | undefined,
  api: A,
  options: Options<NonNullable<H[A]>>,
  started?: (task: unknown) => void,
): Promise<Result<NonNullable<H[A]>>> =>
  new Promise((resolve, reject: (failure: WxFailure) => void) => {
    const method = host?.[api] as Call | undefined
    if (!method) return reject({ errMsg: `${api} is missing on this platform` })
    const task = method.call(host, { ...options, success: resolve, fail: reject })
    started?.(task)
  })
