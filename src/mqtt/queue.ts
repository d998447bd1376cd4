// First in, first out, at the same cost for each whatever the length (`shift` moves the rest of a long array).

export interface Queue<T> {
  readonly push: (item: T) => void
  readonly size: () => number
  readonly first: () => T | undefined
  /** Takes the first one off. */
  readonly drop: () => void
  /** What is in it, in its order. */
  readonly items: () => T[]
  readonly replace: (items: T[]) => void
}

export function createQueue<T>(): Queue<T> {
  let items: T[] = []
  let head = 0
  return {
    push: (item) => items.push(item),
    size: () => items.length - head,
    first: () => items[head],
    drop() {
      // Dropped ones are let go in ever larger pieces.
      if (++head * 2 >= items.length) {
        items.splice(0, head)
        head = 0
      }
    },
    items: () => items.slice(head),
    replace(others) {
      items = others
      head = 0
    },
  }
}
