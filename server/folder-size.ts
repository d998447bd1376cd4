// How much the data folder takes on the disk.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Bytes. Files that go while they are counted do not count. */
export async function folderSize(folder: string): Promise<number> {
  let used = 0
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const found = await stat(join(entry.parentPath, entry.name)).catch(() => undefined)
    used += found?.size ?? 0
  }
  return used
}
