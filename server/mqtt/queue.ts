// Messages that wait for one receiver, in order, journalled: a queue is what a session, or a user without one, still has to get.
import { keyOf, type Change } from '../store/store'
import { weightOf, type Message } from './message'

/** A message and how many queues still hold it; stored once, deleted with the last of them. */
export interface Held {
  readonly message: Message
  references: number
  /** On the disk, so that it may be delivered and acknowledged. */
  stored: boolean
}

/** All messages that wait for anyone. */
export interface Pool {
  readonly messages: number
  readonly bytes: number
  hold(message: Message, stored: boolean): Held
  release(held: Held): Change[]
}

export const messageKey = (seq: number): string => keyOf('message', padded(seq))
const padded = (seq: number): string => String(seq).padStart(16, '0')

export function createPool(): Pool {
  let messages = 0
  let bytes = 0
  return {
    get messages() {
      return messages
    },
    get bytes() {
      return bytes
    },
    hold(message, stored) {
      messages++
      bytes += weightOf(message)
      return { message, references: 0, stored }
    },
    release(held) {
      if (--held.references > 0) return []
      messages--
      bytes -= weightOf(held.message)
      return [{ key: messageKey(held.message.seq) }]
    },
  }
}

export interface Entry {
  readonly held: Held
  readonly qos: 1 | 2
  /** Packet identifier, given when it is queued and kept over restarts; 0 in a mailbox. */
  readonly id: number
  /** `received`: the client has it (PUBREC), and only the end of the QoS 2 handshake is open. */
  state: 'waiting' | 'sent' | 'received'
  /** It may have been sent before. */
  again: boolean
}

export interface StoredEntry {
  readonly seq: number
  readonly qos: 1 | 2
  readonly id: number
  readonly received: boolean
}

export class Queue {
  /** In the order of their arrival. */
  readonly entries = new Map<number, Entry>()
  readonly #byId = new Map<number, Entry>()
  #lastId = 0

  constructor(
    readonly owner: string,
    private readonly pool: Pool,
    /** Mailboxes hand nothing out and need no packet identifiers. */
    private readonly numbered: boolean,
  ) {}

  get size(): number {
    return this.entries.size
  }

  byId(id: number): Entry | undefined {
    return this.#byId.get(id)
  }

  add(held: Held, qos: 1 | 2): Change[] {
    const entry: Entry = { held, qos, id: this.numbered ? this.#freeId() : 0, state: 'waiting', again: false }
    this.#keep(entry)
    return [this.journal(entry)]
  }

  /** Puts back what the journal says; in the order of the keys. */
  restore(held: Held, { qos, id, received }: StoredEntry): void {
    this.#keep({ held, qos, id, state: received ? 'received' : 'waiting', again: true })
  }

  journal(entry: Entry): Change {
    const { held, qos, id, state } = entry
    const value: StoredEntry = { seq: held.message.seq, qos, id, received: state === 'received' }
    return { key: this.#key(entry), value }
  }

  remove(entry: Entry): Change[] {
    this.entries.delete(entry.held.message.seq)
    this.#byId.delete(entry.id)
    return [{ key: this.#key(entry) }, ...this.pool.release(entry.held)]
  }

  #keep(entry: Entry): void {
    entry.held.references++
    this.entries.set(entry.held.message.seq, entry)
    if (entry.id !== 0) this.#byId.set(entry.id, entry)
  }

  #key(entry: Entry): string {
    return keyOf('queue', this.owner, padded(entry.held.message.seq))
  }

  #freeId(): number {
    do this.#lastId = (this.#lastId % 0xffff) + 1
    while (this.#byId.has(this.#lastId))
    return this.#lastId
  }
}
