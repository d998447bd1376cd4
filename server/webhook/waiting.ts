// What waits for a user and is worth a notice: who wrote, where, how many. Never what was written.
import { isControl } from '../control'
import type { Message } from '../mqtt/message'

/** What one sender has waiting in one conversation. */
export interface Sender {
  readonly user: string
  /** The id of the group, where it was written to one. */
  readonly group?: string
  count: number
  /** How many of them name the receiver (`ext.em_at_list`), or everybody. */
  mentions: number
}

export interface Waiting {
  /** New since the last notice, and all that waits. */
  readonly count: number
  readonly total: number
  /** Whoever wrote last comes first. */
  readonly from: readonly Sender[]
  /** The numbers of the oldest and the newest of the new ones; 0: there is none. */
  readonly first: number
  readonly last: number
}

/** What a person reads, as far as the server can see it. */
interface Seen {
  /** Not a receipt, a command or another thing that is not shown; and its sender does not ask for silence. */
  readonly shown: boolean
  readonly id?: string
  /** The id of the message that this one takes back. */
  readonly recalls?: string
}

const mapIn = (value: unknown): Record<string, unknown> => (Object(value) === value ? value : {}) as never

const idIn = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length <= 64 ? value : undefined

function look(payload: Buffer): { seen: Seen; mentions: (user: string) => boolean } {
  let parsed: unknown
  try {
    parsed = JSON.parse(payload.toString())
  } catch {
    // Another client's own format: shown, for all we know.
  }
  const { type, control, ext, body, ...rest } = mapIn(parsed)
  const { em_ignore_notification: silent, em_at_list: at } = mapIn(ext)
  const id = idIn(rest.id)
  const recalls = type === 'recall' ? idIn(mapIn(body).mid) : undefined
  return {
    seen: {
      shown: !isControl(type, control) && silent !== true,
      ...(id === undefined ? {} : { id }),
      ...(recalls === undefined ? {} : { recalls }),
    },
    mentions: (user) => (Array.isArray(at) ? at.includes(user) : typeof at === 'string' && at.toLowerCase() === 'all'),
  }
}

/** What was told of before is counted with every notice, and looked at once. */
const seenBefore = new WeakMap<Message, Seen>()

/** At most so many are looked at for one notice, the newest, so that a long queue holds up nobody. */
export const mostCounted = 1000

/** `after`: the number of the last message that a notice has told of. */
export function countWaiting(user: string, messages: readonly Message[], after: number): Waiting {
  const looks = messages.slice(-mostCounted).map((message) => {
    const before = message.seq <= after ? seenBefore.get(message) : undefined
    const { seen, mentions } = before ? { seen: before, mentions: () => false } : look(message.payload)
    seenBefore.set(message, seen)
    return { message, seen, mentions }
  })
  // Only its sender takes a message back, in the same conversation: on the same topic.
  const recalled = new Set(
    looks.flatMap(({ message, seen }) => (seen.recalls === undefined ? [] : `${message.topic}/${seen.recalls}`)),
  )
  const senders = new Map<string, Sender>()
  let total = 0
  let count = 0
  let first = 0
  let last = 0
  for (const { message, seen, mentions } of looks) {
    const [, , kind, name = '', from] = message.topic.split('/')
    // The server's own word has no sender, or `$`; and nobody is told of what another device of theirs has written.
    if (from === undefined || from === '$' || from === user) continue
    if (!seen.shown || recalled.has(`${message.topic}/${seen.id ?? ''}`)) continue
    total++
    if (message.seq <= after) continue
    count++
    first ||= message.seq
    last = message.seq
    const key = `${kind}/${name}/${from}`
    const sender = senders.get(key) ?? { user: from, ...(kind === 'g' ? { group: name } : {}), count: 0, mentions: 0 }
    sender.count++
    if (kind === 'g' && mentions(user)) sender.mentions++
    senders.delete(key) // so that whoever wrote last is last
    senders.set(key, sender)
  }
  return { count, total, first, last, from: [...senders.values()].reverse() }
}
