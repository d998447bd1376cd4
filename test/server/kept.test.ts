// The account against what is really there: users, groups, members, files and logs against the disk, sockets and requests
// against those that are open, after each step of random people.
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { createAccount, weightOf, type Account, type Kind, type Tally } from '../../server/account'
import { openAccounts } from '../../server/accounts/accounts'
import type { Figures } from '../../server/figures/shape'
import { openFiles, type StoredFile } from '../../server/files/files'
import { openGroups, type Group } from '../../server/groups/groups'
import type { Invite } from '../../server/groups/invites'
import { defaultLimits } from '../../server/limits'
import { openLogs, type StoredLog } from '../../server/logs/logs'
import { openBroker } from '../../server/mqtt/broker'
import { Refused } from '../../server/refusals'
import { openStore, type Store } from '../../server/store/store'
import { app, startWorld, type Client, type World } from './world'

const users = ['alice', 'bob', 'carol', 'dave']
const limits = {
  ...defaultLimits,
  heldBytesPerUser: 12_000,
  users: users.length,
  groups: 4,
  groupsPerUser: 3,
  membersPerGroup: 3,
  filesPerUser: 3,
  fileBytesPerUser: 3_000,
  fileBytes: 2_000,
  logsPerUser: 1,
}
const who = fc.constantFrom(...users)
const text = fc.string({ maxLength: 40 })
const step = fc.oneof(
  fc.record({ do: fc.constant('register' as const), who }),
  fc.record({
    do: fc.constant('found' as const),
    who,
    text,
    asked: fc.boolean(),
    members: fc.array(who, { maxLength: 4 }),
  }),
  fc.record({ do: fc.constant('join' as const), who, group: fc.nat(3) }),
  fc.record({ do: fc.constant('add' as const), who, group: fc.nat(3), members: fc.array(who, { maxLength: 3 }) }),
  fc.record({ do: fc.constant('remove' as const), who, group: fc.nat(3), user: who }),
  fc.record({ do: fc.constant('delete' as const), who, group: fc.nat(3) }),
  fc.record({ do: fc.constant('answer' as const), who, group: fc.nat(3), accepts: fc.boolean() }),
  fc.record({ do: fc.constant('rename' as const), who, group: fc.nat(3), text, asked: fc.boolean() }),
  fc.record({ do: fc.constant('pass' as const), who, group: fc.nat(3), user: who }),
  fc.record({ do: fc.constant('forget' as const), who }),
  fc.record({ do: fc.constant('file' as const), who, text, size: fc.nat(2_200) }),
  fc.record({ do: fc.constant('log' as const), who, name: fc.constantFrom('a', 'b', 'c'), size: fc.nat(900) }),
)
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never

async function open(store: Store, folder: string) {
  const account = createAccount(limits)
  let used = 0
  const disk = {
    full: false,
    get used() {
      return used
    },
    most: Infinity,
    left: Infinity,
    fits: () => true,
    add: (bytes: number) => void (used += bytes),
    room: () => undefined,
    stop: () => undefined,
  }
  const accounts = await openAccounts(store, ['acme#chat'], limits, account)
  const groups = await openGroups(store, account, limits)
  const broker = await openBroker(store, account, accounts, groups, limits)
  const files = await openFiles(store, join(folder, 'files'), limits, account, disk)
  const logs = await openLogs(store, join(folder, 'logs'), limits, account, disk)
  return { account, accounts, groups, broker, files, logs, disk }
}
type Parts = Awaited<ReturnType<typeof open>>

async function valuesOf<Value>(store: Store, prefix: string): Promise<Value[]> {
  const found: Value[] = []
  for await (const [, value] of store.read(prefix)) found.push(value as Value)
  return found
}

/** What the disk says that must be booked. */
async function recount(store: Store): Promise<{ tallies: Partial<Record<Kind, Tally>>; bytes: number }> {
  const of = (kind: Kind, contents: readonly number[]): Tally => ({
    count: contents.length,
    bytes: contents.reduce((sum, one) => sum + weightOf(kind, one), 0),
  })
  const groups = await valuesOf<Group>(store, 'group')
  const files = await valuesOf<StoredFile>(store, 'file')
  const logs = await valuesOf<StoredLog>(store, 'log')
  return {
    tallies: {
      user: of(
        'user',
        (await valuesOf(store, 'user')).map(() => 0),
      ),
      group: of(
        'group',
        groups.map(({ name, description }) => 2 * (name.length + description.length)),
      ),
      member: of(
        'member',
        groups.flatMap(({ members }) => [...members].map(() => 0)),
      ),
      invite: of(
        'invite',
        (await valuesOf<Invite>(store, 'invite')).map(
          ({ group, user, by }) => 2 * (group.length + user.length + by.length),
        ),
      ),
      file: of(
        'file',
        files.map(({ name, type }) => 2 * (name.length + type.length)),
      ),
      log: of(
        'log',
        logs.map(({ name }) => 2 * name.length),
      ),
    },
    bytes: [...files.map(({ size }) => size), ...logs.map(({ received }) => received)].reduce((a, b) => a + b, 0),
  }
}

async function take({ accounts, groups, broker, files, logs }: Parts, made: Group[], step: Step): Promise<void> {
  const group = 'group' in step ? made[step.group % Math.max(1, made.length)] : undefined
  switch (step.do) {
    case 'register':
      await accounts.createUser(app, step.who)
      return
    case 'found':
      made.unshift(
        await groups.create(app, step.who, {
          name: step.text,
          description: step.text,
          public: true,
          inviteNeedConfirm: step.asked,
          members: step.members,
        }),
      )
      return
    case 'join':
      if (group) await groups.join(app, group.id, step.who)
      return
    case 'add':
      if (group) await groups.add(app, group.id, step.members, step.who)
      return
    case 'remove':
      if (group) await groups.remove(app, group.id, step.user, step.who)
      return
    case 'delete':
      if (group) await groups.delete(app, group.id, step.who)
      return
    case 'answer':
      if (group) await groups.answer(app, group.id, step.who, step.accepts)
      return
    case 'rename':
      if (group) await groups.modify(app, group.id, step.who, { name: step.text, inviteNeedConfirm: step.asked })
      return
    case 'pass':
      if (group) await groups.pass(app, group.id, step.who, step.user)
      return
    case 'forget':
      broker.forget(app, step.who)
      await groups.forget(app, step.who)
      return
    case 'file':
      await files.add(
        { app, sender: step.who, to: { kind: 'user', name: 'bob' }, name: step.text, type: 'image/png' },
        Buffer.alloc(step.size),
      )
      return
    case 'log': {
      const log = await logs.begin(app, step.who, step.name, step.size, undefined)
      await logs.append(log, log.received, Buffer.alloc(Math.min(300, log.size - log.received)))
    }
  }
}

test('users, groups, members, files and logs are booked as they are on the disk, also after a restart', async () => {
  await fc.assert(
    fc.asyncProperty(
      // Several at once, as people are.
      fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 3, maxLength: 20 }),
      async (rounds) => {
        const folder = await mkdtemp(join(tmpdir(), 'im-kept-'))
        const opened = (): Promise<Store> =>
          openStore(join(folder, 'store'), { failed: () => undefined, room: () => undefined })
        let store = await opened()
        let parts = await open(store, folder)
        const agree = async (account: Account): Promise<void> => {
          const { tallies, bytes } = await recount(store)
          expect(account.tally()).toMatchObject(tallies)
          expect(parts.disk.used).toBe(bytes)
          expect(account.bytes).toBe(Object.values(account.tally()).reduce((sum, { bytes }) => sum + bytes, 0))
        }
        const made: Group[] = []
        for (const round of rounds) {
          const results = await Promise.allSettled(round.map((one) => take(parts, made, one)))
          for (const result of results)
            if (result.status === 'rejected' && !(result.reason instanceof Refused)) throw result.reason
          await agree(parts.account)
        }
        await store.close()
        store = await opened()
        const { used } = parts.disk
        parts = await open(store, folder)
        parts.disk.add(used)
        await agree(parts.account)
        for (const user of users) {
          parts.broker.forget(app, user)
          await parts.groups.forget(app, user)
        }
        expect(parts.account.tally()).toMatchObject({
          group: { count: 0, bytes: 0 },
          member: { count: 0, bytes: 0 },
          message: { count: 0, bytes: 0 },
        })
        await store.close()
        await rm(folder, { recursive: true, force: true })
      },
    ),
    { numRuns: 40 },
  )
})

test('sockets, half-sent requests and registrations in line are booked while they are open, and given back', async () => {
  const act = fc.constantFrom('dial', 'login', 'hang up', 'half a request', 'give up', 'register')
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 12 }), async (acts) => {
      // Hashing that takes its time, so that registrations are caught in line.
      const world = await startWorld({ passwordWork: { logN: 12, p: 1 }, limits: { hashing: 1 } })
      const clients: Client[] = []
      const requests: Socket[] = []
      const registrations: Promise<unknown>[] = []
      const figures = async (): Promise<Figures> => await look(world)
      const { hostname, port } = new URL(world.server.apiUrl)
      try {
        let names = 0
        let loggedIn = 0
        for (const one of acts) {
          switch (one) {
            case 'dial':
              clients.push(await world.dial())
              break
            case 'login':
              clients.push(await world.login(`user${names++}`))
              loggedIn++
              break
            case 'hang up':
              clients.shift()?.cut()
              break
            case 'half a request': {
              const socket = connect(Number(port), hostname)
              requests.push(socket)
              socket.write(
                'POST /acme/chat/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"half',
              )
              break
            }
            case 'give up':
              requests.shift()?.destroy()
              break
            case 'register': {
              const body = { username: `new${names++}`, password: 'correct horse' }
              registrations.push(world.call('POST', `${app}/users`, { body }))
            }
          }
          if (registrations.length > 0) {
            const { heldBy } = await figures()
            // Never more than there are: this look itself, those half sent, and those in line.
            expect(heldBy.request.count).toBeLessThanOrEqual(1 + requests.length + registrations.length + 1)
            await Promise.all(registrations.splice(0))
          }
          await until(async () => {
            const { heldBy } = await figures()
            return [heldBy.link.count, heldBy.request.count, heldBy.session.count].join() ===
              [clients.length, requests.length + 1, loggedIn].join()
              ? undefined
              : heldBy
          })
        }
        for (const client of clients) client.cut()
        for (const socket of requests) socket.destroy()
        await until(async () => {
          const { heldBy } = await figures()
          return heldBy.link.bytes === 0 && heldBy.request.count === 1 ? undefined : heldBy
        })
      } finally {
        for (const socket of requests) socket.destroy()
        await world.end()
      }
    }),
    { numRuns: 12 },
  )
})

const look = async (world: World): Promise<Figures> => {
  const { body } = await world.call('GET', 'admin/figures', { token: world.server.adminSecret })
  return body.data as Figures
}

/** Waits until there is nothing wrong any more; what is, when it never ends, is in the time-out's error. */
async function until(wrong: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries++) {
    const what = await wrong()
    if (what === undefined) return
    if (tries > 400) throw new Error(`still ${JSON.stringify(what)}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
