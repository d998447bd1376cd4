// The fault proxy does to the bytes what it says: a client of `ws` behind it sees exactly that fault.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'
import { startProxy, type FaultProxy, type Refusal } from './proxy'

let echo: WebSocketServer
let proxy: FaultProxy
beforeEach(async () => {
  echo = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  echo.on('connection', (client) => {
    client.on('message', (data: Buffer) => client.send(data))
    client.on('error', () => undefined)
  })
  await once(echo, 'listening')
  proxy = await startProxy(() => (echo.address() as AddressInfo).port)
})
afterEach(async () => {
  for (const client of echo.clients) client.terminate()
  await proxy.stop()
  await new Promise((resolve) => echo.close(resolve))
})

interface Seen {
  readonly socket: WebSocket
  readonly messages: string[]
  readonly ended: Promise<{ code: number; reason: string; error: string }>
  says(text: string): Promise<void>
}

async function dial(): Promise<Seen> {
  const socket = new WebSocket(`ws://127.0.0.1:${proxy.port}/`)
  const messages: string[] = []
  let error = ''
  socket.on('message', (data: Buffer) => messages.push(data.toString()))
  socket.on('error', (reason: Error) => (error = reason.message))
  const ended = new Promise<{ code: number; reason: string; error: string }>((resolve) =>
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString(), error })),
  )
  await Promise.race([once(socket, 'open'), ended.then((end) => Promise.reject(new Error(end.error)))])
  return {
    socket,
    messages,
    ended,
    async says(text) {
      const came = new Promise<void>((resolve) =>
        socket.on('message', (data: Buffer) => {
          if (data.toString() === text) resolve()
        }),
      )
      socket.send(text)
      await came
    },
  }
}
/** True when nothing of this comes while a second, healthy link talks three times to and fro. */
const silent = async ({ messages }: Seen): Promise<boolean> => {
  const before = messages.length
  const other = await dial()
  for (const text of ['one', 'two', 'three']) await other.says(text)
  other.socket.terminate()
  return messages.length === before
}

test('without a fault it is not there', async () => {
  const client = await dial()
  await client.says('hello')
  await client.says('x'.repeat(70_000))
  client.socket.close(4000, 'done')
  expect(await client.ended).toMatchObject({ code: 4000, reason: 'done' })
  expect(proxy.links).toHaveLength(0)
})

test('delay: everything comes, later and in order', async () => {
  const client = await dial()
  proxy.inject('delay', 60)
  const started = Date.now()
  client.socket.send('first')
  await client.says('second')
  expect(Date.now() - started).toBeGreaterThanOrEqual(110)
  expect(client.messages).toEqual(['first', 'second'])
})

test.each(['lost', 'halfOpenUp', 'halfOpenDown'] as const)('%s: no answer, and nobody is told', async (fault) => {
  const client = await dial()
  proxy.inject(fault)
  client.socket.send('hello')
  expect(await silent(client)).toBe(true)
  expect(client.socket.readyState).toBe(WebSocket.OPEN)
  proxy.heal()
  expect(await client.ended).toMatchObject({ code: 1006 })
})

test('reset: both ends at once, without a close frame', async () => {
  const client = await dial()
  proxy.inject('reset')
  expect(await client.ended).toMatchObject({ code: 1006 })
  while (echo.clients.size > 0) await new Promise((resolve) => setImmediate(resolve))
})

test('truncate: the frame breaks off in its middle; nothing of it is a message', async () => {
  const client = await dial()
  proxy.inject('truncate', 10)
  client.socket.send('a text of more than ten bytes')
  expect(await client.ended).toMatchObject({ code: 1006 })
  expect(client.messages).toEqual([])
})

test('drip: byte by byte, and whole in the end', async () => {
  const client = await dial()
  proxy.inject('drip', 1)
  const started = Date.now()
  await client.says('forty bytes and not one of them is lost.')
  expect(Date.now() - started).toBeGreaterThan(40)
})

test('garbage: the stream is no WebSocket any more', async () => {
  const client = await dial()
  proxy.inject('garbage')
  const { code, error } = await client.ended
  expect([code, error]).toEqual([1006, expect.stringMatching(/Invalid WebSocket frame/)])
})

test('a bad packet and a text frame are whole messages, put between two others', async () => {
  const client = await dial()
  proxy.inject('badPacket', Buffer.from('nonsense'))
  proxy.inject('textFrame')
  proxy.inject('ping')
  await client.says('still here')
  expect(client.messages).toEqual(['nonsense', '{"hello":1}', 'still here'])
})

test.each([1000, 1001, 1011, 1013, 3999, 4999])('a close frame with %i comes as such', async (code) => {
  const client = await dial()
  proxy.inject('closeFrame', code, '再见')
  expect(await client.ended).toMatchObject({ code, reason: '再见' })
})

test.each([0, 999, 1004, 1005, 1006, 1016, 2999, 65535])(
  'a close frame with the forbidden %i breaks the link',
  async (code) => {
    const client = await dial()
    proxy.inject('closeFrame', code)
    expect(await client.ended).toMatchObject({
      code: 1006,
      error: expect.stringMatching(/invalid status code/) as string,
    })
  },
)

test('held bytes of an old link arrive on the old link, after the next one is up', async () => {
  const old = await dial()
  proxy.inject('hold')
  old.socket.send('late')
  const next = await dial()
  await next.says('early')
  expect(old.messages).toEqual([])
  proxy.release()
  while (old.messages.length === 0) await new Promise((resolve) => setImmediate(resolve))
  expect([old.messages, next.messages]).toEqual([['late'], ['early']])
})

test.each<[Refusal, RegExp]>([
  ['drop', /ECONNRESET|socket hang up/],
  ['portal', /Unexpected server response: 200/],
  ['unavailable', /Unexpected server response: 503/],
  ['redirect', /Unexpected server response: 302/],
  ['nonsense', /Parse Error/],
])('refused by %s; the next one is let in', async (how, error) => {
  proxy.refuse(how)
  await expect(dial()).rejects.toThrow(error)
  await (await dial()).says('hello')
})

test('refused by silence: the handshake never ends', async () => {
  proxy.refuse('hang')
  const socket = new WebSocket(`ws://127.0.0.1:${proxy.port}/`)
  socket.on('error', () => undefined)
  const other = await dial()
  await other.says('hello')
  expect(socket.readyState).toBe(WebSocket.CONNECTING)
  socket.terminate()
})
