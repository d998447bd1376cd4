// How time is zoomed on a chart: dragging, double click, and the keyboard.
import { s } from './dom'
import { pan, scale, view, zoom, zoomBy } from './view'

const KEYS: Readonly<Record<string, () => void>> = {
  '+': () => zoomBy(0.5),
  '=': () => zoomBy(0.5),
  '-': () => zoomBy(2),
  ArrowLeft: () => pan(-0.25),
  ArrowRight: () => pan(0.25),
  '0': () => zoom(0, 1),
  Escape: () => zoom(0, 1),
}

export interface Zooming {
  /** To be drawn over everything else. */
  readonly layer: readonly SVGElement[]
}

/** `area` tells where the chart is now; `point` hears where the pointer is, `pick` of a time that was clicked. */
export const zoomable = (
  svg: SVGSVGElement,
  height: number,
  area: () => { readonly left: number; readonly right: number },
  point: (at: number | undefined, t: number, event: MouseEvent) => void,
  pick: (t: number) => void,
): Zooming => {
  const cross = s('path', { class: 'cross', d: '' })
  const selection = s('rect', { class: 'selection', y: 0, height, width: 0 })
  let dragFrom: number | undefined
  const placeOf = (px: number) => {
    const { left, right } = area()
    return view.from + ((px - left) / (right - left)) * (view.to - view.from)
  }
  const px = (event: MouseEvent) => {
    const { left, right } = area()
    return Math.max(left, Math.min(right, event.clientX - svg.getBoundingClientRect().left))
  }

  svg.setAttribute('tabindex', '0')
  svg.addEventListener('keydown', (event) => {
    const act = KEYS[event.key]
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    act()
  })
  svg.addEventListener('mousemove', (event) => {
    const at = px(event)
    if (dragFrom !== undefined) {
      selection.setAttribute('x', String(Math.min(at, dragFrom)))
      selection.setAttribute('width', String(Math.abs(at - dragFrom)))
    }
    cross.setAttribute('d', `M${at} 0V${height}`)
    point(at, scale.time(placeOf(at)), event)
  })
  svg.addEventListener('mouseleave', (event) => {
    point(undefined, 0, event)
    cross.setAttribute('d', '')
    selection.setAttribute('width', '0')
    dragFrom = undefined
  })
  svg.addEventListener('mousedown', (event) => {
    dragFrom = px(event)
    svg.focus({ preventScroll: true })
    event.preventDefault()
  })
  svg.addEventListener('mouseup', (event) => {
    const from = dragFrom
    dragFrom = undefined
    selection.setAttribute('width', '0')
    if (from === undefined) return
    const to = px(event)
    if (Math.abs(to - from) > 4) zoom(placeOf(from), placeOf(to))
    else pick(scale.time(placeOf(to)))
  })
  svg.addEventListener('dblclick', () => zoom(0, 1))
  return { layer: [cross, selection] }
}
