// One attack on a server's memory in a process of its own (node --expose-gc): prints what the account grew by, and what memory did.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAccount } from '../../server/account'
import { openAccounts } from '../../server/accounts/accounts'
import { openGroups } from '../../server/groups/groups'
import { defaultLimits } from '../../server/limits'
import { openBroker } from '../../server/mqtt/broker'
import { openStore } from '../../server/store/store'

export interface Measured {
  /** Messages and members that were taken. */
  readonly taken: number
  /** Bytes: what the account has booked, and what is in use once the garbage is gone (JavaScript's heap and buffers outside it). */
  readonly booked: number
  readonly used: number
  /** Bytes of resident memory, right after the attack and once the garbage is gone; no bound is put on them, see the test. */
  readonly rss: { readonly after: number; readonly collected: number }
}

const app = 'acme/chat'
const limits = { ...defaultLimits, queuedMessages: 1e6, queuedBytesPerUser: 1e9 }

async function main(attack: string): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'im-memory-'))
  const store = await openStore(folder, { failed: () => undefined, room: () => undefined })
  const account = createAccount(limits)
  const accounts = await openAccounts(store, ['acme#chat'], limits, account)
  const groups = await openGroups(store, account, limits)
  const broker = await openBroker(store, account, accounts, groups, limits)
  const crowd = Array.from({ length: 1990 }, (_, i) => `user${i}`)
  const users = ['alice', 'bob', ...(attack === 'groups' ? crowd : [])]
  await Promise.all(users.map((user) => accounts.createUser(app, user)))

  let taken = 0
  const publish = async (topic: string, payload: number, carried: number): Promise<boolean> => {
    // Each with bytes of its own, as from the network.
    const said = { topic, payload: Buffer.alloc(payload, 1), qos: 1 as const, carried: Buffer.alloc(carried, 1) }
    const sent = broker.publish({ app, user: 'alice' }, `${app}/alice`, said, () => [])
    if (typeof sent === 'string') return false
    taken++
    await sent
    return true
  }
  const many = async (count: number, one: () => Promise<boolean>): Promise<void> => {
    for (let left = count; left > 0; left -= 500) {
      const went = await Promise.all(Array.from({ length: Math.min(500, left) }, one))
      if (went.includes(false)) return
    }
  }
  const attacks: Readonly<Record<string, () => Promise<void>>> = {
    properties: () => many(1_500, () => publish(`${app}/u/bob/alice`, 0, 240_000)),
    small: () => many(20_000, () => publish(`${app}/u/bob/alice`, 20, 0)),
    async groups() {
      for (let i = 0; i < 25; i++) {
        const wish = { name: `group ${i}`, description: '', public: true, inviteNeedConfirm: false, members: crowd }
        const { id } = await groups.create(app, 'alice', wish)
        taken += crowd.length
        await publish(`${app}/g/${id}/alice`, 1, 0)
      }
    },
  }

  const collect = async (): Promise<number> => {
    // What promises and finalizers still hold is gone by the second time.
    for (let i = 0; i < 3; i++) {
      globalThis.gc!()
      await new Promise(setImmediate)
    }
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  const before = { booked: account.bytes, used: await collect(), rss: process.memoryUsage.rss() }
  await attacks[attack]!()
  const after = process.memoryUsage.rss() - before.rss
  const used = (await collect()) - before.used
  const booked = account.bytes - before.booked
  const collected = process.memoryUsage.rss() - before.rss
  await store.close()
  await rm(folder, { recursive: true, force: true })
  return { taken, booked, used, rss: { after, collected } }
}

void main(process.argv[2]!).then((measured) => process.stdout.write(JSON.stringify(measured)))
