// The newest lines within a bound in bytes: the older ones in numbered files, in memory what waits to be written. A file
// is only ever appended to, so that a crash can hurt nothing but its last line; every start of the app, and every failed
// write, begins a new one. Nothing here throws.
import type { Clock } from '../ports/clock'
import type { LogFiles } from '../ports/files'
import { quietly } from '../ports/quietly'
import { fromUtf8 } from '../text/binary-text'

const MOST_FILES = 50
/** Bytes that are written in one piece. */
const PIECE = 16384
/** After a failure the disk is left alone for this long, in ms. */
const PAUSE = 30000

export interface CacheStats {
  /** Bytes on disk, of this and earlier starts. */
  bytes: number
  /** Bytes in memory. */
  cached: number
  /** Bytes that made room for newer ones. */
  evicted: number
  /** Of these, bytes that were never on disk. */
  lost: number
  /** Writes that failed. */
  failures: number
}

export interface Cache {
  readonly stats: Readonly<CacheStats>
  /** One line of UTF-8 (utf8.ts) with its line break. */
  push(line: string): void
  /** Writes what is in memory. */
  flush(): void
  /** All lines, without a gap. */
  read(): string
  /** Changes the bound, in bytes. */
  resize(limit: number): void
  clear(): void
}

interface Segment {
  readonly name: string
  bytes: number
}

/** `disk` is asked for the files, where there are any yet; `failed` hears of each failed write. */
export const createCache = (
  clock: Clock,
  limit: number,
  disk: () => LogFiles | undefined,
  failed: (detail: unknown) => void,
): Cache => {
  const stats: CacheStats = { bytes: 0, cached: 0, evicted: 0, lost: 0, failures: 0 }
  /** In memory: pieces, and the lines of the newest one, to be joined: the result is flat, and the lines are let go. */
  const pieces: string[] = []
  let lines: string[] = []
  let lineBytes = 0
  /** On disk, oldest first, once they were looked for. */
  let segments: Segment[] | undefined
  let current: Segment | undefined
  let last = 1e6
  let notBefore = 0

  const seal = () => {
    if (lines.length) pieces.push(lines.join(''))
    lines = []
    lineBytes = 0
  }

  const removeOldest = (): void => {
    const oldest = segments!.shift()!
    if (oldest === current) current = undefined
    stats.bytes -= oldest.bytes
    stats.evicted += oldest.bytes
    quietly(() => disk()!.remove(oldest.name))
  }

  const fit = (room: number) => {
    while (stats.bytes + stats.cached > room) {
      if (segments?.length) removeOldest()
      else {
        if (!pieces.length) seal()
        const { length } = pieces.shift()!
        stats.cached -= length
        stats.evicted += length
        stats.lost += length
      }
    }
  }

  /** The files, and at their first use what earlier starts left in them. */
  const opened = (): LogFiles | undefined => {
    const files = disk()
    if (files && !segments) {
      // Other names are strangers', and so is what has no size: a folder.
      const names = (quietly(files.list) ?? []).filter((name) => /^\d{7}\.txt$/.test(name)).sort()
      segments = names
        .map((name) => ({ name, bytes: quietly(() => files.size(name)) ?? -1 }))
        .filter(({ bytes }) => bytes >= 0)
      segments.forEach(({ bytes }) => (stats.bytes += bytes))
      if (names.length) last = parseInt(names[names.length - 1]!, 10)
      while (segments.length > MOST_FILES) removeOldest()
      fit(limit)
    }
    return files
  }

  const flush = () => {
    const files = opened()
    if (!files || clock.now() < notBefore) return
    seal()
    while (pieces.length) {
      const text = pieces[0]!
      if (!current || current.bytes + text.length > limit / 8) {
        current = { name: `${++last}.txt`, bytes: 0 }
        segments!.push(current)
      }
      const segment = current
      let failure: unknown
      try {
        files.append(segment.name, fromUtf8(text))
      } catch (error) {
        failure = error
      }
      // Of a failed write a part may have arrived; its whole lines need not be written again.
      const arrived = failure ? (quietly(() => files.size(segment.name)) ?? segment.bytes) - segment.bytes : text.length
      const rest = text.slice(text.lastIndexOf('\n', arrived - 1) + 1)
      segment.bytes += arrived
      stats.bytes += arrived
      stats.cached -= text.length - rest.length
      if (rest) pieces[0] = rest
      else pieces.shift()
      if (failure) {
        stats.failures++
        notBefore = clock.now() + PAUSE
        current = undefined
        const room = files.isFull(failure) ? stats.bytes - text.length : Infinity
        while (segments!.length && stats.bytes > room) removeOldest()
        fit(limit)
        failed(failure)
        return
      }
    }
  }

  return {
    stats,
    push(line) {
      if (lineBytes + line.length > Math.min(PIECE, limit / 16)) {
        seal()
        flush()
      }
      lines.push(line)
      lineBytes += line.length
      stats.cached += line.length
      fit(limit)
    },
    flush,
    read() {
      const files = opened()
      seal()
      let text = ''
      segments?.forEach(({ name, bytes }) => {
        const found = bytes ? quietly(() => files!.read(name)) : ''
        // No further back than the first that cannot be read.
        text = found === undefined ? '' : text + found.slice(0, found.lastIndexOf('\n') + 1)
      })
      return text + fromUtf8(pieces.join(''))
    },
    resize(bytes) {
      limit = bytes
      fit(limit)
    },
    clear() {
      opened()
      fit(0)
    },
  }
}
