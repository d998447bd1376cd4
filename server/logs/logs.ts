// Uploaded logs: appended chunk by chunk, resumable at any byte, each user's oldest making room for new ones.
import { createHash } from 'node:crypto'
import { mkdir, open, readFile, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { keyOf, type Store } from '../store/store'
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
  /** `false`: the offset is not where the log ends (or the whole did not have its digest), so that `received` counts. */
  append(log: StoredLog, offset: number, chunk: Buffer): Promise<boolean>
  text(log: StoredLog): Promise<Buffer>
}

export async function openLogs(store: Store, folder: string, limits: Limits): Promise<Logs> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const logs = new Map<string, StoredLog>()
  const logKey = (log: { app: string; id: string }): string => keyOf('log', log.app, log.id)
  const pathOf = ({ id }: StoredLog): string => join(folder, id)
  for await (const [key, value] of store.read('log')) {
    const log = value as StoredLog
    // The file knows best how far it got before a crash.
    log.received = Math.min(log.size, (await stat(pathOf(log)).catch(() => ({ size: 0 }))).size)
    logs.set(key, log)
  }

  /** One change of a log at a time. */
  const lines = new Map<string, Promise<unknown>>()
  function inLine<T>(id: string, job: () => Promise<T>): Promise<T> {
    const turn = (lines.get(id) ?? Promise.resolve()).then(job, job)
    const settled = turn
      .catch(() => undefined)
      .then(() => {
        if (lines.get(id) === settled) lines.delete(id)
      })
    lines.set(id, settled)
    return turn
  }

  const save = (log: StoredLog): Promise<void> => store.write([{ key: logKey(log), value: log }])

  async function empty(log: StoredLog): Promise<void> {
    await unlink(pathOf(log)).catch(() => undefined)
    log.received = 0
  }

  async function makeRoom(app: string, user: string): Promise<void> {
    const own = [...logs.values()].filter((log) => log.app === app && log.user === user)
    own.sort((a, b) => a.updated - b.updated)
    for (const oldest of own.slice(0, Math.max(0, own.length - limits.logsPerUser + 1))) {
      logs.delete(logKey(oldest))
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
      return inLine(id, async () => {
        const now = Date.now()
        let log = logs.get(logKey({ app, id }))
        if (!log) {
          await makeRoom(app, user)
          log = { id, app, user, name, size, created: now, received: 0, updated: now }
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
      inLine(log.id, async () => {
        // A chunk that came before and whose answer was lost.
        if (offset + chunk.length <= log.received) return true
        if (offset !== log.received || offset + chunk.length > log.size) return false
        const handle = await open(pathOf(log), offset === 0 ? 'w' : 'r+', 0o600)
        try {
          await handle.write(chunk, 0, chunk.length, offset)
          await handle.sync()
        } finally {
          await handle.close()
        }
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

    text: (log) =>
      readFile(pathOf(log)).then(
        (bytes) => bytes.subarray(0, log.received),
        () => Buffer.alloc(0),
      ),
  }
}
