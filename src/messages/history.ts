// What is remembered of the messages: conversations, what waits to be sent, and the ids that were seen.
//
// Rows (what the files hold):
//   m message status again   a message as it is now; 1: it goes behind all others
//   s key status ids         messages of ours moved on; ids 0: all that were sent so far
//   i topic ids              seen, without being kept: commands, receipts, and what was evicted
//   u key count              the unread count; at 0 all of it was read
//   r key ids                messages of the other side that the user has read
//   b key places status unread   messages are recalled or deleted: of each a tombstone stays; unread: the count then
//   k key pinned custom      since when the conversation is pinned (0: it is not), and what the app keeps with it
//   d key                    the conversation was removed; key '': all of them
import { isMap, isText, type Check } from './fields'
import type { Model, Row } from './journal'
import { kindOf } from './kinds'
import { conversationOf, tombstone, topicOf, type AnyMessage } from './message'
import type { Past } from './recall'
import { deleted, failed, read, recalled, received, sending, sent, statusNames } from './status'
import type { ConversationItem, Ext, HistoryPage, StoredMessage } from './types'

const isNumber: Check = (value) => typeof value === 'number'
const areTexts: Check = (value) => Array.isArray(value) && value.every(isText)
/** What the values of each row must be: of a damaged file anything may come, and half of a row is worse than none. */
const shapes: Readonly<Record<string, readonly Check[]>> = {
  m: [(value) => isMap(value) && ['id', 'type', 'from', 'to'].every((name) => isText(value[name])), isNumber],
  s: [isText, isNumber, (value) => value === 0 || areTexts(value)],
  i: [isText, areTexts],
  u: [isText, isNumber],
  r: [isText, areTexts],
  b: [isText, areTexts, isNumber],
  k: [isText],
  d: [isText],
}

export interface Item {
  message: AnyMessage
  status: number
  segment: number
}

/** What the user and the app keep with a conversation. */
interface Note {
  readonly pinned: number
  readonly custom: Ext | null
  readonly segment: number
}

interface Conversation {
  readonly items: Map<string, Item>
  unread: number
  /** The oldest segment that the unread count needs. */
  segment: number
  note?: Note | undefined
}

interface Ring {
  readonly ids: Set<string>
  /** The oldest segment that these ids need. */
  segment: number
}

/** The ids remembered per topic, those hidden per conversation, and how many of both together. */
const maxIds = 64
const maxHidden = 500
const maxTopics = 1000

export interface History extends Model {
  /** What waits to be sent, by id and in order. An item stays the same object while it waits. */
  readonly pending: ReadonlyMap<string, Item>
  /** Whether a message came before, as far as is remembered. */
  seen(message: AnyMessage): boolean
  item(key: string, place: string): Item | undefined
  /** Whether a message was recalled, or deleted here, as far as is remembered; also one that never came, or was evicted. */
  hidden(key: string, place: string): boolean
  /** What is known of messages of one sender in one conversation. */
  past(key: string, from: string): Past
  /** The places of messages with these ids. */
  places(key: string, ids: readonly string[]): string[]
  /** The row that leaves only tombstones of them. */
  bury(key: string, places: readonly string[], status: number): Row
  /** By conversation. */
  notes(): ReadonlyMap<string, Pick<Note, 'pinned' | 'custom'>>
  /** The one used last first. */
  conversations(): ConversationItem[]
  /** What there is of a conversation, in the order in which it is shown, by `from/id`; also what is not visible. */
  items(key: string): (readonly [place: string, item: Item])[]
  page(key: string, cursor: string, size: number, down: boolean): HistoryPage
}

/** Where it is remembered which messages of a conversation are hidden. */
const hiddenIn = (key: string) => `b/${key}`

/** Makes an entry the newest of its map; there is one then. */
const touch = <T>(map: Map<string, T>, key: string, make: () => T): T => {
  const value = map.get(key) ?? make()
  map.delete(key)
  map.set(key, value)
  return value
}
const bound = (all: Map<string, unknown> | Set<string>, most: number) => {
  if (all.size > most) all.delete(all.keys().next().value!)
}

/** Of what was deleted here only the place is left. */
export const isVisible = ({ status }: Item) => status < deleted
export const stored = ({ message, status }: Pick<Item, 'message' | 'status'>) =>
  Object.assign({}, message, { status: statusNames[status] }) as unknown as StoredMessage

export const createHistory = (user: string): History => {
  /** By arrival, not by a time that the sender made up: the one used last comes last. */
  const conversations = new Map<string, Conversation>()
  const pending = new Map<string, Item>()
  const rings = new Map<string, Ring>()
  /** What was confirmed of messages that another device of the user sent, and that are not here yet. */
  const early = new Map<string, number>()

  const itemsOf = (key: string): ReadonlyMap<string, Item> => conversations.get(key)?.items ?? new Map<string, Item>()
  const enter = (key: string, segment: number) =>
    touch(conversations, key, () => ({ items: new Map<string, Item>(), unread: 0, segment }))

  /** A place without a sender: of a message that was deleted here and is in the archive alone. */
  const hidden = (key: string, place: string) => {
    const ids = rings.get(hiddenIn(key))?.ids
    return !!ids && (ids.has(place) || ids.has(place.slice(place.indexOf('/'))))
  }
  const remember = (topic: string, ids: readonly string[], segment: number) => {
    const ring = touch(rings, topic, () => ({ ids: new Set<string>(), segment }))
    ids.forEach((id) => {
      ring.ids.add(id)
      bound(ring.ids, topic.startsWith('b/') ? maxHidden : maxIds)
    })
    bound(rings, maxTopics)
    if (ring.ids.size === ids.length) ring.segment = segment
  }

  const put = (message: AnyMessage, given: number, again: boolean, segment: number) => {
    const { id, from } = message
    const key = conversationOf(message, user)
    const status = given === sent ? (early.get(`${key}/${id}`) ?? given) : given
    const item = Object.assign((status === sending ? pending.get(id) : undefined) ?? {}, { message, status, segment })
    if (again) pending.delete(id)
    if (status === sending) pending.set(id, item)
    remember(topicOf(message, user), [id], segment)
    const place = `${from}/${id}`
    // Deleted while it waited: it is sent, and stays hidden.
    if (!kindOf(message).stored || (again && hidden(key, place))) return
    const conversation = enter(key, segment)
    const { items } = conversation
    const before = items.get(place)
    if (!before && from !== user && status < recalled) conversation.unread++
    if (again || (before?.status === failed && status !== failed)) items.delete(place)
    items.set(place, item)
  }

  const advance = (key: string, status: number, ids: readonly string[] | 0) => {
    const items = itemsOf(key)
    if (ids)
      ids.forEach((id) => {
        const item = items.get(`${user}/${id}`)
        if (item && item.status < status) item.status = status
        if (!item && status > sent) {
          early.set(`${key}/${id}`, status)
          bound(early, maxTopics)
        }
        // What the other side confirms must not empty the outbox: the server's word does that.
        if (status <= sent) pending.delete(id)
      })
    else
      items.forEach((item) => {
        if (item.status >= sent && item.status < status) item.status = status
      })
  }

  /** How many of them were not read before; all of the conversation where none are named. */
  const markRead = (key: string, ids?: readonly string[]): number => {
    const items = itemsOf(key)
    let count = 0
    const mark = (item: Item | undefined) => {
      if (item?.status !== received) return
      item.status = read
      count++
    }
    if (ids) ids.forEach((id) => mark(items.get(`${key.slice(2)}/${id}`)))
    else items.forEach(mark)
    return count
  }

  const bury = (key: string, places: readonly string[], status: number, unread: unknown, segment: number) => {
    const conversation = conversations.get(key)
    remember(hiddenIn(key), places, segment)
    if (!conversation) return
    const { items } = conversation
    places.forEach((place) => {
      const item = items.get(place)
      // Another object: what is on its way to the server stays what it is.
      if (item && item.status < status) items.set(place, { ...item, message: tombstone(item.message), status })
    })
    if (typeof unread === 'number') conversation.unread = unread
  }

  const apply = (row: Row, segment: number): boolean => {
    const [kind, first, second, third, fourth] = row
    if (!shapes[kind]?.every((check, at) => check(row[at + 1]))) return false
    const key = first as string
    if (kind === 'm') put(first as AnyMessage, second as number, third === 1, segment)
    else if (kind === 's') advance(key, second as number, third as string[] | 0)
    else if (kind === 'i') remember(key, second as string[], segment)
    else if (kind === 'u') {
      // Its messages of that time may be evicted already.
      if (second || conversations.has(key)) Object.assign(enter(key, segment), { unread: second, segment })
      if (!second) markRead(key)
    } else if (kind === 'r') {
      const conversation = conversations.get(key)
      if (conversation) conversation.unread = Math.max(0, conversation.unread - markRead(key, second as string[]))
    } else if (kind === 'b') bury(key, second as string[], third as number, fourth, segment)
    else if (kind === 'k') {
      const note = second || third ? { pinned: second as number, custom: third as Ext | null, segment } : undefined
      const conversation = conversations.get(key)
      if (conversation) conversation.note = note
      else conversations.set(key, { items: new Map(), unread: 0, segment, note })
    } else if (kind === 'd') {
      if (key) conversations.delete(key)
      else conversations.clear()
    }
    return kind === 'd' || kind === 'b'
  }

  const carry = (upTo: number, all?: boolean): Row[] => {
    const rows: Row[] = []
    rings.forEach(({ ids, segment }, topic) => {
      if (segment <= upTo) rows.push(['i', topic, Array.from(ids)])
    })
    conversations.forEach(({ items, unread, segment, note }, key) => {
      items.forEach((item, place) => {
        if (item.segment > upTo || item.status === sending) return
        if (all) rows.push(['m', item.message, item.status])
        else items.delete(place)
      })
      if (items.size) {
        if (segment <= upTo) rows.push(['u', key, unread])
      } else if (!note) conversations.delete(key)
      if (note && note.segment <= upTo) rows.push(['k', key, note.pinned, note.custom])
    })
    // All of it or nothing, so that the files keep its order.
    const waiting = Array.from(pending.values())
    if (waiting.some(({ segment }) => segment <= upTo))
      waiting.forEach(({ message }) => rows.push(['m', message, sending, 1]))
    return rows
  }

  const buried = (key: string, places: readonly string[], status: number): Row => {
    const items = itemsOf(key)
    const unread = places.filter((place) => items.get(place)?.status === received).length
    return ['b', key, places, status, ...(unread ? [Math.max(0, (conversations.get(key)?.unread ?? 0) - unread)] : [])]
  }

  return {
    pending,
    apply,
    carry,
    seen: (message) => {
      const key = conversationOf(message, user)
      const { from, id } = message
      const place = `${from}/${id}`
      return itemsOf(key).has(place) || !!rings.get(topicOf(message, user))?.ids.has(id) || hidden(key, place)
    },
    item: (key, place) => itemsOf(key).get(place),
    hidden,
    past: (key, from) => ({
      find: (id) => itemsOf(key).get(`${from}/${id}`),
      seen: (id) => !!rings.get(`${key}/${from}`)?.ids.has(id),
      recall: (id) => buried(key, [`${from}/${id}`], recalled),
    }),
    places: (key, ids) =>
      Array.from(itemsOf(key).keys()).filter((place) => ids.indexOf(place.slice(place.indexOf('/') + 1)) >= 0),
    bury: buried,
    notes: () => {
      const notes = new Map<string, Note>()
      conversations.forEach(({ note }, key) => note && notes.set(key, note))
      return notes
    },
    conversations: () =>
      Array.from(conversations)
        .reverse()
        .map(([key, { items, unread, note }]): ConversationItem => {
          const [last] = Array.from(items.values()).filter(isVisible).slice(-1)
          return {
            conversationId: key.slice(2),
            conversationType: key.startsWith('g') ? 'groupChat' : 'singleChat',
            unReadCount: unread,
            ...(note?.pinned && { isPinned: true, pinnedTime: note.pinned }),
            ...(note?.custom && { customField: note.custom }),
            ...(last && { lastMessage: stored(last) }),
          }
        })
        .filter(({ lastMessage, isPinned, customField }) => lastMessage ?? customField ?? isPinned)
        .sort((a, b) => Number(!!b.isPinned) - Number(!!a.isPinned)),
    items: (key) => Array.from(itemsOf(key)),
    page: (key, cursor, size, down) => {
      const items = Array.from(itemsOf(key))
      if (!down) items.reverse()
      const at = items.findIndex(([place]) => place === cursor) + 1
      // What the cursor named was evicted: so was everything older.
      const left = (cursor && !at && !down ? [] : items.slice(at)).filter(([, item]) => isVisible(item))
      const found = left.slice(0, size)
      return {
        messages: found.map(([, item]) => stored(item)),
        cursor: found.length ? found[found.length - 1]![0] : cursor,
        isLast: left.length <= size,
      }
    },
  }
}
