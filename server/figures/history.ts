// What was measured lately: a bounded row of values, each the mean or the most of the samples of its span.
import type { Series } from './shape'

/** How the samples of a span become one value: `most` for what grows towards a bound, `mean` for what flows. */
export type Digest = 'most' | 'mean'

export interface History<Name extends string> {
  add(at: number, sample: Readonly<Record<Name, number>>): void
  read(): Series<Name>
}

const rounded = (value: number): number => Math.round(value * 100) / 100

export function createHistory<Name extends string>(
  digests: Readonly<Record<Name, Digest>>,
  /** Seconds from sample to sample, samples of one value, values kept. */
  { seconds, samples, keep }: { seconds: number; samples: number; keep: number },
): History<Name> {
  type Sample = Readonly<Record<Name, number>>
  const names = Object.keys(digests) as Name[]
  const kept: Sample[] = []
  let open: Sample[] = []
  let until = 0

  const each = <Value>(of: (name: Name) => Value): Record<Name, Value> =>
    Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, Value>

  function digest(name: Name): number {
    const values = open.map((sample) => sample[name])
    return rounded(
      digests[name] === 'most' ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0) / values.length,
    )
  }

  return {
    add(at, sample) {
      open.push(sample)
      if (open.length < samples) return
      kept.push(each(digest))
      if (kept.length > keep) kept.shift()
      open = []
      until = at
    },
    read: () => ({ every: seconds * samples, until, values: each((name) => kept.map((sample) => sample[name])) }),
  }
}
