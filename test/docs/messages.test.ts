// The recipes of the page about messages, run: typing and mention, on two phones with the embedded server, and by a clock in hand.
import { read } from '../../tools/project'
import { createWorld, until, type World } from '../doors/world'
import { run, snippets } from './snippets'

const PAGES = ['docs/messages.md', 'docs/messages.zh-CN.md']

interface Typing {
  typing(to: string): void
  watchTyping(show: (user: string, on: boolean) => void): void
}
interface Mention {
  readonly ALL: string
  readonly mentions: Readonly<Record<string, readonly string[]>>
  mention(group: string, msg: string, ids: string | readonly string[]): Promise<unknown>
  groupWasRead(group: string): void
}

describe.each(PAGES)('%s', (page) => {
  const recipe = (name: string) => snippets(read(page), `js ${name}`)[0]!
  let world: World
  beforeAll(async () => {
    world = await createWorld('acme#chat')
  })
  afterAll(() => world.stop())

  const connect = `
    const EC = require('miniprogram-im')
    const conn = new EC.connection({ appKey: 'acme#chat', url, apiUrl, isHttpDNS: false })
    const ready = conn.open({ user, accessToken })`

  /** A user's phone that runs a recipe. */
  async function phoneOf<Wanted>(user: string, name: string, wanted: string, own?: World['booted']) {
    const { url, apiUrl } = world.server
    const globals = { url, apiUrl, user, accessToken: await world.token(user) }
    const at = own ? { ...world, booted: own } : world
    const made = run(at, `${connect}\n${recipe(name)}`, globals, `{ ready, conn, EC, ${wanted} }`)
    type Conn = {
      send(message: object): Promise<unknown>
      createGroup(o: object): Promise<{ data: { groupid: string } }>
      destroy(): Promise<unknown>
    }
    type Phone = Wanted & { ready: Promise<unknown>; conn: Conn; EC: { message: { create(m: object): object } } }
    const phone = made as Phone
    await phone.ready
    return phone
  }

  test('who types is seen to type, until the message comes', async () => {
    const other = world.withoutDevice()
    const alice = await phoneOf<Typing>('alice', 'typing', 'typing, watchTyping')
    const bob = await phoneOf<Typing>('bob', 'typing', 'typing, watchTyping', other.booted)
    const shown: string[] = []
    alice.watchTyping((user, on) => shown.push(`${user} ${on}`))
    bob.typing('alice')
    await until(
      () => shown.length > 0,
      () => shown,
    )
    expect(shown).toEqual(['bob true'])
    void bob.conn.send(bob.EC.message.create({ type: 'txt', chatType: 'singleChat', to: 'alice', msg: 'hi' }))
    await until(
      () => shown.length > 1,
      () => shown,
    )
    expect(shown).toEqual(['bob true', 'bob false'])
    await Promise.all([alice.conn.destroy(), bob.conn.destroy()])
    other.phone.dispose()
  })

  test('typing is sent every three seconds at most, ends six seconds after the last, and is never of the past', () => {
    let now = 1_000_000
    const timers = new Map<number, { at: number; run: () => void }>()
    let handlers = {} as Record<string, (given?: object) => void>
    let open = true
    const sent: object[] = []
    const globals = {
      Date: { now: () => now },
      setTimeout: (work: () => void, ms: number) => (
        timers.set(timers.size + 1, { at: now + ms, run: work }),
        timers.size
      ),
      clearTimeout: (id: number) => timers.set(id, { at: Infinity, run: () => undefined }),
      EC: { message: { create: (message: object) => message } },
      conn: {
        isOpened: () => open,
        send: (message: object) => (sent.push(message), Promise.resolve()),
        addEventHandler: (_: string, given: typeof handlers) => (handlers = given),
      },
    }
    const wait = (ms: number): void => {
      now += ms
      for (const [id, { at, run: work }] of timers) {
        if (at > now) continue
        timers.set(id, { at: Infinity, run: () => undefined })
        work()
      }
    }
    const { typing, watchTyping } = run(world, recipe('typing'), globals, '{ typing, watchTyping }') as Typing
    for (let i = 0; i < 70; i++) {
      typing('bob')
      wait(100)
    }
    expect(sent).toEqual(Array(3).fill({ type: 'cmd', chatType: 'singleChat', to: 'bob', action: 'TypingBegin' }))
    open = false
    wait(5000)
    typing('bob')
    expect(sent).toHaveLength(3)

    const shown: string[] = []
    watchTyping((user, on) => shown.push(`${(now - 1_000_000) / 1000} ${user} ${on}`))
    now = 1_000_000
    const hear = (more = {}) =>
      handlers.onCmdMessage!({ action: 'TypingBegin', chatType: 'singleChat', from: 'bob', ...more })
    hear()
    wait(3000)
    hear()
    wait(5999)
    wait(1)
    hear({ action: 'another' })
    hear({ chatType: 'groupChat' })
    handlers.onOfflineMessageSyncStart!()
    hear()
    handlers.onOfflineMessageSyncFinish!()
    expect(shown).toEqual(['0 bob true', '9 bob false'])
  })

  test('a mention reaches who is named, and everybody by ALL; not the others, and not oneself', async () => {
    const other = world.withoutDevice()
    const alice = await phoneOf<Mention>('alice', 'mention', 'ALL, mention, mentions, groupWasRead')
    const bob = await phoneOf<Mention>('bob', 'mention', 'ALL, mention, mentions, groupWasRead', other.booted)
    const { data } = await alice.conn.createGroup({
      data: { groupname: 'Tea', desc: '', public: false, members: ['bob'] },
    })
    const group = data.groupid
    await alice.mention(group, '@bob tea?', ['bob'])
    await alice.mention(group, '@zoe tea?', ['zoe'])
    await alice.mention(group, '@all tea!', alice.ALL)
    await until(
      () => bob.mentions[group]?.length === 2,
      () => bob.mentions,
    )
    await bob.mention(group, '@alice yes', ['alice', 'bob'])
    await until(
      () => alice.mentions[group]?.length === 1,
      () => alice.mentions,
    )
    expect([bob.mentions[group]?.length, alice.mentions[group]?.length]).toEqual([2, 1])
    bob.groupWasRead(group)
    expect(bob.mentions).toEqual({})
    await Promise.all([alice.conn.destroy(), bob.conn.destroy()])
    other.phone.dispose()
  })
})
