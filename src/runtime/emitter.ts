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
  return {
    on: (event, listener) => void emitter.on(event, listener),
    off: (event, listener) => void emitter.off(event, listener),
    emit: (event, payload) => {
      // `listeners` is a copy: who is added meanwhile hears the next one.
      for (const listener of emitter.listeners(event)) {
        if (silent) return
        try {
          listener(payload)
        } catch (error) {
          failed(event, error)
        }
      }
    },
    clear: () => {
      silent = true
      emitter.removeAllListeners()
    },
  }
}
