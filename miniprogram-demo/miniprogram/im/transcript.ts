// The messages of one conversation, as far back as somebody has scrolled: read from the SDK's history, in the one order.
// Readings take turns, and a change far back is read as far back as it is.
import type { HistoryPage, StoredMessage } from 'miniprogram-im'
import { conn } from './client'
import { inOrder } from './order'
import type { Talk } from './talk'

const PAGE = 50

/** What lies before the oldest message that was read: `unreachable` may be more, which cannot be asked for now. */
export type Beginning = 'more' | 'unreachable' | 'end'

export interface Transcript {
  readonly messages: () => readonly StoredMessage[]
  /** What was said may have changed for these ids; read with the next `refresh`. */
  changed(ids: readonly string[]): void
  /** Resolves when what was true at the call is in `messages`; with how many came from others. */
  refresh(): Promise<number>
  /** One page further back; false when there is none. */
  older(): Promise<boolean>
  readonly beginning: () => Beginning
  /** One was deleted on this phone. */
  drop(id: string): void
}

export function createTranscript({ peer, chatType }: Talk, me: string): Transcript {
  let messages: readonly StoredMessage[] = []
  let stale: string[] = []
  let cursor = ''
  let beginning: Beginning = 'more'
  let turn: Promise<unknown> = Promise.resolve()

  const inTurn = <Result>(read: () => Promise<Result>): Promise<Result> => {
    const result = turn.then(read)
    turn = result.catch(() => undefined)
    return result
  }

  const page = (from: string) => conn().getHistoryMessages({ targetId: peer, chatType, cursor: from, pageSize: PAGE })

  /** Where the phone's own history ends and the archive does not answer, asking on in a loop would be in vain. */
  const beyond = ({ isLast, error, messages: { length } }: HistoryPage): Beginning => {
    if (isLast) return 'end'
    return error && length < PAGE ? 'unreachable' : 'more'
  }

  function take(read: readonly StoredMessage[]): void {
    const ids = new Set(read.map(({ id }) => id))
    messages = [...messages.filter(({ id }) => !ids.has(id)), ...read].sort(inOrder)
  }

  /** The newest page, and those before it: to what is known already, and as far as one of the changed may be. */
  async function newest() {
    const known = new Set(messages.map(({ id }) => id))
    const wanted = new Set(stale.filter((id) => known.has(id)))
    stale = []
    const read: StoredMessage[] = []
    let next = ''
    let joined = !known.size
    let before: Beginning
    do {
      const answer = await page(next)
      const { messages: found } = answer
      read.push(...found)
      found.forEach(({ id }) => {
        wanted.delete(id)
        joined ||= known.has(id)
      })
      before = beyond(answer)
      next = before === 'end' ? '' : answer.cursor
    } while (before === 'more' && (wanted.size || !joined))
    // With nothing older in the list, the next page begins where these end.
    if (!messages.some(({ id }) => !read.some((one) => one.id === id))) {
      cursor = next
      beginning = before
    }
    take(read)
    return read.filter(({ id, from }) => !known.has(id) && from !== me).length
  }

  return {
    messages: () => messages,
    changed: (ids) => void stale.push(...ids),
    refresh: () => inTurn(newest),
    older: () =>
      inTurn(async () => {
        if (!cursor) return false
        const answer = await page(cursor)
        beginning = beyond(answer)
        cursor = beginning === 'end' ? '' : answer.cursor
        take(answer.messages)
        return true
      }),
    beginning: () => beginning,
    drop: (id) => {
      messages = messages.filter((message) => message.id !== id)
    },
  }
}
