// What users find in the embedded server's archive: their own conversations, once each and in order, within its bounds.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAccount } from '../../server/account'
import { openArchive, type Archive, type Page } from '../../server/archive/archive'
import { openGroups } from '../../server/groups/groups'
import { defaultLimits, type Limits } from '../../server/limits'
import { openStore, type Store } from '../../server/store/store'
import { app, publish, startLastingWorld, startWorld, to, type Client, type World } from './world'

const on = { archiveSeconds: 86_400 }
const numbers = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, i) => `${from + i}`)
const payload = (id: string, more: object = {}): string =>
  JSON.stringify({ id, type: 'txt', time: 1, body: { msg: id }, ...more })

describe('over the wire', () => {
  let world: World
  afterEach(() => world.end())

  const read = async (user: string, query: string): Promise<{ status: number; code?: unknown } & Partial<Page>> => {
    const { status, body } = await world.call('GET', `${app}/messages?${query}`, { token: await world.token(user) })
    return { status, ...(body.data as Page | undefined), ...(body.code !== undefined && { code: body.code }) }
  }
  const ids = (page: Partial<Page>): string[] => page.messages!.map((message) => (message as { id: string }).id)
  const say = async (client: Client, topic: string, names: readonly string[]): Promise<void> => {
    for (const name of names) expect(await publish(client, topic, payload(name))).toBe(0)
  }
  const group = async (owner: string, members: readonly string[], open = false): Promise<string> => {
    const { body } = await world.call('POST', `${app}/chatgroups`, {
      token: await world.token(owner),
      body: { groupname: 'g', members, public: open },
    })
    return (body.data as { groupid: string }).groupid
  }

  test('both sides of a conversation read the same, page by page, up and down; nobody else reads it', async () => {
    world = await startWorld({ limits: on })
    const [alice, bob] = [await world.login('alice'), await world.login('bob')]
    for (const n of numbers(1, 30))
      await say(Number(n) % 2 ? alice : bob, Number(n) % 2 ? to('bob', 'alice') : to('alice', 'bob'), [n])
    for (const [reader, other] of [
      ['alice', 'bob'],
      ['bob', 'alice'],
    ] as const) {
      const first = await read(reader, `targetId=${other}&pageSize=20`)
      expect([ids(first), first.isLast]).toEqual([numbers(11, 30).reverse(), false])
      expect(first.messages![0]).toEqual({ id: '30', from: 'bob', type: 'txt', time: 1, body: { msg: '30' } })
      const second = await read(reader, `targetId=${other}&pageSize=20&id=11&from=alice`)
      expect([ids(second), second.isLast]).toEqual([numbers(1, 10).reverse(), true])
      const down = await read(reader, `targetId=${other}&pageSize=20&searchDirection=down`)
      expect([ids(down), down.isLast]).toEqual([numbers(1, 20), false])
      const end = await read(reader, `targetId=${other}&searchDirection=down&id=20&from=bob`)
      expect([ids(end), end.isLast]).toEqual([numbers(21, 30), true])
    }
    await world.token('carol')
    for (const other of ['alice', 'bob', 'carol', 'nobody'])
      expect(await read('carol', `targetId=${other}`)).toEqual({ status: 200, messages: [], isLast: true })
    expect(await read('alice', 'targetId=bob&id=gone&from=bob')).toEqual({ status: 200, messages: [], isLast: true })
  })

  test('only what belongs into a history is kept, and once, however often it is sent', async () => {
    world = await startWorld({ limits: on })
    await world.token('bob')
    const alice = await world.login('alice')
    const send = (text: string): Promise<number> => publish(alice, to('bob', 'alice'), text)
    await send(payload('first'))
    for (const type of ['cmd', 'delivery', 'read', 'channel', 'sync']) await send(payload(type, { type }))
    await send(payload('newer', { type: 'wave', control: true }))
    for (const text of ['', 'no JSON', '[]', 'null', '{"id":"x"}', payload('bad id!')]) await send(text)
    await send(payload('unknown', { type: 'wave' }))
    await send(payload('first'))
    await send(payload('last', { from: 'mallory' }))
    const page = await read('bob', 'targetId=alice')
    expect(ids(page)).toEqual(['last', 'unknown', 'first'])
    expect(page.messages![0]).toMatchObject({ from: 'alice' })
  })

  test('a message deeper than any phone takes, in its body or beside it, stands in nobody’s way', async () => {
    world = await startWorld({ limits: on })
    await world.token('bob')
    const alice = await world.login('alice')
    await say(alice, to('bob', 'alice'), ['first'])
    const deep = '['.repeat(30_000) + ']'.repeat(30_000)
    await publish(alice, to('bob', 'alice'), `{"id":"a","type":"txt","time":1,"body":{"msg":"a","x":${deep}}}`)
    await publish(alice, to('bob', 'alice'), `{"id":"b","type":"txt","time":${deep},"body":{"msg":"b"}}`)
    await say(alice, to('bob', 'alice'), ['last'])
    await publish(alice, to('bob', 'alice'), payload('r', { type: 'recall', control: true, body: { mid: 'b' } }))
    const page = await read('bob', 'targetId=alice')
    expect([page.status, page.messages && ids(page)]).toEqual([200, ['last', 'first']])
  })

  test('what its sender took back is gone from the archive, text and all; nobody takes back what another said', async () => {
    world = await startWorld({ limits: on })
    const [alice, bob] = [await world.login('alice'), await world.login('bob')]
    const recall = (client: Client, topic: string, mid: string): Promise<number> =>
      publish(client, topic, payload(`r-${mid}`, { type: 'recall', control: true, body: { mid } }))
    await say(alice, to('bob', 'alice'), ['1', '2', '3'])
    await recall(bob, to('alice', 'bob'), '1')
    await recall(alice, to('bob', 'alice'), '2')
    await recall(alice, to('bob', 'alice'), 'never-said')
    await say(alice, to('bob', 'alice'), ['2']) // published again by a phone that had not heard of its arrival
    const page = await read('bob', 'targetId=alice')
    expect(page.messages).toEqual([
      expect.objectContaining({ id: '3', type: 'txt' }),
      { from: 'alice', id: '2', type: 'recalled', time: 1, body: {} },
      expect.objectContaining({ id: '1', type: 'txt', body: { msg: '1' } }),
    ])
    expect(ids(await read('alice', 'targetId=bob&id=2&from=alice'))).toEqual(['1'])
  })

  test('the server confirms in the order of sending, also what it has already', async () => {
    world = await startWorld({ limits: on })
    await world.token('bob')
    const alice = await world.login('alice')
    const order = numbers(1, 60).map((n) => (Number(n) % 3 ? n : '1'))
    order.forEach((name, at) =>
      alice.send({
        cmd: 'publish',
        topic: to('bob', 'alice'),
        payload: payload(name),
        qos: 1,
        dup: false,
        retain: false,
        messageId: at + 1,
      }),
    )
    for (let at = 1; at <= order.length; at++) expect((await alice.next('puback')).messageId).toBe(at)
    expect(ids(await read('bob', 'targetId=alice'))).toEqual([...new Set(order)].reverse())
  })

  test('a group is read by its members, each from the moment of joining on, and by nobody else', async () => {
    world = await startWorld({ limits: on })
    for (const user of ['bob', 'carol']) await world.token(user)
    const alice = await world.login('alice')
    const id = await group('alice', ['bob'], true)
    const topic = `${app}/g/${id}/alice`
    const enter = async (user: string): Promise<unknown> =>
      world.call('POST', `${app}/chatgroups/${id}/users`, { token: await world.token(user), body: {} })
    const query = `targetId=${id}&chatType=groupChat`
    await say(alice, topic, ['1', '2'])
    expect(await read('carol', query)).toMatchObject({ status: 403, code: 35110 })
    await enter('carol')
    await say(alice, topic, ['3'])
    expect([ids(await read('alice', query)), ids(await read('bob', query)), ids(await read('carol', query))]).toEqual([
      ['3', '2', '1'],
      ['3', '2', '1'],
      ['3'],
    ])
    expect(ids(await read('carol', `${query}&searchDirection=down`))).toEqual(['3'])
    expect(await read('carol', `${query}&id=3&from=alice`)).toMatchObject({ messages: [], isLast: true })
    await world.call('DELETE', `${app}/chatgroups/${id}/users/carol`, { token: await world.token('carol') })
    expect(await read('carol', query)).toMatchObject({ status: 403, code: 35110 })
    await say(alice, topic, ['4'])
    await enter('carol')
    await say(alice, topic, ['5'])
    expect(ids(await read('carol', query))).toEqual(['5'])
    await world.call('DELETE', `${app}/chatgroups/${id}`, { token: await world.token('alice') })
    expect(await read('alice', query)).toMatchObject({ status: 404, code: 35109 })
  })

  test('who gets the name of a user that was removed does not read what that one wrote', async () => {
    world = await startWorld({ limits: on })
    await world.token('bob')
    await say(await world.login('alice'), to('bob', 'alice'), ['secret'])
    await world.admin('DELETE', 'users/alice')
    await world.token('alice')
    expect(await read('alice', 'targetId=bob')).toMatchObject({ messages: [] })
    expect(ids(await read('bob', 'targetId=alice'))).toEqual(['secret'])
  })

  test('it outlives a crash, in order and without doubles; a server that was started without it says so', async () => {
    world = await startLastingWorld({ limits: on })
    await world.token('bob')
    await say(await world.login('alice'), to('bob', 'alice'), numbers(1, 5))
    await world.restart('kill')
    await say(await world.login('alice'), to('bob', 'alice'), ['5', '6', '7'])
    expect(ids(await read('bob', 'targetId=alice'))).toEqual(numbers(1, 7).reverse())
    await world.end()
    world = await startWorld()
    expect(await read('bob', 'targetId=alice')).toMatchObject({ status: 404 })
  })

  test.each([
    ['', /targetId/],
    ['targetId=bob%2Fx', /targetId/],
    ['targetId=bob&pageSize=51', /pageSize/],
    ['targetId=bob&pageSize=x', /pageSize/],
    ['targetId=bob&chatType=all', /chatType/],
    ['targetId=bob&searchDirection=left', /searchDirection/],
    ['targetId=bob&id=1', /from/],
  ])('a wrong question (%s) is named', async (query, says) => {
    world = await startWorld({ limits: on })
    const { status, body } = await world.call('GET', `${app}/messages?${query}`, { token: await world.token('alice') })
    expect([status, body.error_description]).toEqual([400, expect.stringMatching(says)])
  })
})

describe('within its bounds', () => {
  let folder: string
  let store: Store
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'im-archive-'))
    store = await openStore(join(folder, 'store'), { failed: () => undefined, room: () => undefined })
  })
  afterEach(async () => {
    jest.useRealTimers()
    await store.close()
    await rm(folder, { recursive: true, force: true })
  })

  const open = async (wishes: Partial<Limits>) => {
    const limits = { ...defaultLimits, ...on, ...wishes }
    const account = createAccount(limits)
    const groups = await openGroups(store, account, limits)
    const archive = (await openArchive(store, account, groups, limits))!
    return { account, archive }
  }
  const put = (archive: Archive, id: string, size = 0): Promise<void> =>
    archive.keep(
      archive.keeps(
        { app, kind: 'u', name: 'bob', from: 'alice' },
        Buffer.from(payload(id, { ext: { pad: 'x'.repeat(size) } })),
      ),
    )
  const all = async (archive: Archive): Promise<string[]> => {
    const { messages } = await archive.page({
      app,
      reader: { name: 'bob', created: 0 },
      with: { kind: 'u', name: 'alice' },
      down: false,
      limit: 1000,
    })
    return messages.map((message) => (message as { id: string }).id)
  }
  const keysOf = async (prefix: string): Promise<number> => {
    let count = 0
    for await (const entry of store.read(prefix)) count += entry.length / 2
    return count
  }

  test('the oldest go before a byte too many is taken, and every byte is booked, also after a restart', async () => {
    const bound = 200_000
    const { account, archive } = await open({ archiveBytes: bound })
    await Promise.all(
      numbers(1, 400).map(async (id) => {
        await put(archive, id, 1000)
        expect(account.tally().archived.bytes).toBeLessThanOrEqual(bound)
      }),
    )
    const left = await all(archive)
    expect(left.length).toBeGreaterThan(20)
    expect(left).toEqual(numbers(401 - left.length, 400).reverse())
    await put(archive, '400', 1000) // known: nothing goes for it
    expect(await all(archive)).toEqual(left)
    archive.stop()
    const { count, bytes } = account.tally().archived
    for (const prefix of ['archived', 'archive-order', 'archive-id'])
      expect([prefix, await keysOf(prefix)]).toEqual([prefix, count])
    const again = await open({ archiveBytes: bound })
    expect(again.account.tally().archived).toEqual({ count, bytes })
    again.archive.stop()
  })

  test('what is older than it may be is given to nobody, and cleared away', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'], now: 1_700_000_000_000 })
    const { account, archive } = await open({ archiveSeconds: 3600 })
    await put(archive, 'old')
    jest.setSystemTime(1_700_000_000_000 + 3_000_000)
    await put(archive, 'new')
    expect(await all(archive)).toEqual(['new', 'old'])
    jest.setSystemTime(1_700_000_000_000 + 3_700_000)
    expect(await all(archive)).toEqual(['new'])
    expect(await keysOf('archived')).toBe(2)
    jest.advanceTimersByTime(60_000)
    while ((await keysOf('archived')) > 1) await new Promise((resolve) => setImmediate(resolve))
    expect(account.tally().archived.count).toBe(1)
    archive.stop()
  })

  test('what a server kept before its bound was lowered goes, too', async () => {
    const { archive } = await open({})
    for (const id of numbers(1, 50)) await put(archive, id, 1000)
    archive.stop()
    const { account, archive: small } = await open({ archiveBytes: 20_000 })
    while (account.tally().archived.bytes > 20_000) await new Promise((resolve) => setImmediate(resolve))
    small.stop()
  })
})
