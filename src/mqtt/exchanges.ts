// Which packet ids are taken, and by what. An id is free again only when its exchange is over, and the ids go round, so
// that a freed one rests as long as possible.

export interface Exchanges<Exchange> {
  readonly open: Map<number, Exchange>
  /** Takes an id for the exchange; 0 when none is free. */
  add(exchange: Exchange): number
}

const IDS = 0xffff

export function createExchanges<Exchange>(first: number): Exchanges<Exchange> {
  const open = new Map<number, Exchange>()
  let last = first % IDS
  return {
    open,
    add(exchange) {
      if (open.size >= IDS) return 0
      do last = (last % IDS) + 1
      while (open.has(last))
      open.set(last, exchange)
      return last
    },
  }
}
