// The long runs by name: each is bounded by time, says what it plays, and answers what docs/reliability.md states.
import { feed, type FeedResult } from './fuzz/feed'
import { fuzz, type FuzzResult } from './fuzz/fuzz'
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
        `${messages.doubled} doubled, back in at most ${back.most} s`,
    )
    results.push(result)
  }
  return results
}

/** Every target for its share of the time. `inputs`: of each, at most. */
export async function fuzzing(
  { seconds, seed, only, say }: Omit<RunOptions, 'days'>,
  inputs = Infinity,
): Promise<FuzzResult[]> {
  const chosen = targets.filter(({ name }) => only === undefined || name === only)
  const watchdog = startWatchdog()
  const results: FuzzResult[] = []
  try {
    for (const target of chosen) {
      const ms = (seconds * 1000) / chosen.length
      const result = await fuzz(target, { seed, inputs, ms, file: SHIPPED }, watchdog)
      say(`fuzz: ${target.name}: ${result.inputs} inputs from FUZZ_SEED=${seed}, slowest ${result.slowest} ms`)
      results.push(result)
    }
  } finally {
    await watchdog.stop()
  }
  return results
}

/** Every parser for its share of the time. `inputs`: of each, at most. */
export async function feeding(
  { seconds, seed, only, say }: Omit<RunOptions, 'days'>,
  inputs = Infinity,
): Promise<FeedResult[]> {
  const chosen = parsers.filter(({ name }) => only === undefined || name === only)
  const watchdog = startWatchdog()
  const results: FeedResult[] = []
  try {
    for (const parser of chosen) {
      const result = await feed(parser, { seed, inputs, ms: (seconds * 1000) / chosen.length }, watchdog)
      const { inputs: fed, perSecond, refused, slowest, growth } = result
      say(
        `parsers: ${parser.name}: ${fed} inputs from FUZZ_SEED=${seed}, ${perSecond} a second, ${refused} refused, ` +
          `slowest ${slowest} ms, ${growth} MB kept`,
      )
      results.push(result)
    }
  } finally {
    await watchdog.stop()
  }
  return results
}

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
