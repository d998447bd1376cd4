// Lines over a common axis as SVG: how something grows, or what happens over time.
import { escape, heading, svg } from './bars'

export interface Line {
  readonly label: string
  readonly points: readonly (readonly [x: number, y: number])[]
  readonly ours?: boolean
}

export interface LinesOptions {
  readonly title: string
  readonly note: string
  readonly x: { readonly label: string; readonly log?: boolean }
  readonly y: { readonly label: string; readonly log?: boolean }
}

const WIDTH = 720
const HEIGHT = 360
const BOX = { left: 64, right: 560, top: 60, bottom: 312 }
const COLOURS = ['#4c6ef5', '#f08c00', '#ae3ec9', '#868e96', '#e03131', '#0c8599']

const axis = (values: readonly number[], log: boolean, from: number, to: number) => {
  const positive = values.filter((value) => Number.isFinite(value) && (!log || value > 0))
  const most = Math.max(...positive)
  const least = log ? Math.min(...positive) : 0
  const at = (value: number): number => {
    const clamped = Math.min(most, Math.max(least, value))
    const span = log ? Math.log(most / least) || 1 : most - least || 1
    return from + ((log ? Math.log(clamped / least) : clamped - least) / span) * (to - from)
  }
  const ticks: number[] = []
  if (log)
    for (let tick = Math.pow(10, Math.floor(Math.log10(least))); tick <= most * 1.001; tick *= 10)
      if (tick >= least * 0.999) ticks.push(tick)
  if (!log) {
    const rough = (most - least) / 5 || 1
    const unit = Math.pow(10, Math.floor(Math.log10(rough)))
    const step = [1, 2, 5, 10].map((factor) => factor * unit).find((candidate) => candidate >= rough) ?? rough
    for (let tick = 0; tick <= most; tick += step) ticks.push(tick)
  }
  return { at, ticks }
}

const short = (value: number): string =>
  value >= 1e6 ? `${value / 1e6}M` : value >= 1e3 ? `${value / 1e3}k` : String(Number(value.toPrecision(3)))

export const lines = (all: readonly Line[], { title, note, x, y }: LinesOptions): string => {
  const points = all.flatMap((line) => line.points)
  const across = axis(
    points.map(([value]) => value),
    x.log === true,
    BOX.left,
    BOX.right,
  )
  const up = axis(
    points.map(([, value]) => value),
    y.log === true,
    BOX.bottom,
    BOX.top,
  )
  const grid = [
    ...across.ticks.map(
      (tick) =>
        `<line x1="${across.at(tick).toFixed(1)}" x2="${across.at(tick).toFixed(1)}" y1="${BOX.top}" y2="${BOX.bottom}" stroke="#e9edf0"/><text x="${across.at(tick).toFixed(1)}" y="${BOX.bottom + 16}" text-anchor="middle" fill="#667380" font-size="11">${short(tick)}</text>`,
    ),
    ...up.ticks.map(
      (tick) =>
        `<line x1="${BOX.left}" x2="${BOX.right}" y1="${up.at(tick).toFixed(1)}" y2="${up.at(tick).toFixed(1)}" stroke="#e9edf0"/><text x="${BOX.left - 6}" y="${(up.at(tick) + 4).toFixed(1)}" text-anchor="end" fill="#667380" font-size="11">${short(tick)}</text>`,
    ),
  ]
  let colour = 0
  const drawn = all.map((line, index) => {
    const stroke = line.ours ? '#07c160' : (COLOURS[colour++ % COLOURS.length] ?? '#868e96')
    const path = line.points
      .map(([px, py], at) => `${at === 0 ? 'M' : 'L'}${across.at(px).toFixed(1)} ${up.at(py).toFixed(1)}`)
      .join('')
    const label = BOX.top + 8 + index * 20
    return `<path d="${path}" fill="none" stroke="${stroke}" stroke-width="${line.ours ? 3 : 1.8}"/>
<line x1="${BOX.right + 14}" x2="${BOX.right + 34}" y1="${label}" y2="${label}" stroke="${stroke}" stroke-width="3"/><text x="${BOX.right + 40}" y="${label + 4}" fill="#1f2933" font-size="12">${escape(line.label)}</text>`
  })
  const names = `<text x="${(BOX.left + BOX.right) / 2}" y="${HEIGHT - 10}" text-anchor="middle" fill="#667380" font-size="12">${escape(x.label)}</text><text transform="translate(16 ${(BOX.top + BOX.bottom) / 2}) rotate(-90)" text-anchor="middle" fill="#667380" font-size="12">${escape(y.label)}</text>`
  return svg(WIDTH, HEIGHT, [heading(title, note), ...grid, names, ...drawn].join('\n'))
}
