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
}

/** All messages that wait for anyone, each on the account of whoever sent it. */
export interface Pool {
  /** Books a message for so many receivers at once; `undefined`: there is no room. `must`: it is kept all the same. */
  hold(message: Message, receivers: number, must: boolean): Held | undefined
  /** Books what the disk holds already. */
  restore(message: Message): Held
  retain(held: Held, booked: boolean): void
  release(held: Held): Change[]
  /** Lets go of a message that nobody waits for. */
  drop(held: Held): void
}

export const messageKey = (seq: number): string => keyOf('message', padded(seq))
const padded = (seq: number): string => String(seq).padStart(16, '0')

export function createPool(account: Account): Pool {
  const forget = ({ message }: Held): void => account.give(message.owner, 'message', contentsOf(message))
  return {
    hold(message, receivers, must) {
      const { owner } = message
      const bytes = weightOf('message', contentsOf(message)) + receivers * weightOf('entry')
      if (!must && !account.fits(owner, bytes, 'message')) return undefined
      account.add(owner, 'message', contentsOf(message))
      for (let left = receivers; left > 0; left--) account.add(owner, 'entry')
      return { message, references: 0, stored: false }
    },
    restore(message) {
      account.add(message.owner, 'message', contentsOf(message))
      return { message, references: 0, stored: true }
    },
    retain(held, booked) {
      if (!booked) account.add(held.message.owner, 'entry')
      held.references++
    },
    release(held) {
      account.give(held.message.owner, 'entry')
      if (--held.references > 0) return []
      forget(held)
      return [{ key: messageKey(held.message.seq) }]
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
  readonly #byId = new Map<number, Entry>()
  #lastId = 0

  constructor(
    readonly owner: string,
    private readonly pool: Pool,
  ) {}

  get size(): number {
    return this.entries.size
  }

  byId(id: number): Entry | undefined {
    return this.#byId.get(id)
  }

  /** Queues a message; one that is here already is not queued again. `booked`: the account knows of it. */
  add(held: Held, qos: 1 | 2, booked = false): Change[] {
    const known = this.entries.get(held.message.seq)
    if (known) {
      if (known.qos >= qos || known.id !== 0) return []
      known.qos = qos
      return [this.journal(known)]
    }
    const entry: Entry = { held, qos, id: 0, state: 'waiting', again: false }
    this.#keep(entry, booked)
    return [this.journal(entry)]
  }

  /** Puts back what the journal says; in the order of the keys. An identifier that is taken twice counts once. */
  restore(held: Held, { qos, id, received }: StoredEntry): void {
    const known = this.#byId.has(id) ? 0 : id
    this.#keep({ held, qos, id: known, state: received && known !== 0 ? 'received' : 'waiting', again: true }, false)
  }

  /** Gives an entry that is about to be sent its packet identifier; false while every one is under way. */
  number(entry: Entry): boolean {
    if (entry.id !== 0) return true
    if (this.#byId.size >= identifiers) return false
    do this.#lastId = (this.#lastId % identifiers) + 1
    while (this.#byId.has(this.#lastId))
    entry.id = this.#lastId
    this.#byId.set(entry.id, entry)
    return true
  }

  journal(entry: Entry): Change {
    const { held, qos, id, state } = entry
    const value: StoredEntry = { seq: held.message.seq, qos, id, received: state === 'received' }
    return { key: this.#key(entry), value }
  }

  remove(entry: Entry): Change[] {
    if (!this.entries.delete(entry.held.message.seq)) return []
    this.#byId.delete(entry.id)
    return [{ key: this.#key(entry) }, ...this.pool.release(entry.held)]
  }

  #keep(entry: Entry, booked: boolean): void {
    this.pool.retain(entry.held, booked)
    this.entries.set(entry.held.message.seq, entry)
    if (entry.id !== 0) this.#byId.set(entry.id, entry)
  }

  #key(entry: Entry): string {
    return keyOf('queue', this.owner, padded(entry.held.message.seq))
  }
}
