// The one account of everything that clients make this server keep: what, for whom, how many bytes, and how many it may be.
// Whoever keeps something takes it here first, and says no with its code when it does not fit; whoever lets go gives it back.
import type { Limits } from './limits'

/**
 * What is kept in memory (but for the archive, which is on the disk), and the bytes that one costs beside its contents (objects,
 * map entries, buffers' own heads).
 * A new kind of thing is one line here; then `take` or `hold` it where it is made, and give it back where it ends.
 */
const heads = {
  /** A message that waits for anyone, once however many wait. */
  message: 900,
  /** One receiver that it waits for. */
  entry: 350,
  session: 1_500,
  subscription: 400,
  /** A QoS 2 message that its client has not released yet. */
  handshake: 150,
  will: 600,
  user: 700,
  group: 1_000,
  member: 250,
  /** A question whether somebody wants to be in a group. */
  invite: 700,
  /** What is known of an attachment and of a log; their bytes are on the disk. */
  file: 800,
  log: 800,
  /** A WebSocket: what it is made of, what has come of a packet, and what waits for a slow reader. */
  link: 12_000,
  /** What the webhook has still to tell of one user. */
  notice: 1_000,
  /** An HTTP request: its body as it comes, and its answer until it is read. */
  request: 4_000,
  /** A message in the archive: on the disk, with its keys there. */
  archived: 600,
} as const

export type Kind = keyof typeof heads

/** Bytes of one thing of this kind. */
export const weightOf = (kind: Kind, contents = 0): number => heads[kind] + contents

/** What one thing that changes its size holds. */
export interface Holding {
  /** `false`: there is no room, and nothing changed. */
  resize(contents: number): boolean
  /** It is somebody else's from now on. */
  passTo(owner: string): void
  /** Gives everything back; again: nothing. */
  close(): void
}

export interface Tally {
  readonly count: number
  readonly bytes: number
}

export interface Account {
  /** Nothing that would have to be put on the disk is taken while that is full. */
  diskFull: boolean
  /** Bytes in memory, and their bound. */
  readonly bytes: number
  readonly most: number
  /** Whether so many more bytes of a kind would fit, for this owner and for the server. */
  fits(owner: string, bytes: number, kind: Kind): boolean
  /** Books one thing. `false`: there is no room, and nothing is booked. */
  take(owner: string, kind: Kind, contents?: number): boolean
  /** Books what is here already, or what may not be refused because it only replaces something. */
  add(owner: string, kind: Kind, contents?: number): void
  give(owner: string, kind: Kind, contents?: number): void
  /** Books one thing whose size changes; `undefined`: there is no room. */
  hold(owner: string, kind: Kind, contents?: number): Holding | undefined
  /** What is booked, by kind. */
  tally(): Readonly<Record<Kind, Tally>>
}

/** The server's own things have no bound of their own. */
export const nobody = ''

/** Messages have bounds of their own, so that whoever's messages nobody fetches can still log in and ask. */
const isQueued = (kind: Kind): boolean => kind === 'message' || kind === 'entry'

/** What a restart ends anyhow. */
const inMemoryOnly: ReadonlySet<Kind> = new Set(['will', 'link', 'request', 'notice'])

export function createAccount(limits: Limits): Account {
  const kinds = Object.keys(heads) as Kind[]
  const counts = new Map<Kind, { count: number; bytes: number }>(kinds.map((kind) => [kind, { count: 0, bytes: 0 }]))
  const queued = {
    bytes: 0,
    owners: new Map<string, number>(),
    most: limits.queuedBytes,
    each: limits.queuedBytesPerUser,
  }
  const other = { bytes: 0, owners: new Map<string, number>(), most: limits.heldBytes, each: limits.heldBytesPerUser }
  const archived = { bytes: 0, owners: new Map<string, number>(), most: limits.archiveBytes, each: Infinity }
  const partOf = (kind: Kind): typeof other => (isQueued(kind) ? queued : kind === 'archived' ? archived : other)

  const fits = (owner: string, more: number, kind: Kind): boolean => {
    if (account.diskFull && !inMemoryOnly.has(kind)) return false
    const { bytes, owners, most, each } = partOf(kind)
    return bytes + more <= most && (owner === nobody || (owners.get(owner) ?? 0) + more <= each)
  }

  function book(owner: string, kind: Kind, count: number, more: number): void {
    const tally = counts.get(kind)!
    tally.count += count
    tally.bytes += more
    const part = partOf(kind)
    part.bytes += more
    if (owner === nobody) return
    const left = (part.owners.get(owner) ?? 0) + more
    if (left === 0) part.owners.delete(owner)
    else part.owners.set(owner, left)
  }

  const account: Account = {
    diskFull: false,
    get bytes() {
      return queued.bytes + other.bytes
    },
    most: queued.most + other.most,
    fits,
    take(owner, kind, contents = 0) {
      const weight = weightOf(kind, contents)
      if (!fits(owner, weight, kind)) return false
      book(owner, kind, 1, weight)
      return true
    },
    add: (owner, kind, contents = 0) => book(owner, kind, 1, weightOf(kind, contents)),
    give: (owner, kind, contents = 0) => book(owner, kind, -1, -weightOf(kind, contents)),
    hold(first, kind, initial = 0) {
      let owner = first
      let contents = initial
      let open = account.take(owner, kind, contents)
      if (!open) return undefined
      return {
        resize(wanted) {
          const more = wanted - contents
          if (!open || more === 0) return true
          if (more > 0 && !fits(owner, more, kind)) return false
          book(owner, kind, 0, more)
          contents = wanted
          return true
        },
        passTo(next) {
          if (!open) return
          book(owner, kind, 0, -weightOf(kind, contents))
          owner = next
          book(owner, kind, 0, weightOf(kind, contents))
        },
        close() {
          if (!open) return
          open = false
          account.give(owner, kind, contents)
        },
      }
    },
    tally: () => Object.fromEntries([...counts].map(([kind, tally]) => [kind, { ...tally }])) as Record<Kind, Tally>,
  }
  return account
}
