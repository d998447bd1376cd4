// Sockets and answers end: refused, silent, slow to send or slow to read, they cost little, and shut nobody out.
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, startWorld, type World } from './world'

let world: World
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await world.end()
})

/** A raw socket that has sent `text`; `ended`: what it got, when the server has closed it. */
function dial(text: string, { read = true } = {}): { socket: Socket; ended: Promise<string>; first: Promise<void> } {
  const socket = connect(Number(new URL(world.server.apiUrl).port), '127.0.0.1')
  sockets.push(socket)
  let got = ''
  socket.on('error', () => undefined)
  if (read) socket.on('data', (data) => (got += data.toString('latin1')))
  else socket.pause()
  socket.write(text)
  return {
    socket,
    ended: new Promise((resolve) => socket.on('close', () => resolve(got))),
    first: new Promise((resolve) => socket.once('connect', resolve)),
  }
}
const upgrade = (path: string, protocol: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
  `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${protocol}\r\n`

test.each([
  ['elsewhere', upgrade('/other', 'Sec-WebSocket-Protocol: mqtt\r\n'), '404'],
  ['without the subprotocol', upgrade('/mqtt', ''), '400'],
])('an upgrade %s is answered, and its socket closed by the server', async (_what, request, status) => {
  world = await startWorld()
  // A client that never closes its own half.
  const socket = connect({ port: Number(new URL(world.server.apiUrl).port), host: '127.0.0.1', allowHalfOpen: true })
  sockets.push(socket)
  socket.on('error', () => undefined)
  let got = ''
  socket.on('data', (data) => (got += data.toString()))
  socket.write(request)
  await new Promise((resolve) => socket.once('end', resolve))
  expect(got).toContain(status)
  // What is written now meets a socket that is gone.
  const gone = new Promise((resolve) => socket.once('close', resolve))
  const writing = setInterval(() => socket.write('x'), 10)
  await gone
  clearInterval(writing)
})

test('headers and bodies that do not come end when the time-outs say', async () => {
  world = await startWorld({ limits: { headersMs: 300, requestMs: 600 } })
  const started = performance.now()
  expect(await dial('GET / HTTP/1.1\r\nHost: x\r\n').ended).toContain('408')
  const headers = performance.now() - started
  await dial(`POST /${app}/users HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{`).ended
  await dial('').ended
  expect(headers).toBeGreaterThan(290)
})

test('silent sockets, and bodies that never end, do not shut out whoever asks', async () => {
  world = await startWorld({ limits: { connections: 5, httpConnections: 10 } })
  const silent = Array.from({ length: 40 }, () => dial(''))
  await Promise.all(silent.map(({ first }) => first))
  const slow = Array.from({ length: 40 }, () =>
    dial(`POST /${app}/users HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{`),
  )
  await Promise.all(slow.map(({ first }) => first))
  for (let i = 0; i < 5; i++) expect((await world.call('GET', `${app}/endpoints`)).status).toBe(200)
  await world.login('alice')
})

test('WebSockets that say nothing give way to those that do', async () => {
  world = await startWorld({ limits: { connections: 3 } })
  const token = await world.token('alice')
  for (let i = 0; i < 3; i++) await world.dial()
  for (;;) {
    const client = await world.knock({ user: 'alice', token })
    const answered = await client.next('connack').catch(() => undefined)
    if (answered?.reasonCode === 0) break
  }
})

describe('answers that nobody reads', () => {
  const fileBytes = 4 * 1024 * 1024
  async function upload(): Promise<{ id: string; token: string }> {
    await world.token('bob')
    const token = await world.token('alice')
    const form = new FormData()
    form.set('to', 'bob')
    form.set('file', new Blob([Buffer.alloc(fileBytes, 7)]), 'a.bin')
    const { body } = await world.call('POST', `${app}/chatfiles`, { token, raw: form })
    return { id: (body.entities as { uuid: string }[])[0]!.uuid, token }
  }
  const get = (path: string, token: string): string =>
    `GET /${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`

  test('150 downloads of one file cost no more memory than their pieces; others fetch it whole', async () => {
    world = await startWorld({ limits: { downloadsPerUser: 1000 } })
    const { id, token } = await upload()
    const before = process.memoryUsage()
    const slow = Array.from({ length: 150 }, () => dial(get(`${app}/chatfiles/${id}`, token), { read: false }))
    await Promise.all(slow.map(({ socket }) => new Promise((resolve) => socket.once('readable', resolve))))
    const response = await fetch(`${world.server.apiUrl}/${app}/chatfiles/${id}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    const bytes = new Uint8Array(await response.arrayBuffer())
    expect(bytes.length).toBe(fileBytes)
    expect(bytes.every((byte) => byte === 7)).toBe(true)
    const after = process.memoryUsage()
    // Whole files would be 600 MB.
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(100 * 1024 * 1024)
  })

  test('a user may have a few at once; who does not read is cut off, and then there is room again', async () => {
    // Uploaded to a server that is patient: how long a disk takes for the file is nobody's slowness.
    const data = await mkdtemp(join(tmpdir(), 'im-slow-'))
    world = await startWorld({ data })
    const { id, token } = await upload()
    await world.end()
    world = await startWorld({ data, limits: { downloadsPerUser: 2, idleMs: 400 } })
    const slow = [1, 2].map(() => dial(get(`${app}/chatfiles/${id}`, token), { read: false }))
    await Promise.all(slow.map(({ socket }) => new Promise((resolve) => socket.once('readable', resolve))))
    const refused = await world.call('GET', `${app}/chatfiles/${id}`, { token })
    expect(refused).toMatchObject({ status: 503, body: { code: 31003 } })
    let status = 503
    while (status === 503) {
      const response = await fetch(`${world.server.apiUrl}/${app}/chatfiles/${id}`, {
        headers: { authorization: `Bearer ${token}` },
      })
      await response.arrayBuffer()
      status = response.status
    }
    expect(status).toBe(200)
    await world.end()
    await rm(data, { recursive: true, force: true })
  })

  test('a client that asks and never reads its answers is read no further', async () => {
    world = await startWorld({ limits: { bufferedBytes: 20_000, packetsPerSecond: 1e6 } })
    const alice = await world.login('alice')
    alice.pause()
    let sent = 0
    const ping = Buffer.concat(Array.from({ length: 5_000 }, () => Buffer.from([0xc0, 0])))
    // Until the kernel's own buffers are full, and ours behind them; then pings are not answered any more.
    for (; sent < 40; sent++) alice.send(ping)
    const bob = await world.login('bob')
    bob.send({ cmd: 'pingreq' })
    await bob.next('pingresp')
    alice.resume()
    for (let i = 0; i < 5_000 * sent; i += 5_000) await alice.next('pingresp')
  })
})

test('a report of a log full of connections costs the others nothing, wherever it is wrong', async () => {
  world = await startWorld()
  const token = await world.token('alice')
  const line = `${JSON.stringify({ t: 1, event: 'connection.accepted', zone: 'x', fields: { zone: 'x' } })}\n`
  const text = `${JSON.stringify({ log: 1, zone: 'x' })}\n${line.repeat(Math.floor(1_000_000 / line.length))}`
  const { body } = await world.call('POST', `${app}/logs`, { token, body: { name: 'a.ndjson', size: text.length } })
  const id = String(body.id)
  for (let at = 0; at < text.length; at += 200_000)
    await world.call('PUT', `${app}/logs/${id}?offset=${at}`, { token, raw: Buffer.from(text.slice(at, at + 200_000)) })
  const report = await world.admin('GET', `logs/${id}/report`)
  expect(report.status).toBe(200)
  expect(report.headers.get('x-content-type-options')).toBe('nosniff')
  expect(report.headers.get('content-security-policy')).toBeTruthy()
})
