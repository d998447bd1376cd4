// Runs a parser, straight from src/, on input after input: each comes from a seed of its own, and costs bounded time.
import { chanceOf, type Chance } from '../random'
import { Fallen, fallen, heapAtRest, MOST_GROWTH_MB, noPulse, type Bounds, type Pulse } from './fuzz'

/** Whether the parser took the input for what it parses; one that is always answered alike is tested for little. */
export type Way = 'taken' | 'refused'

export interface Parser {
  readonly name: string
  /** What is broken, for docs/reliability.md. */
  readonly what: string
  /** One input, and everything that must hold afterwards; throws, in words, what did not. A promise settles in one turn. */
  one(chance: Chance): Way | Promise<Way>
}

export interface FeedResult {
  readonly parser: string
  readonly what: string
  readonly seed: number
  readonly inputs: number
  readonly perSecond: number
  /** Of the inputs. */
  readonly refused: number
  /** CPU milliseconds of the slowest input, checks included. */
  readonly slowest: number
  /** MB that the heap grew by from the first tenth of a second to the end. */
  readonly growth: number
}

/** From the seed of one input to the next, round all 32 bits: runs of neighbouring seeds do not meet. */
const STEP = 0x9e3779b1
/** Inputs between two looks at the clock. */
const BLOCK = 256
export const MOST_MS = 250
/** Inputs after which what stays in memory is what the parser needs. */
const WARM = 4 * BLOCK

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** What a promise comes to within this turn. */
async function atOnce(promise: Promise<Way>): Promise<Way> {
  let came: { way: Way } | { error: unknown } | undefined
  promise.then(
    (way) => (came = { way }),
    (error: unknown) => (came = { error }),
  )
  await turn()
  const end = came as { way: Way } | { error: unknown } | undefined
  if (!end) throw new Error('nobody was ever answered')
  if ('error' in end) throw end.error
  return end.way
}

/** CPU milliseconds of one input. */
async function cost(parser: Parser, seed: number): Promise<number> {
  const before = process.cpuUsage()
  const way = parser.one(chanceOf(seed))
  if (typeof way !== 'string') await atOnce(way)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

export async function feed(parser: Parser, bounds: Omit<Bounds, 'file'>, pulse: Pulse = noPulse): Promise<FeedResult> {
  const began = Date.now()
  const until = began + bounds.ms
  const rejections: unknown[] = []
  const onRejection = (reason: unknown) => void rejections.push(reason)
  process.on('unhandledRejection', onRejection)
  let seed = bounds.seed >>> 0
  let inputs = 0
  let refused = 0
  let slowest = 0
  let atFirst: number | undefined
  try {
    while (inputs < bounds.inputs && Date.now() < until) {
      pulse.beat(`${parser.name}, FUZZ_SEED=${seed}, or one of the ${BLOCK} inputs from there`)
      for (const end = Math.min(inputs + BLOCK, bounds.inputs); inputs < end; inputs++) {
        const start = performance.now()
        const given = parser.one(chanceOf(seed))
        const way = typeof given === 'string' ? given : await atOnce(given)
        if (way === 'refused') refused++
        const ms = performance.now() - start
        // What the clock calls slow has to cost that much again: this process does not have the machine for itself.
        if (ms > slowest + 1)
          slowest = Math.max(slowest, Math.min(ms, await cost(parser, seed), await cost(parser, seed)))
        if (slowest > MOST_MS) throw new Error(`one input took ${slowest.toFixed()} ms of CPU`)
        seed = (seed + STEP) >>> 0
      }
      await turn()
      if (rejections.length > 0) {
        seed = (seed - STEP * BLOCK) >>> 0
        throw new Error(`a promise of these ${BLOCK} inputs was rejected and nobody was told`, { cause: rejections[0] })
      }
      if (atFirst === undefined && inputs >= WARM) atFirst = await heapAtRest()
    }
  } catch (error) {
    throw fallen(parser.name, seed, inputs, error as Error)
  } finally {
    process.off('unhandledRejection', onRejection)
  }
  const seconds = (Date.now() - began) / 1000
  const growth = atFirst === undefined ? 0 : Math.max(0, (await heapAtRest()) - atFirst)
  if (growth > MOST_GROWTH_MB)
    throw new Fallen(`${parser.name}: the heap grew by ${growth.toFixed()} MB in ${inputs} inputs`)
  return {
    parser: parser.name,
    what: parser.what,
    seed: bounds.seed,
    inputs,
    perSecond: Math.round(inputs / seconds),
    refused,
    slowest: Math.round(slowest),
    growth: Math.round(growth * 10) / 10,
  }
}
