// What happens to what arrives: in order, each id once, kept before it is shown, shown before it is acknowledged.
//
// A burst is worked off in slices, each one write to the files and one turn of the app. Acknowledging a slice only
// after its handlers lets the server's own flow control hold back what the app cannot take yet.
import { utf8Read } from '../bytes/utf8'
import { keyOf, Status, type History } from './history'
import type { Journal, Row } from './journal'
import { decode, isId, isStored, newId, type Wire } from './kinds'
import type { MessagingDeps } from './link'
import type { Outbox } from './outbox'
import type { ChatType, Message, MessageEvents, Receipt } from './types'

const sliceSize = 50

const handlers = {
  txt: 'onTextMessage',
  custom: 'onCustomMessage',
  cmd: 'onCmdMessage',
  img: 'onImageMessage',
  file: 'onFileMessage',
  loc: 'onLocationMessage',
  delivery: 'onDeliveredMessage',
  read: 'onReadMessage',
  channel: 'onChannelMessage',
} as const

export interface Arrival {
  readonly chatType: ChatType
  /** The user or the group of the topic. */
  readonly target: string
  readonly from: string
  /** `undefined`: the payload was no UTF-8. */
  readonly json: string | undefined
  readonly ack: () => void
}

export interface Inbox {
  push(arrival: Arrival): void
  /** The store is open: what came before is worked off now. */
  start(): void
  /** What comes from now on waited on the server, until the `sync` message with this id. */
  syncing(id: string): void
  /** That `sync` message will not come back. */
  ended(id: string): void
  /** The link is gone: there will be no end of the offline messages. */
  broken(): void
  close(): void
}

export interface InboxDeps extends MessagingDeps {
  readonly user: string
  readonly journal: Journal
  readonly history: History
  readonly outbox: Outbox
}

/** Offline messages on their way: the `sync` message that ends them, and what the app was told. */
interface Sync {
  readonly id: string
  told?: 'start' | 'finish'
}

/** The text of a payload; `undefined` when it is no UTF-8. */
export const textOf = (payload: Uint8Array): string | undefined => {
  try {
    return utf8Read(payload, 0, payload.length)
  } catch {
    return undefined
  }
}

export const createInbox = (deps: InboxDeps): Inbox => {
  const { clock, journal, history, outbox, user, log, messageMaxBytes = 65536 } = deps
  let queue: Arrival[] = []
  let busy = true
  let closed = false
  let cancel = (): void => undefined
  let sync: Sync | undefined

  const finish = (ended: Sync) => {
    if (ended.told === 'start') deps.emit('onOfflineMessageSyncFinish', undefined)
    ended.told = 'finish'
  }

  const ended = (id: string) => {
    const now = sync
    if (now?.id !== id) return
    sync = undefined
    finish(now)
  }

  /** What one slice has to keep, to tell, to confirm. */
  const slice = () => {
    const rows: Row[] = []
    const commands: Row[] = []
    const tell: (() => void)[] = []
    let batch: Message[] = []
    const confirm = new Map<string, string[]>()

    const say = <E extends keyof MessageEvents>(event: E, payload: MessageEvents[E]) =>
      tell.push(() => deps.emit(event, payload))

    const sayBatch = () => {
      if (batch.length) say('onMessages', batch)
      batch = []
    }

    const receipt = (wire: Wire, from: string, topic: string) => {
      const { id, type, time, body } = wire
      const ids = body.ids as string[] | undefined
      rows.push([
        's',
        topic.slice(0, topic.lastIndexOf('/')),
        Status[type === 'delivery' ? 'delivered' : 'read'],
        ids ?? 0,
      ])
      rows.push(['i', topic, [id]])
      const head = { id, from, to: user, time }
      if (!ids) say('onChannelMessage', { ...head, type: 'channel' })
      else
        ids.forEach((mid) =>
          say(handlers[type as Receipt['type']] as 'onReadMessage', { ...head, mid, type: type as Receipt['type'] }),
        )
    }

    const take = ({ chatType, target, from, json }: Arrival) => {
      const topic = `${keyOf(chatType, chatType === 'groupChat' ? target : from)}/${from}`
      const wire =
        !isId(from) || !isId(target) || json === undefined || json.length > messageMaxBytes
          ? 'topic, size or UTF-8'
          : decode(json, clock.now())
      if (typeof wire === 'string') {
        log(3, 'message', 'invalid', () => ({ from, wrong: wire }))
        return
      }
      const { id, type, time, body, ext } = wire
      if (type === 'sync') {
        const now = sync
        if (now?.id !== id) return
        sync = undefined
        sayBatch()
        tell.push(() => finish(now))
        return
      }
      const single = chatType === 'singleChat'
      const kept = isStored(type)
      // Also for duplicates: the first confirmation may have died with the app.
      if (deps.delivery && single && kept && from !== user) confirm.set(from, (confirm.get(from) ?? []).concat(id))
      if (history.seen(topic, id) || fresh.has(topic + id)) {
        log(1, 'message', 'duplicate', () => ({ id }))
        return
      }
      fresh.add(topic + id)
      log(1, 'message', 'received', () => ({ id }))
      if (!kept && type !== 'cmd') {
        if (single) receipt(wire, from, topic)
        return
      }
      const message = { ...body, id, type, chatType, from, to: target, time, ...(ext && { ext }) }
      // From another device of ours, in a group.
      const status = from === user ? Status.sent : Status.received
      if (kept) rows.push(['m', message, status, 0])
      else commands.push(['i', topic, [id]])
      const current = sync
      if (current)
        tell.push(() => {
          if (current.told) return
          current.told = 'start'
          deps.emit('onOfflineMessageSyncStart', undefined)
        })
      batch.push(message as unknown as Message)
      say(handlers[type as Message['type']] as 'onTextMessage', message as never)
    }

    const fresh = new Set<string>()
    const arrivals = queue.splice(0, sliceSize)
    arrivals.forEach(take)
    sayBatch()

    const show = (): Promise<unknown> => {
      if (closed) return Promise.resolve()
      // A handler may end the user: what is left then is in the history, unread.
      tell.forEach((one) => {
        if (!closed) one()
      })
      confirm.forEach((ids, to) => {
        const head = {
          id: newId(clock.now(), deps.random),
          chatType: 'singleChat',
          to,
          from: user,
          time: clock.now(),
        } as const
        outbox.confirm({ ...head, type: 'delivery', ids }).catch(() => undefined)
      })
      return commands.length || confirm.size ? journal.append(...commands) : Promise.resolve()
    }

    void (rows.length ? journal.append(...rows) : Promise.resolve()).then(show).then(() => {
      if (closed) return
      arrivals.forEach(({ ack }) => ack())
      if (queue.length) cancel = clock.schedule(slice, 0)
      else busy = false
    })
  }

  return {
    push: (arrival) => {
      queue.push(arrival)
      if (busy) return
      busy = true
      slice()
    },
    start: () => {
      if (queue.length) slice()
      else busy = false
    },
    syncing: (id) => {
      sync = { id }
    },
    ended,
    broken: () => {
      // What the server had not heard of being kept, it sends again.
      queue = []
      if (sync) ended(sync.id)
    },
    close: () => {
      closed = true
      queue = []
      cancel()
    },
  }
}
