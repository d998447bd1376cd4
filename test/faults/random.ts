// Chance that can be had again: everything drawn in a run comes from its seed.

export interface Chance {
  /** In [0, 1). */
  (): number
  below(limit: number): number
  between(least: number, most: number): number
  yes(share: number): boolean
  one<T>(list: readonly T[]): T
  bytes(length: number): Uint8Array
}

/** mulberry32: small, fast, good enough to break things. */
export function chanceOf(seed: number): Chance {
  const draw = () => {
    seed = (seed + 0x6d2b79f5) | 0
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(draw() * limit)
  return Object.assign(draw, {
    below,
    between: (least: number, most: number) => least + below(most - least + 1),
    yes: (share: number) => draw() < share,
    one: <T>(list: readonly T[]) => list[below(list.length)]!,
    bytes: (length: number) => Uint8Array.from({ length }, () => below(256)),
  })
}

/** How often what happened. */
export type Tally = Record<string, number>

export const count = (tally: Tally, what: string, times = 1): void => void (tally[what] = (tally[what] ?? 0) + times)
