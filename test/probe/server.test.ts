// `/probe` of the embedded server, over real sockets: what the probe asks of it, and that it is not there unasked.
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { type RunningServer, startServer } from '../../server/server'

let server: RunningServer
beforeAll(async () => {
  server = await startServer({ probe: true })
})
afterAll(() => server.stop())

const url = (rest: string, from = server) => from.apiUrl.replace('http', 'ws') + rest

/** A connection whose messages wait for whoever asks for them. */
async function connect(rest: string, protocols: string[] = []) {
  const socket = new WebSocket(url(rest), protocols)
  const heard: (string | Buffer)[] = []
  let arrived: () => void = () => undefined
  socket.on('message', (data: Buffer, isBinary) => {
    heard.push(isBinary ? data : data.toString())
    arrived()
  })
  await once(socket, 'open')
  const next = async (): Promise<string | Buffer> => {
    if (heard.length === 0) await new Promise<void>((resolve) => (arrived = resolve))
    return heard.shift()!
  }
  const greeting = JSON.parse((await next()) as string) as Record<string, unknown>
  return { socket, next, greeting }
}

/** The status with which an upgrade was refused. */
async function refused(rest: string, from = server): Promise<number | undefined> {
  const socket = new WebSocket(url(rest, from))
  socket.on('error', () => undefined)
  const [, { statusCode }] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode?: number }]
  return statusCode
}

test('it greets, echoes texts and bytes, and says how old a connection is', async () => {
  const { socket, next, greeting } = await connect('/probe')
  expect(greeting).toEqual({ probe: 1, now: expect.any(Number) as number })
  socket.send('hello')
  expect(await next()).toBe('hello')
  socket.send(Buffer.from([1, 2, 3]))
  expect(await next()).toEqual(Buffer.from([1, 2, 3]))
  socket.send('age')
  expect(JSON.parse((await next()) as string)).toEqual({
    age: expect.any(Number) as number,
    now: expect.any(Number) as number,
  })
  socket.close()
})

test('it closes as it is asked, drops, and remembers how a named connection ended', async () => {
  const { socket } = await connect('/probe?close=4321&reason=bye&name=a')
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer]
  expect([code, reason.toString()]).toEqual([4321, 'bye'])
  const dropped = await connect('/probe?drop=10&name=b')
  expect(await once(dropped.socket, 'close')).toEqual([1006, Buffer.alloc(0)])
  const open = await connect('/probe?name=c')
  for (const [name, fate] of [
    ['b', 1006],
    ['c', 'open'],
    ['nobody', null],
  ] as const)
    // prettier-ignore
    expect((await connect(`/probe?ask=${name}`)).greeting.fate).toBe(fate)
  open.socket.terminate()
})

test('a deaf connection does not answer our close frame, and its life ends it', async () => {
  const { socket } = await connect('/probe?deaf=0&life=300')
  socket.close(1000)
  const [code] = (await once(socket, 'close')) as [number]
  expect(code).not.toBe(1005)
})

test('it refuses a handshake, echoes no subprotocol, and never ends a handshake, each at its own path', async () => {
  expect(await refused('/probe/404')).toBe(404)
  const silent = new WebSocket(url('/probe/silent'), { handshakeTimeout: 300 })
  const [error] = (await once(silent, 'error')) as [Error]
  expect(error.message).toContain('handshake has timed out')
  const mute = new WebSocket(url('/probe/mute'), ['mqtt'])
  expect((await once(mute, 'error').then(([error]) => error as Error)).message).toContain('no subprotocol')
  const spoken = await connect('/probe', ['mqtt'])
  expect(spoken.socket.protocol).toBe('mqtt')
  spoken.socket.close()
})

test('the 33rd connection at once is refused', async () => {
  const all = await Promise.all(Array.from({ length: 32 }, () => connect('/probe').catch(() => undefined)))
  expect(await refused('/probe')).toBe(503)
  for (const one of all) one?.socket.terminate()
})

test('without --probe there is nothing', async () => {
  const plain = await startServer()
  expect(await refused('/probe', plain)).toBe(404)
  expect((await fetch(`${plain.apiUrl}/probe`)).status).toBe(404)
  await plain.stop()
})
