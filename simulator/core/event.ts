// wx.onSomething / wx.offSomething: off without a listener removes all, as the base library has it.
import type { JsThread } from './js-thread'

export interface WxEvent<T> {
  readonly on: (listener: (value: T) => void) => void
  readonly off: (listener?: (value: T) => void) => void
  readonly emit: (value: T) => void
}

export function createEvent<T>(js: JsThread): WxEvent<T> {
  let listeners: ((value: T) => void)[] = []
  return {
    on: (listener) => void listeners.push(listener),
    off(listener) {
      listeners = listener ? listeners.filter((other) => other !== listener) : []
    },
    emit(value) {
      for (const listener of listeners) js.call(() => listener(value))
    },
  }
}
