// What long runs found, kept beside the document that states it.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FeedResult } from '../fuzz/feed'
import type { FuzzResult } from '../fuzz/fuzz'
import type { RealResult } from '../real/soak'
import type { CrashResult, FullDiskResult } from '../server/crash'
import type { SoakResult } from '../soak/soak'

export interface Results {
  readonly soak: readonly SoakResult[]
  readonly real: RealResult
  readonly fuzz: readonly FuzzResult[]
  readonly parsers: readonly FeedResult[]
  readonly server: { readonly killed: CrashResult; readonly full: FullDiskResult }
}

const place = (name: string) => join(__dirname, '../results', `${name}.json`)

export const writeResult = (name: string, result: unknown): void =>
  writeFileSync(place(name), `${JSON.stringify(result, null, 2)}\n`)

export const readResult = <N extends keyof Results>(name: N): Results[N] =>
  JSON.parse(readFileSync(place(name), 'utf8')) as Results[N]
