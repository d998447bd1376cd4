// Where a history goes on behind the phone's own: pages of the app's server, or of our server's archive, merged into one list.
//
// Two lists are read side by side, the phone's and the archive's. What both have joins them: whatever the phone has before it
// comes first. What only one has is placed by its time. So the list is the same however it is cut into pages, and wherever
// the phone has holes. Nothing of the archive is kept on the phone.
import { ConnectionError } from '../part'
import { delayAfter, isDefinite } from '../rest/again'
import { rest } from '../rest/rest'
import { isName } from '../text/form'
import type { MessagesHost } from './contract'
import { isId, must, type Fields } from './fields'
import { isVisible, stored, type History } from './history'
import { kindOf } from './kinds'
import { recalledType, tombstone } from './message'
import { decode } from './payload'
import { failed, recalled, received, sent } from './status'
import type { ArchivePage, HistoryPage, HistoryProvider, HistoryQuery, StoredMessage } from './types'

/** Messages that the archive is asked for at once; and the times in one page of the app. */
const batch = 50
const maxAsked = 10
/** Ids that a walk remembers, and messages that it holds. */
const maxSeen = 5000
const maxHeld = 200
const patience = 10_000
const pace = { base: 1000, cap: 60_000 }
/** Milliseconds between two empty pages that are not the last: an app that asks until the last one must not spin. */
const emptyPause = 500

/** One place in the archive; without a message where it is none for the history. */
interface Entry {
  readonly place: string
  readonly message: StoredMessage | undefined
}

/** What was read of the archive in one direction, behind `start`. */
interface Walk {
  readonly key: string
  readonly down: boolean
  start: string
  entries: Entry[]
  readonly seen: Set<string>
  ended: boolean
}

export interface Archive {
  page(key: string, cursor: string, size: number, down: boolean): Promise<HistoryPage>
  /** The user removes these conversations from this phone: what was said so far does not come back. */
  forget(keys: readonly string[]): void
  /** The link is there, or gone. */
  online(online: boolean): void
  close(): void
}

/** Conversations of which it is remembered where the user removed them. */
const maxForgotten = 200

/** The archive of the embedded server (docs/rest.md). */
const ofServer =
  ({ settings: { restBase }, platform: { http }, token }: MessagesHost): HistoryProvider =>
  ({ targetId, chatType, searchDirection, pageSize, cursor }) => {
    const asked = { targetId, chatType, searchDirection, pageSize, ...cursor } as Record<string, unknown>
    const search = ['targetId', 'chatType', 'searchDirection', 'pageSize', 'id', 'from']
      .filter((name) => asked[name] !== undefined)
      .map((name) => `${name}=${encodeURIComponent(String(asked[name]))}`)
      .join('&')
    return rest(http, { method: 'GET', url: `${restBase}/messages?${search}`, token: token(), timeout: patience }).then(
      ({ data }) => data as ArchivePage,
    )
  }

export const createArchive = (host: MessagesHost, user: string, history: History): Archive | undefined => {
  const { clock, log, options, platform } = host
  const given = options.historyProvider
  if (!given) return undefined
  const provider = given === 'server' ? ofServer(host) : given
  let walk: Walk | undefined
  let turn: Promise<unknown> = Promise.resolve()
  let connected = false
  let closed = false
  let failures = 0
  let notBefore = 0
  let last: ConnectionError
  let emptyAt = -Infinity
  let giveUp = (): void => undefined
  /** What is wrong in the archive, told once. */
  const wrongs = new Set<string | false>()
  /** The conversations that the archive will not give, for as long as this link is there. */
  let refused = new Map<string, ConnectionError>()

  const { storage } = platform
  const forgottenKey = `im/forgotten/${host.settings.root}/${user}`
  /** The newest messages there were, on the phone and in the archive, by conversation. */
  const forgotten = (): Record<string, string[]> => {
    try {
      return Object(JSON.parse(storage.get(forgottenKey) ?? '')) as Record<string, string[]>
    } catch {
      return {}
    }
  }

  const fail = (why: string, cause?: unknown) => new ConnectionError('RestFailed', `historyProvider: ${why}`, cause)

  /** The provider's word, or that there is none in time. */
  const ask = (query: HistoryQuery) =>
    new Promise<ArchivePage>((resolve, reject) => {
      const cancel = clock.schedule(() => reject(fail(`no answer in ${patience / 1000} s`)), patience)
      giveUp = () => {
        cancel()
        reject(new ConnectionError('ConnectionClosed'))
      }
      const done =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          cancel()
          settle(value)
        }
      try {
        Promise.resolve(provider(query)).then(done(resolve), done(reject))
      } catch (error) {
        done(reject)(error)
      }
    })

  /** `undefined`: it has no place. */
  const entryOf = (value: unknown, key: string): Entry | undefined => {
    const { from, id, type, time: sentAt } = Object(value) as Fields
    const peer = key.slice(2)
    const single = key.startsWith('u')
    const place = isName(from) && isId(id) && `${from}/${id}`
    try {
      must(isName(from) && isId(id) && place, 'id, from')
      must(!single || from === user || from === peer, 'from')
      const to = single && from !== user ? user : peer
      const head = { chatType: single ? 'singleChat' : 'groupChat', from, to } as const
      const time = typeof sentAt === 'number' ? sentAt : platform.clock.now()
      if (type === recalledType)
        return { place, message: stored({ message: tombstone({ id, type: '', time, ...head }), status: recalled }) }
      const message = decode(JSON.stringify(value), time, head)
      return {
        place,
        message:
          message && kindOf(message).stored ? stored({ message, status: from === user ? sent : received }) : undefined,
      }
    } catch (wrong) {
      if (!wrongs.has(place)) {
        wrongs.add(place)
        log(3, 'message', 'invalid', () => ({ from: place || '', wrong }))
        host.failed(
          new ConnectionError(
            'InvalidMessage',
            `in the archive, ${place || 'a message'}: ${(wrong as Error).message}`,
            wrong,
          ),
        )
      }
      return place ? { place, message: undefined } : undefined
    }
  }

  /** Reads on; rejects with why that is not possible now. */
  const readOn = (on: Walk): Promise<void> => {
    const { key, down, entries, seen } = on
    const end = entries[entries.length - 1]
    const place = end ? end.place : on.start
    const [from, id] = place.split('/') as [string, string]
    const why = refused.get(key) ?? (connected ? clock.now() < notBefore && last : new ConnectionError('NotConnected'))
    if (why) return Promise.reject(why)
    return ask({
      user,
      targetId: key.slice(2),
      chatType: key.startsWith('u') ? 'singleChat' : 'groupChat',
      searchDirection: down ? 'down' : 'up',
      pageSize: batch,
      ...(place && { cursor: { id, from } }),
    })
      .then((page) => {
        const { messages, isLast } = Object(page) as Partial<ArchivePage>
        if (!Array.isArray(messages) || typeof isLast !== 'boolean') throw fail('no { messages, isLast }')
        let fresh = messages
          .slice(0, batch)
          .map((each) => entryOf(each, key))
          .filter((entry): entry is Entry => !!entry)
        // Behind which one it could go on, is not known.
        if (messages.length && !fresh.length) throw fail('no message with id, from')
        const removed = down ? [] : (forgotten()[key] ?? [])
        const stop = fresh.findIndex(({ place }) => removed.indexOf(place) >= 0)
        const isEnd = isLast || stop >= 0
        if (stop >= 0) fresh = fresh.slice(0, stop)
        fresh = fresh.filter((entry) => !seen.has(entry.place) && seen.add(entry.place))
        if (!fresh.length && !isEnd) throw fail('nothing new, and not the last page; is it in order?')
        entries.push(...fresh)
        seen.forEach((known) => {
          if (seen.size > maxSeen) seen.delete(known)
        })
        on.ended = isEnd && (stop >= 0 || messages.length <= batch)
        failures = 0
      })
      .catch((error: unknown) => {
        const failure =
          error instanceof ConnectionError
            ? error
            : fail(String((Object(error) as Partial<Error>).message ?? error), error)
        if (closed) throw failure
        log(3, 'rest', 'failed', () => ({ what: 'historyProvider', name: failure.name, detail: failure.detail }))
        last = failure
        if (isDefinite(failure)) refused.set(key, failure)
        else notBefore = clock.now() + delayAfter(failure, ++failures, platform.random(), pace)!
        throw failure
      })
  }

  const pageOf = (key: string, cursor: string, size: number, down: boolean): Promise<HistoryPage> => {
    let [own = '', far = ''] = cursor.split('~')
    const messages: StoredMessage[] = []
    let asked = 0
    const until = clock.now() + patience
    if (closed) throw new ConnectionError('ConnectionClosed')
    let error: ConnectionError | undefined
    const known = (one: Walk) =>
      one.key === key && one.down === down && (far === one.start || one.entries.some(({ place }) => place === far))
    if (down && !far) far = (forgotten()[key] ?? []).slice(-1)[0] ?? ''
    // From the newest on it is read once for each link: what came since then is on the phone.
    if (!walk || !known(walk)) walk = { key, down, start: far, entries: [], seen: new Set([far]), ended: false }
    const here = walk

    const answer = (isLast: boolean): HistoryPage => ({
      messages,
      cursor: `${own}~${far}`,
      isLast,
      ...(error && { error }),
    })

    /** From what is known at this moment: messages may have come while the archive was asked. */
    const fill = (): HistoryPage | Promise<HistoryPage> => {
      const items = history.items(key)
      if (!down) items.reverse()
      const at = new Map(items.map(([place], index) => [place, index] as const))
      // What the cursor named was evicted: so was everything older.
      let next = own ? (at.get(own) ?? (down ? -1 : items.length)) + 1 : 0
      let ahead = far === here.start ? 0 : here.entries.findIndex(({ place }) => place === far) + 1
      for (;;) {
        const mine = items[next]
        const theirs = here.entries[ahead]
        if (!theirs && !here.ended && !error && messages.length < size) {
          if (asked++ === maxAsked || clock.now() >= until) return answer(false)
          return readOn(here).then(fill, (failure: ConnectionError) => {
            if (closed) throw failure
            error = failure
            return fill()
          })
        }
        const unread = !here.ended && !refused.has(key)
        if (messages.length >= size || (!mine && !theirs)) return answer(!mine && !theirs && !unread)
        const joint = theirs && at.get(theirs.place)
        const order = theirs?.message && mine ? theirs.message.time - mine[1].message.time : 0
        if (
          theirs &&
          (joint === undefined ? !theirs.message || !mine || (down ? order < 0 : order >= 0) : joint <= next)
        ) {
          far = theirs.place
          ahead++
          if (joint === undefined && theirs.message && !history.hidden(key, theirs.place)) messages.push(theirs.message)
          if (joint !== next) continue
        }
        // Taken back while this phone was away for too long to hear of it.
        const there = joint === next ? theirs?.message : undefined
        if (isVisible(mine![1])) messages.push(there?.type === recalledType ? there : stored(mine![1]))
        own = mine![0]
        next++
      }
    }

    return Promise.resolve(fill()).then((page) => {
      // What lies far behind is asked for again if it is wanted.
      if (here.entries.length > maxHeld) here.start = here.entries.splice(0, here.entries.length - batch).pop()!.place
      const wait = messages.length || page.isLast ? 0 : emptyAt + emptyPause - clock.now()
      if (!messages.length) emptyAt = clock.now() + Math.max(0, wait)
      return wait > 0
        ? new Promise((resolve) => {
            clock.schedule(() => resolve(page), wait)
          })
        : page
    })
  }

  return {
    page: (...wanted) => {
      const page = turn.then(() => pageOf(...wanted))
      turn = page.catch(() => undefined)
      return page
    },
    forget: (keys) => {
      const before = forgotten()
      const all = Object.keys(before).filter((key) => keys.indexOf(key) < 0)
      const places = { ...before }
      keys.forEach((key) => {
        const said = history.items(key).filter(([, { status }]) => status === received || status > failed)
        const read = walk?.key === key ? walk.entries : []
        const newest = [said[said.length - 1]?.[0], read[walk?.down ? read.length - 1 : 0]?.place].filter(Boolean)
        if (newest.length) places[key] = newest as string[]
        if (places[key]) all.push(key)
      })
      const left: Record<string, string[]> = {}
      all.slice(-maxForgotten).forEach((key) => (left[key] = places[key]!))
      storage.set(forgottenKey, JSON.stringify(left))
      walk = undefined
    },
    online: (online) => {
      connected = online
      notBefore = 0
      refused = new Map()
      walk = undefined
    },
    close: () => {
      closed = true
      giveUp()
    },
  }
}
