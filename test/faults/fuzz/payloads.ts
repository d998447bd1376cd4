// Message payloads and notices: whatever one client sends another. The link must not notice, the app gets messages or nothing.
import { generate } from 'mqtt-packet'
import type { Chance } from '../random'
import type { Target } from './fuzz'
import { hostile, mutateJson, mutateText } from './mutate'
import { createWorld } from './world'

const bodies: Readonly<Record<string, object>> = {
  txt: { msg: 'hello 世界' },
  custom: { customEvent: 'poke', customExts: { a: 1, b: [1, 2, { c: null }] } },
  cmd: { action: 'typing' },
  img: {
    url: 'https://im.example.com/a.png',
    filename: 'a.png',
    file_length: 10,
    width: 1,
    height: 2,
    thumb: 'https://x.y/z',
  },
  file: { url: 'cloud://a/b', filename: 'b.pdf', filetype: 'pdf', file_length: 3 },
  loc: { lat: 31.2, lng: 121.5, addr: '上海', buildingName: 'A' },
  delivery: { ids: ['mark-1', 'x'] },
  read: { ids: ['mark-1'] },
  channel: {},
  sync: {},
  unheardOf: { anything: true },
}

export function payloadOf(chance: Chance): string {
  const type = chance.one(Object.keys(bodies))
  const message = { id: `f${chance.below(1e9)}`, type, time: 1.7e12, body: bodies[type], ext: { level: 1 } }
  return chance.yes(0.95) ? mutateJson(chance, message) : JSON.stringify(hostile(chance))
}
export const noticeOf = (chance: Chance): string =>
  mutateJson(chance, {
    type: chance.one(['group.added', 'group.removed', 'group.deleted']),
    group: chance.one(['g1', 'g2']),
    groupname: 'G',
    by: 'bob',
  })

export const payloads: Target = {
  name: 'payloads',
  what: 'message payloads, receipts and group notices',
  async begin(beginning, file) {
    const world = createWorld(beginning, file)
    await world.well()
    return {
      async feed(chance) {
        const links = world.broker.links
        for (let n = chance.between(1, 20); n > 0; n--) {
          const notice = chance.yes(0.15)
          const from = chance.yes(0.9) ? 'bob' : mutateText(chance, 'bob').replace(/[+#/\0\ufffd]/g, '') || 'x'
          const topic = notice
            ? 'acme/chat/s/alice'
            : chance.one([`acme/chat/u/alice/${from}`, `acme/chat/g/g1/${from}`])
          const text = notice ? noticeOf(chance) : payloadOf(chance)
          const payload = chance.yes(0.9) ? Buffer.from(text) : Buffer.from(text, 'latin1')
          const messageId = 30_000 + chance.below(30_000)
          world.broker.sendRaw([
            ...generate(
              { cmd: 'publish', topic, payload, qos: 1, dup: false, retain: false, messageId },
              { protocolVersion: 5 },
            ),
          ])
        }
        await world.clock.advance(20)
        await world.well()
        if (world.broker.links !== links) throw new Error('a payload ended the link')
        await world.settled('getLocalConversations()', world.conn.getLocalConversations())
        await world.settled('getHistoryMessages()', world.conn.getHistoryMessages({ targetId: 'bob' }))
      },
      end: () => world.stop(),
    }
  },
}
