// Floods of connections and requests: held at a bound, the rest told to come later, and afterwards everything is as before.
import { WebSocket } from 'ws'
import { startServer, type RunningServer } from '../../../server/server'
import { tokensOf } from './tokens-of'

let server: RunningServer
afterEach(() => server.stop())

const mb = (bytes: number) => bytes / 2 ** 20

interface Dialled {
  readonly socket: WebSocket
  readonly ended: Promise<string>
}
const dial = (): Dialled => {
  const socket = new WebSocket(server.url, 'mqtt')
  const ended = new Promise<string>((resolve) => {
    socket.on('error', (error) => resolve(error.message))
    socket.on('close', (_code, reason) => resolve(reason.toString()))
  })
  return { socket, ended }
}
const open = ({ socket }: Dialled) => new Promise<void>((resolve) => socket.once('open', resolve))

test('of 400 connections 50 stay; the others are told when to come again; when they leave there is room', async () => {
  server = await startServer({ limits: { connections: 50, strangersPerAddress: 1_000 } })
  const all = Array.from({ length: 400 }, dial)
  const refused = await new Promise<string[]>((resolve) => {
    const reasons: string[] = []
    for (const { ended } of all)
      void ended.then((reason) => {
        reasons.push(reason)
        if (reasons.length === 350) resolve(reasons)
      })
  })
  expect(new Set(refused)).toEqual(new Set(['code=31003 retryAfter=30']))
  for (const { socket } of all) socket.terminate()
  // The server notices them go one after the other.
  for (let stays = false; !stays;) {
    const next = dial()
    await open(next)
    stays = await Promise.race([
      next.ended.then(() => false),
      new Promise<true>((resolve) => setTimeout(resolve, 20, true)),
    ])
    next.socket.terminate()
  }
})

test('a thousand logins by password at once: some hashed, the rest told to come again, memory as before', async () => {
  server = await startServer({
    passwordWork: { logN: 12, p: 1 },
    limits: {
      hashing: 2,
      hashingQueue: 10,
      failuresPerAddress: 1e6,
      failuresPerUser: 1e6,
      failuresPerUserAndAddress: 1e6,
    },
  })
  await tokensOf(server)('alice')
  const ask = () =>
    fetch(`${server.apiUrl}/acme/chat/token`, {
      method: 'POST',
      body: JSON.stringify({ grant_type: 'password', username: 'alice', password: 'wrong' }),
    }).then(async (answer) => {
      await answer.arrayBuffer()
      return [answer.status, answer.headers.get('retry-after')] as const
    })
  const before = process.memoryUsage.rss()
  const answers = await Promise.all(Array.from({ length: 1_000 }, ask))
  const told = answers.filter(([status]) => status === 503)
  expect(told.length).toBeGreaterThan(0)
  expect(told.every(([, retryAfter]) => Number(retryAfter) > 0)).toBe(true)
  expect([...new Set(answers.map(([status]) => status))].sort()).toEqual([401, 503])
  expect(mb(process.memoryUsage.rss() - before)).toBeLessThan(300)
  expect(await ask()).toEqual([401, null])
})

test('requests that never end cost nobody else anything', async () => {
  server = await startServer()
  const { connect } = await import('node:net')
  const port = Number(new URL(server.apiUrl).port)
  const slow = Array.from({ length: 300 }, () => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write('POST /acme/chat/users HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{')
    return socket
  })
  await Promise.all(slow.map((socket) => new Promise((resolve) => socket.once('connect', resolve))))
  const answer = await fetch(`${server.apiUrl}/acme/chat/endpoints`)
  expect(answer.status).toBe(200)
  for (const socket of slow) socket.destroy()
})
