// wx.onSomething / wx.offSomething: off without a listener removes all, as the base library has it.
import type { JsThread } from './js-thread'
import type { Quirks } from './quirks'

export interface WxEvent<T> {
  readonly on: (listener: (value: T) => void) => void
  readonly off: (listener?: (value: T) => void) => void
  readonly emit: (value: T) => void
}

export function createEvent<T>(js: JsThread, quirks: Quirks): WxEvent<T> {
  let listeners: ((value: T) => void)[] = []
  return {
    on: (listener) => void listeners.push(listener),
    off(listener) {
      if (quirks.offThrows) throw new Error('Invariant Violation')
      listeners = listener ? listeners.filter((other) => other !== listener) : []
    },
    emit(value) {
      for (const listener of listeners) js.call(() => listener(value))
    },
  }
}
