// A phone whose history goes on in an archive: the archive is a list, and answers as a server of an app would, or as the test wishes.
import type { ArchivedMessage, HistoryProvider, HistoryQuery, StoredMessage } from '../../src/messages/types'
import { texts, world } from './reader'

/** A text of bob's, as it went over the wire; its number is its id, its time and what it says. */
export const text = (n: number, from = 'bob', time = n): ArchivedMessage => ({
  from,
  id: `n${n}`,
  type: 'txt',
  time,
  body: { msg: `${n}` },
})

/** Answers out of a list, oldest first, as docs/archive.md asks for. */
export const answers =
  (kept: () => readonly ArchivedMessage[]): HistoryProvider =>
  ({ cursor, searchDirection, pageSize }: HistoryQuery) => {
    const down = searchDirection === 'down'
    const list = down ? [...kept()] : [...kept()].reverse()
    const at = cursor ? list.findIndex(({ id, from }) => id === cursor.id && from === cursor.from) : -1
    if (cursor && at < 0 && !down) return Promise.resolve({ messages: [], isLast: true })
    const messages = list.slice(at + 1, at + 1 + pageSize)
    return Promise.resolve({ messages, isLast: at + 1 + pageSize >= list.length })
  }

export const archiveWorld = (provider?: HistoryProvider) => {
  const kept: ArchivedMessage[] = []
  const asked: HistoryQuery[] = []
  const usual = answers(() => kept)
  const it = { answer: provider ?? usual }
  const made = world({
    historyProvider: (query) => {
      asked.push(query)
      return it.answer(query)
    },
  })
  const { clock, server, app } = made
  /** It goes through the server to the phone, and into the archive. */
  const say = (n: number, { archived = true, time = n } = {}) => {
    const { from, ...payload } = text(n, 'bob', time)
    if (archived) kept.push(text(n, from, time))
    server.publish(`acme/chat/u/alice/${from}`, JSON.stringify(payload))
  }
  /** What a call resolves with, however long the phone's clock has to run for it. */
  const within = async <T>(call: Promise<T>, ms = 20_000): Promise<T> => {
    const state = { over: false }
    const done = call.finally(() => (state.over = true))
    done.catch(() => undefined)
    for (let spent = 0; !state.over && spent < ms; spent += 50) await clock.advance(50)
    return done
  }
  const page = (cursor = '', pageSize = 20, searchDirection: 'up' | 'down' = 'up', by = app) =>
    within(by.messaging.getHistoryMessages({ targetId: 'bob', cursor, pageSize, searchDirection }))
  /** Every page, one after the other, until the last. */
  const read = async (pageSize = 20, searchDirection: 'up' | 'down' = 'up', by = app): Promise<string[]> => {
    const found: StoredMessage[] = []
    for (let cursor = ''; ;) {
      const { messages, cursor: next, isLast, error } = await page(cursor, pageSize, searchDirection, by)
      if (error) throw error
      found.push(...messages)
      if (isLast) return texts(found)
      cursor = next
    }
  }
  return Object.assign(it, made, { kept, asked, usual, say, within, page, read })
}
