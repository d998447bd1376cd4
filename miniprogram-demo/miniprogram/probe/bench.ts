// What a step works with: the server's address, the person who holds the phone, and where findings go.
import type { Json } from './finding'

/** What only a person can do; the page says it in Chinese, a test does it to a simulated phone. */
export type Errand =
  | { readonly kind: 'leave'; readonly seconds: number }
  | { readonly kind: 'call' }
  | { readonly kind: 'flight-mode'; readonly on: boolean }
  | { readonly kind: 'mobile-data'; readonly on: boolean }
  | { readonly kind: 'kill' }
export type Done = 'done' | 'skipped'

export interface Bench {
  /** http://host:port of the embedded server, started with `--probe`. */
  readonly server: string
  find(name: string, value: Json, seen?: Json): void
  unknown(name: string, reason: string): void
  /** What an earlier step found. */
  found(name: string): Json | undefined
  /** Something that no switch stands for. */
  fact(name: string, value: Json): void
  factOf(name: string): Json | undefined
  /** Asks the person, and resolves when they say so. */
  person(errand: Errand): Promise<Done>
  /** Kept for the next life of this step, should the app die now; false where this phone keeps nothing. */
  keep(memo: Json): boolean
}

/** One family of questions. */
export interface Step {
  readonly id: string
  readonly title: string
  /** What it will do, for the person. */
  readonly does: string
  /** Names of findings: each has a value or a reason when the step is over. */
  readonly finds: readonly string[]
  run(bench: Bench): Promise<void>
  /** The app died after `keep`: instead of `run`, with what was kept. */
  resume?(bench: Bench, memo: Json): Promise<void>
}

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Of `wx`, or undefined: on some phones reading what is not there throws. */
export function api(name: string): unknown {
  try {
    return (wx as unknown as Record<string, unknown>)[name]
  } catch {
    return undefined
  }
}

/** A call with callbacks as a promise: what `success` or `fail` was given, or neither within so long. */
export function asked(
  call: (callbacks: { success(result: unknown): void; fail(result: unknown): void }) => void,
  ms = 5000,
): Promise<{ readonly how: 'ok' | 'failed' | 'nothing'; readonly result?: unknown }> {
  return new Promise((resolve) => {
    setTimeout(() => resolve({ how: 'nothing' }), ms)
    try {
      call({
        success: (result) => resolve({ how: 'ok', result }),
        fail: (result) => resolve({ how: 'failed', result }),
      })
    } catch (error) {
      resolve({ how: 'failed', result: { errMsg: `thrown: ${String(error)}` } })
    }
  })
}
