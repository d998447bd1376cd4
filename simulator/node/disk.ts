// A phone's disk as a folder of this machine, so that it outlives the process and can be looked at.
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Disk } from '../core/disk'

export function createFolderDisk(folder: string): Disk {
  mkdirSync(folder, { recursive: true })
  // Clean by contract (disk.ts); file-system.ts refuses `..`.
  const at = (path: string) => join(folder, path)
  const stat = (path: string) => statSync(at(path), { throwIfNoEntry: false })
  return {
    stat(path) {
      const found = stat(path)
      return found && { directory: found.isDirectory(), size: found.size, modified: found.mtimeMs }
    },
    read: (path) => readFileSync(at(path)),
    write: (path, bytes) => writeFileSync(at(path), bytes),
    append: (path, bytes) => appendFileSync(at(path), bytes),
    remove(path) {
      if (stat(path)?.isDirectory() === true) rmdirSync(at(path))
      else rmSync(at(path))
    },
    rename: (from, to) => renameSync(at(from), at(to)),
    mkdir(path) {
      mkdirSync(at(path))
    },
    list: (path) => readdirSync(at(path)),
  }
}
