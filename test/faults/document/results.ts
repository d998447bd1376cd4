// What long runs found, kept beside the document that states it.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const place = (name: string) => join(__dirname, '../results', `${name}.json`)

export const writeResult = (name: string, result: unknown): void =>
  writeFileSync(place(name), `${JSON.stringify(result, null, 2)}\n`)

export const readResult = (name: string): unknown => JSON.parse(readFileSync(place(name), 'utf8'))
