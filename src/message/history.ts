// What is remembered of the messages: conversations, what waits to be sent, and the ids that were seen.
//
// Rows (what the files hold):
//   m message status order 1 a message as it is now; `order` is its place in the outbox; 1: it goes behind all others
//   s key status ids         messages of ours moved on; ids 0: all that were sent so far
//   i topic ids              seen, without being kept: commands, receipts, and what was evicted
//   u key count              the unread count
//   d key stamp              the conversation was removed; key '': all of them
import { isId, isMap, isStored } from './kinds'
import type { Model, Row } from './journal'
import type { ChatType, HistoryPage, Message, MessageStatus, StoredMessage } from './types'

/** In rising order: a status never falls, except that a failed message may be sent again. */
export const Status = { received: 0, sending: 1, failed: 2, sent: 3, delivered: 4, read: 5 } as const
const names = Object.keys(Status) as MessageStatus[]

/** What waits in the outbox: a message, or a receipt that is sent like one. */
export type Outgoing = Pick<Message, 'id' | 'chatType' | 'to' | 'time'> & {
  readonly type: string
  readonly from: string
  readonly [field: string]: unknown
}

interface Item {
  message: Outgoing
  status: number
  order: number
  segment: number
}

interface Conversation {
  readonly items: Map<string, Item>
  unread: number
  /** The oldest segment that the unread count needs. */
  segment: number
}

interface Ring {
  readonly ids: Set<string>
  segment: number
}

/** The ids remembered per topic, and the topics. */
const maxIds = 64
const maxTopics = 1000

/** `u/alice`, `g/123`: a conversation, and the first levels of its topics. */
export const keyOf = (chatType: ChatType, peer: string): string => (chatType === 'groupChat' ? 'g/' : 'u/') + peer

const stored = ({ message, status }: Item): StoredMessage =>
  Object.assign({}, message, { status: names[status] }) as unknown as StoredMessage

export interface History extends Model {
  /** Whether this id came on this topic before, as far as is remembered. */
  seen(topic: string, id: string): boolean
  /** What waits to be sent, in order. */
  pending(): { readonly message: Outgoing; readonly order: number }[]
  find(key: string, from: string, id: string): StoredMessage | undefined
  /** Newest first. */
  conversations(): { readonly key: string; readonly unread: number; readonly last: StoredMessage }[]
  page(key: string, cursor: string, size: number, down: boolean): HistoryPage
  /** The rows that keep the ids of a conversation known after it is removed. */
  ids(key: string): Row[]
}

export const createHistory = (user: string): History => {
  const conversations = new Map<string, Conversation>()
  const outbox = new Map<string, Item>()
  const rings = new Map<string, Ring>()

  const keyFor = ({ chatType, from, to }: Outgoing) =>
    keyOf(chatType, chatType === 'groupChat' || from === user ? to : from)

  const itemsOf = (key: string): Map<string, Item> => {
    const conversation = conversations.get(key)
    return conversation ? conversation.items : new Map<string, Item>()
  }

  const remember = (topic: string, id: string, segment: number) => {
    const ring = rings.get(topic) ?? { ids: new Set<string>(), segment }
    // The topic used last is the last to go.
    rings.delete(topic)
    rings.set(topic, ring)
    ring.ids.add(id)
    if (ring.ids.size > maxIds) ring.ids.delete(ring.ids.values().next().value!)
    if (rings.size > maxTopics) rings.delete(rings.keys().next().value!)
  }

  /** The conversation used last comes last: by arrival, not by a time that the sender made up. */
  const enter = (key: string, segment: number): Conversation => {
    const conversation = conversations.get(key) ?? { items: new Map<string, Item>(), unread: 0, segment }
    conversations.delete(key)
    conversations.set(key, conversation)
    return conversation
  }

  const put = (message: Outgoing, status: number, order: number, segment: number, again: unknown) => {
    const key = keyFor(message)
    const item = { message, status, order, segment }
    if (status === Status.sending) outbox.set(message.id, item)
    else outbox.delete(message.id)
    remember(`${key}/${message.from}`, message.id, segment)
    if (!isStored(message.type)) return
    const conversation = enter(key, segment)
    const { items } = conversation
    const id = `${message.from}/${message.id}`
    const before = items.get(id)
    if (!before && message.from !== user) conversation.unread++
    if (again === 1 || before?.status === Status.failed) items.delete(id)
    items.set(id, item)
  }

  const advance = (key: string, status: number, ids: readonly string[] | 0) => {
    const items = itemsOf(key)
    if (ids === 0)
      items.forEach((item) => {
        if (item.status >= Status.sent) item.status = status
      })
    else
      ids.forEach((id) => {
        const item = items.get(`${user}/${id}`)
        if (item && item.status < status) item.status = status
        // What the other side confirms must not empty the outbox: the server's word does that.
        if (status <= Status.sent) outbox.delete(id)
      })
  }

  const apply = ([kind, first, second, third, again]: Row, segment: number): boolean => {
    const key = first as string
    if (kind === 'm') {
      const message = first as Outgoing
      // Without a checksum, a damaged one may be anything.
      if (!isMap(message) || !isId(message.id) || !isId(message.to) || !isId(message.from)) return false
      put(message, second as number, third as number, segment, again)
    } else if (kind === 's') advance(key, second as number, third as string[] | 0)
    else if (kind === 'i') {
      const ring = rings.get(key)
      if (ring) ring.segment = segment
      ;(second as string[]).forEach((id) => remember(key, id, segment))
    } else if (kind === 'u') {
      // Its messages of that time may be evicted already.
      if (second || conversations.has(key)) Object.assign(enter(key, segment), { unread: second, segment })
    } else if (key) conversations.delete(key)
    else conversations.clear()
    return true
  }

  const waiting = () => Array.from(outbox.values()).sort((a, b) => a.order - b.order)

  const carry = (upTo: number): Row[] => {
    const rows: Row[] = []
    rings.forEach((ring, topic) => {
      if (ring.segment <= upTo) rows.push(['i', topic, Array.from(ring.ids)])
    })
    conversations.forEach((conversation, key) => {
      const { items, unread, segment } = conversation
      items.forEach((item, id) => {
        if (item.segment <= upTo && item.status !== Status.sending) items.delete(id)
      })
      if (!items.size) conversations.delete(key)
      else if (segment <= upTo) rows.push(['u', key, unread])
    })
    // All of it or nothing, so that the files keep its order.
    if (waiting().some(({ segment }) => segment <= upTo))
      waiting().forEach(({ message, status, order }) => rows.push(['m', message, status, order, 1]))
    return rows
  }

  const last = (items: Map<string, Item>): Item | undefined => {
    let found: Item | undefined
    items.forEach((item) => (found = item))
    return found
  }

  return {
    apply,
    carry,
    seen: (topic, id) => {
      const ring = rings.get(topic)
      return !!ring && ring.ids.has(id)
    },
    pending: waiting,
    find: (key, from, id) => {
      const item = itemsOf(key).get(`${from}/${id}`)
      return item && stored(item)
    },
    conversations: () =>
      Array.from(conversations)
        .filter(([, { items }]) => items.size)
        .reverse()
        .map(([key, { items, unread }]) => ({ key, unread, last: stored(last(items)!) })),
    page: (key, cursor, size, down) => {
      const items = Array.from(itemsOf(key))
      if (!down) items.reverse()
      const at = cursor ? items.findIndex(([id]) => id === cursor) + 1 : 0
      // What the cursor named was evicted: so was everything older.
      const found = cursor && !at && !down ? [] : items.slice(at, at + size)
      return {
        messages: found.map(([, item]) => stored(item)),
        cursor: found.length ? found[found.length - 1]![0] : cursor,
        isLast: !found.length || at + size >= items.length,
      }
    },
    ids: (key) => {
      const rows: Row[] = []
      rings.forEach(({ ids }, topic) => {
        if (!key || topic.startsWith(key + '/')) rows.push(['i', topic, Array.from(ids)])
      })
      return rows
    },
  }
}
