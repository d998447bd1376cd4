// What a phone keeps of a conversation, read page by page as an app reads it.
import type * as Sdk from '../../../src/index'

/** Oldest first. `key`: `u/bob` or `g/g1`. */
export async function historyOf(conn: Sdk.Connection, key: string): Promise<Sdk.StoredMessage[]> {
  const all: Sdk.StoredMessage[] = []
  const chatType = key.startsWith('g') ? 'groupChat' : 'singleChat'
  for (let cursor = ''; ;) {
    const page = await conn.getHistoryMessages({
      targetId: key.slice(2),
      chatType,
      cursor,
      pageSize: 50,
      searchDirection: 'down',
    })
    all.push(...page.messages)
    if (page.isLast) return all
    cursor = page.cursor
  }
}

export const textsOf = (messages: readonly Sdk.StoredMessage[]): string[] =>
  messages.map((message) => (message.type === 'txt' ? message.msg : `a ${message.type}`))
