// The SDK on a platform that is not WeChat: miniprogram-im/node logs in, talks, comes back, and keeps what it should.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer, type RunningServer } from '../../server/server'
import type * as Door from '../../src/node/door'
import { inRoot } from '../../tools/project'
import { until } from '../doors/world'
import { createCable } from './cable'

// eslint-disable-next-line @typescript-eslint/no-require-imports -- as it is built
const { Connection, ErrorCode, logger, logins, messages } = require(inRoot('dist/node.js')) as typeof Door

const folder = mkdtempSync(join(tmpdir(), 'miniprogram-im-'))
let server: RunningServer
let cable: Awaited<ReturnType<typeof createCable>>
const open: Door.Connection[] = []
beforeAll(async () => {
  logger.setConsoleLogVisibility(false)
  server = await startServer({ apps: ['acme#chat'] })
  cable = await createCable(Number(new URL(server.apiUrl).port))
})
afterAll(async () => {
  await Promise.all(open.map((connection) => connection.destroy()))
  await cable.stop()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

const bot = async (user: string, options: Partial<Door.ConnectionOptions> = {}) => {
  const connection = new Connection({
    appKey: 'acme#chat',
    url: server.url,
    apiUrl: server.apiUrl,
    isHttpDNS: false,
    autoReconnectNumMax: Infinity,
    ...options,
  })
  open.push(connection)
  const calls = connection.use(logins())
  await calls.registerUser({ username: user, password: 'correct horse' }).catch((error: Door.ConnectionError) => {
    if (error.code !== ErrorCode.UserExists) throw error
  })
  const chat = connection.use(messages())
  const heard: string[] = []
  chat.on('onTextMessage', ({ msg }) => heard.push(msg))
  const { accessToken } = await connection.open({ user, pwd: 'correct horse' })
  return { connection, chat, heard, accessToken }
}

test('two bots register, log in by password, talk, and come back when their link is cut', async () => {
  const alice = await bot('alice')
  const bob = await bot('bob', { url: server.url.replace(/:\d+/, `:${cable.port}`) })
  await alice.chat.send({ type: 'txt', to: 'bob', msg: 'hello' })
  await until(() => bob.heard.length === 1)

  const events: string[] = []
  bob.connection.on('onReconnecting', () => events.push('reconnecting'))
  bob.connection.on('onConnected', ({ resumed }) => events.push(resumed ? 'resumed' : 'new session'))
  cable.cut()
  await alice.chat.send({ type: 'txt', to: 'bob', msg: 'again' })
  await until(() => bob.heard.length === 2)
  expect(bob.heard).toEqual(['hello', 'again'])
  expect(events).toEqual(['reconnecting', 'resumed'])
})

test('a file of this machine is sent by its path', async () => {
  const [carol, dave] = [await bot('carol'), await bot('dave')]
  const path = join(folder, 'note.txt')
  writeFileSync(path, 'two lines\nof text')
  const files: string[] = []
  dave.chat.on('onFileMessage', ({ url }) => files.push(url ?? 'none'))
  await carol.chat.send({ type: 'file', to: 'dave', file: { url: path, filename: 'note.txt' } })
  await until(() => files.length === 1)
  const answer = await fetch(files[0]!, { headers: { authorization: `Bearer ${dave.accessToken}` } })
  expect(await answer.text()).toBe('two lines\nof text')
})

test('with a folder, the history and the device id outlive the process; without one, nothing is written', async () => {
  const kept = join(folder, 'erin')
  const first = await bot('erin', { folder: kept })
  await first.chat.send({ type: 'txt', to: 'alice', msg: 'kept' })
  await first.connection.destroy()
  const again = await bot('erin', { folder: kept })
  const { messages: history } = await again.chat.getHistoryMessages({ targetId: 'alice', chatType: 'singleChat' })
  expect(history.map((one) => (one as { msg?: string }).msg)).toEqual(['kept'])
  expect(again.connection.deviceId).toBe(first.connection.deviceId)
  const memory = await bot('frank')
  expect([memory.connection.deviceId === first.connection.deviceId, existsSync(join(folder, 'frank'))]).toEqual([
    false,
    false,
  ])
})

test('a server that is not there, and one that is no message server, are told by name and tried again', async () => {
  const seen: [string, string | undefined][] = []
  const at = async (url: string) => {
    const connection = new Connection({ appKey: 'acme#chat', url, autoReconnectNumMax: 0 })
    open.push(connection)
    await connection.open({ user: 'alice', accessToken: 'x' }).catch((error: Door.ConnectionError) => {
      seen.push([error.name, error.detail])
    })
  }
  const nobody = await createCable(1)
  await nobody.stop()
  await at(`ws://127.0.0.1:${nobody.port}/mqtt`)
  await at(`${server.apiUrl.replace('http', 'ws')}/nothing`)
  expect(seen).toEqual([
    ['SocketFailed', expect.stringContaining('ECONNREFUSED')],
    ['HandshakeRefused', expect.stringContaining('404')],
  ])
})

test('a wrong folder and an unknown option are refused by name', () => {
  const options = { appKey: 'acme#chat', url: 'wss://a.example/' }
  expect(() => new Connection({ ...options, folder: 1 as unknown as string })).toThrow(/folder must be/)
  expect(() => new Connection({ ...options, nonsense: 1 } as never)).toThrow(/unknown option "nonsense"/)
})
