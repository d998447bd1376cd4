// Whatever comes from outside: nothing is thrown into the app, nothing piles up, nothing goes on for ever, and the next good
// message arrives. FUZZ=100000 feeds so many inputs to each target (a number, not a time, so that every machine tries the same), FUZZ_ONLY=packets one target, FUZZ_SEED=7 plays that seed.
import { fuzzing } from '../runs'
import { targets } from './targets'

const INPUTS = Number(process.env.FUZZ ?? 40)
const SEED = Number(process.env.FUZZ_SEED ?? 1)
const ONLY = process.env.FUZZ_ONLY

test.each(targets.filter(({ name }) => ONLY === undefined || name === ONLY).map(({ name, what }) => [what, name]))(
  '%s',
  async (_, only) => {
    const say = (line: string) => void process.stdout.write(`${line}\n`)
    const [result] = await fuzzing({ seconds: Infinity, seed: SEED, only, say }, INPUTS)
    expect(result!.inputs).toBe(INPUTS)
  },
  24 * 3_600_000, // the watchdog ends what hangs
)
