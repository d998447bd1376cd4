// What somebody who wants to try this downloads: `npm ci` alone, so what only one command needs stays out of it.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { inRoot } from '../../tools/project'

const MEGABYTE = 1e6
const BLOCK = 4096

/** What a folder takes on a disk with blocks of 4 KiB, in bytes; `.cache` and other notes of tools are not installed. */
const sizeOf = (folder: string): number =>
  readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== '.cache')
    .map((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return BLOCK + sizeOf(path)
      return entry.isFile() ? Math.ceil(statSync(path).size / BLOCK) * BLOCK : 0
    })
    .reduce((sum, size) => sum + size, 0)

test('npm ci takes at most 250 MB; what is too large for that goes into dependencies/', () => {
  expect(sizeOf(inRoot('node_modules')) / MEGABYTE).toBeLessThanOrEqual(250)
})
