// The log on the phone's disk: numbered files that are only ever appended to, so that a crash can hurt nothing but the
// last line of the last one. Every start of the app, and every failed write, begins a new file. Nothing here rejects.
import type { Clock } from '../ports/clock'
import type { FileFailure, Files } from '../ports/files'
import type { Ring } from './ring'
import { fromUtf8, toUtf8 } from './utf8'

const FOLDER = 'miniprogram-im/log/'
const MOST_FILES = 50
/** After a failure the disk is left alone for this long, in ms. */
const PAUSE = 30000

export interface FileStats {
  /** Bytes on disk, of this and earlier starts. */
  bytes: number
  /** Writes that failed. */
  failures: number
  /** Bytes that left the cache before they could be written. */
  lost: number
}

export interface FileStore {
  /** Writes what is not on disk yet; resolves when it is there or could not be. */
  flush(): Promise<void>
  /** Bytes that wait to be written. */
  waiting(): number
  /** What earlier starts left, as UTF-8 (utf8.ts); at most `most` bytes. */
  earlier(most: number): Promise<string>
  /** Empties the cache and the disk. */
  clear(): Promise<void>
  stats(): Readonly<FileStats>
}

interface Segment {
  readonly name: string
  bytes: number
}

/** `limit` tells how many bytes may be on disk; `failed` hears of each failed write. */
export const createFileStore = (
  files: Files,
  ring: Ring,
  clock: Clock,
  limit: () => number,
  failed: (detail: string) => void,
): FileStore => {
  const stats: FileStats = { bytes: 0, failures: 0, lost: 0 }
  let segments: Segment[] = []
  let old: readonly Segment[] = []
  let current: Segment | undefined
  let last = 0
  let written = 0
  let notBefore = 0
  let queued: Promise<void> | undefined

  // One piece of work at a time, so that no two of them meet in a file.
  let line: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = line.then(work)
    line = turn.then(undefined, () => undefined)
    return turn
  }

  const loaded = inTurn(() =>
    files.list(FOLDER.slice(0, -1)).then((names) => {
      names = names.filter((name) => /^\d{6,}\.txt$/.test(name)).sort()
      last = names.length ? parseInt(names[names.length - 1]!, 10) : 0
      return Promise.all(
        names.map((name) =>
          files.size(FOLDER + name).then(
            (bytes) => ({ name: FOLDER + name, bytes }),
            () => ({ name: FOLDER + name, bytes: 0 }),
          ),
        ),
      ).then((found) => {
        old = segments = found
        stats.bytes = found.reduce((sum, segment) => sum + segment.bytes, 0)
      })
    }),
  ).then(undefined, () => undefined)

  const removeOldest = (): Promise<void> => {
    const oldest = segments[0]!
    segments = segments.slice(1)
    stats.bytes -= oldest.bytes
    if (oldest === current) current = undefined
    return files.remove(oldest.name).then(undefined, () => undefined)
  }

  const makeRoom = (bytes: number, bound: number): Promise<void> =>
    segments.length && (stats.bytes + bytes > bound || segments.length > MOST_FILES)
      ? removeOldest().then(() => makeRoom(bytes, bound))
      : Promise.resolve()

  const giveUp = (segment: Segment, text: string, { kind, errMsg }: FileFailure): Promise<void> => {
    stats.failures++
    notBefore = clock.now() + PAUSE
    current = undefined
    failed(errMsg)
    // A part may have arrived; its whole lines need not be written again.
    return files
      .size(segment.name)
      .then(
        (bytes) => {
          const arrived = Math.max(0, Math.min(bytes - segment.bytes, text.length))
          written += text.lastIndexOf('\n', arrived - 1) + 1
          stats.bytes += bytes - segment.bytes
          segment.bytes = bytes
        },
        () => undefined,
      )
      .then(() => (kind === 'full' ? makeRoom(text.length, stats.bytes) : undefined))
  }

  const writeAll = (): Promise<void> => {
    if (clock.now() < notBefore) return Promise.resolve()
    if (ring.start() > written) {
      stats.lost += ring.start() - written
      written = ring.start()
    }
    const segmentSize = limit() / 8 // what rotates away at once
    const text = ring.read(written, Math.min(65536, segmentSize))
    if (!text) return Promise.resolve()
    return makeRoom(text.length, limit()).then(() => {
      if (!current || current.bytes + text.length > segmentSize) {
        current = { name: FOLDER + ('00000' + String(++last)).slice(-6) + '.txt', bytes: 0 }
        segments = segments.concat(current)
      }
      const segment = current
      return files.append(segment.name, fromUtf8(text)).then(
        () => {
          segment.bytes += text.length
          stats.bytes += text.length
          written += text.length
          return writeAll()
        },
        (failure: unknown) => giveUp(segment, text, failure as FileFailure),
      )
    })
  }

  return {
    flush() {
      queued ??= inTurn(() => {
        queued = undefined
        return writeAll()
      }).then(undefined, () => undefined)
      return queued
    },
    waiting: () => ring.end() - Math.max(written, ring.start()),
    earlier: (most) =>
      inTurn(() => loaded.then(() => old.filter((segment) => segments.some((left) => left === segment)))).then(
        (kept) => {
          // Newest first, and no further than the first that cannot be read: what is returned has no gap.
          const readBack = (i: number, text: string): Promise<string> =>
            i < 0 || text.length >= most
              ? Promise.resolve(text)
              : files.read(kept[i]!.name).then(
                  (found) => {
                    found = toUtf8(found)
                    return readBack(i - 1, found.slice(0, found.lastIndexOf('\n') + 1) + text)
                  },
                  () => text,
                )
          return readBack(kept.length - 1, '').then((text) =>
            text.length > most ? text.slice(text.indexOf('\n', text.length - most - 1) + 1) : text,
          )
        },
      ),
    clear: () =>
      inTurn(() => {
        ring.clear()
        written = ring.end()
        const removeAll = (): Promise<void> => (segments.length ? removeOldest().then(removeAll) : Promise.resolve())
        return removeAll()
      }),
    stats: () => stats,
  }
}
