// Horizontal bars as SVG, one for each subject, ours coloured; readable on a light and a dark page.

export interface Bar {
  readonly label: string
  readonly value: number
  readonly text?: string
  readonly ours?: boolean
}

export interface BarsOptions {
  readonly title: string
  /** Under the title: the unit, and which way is better. */
  readonly note: string
  readonly log?: boolean
  /** A line at this value, such as a target. */
  readonly mark?: { readonly value: number; readonly label: string }
}

const WIDTH = 720
const LEFT = 230
const RIGHT = 110
const ROW = 24
const TOP = 54

export const escape = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')

export const svg = (
  width: number,
  height: number,
  body: string,
): string => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13">
<rect width="${width}" height="${height}" rx="8" fill="#ffffff"/>
${body}
</svg>
`

export const heading = (title: string, note: string): string =>
  `<text x="16" y="24" font-size="15" font-weight="600" fill="#1f2933">${escape(title)}</text>\n<text x="16" y="42" fill="#667380" font-size="12">${escape(note)}</text>`

export const bars = (all: readonly Bar[], { title, note, log = false, mark }: BarsOptions): string => {
  const finite = all.map(({ value }) => value).filter((value) => Number.isFinite(value) && value > 0)
  const most = Math.max(...finite, mark?.value ?? 0)
  const least = log ? Math.min(...finite) / 2 : 0
  const scale = (value: number): number => {
    const share = log ? Math.log(Math.max(value, least) / least) / Math.log(most / least) : value / most
    return Math.min(1, Math.max(0, share)) * (WIDTH - LEFT - RIGHT)
  }
  const rows = all.map(({ label, value, text, ours }, index) => {
    const y = TOP + index * ROW
    const length = Number.isFinite(value) ? Math.max(scale(value), 1) : WIDTH - LEFT - RIGHT
    return `<text x="${LEFT - 8}" y="${y + 15}" text-anchor="end" fill="#1f2933"${ours ? ' font-weight="600"' : ''}>${escape(label)}</text>
<rect x="${LEFT}" y="${y + 3}" width="${length.toFixed(1)}" height="16" rx="3" fill="${ours ? '#07c160' : '#b7c2cc'}"/>
<text x="${(LEFT + length + 6).toFixed(1)}" y="${y + 15}" fill="#1f2933">${escape(text ?? String(value))}</text>`
  })
  const bottom = TOP + all.length * ROW
  const line =
    mark === undefined
      ? ''
      : `<line x1="${(LEFT + scale(mark.value)).toFixed(1)}" x2="${(LEFT + scale(mark.value)).toFixed(1)}" y1="${TOP - 4}" y2="${bottom}" stroke="#d9480f" stroke-dasharray="4 3"/>
<text x="${(LEFT + scale(mark.value)).toFixed(1)}" y="${bottom + 14}" text-anchor="middle" fill="#d9480f" font-size="11">${escape(mark.label)}</text>`
  return svg(WIDTH, bottom + 24, [heading(title, note), ...rows, line].join('\n'))
}
