// Messages that phones may read again: kept on the disk by conversation, for so long and so many bytes, the oldest going first.
//
// Keys: `archived/{app}/{conversation}/{seq}` the message; `archive-order/{seq}` what is known of it, for whoever clears away;
// `archive-id/{app}/{conversation}/{sender}/{id}` where it is; `archive-since/{app}/{group}/{user}` when a member joined.
// A sequence number begins with the time, so that a time is a place in it.
import { nobody, weightOf, type Account } from '../account'
import type { Groups } from '../groups/groups'
import type { Limits } from '../limits'
import { copyOf } from '../mqtt/message'
import type { Destination } from '../mqtt/topics'
import { keyOf, type Change, type Store } from '../store/store'
import { payloadOf } from './payload'

/** One message on its way into the archive. */
export interface Keepsake {
  readonly app: string
  readonly conversation: string
  readonly from: string
  readonly id: string
  readonly payload: Buffer
}

export interface PageQuery {
  readonly app: string
  readonly reader: { readonly name: string; readonly created: number }
  readonly with: { readonly kind: 'u' | 'g'; readonly name: string }
  readonly down: boolean
  readonly limit: number
  /** The last message of the page before. */
  readonly cursor?: { readonly from: string; readonly id: string }
}

/** As `historyProvider` wants it (docs/archive.md). */
export interface Page {
  readonly messages: readonly object[]
  readonly isLast: boolean
}

export interface Archive {
  /** What of a payload is to be kept, if anything. */
  keeps(to: Destination, payload: Buffer): Keepsake | undefined
  /** Resolves, in the order of the calls, when it is on the disk (and when there is nothing to keep); what is there stays as it is. */
  keep(kept: Keepsake | undefined): Promise<void>
  /** Of a message that its sender takes back only its place is left; resolves when that is on the disk. */
  recall(to: Destination, id: string): Promise<void>
  /** Who may ask is for the caller to know; of what was before a reader's time nothing is told. */
  page(query: PageQuery): Promise<Page>
  stop(): void
}

interface Row {
  readonly from: string
  readonly payload: Buffer
}

interface Entered {
  readonly done?: Promise<void> | undefined
}

/** What clearing away needs to know of a message. */
interface Order {
  readonly row: string
  readonly id: string
  readonly bytes: number
}

const sweepMs = 60_000
/** Messages that are cleared away at once. */
const batch = 200

const padded = (seq: number): string => String(seq).padStart(16, '0')
const placeOf = (ms: number): number => ms * 1000

/** The same for both sides of it. */
const conversationOf = (kind: string, name: string, other: string): string =>
  kind === 'g' ? `g/${name}` : `u/${[name, other].sort().join('/')}`

/** `undefined` where there is to be none. */
export async function openArchive(
  store: Store,
  account: Account,
  groups: Groups,
  limits: Limits,
): Promise<Archive | undefined> {
  const { archiveSeconds, archiveBytes, archivePageBytes } = limits
  if (archiveSeconds === 0) return undefined
  let last = 0
  for await (const [key, value] of store.read('archive-order')) {
    last = Number(key.split('/')[1])
    account.add(nobody, 'archived', (value as Order).bytes)
  }
  const now = (): number => Math.max(last + 1, placeOf(Date.now()))

  const sinceKey = (app: string, group: string, user: string): string => keyOf('archive-since', app, group, user)
  await stampMembers()

  /** Whoever joined while there was no archive: from now on, as it has nothing of that time. */
  async function stampMembers(): Promise<void> {
    const known = new Set<string>()
    for await (const [key] of store.read('archive-since')) known.add(key)
    const changes: Change[] = []
    for (const { app, id, members } of groups.all())
      for (const user of members) {
        const key = sinceKey(app, id, user)
        if (!known.has(key)) changes.push({ key, value: now() })
      }
    if (changes.length > 0) await store.write(changes)
  }

  groups.onEvent(({ group: { app, id }, notice }) => {
    if (!notice) return
    const { type, users } = notice
    if (type !== 'added' && type !== 'removed' && type !== 'deleted') return
    const changes = users.map((user) => ({
      key: sinceKey(app, id, user),
      ...(type === 'added' && { value: now() }),
    }))
    void store.write(changes).catch(() => undefined)
    if (type === 'deleted') clearConversation(app, conversationOf('g', id, '')).catch(() => undefined)
  })

  /** On its way to the disk, by the key of its id. */
  const writing = new Map<string, Promise<void>>()
  /** Confirmations come in the order of the messages. */
  let confirmed: Promise<void> = Promise.resolve()
  /** One after the other: looking up, writing and clearing away. */
  let turn: Promise<unknown> = Promise.resolve()
  function inTurn<T>(job: () => Promise<T>): Promise<T> {
    const done = turn.then(job)
    turn = done.catch(() => undefined)
    return done
  }

  const forget = (key: string, { row, id, bytes }: Order): Change[] => {
    account.give(nobody, 'archived', bytes)
    return [{ key }, { key: row }, { key: id }]
  }

  /** Clears the oldest away, below a place, or until so many bytes are free; how many went. */
  async function clear({ below, bytes = Infinity }: { below?: number; bytes?: number }): Promise<number> {
    const changes: Change[] = []
    let freed = 0
    const range = { limit: batch, ...(below !== undefined && { below: keyOf('archive-order', padded(below)) }) }
    for await (const [key, value] of store.read('archive-order', range)) {
      changes.push(...forget(key, value as Order))
      if ((freed += (value as Order).bytes) >= bytes) break
    }
    if (changes.length > 0) await store.write(changes)
    return changes.length
  }

  /** Books a message before it is written; the oldest make room for it. */
  async function book(bytes: number): Promise<void> {
    while (!account.take(nobody, 'archived', bytes)) {
      // It was accepted before the disk filled up: nothing goes for that.
      if (account.diskFull) {
        account.add(nobody, 'archived', bytes)
        return
      }
      if ((await clear({ bytes: Math.max(bytes, archiveBytes / 100) })) > 0) continue
      // What is still on its way to the disk cannot be cleared away yet.
      await Promise.all(writing.values())
    }
  }

  function write(app: string, conversation: string, id: string, value: Row, bytes: number): Promise<void> {
    last = now()
    const row = keyOf('archived', app, conversation, padded(last))
    const order: Order = { row, id, bytes }
    const done = store
      .write([
        { key: row, value },
        { key: keyOf('archive-order', padded(last)), value: order },
        { key: id, value: last },
      ])
      .finally(() => writing.delete(id))
    writing.set(
      id,
      done.catch(() => undefined),
    )
    return done
  }

  /** A batch in its turn, so that nobody's message waits for all of them. */
  async function clearConversation(app: string, conversation: string): Promise<void> {
    const prefix = keyOf('archived', app, conversation)
    const some = async (): Promise<number> => {
      const changes: Change[] = []
      for await (const [row] of store.read(prefix, { limit: batch })) {
        const key = keyOf('archive-order', row.slice(prefix.length + 1))
        const order = await store.get(key)
        changes.push(...(order === undefined ? [{ key: row }] : forget(key, order as Order)))
      }
      if (changes.length > 0) await store.write(changes)
      return changes.length
    }
    while (!stopped && (await inTurn(some)) > 0);
  }

  async function sweep(): Promise<void> {
    const below = placeOf(Date.now() - archiveSeconds * 1000)
    while (!stopped && (await inTurn(() => clear({ below }))) > 0);
    // A bound that was lowered holds for what is there, too.
    while (!stopped && !account.diskFull && !account.fits(nobody, 0, 'archived')) await inTurn(() => clear({}))
  }
  let stopped = false
  const sweeping = setInterval(() => void sweep().catch(() => undefined), sweepMs)
  sweeping.unref()
  void sweep().catch(() => undefined)

  /** Looks up and books; the promise in the answer is that of the writing. */
  async function enter({ app, conversation, from, id, payload }: Keepsake): Promise<Entered> {
    const idKey = keyOf('archive-id', app, conversation, from, id)
    const bytes = payload.length + 4 * (app.length + conversation.length + from.length + id.length)
    if (writing.has(idKey) || weightOf('archived', bytes) > archiveBytes) return { done: writing.get(idKey) }
    // Published again by a phone that had not heard of its arrival.
    if ((await store.get(idKey)) !== undefined) return {}
    await book(bytes)
    return { done: write(app, conversation, idKey, { from, payload }, bytes) }
  }

  /** Where a reader's time begins. */
  async function beginOf({ app, reader, with: { kind, name } }: PageQuery): Promise<number> {
    const oldest = placeOf(Date.now() - archiveSeconds * 1000)
    if (kind === 'u') return Math.max(oldest, placeOf(reader.created))
    return Math.max(oldest, Number((await store.get(sinceKey(app, name, reader.name))) ?? Infinity))
  }

  return {
    keeps({ app, kind, name, from }, bytes) {
      const payload = kind === 's' ? undefined : payloadOf(bytes)
      if (!payload || payload.control || from === undefined) return undefined
      return { app, conversation: conversationOf(kind, name, from), from, id: payload.id, payload: copyOf(bytes) }
    },

    keep(kept) {
      const entered = inTurn<Entered>(async () => (kept ? enter(kept) : {}))
      return (confirmed = confirmed.catch(() => undefined).then(async () => (await entered).done))
    },

    recall({ app, kind, name, from }, id) {
      if (kind === 's' || from === undefined) return Promise.resolve()
      const conversation = conversationOf(kind, name, from)
      const idKey = keyOf('archive-id', app, conversation, from, id)
      return inTurn(async () => {
        await writing.get(idKey)
        const place = await store.get(idKey)
        if (place === undefined) return
        const row = keyOf('archived', app, conversation, padded(Number(place)))
        const found = (await store.get(row)) as Row
        const { time } = JSON.parse(found.payload.toString('utf8')) as { time?: unknown }
        // Smaller than what it replaces, and booked as that.
        const payload = Buffer.from(JSON.stringify({ id, type: 'recalled', time, body: {} }))
        await store.write([{ key: row, value: { from, payload } satisfies Row }])
      })
    },

    async page(query) {
      const { app, reader, with: peer, down, limit, cursor } = query
      const conversation = conversationOf(peer.kind, peer.name, reader.name)
      const begin = await beginOf(query)
      if (begin === Infinity) return { messages: [], isLast: true }
      const at = cursor && (await store.get(keyOf('archive-id', app, conversation, cursor.from, cursor.id)))
      // What the cursor named was cleared away: so was everything older.
      if (cursor && at === undefined && !down) return { messages: [], isLast: true }
      const prefix = keyOf('archived', app, conversation)
      const key = (place: number): string => `${prefix}/${padded(place)}`
      const messages: object[] = []
      let bytes = 0
      const range = {
        above: key(Math.max(begin - 1, down ? Number(at ?? 0) : 0)),
        ...(at !== undefined && !down && { below: key(Number(at)) }),
        reverse: !down,
        limit: limit + 1,
      }
      for await (const [, value] of store.read(prefix, range)) {
        const { from, payload } = value as Row
        bytes += payload.length
        if (messages.length === limit || (messages.length > 0 && bytes > archivePageBytes))
          return { messages, isLast: false }
        messages.push({ ...(JSON.parse(payload.toString('utf8')) as object), from })
      }
      return { messages, isLast: true }
    },

    stop() {
      stopped = true
      clearInterval(sweeping)
    },
  }
}
