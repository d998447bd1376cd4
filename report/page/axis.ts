// The axis of time: round times, days, and folded stretches in which nobody logged anything.
import { textWidth, type Area } from './band'
import { s } from './dom'
import { ticks } from './scale'
import { clockTime, day, duration, scale, view } from './view'

/** Lines through the chart down to `bottom`, and their labels below it. */
export const axis = ({ left: start, right: end, x }: Area, bottom: number, zone: number): SVGElement[] => {
  const parts: SVGElement[] = []
  for (const { from, to } of scale.gaps) {
    const left = Math.max(start, x(from))
    const right = Math.min(end, x(to))
    if (right <= left) continue
    const text = duration(to - from)
    parts.push(
      s('rect', { x: left, y: 0, width: right - left, height: bottom, class: 'gap' }),
      s(
        'text',
        { x: (left + right) / 2, y: bottom + 16, class: 'gap-text' },
        right - left > textWidth(text) ? text : '⋯',
      ),
    )
  }
  let dayBefore = ''
  let free = start - 20
  for (const t of ticks(scale, view.from, view.to, zone, 92 / (end - start))) {
    const at = x(t)
    const today = day(t, zone)
    const text = (today === dayBefore ? '' : `${today.slice(5)} `) + clockTime(t, zone).replace(/:00$/, '')
    parts.push(s('path', { d: `M${at} 0V${bottom}`, class: 'tick' }))
    if (at < free || at > end - 26 || scale.gaps.some((gap) => Math.abs(x(gap.from) + x(gap.to) - 2 * at) / 2 < 40))
      continue
    dayBefore = today
    free = at + textWidth(text) + 16
    parts.push(s('text', { x: at, y: bottom + 16, class: 'tick-text' }, text))
  }
  return parts
}
