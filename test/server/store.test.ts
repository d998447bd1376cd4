// How often the disk is waited for: never twice for one thing, and once for all that comes together.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import mqtt from 'mqtt-packet'
import { openStore, type Store } from '../../server/store/store'
import { inbox, publish, receive, startWorld, subscribe, to } from './world'

type Operations = readonly { readonly key: string }[]
let batches: { operations: Operations; sync: boolean }[]
const waits = (): number => batches.filter(({ sync }) => sync).length

beforeEach(() => {
  batches = []
  const original = ClassicLevel.prototype.batch as unknown as (operations: Operations, options: object) => Promise<void>
  jest.spyOn(ClassicLevel.prototype, 'batch').mockImplementation(function (
    this: unknown,
    operations: Operations,
    options: { sync?: boolean },
  ) {
    batches.push({ operations, sync: options.sync === true })
    return original.call(this, operations, options)
  } as never)
})
afterEach(() => jest.restoreAllMocks())

describe('the store', () => {
  let folder: string
  let store: Store
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'im-store-'))
    store = await openStore(folder, { failed: () => undefined, room: () => undefined })
  })
  afterEach(async () => {
    await store.close()
    await rm(folder, { recursive: true, force: true })
  })
  const all = async (): Promise<unknown[]> => {
    const found: unknown[] = []
    for await (const [key, value] of store.read('a')) found.push([key, value])
    return found
  }

  test('what is written in one turn shares one wait for the disk, also with what is only noted', async () => {
    const written = Array.from({ length: 100 }, (_, i) => store.write([{ key: `a/${i}`, value: i }]))
    for (let i = 0; i < 50; i++) store.note([{ key: `a/${i}` }])
    await Promise.all(written)
    expect(waits()).toBe(1)
    expect(batches).toHaveLength(1)
    expect(await all()).toHaveLength(50)
  })

  test('what is written while the disk is busy shares the next wait', async () => {
    const first = store.write([{ key: 'a/1', value: 1 }])
    await new Promise(setImmediate)
    await new Promise(setImmediate)
    expect(batches).toHaveLength(1)
    const others = [2, 3, 4].map((i) => store.write([{ key: `a/${i}`, value: i }]))
    await Promise.all([first, ...others])
    expect(waits()).toBe(2)
  })

  test('a thousand notes never wait for the disk, and are there all the same', async () => {
    for (let i = 0; i < 1000; i++) {
      store.note([{ key: `a/${String(i % 10)}`, value: i }])
      if (i % 100 === 0) await new Promise(setImmediate)
    }
    // Closing waits for what was noted.
    await store.close()
    expect(waits()).toBe(0)
    store = await openStore(folder, { failed: () => undefined, room: () => undefined })
    expect(await all()).toEqual(Array.from({ length: 10 }, (_, i) => [`a/${i}`, 990 + i]))
  })

  test('of a key that changes more than once within a turn only the last value is written', async () => {
    void store.write([{ key: 'a/1', value: 1 }])
    void store.write([{ key: 'a/1' }, { key: 'a/2', value: 2 }])
    await store.write([{ key: 'a/1', value: 3 }])
    expect(batches.map(({ operations }) => operations.map(({ key }) => key))).toEqual([['a/1', 'a/2']])
    expect(await all()).toEqual([
      ['a/1', 3],
      ['a/2', 2],
    ])
  })
})

describe('messages', () => {
  test('one after the other each waits for the disk once, though it is handed over, acknowledged and cleared away meanwhile', async () => {
    const world = await startWorld()
    const bob = await world.login('bob')
    await subscribe(bob, inbox('bob'))
    const alice = await world.login('alice')
    const before = waits()
    for (let i = 0; i < 30; i++) {
      expect(await publish(alice, to('bob', 'alice'), String(i))).toBe(0)
      expect((await receive(bob)).text).toBe(String(i))
    }
    expect(waits() - before).toBe(30)
    await world.end()
  })

  test('a hundred that come together wait once, and each is one key on the disk', async () => {
    const world = await startWorld()
    const bob = await world.login('bob')
    await subscribe(bob, inbox('bob'))
    const alice = await world.login('alice')
    batches = []
    const packets = Array.from({ length: 100 }, (_, i) =>
      mqtt.generate(
        {
          cmd: 'publish',
          topic: to('bob', 'alice'),
          payload: String(i),
          qos: 1,
          dup: false,
          retain: false,
          messageId: i + 1,
        },
        { protocolVersion: 5 },
      ),
    )
    alice.send(Buffer.concat(packets))
    for (let i = 0; i < 100; i++) await alice.next('puback')
    expect(waits()).toBe(1)
    expect(batches[0]!.operations).toHaveLength(100)
    for (let i = 0; i < 100; i++) expect((await receive(bob)).text).toBe(String(i))
    await world.end()
  })
})
