// The shipped file in simulated phones over real sockets: against the embedded server, and against one of MQTT 3.1.1 only.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Aedes } from 'aedes1'
import { createWebSocketStream, WebSocketServer, type WebSocket } from 'ws'
import { startServer, type RunningServer } from '../../server/server'
import { createPhone, type Phone } from '../../simulator/core/phone'
import { boot } from '../../simulator/node/boot'
import { realClock } from '../../simulator/node/clocks'
import { createNodeHttp } from '../../simulator/node/http'
import { createWsLink } from '../../simulator/node/ws-link'
import type * as Sdk from '../../src/index'
import { SHIPPED } from './world'
import { PATIENCE } from '../patience'

interface Actor {
  readonly phone: Phone
  readonly sdk: typeof Sdk
  readonly it: Sdk.Connection
  readonly events: string[]
  readonly texts: string[]
}

const ends: (() => Promise<void> | void)[] = []
const actors: Actor[] = []

const actor = (options: Partial<Sdk.ConnectionOptions>): Actor => {
  const phone = createPhone({
    clock: realClock(),
    link: createWsLink(),
    http: createNodeHttp(),
    maxSockets: 5,
    quirks: { slotReleaseDelay: 0 },
  })
  const sdk = boot(phone, { file: SHIPPED }).exports as typeof Sdk
  const it = new sdk.Connection({
    appKey: 'acme#chat',
    isHttpDNS: false,
    autoReconnectNumMax: Infinity,
    reconnectBaseDelay: 50,
    reconnectMaxDelay: 100,
    ...options,
  })
  const events: string[] = []
  const texts: string[] = []
  it.on('onConnected', ({ protocolVersion, resumed }) =>
    events.push(`connected ${protocolVersion}${resumed ? ', resumed' : ''}`),
  )
  it.on('onDisconnected', ({ code }) => events.push(`disconnected ${code}`))
  it.on('onTextMessage', ({ msg }) => texts.push(msg))
  const made = { phone, sdk, it, events, texts }
  actors.push(made)
  return made
}

const say = (from: Actor, to: string, msg: string) =>
  from.it.send(from.sdk.message.create({ type: 'txt', chatType: 'singleChat', to, msg }))

const until = async (what: string, condition: () => boolean): Promise<void> => {
  const deadline = Date.now() + PATIENCE
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

afterEach(async () => {
  for (const { it, phone } of actors.splice(0)) {
    await it.destroy()
    expect([phone.sockets.open, phone.timersLeft(), phone.errors]).toEqual([0, 0, []])
    expect(phone.sockets.most).toBeLessThanOrEqual(2)
    phone.dispose()
  }
  for (const end of ends.splice(0).reverse()) await end()
})

test('against the embedded server: registration, login, messages, its death and return, a kick, and the end', async () => {
  const data = mkdtempSync(join(tmpdir(), 'miniprogram-im-'))
  ends.push(() => rmSync(data, { recursive: true }))
  const wishes = { data, passwordWork: { logN: 4, p: 1 } }
  let server: RunningServer = await startServer(wishes)
  const port = Number(new URL(server.apiUrl).port)
  ends.push(() => server.stop())

  const [alice, bob] = [
    actor({ url: server.url, apiUrl: server.apiUrl }),
    actor({ url: server.url, apiUrl: server.apiUrl }),
  ]
  for (const [who, user] of [
    [alice, 'alice'],
    [bob, 'bob'],
  ] as const) {
    await who.it.registerUser({ username: user, password: 'correct horse' })
    await who.it.open({ user, pwd: 'correct horse' })
  }
  await Promise.all([say(alice, 'bob', 'one'), say(alice, 'bob', 'two'), say(bob, 'alice', 'hello')])
  await until('the first messages', () => bob.texts.length === 2 && alice.texts.length === 1)

  await server.kill()
  await until('the drop', () => !alice.it.isOpened() && !bob.it.isOpened())
  const meanwhile = say(alice, 'bob', 'three')
  server = await startServer({ ...wishes, port })
  await meanwhile
  await until('the return', () => bob.texts.length === 3)
  await until('both online', () => alice.it.isOpened() && bob.it.isOpened())
  expect([alice.texts, bob.texts]).toEqual([['hello'], ['one', 'two', 'three']])
  expect(bob.events).toEqual(['connected 5', 'connected 5, resumed'])

  const kicked = await fetch(`${server.apiUrl}/acme/chat/admin/users/bob/kick`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.adminSecret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ code: 217 }),
  })
  expect(kicked.status).toBe(200)
  await until('the kick', () => bob.it.state === 'stopped')
  expect(bob.events.slice(2)).toEqual(['disconnected 217'])
  await alice.it.close()
  await alice.it.open({ user: 'alice', pwd: 'correct horse' })
}, 30_000)

test('against a server of MQTT 3.1.1 only: found out once, then messages, a drop and the return in its own words', async () => {
  const broker = await Aedes.createBroker()
  const http = createServer()
  const sockets = new Set<WebSocket>()
  const dialled: number[] = []
  const gate = new WebSocketServer({ server: http, handleProtocols: () => 'mqtt' })
  gate.on('connection', (socket, request) => {
    dialled.push(dialled.length)
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    const stream = createWebSocketStream(socket)
    stream.on('error', () => undefined)
    broker.handle(stream, request)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  ends.push(async () => {
    await new Promise<void>((resolve) => broker.close(resolve))
    for (const socket of sockets) socket.terminate()
    gate.close()
    await new Promise((resolve) => http.close(resolve))
  })
  const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/mqtt`

  const [alice, bob] = [actor({ url }), actor({ url })]
  await alice.it.open({ user: 'alice', accessToken: 'any' })
  await bob.it.open({ user: 'bob', accessToken: 'any' })
  expect([alice.events, bob.events, dialled.length]).toEqual([['connected 4'], ['connected 4'], 4])
  await Promise.all([say(alice, 'bob', 'one'), say(bob, 'alice', 'hello')])
  await until('the first messages', () => bob.texts.length === 1 && alice.texts.length === 1)

  for (const socket of sockets) socket.terminate()
  await until('the drop', () => !bob.it.isOpened() && !alice.it.isOpened())
  await say(alice, 'bob', 'two')
  await until('the return', () => bob.texts.length === 2)
  expect([bob.texts, dialled.length]).toEqual([['one', 'two'], 6])
}, 30_000)
