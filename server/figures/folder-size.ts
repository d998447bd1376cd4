// How much the data folder takes on the disk, and how much the disk has left.
import { readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'

export interface DiskUse {
  readonly used: number
  readonly free: number
}

/** Files that go while they are counted do not count. */
export async function diskUse(folder: string): Promise<DiskUse> {
  const { bavail, bsize } = await statfs(folder)
  let used = 0
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const found = await stat(join(entry.parentPath, entry.name)).catch(() => undefined)
    used += found?.size ?? 0
  }
  return { used, free: bavail * bsize }
}
