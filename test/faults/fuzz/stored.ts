// What the phone kept: storage (device, endpoints, groups, version) and files (history, outbox, log), damaged between two starts.
import type { Disk } from '../../../simulator/core/disk'
import type { Chance } from '../random'
import type { Stage, Target } from './fuzz'
import { hostile, mutateBytes, mutateJson } from './mutate'
import { createWorld, type World } from './world'

type Tree = ReadonlyMap<string, Uint8Array>

function filesOf(disk: Disk, folder = ''): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>()
  for (const name of disk.list(folder)) {
    const path = folder === '' ? name : `${folder}/${name}`
    if (disk.stat(path)!.directory) for (const [inside, bytes] of filesOf(disk, path)) found.set(inside, bytes)
    else found.set(path, disk.read(path))
  }
  return found
}

function restore(disk: Disk, tree: Tree): void {
  for (const path of filesOf(disk).keys()) disk.remove(path)
  for (const [path, bytes] of tree) disk.write(path, bytes)
}

/** A phone that has lived: messages, one that waits, groups, a log; and what its disk holds. */
async function lived(world: World): Promise<Tree> {
  const { broker, clock, conn, phone } = world
  await world.well()
  for (let n = 0; n < 40; n++)
    broker.publish(
      `acme/chat/${n % 3 ? 'u/alice' : 'g/g1'}/bob`,
      JSON.stringify({
        id: `old-${n}`,
        type: 'txt',
        time: clock.now(),
        body: { msg: `消息 ${n} ${'x'.repeat(n * 20)}` },
      }),
    )
  await clock.advance(2_000)
  phone.network.set('none')
  for (const to of ['bob', 'carol'])
    conn.send({ type: 'txt', to, msg: 'waits', chatType: 'singleChat' }).catch(() => undefined)
  await clock.advance(60_000)
  return filesOf(phone.disk)
}

const startsFrom = (
  part: RegExp,
  wound: (chance: Chance, bytes: Uint8Array, all: readonly Uint8Array[]) => Uint8Array,
) =>
  async function begin(beginning: Chance, file: string): Promise<Stage> {
    const world = createWorld(beginning, file)
    const tree = await lived(world)
    const { phone, clock } = world
    const paths = [...tree.keys()].filter((path) => part.test(path))
    if (paths.length === 0) throw new Error(`nothing like ${String(part)} among ${[...tree.keys()].join(', ')}`)
    const all = paths.map((path) => tree.get(path)!)
    return {
      async feed(chance) {
        phone.kill()
        restore(phone.disk, tree)
        for (let n = chance.between(1, 3); n > 0; n--) {
          const path = chance.one(paths)
          const to = chance.yes(0.9)
            ? path
            : `${path.replace(/[^/]*$/, '')}${chance.one(['junk', '0.log', '-1.log', '99999999999.log', '1.tmp', '000000.txt'])}`
          if (chance.yes(0.05)) phone.disk.remove(path)
          else phone.disk.write(to, wound(chance, tree.get(path)!, all))
        }
        phone.network.set('wifi')
        phone.show()
        await clock.advance(chance.one([1, 500]))
        await world.settled('getLocalConversations()', world.conn.getLocalConversations())
        for (const targetId of ['bob', 'carol'])
          await world.settled('getHistoryMessages()', world.conn.getHistoryMessages({ targetId, pageSize: 50 }))
        await world.settled('logger.export()', world.sdk.logger.export())
        await world.well()
      },
      end: () => world.stop(),
    }
  }

export const storage: Target = {
  name: 'storage',
  what: 'values in wx storage: endpoint list, groups, device id, protocol version',
  begin: startsFrom(/^storage\//, (chance, bytes) => {
    const text = JSON.parse(Buffer.from(bytes).toString()) as unknown
    let inner: unknown = text
    try {
      inner = JSON.parse(String(text))
    } catch {
      // A plain string.
    }
    return Buffer.from(JSON.stringify(chance.yes(0.8) ? mutateJson(chance, inner) : hostile(chance)))
  }),
}

/** Rows of the journal in good form and with bad content: what damage alone would hardly ever make. */
function forge(chance: Chance, bytes: Uint8Array): Uint8Array {
  const lines = Buffer.from(bytes).toString('latin1').split('\n')
  return Buffer.from(
    lines.map((line) => (line && chance.yes(0.1) ? mutateJson(chance, JSON.parse(line)) : line)).join('\n'),
  )
}

export const files: Target = {
  name: 'files',
  what: 'files of history and outbox',
  begin: startsFrom(/\/im-\/.*\.log$/, (chance, bytes, all) =>
    chance.yes(0.5) ? forge(chance, bytes) : mutateBytes(chance, bytes, all),
  ),
}

export const logFiles: Target = {
  name: 'log-files',
  what: 'files of the log, read back for export',
  begin: startsFrom(/\/log\/.*\.txt$/, (chance, bytes, all) => mutateBytes(chance, bytes, all)),
}
