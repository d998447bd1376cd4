// What survives a crash: an ordered journal of keys on LevelDB. A write resolves only once it is on the disk; what is written
// within one turn of the event loop, or while the disk is busy, shares one wait for it.
import { deserialize, serialize } from 'node:v8'
import { ClassicLevel } from 'classic-level'
import { openDatabase, troubleOf } from './trouble'

/** One key put (or, without a value, deleted). Values are plain data, Map, Set and Buffer. */
export interface Change {
  readonly key: string
  readonly value?: unknown
}

/** Which part of what a prefix holds. */
export interface Range {
  /** Only keys above, and below, these. */
  readonly above?: string
  readonly below?: string
  /** The last first. */
  readonly reverse?: boolean
  readonly limit?: number
}

export interface Store {
  /** Everything on the disk whose key starts with `prefix`, in the order of the keys. */
  read(prefix: string, range?: Range): AsyncIterable<readonly [key: string, value: unknown]>
  /** One of them; `undefined`: there is none on the disk. */
  get(key: string): Promise<unknown>
  /**
   * All of it or nothing, after everything written before. Resolves when it is on the disk (fsync), so that what is
   * acknowledged afterwards outlives even a power cut. Calls made in the same turn of the event loop, or while the disk is
   * busy, share the next fsync, as long as they are no more than it should take at once; of a key that several of them change
   * only the last value is written.
   */
  write(changes: readonly Change[]): Promise<void>
  /**
   * As `write`, for what nobody waits for and may come twice: it goes along with the next fsync and causes none. It outlives
   * a crash of this process as everything does; after a power cut it may not have happened.
   */
  note(changes: readonly Change[]): void
  /** Writes what is left and closes. */
  close(): Promise<void>
  /** Closes as a crash would: what is not on the disk yet never gets there. */
  abandon(): Promise<void>
}

/** Joins parts into a key; no part can reach into its neighbour, whatever it contains. */
export const keyOf = (...parts: readonly string[]): string => parts.map(encodeURIComponent).join('/')

interface Waiting {
  readonly changes: readonly Change[]
  /** It has to be on the disk before anybody hears of it. */
  readonly durable: boolean
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** How long a write that found no room waits before it is tried again. */
const retryMs = 500

export interface StoreEvents {
  /** Called once when the disk refuses a write for good: from then on nothing may be acknowledged any more. */
  failed(error: unknown): void
  /** There is no room on the disk, or there is again. What was written meanwhile waits, and is not acknowledged. */
  room(free: boolean): void
}

/** When all that has come in this turn of the event loop is dealt with. */
const turnIsOver = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Bytes that go to the disk at once: what is being written is in memory several times over. */
const mostAtOnce = 4 * 1024 * 1024

type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: Buffer }
  | { readonly type: 'del'; readonly key: string }

/** Takes from the front what goes to the disk together: never a part of one, and each key once, with what it is in the end. */
function takeRound(waiting: Waiting[]): { round: Waiting[]; operations: Operation[] } {
  const last = new Map<string, Operation>()
  let bytes = 0
  let taken = 0
  while (taken < waiting.length && bytes < mostAtOnce) {
    for (const { key, value } of waiting[taken++]!.changes) {
      const operation: Operation =
        value === undefined ? { type: 'del', key } : { type: 'put', key, value: serialize(value) }
      if (operation.type === 'put') bytes += operation.value.length
      last.set(key, operation)
    }
  }
  return { round: waiting.splice(0, taken), operations: [...last.values()] }
}

/** Throws a StoreTrouble that says what is wrong with the folder. */
export async function openStore(folder: string, { failed, room }: StoreEvents): Promise<Store> {
  const db = new ClassicLevel<string, Buffer>(folder, { keyEncoding: 'utf8', valueEncoding: 'buffer' })
  await openDatabase(db, folder)

  let waiting: Waiting[] = []
  let busy: Promise<void> | undefined
  let broken: Error | undefined
  let stuck = false
  /** Wakes a write that waits for room, because nothing waits any more. */
  let wake: () => void = () => undefined
  let ending = false

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      await turnIsOver()
      const { round, operations } = takeRound(waiting)
      try {
        if (broken !== undefined) throw broken
        await db.batch(operations, { sync: round.some(({ durable }) => durable) })
        if (stuck) room(true)
        stuck = false
        for (const { resolve } of round) resolve()
      } catch (error) {
        if (troubleOf(error) === 'full' && broken === undefined && !ending) {
          waiting = [...round, ...waiting]
          if (!stuck) room(false)
          stuck = true
          await waitForRoom()
          continue
        }
        const first = broken === undefined
        broken = error as Error
        for (const { reject } of round) reject(error)
        if (first) failed(error)
      }
    }
    busy = undefined
  }

  /** LevelDB takes no more writes after one that failed, until it is opened again: for which there must be room, too. */
  async function waitForRoom(): Promise<void> {
    for (;;) {
      await new Promise<void>((resolve) => {
        wake = resolve
        setTimeout(resolve, retryMs).unref()
      })
      if (ending) return
      try {
        await db.close()
        await db.open()
        return
      } catch (error) {
        if (troubleOf(error) === 'full') continue
        broken = error as Error
        failed(error)
        return
      }
    }
  }

  function end(): void {
    ending = true
    wake()
  }

  return {
    async *read(prefix, { above = `${prefix}/`, below = `${prefix}0`, reverse = false, limit = -1 } = {}) {
      for await (const [key, value] of db.iterator({ gt: above, lt: below, reverse, limit }))
        yield [key, deserialize(value)]
    },
    async get(key) {
      const value = (await db.get(key)) as Buffer | undefined
      return value && (deserialize(value) as unknown)
    },
    write: (changes) =>
      new Promise((resolve, reject) => {
        waiting.push({ changes, durable: true, resolve, reject })
        busy ??= drain()
      }),
    note(changes) {
      // A store that fails says so to `failed`; there is nothing to add here.
      waiting.push({ changes, durable: false, resolve: () => undefined, reject: () => undefined })
      busy ??= drain()
    },
    async close() {
      if (stuck) end()
      await busy
      await db.close()
    },
    async abandon() {
      const lost = waiting
      waiting = []
      broken ??= new Error('the server was killed')
      for (const { reject } of lost) reject(broken)
      end()
      await busy
      await db.close()
    },
  }
}
