// Told while away: what the app's own backend hears of messages that wait for a user.
import type { Log } from '../../server/log'
import { createAccount } from '../../server/account'
import { defaultLimits } from '../../server/limits'
import type { ServerWishes } from '../../server/options'
import { startWebhook, type WebhookDeps } from '../../server/webhook/webhook'
import { message, quick, secret, startBackend, until, type Answer, type Backend } from './backend'
import { app, inbox, publish, receive, startLastingWorld, subscribe, to, type World } from './world'

describe('a user who is away', () => {
  let world: World
  let backend: Backend
  const lines: string[] = []
  const log: Log = (event, fields) => void lines.push(`${event} ${JSON.stringify(fields)}`)

  async function begin(wishes: ServerWishes = {}, answer?: Answer): Promise<void> {
    backend = await startBackend(answer)
    const { limits, ...others } = wishes
    world = await startLastingWorld({
      webhook: backend.url,
      webhookSecret: secret,
      webhookWindow: 0,
      log,
      limits: { ...quick, ...limits },
      ...others,
    })
  }
  const figures = async () => {
    const { body } = await world.call('GET', 'admin/figures', { token: world.server.adminSecret })
    return (body.data as { webhook: { pending: number; delivered: number; givenUp: number; lastError?: object } })
      .webhook
  }
  const settled = () => until('nothing is pending', async () => (await figures()).pending === 0)

  beforeEach(() => (lines.length = 0))
  afterEach(async () => {
    await world.end()
    await backend.stop()
    expect(backend.wrong).toEqual([])
    expect(lines.join('\n')).not.toContain(secret.slice(6))
  })

  test('is told of once for what comes together, from whom and how many, and not of what; counts add up', async () => {
    // While the backend is busy with the first call, everything else comes.
    let release: () => void = () => undefined
    const busy = new Promise<void>((resolve) => (release = resolve))
    await begin({}, (_, __, response) => void busy.then(() => response.writeHead(200).end()))
    for (const user of ['bob', 'carol']) await world.token(user)
    const alice = await world.login('alice')
    const carol = await world.login('carol')
    const { body } = await world.call('POST', `${app}/chatgroups`, {
      token: await world.token('alice'),
      body: { groupname: 'Tea', members: ['bob', 'carol'] },
    })
    const { groupid } = body.data as { groupid: string }
    expect(await publish(alice, to('bob', 'alice'), message('one'))).toBe(0)
    await until('the backend is busy', () => backend.calls.length === 1)
    for (const text of ['two', 'three']) expect(await publish(alice, to('bob', 'alice'), message(text))).toBe(0)
    const at = (list: unknown) => message('tea?', { ext: { em_at_list: list } })
    for (const list of [['bob'], ['zoe'], 'ALL'])
      expect(await publish(carol, `${app}/g/${groupid}/carol`, at(list))).toBe(0)
    release()
    await settled()
    expect(backend.taken.map(({ data }) => data)).toEqual([
      {
        app: 'acme#chat',
        user: 'bob',
        count: 1,
        total: 1,
        others: 0,
        from: [{ user: 'alice', count: 1, mentions: 0 }],
      },
      {
        app: 'acme#chat',
        user: 'bob',
        count: 5,
        total: 6,
        others: 0,
        from: [
          { user: 'carol', group: groupid, groupname: 'Tea', count: 3, mentions: 2 },
          { user: 'alice', count: 2, mentions: 0 },
        ],
      },
    ])
    expect(JSON.stringify(backend.calls)).not.toMatch(/three|tea\?/)
    expect(await figures()).toEqual({ pending: 0, delivered: 2, givenUp: 0 })
  })

  test('is not told of while a client of theirs is connected, nor of receipts, commands, what was recalled or asks for silence, and own words', async () => {
    await begin()
    const bob = await world.login('bob')
    await subscribe(bob, inbox('bob'))
    const alice = await world.login('alice')
    await publish(alice, to('bob', 'alice'), message('read at once'))
    await receive(bob)
    await world.token('carol')
    for (const [text, more] of [
      ['r', { type: 'read', body: { ids: ['x'] } }],
      ['d', { type: 'delivery', body: { ids: ['x'] } }],
      ['c', { type: 'channel' }],
      ['t', { type: 'cmd', body: { action: 'typing' } }],
      ['k', { type: 'new', control: true }],
      ['taken back', {}],
      ['b', { type: 'recall', control: true, body: { mid: 'taken back' } }],
      ['s', { ext: { em_ignore_notification: true } }],
    ] as const)
      await publish(alice, to('carol', 'alice'), message(text, more))
    await alice.bye()
    const again = await world.login('alice')
    await publish(again, to('alice', 'alice'), message('for my other phone'))
    await publish(again, to('dora', 'alice'), message('nobody')).catch(() => undefined)
    await again.bye()
    await settled()
    expect(backend.calls).toEqual([])
    // And what others wrote is told all the same.
    const tablet = await world.login('bob', { clientId: `${app}/bob/2` })
    await publish(tablet, to('carol', 'bob'), message('hi'))
    await publish(tablet, to('carol', 'bob'), message('f', { type: 'recall', control: true, body: { mid: 'taken' } }))
    await until('carol is told of', () => backend.taken.length === 1)
    expect(backend.taken[0]!.data).toMatchObject({ user: 'carol', count: 1, total: 1, from: [{ user: 'bob' }] })
  })

  test('whose link died without a word is told of when the server gives it up', async () => {
    await begin()
    const bob = await world.login('bob', { keepalive: 2 })
    await subscribe(bob, inbox('bob'))
    bob.pause()
    const alice = await world.login('alice')
    await publish(alice, to('bob', 'alice'), message('are you there?'))
    await until('bob is told of', () => backend.taken.length === 1)
    expect(backend.taken[0]!.data).toMatchObject({ user: 'bob', count: 1, from: [{ user: 'alice', count: 1 }] })
  })

  test('who comes back before the backend hears of it is not told of', async () => {
    await begin({}, (_, __, response) => void response.writeHead(500).end())
    await world.token('bob')
    const alice = await world.login('alice')
    await publish(alice, to('bob', 'alice'), message('quick'))
    await until('the backend was asked', () => backend.calls.length > 1)
    const bob = await world.login('bob')
    // Also before the client has fetched anything.
    await settled()
    expect(await figures()).toMatchObject({ delivered: 0, givenUp: 0 })
    await subscribe(bob, inbox('bob'))
    await receive(bob)
  })

  test.each(['stop', 'kill'] as const)(
    'is told of after a restart (%s) of what was not told before, and of nothing twice',
    async (how) => {
      let down = true
      await begin({}, (_, __, response) => void response.writeHead(down ? 503 : 200).end())
      await world.token('bob')
      await world.token('carol')
      const alice = await world.login('alice')
      await publish(alice, to('bob', 'alice'), message('one'))
      await until('the backend was asked', () => backend.calls.length > 0)
      await world.restart(how)
      down = false
      await until('bob is told of', () => backend.taken.length === 1)
      await settled()
      const again = await world.login('alice')
      await publish(again, to('carol', 'alice'), message('two'))
      await until('carol is told of', () => backend.taken.length === 2)
      await settled()
      await world.restart(how)
      await publish(await world.login('alice'), to('bob', 'alice'), message('three'))
      await until('bob is told of again', () => backend.taken.length === 3)
      expect(backend.taken.map(({ data: { user, count, total } }) => ({ user, count, total }))).toEqual([
        { user: 'bob', count: 1, total: 1 },
        { user: 'carol', count: 1, total: 1 },
        { user: 'bob', count: 1, total: 2 },
      ])
    },
  )

  test('keeps the order, and one notice at a time, whatever the backend answers in between', async () => {
    let open = 0
    let most = 0
    await begin({ webhookWindow: 0, limits: { ...quick, webhookAttempts: 1000 } }, (call, _, response) => {
      most = Math.max(most, ++open)
      setTimeout(() => {
        open--
        response.writeHead(call % 3 === 0 ? 200 : 500).end()
      }, 5)
    })
    await world.token('bob')
    const alice = await world.login('alice')
    for (let i = 0; i < 30; i++) await publish(alice, to('bob', 'alice'), message(String(i)))
    await until('all is told', () => backend.taken.reduce((sum, { data }) => sum + data.count, 0) === 30)
    await settled()
    expect(most).toBe(1)
    expect(backend.taken.at(-1)!.data.total).toBe(30)
    // What is tried again says the same under the same id, so that a backend can tell.
    const byId = new Map<string, Set<string>>()
    for (const { id, data } of backend.calls) byId.set(id, (byId.get(id) ?? new Set()).add(JSON.stringify(data)))
    expect([...byId.values()].every(({ size }) => size === 1)).toBe(true)
    expect([...byId.keys()]).toEqual(backend.taken.map(({ id }) => id))
  })

  test('one whom the backend always stumbles over holds up nobody else, and is given up, logged and counted', async () => {
    await begin({ limits: { ...quick, webhookAttempts: 4 } }, (call, _, response) => {
      const poison = backend.calls[call - 1]!.data.user === 'bob'
      response.writeHead(poison ? 500 : 200).end()
    })
    for (const user of ['bob', 'carol', 'dave']) await world.token(user)
    const alice = await world.login('alice')
    for (const user of ['bob', 'carol', 'dave']) await publish(alice, to(user, 'alice'), message('x'))
    await settled()
    expect(backend.taken.map(({ data }) => data.user).sort()).toEqual(['carol', 'dave'])
    expect(backend.calls.filter(({ data }) => data.user === 'bob')).toHaveLength(4)
    expect(await figures()).toMatchObject({ delivered: 2, givenUp: 1 })
    expect(lines.filter((line) => line.startsWith('notice given up'))).toEqual([
      'notice given up {"user":"bob","why":"it answered 500","count":1}',
    ])
    // What was given up is not lost: the next notice counts it too.
    await publish(alice, to('bob', 'alice'), message('y'))
    await until('bob is asked for again', () => backend.calls.at(-1)!.data.count === 2)
  })

  test('410 is taken at its word; 2xx is enough, whatever follows', async () => {
    await begin({}, (call, _, response) => {
      response.writeHead(call === 1 ? 410 : 200)
      // A body without an end.
      const more = setInterval(() => response.write('x'.repeat(64 * 1024)), 1)
      response.on('close', () => clearInterval(more))
    })
    await world.token('bob')
    const alice = await world.login('alice')
    await publish(alice, to('bob', 'alice'), message('x'))
    await until('bob is told of', () => backend.calls.length === 1)
    await settled()
    await publish(alice, to('bob', 'alice'), message('y'))
    await until('bob is told of', () => backend.calls.length === 2)
    await settled()
    expect(backend.calls).toHaveLength(2)
    expect(await figures()).toMatchObject({ delivered: 1, givenUp: 1 })
  })

  test('more users than there is room for: the rest is given up and counted, and every message is acknowledged', async () => {
    let release: () => void = () => undefined
    const busy = new Promise<void>((resolve) => (release = resolve))
    await begin({ limits: { ...quick, notices: 3 } }, (_, __, response) => {
      void busy.then(() => response.writeHead(200).end())
    })
    const users = ['u1', 'u2', 'u3', 'u4', 'u5']
    for (const user of users) await world.token(user)
    const alice = await world.login('alice')
    for (const user of users) expect(await publish(alice, to(user, 'alice'), message('x'))).toBe(0)
    release()
    await settled()
    expect(await figures()).toEqual({ pending: 0, delivered: 3, givenUp: 2 })
  })
})

test('what a notice holds is booked while it is pending, and given back', async () => {
  let release: () => void = () => undefined
  const busy = new Promise<void>((resolve) => (release = resolve))
  const backend = await startBackend((_, __, response) => void busy.then(() => response.writeHead(200).end()))
  const account = createAccount(defaultLimits)
  const bob = { app, user: 'bob' }
  let waits: (who: typeof bob) => void = () => undefined
  const kept = { seq: 1, topic: to('bob', 'alice'), payload: Buffer.from(message('x')) }
  const deps = {
    account,
    limits: defaultLimits,
    log: () => undefined,
    accounts: { apps: () => [], user: () => ({ status: 'active' }), noteUser: () => undefined },
    broker: {
      isOnline: () => false,
      waitingFor: () => [kept],
      onWaiting: (listener: typeof waits) => (waits = listener),
    },
  } as unknown as WebhookDeps
  const webhook = startWebhook({ url: backend.url, secret, windowMs: 0 }, deps)
  waits(bob)
  await until('the backend was asked', () => backend.calls.length === 1)
  expect(account.tally().notice).toEqual({ count: 1, bytes: account.bytes })
  expect(account.bytes).toBeGreaterThan(1000 + JSON.stringify(backend.calls[0]!.data).length)
  release()
  await until('it was told', () => webhook.figures().pending === 0)
  expect(account.tally().notice).toEqual({ count: 0, bytes: 0 })
  webhook.stop()
  await backend.stop()
})
