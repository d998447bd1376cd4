// The message layer in one piece: joins history, outbox, inbox, groups and uploads for the user of now.
import { ConnectionError } from '../part'
import { createArchive, type Archive } from './archive'
import { compose, prepare } from './draft'
import { createGroups } from './groups'
import { createHistory, type History } from './history'
import { createInbox, textOf, type Inbox } from './inbox'
import { createJournal, type Journal } from './journal'
import { answering } from './calls'
import type { MessagesHost } from './contract'
import { isId, isText, must } from './fields'
import { kindOf } from './kinds'
import { keyOf, SERVER } from './message'
import { isTooLate } from './recall'
import { keepField, pin, removeMessages } from './shelf'
import type { Running } from '../part'
import { createOutbox, type Outbox } from './outbox'
import { failed, recalled } from './status'
import type { ConversationRef, MessageCalls, SendResult } from './types'

const maxPage = 50

/** What the connection tells it, and the app's side of it. */
export type Messaging = Required<Pick<Running, 'opened' | 'online' | 'offline' | 'arrived' | 'waiting' | 'closed'>> & {
  readonly calls: MessageCalls
}

/** Everything that belongs to one user. */
interface Session {
  readonly user: string
  readonly journal: Journal
  readonly history: History
  readonly outbox: Outbox
  readonly inbox: Inbox
  /** None: the history is the phone's own. */
  readonly archive: Archive | undefined
  /** Resolves when the store is open, or known not to open, and `onStoreOpened` was said. */
  readonly ready: Promise<void>
  /** Says `onStoreOpened`. */
  tell(): Promise<void>
}

/**
 * A folder of its own for every user, and none inside another's: on file systems that tell no case apart, with no name too
 * long, and none that Windows keeps for a device (`con`): every name ends in `-`, a part of one in `_`.
 */
const folderOf = (path: string): string =>
  path
    .replace(/[^a-z0-9/-]/g, (unit) => `_${unit.charCodeAt(0).toString(16)}_`)
    .replace(/[^/]+/g, '$&-')
    .replace(/[^/]{100}(?=[^/])/g, '$&_/')

const keyOfRef = ({ conversationType, conversationId }: ConversationRef) => keyOf(conversationType, conversationId)

export const createMessaging = (host: MessagesHost): Messaging => {
  const { clock, files, log, platform } = host
  const { root, restBase, multiDevice } = host.settings
  const groups = createGroups(host)
  let session: Session | undefined
  /** The groups of this user were asked for. */
  let synced = false
  /** What the users before still write. */
  let earlier: Promise<unknown> = Promise.resolve()

  const begin = (user: string): Session => {
    const history = createHistory(user)
    const journal = createJournal(files, folderOf(`im/${root}/${user}`), host.options.historyMaxBytes, history, log)
    let began = 0
    const store = earlier
      .then(() => {
        began = clock.now()
        return journal.open()
      })
      .then(
        () => {
          log(2, 'store', 'opened', () => ({ ms: clock.now() - began }))
          return { success: true, user }
        },
        (failure: unknown) => ({ success: false, user, error: new ConnectionError('StoreUnavailable', '', failure) }),
      )
    const tell = () =>
      store.then((payload) => {
        if (session === begun) host.emit('onStoreOpened', payload)
      })
    const ready = tell()
    const outbox = createOutbox(host, user, history, journal, ready)
    const inbox = createInbox(host, user, history, journal, outbox, ready)
    const archive = createArchive(host, user, history)
    const begun: Session = { user, history, journal, outbox, inbox, archive, ready, tell }
    return begun
  }

  const close = () => {
    if (!session) return
    session.outbox.close()
    session.inbox.close()
    session.archive?.close()
    earlier = session.journal.idle()
    session = undefined
    synced = false
    groups.enter(undefined)
  }

  /** The session of now. */
  const current = (): Session => {
    if (!session) throw new ConnectionError('NotConnected', 'call open() first')
    return session
  }
  /** Calls with it once its store is open; rejects with what the call throws. */
  const opened = <T>(use: (session: Session) => T | Promise<T>): Promise<T> =>
    new Promise((resolve) => {
      const now = current()
      resolve(
        now.ready.then(() => {
          if (now !== session) throw new ConnectionError('ConnectionClosed')
          return use(now)
        }),
      )
    })

  /** The id of a file on our own server. */
  const ourFile = (url: unknown): string | undefined => {
    const base = `${restBase}/chatfiles/`
    const id = isText(url) && restBase && url.startsWith(base) && url.slice(base.length)
    return isId(id) ? id : undefined
  }

  const conversations = () => opened(({ history }) => history.conversations())

  const remove = (key: string) =>
    opened(({ history, journal, outbox, archive }) => {
      archive?.forget(key ? [key] : history.conversations().map(keyOfRef))
      // A recall is for others: it is sent all the same.
      outbox.cancel((message) => !kindOf(message).acked && (!key || key === keyOf(message.chatType, message.to)))
      return journal.compact(['d', key])
    })

  return {
    opened: (user) => {
      if (session?.user === user) void session.tell()
      else {
        close()
        session = begin(user)
        groups.enter(user)
      }
    },
    online: ({ resumed }) => {
      if (!session) return
      const { inbox, outbox, archive } = session
      groups.online(!synced || !resumed)
      synced = true
      if (resumed) inbox.resumed()
      archive?.online(true)
      outbox.online(true)
    },
    offline: () => {
      groups.offline()
      if (!session) return
      session.outbox.online(false)
      session.inbox.offline()
      session.archive?.online(false)
    },
    arrived: ({ box, from, to, payload, ack }) => {
      const json = textOf(payload)
      if (!session) return
      if (box === 's') {
        groups.notice(json ?? '')
        ack()
      } else if (from === SERVER && groups.isGone(to)) ack()
      else session.inbox.push({ chatType: box === 'g' ? 'groupChat' : 'singleChat', from, to, json, ack })
    },
    waiting: () => !!session && session.history.pending.size > 0,
    closed: close,

    calls: answering({
      send: (wanted, { onProgress } = {}) =>
        new Promise<SendResult>((resolve) => {
          const { user } = current()
          const message = prepare(host, user, wanted)
          const { id, to, chatType } = message
          const key = keyOf(chatType, to)
          resolve(
            opened(({ history, journal, outbox }) => {
              if ((history.item(key, `${user}/${id}`)?.status ?? 0) > failed)
                throw new ConnectionError('InvalidMessage', 'id: sent already')
              void journal.append(...(kindOf(message).leaves?.(message, key) ?? []))
              return outbox.add(message, onProgress)
            }),
          )
        }),
      cancelMessage: (id) => !!session && session.outbox.cancel((message) => message.id === id),
      recallMessage: ({ mid, to, chatType = 'singleChat' }) =>
        opened(({ user, history, journal, outbox }) => {
          const key = keyOf(chatType, to)
          const item = history.item(key, `${user}/${mid}`)
          must(item, 'mid: no message of this user in that conversation')
          if (item.status >= recalled) return
          const { message } = item
          const isUnsent = outbox.isUnsent(mid)
          const before = Array.from(history.pending.values()).find((other) => other.message.mid === mid)
          if (!isUnsent && !before && isTooLate(message, platform.clock.now(), host.options.recallMaxAge))
            throw new ConnectionError('RecallTooLate')
          const withdrawn = outbox.withdraw(mid) && journal.append(history.past(key, user).recall(mid))
          if (isUnsent) return withdrawn || undefined
          // Somebody has it; or may have it: it is of an earlier run, or was published once without an answer.
          const files = [message.url, message.thumb].map(ourFile).filter(isId)
          const recall = compose(host, user, to, 'recall', { chatType, mid, ...(files.length && { files }) })
          return outbox.add(before?.message ?? recall).then(() => undefined)
        }),
      downloadRequest: (url) => ({ url, header: ourFile(url) ? { authorization: `Bearer ${host.token()}` } : {} }),

      getLocalConversations: () => conversations().then((data) => ({ data })),
      getLocalConversation: (wanted) => {
        const key = keyOfRef(wanted)
        return conversations().then((all) => ({ data: all.find((one) => keyOfRef(one) === key) }))
      },
      getHistoryMessages: ({ targetId, chatType = 'singleChat', cursor, pageSize = 20, searchDirection }) =>
        opened(({ history, archive }) =>
          (archive ?? history).page(
            keyOf(chatType, targetId),
            cursor && cursor !== -1 ? String(cursor) : '',
            Math.max(1, Math.min(maxPage, pageSize)),
            searchDirection === 'down',
          ),
        ),
      clearConversationUnreadCount: (conversation) => {
        const key = keyOfRef(conversation)
        return opened(({ user, journal, outbox }) => {
          if (multiDevice) {
            const told = compose(host, user, user, 'channel', { carbonTo: key })
            // It comes back to us, too.
            void journal.append(['i', `${key}/${user}`, [told.id]])
            outbox.add(told).catch(() => undefined)
          }
          return journal.append(['u', key, 0])
        })
      },
      removeHistoryMessages: (wanted) => opened((store) => removeMessages(store, wanted)),
      pinConversation: (wanted) => opened((store) => pin(store, platform.clock, wanted)),
      setLocalConversationCustomField: (wanted) => opened(keepField(wanted)),
      removeLocalConversation: (conversation) => remove(keyOfRef(conversation)),
      deleteAllMessagesAndConversations: () => remove(''),

      ...groups.calls,
    }),
  }
}
