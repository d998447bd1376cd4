// Gathers what one event writes, so that it leaves in one send of one exact buffer.
import type { Bytes } from './codec/writer'

export interface Batch {
  readonly write: (bytes: Bytes) => void
  readonly flush: () => void
  readonly clear: () => void
}

/** Above this nothing is gained by waiting. */
const FULL = 16384

export function createBatch(send: (bytes: ArrayBuffer) => void): Batch {
  let parts: Bytes[] = []
  let size = 0

  function flush(): void {
    if (!size) return
    let whole = parts[0]!
    if (size > whole.length) {
      whole = new Uint8Array(size)
      let at = 0
      parts.forEach((part) => {
        whole.set(part, at)
        at += part.length
      })
    }
    clear()
    send(whole.buffer)
  }

  function clear(): void {
    parts = []
    size = 0
  }

  return {
    write(bytes) {
      parts.push(bytes)
      size += bytes.length
      if (size > FULL) flush()
    },
    flush,
    clear,
  }
}
