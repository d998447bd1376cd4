// One call of the platform as a promise, made at once. What the platform lacks fails like what it refuses: with a WxFailure.
import { awaited, failureOf, member } from './shapes'
import type { WxCallbacks } from './wx-api'

type Options<F> = F extends (options: infer O) => unknown ? Omit<O, keyof WxCallbacks> : never
type Result<F> = F extends (options: infer O) => unknown ? (O extends WxCallbacks<infer T> ? T : never) : never
type Call = (options: object) => unknown

export const call = <H, A extends keyof H & string>(
  host: H | undefined,
  api: A,
  options: Options<NonNullable<H[A]>>,
  started?: (task: unknown) => void,
): Promise<Result<NonNullable<H[A]>>> =>
  new Promise((resolve, reject: (failure: unknown) => void) => {
    const fail = (failure: unknown) => reject(failureOf(failure))
    const method = member(host, api) as Call | undefined
    if (typeof method !== 'function') return fail(`${api} is missing on this platform`)
    try {
      const task = method.call(host, { ...options, success: resolve, fail })
      // Look-alikes answer by a promise, even where callbacks are given.
      awaited(task, resolve as (value: unknown) => void, fail)
      started?.(task)
    } catch (error) {
      fail(error)
    }
  })
