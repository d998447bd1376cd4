// The same ledger over the real stack: the shipped file in simulated phones, MQTT over sockets, a broker that crashes.
import { join } from 'node:path'
import { createPhone, type Phone } from '../../simulator/core/phone'
import { createMemoryHttp } from '../../simulator/links/memory-http'
import { createMemoryNetwork } from '../../simulator/links/memory-link'
import { boot } from '../../simulator/node/boot'
import { virtualClock } from '../../simulator/node/clocks'
import type * as Sdk from '../../src/index'
import { createMemoryBroker } from '../fakes/memory-broker'
import { seeded } from '../fakes/seeded'
import { historyOf } from '../faults/soak/history'

/** SDK_FILE: another build to test. SEED: another storm. */
const SHIPPED = process.env.SDK_FILE ?? join(__dirname, '../../miniprogram_dist/index.js')

interface Party {
  readonly user: string
  readonly phone: Phone
  readonly handled: string[]
  /** By conversation: what was sent, in order. */
  readonly sent: Map<string, string[]>
  conn: Sdk.Connection | undefined
}

const storm = async (seed: number, users: readonly string[], messages: number) => {
  const random = seeded(seed)
  const chance = (share: number) => random() < share
  const clock = virtualClock()
  const network = createMemoryNetwork({ clock })
  const broker = createMemoryBroker({ network, clock, properties: { receiveMaximum: 20 } })
  const acknowledged = new Set<string>()
  const refused: string[] = []

  const parties = users.map((user, n): Party => {
    const phone = createPhone({
      clock,
      link: network,
      http: createMemoryHttp({ clock }),
      random: seeded(seed * 10 + n),
      name: user,
    })
    const party: Party = { user, phone, handled: [], sent: new Map(), conn: undefined }
    const start = (load: (id: string) => unknown) => {
      const { Connection } = load('miniprogram-im') as typeof Sdk
      const conn = new Connection({
        appKey: 'acme#chat',
        url: broker.url,
        isHttpDNS: false,
        autoReconnectNumMax: Infinity,
        historyMaxBytes: 32 << 20,
        outboxMaxBytes: 4 << 20,
        outboxMaxCount: 20_000,
        delivery: true,
      })
      party.conn = conn
      conn.on('onTextMessage', ({ msg }) => party.handled.push(msg))
      conn.on('onReceivedMessage', ({ id }) => acknowledged.add(id))
      conn.on('onMessageFailed', ({ id, error }) => refused.push(`${id}: ${error.message}`))
      conn.open({ user, accessToken: 'good', timeout: 0 }).catch((error: unknown) => refused.push(String(error)))
    }
    boot(phone, { file: SHIPPED, name: 'miniprogram-im', app: start })
    return party
  })
  await clock.advance(3000)

  let count = 0
  const write = ({ user, conn, sent }: Party) => {
    const group = users.length > 2 && chance(0.5)
    const others = users.filter((other) => other !== user)
    const to = group ? 'g1' : others[Math.floor(random() * others.length)]!
    const key = (group ? 'g/' : 'u/') + to
    const msg = `${user}>${key} ${count++}`
    const list = sent.get(key) ?? []
    sent.set(key, list)
    list.push(msg)
    conn!
      .send({ type: 'txt', to, msg, id: msg.replace(/[^\w.-]/g, '-'), chatType: group ? 'groupChat' : 'singleChat' })
      .catch(() => undefined)
  }
  // Without a REST server nobody tells a client of its groups: the app subscribes by itself.
  const joinGroup = () =>
    parties.forEach(({ conn }) => void conn?.subscribe(['acme/chat/g/g1/+']).catch(() => undefined))
  if (users.length > 2) joinGroup()
  await clock.advance(1000)

  while (count < messages) {
    for (const party of parties) {
      const { phone } = party
      if (phone.state === 'front') for (let n = Math.floor(random() * 20); n > 0; n--) write(party)
      if (chance(0.02)) phone.network.set(chance(0.5) ? 'none' : '4g')
      else if (chance(0.3)) phone.network.set('wifi')
      if (chance(0.03)) phone.network.cutSilently()
      if (chance(0.02)) phone.hide()
      else if (chance(0.5) && phone.state !== 'front') phone.show()
      if (chance(0.03)) {
        phone.kill()
        phone.show()
      }
    }
    if (chance(0.03)) {
      broker.crash()
      await clock.advance(random() * 3000)
      broker.restart()
    }
    await clock.advance(random() * 400)
  }

  // The storm is over: all phones in front, with a network, and everything that is still on its way arrives.
  for (const { phone } of parties) {
    phone.network.set('wifi')
    phone.kill()
    phone.show()
  }
  const quiet = () => [...broker.sessions.values()].every(({ waiting }) => waiting === 0)
  let before = -1
  for (let calm = 0, rounds = 0; calm < 10 && rounds < 300; rounds++) {
    await clock.advance(3000)
    calm = quiet() && broker.taken.length === before ? calm + 1 : 0
    before = broker.taken.length
  }
  expect(refused).toEqual([])
  expect(broker.violations).toEqual([])
  for (const sender of parties)
    for (const [key, list] of sender.sent) {
      const due = list.filter((msg) => acknowledged.has(msg.replace(/[^\w.-]/g, '-')))
      const own = await historyOf(sender.conn!, key)
      expect(own.filter(({ status }) => status === 'sending')).toEqual([])
      for (const receiver of parties) {
        if (receiver === sender || (key.startsWith('u') && key !== `u/${receiver.user}`)) continue
        const all = await historyOf(receiver.conn!, key.startsWith('g') ? key : `u/${sender.user}`)
        const stored = all.filter(({ from }) => from === sender.user).map((one) => (one.type === 'txt' ? one.msg : ''))
        const got = new Set(stored)
        expect(due.filter((msg) => !got.has(msg))).toEqual([]) // none lost
        expect(stored).toEqual(list.filter((msg) => got.has(msg))) // none doubled, in order
        const handled = receiver.handled.filter((msg) => msg.startsWith(`${sender.user}>${key} `))
        const seen = new Set(handled)
        expect(handled).toEqual(list.filter((msg) => seen.has(msg)))
      }
    }
  parties.forEach(({ phone }) => phone.dispose())
  return { count, acknowledged: acknowledged.size }
}

test.each([
  ['two users', Number(process.env.SEED ?? 21), ['alice', 'bob']],
  ['three users and a group', Number(process.env.SEED ?? 22), ['alice', 'bob', 'carol']],
])(
  '%s over the real stack: 10,000 messages, none lost, none doubled, in order',
  async (_, seed, users) => {
    const { count, acknowledged } = await storm(seed, users, 10_000)
    expect(acknowledged).toBeGreaterThan(count * 0.9)
  },
  120_000,
)
