// A server that is killed at random moments under load, or whose disk is full: what it acknowledged is there when it comes back.
import { strict as assert } from 'node:assert'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { chanceOf } from '../random'
import { startProcess, type ServerProcess } from './child'
import { PATIENCE } from '../../patience'

const APP = 'acme/chat'
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** What the server said that it has. */
interface Books {
  readonly users: string[]
  readonly groups: string[]
  readonly messages: number[]
  sent: number
  tried: number
}

async function call(
  api: string,
  method: string,
  path: string,
  bearer: string,
  body?: object,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${api}/${path}`, {
    method,
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

async function tokenFor({ api, admin }: ServerProcess, user: string): Promise<string> {
  const { body } = await call(api, 'POST', 'admin/tokens', admin, { username: user })
  return body.access_token as string
}

async function login(server: ServerProcess, user: string): Promise<MqttClient> {
  return mqtt.connectAsync(server.url, {
    protocolVersion: 5,
    clientId: `${APP}/${user}`,
    username: user,
    password: await tokenFor(server, user),
    clean: false,
    reconnectPeriod: 0,
    properties: { sessionExpiryInterval: 3600 },
  })
}

interface Load {
  /** Until every message is refused, or the server is gone. */
  readonly publishing: Promise<unknown>
  readonly all: Promise<unknown>
}

/** Everything at once until the server is gone; only what was answered is booked. */
function load(server: ServerProcess, alice: MqttClient, token: string, books: Books): Load {
  let gone = false
  void server.exited.then(() => (gone = true))
  const forever = async (act: () => Promise<void>) => {
    while (!gone) {
      try {
        await act()
      } catch {
        return // it was killed meanwhile: nothing was promised
      }
    }
  }
  const publish = () =>
    new Promise<void>((resolve, reject) => {
      const number = books.sent++
      alice.publish(`${APP}/u/bob/alice`, String(number), { qos: 1 }, (error) => {
        if (error) reject(error)
        else {
          books.messages.push(number)
          resolve()
        }
      })
      void server.exited.then(() => reject(new Error('gone')))
    })
  const register = async () => {
    const username = `user-${++books.tried}`
    const { status } = await call(server.api, 'POST', 'users', '', { username, password: 'secret' })
    if (status === 200) books.users.push(username)
  }
  const found = async () => {
    const { status, body } = await call(server.api, 'POST', 'chatgroups', token, { groupname: 'g' })
    if (status === 200) books.groups.push((body.data as { groupid: string }).groupid)
    await pause(20)
  }
  alice.on('error', () => undefined)
  const publishing = Promise.all(Array.from({ length: 16 }, () => forever(publish)))
  return { publishing, all: Promise.all([publishing, ...[register, register, register, found].map(forever)]) }
}

/** Everything in the books is there; bob gets each message once, in order. */
async function verify(server: ServerProcess, books: Books, received: Set<number>): Promise<void> {
  for (const username of books.users) {
    const { status } = await call(server.api, 'POST', 'users', '', { username, password: 'secret' })
    assert.equal(status, 409, `the user ${username} was lost`)
  }
  const { body } = await call(server.api, 'GET', 'chatgroups', await tokenFor(server, 'alice'))
  const groups = new Set((body.data as { groupid: string }[]).map(({ groupid }) => groupid))
  assert.deepEqual(
    books.groups.filter((id) => !groups.has(id)),
    [],
    'groups were lost',
  )

  // A clean client for bob, that asks for nothing that is not there: his session has the subscription and the messages.
  const order: number[] = []
  const bob = mqtt.connect(server.url, {
    protocolVersion: 5,
    clientId: `${APP}/bob`,
    username: 'bob',
    password: await tokenFor(server, 'bob'),
    clean: false,
    reconnectPeriod: 0,
    properties: { sessionExpiryInterval: 3600 },
  })
  bob.on('message', (_topic, payload) => {
    const number = Number(payload.toString())
    order.push(number)
    received.add(number)
  })
  const deadline = Date.now() + PATIENCE
  while (!books.messages.every((number) => received.has(number))) {
    if (Date.now() > deadline)
      assert.fail(
        `messages were lost: ${books.messages
          .filter((number) => !received.has(number))
          .join(', ')
          .slice(0, 200)}`,
      )
    await pause(20)
  }
  await bob.endAsync()
  const once = [...new Set(order)]
  assert.deepEqual(
    once,
    [...once].sort((a, b) => a - b),
    'messages came out of order',
  )
}

export interface CrashResult {
  readonly seed: number
  readonly kills: number
  readonly users: number
  readonly groups: number
  readonly messages: number
  readonly lost: 0
}

/** Kills the server `kills` times, at moments that the seed draws. */
export async function crashes(seed: number, kills: number): Promise<CrashResult> {
  const chance = chanceOf(seed)
  const data = await mkdtemp(join(tmpdir(), 'im-crash-'))
  const books: Books = { users: [], groups: [], messages: [], sent: 0, tried: 0 }
  const received = new Set<number>()
  let server: ServerProcess | undefined
  try {
    server = await startProcess(data)
    const bob = await login(server, 'bob')
    await bob.subscribeAsync(`${APP}/u/bob/+`, { qos: 1 })
    await bob.endAsync()
    for (let round = 0; round < kills; round++) {
      const alice = await login(server, 'alice')
      const working = load(server, alice, await tokenFor(server, 'alice'), books)
      // The first round has something of each kind to lose, however slow the machine is; the others end anywhere.
      while (round === 0 && Math.min(books.users.length, books.groups.length, books.messages.length) === 0)
        await pause(5)
      await pause(chance.between(10, 600))
      await server.kill()
      await working.all
      alice.end(true)
      server = await startProcess(data)
      await verify(server, books, received)
    }
    return {
      seed,
      kills,
      users: books.users.length,
      groups: books.groups.length,
      messages: books.messages.length,
      lost: 0,
    }
  } finally {
    await server?.kill()
    await rm(data, { recursive: true, force: true })
  }
}

export interface FullDiskResult {
  /** KiB that each file may have, and what was acknowledged under that. */
  readonly fileKiB: number
  readonly users: number
  readonly groups: number
  readonly messages: number
  readonly lost: 0
}

/** Works where no file may grow: writes fail, the server lives, and afterwards has all that it ever acknowledged. */
export async function fullDisk(fileKiB: number): Promise<FullDiskResult> {
  const data = await mkdtemp(join(tmpdir(), 'im-full-'))
  const books: Books = { users: [], groups: [], messages: [], sent: 0, tried: 0 }
  let server: ServerProcess | undefined
  try {
    server = await startProcess(data, { fileKiB })
    const bob = await login(server, 'bob')
    await bob.subscribeAsync(`${APP}/u/bob/+`, { qos: 1 })
    await bob.endAsync()
    const alice = await login(server, 'alice')
    const working = load(server, alice, await tokenFor(server, 'alice'), books)
    // Long past what one file may hold, or until nothing more is taken: who registers is refused again and again meanwhile.
    const taking = { over: false }
    void working.publishing.then(() => (taking.over = true))
    while (!taking.over && books.messages.length < 20 * fileKiB) await pause(20)
    assert.equal((await call(server.api, 'GET', 'endpoints', '')).status, 200, server.complaints())
    await server.kill()
    await working.all
    alice.end(true)
    server = await startProcess(data)
    await verify(server, books, new Set())
    return { fileKiB, users: books.users.length, groups: books.groups.length, messages: books.messages.length, lost: 0 }
  } finally {
    await server?.kill()
    await rm(data, { recursive: true, force: true })
  }
}
