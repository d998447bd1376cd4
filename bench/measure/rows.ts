// Rows of a benchmark that takes long, kept as they come: a run that is cut short goes on where it was.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../peers'

export interface Rows<Row> {
  readonly rows: readonly Row[]
  add(row: Row): void
  /** All are there: the next run starts anew. */
  done(): void
}

/** `of`: what was measured; rows of anything else are not taken up again. */
export function keptRows<Row>(name: string, of: unknown): Rows<Row> {
  const folder = join(ROOT, 'artifacts/bench/rows')
  const file = join(folder, `${name}.json`)
  mkdirSync(folder, { recursive: true })
  interface Kept {
    readonly of: unknown
    readonly rows: readonly Row[]
  }
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Kept) : undefined
  const rows: Row[] = kept && JSON.stringify(kept.of) === JSON.stringify(of) ? [...kept.rows] : []
  return {
    rows,
    add(row) {
      rows.push(row)
      writeFileSync(file, JSON.stringify({ of, rows }, undefined, 1))
    },
    done: () => rmSync(file, { force: true }),
  }
}
