// The long runs by name: each is bounded by time, says what it plays, and answers what docs/reliability.md states.
import { feed, type FeedResult } from './fuzz/feed'
import { fuzz, type FuzzResult, type Pulse } from './fuzz/fuzz'
import { parsers } from './fuzz/parsers'
import { targets } from './fuzz/targets'
import { startWatchdog } from './fuzz/watchdog'
import { realSoak } from './real/soak'
import { crashes, fullDisk } from './server/crash'
import { SHIPPED } from './soak/places'
import { soak, type SoakResult } from './soak/soak'

export interface RunOptions {
  readonly seconds: number
  readonly seed: number
  /** Of one soak. */
  readonly days: number
  /** One target of the fuzzing, or one parser. */
  readonly only: string | undefined
  say(line: string): void
}

export type Run = (options: RunOptions) => Promise<unknown>

/** Soak after soak, each with its own seed, until the time is over. */
export async function soaks({ seconds, seed, days, say }: Omit<RunOptions, 'only'>): Promise<SoakResult[]> {
  const until = Date.now() + seconds * 1000
  const results: SoakResult[] = []
  for (let next = seed; results.length === 0 || Date.now() < until; next++) {
    say(`soak: SOAK_SEED=${next} SOAK_DAYS=${days}`)
    const result = await soak(next, days)
    const { hours, messages, back } = result
    say(
      `soak: ${hours} hours, ${messages.acknowledged} messages acknowledged, ${messages.lost} lost, ` +
        `${messages.doubled} doubled, back in at most ${back.most.toFixed(1)} s`,
    )
    results.push(result)
  }
  return results
}

type Share = Omit<RunOptions, 'days'>

/** One after the other, or the one that was asked for, each for its share of the time. */
async function inTurn<One extends { readonly name: string }, Result>(
  all: readonly One[],
  { seconds, only }: Share,
  run: (one: One, ms: number, pulse: Pulse) => Promise<Result>,
): Promise<Result[]> {
  const chosen = all.filter(({ name }) => only === undefined || name === only)
  const watchdog = startWatchdog()
  const results: Result[] = []
  try {
    for (const one of chosen) results.push(await run(one, (seconds * 1000) / chosen.length, watchdog))
  } finally {
    await watchdog.stop()
  }
  return results
}

/** `inputs`: of each target, at most. */
export const fuzzing = (share: Share, inputs = Infinity): Promise<FuzzResult[]> =>
  inTurn(targets, share, async (target, ms, pulse) => {
    const { seed, say } = share
    const result = await fuzz(target, { seed, inputs, ms, file: SHIPPED }, pulse)
    say(`fuzz: ${target.name}: ${result.inputs} inputs from FUZZ_SEED=${seed}, slowest ${result.slowest} ms`)
    return result
  })

/** `inputs`: of each parser, at most. */
export const feeding = (share: Share, inputs = Infinity): Promise<FeedResult[]> =>
  inTurn(parsers, share, async (parser, ms, pulse) => {
    const { seed, say } = share
    const result = await feed(parser, { seed, inputs, ms }, pulse)
    const { inputs: fed, perSecond, refused, slowest, growth } = result
    say(
      `parsers: ${parser.name}: ${fed} inputs from FUZZ_SEED=${seed}, ${perSecond} a second, ${refused} refused, ` +
        `slowest ${slowest} ms, ${growth} MB kept`,
    )
    return result
  })

export const runs: Readonly<Record<string, Run>> = {
  soak: soaks,
  fuzz: (options) => fuzzing(options),
  parsers: (options) => feeding(options),
  async real({ seconds, seed, say }) {
    const result = await realSoak(seed, seconds)
    say(`real: ${result.messages.acknowledged} messages, ${result.serverKills} kills, back in ${result.back} s`)
    return result
  },
  async server({ seconds, seed, say }) {
    // A kill with the start after it and the look at everything takes about two seconds.
    const killed = await crashes(seed, Math.max(2, Math.round(seconds / 2)))
    say(`server: ${killed.kills} kills, ${killed.messages} messages, ${killed.users} users, ${killed.groups} groups`)
    const full = await fullDisk(1024)
    say(`server: a full disk after ${full.messages} messages`)
    return { killed, full }
  },
}
