// The message layer in one piece: joins history, outbox, inbox, groups and uploads for the user of now.
import { ConnectionError } from '../errors/connection-error'
import { prepare } from './draft'
import { createGroups } from './groups'
import { createHistory, keyOf, type History, type Outgoing } from './history'
import { createInbox, textOf, type Inbox } from './inbox'
import { createJournal, type Journal } from './journal'
import { encode, isId, isMap, newId } from './kinds'
import type { Messaging, MessagingDeps } from './link'
import { createOutbox, type Outbox } from './outbox'
import { authorization, baseOf } from './rest'
import type { ConversationItem, ConversationRef, SendResult } from './types'
import { createUploader } from './uploads'

const syncPatience = 5000
const maxPage = 50

/** What the server says about groups, in Easemob's words. */
const operations = new Map([
  ['group.added', 'directJoined'],
  ['group.removed', 'removeMember'],
  ['group.deleted', 'destroy'],
])

/** Everything that belongs to one user. */
interface Session {
  readonly user: string
  readonly journal: Journal
  readonly history: History
  readonly outbox: Outbox
  readonly inbox: Inbox
  /** Resolves when the store is open, or known not to open. */
  readonly ready: Promise<void>
  /** Says `onStoreOpened`. */
  tell(): void
}

/** A folder of its own for every user, on file systems that tell no case apart, with no name too long. */
const folderOf = (...names: string[]): string =>
  'im/' +
  names
    .map((name) =>
      name.replace(/[^a-z0-9-]/g, (unit) => `_${unit.charCodeAt(0).toString(16)}_`).replace(/.{100}(?=.)/g, '$&/'),
    )
    .join('/')

const keyOfRef = ({ conversationType, conversationId }: ConversationRef) => keyOf(conversationType, conversationId)

export const createMessaging = (deps: MessagingDeps): Messaging => {
  const { org, app, clock, files, link, log, historyMaxBytes = 2 << 20 } = deps
  const groups = createGroups(deps)
  let session: Session | undefined
  let subscribed = false
  /** What the users before still write. */
  let earlier: Promise<unknown> = Promise.resolve()
  let cancelSync = (): void => undefined

  const begin = (user: string): Session => {
    const history = createHistory(user)
    const journal = createJournal(files, folderOf(org, app, user), historyMaxBytes, history, log)
    const parts = { ...deps, user, history, journal }
    const outbox = createOutbox({ ...parts, upload: createUploader(deps) })
    const inbox = createInbox({ ...parts, outbox })
    const started = clock.now()
    let error: ConnectionError | undefined
    const tell = () => {
      if (session === begun) deps.emit('onStoreOpened', { success: !error, user, ...(error && { error }) })
    }
    const ready = earlier
      .then(() => journal.open())
      .catch((failure: unknown) => {
        error = new ConnectionError('StoreUnavailable', '', failure)
      })
      .then(() => {
        if (session !== begun) return
        outbox.restore()
        log(2, 'store', 'opened', () => ({ ms: clock.now() - started, conversations: history.conversations().length }))
        tell()
        inbox.start()
      })
    const begun: Session = { user, journal, history, outbox, inbox, ready, tell }
    return begun
  }

  const close = () => {
    cancelSync()
    if (!session) return
    const { journal, outbox, inbox } = session
    session = undefined
    subscribed = false
    outbox.close()
    inbox.close()
    groups.enter(undefined)
    earlier = journal.idle()
  }

  /** The session of now, once its store is open. */
  const opened = (): Promise<Session> => {
    const now = session
    if (!now) return Promise.reject(new ConnectionError('NotConnected', 'call open() first'))
    return now.ready.then(() => {
      if (now !== session) throw new ConnectionError('ConnectionClosed')
      return now
    })
  }

  /** Marks the end of what waited on the server: our own message to ourselves, behind all of it. */
  const mark = ({ user, inbox }: Session) => {
    const id = newId(clock.now(), deps.random)
    inbox.syncing(id)
    const over = () => inbox.ended(id)
    link.publish(`${org}/${app}/u/${user}/${user}`, encode({ id, type: 'sync', time: clock.now() }), (error) => {
      if (error) over()
      // A server that swallows it must not keep the app waiting.
      else cancelSync = clock.schedule(over, syncPatience)
    })
  }

  const notice = (json: string | undefined) => {
    let said: unknown
    try {
      said = JSON.parse(json ?? '')
    } catch {
      return
    }
    if (!isMap(said)) return
    const { type, group, by } = said
    const operation = operations.get(type as string)
    if (!operation || typeof group !== 'string') return
    groups.notice(operation, group)
    deps.emit('onGroupEvent', { operation, id: group, ...(typeof by === 'string' && { from: by }) })
  }

  const item = ({ key, unread, last }: ReturnType<History['conversations']>[number]): ConversationItem => ({
    conversationId: key.slice(2),
    conversationType: key.startsWith('g') ? 'groupChat' : 'singleChat',
    unReadCount: unread,
    lastMessage: last,
  })

  const list = () => opened().then(({ history }) => ({ data: history.conversations().map(item) }))

  const remove = (key: string) =>
    opened().then(({ history, journal, outbox }) => {
      const stamp = newId(clock.now(), deps.random)
      outbox.cancelAll(key)
      const gone = (row: readonly unknown[]) => {
        if (row[0] === 'm') {
          const { chatType, from, to } = row[1] as Outgoing
          return !key || key === keyOf(chatType, chatType === 'groupChat' || from === session?.user ? to : from)
        }
        return (row[0] === 's' || row[0] === 'u') && (!key || row[1] === key)
      }
      return journal.append(...history.ids(key), ['d', key, stamp]).then(() => journal.wipe(gone, stamp))
    })

  return {
    open: (user) => {
      const again = session
      if (again?.user === user) {
        void again.ready.then(() => again.tell())
        return
      }
      close()
      session = begin(user)
      groups.enter(user)
    },
    online: ({ resumed }) => {
      if (!session) return
      const { user, outbox } = session
      if (!subscribed) link.subscribe([`${org}/${app}/u/${user}/+`, `${org}/${app}/s/${user}`])
      if (!subscribed || !resumed) groups.sync()
      subscribed = true
      if (resumed) mark(session)
      outbox.online(true)
    },
    offline: () => {
      cancelSync()
      groups.pause()
      if (!session) return
      session.outbox.online(false)
      session.inbox.broken()
    },
    received: (topic, payload, ack) => {
      const [org1, app1, kind, target, from, more] = topic.split('/')
      if (!session || org1 !== org || app1 !== app || !target || more !== undefined) return false
      const mine = target === session.user
      if (kind === 's' && mine && from === undefined) {
        notice(textOf(payload))
        ack()
      } else if (from && (kind === 'g' || (kind === 'u' && mine)))
        session.inbox.push({
          chatType: mine && kind === 'u' ? 'singleChat' : 'groupChat',
          target,
          from,
          json: textOf(payload),
          ack,
        })
      else return false
      return true
    },
    close,

    send: (message, { onProgress } = {}) =>
      new Promise<SendResult>((resolve) => {
        if (!session) throw new ConnectionError('NotConnected', 'call open() first')
        const ready = prepare(deps, session.user, message)
        resolve(
          opened().then(({ history, journal, outbox, user }) => {
            if (ready.type === 'read') return outbox.confirm(ready as Outgoing & { ids: string[] })
            const key = keyOf(ready.chatType, ready.to)
            if (ready.type === 'channel') void journal.append(['u', key, 0])
            const before = history.find(key, user, ready.id)
            if (before && before.status !== 'failed' && before.status !== 'sending')
              throw new ConnectionError('InvalidMessage', 'id: sent already')
            return outbox.add(ready, onProgress)
          }),
        )
      }),
    cancelMessage: (id) => !!session?.outbox.cancel(id),
    downloadRequest: (url) => {
      const at = url.lastIndexOf('/')
      const ours = link.apiUrl() && url.slice(0, at) === baseOf(deps) + '/chatfiles' && isId(url.slice(at + 1))
      return { url, header: ours ? authorization(deps) : {} }
    },

    getLocalConversations: list,
    getLocalConversation: (conversation) =>
      opened().then(({ history }) => {
        const found = history.conversations().find(({ key }) => key === keyOfRef(conversation))
        return { data: found && item(found) }
      }),
    getHistoryMessages: ({ targetId, chatType = 'singleChat', cursor, pageSize = 20, searchDirection }) =>
      opened().then(({ history }) =>
        history.page(
          keyOf(chatType, targetId),
          cursor && cursor !== -1 ? String(cursor) : '',
          Math.max(1, Math.min(maxPage, pageSize)),
          searchDirection === 'down',
        ),
      ),
    clearConversationUnreadCount: (conversation) =>
      opened().then(({ journal }) => journal.append(['u', keyOfRef(conversation), 0])),
    removeLocalConversation: (conversation) => remove(keyOfRef(conversation)),
    deleteAllMessagesAndConversations: () => remove(''),

    ...groups.calls,
  }
}
