// How every asynchronous wx API answers: success or fail, then complete, from the event loop; a promise when the caller
// passed no callback (base library 2.10.2 and later). `success` of a socket call means "accepted" only (section 3).
import type { JsThread } from './js-thread'

export interface Answer {
  readonly errMsg: string
}
export interface Failure {
  readonly errMsg: string
  readonly errno?: number
  readonly errCode?: number
}

export interface Callbacks<R extends object> {
  success?: ((result: R & Answer) => void) | undefined
  fail?: ((failure: Failure) => void) | undefined
  complete?: ((result: (R & Answer) | Failure) => void) | undefined
}

export type Outcome<R extends object> = { readonly ok: R } | { readonly failure: Failure }

/** `request:fail timeout` and the like. */
export const failed = (api: string, why: string, numbers: { errno?: number; errCode?: number } = {}): Failure => ({
  errMsg: `${api}:fail ${why}`,
  ...numbers,
})

/** Calls back at once; the caller has seen to it that the app's own call has returned. */
export function report<R extends object>(
  js: JsThread,
  api: string,
  callbacks: Callbacks<R>,
  outcome: Outcome<R>,
): void {
  if ('ok' in outcome) {
    const result = { ...outcome.ok, errMsg: `${api}:ok` }
    if (callbacks.success) js.call(() => callbacks.success?.(result))
    if (callbacks.complete) js.call(() => callbacks.complete?.(result))
  } else {
    if (callbacks.fail) js.call(() => callbacks.fail?.(outcome.failure))
    if (callbacks.complete) js.call(() => callbacks.complete?.(outcome.failure))
  }
}

/** Does the work, later tells how it went. */
export function answer<R extends object>(
  js: JsThread,
  api: string,
  callbacks: Callbacks<R> | undefined,
  work: () => Outcome<R>,
): Promise<R & Answer> | undefined {
  const outcome = work()
  if (callbacks?.success || callbacks?.fail || callbacks?.complete) {
    js.callSoon(() => report(js, api, callbacks, outcome))
    return undefined
  }
  return js.realm.promise((resolve, reject) => {
    js.callSoon(() => {
      if ('ok' in outcome) resolve({ ...outcome.ok, errMsg: `${api}:ok` })
      else reject(js.realm.error(outcome.failure.errMsg, { ...outcome.failure }))
    })
  })
}
