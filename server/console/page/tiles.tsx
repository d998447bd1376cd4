// One tile for each figure: its value, what it cannot pass, and how it was.
import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import type { Kind } from '../../account'
import type { Bounded, Figures, Series, SeriesName } from '../../figures/shape'
import type { Span } from './calls'
import { Chart, type Line } from './chart'
import { useDesk } from './desk'

/** Values that a full history has. */
const full: Readonly<Record<Span, number>> = { hour: 360, day: 288 }

interface TileProps {
  readonly name: string
  readonly value: string | undefined
  readonly children?: ComponentChildren
  readonly bounded?: Bounded | undefined
  readonly lines: readonly Line[]
  readonly write: (value: number) => string
  readonly history: Series | undefined
  readonly span: Span
}

const fill = ({ value, bound }: Bounded): number => (bound > 0 ? Math.min(1, value / bound) : 0)

function Tile({ name, value, children, bounded, lines, write, history, span }: TileProps) {
  const share = bounded && fill(bounded)
  const level = share === undefined ? '' : share >= 0.9 ? 'full' : share >= 0.75 ? 'high' : ''
  return (
    <article class={`tile ${level}`}>
      <h3>{name}</h3>
      <p class="value">{value ?? '–'}</p>
      <p class="faint">{children}</p>
      {history && <Chart name={name} lines={lines} write={write} history={history} most={full[span]} />}
      {share !== undefined && (
        <div class="meter" role="meter" aria-label={name} aria-valuemin={0} aria-valuemax={1} aria-valuenow={share}>
          <i style={{ width: `${share * 100}%` }} />
        </div>
      )}
    </article>
  )
}

/** How much a total grows a second, from one look to the next; before there are two, nothing. */
function useRates(figures: Figures | undefined): Readonly<Record<'published' | 'delivered', number>> | undefined {
  const looks = useRef<{ before?: Figures; now?: Figures }>({})
  if (figures && figures !== looks.current.now) {
    const before = looks.current.now
    // A server that was started again counts from nothing.
    looks.current = { now: figures, ...(before?.started === figures.started && { before }) }
  }
  const { before, now } = looks.current
  if (!before || !now || now.now <= before.now) return undefined
  const rate = (name: 'published' | 'delivered'): number =>
    (1000 * (now.totals[name] - before.totals[name])) / (now.now - before.now)
  return { published: rate('published'), delivered: rate('delivered') }
}

/** The two kinds of things that take most of what is held. */
const largest = ({ heldBy }: Figures): [Kind, number][] =>
  Object.entries(heldBy)
    .map(([kind, { bytes }]): [Kind, number] => [kind as Kind, bytes])
    .filter(([, bytes]) => bytes > 0)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 2)

export function Tiles({
  figures: f,
  history,
  span,
}: {
  figures: Figures | undefined
  history: Series | undefined
  span: Span
}) {
  const { words: w, format } = useDesk()
  const rates = useRates(f)
  const shared = { history, span }
  const last = (name: SeriesName): number | undefined => history?.values[name].at(-1)
  // The history counts by its own span.
  const aMinute = 60 / 10
  const perMinute = (value: number): string => format.rate(value * aMinute)
  const minute = (name: SeriesName): string | undefined => {
    const value = last(name)
    return value === undefined ? undefined : perMinute(value)
  }
  const bytesOf = (bounded: Bounded | undefined): string => (bounded ? `${w.of} ${format.bytes(bounded.bound)}` : '')
  return (
    <div class="tiles">
      <Tile
        name={w.online}
        value={f && format.count(f.online.value)}
        bounded={f?.online}
        lines={['online']}
        write={format.count}
        {...shared}
      >
        {f &&
          `${w.of} ${format.count(f.online.bound)} · ${format.count(f.sessions.value)} ${w.sessions} · ${format.count(f.users.value)} ${w.users}`}
      </Tile>
      <Tile
        name={w.messages}
        value={rates && `${format.rate(rates.published)} ${w.in} · ${format.rate(rates.delivered)} ${w.out}`}
        lines={['published', 'delivered']}
        write={format.rate}
        {...shared}
      >
        {f && `${format.count(f.totals.published)} ${w.in} · ${format.count(f.totals.delivered)} ${w.out} ${w.since}`}
      </Tile>
      <Tile name={w.logins} value={minute('logins')} lines={['logins']} write={perMinute} {...shared}>
        {f && `${format.count(f.totals.logins)} ${w.since}`}
      </Tile>
      <Tile name={w.refusals} value={minute('refused')} lines={['refused']} write={perMinute} {...shared}>
        {f && `${format.count(f.totals.refused)} ${w.since}`}
      </Tile>
      <Tile
        name={w.waiting}
        value={f && format.bytes(f.waitingBytes.value)}
        bounded={f?.waitingBytes}
        lines={['waitingBytes']}
        write={format.bytes}
        {...shared}
      >
        {f && `${bytesOf(f.waitingBytes)} · ${w.waitingCount(format.count(f.waiting))}`}
      </Tile>
      <Tile
        name={w.held}
        value={f && format.bytes(f.held.value)}
        bounded={f?.held}
        lines={['held']}
        write={format.bytes}
        {...shared}
      >
        {f &&
          `${bytesOf(f.held)} · ${largest(f)
            .map(([kind, bytes]) => `${w.kinds[kind]} ${format.bytes(bytes)}`)
            .join(' · ')}`}
      </Tile>
      <Tile
        name={w.memory}
        value={f && format.bytes(f.memory.value)}
        bounded={f?.memory}
        lines={['memory']}
        write={format.bytes}
        {...shared}
      >
        {f && `${bytesOf(f.memory)} · ${w.lag} ${format.ms(f.lag)}`}
      </Tile>
      <Tile
        name={w.disk}
        value={f && format.bytes(f.disk.value)}
        bounded={f?.disk}
        lines={['disk']}
        write={format.bytes}
        {...shared}
      >
        {f && `${bytesOf(f.disk)}${f.diskFull ? ` · ${w.diskFull}` : ''}`}
      </Tile>
    </div>
  )
}
