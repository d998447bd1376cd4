// A disk that is full, by our bound or by its own, a store that cannot be opened, and a folder with things that are not ours.
import { execFileSync } from 'node:child_process'
import { mkdtemp, mkdir, readdir, rm, stat, statfs, symlink, writeFile, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer } from '../../server/server'
import { startProcess, type ServerProcess } from '../faults/server/child'
import { app, inbox, publish, receive, startWorld, subscribe, to, type Answer, type World } from './world'
import { testWith } from '../required'

let data: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'im-disk-'))
})
afterEach(() => rm(data, { recursive: true, force: true }))

const send = (world: World, token: string, size = 1000): Promise<Answer> => {
  const form = new FormData()
  form.set('to', 'bob')
  form.set('file', new Blob([Buffer.alloc(size)]), 'a.bin')
  return world.call('POST', `${app}/chatfiles`, { token, raw: form })
}

test('past the bound nothing new is taken, what is there is read and fetched', async () => {
  let world = await startWorld({ data })
  const [alice, bob] = [await world.token('alice'), await world.token('bob')]
  const { body } = await send(world, alice, 50_000)
  const id = (body.entities as { uuid: string }[])[0]!.uuid
  const sender = await world.login('alice')
  expect(await publish(sender, to('bob', 'alice'), 'kept')).toBe(0)
  const listening = await world.login('bob')
  await subscribe(listening, `${app}/s/bob`)
  await listening.bye()
  await world.end()

  world = await startWorld({ data, limits: { diskBytes: 10_000 } })
  expect((await send(world, alice)).status).toBe(503)
  expect((await world.call('POST', `${app}/users`, { body: { username: 'new', password: 'secret' } })).status).toBe(503)
  expect((await world.call('POST', `${app}/chatgroups`, { token: alice, body: { groupname: 'g' } })).status).toBe(503)
  expect((await world.call('POST', `${app}/logs`, { token: alice, body: { name: 'x', size: 10 } })).status).toBe(503)
  expect(await publish(await world.login('alice'), to('bob', 'alice'), 'refused')).toBe(0x97)
  expect((await world.call('GET', `${app}/chatfiles/${id}`, { token: bob })).status).toBe(200)
  expect((await world.call('GET', `${app}/endpoints`)).status).toBe(200)
  await world.end()

  world = await startWorld({ data })
  const back = await world.login('bob')
  await subscribe(back, inbox('bob'))
  expect((await receive(back)).text).toBe('kept')
  expect((await send(world, alice)).status).toBe(200)
  await world.end()
})

test('what broke off, and what is not ours, is swept at the start; links are not followed, folders left alone', async () => {
  let world = await startWorld({ data })
  const alice = await world.token('alice')
  await world.token('bob')
  await send(world, alice)
  await world.end()
  const outside = join(data, 'outside')
  await writeFile(outside, 'mine')
  for (const folder of ['files', 'logs']) {
    await writeFile(join(data, folder, 'x.part'), 'x')
    await symlink(outside, join(data, folder, 'link'))
    await mkdir(join(data, folder, 'folder'))
  }
  world = await startWorld({ data })
  expect((await readdir(join(data, 'files'))).length).toBe(2)
  expect(await readdir(join(data, 'logs'))).toEqual(['folder'])
  expect(await readFile(outside, 'utf8')).toBe('mine')
  await world.end()
})

test('a file or log whose place is a link or a folder is not there, and harms nothing', async () => {
  let world = await startWorld({ data })
  const alice = await world.token('alice')
  const bob = await world.token('bob')
  const { body } = await send(world, alice)
  const id = (body.entities as { uuid: string }[])[0]!.uuid
  const begun = await world.call('POST', `${app}/logs`, { token: alice, body: { name: 'x', size: 10 } })
  await world.end()
  await rm(join(data, 'files', id))
  await symlink(join(data, 'jwt.secret'), join(data, 'files', id))
  await symlink(join(data, 'jwt.secret'), join(data, 'logs', String(begun.body.id)))
  const secret = await readFile(join(data, 'jwt.secret'), 'utf8')
  world = await startWorld({ data })
  expect((await world.call('GET', `${app}/chatfiles/${id}`, { token: bob })).status).toBe(404)
  await world.call('PUT', `${app}/logs/${String(begun.body.id)}?offset=0`, {
    token: alice,
    raw: Buffer.from('0123456789'),
  })
  expect(await readFile(join(data, 'jwt.secret'), 'utf8')).toBe(secret)
  await world.end()
})

test('a slow chunk of a log that others made go leaves nothing behind', async () => {
  const world = await startWorld({ data, limits: { logsPerUser: 3 } })
  const token = await world.token('alice')
  const begin = async (name: string): Promise<string> =>
    String((await world.call('POST', `${app}/logs`, { token, body: { name, size: 5 } })).body.id)
  const put = (id: string): Promise<Answer> =>
    world.call('PUT', `${app}/logs/${id}?offset=0`, { token, raw: Buffer.from('12345') })
  const first = await begin('first')
  let release: () => void = () => undefined
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(Buffer.from('12'))
      await new Promise<void>((resolve) => (release = resolve))
      controller.enqueue(Buffer.from('345'))
      controller.close()
    },
  })
  const slow = fetch(`${world.server.apiUrl}/${app}/logs/${first}?offset=0`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}` },
    body,
    duplex: 'half',
  })
  await Promise.all(Array.from({ length: 8 }, async (_, i) => put(await begin(`log${i}`))))
  release()
  expect((await slow).status).toBe(404)
  const { body: list } = await world.admin('GET', 'logs')
  expect((list.data as unknown[]).length).toBe(3)
  expect((await readdir(join(data, 'logs'))).length).toBe(3)
  await world.end()
})

test('the store’s trouble is told by its cause', async () => {
  const first = await startServer({ data })
  await expect(startServer({ data })).rejects.toThrow(/Another server is running/)
  await first.stop()
  for (const name of await readdir(join(data, 'store'))) {
    if (name.startsWith('MANIFEST')) await rm(join(data, 'store', name))
  }
  await expect(startServer({ data })).rejects.toThrow(/damaged/)
  await rm(join(data, 'store'), { recursive: true })
  await writeFile(join(data, 'store'), '')
  await expect(startServer({ data })).rejects.toThrow(/cannot be used/)
})

test('with files that may not grow the server lives, and has all that it acknowledged', async () => {
  const server: ServerProcess = await startProcess(data, { fileKiB: 200 })
  const made: string[] = []
  const codes = new Set<number>()
  for (let i = 0; i < 1_500; i += 50) {
    const names = Array.from({ length: 50 }, (_, j) => `user${'x'.repeat(50)}${i + j}`)
    await Promise.all(
      names.map(async (username) => {
        const response = await fetch(`${server.api}/admin/tokens`, {
          method: 'POST',
          headers: { authorization: `Bearer ${server.admin}` },
          body: JSON.stringify({ username }),
        })
        await response.arrayBuffer()
        codes.add(response.status)
        if (response.status === 200) made.push(username)
      }),
    )
  }
  expect([...codes].filter((code) => code !== 200 && code !== 503)).toEqual([])
  await server.kill()
  const again = await startWorld({ data })
  for (const name of made.slice(-300)) expect((await again.admin('POST', `users/${name}/kick`)).status).toBe(200)
  await again.end()
})

const root = process.platform === 'linux' && process.getuid?.() === 0

testWith(root ? undefined : 'a small disk has to be mounted: run as root, on Linux')(
  'a disk that is full refuses what is new and serves the rest, also after a restart; with room it goes on',
  async () => {
    const disk = await mkdtemp(join(tmpdir(), 'im-small-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', disk])
    const fill = join(disk, 'fill')
    /** Takes all there is but so many bytes, as somebody else may. */
    const fillUp = async (left: number): Promise<void> => {
      const { bavail, bsize } = await statfs(disk)
      const size = (await stat(fill).catch(() => ({ size: 0 }))).size + bavail * bsize - left
      execFileSync('fallocate', ['-l', String(size), fill])
    }
    let world: World | undefined
    try {
      world = await startWorld({ data: disk })
      const [alice, bob] = [await world.token('alice'), await world.token('bob')]
      const sender = await world.login('alice', { token: alice })
      const receiver = await world.login('bob', { token: bob })
      await subscribe(receiver, inbox('bob'))
      receiver.cut()
      for (const text of ['1', '2', '3']) expect(await publish(sender, to('bob', 'alice'), text)).toBe(0)
      await fillUp(1_500_000) // less than what is left alone
      while ((await publish(sender, to('bob', 'alice'), 'x')) !== 0x97);
      await fillUp(0)
      expect((await send(world, alice)).status).toBe(503)
      expect((await world.call('GET', `${app}/chatgroups`, { token: alice })).status).toBe(200)
      const back = await world.login('bob', { token: bob })
      for (const text of ['1', '2', '3']) expect((await receive(back)).text).toBe(text)
      await back.bye()
      await world.restart('kill')
      expect((await world.call('GET', `${app}/chatgroups`, { token: alice })).status).toBe(200)
      const again = await world.login('alice', { token: alice })
      expect(await publish(again, to('bob', 'alice'), 'refused')).toBe(0x97)
      await rm(fill)
      while ((await publish(again, to('bob', 'alice'), 'and on')) !== 0);
      expect((await send(world, alice)).status).toBe(200)
    } finally {
      await world?.end()
      execFileSync('umount', ['-l', disk])
      await rm(disk, { recursive: true })
    }
  },
)
