// Runs a target on input after input: nothing may be thrown into the app, pile up in memory, or go on for ever.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { chanceOf, type Chance } from '../random'

/** Something that parses what comes from outside, in the surroundings in which it does so. */
export interface Stage {
  /** One input, and everything that must hold afterwards; throws, in words, what did not. */
  feed(chance: Chance): Promise<void> | void
  end(): Promise<void> | void
}

export interface Target {
  readonly name: string
  /** What is broken, for docs/reliability.md. */
  readonly what: string
  /** `file`: the SDK to test. */
  begin(chance: Chance, file: string): Promise<Stage> | Stage
}

export interface Bounds {
  readonly seed: number
  /** Stops after so many inputs, or so many milliseconds, whichever comes first. */
  readonly inputs: number
  readonly ms: number
  readonly file: string
}

export interface FuzzResult {
  readonly target: string
  readonly what: string
  readonly seed: number
  readonly inputs: number
  /** CPU milliseconds of the slowest input. */
  readonly slowest: number
  /** MB that one input allocated at most in buffers, and that the heap grew by from the first half to the second. */
  readonly buffers: number
  readonly growth: number
}

/** Inputs that share a stage; a failure is played again from the beginning of its stage. */
const PER_STAGE = 40
const MOST_CPU_MS = 2_000
const MOST_BUFFER_MB = 8
export const MOST_GROWTH_MB = 24
/** In each half, or nothing is said about growth. */
const FEWEST_HEAPS = 4
const mb = (bytes: number) => bytes / 2 ** 20

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Megabytes in use once collecting frees nothing more: a phone's process is let go a turn after its last reference. */
export const heapAtRest = async (): Promise<number> => {
  for (let before = Infinity; ;) {
    collect()
    await new Promise((resolve) => setImmediate(resolve))
    const now = mb(process.memoryUsage().heapUsed)
    if (before - now < 1) return now
    before = now
  }
}

/** Where a hang is found: written before each input, read by the watchdog. */
export interface Pulse {
  beat(where: string): void
}
export const noPulse: Pulse = { beat: () => undefined }

export class Fallen extends Error {}

/** What an input did, with all that is known of it, and how to play it again. */
export const fallen = (name: string, seed: number, input: number, { message, cause, stack }: Error): Fallen => {
  const why =
    cause instanceof Error
      ? `\n${cause.stack ?? cause.message}`
      : cause === undefined
        ? ''
        : `: ${JSON.stringify(cause)}`
  return new Fallen(
    `${name}: ${message}${why}\n  FUZZ_SEED=${seed} FUZZ_ONLY=${name} plays it again (input ${input})\n${stack ?? ''}`,
  )
}

export async function fuzz(target: Target, bounds: Bounds, pulse: Pulse = noPulse): Promise<FuzzResult> {
  const until = Date.now() + bounds.ms
  const rejections: unknown[] = []
  const onRejection = (reason: unknown) => void rejections.push(reason)
  process.on('unhandledRejection', onRejection)
  let inputs = 0
  let slowest = 0
  let buffers = 0
  const heaps: number[] = []
  try {
    for (let seed = bounds.seed; inputs < bounds.inputs && Date.now() < until; seed++) {
      const chance = chanceOf(seed)
      pulse.beat(`${target.name}, FUZZ_SEED=${seed}, at its beginning`)
      const stage = await target.begin(chance, bounds.file)
      let n = 0
      try {
        for (; n < PER_STAGE && inputs < bounds.inputs && Date.now() < until; n++, inputs++) {
          pulse.beat(`${target.name}, FUZZ_SEED=${seed}, input ${n}`)
          const cpu = process.cpuUsage()
          const held = process.memoryUsage().arrayBuffers
          await stage.feed(chance)
          const { user, system } = process.cpuUsage(cpu)
          slowest = Math.max(slowest, (user + system) / 1000)
          buffers = Math.max(buffers, mb(process.memoryUsage().arrayBuffers - held))
          if (slowest > MOST_CPU_MS) throw new Error(`one input took ${slowest.toFixed()} ms of CPU`)
          if (buffers > MOST_BUFFER_MB) throw new Error(`one input allocated ${buffers.toFixed()} MB of buffers`)
          if (rejections.length > 0)
            throw new Error('a promise was rejected and nobody was told', { cause: rejections[0] })
        }
      } catch (error) {
        throw fallen(target.name, seed, n, error as Error)
      }
      await stage.end()
      heaps.push(await heapAtRest())
    }
  } finally {
    process.off('unhandledRejection', onRejection)
  }
  // What the first half came down to, against the second: single figures are as high as the collector was lazy.
  const half = heaps.length >> 1
  const growth =
    half < FEWEST_HEAPS ? 0 : Math.max(0, Math.min(...heaps.slice(half)) - Math.min(...heaps.slice(0, half)))
  if (growth > MOST_GROWTH_MB)
    throw new Fallen(`${target.name}: the heap grew by ${growth.toFixed()} MB in ${inputs} inputs`)
  const round = (value: number) => Math.round(value * 10) / 10
  return {
    target: target.name,
    what: target.what,
    seed: bounds.seed,
    inputs,
    slowest: Math.round(slowest),
    buffers: round(buffers),
    growth: round(growth),
  }
}
