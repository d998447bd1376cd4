// What clients make the server keep: booked once before it is acknowledged, refused when it does not fit, given back when it is fetched.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { createAccount, type Account } from '../../server/account'
import { openAccounts } from '../../server/accounts/accounts'
import { openGroups } from '../../server/groups/groups'
import { defaultLimits, type Limits } from '../../server/limits'
import { openBroker, type Broker } from '../../server/mqtt/broker'
import { keyOf, openStore, type Change, type Store } from '../../server/store/store'
import { app, inbox, publish, receive, startLastingWorld, startWorld, subscribe, to, type World } from './world'

describe('with raw clients', () => {
  let world: World | undefined
  afterEach(async () => {
    await world?.end()
    world = undefined
  })

  test('a client that subscribes, fetches nothing and unsubscribes, again and again, hangs nobody, also after a restart', async () => {
    world = await startLastingWorld({ limits: { queuedMessages: 1e6 } })
    const alice = await world.login('alice')
    const bob = await world.login('bob')
    let id = 0
    const send = (payload: string): void =>
      alice.send({
        cmd: 'publish',
        topic: to('bob', 'alice'),
        payload,
        qos: 1,
        dup: false,
        retain: false,
        messageId: (id = (id % 200) + 1),
      })
    for (let round = 0; round < 4; round++) {
      for (let i = 0; i < 500; i += 100) {
        for (let j = 0; j < 100; j++) send('x')
        for (let j = 0; j < 100; j++) await alice.next('puback')
      }
      expect(await subscribe(bob, inbox('bob'))).toEqual([1])
      bob.send({ cmd: 'unsubscribe', messageId: 9, unsubscriptions: [inbox('bob')] })
      await bob.next('unsuback')
    }
    await world.restart('kill')
    const back = await world.login('bob')
    expect(await subscribe(back, inbox('bob'))).toEqual([1])
    for (let i = 0; i < 2000; i++) await receive(back)
  })

  test('a queue in which every packet identifier is taken is delivered, and takes more', async () => {
    // What earlier versions left behind: an identifier for each of 65,535 entries, given when they were queued.
    const data = await mkdtemp(join(tmpdir(), 'im-poisoned-'))
    const store = await openStore(join(data, 'store'), { failed: () => undefined, room: () => undefined })
    const clientId = `${app}/bob`
    const changes: Change[] = [
      {
        key: keyOf('session', clientId),
        value: { id: clientId, app, user: 'bob', expiry: 3600, subscriptions: new Map(), leftAt: Date.now() },
      },
      {
        key: keyOf('user', app, 'bob'),
        value: { app, name: 'bob', created: 0, status: 'active', voidBefore: 0, expiredBefore: 0 },
      },
    ]
    const at = Date.now()
    for (let seq = 1; seq <= 65_600; seq++) {
      const padded = String(seq).padStart(16, '0')
      const message = {
        seq,
        topic: to('bob', 'alice'),
        destination: `${app}/u/bob`,
        payload: Buffer.from('x'),
        qos: 1,
        sender: `${app}/alice`,
        at,
        expires: at + 1e9,
        mayExpire: false,
        carried: { userProperties: { old: '1' } },
      }
      changes.push({ key: keyOf('message', padded), value: message })
      changes.push({
        key: keyOf('queue', clientId, padded),
        value: { seq, qos: 1, id: ((seq - 1) % 65_535) + 1, received: false },
      })
    }
    await store.write(changes)
    await store.close()

    world = await startWorld({ data, limits: { queuedMessages: 1e6, queuedBytesPerUser: 1e9, sendMaximum: 1000 } })
    const bob = await world.login('bob', { properties: { receiveMaximum: 1000 } })
    expect(await subscribe(bob, inbox('bob'))).toEqual([1])
    expect((await receive(bob)).properties.userProperties).toEqual(expect.objectContaining({ old: '1' }))
    expect(await publish(await world.login('alice'), to('bob', 'alice'), 'new')).toBe(0)
    for (let i = 0; i < 500; i++) await receive(bob)
    await world.end()
    world = undefined
    await rm(data, { recursive: true, force: true })
  })

  test('messages are booked with all their properties', async () => {
    world = await startWorld({ limits: { queuedBytes: 2_000_000 } })
    await world.token('bob')
    const alice = await world.login('alice')
    const codes = []
    for (let i = 0; i < 12; i++)
      codes.push(
        await publish(alice, to('bob', 'alice'), '', {
          userProperties: {
            a: 'x'.repeat(60_000),
            b: 'x'.repeat(60_000),
            c: 'x'.repeat(60_000),
            d: 'x'.repeat(60_000),
          },
        }),
      )
    expect(codes).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0x97, 0x97, 0x97, 0x97].map((code, i) => (i < 8 ? 0 : code)))
  })

  test('what two devices of a user leave behind waits once, and is given back', async () => {
    world = await startWorld({ limits: { queuedBytes: 9_000 } })
    const alice = await world.login('alice')
    for (let round = 0; round < 12; round++) {
      const devices = await Promise.all(
        ['a', 'b'].map((device) => world!.login('bob', { clientId: `${app}/bob/${device}`, clean: true, expiry: 0 })),
      )
      for (const device of devices) await subscribe(device, inbox('bob'))
      expect(await publish(alice, to('bob', 'alice'), String(round))).toBe(0)
      for (const device of devices) await device.next('publish')
      devices[1]!.send({ cmd: 'unsubscribe', messageId: 9, unsubscriptions: [inbox('bob')] })
      await devices[1]!.next('unsuback')
      for (const device of devices) await device.bye()
      const back = await world.login('bob', { clean: true, expiry: 0 })
      await subscribe(back, inbox('bob'))
      expect((await receive(back)).text).toBe(String(round))
      await back.bye()
    }
  })

  test('one user cannot use up what all share: the bound of one is refused, others go on', async () => {
    world = await startWorld({ limits: { queuedBytesPerUser: 160_000 } })
    for (const user of ['bob', 'carol', 'dave']) await world.token(user)
    const [alice, erin] = [await world.login('alice'), await world.login('erin')]
    const codes = []
    for (let i = 0; i < 8; i++)
      codes.push(await publish(alice, to(i % 2 ? 'bob' : 'carol', 'alice'), 'x'.repeat(50_000)))
    expect(codes.indexOf(0x97)).toBe(3)
    expect(codes.at(-1)).toBe(0x97)
    expect(await publish(erin, to('bob', 'erin'), 'x'.repeat(50_000))).toBe(0)
  })

  test('a will, subscriptions and sessions count, and are refused with their codes', async () => {
    world = await startWorld({ limits: { heldBytesPerUser: 60_000 } })
    const will = { topic: to('bob', 'alice'), payload: Buffer.alloc(60_000), qos: 1, retain: false }
    expect(await world.refused({ user: 'alice', will })).toBe(31003)
    const alice = await world.login('alice')
    const granted = await subscribe(alice, ...Array.from({ length: 120 }, (_, i) => to('alice', `sender${i}`)))
    expect(new Set(granted)).toEqual(new Set([1, 0x97]))
    expect(await subscribe(alice, `${app}/u/alice/${'x'.repeat(10_000)}`)).toEqual([0x87])
  })
})

describe('the account says what is there, whatever random clients do', () => {
  const users = ['alice', 'bob', 'carol']
  const clients = users.flatMap((user) => ['a', 'b'].map((device) => ({ user, id: `${app}/${user}/${device}` })))
  const action = fc.oneof(
    fc.record({
      do: fc.constant('open' as const),
      client: fc.nat(5),
      clean: fc.boolean(),
      expiry: fc.constantFrom(0, 60),
    }),
    fc.record({ do: fc.constant('leave' as const), client: fc.nat(5), will: fc.constantFrom(undefined, 0, 60) }),
    fc.record({
      do: fc.constant('subscribe' as const),
      client: fc.nat(5),
      qos: fc.constantFrom(0, 1, 2),
      narrow: fc.boolean(),
    }),
    fc.record({ do: fc.constant('unsubscribe' as const), client: fc.nat(5), narrow: fc.boolean() }),
    fc.record({
      do: fc.constant('publish' as const),
      client: fc.nat(5),
      to: fc.nat(2),
      qos: fc.constantFrom(0, 1, 2),
      size: fc.nat(3_000),
    }),
    fc.record({ do: fc.constant('acknowledge' as const), client: fc.nat(5) }),
    fc.record({ do: fc.constant('release' as const), client: fc.nat(5) }),
    fc.record({ do: fc.constant('tell' as const), by: fc.nat(2) }),
    fc.record({ do: fc.constant('forget' as const), user: fc.nat(2) }),
    fc.record({ do: fc.constant('sweep' as const), later: fc.constantFrom(0, 120_000, 4e9) }),
  )

  async function open(store: Store, limits: Limits): Promise<{ broker: Broker; account: Account }> {
    const account = createAccount(limits)
    const accounts = await openAccounts(store, ['acme#chat'], limits, account)
    for (const user of users) if (!accounts.user(app, user)) await accounts.createUser(app, user)
    const groups = await openGroups(store, account, limits)
    return { broker: await openBroker(store, account, accounts, groups, limits), account }
  }
  const agree = ({ broker, account }: { broker: Broker; account: Account }, limits: Limits): void => {
    const tally = account.tally()
    const real = broker.recount()
    expect(Object.fromEntries(Object.keys(real).map((kind) => [kind, tally[kind as keyof typeof real]]))).toEqual(real)
    expect(tally.message.bytes + tally.entry.bytes).toBeLessThanOrEqual(limits.queuedBytes)
    expect(account.bytes).toBe(Object.values(tally).reduce((sum, { bytes }) => sum + bytes, 0))
  }

  test('step by step, and after a restart', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 60 }), async (actions) => {
        const folder = await mkdtemp(join(tmpdir(), 'im-account-'))
        const limits = { ...defaultLimits, queuedBytes: 40_000, queuedMessages: 8, sessionsPerUser: 2 }
        let store = await openStore(folder, { failed: () => undefined, room: () => undefined })
        let world = await open(store, limits)
        const sent = new Map<number, number[]>()
        let packetId = 0
        for (const step of actions) {
          const { broker } = world
          const client = clients['client' in step ? step.client : 0]!
          const who = { app, user: client.user }
          const session = broker.of(who).sessions.find(({ id }) => id === client.id)
          const filter = 'narrow' in step && step.narrow ? to(client.user, 'alice') : inbox(client.user)
          switch (step.do) {
            case 'open': {
              const opened = broker.open(who, client.id, step)
              const got: number[] = []
              sent.set(step.client, got)
              const outlet = {
                sendMaximum: 3,
                ready: true,
                full: false,
                send: () => undefined,
                publish: ({ messageId }: { messageId: number }) => got.push(messageId) > 0,
              }
              opened.session.attach(outlet)
              opened.session.resume()
              break
            }
            case 'leave':
              if (session?.outlet)
                broker.leave(
                  session,
                  step.will === undefined
                    ? undefined
                    : {
                        topic: to('bob', client.user),
                        payload: Buffer.from('w'),
                        qos: 1,
                        carried: Buffer.alloc(0),
                        delay: step.will,
                      },
                )
              break
            case 'subscribe':
              if (!session) break
              broker.subscribe(session, filter, step.qos, false)
              await broker.settle(session)
              session.pump()
              break
            case 'unsubscribe':
              if (session && broker.unsubscribe(session, filter)) await broker.settle(session)
              break
            case 'publish': {
              if (!session) break
              const id = ++packetId
              const answer = broker.publish(
                who,
                client.id,
                {
                  topic: to(users[step.to]!, client.user),
                  payload: Buffer.alloc(step.size),
                  qos: step.qos,
                  carried: Buffer.alloc(7),
                },
                () => (step.qos === 2 ? [session.take(id)] : []),
              )
              if (answer instanceof Promise) await answer
              break
            }
            case 'acknowledge':
              for (const id of sent.get(step.client)?.splice(0) ?? []) {
                session?.acknowledged(id)
                session?.received(id, 0)
                session?.completed(id)
              }
              break
            case 'release':
              for (const id of [...(session?.inbound ?? [])].slice(0, 1)) session?.release(id)
              break
            case 'tell':
              broker.tell(app, users, { type: 'x' }, users[step.by]!)
              break
            case 'forget':
              broker.forget(app, users[step.user]!)
              break
            case 'sweep':
              broker.sweep(Date.now() + step.later)
              break
          }
          agree(world, limits)
        }
        // Who waits for what is as it was, in order: everybody leaves with the server.
        const waits = ({ broker }: { broker: Broker }): number[][] =>
          users.map((user) => broker.waitingFor({ app, user }).map(({ seq }) => seq))
        for (const user of users)
          for (const session of world.broker.of({ app, user }).sessions)
            if (session.outlet) world.broker.leave(session, undefined)
        const before = waits(world)
        await store.close()
        store = await openStore(folder, { failed: () => undefined, room: () => undefined })
        world = await open(store, { ...limits })
        expect(waits(world)).toEqual(before)
        agree(world, { ...limits, queuedBytes: Infinity })
        for (const user of users) world.broker.forget(app, user)
        expect(world.account.tally()).toMatchObject({
          message: { count: 0, bytes: 0 },
          entry: { count: 0 },
          session: { count: 0 },
          will: { count: 0 },
        })
        await store.close()
        await rm(folder, { recursive: true, force: true })
      }),
      { numRuns: 60 },
    )
  })
})
