// One phone over time: app, network, each connection's states with its refusals, socket slots, round trips.
import { meaningOf } from '../meanings'
import type { Phone, Point, Span } from '../phone'
import { axis } from './axis'
import { band, spanAt, type Area } from './band'
import { h, s } from './dom'
import { clockTime, day, duration, onZoom, scale, stateName, view, words, zoneOf } from './view'
import { zoomable } from './zooming'

const LEFT = 116
const RIGHT = 14
let charts = 0

/** A row draws itself into a group whose top is 0, and says what it shows at a time. */
interface Lane {
  readonly label: string
  readonly note?: string
  readonly height: number
  draw(into: SVGGElement, area: Area): void
  at(t: number): string | undefined
}

const spansLane = (label: string, spans: readonly Span[], height: number): Lane => ({
  label,
  height,
  draw: (into, area) => into.append(...band(spans, area, 0, height - 6, stateName)),
  at: (t) => {
    const span = spanAt(spans, t)
    return span && `${stateName(span.what)} · ${duration(span.to - span.from)}`
  },
})

const connectionLane = (phone: Phone, number: number): Lane => {
  const connection = phone.connections.find((one) => one.number === number)!
  const refusals = phone.refusals.filter((refusal) => refusal.connection === number)
  const attempts = phone.attempts.filter((attempt) => attempt.connection === number)
  return {
    label: `${words().connection} #${number}`,
    note: connection.user,
    height: 56,
    draw(into, area) {
      const { left, right, x } = area
      into.append(...band(connection.states, area, 14, 30, stateName))
      let last = -10
      for (const { t, name, code } of refusals) {
        const at = x(t)
        if (at < left || at > right || at - last < 3) continue
        last = at
        into.append(s('path', { d: `M${at - 4.5} 3h9l-4.5 8z`, class: 'refusal' }, s('title', {}, `${code} ${name}`)))
      }
      last = -10
      for (const { from } of attempts) {
        const at = x(from)
        if (at < left || at > right || at - last < 2) continue
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
        ? `${state ?? ''}\n▾ ${near.code} ${near.name} — ${meaningOf(near.name)[view.lang][0]}${near.detail ? ` (${near.detail})` : ''}`
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

const socketsLane = (phone: Phone): Lane => {
  const max = Math.max(phone.maxSockets ?? 2, ...phone.sockets.map(({ value }) => value), 1)
  const height = 44
  const y = (value: number) => height - 10 - (value / max) * (height - 18)
  return {
    label: words().sockets,
    note: `0 – ${max}`,
    height,
    draw(into, { left, right, x }) {
      const end = Math.min(right, x(phone.to))
      for (let value = 0; value <= max; value++)
        into.append(s('path', { d: `M${left} ${y(value)}H${right}`, class: value ? 'guide' : 'base' }))
      const inside = (t: number) => Math.max(left, Math.min(end, x(t)))
      let path = `M${inside(phone.sockets[0]!.t)} ${y(0)}`
      for (const { t, value } of phone.sockets) path += `H${inside(t)}V${y(value)}`
      if (end > left) into.append(s('path', { d: `${path}H${end}V${y(0)}Z`, class: 'sockets' }))
      if (phone.maxSockets) into.append(s('path', { d: `M${left} ${y(phone.maxSockets)}H${right}`, class: 'limit' }))
    },
    at: (t) => {
      const point = valueAt(phone.sockets, t)
      return point && `${point.value} ${words().ofBudget} ${phone.maxSockets ?? '?'}`
    },
  }
}

const roundTripLane = (phone: Phone): Lane => {
  const most = Math.max(...phone.roundTrips.map(({ value }) => value))
  const top = [50, 100, 200, 500, 1000, 2000, 5000, 10000, 30000].find((step) => step >= most) ?? most
  const height = 58
  // Square roots, so that a slow answer does not flatten all the others.
  const y = (value: number) => height - 10 - Math.sqrt(value / top) * (height - 18)
  return {
    label: words().roundTrips,
    note: `0 – ${duration(top)}`,
    height,
    draw(into, { left, right, x }) {
      into.append(
        s('path', { d: `M${left} ${y(0)}H${right}`, class: 'base' }),
        s('path', { d: `M${left} ${y(top)}H${right}`, class: 'guide' }),
      )
      const seen = new Set<string>()
      for (const { t, value } of phone.roundTrips) {
        const at = x(t)
        if (at < left || at > right) continue
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
export const chart = (index: number, phone: Phone, pick: (t: number) => void): HTMLElement => {
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
  const svg = s('svg', { class: 'chart', height, role: 'img', 'aria-label': `${phone.name}: ${words().zoomHint}` })
  const tip = h('div', { class: 'tip', hidden: true })
  const frame = h('div', { class: 'chart-frame' }, svg, tip)
  // Nothing of a lane is drawn over the labels, wherever the time in view begins.
  const clip = `lanes-${++charts}`
  let width = 0
  const area: Area = {
    left: LEFT,
    get right() {
      return width - RIGHT
    },
    x: (t) => LEFT + ((scale.place(t) - view.from) / (view.to - view.from)) * (width - LEFT - RIGHT),
  }

  const draw = () => {
    width = Math.max(320, frame.clientWidth)
    svg.setAttribute('width', String(width))
    const bounds = s('rect', { x: LEFT - 6, y: 0, width: width - LEFT, height: bottom })
    const parts: SVGElement[] = [s('defs', {}, s('clipPath', { id: clip }, bounds)), ...axis(area, bottom, zone)]
    let top = 4
    for (const lane of lanes) {
      const middle = lane.height > 40 ? (lane.note ? 22 : 32) : 13
      const labels = s(
        'g',
        { transform: `translate(0 ${top})` },
        s('text', { x: 0, y: middle, class: 'lane' }, lane.label),
        lane.note !== undefined &&
          s(
            'text',
            { x: 0, y: middle + 16, class: 'lane-note' },
            lane.note.length > 16 ? `${lane.note.slice(0, 15)}…` : lane.note,
          ),
      )
      const group = s('g', { transform: `translate(0 ${top})` })
      lane.draw(group, area)
      parts.push(labels, s('g', { 'clip-path': `url(#${clip})` }, group))
      top += lane.height
    }
    svg.replaceChildren(...parts, ...layer)
  }

  const point = (at: number | undefined, t: number, event: MouseEvent) => {
    tip.hidden = at === undefined
    if (at === undefined) return
    const lines = lanes.flatMap((lane) => {
      const text = lane.at(t)
      return text ? [h('dt', {}, lane.label), h('dd', {}, text)] : []
    })
    tip.replaceChildren(h('b', {}, `${day(t, zone)} ${clockTime(t, zone)}`), h('dl', {}, ...lines))
    tip.style.left = `${at > width / 2 ? at - tip.offsetWidth - 14 : at + 14}px`
    tip.style.top = `${Math.min(event.offsetY, Math.max(0, height - tip.offsetHeight))}px`
  }
  const { layer } = zoomable(svg, bottom, () => area, point, pick)
  onZoom(draw)
  new ResizeObserver(draw).observe(frame)
  return frame
}
