// The cache: the newest lines within a bound in bytes, in joined chunks so that both adding and dropping are cheap.
// A place in the log is the number of bytes that were ever logged before it, so a reader survives any eviction.

export interface Ring {
  /** One line of UTF-8 (see utf8.ts) with its line break. */
  push(line: string): void
  /** The lines from a place on, stopping at a line's end once there are `enough` bytes. */
  read(from: number, enough?: number): string
  /** Changes the bound, in bytes. */
  resize(limit: number): void
  clear(): void
  /** Place of the oldest line that is still there. */
  start(): number
  /** Place after the newest line. */
  end(): number
}

export const createRing = (limit: number): Ring => {
  const chunks: string[] = []
  let open: string[] = []
  let openBytes = 0
  let start = 0
  let end = 0

  const seal = () => {
    chunks.push(open.join('')) // join, not +=: the result is flat, and the lines are let go
    open = []
    openBytes = 0
  }

  const fit = (room: number) => {
    while (end - start > room) {
      if (!chunks.length) seal()
      start += chunks.shift()!.length
    }
  }

  return {
    push(line) {
      if (openBytes + line.length > Math.min(16384, limit / 16) && openBytes) seal()
      fit(Math.max(0, limit - line.length))
      end += line.length
      if (line.length > limit) start = end
      else {
        open.push(line)
        openBytes += line.length
      }
    },
    read(from, enough = Infinity) {
      let text = ''
      let place = start
      for (let i = 0; i <= chunks.length && text.length < enough; i++) {
        const chunk = chunks[i] ?? open.join('')
        if (place + chunk.length > from) text += chunk.slice(Math.max(0, from - place))
        place += chunk.length
      }
      return text
    },
    resize(bytes) {
      limit = bytes
      fit(limit)
    },
    clear: () => fit(0),
    start: () => start,
    end: () => end,
  }
}
