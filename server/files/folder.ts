// A folder of files that are ours alone: written whole or not at all, and swept of what nobody knows when the server starts.
import { open, readdir, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'

/** Deletes files that are not known: parts of uploads that broke off, and what a crash left. Folders are left alone; links are not followed. */
export async function sweep(folder: string, known: ReadonlySet<string>): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (known.has(entry.name) || entry.isDirectory()) continue
    await unlink(join(folder, entry.name)).catch(() => undefined)
  }
}

/** Writes a file that is there whole, and on the disk, or not there. */
export async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  const part = `${path}.part`
  try {
    const handle = await open(part, 'wx', 0o600)
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(part, path)
  } catch (error) {
    await unlink(part).catch(() => undefined)
    throw error
  }
}
