// The picture at the top: every phone as one band on a common time, with the findings marked where they show.
import type { Finding } from '../diagnosis'
import type { Phone } from '../phone'
import { axis } from './axis'
import { band, spanAt, type Area } from './band'
import { h, s } from './dom'
import { model } from './model'
import { clockTime, day, duration, onZoom, scale, stateName, view, words, zoneOf } from './view'
import { zoomable } from './zooming'

const RIGHT = 14
const ROW = 46
const BAND = 22

/** As numbers in the list of findings. */
export const numberOf = (finding: Finding): number => model.findings.indexOf(finding) + 1

/** What there is to see of a phone at a glance: one band a connection that mattered. */
const bandsOf = (phone: Phone) => phone.connections.slice(0, 3)

const heightOf = (phone: Phone) => ROW + Math.max(0, bandsOf(phone).length - 1) * (BAND + 4)

export const overview = (showFinding: (finding: Finding) => void, pick: (t: number) => void): HTMLElement => {
  const shown = model.phones.map((phone, index) => ({ phone, index })).filter(({ phone }) => phone.records.length > 0)
  const { findings } = model
  const zone = zoneOf(shown[0]?.index ?? 0)
  const bottom = shown.reduce((sum, { phone }) => sum + heightOf(phone), 0) + 4
  const height = bottom + 26
  const svg = s('svg', { class: 'chart', height, role: 'img', 'aria-label': `${words().picture}: ${words().zoomHint}` })
  const tip = h('div', { class: 'tip', hidden: true })
  const frame = h('div', { class: 'chart-frame' }, svg, tip)
  let width = 0
  const left = () => (width < 600 ? 70 : 116)
  const area: Area = {
    get left() {
      return left()
    },
    get right() {
      return width - RIGHT
    },
    x: (t) => left() + ((scale.place(t) - view.from) / (view.to - view.from)) * (width - left() - RIGHT),
  }

  const marker = (finding: Finding, at: number, top: number) =>
    s(
      'g',
      {
        class: `marker ${finding.severity}`,
        transform: `translate(${at} ${top + 9})`,
        role: 'button',
        tabindex: 0,
        'aria-label': finding[view.lang].title,
        click: () => showFinding(finding),
        keydown: (event: KeyboardEvent) => {
          if (event.key !== 'Enter') return
          event.stopPropagation()
          showFinding(finding)
        },
      },
      s('title', {}, finding[view.lang].title),
      s('path', { d: 'M0 8v8', class: 'stem' }),
      s('circle', { r: 8.5 }),
      s('text', { y: 4 }, numberOf(finding)),
    )

  const draw = () => {
    width = Math.max(300, frame.clientWidth)
    svg.setAttribute('width', String(width))
    const parts: SVGElement[] = axis(area, bottom, zone)
    const markers: SVGElement[] = []
    let top = 0
    for (const { phone, index } of shown) {
      const group = s('g', { transform: `translate(0 ${top})` })
      const name = phone.connections.find(({ user }) => user !== '')?.user ?? phone.name
      const most = width < 600 ? 8 : 14
      group.append(
        s('circle', { cx: 5, cy: 29, r: 5, class: `dot-mark p${index % 6}` }),
        s('text', { x: 16, y: 33, class: 'lane' }, name.length > most ? `${name.slice(0, most - 1)}…` : name),
      )
      bandsOf(phone).forEach(({ states }, i) => {
        const y = 18 + i * (BAND + 4)
        group.append(...band(states, area, y, BAND, stateName))
      })
      group.append(
        ...band(
          phone.app.filter(({ what }) => what === 'hidden'),
          area,
          heightOf(phone) - 5,
          3,
          () => '',
        ),
        ...band(
          phone.network.filter(({ what }) => what === 'none'),
          area,
          heightOf(phone) - 5,
          3,
          () => '',
        ),
      )
      let free = -Infinity
      for (const finding of findings.filter((one) => one.phone === index).sort((a, b) => a.t - b.t)) {
        const at = area.x(finding.t)
        if (at < area.left - 1 || at > area.right + 1) continue
        const placed = Math.min(area.right, Math.max(at, free))
        free = placed + 19
        markers.push(marker(finding, placed, top))
      }
      parts.push(group)
      top += heightOf(phone)
    }
    svg.replaceChildren(...parts, ...layer, ...markers)
  }

  const point = (at: number | undefined, t: number, event: MouseEvent) => {
    tip.hidden = at === undefined
    if (at === undefined) return
    const lines = shown.flatMap(({ phone }) =>
      bandsOf(phone).flatMap(({ states, user }) => {
        const span = spanAt(states, t)
        return span
          ? [h('dt', {}, user || phone.name), h('dd', {}, `${stateName(span.what)} · ${duration(span.to - span.from)}`)]
          : []
      }),
    )
    tip.replaceChildren(h('b', {}, `${day(t, zone)} ${clockTime(t, zone)}`), h('dl', {}, ...lines))
    tip.style.left = `${at > width / 2 ? at - tip.offsetWidth - 14 : at + 14}px`
    tip.style.top = `${Math.min(event.offsetY + 12, Math.max(0, height))}px`
  }
  const { layer } = zoomable(svg, bottom, () => area, point, pick)
  onZoom(draw)
  new ResizeObserver(draw).observe(frame)
  return frame
}
