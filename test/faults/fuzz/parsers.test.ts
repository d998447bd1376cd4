// Each parser of what comes from outside, fed straight: only its own errors come out, and what it takes is what was meant.
// FUZZ=10000000 feeds so many inputs to each, FUZZ_ONLY=utf8 one parser, FUZZ_SEED=7 begins with that input.
import { feeding } from '../runs'
import { parsers } from './parsers'

const INPUTS = Number(process.env.FUZZ ?? 512)
const SEED = Number(process.env.FUZZ_SEED ?? 1)
const ONLY = process.env.FUZZ_ONLY

test.each(parsers.filter(({ name }) => ONLY === undefined || name === ONLY).map(({ name, what }) => [what, name]))(
  '%s',
  async (_, only) => {
    const say = (line: string) => void process.stdout.write(`${line}\n`)
    const [result] = await feeding({ seconds: Infinity, seed: SEED, only, say }, INPUTS)
    const { inputs, refused } = result!
    expect(inputs).toBe(INPUTS)
    // Blind, if everything took one way.
    expect(Math.min(refused, inputs - refused)).toBeGreaterThan(inputs / 50)
  },
  24 * 3_600_000, // the watchdog ends what hangs
)
