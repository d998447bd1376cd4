// Phones on the real clock against real servers on loopback: the same wx, over ws and node:http.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { createPhone, type Phone } from '../../simulator/core/phone'
import { realClock } from '../../simulator/node/clocks'
import { createNodeHttp } from '../../simulator/node/http'
import { createWsLink } from '../../simulator/node/ws-link'

let http: Server
let sockets: WebSocketServer
let base: string
let phone: Phone
let clock: ReturnType<typeof realClock>

beforeEach(async () => {
  http = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ method: request.method, body: Buffer.concat(chunks).toString() }))
    })
  })
  sockets = new WebSocketServer({ server: http, path: '/mqtt' })
  sockets.on('connection', (socket) => {
    socket.on('message', (data: Buffer, binary) => socket.send(data, { binary }))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  base = `127.0.0.1:${(http.address() as AddressInfo).port}`
  clock = realClock()
  phone = createPhone({ clock, link: createWsLink(), http: createNodeHttp(), profile: 'android' })
})
afterEach(async () => {
  phone.dispose()
  for (const socket of sockets.clients) socket.terminate()
  await new Promise((resolve) => http.close(resolve))
})

/** Opens a socket and gives what it is told, as promises. */
function connect(url = `ws://${base}/mqtt`, protocols = ['mqtt']) {
  const task = phone.wx.connectSocket({ url, protocols })
  const next = <T>(on: (listener: (value: T) => void) => void) => new Promise<T>((resolve) => on(resolve))
  return {
    task,
    opened: next(task.onOpen),
    message: next(task.onMessage),
    closed: next(task.onClose),
    failed: next(task.onError),
  }
}

test('text, bytes, subprotocol and the end of a socket', async () => {
  const { task, opened, message, closed } = connect()
  await opened
  expect([...sockets.clients][0]?.protocol).toBe('mqtt')
  task.send({ data: new Uint8Array([1, 2]).buffer })
  expect((await message).data).toEqual(new Uint8Array([1, 2]).buffer)
  task.close({ code: 1000, reason: 'bye' })
  expect(await closed).toEqual({ code: 1000, reason: 'bye' })
  expect([phone.sockets.open, phone.sockets.most]).toEqual([0, 1])
})

test('the server closes, or is killed', async () => {
  const polite = connect()
  await polite.opened
  for (const socket of sockets.clients) socket.close(1012, 'restart')
  expect(await polite.closed).toEqual({ code: 1012, reason: 'restart' })
  const rude = connect()
  await rude.opened
  for (const socket of sockets.clients) socket.terminate()
  expect(await rude.closed).toEqual({ code: 1006, reason: 'abnormal closure' })
})

test('nobody listens there, or something else does', async () => {
  expect((await connect(`ws://${base}/other`).failed).errMsg).toContain('Invalid HTTP status.')
  expect((await connect('ws://127.0.0.1:9/mqtt').failed).errMsg).toContain('Connection refused')
})

test('a server that echoes no subprotocol', async () => {
  sockets.options.handleProtocols = () => false
  expect((await connect().failed).errMsg).toContain("Sent non-empty 'Sec-WebSocket-Protocol' header but no response")
})

test('links that the network lost end when the phone is switched off, and nothing is left', async () => {
  const { opened } = connect()
  await opened
  const gone = new Promise((resolve) => [...sockets.clients][0]!.on('close', resolve))
  phone.network.cutSilently()
  phone.dispose()
  await gone
  expect([sockets.clients.size, clock.left]).toEqual([0, 0])
})

test('a request goes out and comes back; a refused one says so', async () => {
  const answer = await new Promise((resolve) => {
    phone.wx.request({ url: `http://${base}/x`, method: 'POST', data: { a: 1 }, success: ({ data }) => resolve(data) })
  })
  expect(answer).toEqual({ method: 'POST', body: '{"a":1}' })
  const failure = await new Promise((resolve) => {
    phone.wx.request({ url: 'http://127.0.0.1:9/', fail: ({ errMsg }) => resolve(errMsg) })
  })
  expect(failure).toContain('ERR_CONNECTION_REFUSED')
})
