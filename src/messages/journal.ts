// How rows get to the phone's files and back: an append-only log in segments that outlives a crash at any byte.
//
// A row is applied in memory the moment it is appended, by the same function that replays the files at the next start:
// what the app sees after a restart is by construction what it saw before. A line is JSON in ASCII, so that a torn
// write costs only its own lines and can never make a whole file unreadable as UTF-8; each write begins with a line
// end, so that it does not continue a torn line. The oldest segment goes when the bytes run out; before, `carry`
// writes again what must not be lost with it.
import type { Log } from '../log/record'
import type { Files } from '../ports/files'

/** A kind and its values; see history.ts. */
export type Row = readonly [kind: string, ...values: unknown[]]

export interface Model {
  /** Says whether what it forgot has to leave the files. May throw on nonsense, out of a damaged file. */
  apply(row: Row, segment: number): boolean
  /** Forgets what only segments up to this one hold; returns what has to be written again. `all`: forgets nothing. */
  carry(upTo: number, all?: boolean): Row[]
}

export interface Journal {
  /** Replays the files. Rejects when they cannot be listed: then everything stays in memory. */
  open(): Promise<void>
  /** Applies at once; resolves when the rows are in the files, or cannot be: it never rejects. */
  append(...rows: Row[]): Promise<void>
  /** Applies, then writes everything anew and removes the files of before: what the model forgot leaves them too. */
  compact(...rows: Row[]): Promise<void>
  /** Resolves when nothing is left to write. */
  idle(): Promise<unknown>
}

interface Segment {
  readonly n: number
  size: number
  /** What is not in its file yet. */
  text: string
}

const line = (row: Row): string =>
  JSON.stringify(row).replace(
    /[\u007f-\uffff]/g,
    (unit) => '\\u' + ('000' + unit.charCodeAt(0).toString(16)).slice(-4),
  ) + '\n'

const inOrder = <T>(items: readonly T[], job: (item: T) => Promise<unknown>): Promise<unknown> =>
  items.reduce<Promise<unknown>>((before, item) => before.then(() => job(item)), Promise.resolve())

export const createJournal = (files: Files, folder: string, maxBytes: number, model: Model, log: Log): Journal => {
  const segments: Segment[] = []
  let newest = 0
  const removing: number[] = []
  let scheduled: Promise<void> | undefined
  let tail: Promise<unknown> = Promise.resolve()
  let usable = true

  const path = (n: number) => `${folder}/${n}.log`
  const failed = (detail: unknown) => {
    log(3, 'store', 'failed', () => ({ detail }))
  }
  /** One job at a time, in order. */
  const run = (job: () => Promise<unknown>): Promise<void> => {
    const result = tail.then(job).then(() => undefined)
    tail = result.catch(failed)
    return result
  }

  /** What cannot be written is tried again with the next rows; twice the same row changes nothing. */
  const write = (segment: Segment) => {
    const { n, text } = segment
    segment.text = ''
    return files.append(path(n), text).catch((failure: unknown) => {
      segment.text = text + segment.text
      throw failure
    })
  }
  const unwritten = () => segments.filter(({ text }) => text && usable)
  const flush = () => {
    scheduled = undefined
    // In order, so that a crash costs the end of the log only.
    return (
      inOrder(unwritten(), write)
        // Nothing goes before what was written again of it is there.
        .then(() => inOrder(unwritten().length ? [] : removing.splice(0), (n) => files.remove(path(n))))
        .catch(failed)
    )
  }

  /** Applies rows to the segment that they will be in. */
  const add = (...rows: Row[]) => {
    if (!rows.length) return
    const text = rows.map(line).join('')
    let last = segments[segments.length - 1]
    if (!last || last.size + text.length > maxBytes / 16) {
      last = { n: ++newest, size: 0, text: '' }
      segments.push(last)
    }
    last.size += text.length
    last.text = (last.text || '\n') + text
    rows.forEach((row) => model.apply(row, newest))
  }

  const append = (...rows: Row[]): Promise<void> => {
    add(...rows)
    const size = () => segments.reduce((sum, segment) => sum + segment.size, 0)
    // Every segment at most once: what waits to be sent is carried on, however much it is.
    for (let left = segments.length - 1; left > 0 && size() > maxBytes; left--) {
      const oldest = segments.shift()!
      log(1, 'store', 'evicted', () => ({ segment: oldest.n }))
      removing.push(oldest.n)
      add(...model.carry(oldest.n))
    }
    return (scheduled = scheduled ?? run(flush))
  }

  const compact = (...rows: Row[]): Promise<void> => {
    const upTo = newest
    segments.splice(0).forEach(({ n }) => removing.push(n))
    add(...rows)
    model.carry(upTo, true).forEach((row) => add(row))
    return append()
  }

  /** Something was read; and after it, what says that some of it must go. */
  let some = false
  let stale = false
  const replay = (n: number): Promise<void> => {
    // One that cannot be read (a folder, a huge file) is left alone: neither counted, nor written to, nor removed.
    newest = n
    return files.read(path(n)).then((text) => {
      let lost = 0
      segments.push({ n, size: text.length, text: '' })
      text.split('\n').forEach((each) => {
        try {
          if (!each) return
          if (model.apply(JSON.parse(each) as Row, n)) stale = some
          some = true
        } catch {
          lost++
        }
      })
      if (lost) log(3, 'store', 'repaired', () => ({ file: n, lost }))
    }, failed)
  }

  const open = () =>
    run(() =>
      files.list(folder).then(
        (names) =>
          inOrder(
            // What is not named so is a stranger's, and none of our business.
            names
              .filter((name) => /^[1-9]\d{0,8}\.log$/.test(name))
              .map((name) => parseInt(name, 10))
              .sort((a, b) => a - b),
            replay,
          ).then(() => {
            // Cut short by a crash, or what others recalled since the last start.
            if (stale) void compact()
          }),
        (failure: unknown) => {
          usable = false
          throw failure
        },
      ),
    )

  return { open, append, compact, idle: () => tail }
}
