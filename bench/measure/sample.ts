// One sample is one fresh process: nothing warmed, cached or left behind by another. Samples of different subjects are
// taken in turns, forwards and backwards, so that a machine that gets slower hurts all of them alike.
import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { buildSync } from 'esbuild'
import { ROOT } from '../peers'
import { progress } from './progress'

/** `jit`: V8 as it is. `jitless`: its interpreter only, as on iPhones, where mini-programs get no JIT. */
export type Mode = 'jit' | 'jitless'
export const MODES: readonly Mode[] = ['jit', 'jitless']

const built = new Map<string, string>()

/** The script as plain JavaScript, so that a sample does not pay for the compiler. */
export const compiled = (script: string): string => {
  const known = built.get(script)
  if (known !== undefined) return known
  const out = join(ROOT, 'artifacts/bench/scripts', `${basename(dirname(script))}-${basename(script, '.ts')}.cjs`)
  mkdirSync(dirname(out), { recursive: true })
  buildSync({
    entryPoints: [script],
    outfile: out,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    packages: 'external',
    logLevel: 'error',
  })
  built.set(script, out)
  return out
}

/** What hangs longer than this is an error; a sample of thousands of clients may ask for more. */
const usualSeconds = 300

/** Runs `script` with `input` (as JSON in its first argument); answers the last line it prints, as JSON. */
export const sample = async <Output>(
  script: string,
  input: unknown,
  mode: Mode,
  seconds = usualSeconds,
): Promise<Output> => {
  const flags = ['--expose-gc', ...(mode === 'jitless' ? ['--jitless'] : [])]
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, compiled(script), JSON.stringify(input)], {
    maxBuffer: 64 << 20,
    timeout: seconds * 1000,
    killSignal: 'SIGKILL',
  }).catch((error: Error & { stderr?: string }) => {
    // A minified line in a stack would bury what happened.
    const words = (error.stderr ?? error.message).split('\n').filter((line) => line.length > 0 && line.length < 300)
    throw new Error(`${basename(script)} ${JSON.stringify(input)}:\n${words.slice(0, 12).join('\n')}`)
  })
  progress()
  return JSON.parse(stdout.trim().split('\n').pop() ?? '') as Output
}

/** Every subject once a round, in turns; the order is reversed every other round. */
export const interleaved = async <Subject, Output>(
  subjects: readonly Subject[],
  rounds: number,
  take: (subject: Subject) => Promise<Output>,
): Promise<Map<Subject, Output[]>> => {
  const samples = new Map<Subject, Output[]>(subjects.map((subject) => [subject, []]))
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? subjects : [...subjects].reverse()
    for (const subject of order) samples.get(subject)?.push(await take(subject))
  }
  return samples
}
