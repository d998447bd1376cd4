// Who listens to what. One listener that throws never silences the next.
import EventEmitter from 'eventemitter3'

export interface Emitter<Map extends object> {
  on<E extends keyof Map & string>(event: E, listener: (payload: Map[E]) => void): void
  off<E extends keyof Map & string>(event: E, listener: (payload: Map[E]) => void): void
  emit<E extends keyof Map & string>(event: E, payload: Map[E]): void
  /** For good: nobody hears any more, not even of the event under way. */
  clear(): void
}

export const createEmitter = <Map extends object>(failed: (event: string, error: unknown) => void): Emitter<Map> => {
  const emitter = new EventEmitter()
  let silent = false
  /** What is registered for every listener, with the listener as its context. */
  function call(this: (payload: unknown) => void, payload: unknown, event: string) {
    if (silent) return
    try {
      this(payload)
    } catch (error) {
      failed(event, error)
    }
  }
  return {
    // The emitter refuses what is no function.
    on: (event, listener) => void emitter.on(event, typeof listener === 'function' ? call : listener, listener),
    off: (event, listener) => void emitter.off(event, call, listener),
    emit: (event, payload) => void emitter.emit(event, payload, event),
    clear: () => {
      silent = true
      emitter.removeAllListeners()
    },
  }
}
