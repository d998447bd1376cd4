// The JS thread of one process of the mini-program: running, frozen, or gone. Every callback to the app passes here.
// Models wechat-runtime.md section 4: while suspended "events and callbacks fire when the app is in front again"; a
// destroyed app hears nothing. In which order the returning app hears of show, events and timers is not documented,
// so it is a quirk. What the app throws is caught and kept, as the base library does.
// Extend: anything that stops with the thread hangs on freeze, thaw and kill here.
import type { Clock } from './clock'
import { createPhoneTimers, type FreezableTimers } from './phone-timers'

/** How values enter the app's own realm; a VM has its own ArrayBuffer, Error and Promise. */
export interface Realm {
  buffer(data: ArrayBuffer): ArrayBuffer
  error(message: string, fields: Readonly<Record<string, unknown>>): Error
  promise<T>(run: (resolve: (value: T) => void, reject: (reason: unknown) => void) => void): Promise<T>
}

export const hostRealm: Realm = {
  buffer: (data) => data,
  error: (message, fields) => Object.assign(new Error(message), fields),
  promise: (run) => new Promise(run),
}

export type ThreadState = 'running' | 'frozen' | 'dead'
export type ResumeStep = 'show' | 'events' | 'timers'

export interface JsThread {
  readonly state: ThreadState
  readonly timers: FreezableTimers
  /** Of the app's code; the host replaces it when it loads the app into a VM. */
  realm: Realm
  /** Runs a callback of the app: now, on return, or never. */
  call(run: () => void): void
  /** The same, from the event loop: never before the current code has finished. */
  callSoon(run: () => void): void
  freeze(): void
  /** Wakes up in this order; `show` tells the app that it is in front. */
  thaw(order: readonly ResumeStep[], show: () => void): void
  kill(): void
}

export interface JsThreadOptions {
  clock: Clock
  skew: () => number
  /** What the app threw out of a callback. */
  onError: (error: unknown) => void
}

export function createJsThread({ clock, skew, onError }: JsThreadOptions): JsThread {
  let state: ThreadState = 'running'
  let held: (() => void)[] = []

  function guarded(run: () => void): void {
    if (state === 'dead') return
    try {
      run()
    } catch (error) {
      onError(error)
    }
  }
  const timers = createPhoneTimers(clock, skew, guarded)

  function call(run: () => void): void {
    if (state === 'frozen') held.push(run)
    else guarded(run)
  }
  const callSoon = (run: () => void) => void clock.setTimeout(() => call(run), 0)

  return {
    get state() {
      return state
    },
    timers,
    realm: hostRealm,
    call,
    callSoon,
    freeze() {
      if (state !== 'running') return
      state = 'frozen'
      timers.freeze()
    },
    thaw(order, show) {
      if (state !== 'frozen') return
      state = 'running'
      const waiting = held
      held = []
      for (const step of order) {
        if (step === 'show') callSoon(show)
        else if (step === 'timers') timers.thaw()
        else for (const run of waiting) callSoon(run)
      }
    },
    kill() {
      state = 'dead'
      held = []
      timers.kill()
    },
  }
}
