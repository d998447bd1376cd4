// A small picture of the last hour or day; of less while the server is younger than that.
import { useState } from 'preact/hooks'
import type { Series, SeriesName } from '../../figures/shape'
import { useDesk } from './desk'

export type Line = SeriesName

interface ChartProps {
  readonly name: string
  readonly lines: readonly Line[]
  readonly write: (value: number) => string
  readonly history: Series
  /** Values of the whole hour or day. */
  readonly most: number
}

const height = 100

export function Chart({ name, lines, write, history: { every, until, values }, most }: ChartProps) {
  const { words: w, format } = useDesk()
  const [pointed, setPointed] = useState<number>()
  const count = values[lines[0]!].length
  if (count < 2) return <p class="chart faint">{w.collecting}</p>

  // A line of two values across the whole width would say more than is known.
  const slots = Math.min(most, Math.max(count, 30))
  const highest = Math.max(...lines.flatMap((line) => values[line]))
  const top = highest > 0 ? highest * 1.1 : 1
  const x = (index: number): number => slots - count + index
  const y = (value: number): number => height - (value / top) * height
  const path = (line: Line): string =>
    values[line].map((value, index) => `${index === 0 ? 'M' : 'L'}${x(index)} ${y(value).toFixed(2)}`).join('')

  const at = pointed === undefined ? undefined : Math.min(count - 1, Math.max(0, pointed))
  const timeOf = (index: number): string => format.time(until - (count - 1 - index) * every * 1000)
  const told = (index: number): string => lines.map((line) => write(values[line][index]!)).join(' · ')

  return (
    <div
      class="chart"
      role="img"
      tabIndex={0}
      aria-label={`${name}: ${told(count - 1)}; ${w.most} ${write(highest)}`}
      onPointerMove={(event) => {
        const { left, width } = event.currentTarget.getBoundingClientRect()
        setPointed(Math.round(((event.clientX - left) / width) * (slots - 1)) - (slots - count))
      }}
      onPointerLeave={() => setPointed(undefined)}
      onBlur={() => setPointed(undefined)}
      onKeyDown={(event) => {
        const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
        if (step === undefined) return
        event.preventDefault()
        setPointed(Math.min(count - 1, Math.max(0, (at ?? count) + step)))
      }}
    >
      <svg viewBox={`0 0 ${slots - 1} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        {lines.map((line, index) => (
          <g key={line} class={`line-${index}`}>
            {index === 0 && <path class="area" d={`${path(line)}L${slots - 1} ${height}L${x(0)} ${height}Z`} />}
            <path class="line" d={path(line)} />
          </g>
        ))}
        {at !== undefined && <path class="pointer" d={`M${x(at)} 0V${height}`} />}
      </svg>
      <span class="told faint">{at === undefined ? `${w.most} ${write(highest)}` : `${timeOf(at)} · ${told(at)}`}</span>
    </div>
  )
}
