// A long list of which only the rows in view exist: a hundred thousand rows scroll as fast as ten.
import { h } from './dom'

export interface List<T> {
  readonly element: HTMLElement
  show(items: readonly T[]): void
  /** Brings a row into view and marks it. */
  reveal(index: number): void
  chosen(): T | undefined
}

export const createList = <T>(
  rowHeight: number,
  draw: (item: T) => HTMLElement,
  choose: (item: T, index: number) => void,
): List<T> => {
  let items: readonly T[] = []
  let marked = -1
  const inside = h('div', { class: 'list-inside' })
  const element = h('div', { class: 'list', tabindex: 0 }, inside)

  const paint = () => {
    const first = Math.max(0, Math.floor(element.scrollTop / rowHeight) - 6)
    const last = Math.min(items.length, first + Math.ceil(element.clientHeight / rowHeight) + 12)
    inside.style.height = `${items.length * rowHeight}px`
    const drawn: HTMLElement[] = []
    for (let i = first; i < last; i++) {
      const row = draw(items[i]!)
      row.classList.add('row')
      row.classList.toggle('marked', i === marked)
      row.style.transform = `translateY(${i * rowHeight}px)`
      row.style.height = `${rowHeight}px`
      row.addEventListener('click', () => {
        marked = i
        choose(items[i]!, i)
        paint()
      })
      drawn.push(row)
    }
    inside.replaceChildren(...drawn)
  }

  const step = (by: number) => {
    if (items.length === 0) return
    list.reveal(Math.max(0, Math.min(items.length - 1, marked + by)))
    choose(items[marked]!, marked)
  }
  element.addEventListener('scroll', paint, { passive: true })
  element.addEventListener('keydown', (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    step(by)
  })
  new ResizeObserver(paint).observe(element)

  const list: List<T> = {
    element,
    show(next) {
      const kept = items[marked]
      items = next
      marked = kept === undefined ? -1 : items.indexOf(kept)
      element.scrollTop = marked < 0 ? 0 : Math.max(0, marked * rowHeight - element.clientHeight / 2)
      paint()
    },
    reveal(index) {
      marked = index
      const top = index * rowHeight
      if (top < element.scrollTop || top + rowHeight > element.scrollTop + element.clientHeight)
        element.scrollTop = Math.max(0, top - element.clientHeight / 2 + rowHeight)
      paint()
    },
    chosen: () => items[marked],
  }
  return list
}
