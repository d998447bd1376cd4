// Attachments: kept as files, with who sent them to whom; each user's oldest make room for new ones.
import { randomUUID } from 'node:crypto'
import { mkdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Refused } from '../refusals'
import { keyOf, type Store } from '../store/store'
import type { Account } from '../account'
import type { Disk } from '../disk'
import type { Limits } from '../limits'
import { troubleOf } from '../store/trouble'
import { readPieces } from './reading'
import { sweep, writeWhole } from './folder'

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
  /** Its bytes, piece by piece; `undefined`: it is gone from the disk. `done`: read, or given up. */
  read(file: StoredFile, done: () => void): Promise<ReadableStream<Uint8Array> | undefined>
  /** Those of them that this user uploaded are gone when it resolves; nobody else's. */
  erase(app: string, sender: string, ids: readonly string[]): Promise<void>
  /** Resolves when it is on the disk. Throws when it is too large. */
  add(file: Omit<StoredFile, 'id' | 'size' | 'created'>, bytes: Buffer): Promise<StoredFile>
}

export async function openFiles(
  store: Store,
  folder: string,
  limits: Limits,
  account: Account,
  disk: Disk,
): Promise<Files> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const files = new Map<string, StoredFile>()
  const ownerOf = (file: { app: string; sender: string }): string => `${file.app}/${file.sender}`
  for await (const [key, value] of store.read('file')) {
    const file = value as StoredFile
    files.set(key, file)
    account.add(ownerOf(file), 'file', contentsOf(file))
  }
  const fileKey = (file: { app: string; id: string }): string => keyOf('file', file.app, file.id)
  // Ids are ours, so that no name of a client ever becomes a path.
  const pathOf = ({ id }: { id: string }): string => join(folder, id)
  await sweep(folder, new Set([...files.values()].map(({ id }) => id)))

  async function remove(file: StoredFile): Promise<void> {
    if (!files.delete(fileKey(file))) return
    account.give(ownerOf(file), 'file', contentsOf(file))
    disk.add(-file.size)
    await store.write([{ key: fileKey(file) }])
    await unlink(pathOf(file)).catch(() => undefined)
  }

  async function makeRoom(sender: { app: string; sender: string }, bytes: number): Promise<void> {
    const own = [...files.values()].filter((file) => file.app === sender.app && file.sender === sender.sender)
    own.sort((a, b) => a.created - b.created)
    let count = own.length + 1
    let total = own.reduce((sum, { size }) => sum + size, bytes)
    for (const oldest of own) {
      if (count <= limits.filesPerUser && total <= limits.fileBytesPerUser) return
      count--
      total -= oldest.size
      await remove(oldest)
    }
  }

  return {
    find: (app, id) => files.get(fileKey({ app, id })),
    read: (file, done) => readPieces(pathOf(file), file.size, done),
    async erase(app, sender, ids) {
      for (const id of ids) {
        const file = files.get(fileKey({ app, id }))
        if (file?.sender === sender) await remove(file)
      }
    },
    async add(wish, bytes) {
      if (bytes.length > limits.fileBytes) throw new Refused('fileTooLarge', `files may have ${limits.fileBytes} bytes`)
      const file: StoredFile = { ...wish, id: randomUUID(), size: bytes.length, created: Date.now() }
      if (!disk.fits(bytes.length)) throw new Refused('unavailable', 'there is no room on the disk', 60)
      if (!account.take(ownerOf(file), 'file', contentsOf(file)))
        throw new Refused('unavailable', 'there is no room', 60)
      disk.add(file.size)
      try {
        await makeRoom(wish, bytes.length)
        await writeWhole(pathOf(file), bytes)
        await store.write([{ key: fileKey(file), value: file }])
      } catch (error) {
        account.give(ownerOf(file), 'file', contentsOf(file))
        disk.add(-file.size)
        await unlink(pathOf(file)).catch(() => undefined)
        if (troubleOf(error) === 'full') throw new Refused('unavailable', 'there is no room on the disk', 60)
        throw error
      }
      files.set(fileKey(file), file)
      return file
    },
  }
}

const contentsOf = ({ name, type }: StoredFile): number => 2 * (name.length + type.length)
