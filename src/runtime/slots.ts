// The app-wide budget of sockets: who holds a slot, who waits for one. Shared by every connection and every copy of the package.

/** Kept on an object that the whole app shares (`wx`), under a name that carries the version of this shape. */
const KEY = '__miniprogram-im-slots-1'

interface Waiter {
  readonly max: number
  readonly granted: (release: () => void) => void
}

interface Ledger {
  taken: number
  /** The most that were ever taken at once. */
  most: number
  readonly queue: Waiter[]
}

export interface Slots {
  /** Grants a slot, at once or when one comes back, first come first served. Returns how to leave the queue. */
  take(granted: (release: () => void) => void): () => void
  stats(): { readonly taken: number; readonly most: number; readonly max: number }
}

const ledgerOf = (home: object): Ledger => {
  const shared = home as { [KEY]?: Ledger }
  const ledger: Ledger = shared[KEY] ?? { taken: 0, most: 0, queue: [] }
  try {
    if (!shared[KEY]) Object.defineProperty(home, KEY, { value: ledger })
  } catch {
    // A frozen home: two copies of the package cannot know of each other.
  }
  return ledger
}

/** `max`: how many may be taken before this connection takes one. */
export const slotsOf = (home: object, max: number): Slots => {
  const ledger = ledgerOf(home)

  const serve = () => {
    for (let next = ledger.queue[0]; next && ledger.taken < next.max; next = ledger.queue[0]) {
      ledger.queue.shift()
      ledger.most = Math.max(ledger.most, ++ledger.taken)
      let held = true
      next.granted(() => {
        if (!held) return
        held = false
        ledger.taken--
        serve()
      })
    }
  }

  return {
    take: (granted) => {
      const waiter = { max, granted }
      ledger.queue.push(waiter)
      serve()
      return () => {
        const at = ledger.queue.indexOf(waiter)
        if (at >= 0) ledger.queue.splice(at, 1)
        // The next in line may want less patience than the one that left.
        serve()
      }
    },
    stats: () => ({ taken: ledger.taken, most: ledger.most, max }),
  }
}
