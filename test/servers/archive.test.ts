// The archiver of docs/archive.md, as it stands there, at servers that we did not write: a new phone shows what was said before it.
import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ArchivePage, HistoryProvider, StoredMessage } from '../../src/messages/types'
import { inRoot, read } from '../../tools/project'
import { snippets } from '../docs/snippets'
import * as ejabberd from './fixtures/ejabberd'
import * as mosquitto from './fixtures/mosquitto'
import { folder, freePort, run, until, type Running } from './fixtures/process'
import { SECRET, token } from './fixtures/token'
import { createParty, type Party } from './party'
import { describeWith } from '../required'

interface Broker {
  readonly url: string
  /** What a user logs in with there. */
  password(user: string): string
  setGroup(group: string, members: readonly string[]): Promise<void>
  stop(): Promise<void>
}

const users = ['archiver', 'alice', 'bob', 'carol']

const openMosquitto = async (): Promise<Broker> => {
  const password = (user: string) => `secret-of-${user}`
  const server = await mosquitto.startMosquitto({
    app: 'acme/chat',
    users: Object.fromEntries(users.map((user) => [user, password(user)])),
  })
  return { ...server, password, setGroup: (group, members) => server.setGroups({ [group]: members }) }
}

const openEjabberd = async (): Promise<Broker> => {
  const server = await ejabberd.startEjabberd({ app: 'acme/chat', nodes: 1 })
  return { url: server.urls[0]!, password: token, setGroup: server.createGroup, stop: server.stop }
}

const proves = (open: () => Promise<Broker>): void => {
  let broker: Broker
  let where: Awaited<ReturnType<typeof folder>>
  let port: number
  let archiver: Running
  const parties: Party[] = []

  const startArchiver = async (): Promise<void> => {
    archiver = run(process.execPath, [join(where.path, 'archiver.mjs')], {
      BROKER: broker.url,
      BROKER_USER: 'archiver',
      BROKER_PASSWORD: broker.password('archiver'),
      SECRET,
      FOLDER: join(where.path, 'archive'),
      GROUPS: join(where.path, 'groups.json'),
      PORT: String(port),
    })
    await until('the archiver to listen', () => archiver.tail().includes('subscribed')).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${archiver.tail()}`)
    })
  }
  beforeAll(async () => {
    broker = await open()
    where = await folder('archiver')
    port = await freePort()
    writeFileSync(join(where.path, 'archiver.mjs'), snippets(read('docs/archive.md'), 'js archiver.mjs')[0]!)
    writeFileSync(join(where.path, 'groups.json'), JSON.stringify({ g1: ['alice', 'bob'] }))
    symlinkSync(inRoot('node_modules'), join(where.path, 'node_modules'))
    await broker.setGroup('g1', ['alice', 'bob'])
    await startArchiver()
  })
  afterEach(async () => {
    await Promise.all(parties.splice(0).map((party) => party.end()))
  })
  afterAll(async () => {
    await archiver.stop()
    await broker.stop()
    await where.remove()
  })

  const ask = (user: string, query: object): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/?${new URLSearchParams(query as Record<string, string>).toString()}`, {
      headers: { authorization: `Bearer ${token(user)}` },
    })
  const provider =
    (user: string): HistoryProvider =>
    async ({ targetId, chatType, searchDirection, pageSize, cursor }) => {
      const answer = await ask(user, { targetId, chatType, searchDirection, pageSize: String(pageSize), ...cursor })
      if (!answer.ok) throw Object.assign(new Error(`HTTP ${answer.status}`), { status: answer.status })
      return (await answer.json()) as ArchivePage
    }
  /** A phone that nobody had in the hand before. */
  const phone = async (user: string): Promise<Party> => {
    const party = createParty(user, broker.url, { historyProvider: provider(user) })
    parties.push(party)
    await party.connection.open({ user, accessToken: broker.password(user) })
    return party
  }
  const history = async (party: Party, targetId: string, chatType: 'singleChat' | 'groupChat' = 'singleChat') => {
    const found: StoredMessage[] = []
    for (let cursor = ''; ;) {
      const page = await party.connection.getHistoryMessages({ targetId, chatType, cursor, pageSize: 20 })
      if (page.error) throw page.error
      found.push(...page.messages)
      if (page.isLast) return found.map((message) => (message.type === 'txt' ? message.msg : message.type))
      ;({ cursor } = page)
    }
  }
  const kept = async (user: string, targetId: string): Promise<number> => {
    const { messages } = (await (await ask(user, { targetId })).json()) as ArchivePage
    return messages.length
  }

  it('a new phone shows all that was said, also while the archiver was away or killed', async () => {
    const [alice, bob] = [await phone('alice'), await phone('bob')]
    const said: string[] = []
    const say = async (party: Party, to: string, from: number, upTo: number) => {
      for (let n = from; n <= upTo; n++) {
        said.unshift(`m${n}`)
        await party.text(to, `m${n}`)
      }
    }
    await say(alice, 'bob', 1, 15)
    await say(bob, 'alice', 16, 30)
    await bob.connection.send({ type: 'channel', to: 'alice' })
    await until('the archive to have them', async () => (await kept('bob', 'alice')) === 30)
    await archiver.kill()
    await say(alice, 'bob', 31, 45)
    await startArchiver()
    await until('what came meanwhile', async () => (await kept('bob', 'alice')) === 45)
    for (const [user, other] of [
      ['alice', 'bob'],
      ['bob', 'alice'],
    ] as const) {
      const fresh = await phone(user)
      expect(await history(fresh, other)).toEqual(said)
    }
  })

  it('what is no message, has no id, or is deeper than JSON can be written, stops neither the archiver nor what is behind it', async () => {
    const alice = await phone('alice')
    const deep = '['.repeat(30_000) + ']'.repeat(30_000)
    for (const payload of [
      'nonsense',
      'null',
      `{"id":"d","type":"txt","time":1,"body":{"msg":"d","x":${deep}}}`,
      `{"id":"r","type":"recall","control":true,"time":1,"body":{"mid":${deep}}}`,
      '{"id":["a"],"type":"txt","time":1,"body":{"msg":"a"}}',
      '{"id":7,"type":"txt","time":1,"body":{"msg":"7"}}',
    ])
      await alice.connection.publish('acme/chat/u/carol/alice', payload)
    await alice.text('carol', 'behind it')
    await until('the archive to have it', async () => (await kept('carol', 'alice')) > 0)
    expect(await history(await phone('carol'), 'alice')).toEqual(['behind it'])
  })

  it('nobody reads what others said; a group is read by its members', async () => {
    const [alice, carol] = [await phone('alice'), await phone('carol')]
    await alice.connection.send({ type: 'txt', to: 'g1', chatType: 'groupChat', msg: 'to all' })
    await until('the archive to have it', async () =>
      (await (await ask('bob', { targetId: 'g1', chatType: 'groupChat' })).text()).includes('to all'),
    )
    expect(await history(await phone('bob'), 'g1', 'groupChat')).toEqual(['to all'])
    expect(await history(carol, 'bob')).toEqual([])
    expect((await ask('carol', { targetId: 'g1', chatType: 'groupChat' })).status).toBe(403)
    expect((await ask('carol', { targetId: 'bob/alice' })).status).toBe(400)
    expect((await fetch(`http://127.0.0.1:${port}/?targetId=alice`)).status).toBe(401)
  })
}

describeWith(mosquitto.missing())('the archiver at Mosquitto', () => proves(openMosquitto))
describeWith(ejabberd.missing())('the archiver at ejabberd', () => proves(openEjabberd))
