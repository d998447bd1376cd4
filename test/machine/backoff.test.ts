// How long a drop keeps the user waiting, as lists of numbers.
import fc from 'fast-check'
import { backoff, CROWD_WINDOW } from '../../src/machine/backoff'

const options = { base: 1_000, cap: 30_000 }
const delays = (crowd: number | undefined, random: number) =>
  [1, 2, 3, 4, 5, 6, 7].map((tries) => Math.round(backoff(tries, crowd, random, options)))

test('a lone drop is back within a second, then waits up to twice as long each time, to the cap', () => {
  expect(delays(undefined, 0.999_999)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  expect(delays(undefined, 0.5)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000])
  expect(delays(undefined, 0)).toEqual([0, 0, 0, 0, 0, 0, 0])
})

test('a crowd that was dropped together returns over the whole window, then in its last two thirds', () => {
  expect(delays(CROWD_WINDOW, 0)).toEqual([0, 10_000, 10_000, 10_000, 10_000, 10_000, 10_000])
  expect(delays(CROWD_WINDOW, 0.999_999)).toEqual([30_000, 30_000, 30_000, 30_000, 30_000, 30_000, 30_000])
})

test('no delay is negative, above its bound or not a number, however often it is tried', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5_000 }),
      fc.option(fc.integer({ min: 1_000, max: 3_600_000 })),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (tries, crowd, random) => {
        const delay = backoff(tries, crowd ?? undefined, random, options)
        expect(delay).toBeGreaterThanOrEqual(0)
        expect(delay).toBeLessThanOrEqual(crowd ?? options.cap)
      },
    ),
  )
})
