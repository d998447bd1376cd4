// Time on the page: hours in which no phone logged anything take a sliver, so that minutes that matter can be seen.

export interface Gap {
  readonly from: number
  readonly to: number
}

export interface Scale {
  /** Where a time lies on the axis: from 0 at the first record to 1 at the last. */
  place(t: number): number
  /** The time at a place. */
  time(place: number): number
  readonly gaps: readonly Gap[]
}

const LEAST_GAP = 10 * 60000
const MOST_GAPS = 12
/** What a gap takes of the axis, as a share of all time that is not in gaps. */
const SHARE = 0.025

/** `times` in order. */
export const createScale = (times: readonly number[]): Scale => {
  const first = times[0] ?? 0
  const last = Math.max(times[times.length - 1] ?? 0, first + 1000)
  const found: Gap[] = []
  for (let i = 1; i < times.length; i++) {
    const from = times[i - 1]!
    const to = times[i]!
    if (to - from > LEAST_GAP) found.push({ from, to })
  }
  // Many pauses of the same length are a rhythm, not gaps: only what is longer than those is folded.
  const rhythm = found.map(({ from, to }) => to - from).sort((a, b) => b - a)[MOST_GAPS] ?? 0
  const gaps = found.filter(({ from, to }) => to - from > rhythm)
  const quiet = gaps.reduce((sum, { from, to }) => sum + to - from, 0)
  const active = Math.max(last - first - quiet, 1000)
  const width = active * SHARE

  // The axis is a line through these corners: [time, distance].
  const corners: [t: number, d: number][] = [[first, 0]]
  let d = 0
  let t = first
  for (const { from, to } of gaps) {
    d += from - t
    corners.push([from, d])
    d += width
    corners.push([to, d])
    t = to
  }
  d += last - t
  corners.push([last, d])
  const total = d

  const through = (value: number, from: 0 | 1, to: 0 | 1): number => {
    let low = 0
    let high = corners.length - 1
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (corners[middle]![from] <= value) low = middle
      else high = middle
    }
    const a = corners[low]!
    const b = corners[high]!
    const span = b[from] - a[from] || 1
    return a[to] + ((value - a[from]) / span) * (b[to] - a[to])
  }

  return {
    place: (time) => through(time, 0, 1) / total,
    time: (place) => through(place * total, 1, 0),
    gaps,
  }
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400].map(
  (seconds) => seconds * 1000,
)

/** Round times for the axis between two places, at least `least` (a share of the axis in view) apart; none inside a gap. */
export const ticks = (scale: Scale, from: number, to: number, zone: number, least: number): readonly number[] => {
  const start = scale.time(from)
  const end = scale.time(to)
  const folded = scale.gaps.reduce(
    (sum, gap) => sum + Math.max(0, Math.min(gap.to, end) - Math.max(gap.from, start)),
    0,
  )
  const step = STEPS.find((size) => (end - start - folded) / size <= 1 / least) ?? STEPS[STEPS.length - 1]!
  const offset = zone * 60000
  const found: number[] = []
  let free = -Infinity
  for (let t = Math.ceil((start + offset) / step) * step - offset; t <= end; t += step) {
    const gap = scale.gaps.find((one) => one.from < t && t < one.to)
    if (gap) {
      t = Math.floor((gap.to + offset) / step) * step - offset
      continue
    }
    if (scale.place(t) < free) continue
    free = scale.place(t) + least * (to - from)
    found.push(t)
  }
  return found
}
