// Spans of time as a coloured band, with their names where there is room.
import type { Span } from '../phone'
import { s } from './dom'

/** Where a chart begins and ends; left of it stand the labels. */
export interface Area {
  readonly left: number
  readonly right: number
  x(t: number): number
}

export const textWidth = (text: string) =>
  Array.from(text, (char) => (char > '\u2e80' ? 12 : 6.4)).reduce((sum, width) => sum + width, 0)

const classOf = (what: string) => what.replace(/[^\w]/g, '')

export const band = (
  spans: readonly Span[],
  { left: start, right: end, x }: Area,
  top: number,
  height: number,
  label: (what: string) => string,
): SVGElement[] => {
  const drawn: SVGElement[] = []
  let painted = -1
  for (const { from, to, what } of spans) {
    // The end of it all is seen however short it is.
    const least = what === 'stopped' || what === 'gaveUp' ? 4 : 0.8
    const right = Math.min(end, x(to))
    const left = Math.min(Math.max(start, x(from)), end - least)
    if (right < start || x(from) > end || (right < painted + 0.4 && least < 1)) continue
    const wide = Math.max(right - left, least)
    painted = left + wide
    drawn.push(s('rect', { x: left, y: top, width: wide, height, class: `span s-${classOf(what)}` }))
    const text = label(what)
    if (text !== '' && wide > textWidth(text) + 14)
      drawn.push(s('text', { x: left + 7, y: top + height / 2 + 4, class: `span-text t-${classOf(what)}` }, text))
  }
  return drawn
}

/** What was at a time, of spans in order. */
export const spanAt = (spans: readonly Span[], t: number): Span | undefined => {
  let found: Span | undefined
  for (const span of spans) {
    if (span.from > t) break
    if (t <= span.to) found = span
  }
  return found
}
