// A new kind of message is one row: everything else follows from it. And what is on the wire follows from the rows.
import { isText } from '../../src/messages/fields'
import { kinds, type Kind } from '../../src/messages/kinds'
import { encode } from '../../src/messages/payload'
import type { NewMessage } from '../../src/messages/types'
import { isForUser } from '../../src/runtime/waiting'
import { world } from './receiver'

/** With one kind more while `use` runs. */
const having = async (type: string, kind: Kind, use: () => Promise<void>) => {
  const all = kinds as Map<string, Kind>
  all.set(type, kind)
  await use().finally(() => all.delete(type))
}
// A release that has the kind has its event in `MessageEvents`.
const onSticker = 'onStickerMessage' as NonNullable<Kind['event']>
const sticker = (fields: object) => ({ type: 'sticker', to: 'bob', ...fields }) as unknown as NewMessage

test('a kind that was added is checked, sent, received once, kept, counted and confirmed', () =>
  having('sticker', { event: onSticker, stored: true, fields: [['pack', isText, true]] }, async () => {
    const { clock, app, phone, server, deliver, answers } = world({ delivery: true })
    app.connect()
    await clock.advance(10)
    await expect(app.messaging.send(sticker({ pack: 7 }))).rejects.toMatchObject({ code: 35101, detail: 'pack' })
    void app.messaging.send(sticker({ pack: 'cats', mood: 'of no field' }))
    deliver({ type: 'sticker', id: 's1', body: { pack: 'dogs' } })
    deliver({ type: 'sticker', id: 's1', body: { pack: 'dogs' } })
    await clock.advance(100)
    expect(server.taken.map(({ payload }) => JSON.parse(payload) as unknown)).toContainEqual(
      expect.objectContaining({ type: 'sticker', body: { pack: 'cats' } }),
    )
    expect(app.events().filter((event) => event === onSticker)).toEqual([onSticker])
    expect(answers()).toContainEqual(
      expect.objectContaining({ type: 'delivery', control: true, body: { ids: ['s1'] } }),
    )
    phone.kill()
    const { messaging } = phone.launch()
    await clock.advance(10)
    const { data } = await messaging.getLocalConversations()
    expect(data).toMatchObject([{ unReadCount: 1, lastMessage: { type: 'sticker', pack: 'dogs', status: 'received' } }])
  }))

test('a control kind that was added is handled once and moves the history on, without a message to show', () =>
  having(
    'seen',
    {
      event: onSticker,
      fields: [],
      about: ({ id, from }) => [{ id, from }],
      arrives: (_, key) => [['s', key, 5, 0]],
      leaves: (_, key) => [['u', key, 0]],
    },
    async () => {
      const { clock, app, deliver, server } = world()
      app.connect()
      await clock.advance(10)
      void app.messaging.send({ type: 'txt', to: 'bob', msg: 'hello' })
      await clock.advance(100)
      deliver({})
      await clock.advance(100)
      void app.messaging.send({ ...sticker({}), type: 'seen' } as unknown as NewMessage)
      deliver({ type: 'seen', id: 's1', control: true, body: {} })
      deliver({ type: 'seen', id: 's1', control: true, body: {} })
      await clock.advance(100)
      expect(JSON.parse(server.taken.slice(-3)[0]!.payload)).toMatchObject({ type: 'seen', control: true, body: {} })
      expect(app.told.filter(({ event }) => event === onSticker)).toEqual([
        { event: onSticker, payload: { id: 's1', from: 'bob' } },
      ])
      const { data } = await app.messaging.getLocalConversations()
      expect(data).toMatchObject([{ unReadCount: 0, lastMessage: { msg: '1', status: 'read' } }])
      const { messages } = await app.messaging.getHistoryMessages({ targetId: 'bob' })
      expect(messages.map(({ status }) => status)).toEqual(['read', 'read'])
    },
  ))

test('what is not kept in the history is marked as control, and is nothing that waits for the user before the part is there', () => {
  const counted = (payload: string) =>
    isForUser({ box: 'u', to: 'alice', from: 'bob', ack: () => undefined, payload: Buffer.from(payload) })
  for (const [type, { stored }] of kinds) {
    const payload = encode({ id: 'a', type, time: 1 })
    expect([type, JSON.parse(payload)]).toEqual([type, expect.objectContaining(stored ? {} : { control: true })])
    expect([type, counted(payload)]).toEqual([type, stored ?? false])
    // Those of before the mark are known without it.
    const old = /^(delivery|read|channel|sync|cmd)$/.test(type)
    expect([type, counted(payload.replace('"control":true,', ''))]).toEqual([type, stored ?? !old])
  }
})
