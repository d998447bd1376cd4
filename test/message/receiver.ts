// A phone that receives, and hands to deliver to it: what the tests of receiving and of receipts share.
import { Phone, type App, type PhoneOptions } from './phone'
import { newClock, Server } from './server'

export const world = (options: PhoneOptions = {}) => {
  const clock = newClock()
  const server = new Server(clock)
  const phone = new Phone('alice', server, options)
  server.mailbox('bob').filters.add('acme/chat/u/bob/+')
  let count = 0
  const deliver = (fields: object, from = 'bob', topic = `u/alice/${from}`) =>
    server.publish(
      `acme/chat/${topic}`,
      JSON.stringify({ id: `n${++count}`, type: 'txt', time: 1, body: { msg: `${count}` }, ...fields }),
    )
  /** What came out of alice's phone to bob, without what ends the offline messages. */
  const answers = () =>
    server.mailbox('bob').queue.map(({ payload }) => JSON.parse(payload) as { type: string; body: { ids?: string[] } })
  return { clock, server, phone, app: phone.launch(), deliver, answers }
}
export const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `${from + i}`)
export const last = (app: App) => app.told[app.told.length - 1]
