// What the app holds of a socket, the events it may hear, and who hears them.
// Models wechat-runtime.md section 3: no off*; listen in the tick of connectSocket or miss onOpen (a quirk).
import type { Callbacks, Failure } from './call'
import type { JsThread } from './js-thread'
import type { Quirks } from './quirks'

export interface OpenResult {
  header: Readonly<Record<string, string>>
}
export interface MessageResult {
  data: string | ArrayBuffer
}
export interface CloseResult {
  code: number
  reason: string
}
export interface SendOptions extends Callbacks<object> {
  data: string | ArrayBuffer
}
export interface CloseOptions extends Callbacks<object> {
  code?: number
  reason?: string
}

/** What the app holds. Methods only, as the typings have it; `readyState` is there at run time and not to be trusted. */
export interface SocketTask {
  send(options: SendOptions): void
  close(options?: CloseOptions): void
  onOpen(listener: (result: OpenResult) => void): void
  onMessage(listener: (result: MessageResult) => void): void
  onClose(listener: (result: CloseResult) => void): void
  onError(listener: (result: Failure) => void): void
}

export interface SocketEvents {
  open: OpenResult
  message: MessageResult
  close: CloseResult
  error: Failure
}

/** What a callback about the end of a socket is given. */
export const given = <R>(quirks: Quirks, result: R): R =>
  quirks.given === 'result' ? result : (quirks.given.instead as R)

/** The listeners of one task. */
export function createListeners(js: JsThread, quirks: Quirks) {
  const lists: { [K in keyof SocketEvents]: ((result: SocketEvents[K]) => void)[] } = {
    open: [],
    message: [],
    close: [],
    error: [],
  }
  let late = false
  // A promise job queued now runs before whatever the app awaits next.
  if (quirks.lateListeners === 'lost') void Promise.resolve().then(() => (late = true))
  return {
    add<K extends keyof SocketEvents>(event: K, listener: (result: SocketEvents[K]) => void): void {
      if (!late) lists[event].push(listener)
    },
    emit<K extends keyof SocketEvents>(event: K, result: SocketEvents[K]): void {
      if (js.state === 'dead') return
      js.call(() => {
        const what = event === 'close' || event === 'error' ? given(quirks, result) : result
        for (const listener of lists[event]) js.call(() => listener(what))
      })
    },
  }
}
