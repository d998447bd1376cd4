// Uploaded logs: appended chunk by chunk, resumable at any byte, each user's oldest making room for new ones.
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, mkdir, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Account } from '../account'
import type { Disk } from '../disk'
import { sweep } from '../files/folder'
import { readPieces } from '../files/reading'
import { Refused } from '../refusals'
import { keyOf, type Store } from '../store/store'
import { troubleOf } from '../store/trouble'
import type { Limits } from '../limits'

export interface StoredLog {
  readonly id: string
  readonly app: string
  readonly user: string
  readonly name: string
  readonly created: number
  size: number
  sha?: string
  /** Bytes that are here. */
  received: number
  updated: number
}

export interface Logs {
  list(app: string): StoredLog[]
  find(app: string, id: string): StoredLog | undefined
  /** Starts, or goes on with, the log of this name. */
  begin(app: string, user: string, name: string, size: number, sha: string | undefined): Promise<StoredLog>
  /** `false`: the offset is not where the log ends (or the whole did not have its digest), so that `received` counts. `undefined`: the log is gone. */
  append(log: StoredLog, offset: number, chunk: Buffer): Promise<boolean | undefined>
  text(log: StoredLog): Promise<Buffer>
  /** The same, piece by piece. */
  pieces(log: StoredLog): Promise<ReadableStream<Uint8Array> | undefined>
}

export async function openLogs(
  store: Store,
  folder: string,
  limits: Limits,
  account: Account,
  disk: Disk,
): Promise<Logs> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const logs = new Map<string, StoredLog>()
  const logKey = (log: { app: string; id: string }): string => keyOf('log', log.app, log.id)
  const pathOf = ({ id }: StoredLog): string => join(folder, id)
  const ownerOf = ({ app, user }: { app: string; user: string }): string => `${app}/${user}`
  const contentsOf = ({ name }: StoredLog): number => 2 * name.length
  for await (const [key, value] of store.read('log')) {
    const log = value as StoredLog
    // The file knows best how far it got before a crash.
    const found = await lstat(pathOf(log)).catch(() => undefined)
    log.received = found?.isFile() ? Math.min(log.size, found.size) : 0
    logs.set(key, log)
    account.add(ownerOf(log), 'log', contentsOf(log))
  }
  await sweep(folder, new Set([...logs.values()].map(({ id }) => id)))

  /** One change of a user's logs at a time: what makes room for one must not meet what fills another. */
  const lines = new Map<string, Promise<unknown>>()
  function inLine<T>(user: string, job: () => Promise<T>): Promise<T> {
    const turn = (lines.get(user) ?? Promise.resolve()).then(job, job)
    const settled = turn
      .catch(() => undefined)
      .then(() => {
        if (lines.get(user) === settled) lines.delete(user)
      })
    lines.set(user, settled)
    return turn
  }

  const save = (log: StoredLog): Promise<void> => store.write([{ key: logKey(log), value: log }])

  const noRoom = (): Refused => new Refused('unavailable', 'there is no room on the disk', 60)

  async function write(log: StoredLog, offset: number, chunk: Buffer): Promise<void> {
    const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants
    try {
      const handle = await open(pathOf(log), O_WRONLY | O_CREAT | O_NOFOLLOW | (offset === 0 ? O_TRUNC : 0), 0o600)
      try {
        await handle.write(chunk, 0, chunk.length, offset)
        await handle.sync()
      } finally {
        await handle.close()
      }
    } catch (error) {
      if (troubleOf(error) === 'full') throw noRoom()
      throw error
    }
  }

  async function empty(log: StoredLog): Promise<void> {
    await unlink(pathOf(log)).catch(() => undefined)
    disk.add(-log.received)
    log.received = 0
  }

  async function makeRoom(app: string, user: string): Promise<void> {
    const own = [...logs.values()].filter((log) => log.app === app && log.user === user)
    own.sort((a, b) => a.updated - b.updated)
    for (const oldest of own.slice(0, Math.max(0, own.length - limits.logsPerUser + 1))) {
      logs.delete(logKey(oldest))
      account.give(ownerOf(oldest), 'log', contentsOf(oldest))
      disk.add(-oldest.received)
      await store.write([{ key: logKey(oldest) }])
      await unlink(pathOf(oldest)).catch(() => undefined)
    }
  }

  return {
    list: (app) => [...logs.values()].filter((log) => log.app === app).sort((a, b) => b.updated - a.updated),
    find: (app, id) => logs.get(logKey({ app, id })),

    begin(app, user, name, size, sha) {
      const id = createHash('sha256')
        .update(keyOf(app, user, name))
        .digest('hex')
        .slice(0, 32)
      return inLine(ownerOf({ app, user }), async () => {
        const now = Date.now()
        let log = logs.get(logKey({ app, id }))
        if (!log) {
          await makeRoom(app, user)
          if (!disk.fits(size)) throw new Refused('unavailable', 'there is no room on the disk', 60)
          log = { id, app, user, name, size, created: now, received: 0, updated: now }
          if (!account.take(ownerOf(log), 'log', contentsOf(log)))
            throw new Refused('unavailable', 'there is no room for the log', 60)
          logs.set(logKey(log), log)
        }
        if (log.received > size) await empty(log)
        log.size = size
        log.updated = now
        if (sha === undefined) delete log.sha
        else log.sha = sha
        await save(log)
        return log
      })
    },

    append: (log, offset, chunk) =>
      inLine(ownerOf(log), async () => {
        // Others made it go while this chunk was on its way.
        if (logs.get(logKey(log)) !== log) return undefined
        // A chunk that came before and whose answer was lost.
        if (offset + chunk.length <= log.received) return true
        if (offset !== log.received || offset + chunk.length > log.size) return false
        if (!disk.fits(chunk.length)) throw noRoom()
        await write(log, offset, chunk)
        disk.add(chunk.length)
        log.received += chunk.length
        log.updated = Date.now()
        await save(log)
        if (log.received < log.size || log.sha === undefined) return true
        const digest = createHash('sha256')
          .update(await readFile(pathOf(log)))
          .digest('hex')
        if (digest === log.sha.toLowerCase()) return true
        await empty(log)
        return false
      }),

    pieces: (log) => readPieces(pathOf(log), log.received),

    text: (log) =>
      readFile(pathOf(log)).then(
        (bytes) => bytes.subarray(0, log.received),
        () => Buffer.alloc(0),
      ),
  }
}
