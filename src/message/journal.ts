// How rows get to the phone's files and back: an append-only log in segments that outlives a crash at any byte.
//
// A row is applied in memory the moment it is appended, by the same function that replays the files at the next start:
// what the app sees after a restart is by construction what it saw before. A line is `seal[json]`, in ASCII, so
// that a torn write costs only its own lines and can never make a whole file unreadable as UTF-8; each write begins
// with a line end, so that it does not continue a torn line. The oldest segment goes when the bytes run out; before,
// `carry` writes again what must not be lost with it.
import type { Log } from '../log/record'
import type { Files } from '../ports/files'

/** A kind and its values; see history.ts. */
export type Row = readonly [kind: string, ...values: unknown[]]

export interface Model {
  /** False when the row makes no sense. */
  apply(row: Row, segment: number): boolean
  /** Forgets what only segments up to this one hold; returns what has to be written again. */
  carry(upTo: number): Row[]
}

export interface Journal {
  /** Replays the files. Rejects when they cannot be listed: then everything stays in memory. */
  open(): Promise<void>
  /** Applies at once; resolves when the rows are in the files, or cannot be: it never rejects. */
  append(...rows: Row[]): Promise<void>
  /** Wipes from the files the rows that match, up to the row whose second value is `stamp`. */
  wipe(matches: (row: Row) => boolean, stamp: string): Promise<void>
  /** Resolves when nothing is left to write. */
  idle(): Promise<unknown>
}

interface Segment {
  readonly n: number
  size: number
}

/**
 * What stands before a row. Messages are told from torn ones by their length: hashing a full history would keep a slow
 * phone busy for half a second. Everything else changes what is kept already, and must not be a damaged something else.
 */
const seal = (json: string): string => {
  if (json.startsWith('["m"')) return json.length.toString(36)
  let hash = 0x811c9dc5
  for (let i = 0; i < json.length; i++) hash = Math.imul(hash ^ json.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(36)
}

const line = (row: Row): string => {
  const json = JSON.stringify(row).replace(
    /[\u007f-\uffff]/g,
    (unit) => '\\u' + ('000' + unit.charCodeAt(0).toString(16)).slice(-4),
  )
  return seal(json) + json + '\n'
}

/** The row in a line; `undefined` when the line is damaged. */
const parse = (text: string): Row | undefined => {
  const at = text.indexOf('[')
  const json = text.slice(at)
  try {
    return at > 0 && seal(json) === text.slice(0, at) ? (JSON.parse(json) as Row) : undefined
  } catch {
    return undefined
  }
}

export const createJournal = (files: Files, folder: string, maxBytes: number, model: Model, log: Log): Journal => {
  const segments: Segment[] = []
  const segmentBytes = maxBytes / 16
  let writing: [segment: number, text: string][] = []
  let removing: number[] = []
  let scheduled: Promise<void> | undefined
  let tail: Promise<unknown> = Promise.resolve()
  let usable = files.available

  const path = (n: number, ending = '.log') => `${folder}/${n}${ending}`
  const failed = (detail: unknown) => {
    log(3, 'store', 'failed', () => ({ detail }))
  }
  /** One job at a time, in order. */
  const run = <T>(job: () => Promise<T>): Promise<T> => {
    const result = tail.then(job)
    tail = result.catch(failed)
    return result
  }
  const each = <T>(items: readonly T[], job: (item: T) => Promise<unknown>): Promise<unknown> =>
    items.reduce<Promise<unknown>>((before, item) => before.then(() => job(item)), Promise.resolve())

  const flush = (): Promise<void> => {
    const texts = writing
    const gone = removing
    writing = []
    removing = []
    scheduled = undefined
    if (!usable) return Promise.resolve()
    let done = 0
    return each(texts, ([n, text]) => files.append(path(n), '\n' + text).then(() => done++))
      .catch((failure: unknown) => {
        failed(failure)
        // Tried again with the next write: rows may come twice, applying them twice changes nothing.
        writing = texts.slice(done).concat(writing).slice(-16)
      })
      .then(() => each(gone, (n) => files.remove(path(n))))
      .then(() => undefined, failed)
  }

  /** Applies the rows to the segment that they will be in. */
  const add = (rows: readonly Row[]): void => {
    if (!rows.length) return
    const text = rows.map(line).join('')
    let last = segments[segments.length - 1]
    if (!last || last.size + text.length > segmentBytes) {
      last = { n: last ? last.n + 1 : 1, size: 0 }
      segments.push(last)
    }
    last.size += text.length + 1
    const { n } = last
    rows.forEach((row) => model.apply(row, n))
    const chunk = writing[writing.length - 1]
    if (chunk?.[0] === n) chunk[1] += text
    else writing.push([n, text])
  }

  const size = () => segments.reduce((sum, segment) => sum + segment.size, 0)

  const append = (...rows: Row[]): Promise<void> => {
    add(rows)
    // Every segment at most once: what waits to be sent is carried on, however much it is.
    for (let left = segments.length - 1; left > 0 && size() > maxBytes; left--) {
      const { n } = segments.shift()!
      log(1, 'store', 'evicted', () => ({ segment: n }))
      removing.push(n)
      add(model.carry(n))
    }
    return (scheduled ??= run(flush))
  }

  const replay = (n: number): Promise<unknown> =>
    files.read(path(n)).then(
      (text) => {
        let lost = 0
        segments.push({ n, size: text.length })
        for (const each of text.split('\n')) {
          if (!each) continue
          const row = parse(each)
          if (!row || !model.apply(row, n)) lost++
        }
        if (lost) log(3, 'store', 'repaired', () => ({ file: n, lost }))
      },
      (failure: unknown) => {
        failed(failure)
        segments.push({ n, size: 0 })
      },
    )

  const open = (): Promise<void> =>
    run(() =>
      (usable ? files.list(folder) : Promise.reject(new Error('no files on this platform')))
        .then((names) => {
          const numbers = (ending: string) =>
            names.filter((name) => name.endsWith(ending)).map((name) => parseInt(name, 10))
          const logs = new Set(numbers('.log'))
          // A wipe that a crash cut short: its file counts only once the old one is gone.
          return each(numbers('.tmp'), (n) => {
            const job = logs.has(n) ? files.remove(path(n, '.tmp')) : files.rename(path(n, '.tmp'), path(n))
            logs.add(n)
            return job.catch(failed)
          }).then(() =>
            each(
              Array.from(logs).sort((a, b) => a - b),
              replay,
            ),
          )
        })
        .then(undefined, (failure: unknown) => {
          usable = false
          throw failure
        }),
    ).then(() => undefined)

  const wipe = (matches: (row: Row) => boolean, stamp: string): Promise<void> =>
    run(() => {
      let reached = !usable
      const clean = (segment: Segment): Promise<unknown> =>
        reached
          ? Promise.resolve()
          : files.read(path(segment.n)).then((text) => {
              const kept = text
                .split('\n')
                .filter((each) => {
                  const row = each ? parse(each) : undefined
                  if (row?.[2] === stamp) reached = true
                  return row && (reached || !matches(row))
                })
                .join('\n')
              if (kept.length + 2 >= text.length) return
              segment.size = kept.length
              const [now, next] = [path(segment.n), path(segment.n, '.tmp')]
              return files
                .write(next, kept + '\n')
                .then(() => files.remove(now))
                .then(() => files.rename(next, now))
            })
      return each(segments.slice(), (segment) => clean(segment).catch(failed)).then(() => undefined)
    })

  return { open, append, wipe, idle: () => tail }
}
