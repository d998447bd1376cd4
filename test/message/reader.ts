// A phone with a history, and eyes to read it: what the tests of the history and of its files share.
import type { ConversationItem, StoredMessage } from '../../src/messages/types'
import { Phone, type App, type PhoneOptions } from './phone'
import { newClock, Server } from './server'

export const world = (options: PhoneOptions = {}) => {
  const clock = newClock()
  const server = new Server(clock)
  const phone = new Phone('alice', server, options)
  let count = 0
  const deliver = (msg: string, from = 'bob') =>
    server.publish(
      `acme/chat/u/alice/${from}`,
      JSON.stringify({ id: `n${++count}`, type: 'txt', time: 1, body: { msg } }),
    )
  const restart = () => {
    phone.kill()
    return phone.launch()
  }
  return { clock, server, phone, app: phone.launch(), deliver, restart }
}
export const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `${from + i}`)
export const texts = (messages: StoredMessage[]) =>
  messages.map((message) => (message.type === 'txt' ? message.msg : '?'))
export const all = async (app: App, targetId = 'bob') => {
  const found: StoredMessage[] = []
  for (let cursor = ''; ;) {
    const page = await app.messaging.getHistoryMessages({ targetId, cursor, pageSize: 50, searchDirection: 'down' })
    found.push(...page.messages)
    if (page.isLast) return found
    cursor = page.cursor
  }
}
export const list = ({ conversationId, unReadCount, lastMessage }: ConversationItem) =>
  `${conversationId} ${unReadCount} ${texts([lastMessage!])[0]!}`
export const conversations = async (app: App) => (await app.messaging.getLocalConversations()).data.map(list)
