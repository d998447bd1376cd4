// One phone over time: app, network, each connection's states with its refusals, socket slots, round trips.
import type { Point, Span } from '../phone'
import { h, s } from './dom'
import type { PagePhone } from './model'
import { model } from './model'
import { ticks } from './scale'
import { clockTime, day, duration, onZoom, scale, stateName, view, words, zoneOf, zoom } from './view'

const LEFT = 116
const RIGHT = 14

/** A row draws itself into a group whose top is 0, and says what it shows at a time. */
interface Lane {
  readonly label: string
  readonly note?: string
  readonly height: number
  draw(into: SVGGElement, x: (t: number) => number, width: number): void
  at(t: number): string | undefined
}

const spanAt = (spans: readonly Span[], t: number) => {
  let found: Span | undefined
  for (const span of spans) {
    if (span.from > t) break
    if (t <= span.to) found = span
  }
  return found
}

const band = (
  spans: readonly Span[],
  x: (t: number) => number,
  width: number,
  top: number,
  height: number,
  label: (what: string) => string,
): SVGElement[] => {
  const drawn: SVGElement[] = []
  let painted = -1
  for (const { from, to, what } of spans) {
    // The end of it all is seen however short it is.
    const least = what === 'stopped' || what === 'gaveUp' ? 4 : 0.8
    const right = Math.min(width - RIGHT, x(to))
    const left = Math.min(Math.max(LEFT, x(from)), width - RIGHT - least)
    if (right < LEFT || x(from) > width - RIGHT || (right < painted + 0.4 && least < 1)) continue
    const wide = Math.max(right - left, least)
    painted = left + wide
    drawn.push(s('rect', { x: left, y: top, width: wide, height, class: `span s-${what.replace(/[^\w]/g, '')}` }))
    const text = label(what)
    if (wide > textWidth(text) + 14)
      drawn.push(
        s('text', { x: left + 7, y: top + height / 2 + 4, class: `span-text t-${what.replace(/[^\w]/g, '')}` }, text),
      )
  }
  return drawn
}

const textWidth = (text: string) =>
  Array.from(text, (char) => (char > '\u2e80' ? 12 : 6.4)).reduce((sum, width) => sum + width, 0)

const spansLane = (label: string, spans: readonly Span[], height: number): Lane => ({
  label,
  height,
  draw: (into, x, width) => into.append(...band(spans, x, width, 0, height - 6, stateName)),
  at: (t) => {
    const span = spanAt(spans, t)
    return span && `${stateName(span.what)} · ${duration(span.to - span.from)}`
  },
})

const connectionLane = (phone: PagePhone, number: number): Lane => {
  const connection = phone.connections.find((one) => one.number === number)!
  const refusals = phone.refusals.filter((refusal) => refusal.connection === number)
  const attempts = phone.attempts.filter((attempt) => attempt.connection === number)
  return {
    label: `${words().connection} #${number}`,
    note: connection.user,
    height: 56,
    draw(into, x, width) {
      into.append(...band(connection.states, x, width, 14, 30, stateName))
      let last = -10
      for (const { t, name, code } of refusals) {
        const at = x(t)
        if (at < LEFT || at > width - RIGHT || at - last < 3) continue
        last = at
        into.append(s('path', { d: `M${at - 4.5} 3h9l-4.5 8z`, class: 'refusal' }, s('title', {}, `${code} ${name}`)))
      }
      last = -10
      for (const { from } of attempts) {
        const at = x(from)
        if (at < LEFT || at > width - RIGHT || at - last < 2) continue
        last = at
        into.append(s('path', { d: `M${at} 46v5`, class: 'attempt' }))
      }
    },
    at(t) {
      const span = spanAt(connection.states, t)
      const near = refusals.find(
        (refusal) => Math.abs(scale.place(refusal.t) - scale.place(t)) < 0.004 * (view.to - view.from),
      )
      const state = span && `${stateName(span.what)} · ${duration(span.to - span.from)}`
      return near
        ? `${state ?? ''}\n▾ ${near.code} ${near.name} — ${model.meanings[near.name]?.[view.lang][0] ?? ''}${near.detail ? ` (${near.detail})` : ''}`
        : state
    },
  }
}

const valueAt = (points: readonly Point[], t: number) => {
  let found: Point | undefined
  for (const point of points) {
    if (point.t > t) break
    found = point
  }
  return found
}

const socketsLane = (phone: PagePhone): Lane => {
  const max = Math.max(phone.maxSockets ?? 2, ...phone.sockets.map(({ value }) => value), 1)
  const height = 44
  const y = (value: number) => height - 10 - (value / max) * (height - 18)
  return {
    label: words().sockets,
    note: `0 – ${max}`,
    height,
    draw(into, x, width) {
      const end = Math.min(width - RIGHT, x(phone.to))
      for (let value = 0; value <= max; value++)
        into.append(s('path', { d: `M${LEFT} ${y(value)}H${width - RIGHT}`, class: value ? 'guide' : 'base' }))
      const inside = (t: number) => Math.max(LEFT, Math.min(end, x(t)))
      let path = `M${inside(phone.sockets[0]!.t)} ${y(0)}`
      for (const { t, value } of phone.sockets) path += `H${inside(t)}V${y(value)}`
      into.append(s('path', { d: `${path}H${end}V${y(0)}Z`, class: 'sockets' }))
      if (phone.maxSockets)
        into.append(s('path', { d: `M${LEFT} ${y(phone.maxSockets)}H${width - RIGHT}`, class: 'limit' }))
    },
    at: (t) => {
      const point = valueAt(phone.sockets, t)
      return point && `${point.value} ${words().ofBudget} ${phone.maxSockets ?? '?'}`
    },
  }
}

const roundTripLane = (phone: PagePhone): Lane => {
  const most = Math.max(...phone.roundTrips.map(({ value }) => value))
  const top = [50, 100, 200, 500, 1000, 2000, 5000, 10000, 30000].find((step) => step >= most) ?? most
  const height = 58
  // Square roots, so that a slow answer does not flatten all the others.
  const y = (value: number) => height - 10 - Math.sqrt(value / top) * (height - 18)
  return {
    label: words().roundTrips,
    note: `0 – ${duration(top)}`,
    height,
    draw(into, x, width) {
      into.append(
        s('path', { d: `M${LEFT} ${y(0)}H${width - RIGHT}`, class: 'base' }),
        s('path', { d: `M${LEFT} ${y(top)}H${width - RIGHT}`, class: 'guide' }),
      )
      const seen = new Set<string>()
      for (const { t, value } of phone.roundTrips) {
        const at = x(t)
        if (at < LEFT || at > width - RIGHT) continue
        const pixel = `${Math.round(at / 2)},${Math.round(y(value) / 2)}`
        if (seen.has(pixel)) continue
        seen.add(pixel)
        into.append(s('circle', { cx: at, cy: y(value), r: 2.4, class: value > 1000 ? 'trip slow' : 'trip' }))
      }
    },
    at: (t) => {
      const point = valueAt(phone.roundTrips, t)
      return point && duration(point.value)
    },
  }
}

/** `pick` hears of a time that was clicked. */
export const chart = (index: number, phone: PagePhone, pick: (t: number) => void): HTMLElement => {
  const zone = zoneOf(index)
  const lanes: Lane[] = [
    ...(phone.app.length ? [spansLane(words().app, phone.app, 24)] : []),
    ...(phone.network.length ? [spansLane(words().network, phone.network, 24)] : []),
    ...phone.connections.map(({ number }) => connectionLane(phone, number)),
    ...(phone.sockets.length ? [socketsLane(phone)] : []),
    ...(phone.roundTrips.length ? [roundTripLane(phone)] : []),
  ]
  const bottom = lanes.reduce((sum, { height }) => sum + height, 0) + 8
  const height = bottom + 26
  const svg = s('svg', { class: 'chart', height, role: 'img', 'aria-label': phone.name })
  const tip = h('div', { class: 'tip', hidden: true })
  const frame = h('div', { class: 'chart-frame' }, svg, tip)
  let width = 0

  const x = (t: number) => LEFT + ((scale.place(t) - view.from) / (view.to - view.from)) * (width - LEFT - RIGHT)
  const placeOf = (px: number) => view.from + ((px - LEFT) / (width - LEFT - RIGHT)) * (view.to - view.from)

  const draw = () => {
    width = Math.max(480, frame.clientWidth)
    svg.setAttribute('width', String(width))
    const parts: SVGElement[] = []
    for (const { from, to } of scale.gaps) {
      const left = Math.max(LEFT, x(from))
      const right = Math.min(width - RIGHT, x(to))
      if (right <= left) continue
      parts.push(s('rect', { x: left, y: 0, width: right - left, height: bottom, class: 'gap' }))
      const text = duration(to - from)
      parts.push(
        s(
          'text',
          { x: (left + right) / 2, y: bottom + 16, class: 'gap-text' },
          right - left > textWidth(text) ? text : '⋯',
        ),
      )
    }
    let dayBefore = ''
    let free = LEFT - 20
    for (const t of ticks(scale, view.from, view.to, zone, 92 / (width - LEFT - RIGHT))) {
      const at = x(t)
      const today = day(t, zone)
      const text = (today === dayBefore ? '' : `${today.slice(5)} `) + clockTime(t, zone).replace(/:00$/, '')
      parts.push(s('path', { d: `M${at} 0V${bottom}`, class: 'tick' }))
      if (at < free || at > width - 40 || scale.gaps.some((gap) => Math.abs(x(gap.from) + x(gap.to) - 2 * at) / 2 < 40))
        continue
      dayBefore = today
      free = at + textWidth(text) + 16
      parts.push(s('text', { x: at, y: bottom + 16, class: 'tick-text' }, text))
    }
    let top = 4
    for (const lane of lanes) {
      const group = s('g', { transform: `translate(0 ${top})` })
      const middle = lane.height > 40 ? (lane.note ? 22 : 32) : 13
      group.append(s('text', { x: 0, y: middle, class: 'lane' }, lane.label))
      if (lane.note)
        group.append(
          s(
            'text',
            { x: 0, y: middle + 16, class: 'lane-note' },
            lane.note.length > 16 ? `${lane.note.slice(0, 15)}…` : lane.note,
          ),
        )
      lane.draw(group, x, width)
      parts.push(group)
      top += lane.height
    }
    svg.replaceChildren(...parts, cross, selection)
  }

  const cross = s('path', { class: 'cross', d: '' })
  const selection = s('rect', { class: 'selection', y: 0, height: bottom, width: 0 })
  let dragFrom: number | undefined
  const px = (event: MouseEvent) =>
    Math.max(LEFT, Math.min(width - RIGHT, event.clientX - svg.getBoundingClientRect().left))

  svg.addEventListener('mousemove', (event) => {
    const at = px(event)
    const t = scale.time(placeOf(at))
    if (dragFrom !== undefined) {
      selection.setAttribute('x', String(Math.min(at, dragFrom)))
      selection.setAttribute('width', String(Math.abs(at - dragFrom)))
    }
    cross.setAttribute('d', `M${at} 0V${bottom}`)
    const lines = lanes.flatMap((lane) => {
      const text = lane.at(t)
      return text ? [h('dt', {}, lane.label), h('dd', {}, text)] : []
    })
    tip.replaceChildren(h('b', {}, `${day(t, zone)} ${clockTime(t, zone)}`), h('dl', {}, ...lines))
    tip.hidden = false
    tip.style.left = `${at > width / 2 ? at - tip.offsetWidth - 14 : at + 14}px`
    tip.style.top = `${Math.min(event.offsetY, Math.max(0, height - tip.offsetHeight))}px`
  })
  svg.addEventListener('mouseleave', () => {
    tip.hidden = true
    cross.setAttribute('d', '')
    selection.setAttribute('width', '0')
    dragFrom = undefined
  })
  svg.addEventListener('mousedown', (event) => {
    dragFrom = px(event)
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
  onZoom(draw)
  new ResizeObserver(draw).observe(frame)
  return frame
}
