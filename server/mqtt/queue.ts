// Messages that wait for one receiver, in order, journalled: a queue is what a session, or a user without one, still has to get.
import { weightOf, type Account } from '../account'
import { keyOf, type Change } from '../store/store'
import { contentsOf, type Message } from './message'

/** A message and how many queues still hold it; stored once, deleted with the last of them. */
export interface Held {
  readonly message: Message
  references: number
  /** On the disk, so that it may be delivered and acknowledged. */
  stored: boolean
  /** How many receivers are stored with it. */
  readonly listed: number
  /** A bit for each of these that waits no more; absent while all of them wait. */
  done: Uint8Array | undefined
}

/** A message on the disk: with those that it was for from the start, so that it costs one key however many they are. */
export interface StoredMessage extends Message {
  /** The owners of their queues. */
  readonly receivers: readonly string[]
  /** The QoS of each. */
  readonly granted: Uint8Array
}

export interface Receiver {
  readonly queue: Queue
  readonly qos: 1 | 2
}

/** All messages that wait for anyone, each on the account of whoever sent it. */
export interface Pool {
  /** Books a message for so many receivers at once; `undefined`: there is no room. `must`: it is kept all the same. */
  hold(message: Message, receivers: number, must: boolean): Held | undefined
  /** Books what the disk holds already. `done`: who of those listed has it. */
  restore(message: Message, listed: number, done: Uint8Array | undefined): Held
  retain(held: Held, booked: boolean): void
  /** One receiver waits no more; `place`: its place among those listed, -1 when it was not. */
  release(held: Held, place: number): Change[]
  /** Lets go of a message that nobody waits for. */
  drop(held: Held): Change[]
}

const messageKey = (seq: number): string => `message/${padded(seq)}`
const doneKey = (seq: number): string => `done/${padded(seq)}`
export const queueKey = (owner: string, seq: number): string => keyOf('queue', owner, padded(seq))
const padded = (seq: number): string => String(seq).padStart(16, '0')

/** Gives a message to its receivers; answers the change that keeps it, and all of them, on the disk. */
export function handOut(held: Held, receivers: readonly Receiver[]): Change {
  const value: StoredMessage = {
    ...held.message,
    receivers: receivers.map(({ queue }) => queue.owner),
    granted: Uint8Array.from(receivers, ({ qos }) => qos),
  }
  for (const [place, { queue, qos }] of receivers.entries()) queue.enlist(held, qos, place)
  return { key: messageKey(held.message.seq), value }
}

export const isDone = (done: Uint8Array | undefined, place: number): boolean =>
  done !== undefined && (done[place >> 3]! & (1 << (place & 7))) !== 0

export function createPool(account: Account): Pool {
  const forget = ({ message, done }: Held): Change[] => {
    account.give(message.owner, 'message', contentsOf(message))
    return [{ key: messageKey(message.seq) }, ...(done ? [{ key: doneKey(message.seq) }] : [])]
  }
  return {
    hold(message, receivers, must) {
      const { owner } = message
      const bytes = weightOf('message', contentsOf(message)) + receivers * weightOf('entry')
      if (!must && !account.fits(owner, bytes, 'message')) return undefined
      account.add(owner, 'message', contentsOf(message))
      for (let left = receivers; left > 0; left--) account.add(owner, 'entry')
      return { message, references: 0, stored: false, listed: receivers, done: undefined }
    },
    restore(message, listed, done) {
      account.add(message.owner, 'message', contentsOf(message))
      return { message, references: 0, stored: true, listed, done }
    },
    retain(held, booked) {
      if (!booked) account.add(held.message.owner, 'entry')
      held.references++
    },
    release(held, place) {
      account.give(held.message.owner, 'entry')
      if (--held.references === 0) return forget(held)
      if (place < 0) return []
      held.done ??= new Uint8Array(Math.ceil(held.listed / 8))
      held.done[place >> 3]! |= 1 << (place & 7)
      // A copy: as it is now, and not as it will be when others have theirs, too.
      return [{ key: doneKey(held.message.seq), value: held.done.slice() }]
    },
    drop: forget,
  }
}

export interface Entry {
  readonly held: Held
  qos: 1 | 2
  /** Packet identifier, given when it is sent for the first time; 0 before. */
  id: number
  /**
   * `numbered`: its packet identifier is on its way to the disk; `received`: the client has it (PUBREC), and only the
   * end of the QoS 2 handshake is open.
   */
  state: 'waiting' | 'numbered' | 'sent' | 'received'
  /** It may have been sent before. */
  again: boolean
  /** Its place among the receivers that are stored with the message; -1: it is not one of them. */
  readonly place: number
  /** It has a key of its own: it is not listed, or not any more as it was. */
  keyed: boolean
}

export interface StoredEntry {
  readonly seq: number
  readonly qos: 1 | 2
  readonly id: number
  readonly received: boolean
}

/** Packet identifiers go from 1 to this. */
const identifiers = 0xffff

export class Queue {
  /** In the order of their arrival. */
  readonly entries = new Map<number, Entry>()
  /** Those that were sent; most queues of users who are away need none. */
  #byId: Map<number, Entry> | undefined
  #lastId = 0

  constructor(
    readonly owner: string,
    private readonly pool: Pool,
  ) {}

  get size(): number {
    return this.entries.size
  }

  byId(id: number): Entry | undefined {
    return this.#byId?.get(id)
  }

  /** Queues a message that came from another queue; one that is here already is not queued again. */
  add(held: Held, qos: 1 | 2): Change[] {
    const known = this.entries.get(held.message.seq)
    if (known) {
      if (known.qos >= qos || known.id !== 0) return []
      known.qos = qos
      return [this.journal(known)]
    }
    const entry: Entry = { held, qos, id: 0, state: 'waiting', again: false, place: -1, keyed: true }
    this.#keep(entry, false)
    return [this.journal(entry)]
  }

  /** Queues a new message whose receivers are stored with it, and booked. */
  enlist(held: Held, qos: 1 | 2, place: number): void {
    this.#keep({ held, qos, id: 0, state: 'waiting', again: false, place, keyed: false }, true)
  }

  /** Puts back what the disk says; in the order of the messages. An identifier that is taken twice counts once. */
  restore(held: Held, place: number, keyed: boolean, { qos, id, received }: StoredEntry): void {
    const known = this.#byId?.has(id) ? 0 : id
    const state = received && known !== 0 ? 'received' : 'waiting'
    this.#keep({ held, qos, id: known, state, again: true, place, keyed }, false)
  }

  /** Gives an entry that is about to be sent its packet identifier; false while every one is under way. */
  number(entry: Entry): boolean {
    if (entry.id !== 0) return true
    const byId = (this.#byId ??= new Map())
    if (byId.size >= identifiers) return false
    do this.#lastId = (this.#lastId % identifiers) + 1
    while (byId.has(this.#lastId))
    entry.id = this.#lastId
    byId.set(entry.id, entry)
    return true
  }

  journal(entry: Entry): Change {
    const { held, qos, id, state } = entry
    entry.keyed = true
    const value: StoredEntry = { seq: held.message.seq, qos, id, received: state === 'received' }
    return { key: this.#key(entry), value }
  }

  remove(entry: Entry): Change[] {
    if (!this.entries.delete(entry.held.message.seq)) return []
    this.#byId?.delete(entry.id)
    return [...(entry.keyed ? [{ key: this.#key(entry) }] : []), ...this.pool.release(entry.held, entry.place)]
  }

  #keep(entry: Entry, booked: boolean): void {
    this.pool.retain(entry.held, booked)
    this.entries.set(entry.held.message.seq, entry)
    if (entry.id !== 0) (this.#byId ??= new Map()).set(entry.id, entry)
  }

  #key(entry: Entry): string {
    return queueKey(this.owner, entry.held.message.seq)
  }
}
