// Nothing acknowledged is lost, nothing arrives twice, order holds: checked against a ledger of everything that was
// sent, while links drop, apps are killed (also in the middle of a write), the server restarts and phones sleep.
import { Phone } from './phone'
import { seeded } from '../fakes/seeded'
import { newClock, Server } from './server'
import type { StoredMessage } from '../../src/messages/types'

interface Party {
  readonly phone: Phone
  /** Everything that its handlers got, over all its starts. */
  readonly handled: string[]
  /** By conversation: what was sent, in order. */
  readonly sent: Map<string, string[]>
}

interface Plan {
  readonly parties: readonly string[]
  readonly group?: string
  readonly messages: number
  /** Chances per step of 100 ms. */
  readonly drop: number
  readonly kill: number
  readonly restart: number
  readonly hide: number
}

const history = async (phone: Phone, key: string): Promise<StoredMessage[]> => {
  const { messaging } = phone.app!
  const all: StoredMessage[] = []
  for (let cursor = ''; ;) {
    const page = messaging.getHistoryMessages({
      targetId: key.slice(2),
      chatType: key.startsWith('g') ? 'groupChat' : 'singleChat',
      cursor,
      pageSize: 50,
      searchDirection: 'down',
    })
    const { messages, cursor: next, isLast } = await page
    all.push(...messages)
    if (isLast) return all
    cursor = next
  }
}

const run = async (seed: number, plan: Plan) => {
  const random = seeded(seed)
  const chance = (share: number) => random() < share
  const clock = newClock()
  const server = new Server(clock)
  server.latency = () => 1 + random() * 40
  if (plan.group) server.groups.set(plan.group, new Set(plan.parties))
  const acknowledged = new Set<string>()
  /** Nothing in a storm is a reason to refuse a message. */
  const refused: string[] = []
  const options = {
    delivery: true,
    historyMaxBytes: 64 << 20,
    outboxMaxBytes: 8 << 20,
    outboxMaxCount: 100_000,
    random,
  }
  const parties: Party[] = plan.parties.map((user) => ({
    phone: new Phone(user, server, { ...options, fileDelay: () => random() * (chance(0.1) ? 300 : 4) }),
    handled: [],
    sent: new Map(),
  }))
  const launch = ({ phone, handled }: Party) => {
    const app = phone.launch()
    app.onEvent = ({ event, payload }) => {
      if (event === 'onTextMessage') handled.push(payload.msg)
      if (event === 'onReceivedMessage') acknowledged.add(payload.id)
      if (event === 'onMessageFailed') refused.push(`${payload.id}: ${payload.error.message}`)
    }
    return app
  }
  let count = 0
  const write = ({ phone, sent }: Party) => {
    const others = plan.parties.filter((user) => user !== phone.user)
    const group = plan.group && chance(0.5)
    const to = group ? plan.group : others[Math.floor(random() * others.length)]!
    const key = (group ? 'g/' : 'u/') + to
    const msg = `${phone.user}>${key} ${count++}`
    const list = sent.get(key) ?? []
    sent.set(key, list)
    list.push(msg)
    // The id says what was sent, so that an acknowledgement after a restart can be booked.
    const id = msg.replace(/[^\w.-]/g, '-')
    phone.app!.messaging.send({ type: 'txt', to, msg, id, chatType: group ? 'groupChat' : 'singleChat' }).then(
      () => acknowledged.add(id),
      () => undefined, // close() came first: the outbox still has it
    )
  }

  for (const party of parties) {
    launch(party).connect()
    await clock.advance(100)
  }
  while (count < plan.messages) {
    for (const party of parties) {
      const { phone } = party
      if (!phone.app) launch(party)
      for (let n = Math.floor(random() * 14); n > 0; n--) write(party)
      if (chance(plan.drop)) phone.app!.drop()
      if (chance(plan.hide)) {
        phone.app!.drop()
        await clock.advance(random() * 6000)
      }
      if (chance(plan.kill)) phone.kill(random)
      else if (chance(plan.kill / 4)) {
        phone.app!.close()
        phone.app!.messaging.opened(phone.user)
      }
      if (phone.app && !phone.app.connected() && chance(0.7)) {
        if (chance(0.1)) phone.app.sessionLost()
        phone.app.connect()
      }
    }
    if (chance(plan.restart)) parties.forEach(({ phone }) => phone.app?.drop())
    await clock.advance(100 * random())
  }
  // The storm is over: everybody starts again, and everything that is still on its way arrives.
  for (const party of parties) {
    party.phone.kill(random)
    launch(party).connect()
  }
  const quiet = () => [...server.mailboxes.values()].every(({ queue }) => queue.length === 0)
  for (let calm = 0; calm < 20; calm = quiet() ? calm + 1 : 0) await clock.advance(1000)

  expect(refused).toEqual([])
  for (const { phone, sent } of parties)
    for (const [key, list] of sent) {
      const receivers = parties.filter(
        (other) => other.phone !== phone && (key.startsWith('g') || key === `u/${other.phone.user}`),
      )
      for (const receiver of receivers) {
        const stored = (await history(receiver.phone, key.startsWith('g') ? key : `u/${phone.user}`))
          .filter(({ from }) => from === phone.user)
          .map((message) => (message.type === 'txt' ? message.msg : ''))
        const due = list.filter((msg) => acknowledged.has(msg.replace(/[^\w.-]/g, '-')))
        const got = new Set(stored)
        expect(due.filter((msg) => !got.has(msg))).toEqual([]) // none lost
        expect(stored).toEqual(list.filter((msg) => got.has(msg))) // none doubled, in order
        const handled = receiver.handled.filter((msg) => msg.startsWith(`${phone.user}>${key} `))
        const seen = new Set(handled)
        expect(handled).toEqual(list.filter((msg) => seen.has(msg))) // the handlers too: once, in order
        expect(handled.filter((msg) => !got.has(msg))).toEqual([])
      }
    }
  // What was persisted in an outbox was sent in the end: no message of any history is still on its way.
  for (const { phone, sent } of parties)
    for (const key of sent.keys())
      expect((await history(phone, key)).filter(({ status }) => status === 'sending')).toEqual([])
  return { count, acknowledged: acknowledged.size }
}

const storm = { messages: 10_000, drop: 0.05, kill: 0.02, restart: 0.01, hide: 0.01 }

test.each([1, 4])(
  'two users in a storm: 10,000 messages, none lost, none doubled, in order (seed %i)',
  async (seed) => {
    const { count, acknowledged } = await run(seed, { ...storm, parties: ['alice', 'bob'] })
    expect(count).toBeGreaterThanOrEqual(10_000)
    expect(acknowledged).toBeGreaterThan(count * 0.9)
  },
  60_000,
)

test.each([3])(
  'three users and a group in a storm: 10,000 messages (seed %i)',
  async (seed) => {
    const { count, acknowledged } = await run(seed, { ...storm, parties: ['alice', 'bob', 'carol'], group: 'g1' })
    expect(count).toBeGreaterThanOrEqual(10_000)
    expect(acknowledged).toBeGreaterThan(count * 0.9)
  },
  60_000,
)
