// How full the disk is: one bound for all that the server keeps, and the last of the free space left alone, so that what is
// kept can still be read, acknowledged and cleared away when nothing new is taken any more.
import { open, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { folderSize } from './folder-size'
import type { Limits } from './limits'

export interface Disk {
  /** Nothing new may be kept. */
  readonly full: boolean
  /** Bytes of everything in the folder, as last counted and with what was added since; and their bound. */
  readonly used: number
  readonly most: number
  /** Bytes that the disk has room for beside what is left alone. */
  readonly left: number
  /** Whether so many more bytes may be kept. */
  fits(bytes: number): boolean
  add(bytes: number): void
  /** The store found no room, or has it again. */
  room(free: boolean): void
  stop(): void
}

const lookMs = 1_000
const countMs = 60_000

/** A file that does nothing but keep room: a server that starts on a full disk deletes it to open its store. */
const mostBallast = 8 * 1024 * 1024
const ballastIn = (folder: string): string => join(folder, 'ballast')

export const dropBallast = (folder: string): Promise<void> => rm(ballastIn(folder), { force: true })

/** The share of a small disk, and no more than that of a large one, is left alone. */
const reserveOf = (limits: Limits, total: number): number => Math.min(limits.diskReserveBytes, total / 20)

/** `lasting`: the folder outlives this run, so that another may have to start on it. */
export async function openDisk(
  folder: string,
  lasting: boolean,
  limits: Limits,
  changed: (full: boolean) => void,
): Promise<Disk> {
  let used = 0
  let free = Infinity
  let reserve = 0
  let ballastBytes = 0
  let stuck = false
  let full = false
  let ballast: 'none' | 'making' | 'there' = 'none'

  function judge(): void {
    // While it is not there, its room is kept free instead.
    const kept = reserve + (ballast === 'none' ? ballastBytes : 0)
    const now = stuck || free < kept || used >= limits.diskBytes
    if (now === full) return
    full = now
    changed(full)
  }

  async function makeBallast(): Promise<void> {
    ballast = 'making'
    const handle = await open(ballastIn(folder), 'w', 0o600)
    try {
      await handle.writeFile(Buffer.alloc(ballastBytes))
      ballast = 'there'
    } finally {
      await handle.close()
    }
  }

  async function look(): Promise<void> {
    const { bavail, bsize, blocks } = await statfs(folder)
    free = bavail * bsize
    reserve = reserveOf(limits, blocks * bsize)
    ballastBytes = !lasting ? 0 : Math.min(mostBallast, Math.floor((blocks * bsize) / 20))
    judge()
    if (lasting && ballast === 'none' && free > reserve + 3 * ballastBytes)
      void makeBallast().catch(async () => {
        ballast = 'none'
        await dropBallast(folder)
      })
  }
  const count = async (): Promise<void> => {
    used = await folderSize(folder)
    judge()
  }

  await count()
  await look()
  const nothing = (): void => undefined // the last figure stands
  const looking = setInterval(() => void look().catch(nothing), lookMs)
  const counting = setInterval(() => void count().catch(nothing), countMs)
  looking.unref()
  counting.unref()

  return {
    get full() {
      return full
    },
    get used() {
      return used
    },
    most: limits.diskBytes,
    get left() {
      return Math.max(0, free - reserve)
    },
    fits: (bytes) => !full && used + bytes <= limits.diskBytes && free - bytes >= reserve,
    add(bytes) {
      used += bytes
      free -= bytes
      judge()
    },
    room(isFree) {
      stuck = !isFree
      judge()
    },
    stop() {
      clearInterval(looking)
      clearInterval(counting)
    },
  }
}
