// What happens to what arrives: in order, each id once, kept before it is shown, shown before it is acknowledged.
//
// A burst is worked off in slices, each one write to the files and one turn of the app. Acknowledging a slice only
// after its handlers lets the server's own flow control hold back what the app cannot take yet.
import { ConnectionError } from '../part'
import { utf8Read, utf8Size } from '../text/utf8'
import { compose } from './draft'
import type { History } from './history'
import type { Journal, Row } from './journal'
import { must } from './fields'
import { kindOf } from './kinds'
import { conversationOf, SERVER, topicOf, type AnyMessage } from './message'
import { isName } from '../text/form'
import type { MessagesHost } from './contract'
import type { Outbox } from './outbox'
import { carbonBytes, decode, encode } from './payload'
import { received, sent } from './status'
import type { ChatType, Message, MessageEvents } from './types'

const sliceSize = 50
const syncPatience = 5000

export interface Arrival {
  readonly chatType: ChatType
  readonly from: string
  /** The user or the group of the topic. */
  readonly to: string
  /** `undefined`: it was no UTF-8. */
  readonly json: string | undefined
  readonly ack: () => void
}

export interface Inbox {
  push(arrival: Arrival): void
  /** The session goes on: what comes first waited on the server. */
  resumed(): void
  /** The link is gone. */
  offline(): void
  close(): void
}

/** The text of a payload; `undefined` when it is no UTF-8. */
export const textOf = (payload: Uint8Array): string | undefined => {
  try {
    return utf8Read(payload, 0, payload.length)
  } catch {
    return undefined
  }
}

export const createInbox = (
  host: MessagesHost,
  user: string,
  history: History,
  journal: Journal,
  outbox: Outbox,
  ready: Promise<void>,
): Inbox => {
  const { clock, log, options, platform } = host
  let queue: Arrival[] = []
  let busy = false
  let closed = false
  let cancelSlice = (): void => undefined
  let cancelMark = (): void => undefined
  /** The message of ours behind all that waited on the server; and whether the app was told that some did. */
  let mark: string | undefined
  let told = false

  /** A handler may end the user: what is left then is in the history, unread. */
  const say = <E extends keyof MessageEvents>(event: E, payload: MessageEvents[E]) => {
    if (!closed) host.emit(event, payload)
  }

  const ended = (id = mark) => {
    if (id !== mark) return
    const wasTold = told
    mark = undefined
    told = false
    cancelMark()
    if (wasTold) say('onOfflineMessageSyncFinish', undefined)
  }

  /** Handled once: without being kept, it is known when it comes again. */
  const remembered = (message: AnyMessage): Row => ['i', topicOf(message, user), [message.id]]

  /** The message of an arrival when it is new, kept; and whom to confirm it to. */
  const keep = ({ chatType, from, to, json }: Arrival, confirm: Map<string, string[]>): AnyMessage | undefined => {
    let message: AnyMessage | undefined
    let carbon: boolean
    try {
      must(json !== undefined, 'UTF-8')
      const server = chatType === 'groupChat' && from === SERVER
      must((server || isName(from)) && isName(to), 'topic')
      message = decode(json, platform.clock.now(), { chatType, from, to })
      if (!message) {
        log(1, 'message', 'ignored', () => ({ from }))
        return
      }
      must(server === !!kindOf(message).fromServer, 'from')
      // It came in our own inbox, and went somewhere else.
      carbon = message.to !== to || message.chatType !== chatType
      const size = utf8Size(json) - (carbon ? carbonBytes : 0)
      if (size > options.messageMaxBytes && !history.seen(message)) {
        const { id } = message
        // Not told again when it comes again.
        void journal.append(remembered(message))
        const detail = `${id} from ${from}: ${size} of at most ${options.messageMaxBytes} bytes`
        throw new ConnectionError('MessageTooLarge', detail, { id, from, size })
      }
    } catch (wrong) {
      log(3, 'message', 'invalid', () => ({ from, wrong }))
      host.failed(
        (wrong as ConnectionError).name === 'MessageTooLarge'
          ? (wrong as ConnectionError)
          : new ConnectionError('InvalidMessage', `from ${from}: ${(wrong as Error).message}`, wrong),
      )
      return
    }
    const { id } = message
    const { stored, oneToOne, toldFirst, event, arrives, acked, leaves } = kindOf(message)
    const known = history.seen(message)
    log(1, 'message', known ? 'duplicate' : 'received', () => ({ id }))
    // Also for duplicates: the first confirmation may have died with the app.
    if (options.delivery && chatType === 'singleChat' && stored && from !== user)
      confirm.set(from, (confirm.get(from) ?? []).concat(id))
    if (known || (oneToOne && chatType !== 'singleChat')) return
    const key = conversationOf(message, user)
    // From another device of ours it is as if it had left this one.
    const rows =
      carbon && !acked
        ? (leaves?.(message, key) ?? [])
        : arrives?.(message, key, history.past(key, from), options.recallMaxAge)
    if (stored) void journal.append(['m', message, from === user ? sent : received])
    else if (event && !toldFirst) {
      void journal.append(...(rows ?? []), remembered(message))
      if (arrives && !rows) return
    }
    return message
  }

  const show = (news: readonly (AnyMessage | undefined)[]) => {
    let batch: Message[] = []
    const sayBatch = () => {
      if (batch.length) say('onMessages', batch)
      batch = []
    }
    news.forEach((message) => {
      if (!message) return
      const { id, from } = message
      const { event, about, toldFirst } = kindOf(message)
      const isHidden = (author: string, mid: string) =>
        history.hidden(conversationOf(message, user), `${author}/${mid}`)
      if (id === mark) {
        sayBatch()
        ended()
      } else if (about) about(message, (mid) => isHidden(user, mid)).forEach((payload) => say(event!, payload as never))
      // Its recall came with it.
      else if (event && !isHidden(from, id) && !(toldFirst && history.seen(message))) {
        if (mark && !told) {
          told = true
          say('onOfflineMessageSyncStart', undefined)
        }
        batch.push(message as unknown as Message)
        say(event, message as never)
        if (toldFirst && !closed) void journal.append(remembered(message))
      }
    })
    sayBatch()
  }

  const slice = () => {
    const arrivals = queue.splice(0, sliceSize)
    const confirm = new Map<string, string[]>()
    const news = arrivals.map((arrival) => keep(arrival, confirm))
    void journal
      .append()
      .then(() => {
        if (closed) return
        show(news)
        confirm.forEach((ids, to) => {
          outbox.add(compose(host, user, to, 'delivery', { ids })).catch(() => undefined)
        })
        return journal.append()
      })
      .then(() => {
        if (closed) return
        host.acknowledge(arrivals.map(({ ack }) => ack))
        busy = queue.length > 0
        if (busy) cancelSlice = clock.schedule(slice, 0)
      })
  }

  return {
    push: (arrival) => {
      queue.push(arrival)
      if (busy) return
      busy = true
      void ready.then(slice)
    },
    resumed: () => {
      const sync = compose(host, user, user, 'sync')
      mark = sync.id
      host.publish(`${host.settings.root}/u/${user}/${user}`, encode(sync), (error) => {
        const over = () => ended(sync.id)
        if (error) over()
        // A server that swallows it must not keep the app waiting.
        else if (mark === sync.id) cancelMark = clock.schedule(over, syncPatience)
      })
    },
    offline: () => {
      // What the server had not heard of being kept, it sends again.
      queue = []
      ended()
    },
    close: () => {
      closed = true
      queue = []
      cancelSlice()
      cancelMark()
    },
  }
}
