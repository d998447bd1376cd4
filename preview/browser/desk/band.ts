// The live band under the phones: the last half minute of every message, as an arrow from phone to server to phone; where a
// phone could not be reached, its line is shaded. Beside it the account of both clients.
import { element } from '../element'
import type { Count, Entry, Ledger } from './ledger'

/** How much of the past is shown, in ms. */
const SPAN = 30_000
const HEIGHT = 150
const rows = [26, 75, 124] as const
const SVG = 'http://www.w3.org/2000/svg'

type Attributes = Readonly<Record<string, string | number>>

function shape(name: string, attributes: Attributes, text = ''): SVGElement {
  const made = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value))
  made.textContent = text
  return made
}

/** Times during which one of the three could not be reached; the newest may not have ended. */
export interface Outages {
  readonly spans: readonly { readonly from: number; readonly to: number | undefined }[]
  set(out: boolean, at: number): void
}

export function createOutages(): Outages {
  let spans: { from: number; to: number | undefined }[] = []
  return {
    get spans() {
      return spans
    },
    set(out, at) {
      const last = spans.at(-1)
      const isOut = last !== undefined && last.to === undefined
      if (out === isOut) return
      if (out) spans = [...spans.filter(({ to = at }) => at - to < SPAN), { from: at, to: undefined }]
      else if (last) last.to = at
    },
  }
}

export interface Band {
  readonly root: HTMLElement
  draw(now: number): void
}

/** The lines from above: the first phone, the server, the second phone. */
export function createBand(names: readonly [string, string], ledger: Ledger, outages: readonly Outages[]): Band {
  const svg = shape('svg', { class: 'arrows', role: 'img' })
  svg.setAttribute('aria-label', '最近半分钟里每条消息的路')
  const labels = element('div', 'lanes', ...[names[0], '服务器', names[1]].map((name) => element('span', '', name)))
  const root = element('section', 'band', labels, element('div', 'band-picture', svg as unknown as HTMLElement))

  let width = 1000
  const x = (at: number, now: number) => width - ((now - at) / SPAN) * width

  function arrow(now: number, from: number, start: number, to: number, end: number, kind: string): SVGElement {
    return shape('line', {
      x1: x(start, now), y1: rows[from as 0], x2: Math.max(x(end, now), x(start, now) + 4), y2: rows[to as 0], class: kind,
      'marker-end': 'url(#tip)',
    }) // prettier-ignore
  }

  /** Each try of the sender, the one that the server took, and what reached the other phone. */
  function arrowsOf({ from, at, sent, acked, received }: Entry, now: number): SVGElement[] {
    const [near, far] = from === names[0] ? [0, 2] : [2, 0]
    const taken = acked ?? received[0]?.at
    const tries = sent.map((start, index) => {
      const last = index === sent.length - 1
      return last && taken !== undefined
        ? arrow(now, near, start, 1, taken, 'up')
        : shape('line', {
            x1: x(start, now),
            y1: rows[near as 0],
            x2: x(start, now) + 14,
            y2: (rows[near as 0] + 75) / 2,
            class: 'astray',
          })
    })
    return [
      shape('circle', {
        cx: x(at, now),
        cy: rows[near as 0],
        r: 4,
        class: taken === undefined ? 'waiting' : 'written',
      }),
      ...tries,
      ...received.map((one, index) =>
        arrow(now, 1, Math.min(taken ?? one.at, one.at), far, one.at, index ? 'twice' : 'down'),
      ),
    ]
  }

  return {
    root,
    draw(now) {
      width = svg.clientWidth || width
      svg.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`)
      const recent = [...ledger.entries.values()].filter(
        ({ at, received }) => now - Math.max(at, received.at(-1)?.at ?? 0) < SPAN || !received.length,
      )
      const tip = shape('marker', {
        id: 'tip',
        viewBox: '0 0 8 8',
        refX: 7,
        refY: 4,
        markerWidth: 5,
        markerHeight: 5,
        orient: 'auto',
      })
      tip.append(shape('path', { d: 'M0 0 8 4 0 8z' }))
      svg.replaceChildren(
        tip,
        ...outages.flatMap(({ spans }, row) =>
          spans.map(({ from, to = now }) =>
            shape('rect', {
              x: x(from, now),
              y: rows[row as 0] - 16,
              width: Math.max(0, x(to, now) - x(from, now)),
              height: 32,
              class: 'outage',
            }),
          ),
        ),
        ...rows.map((y) => shape('line', { x1: 0, x2: width, y1: y, y2: y, class: 'rail' })),
        ...recent.flatMap((entry) => arrowsOf(entry, now)),
      )
    },
  }
}

const columns: readonly (readonly [keyof Count, string, (value: number) => string])[] = [
  ['sent', '写了', () => ''],
  ['delivered', '送达', () => ''],
  ['underway', '在路上', () => ''],
  ['lost', '丢失', (value) => (value ? 'bad' : 'good')],
  ['doubled', '重复', (value) => (value ? 'bad' : 'good')],
  ['mostSockets', '最多连接', (value) => (value > 2 ? 'bad' : '')],
]

/** The account as a table: a client a row. */
export function countTable(lanes: readonly (readonly [name: string, count: Count])[]): HTMLElement {
  const head = element('tr', '', element('th', ''), ...columns.map(([, title]) => element('th', '', title)))
  const body = lanes.map(([name, count]) => {
    const title = element('th', '', name)
    title.scope = 'row'
    return element(
      'tr',
      '',
      title,
      ...columns.map(([key, , tone]) => element('td', `${key} ${tone(count[key])}`, String(count[key]))),
    )
  })
  return element('table', 'count', element('thead', '', head), element('tbody', '', ...body))
}
