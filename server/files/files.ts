// Attachments: kept as files, with who sent them to whom; each user's oldest make room for new ones.
import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Refused } from '../refusals'
import { keyOf, type Store } from '../store/store'
import type { Limits } from '../limits'

export interface StoredFile {
  readonly id: string
  readonly app: string
  readonly sender: string
  readonly to: { readonly kind: 'user' | 'group'; readonly name: string }
  readonly name: string
  readonly type: string
  readonly size: number
  readonly created: number
}

export interface Files {
  find(app: string, id: string): StoredFile | undefined
  read(file: StoredFile): Promise<Buffer>
  /** Resolves when it is on the disk. Throws when it is too large. */
  add(file: Omit<StoredFile, 'id' | 'size' | 'created'>, bytes: Buffer): Promise<StoredFile>
}

export async function openFiles(store: Store, folder: string, limits: Limits): Promise<Files> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const files = new Map<string, StoredFile>()
  for await (const [key, value] of store.read('file')) files.set(key, value as StoredFile)
  const fileKey = (file: { app: string; id: string }): string => keyOf('file', file.app, file.id)
  // Ids are ours, so that no name of a client ever becomes a path.
  const pathOf = ({ id }: { id: string }): string => join(folder, id)

  async function makeRoom(sender: { app: string; sender: string }, bytes: number): Promise<void> {
    const own = [...files.values()].filter((file) => file.app === sender.app && file.sender === sender.sender)
    own.sort((a, b) => a.created - b.created)
    let count = own.length + 1
    let total = own.reduce((sum, { size }) => sum + size, bytes)
    for (const oldest of own) {
      if (count <= limits.filesPerUser && total <= limits.fileBytesPerUser) return
      count--
      total -= oldest.size
      files.delete(fileKey(oldest))
      await store.write([{ key: fileKey(oldest) }])
      await unlink(pathOf(oldest)).catch(() => undefined)
    }
  }

  return {
    find: (app, id) => files.get(fileKey({ app, id })),
    read: (file) => readFile(pathOf(file)),
    async add(wish, bytes) {
      if (bytes.length > limits.fileBytes) throw new Refused('fileTooLarge', `files may have ${limits.fileBytes} bytes`)
      await makeRoom(wish, bytes.length)
      const file: StoredFile = { ...wish, id: randomUUID(), size: bytes.length, created: Date.now() }
      const handle = await open(`${pathOf(file)}.part`, 'wx', 0o600)
      try {
        await handle.writeFile(bytes)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(`${pathOf(file)}.part`, pathOf(file))
      await store.write([{ key: fileKey(file), value: file }])
      files.set(fileKey(file), file)
      return file
    },
  }
}
