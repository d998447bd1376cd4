// What a run of the fault tests leaves for docs/reliability.md: figures, not prose.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const RECORDS = join(__dirname, '../../artifacts/faults')

export const record = (name: string, figures: unknown): void => {
  mkdirSync(RECORDS, { recursive: true })
  writeFileSync(join(RECORDS, `${name}.json`), `${JSON.stringify(figures, undefined, 1)}\n`)
}

/** Seconds that a long test may take: few by default, more in CI, many at night (`FAULT_SECONDS`). */
export const seconds = (few: number, inCi: number): number =>
  Number(process.env.FAULT_SECONDS ?? (process.env.CI === 'true' ? inCi : few))

/** Printed with every random test, and taken from `SEED` to play one again. */
export const firstSeed = (): number => Number(process.env.SEED ?? 1)
