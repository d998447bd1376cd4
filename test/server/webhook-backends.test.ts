// What no backend of the webhook, however bad, can do; and what the operator is told of a webhook that cannot be.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createSecure } from 'node:https'
import { createServer as createTcp, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { readCommandLine } from '../../server/options'
import { startServer } from '../../server/server'
import { message, quick, secret, until, urlOf } from './backend'
import { inbox, publish, receive, startWorld, subscribe, to } from './world'

describe('a hostile backend', () => {
  const sockets = new Set<Socket>()
  let tcp: Server
  let asked = 0

  async function listen(answer: (socket: Socket) => void): Promise<string> {
    asked = 0
    tcp = createTcp((socket) => {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('data', () => {
        asked++
        answer(socket)
      })
    })
    tcp.listen(0, '127.0.0.1')
    await once(tcp, 'listening')
    return urlOf(tcp)
  }
  afterEach(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => tcp.close(resolve))
  })

  test.each<[string, (socket: Socket) => void, RegExp]>([
    ['hangs', () => undefined, /no answer within 500 ms/],
    ['closes half-way', (socket) => socket.end('HTTP/1.1 200 O'), /closed|HPE|ECONNRESET/],
    ['cuts the connection', (socket) => socket.destroy(), /ECONNRESET/],
    ['talks another protocol', (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'), /HPE/],
    [
      'sends headers without an end',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n')
        const more = setInterval(() => socket.write(`x: ${'y'.repeat(1000)}\r\n`), 1)
        socket.on('close', () => clearInterval(more))
      },
      /HPE_HEADER_OVERFLOW/,
    ],
    [
      'promises to go on for ever',
      (socket) => {
        const more = setInterval(() => socket.write('HTTP/1.1 100 Continue\r\n\r\n'), 5)
        socket.on('close', () => clearInterval(more))
      },
      /no answer within 500 ms/,
    ],
    [
      'redirects',
      (socket) => socket.end('HTTP/1.1 307 x\r\nLocation: http://127.0.0.1:1/admin\r\nContent-Length: 0\r\n\r\n'),
      /307, a redirect, which is not followed/,
    ],
    ['answers 401', (socket) => socket.end('HTTP/1.1 401 x\r\nContent-Length: 0\r\n\r\n'), /401/],
  ])('that %s: messages go on as fast as ever, and in the end it is given up', async (_, answer, why) => {
    const url = await listen(answer)
    const world = await startWorld({
      webhook: url,
      webhookSecret: secret,
      webhookWindow: 0,
      limits: { ...quick, webhookAttempts: 2, ...(why.source.includes('no answer') ? { webhookTimeoutMs: 500 } : {}) },
    })
    const figures = async () =>
      (await world.call('GET', 'admin/figures', { token: world.server.adminSecret })).body.data as {
        webhook: { givenUp: number; pending: number; lastError?: { why: string } }
      }
    await world.token('carol')
    const bob = await world.login('bob')
    await subscribe(bob, inbox('bob'))
    const alice = await world.login('alice')
    await publish(alice, to('carol', 'alice'), message('away'))
    await until('it was asked', () => asked > 0)
    // While the call is under way, who is here hears everything.
    expect(await publish(alice, to('bob', 'alice'), message('here'))).toBe(0)
    expect((await receive(bob)).text).toContain('here')
    await until('it is given up', async () => (await figures()).webhook.givenUp === 1)
    const { pending, lastError } = (await figures()).webhook
    expect(pending).toBe(0)
    expect(lastError?.why).toMatch(why)
    expect(asked).toBe(2)
    await world.end()
  })

  test('that still hangs when the server stops does not hold it up', async () => {
    const url = await listen(() => undefined)
    const world = await startWorld({
      webhook: url,
      webhookSecret: secret,
      webhookWindow: 0,
      limits: { webhookTimeoutMs: 1e9 },
    })
    await world.token('bob')
    await publish(await world.login('alice'), to('bob', 'alice'), message('x'))
    await until('it was asked', () => asked > 0)
    await world.end()
    await until('the call is cut', () => [...sockets].every(({ destroyed }) => destroyed))
  })
})

test('an https backend must have a good certificate, whatever the environment says', async () => {
  const fixture = (name: string) => join(__dirname, 'fixtures', `loopback.${name}.pem`)
  const server = createSecure(
    { key: readFileSync(fixture('key')), cert: readFileSync(fixture('cert')) },
    (_, response) => response.end(),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const outcome = async (env: NodeJS.ProcessEnv): Promise<string> => {
    const address = urlOf(server).replace('http:', 'https:')
    const script = join(__dirname, 'fixtures', 'https-call.ts')
    const child = spawn(process.execPath, ['--import', 'tsx', script, address], {
      cwd: join(__dirname, '../..'),
      env: { ...process.env, NODE_NO_WARNINGS: '1', ...env },
    })
    let printed = ''
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
    await once(child, 'close')
    return printed.trim()
  }
  try {
    expect(await outcome({})).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
    expect(await outcome({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
    expect(await outcome({ NODE_EXTRA_CA_CERTS: fixture('cert') })).toBe('taken')
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

describe('the operator', () => {
  test.each([
    [{ webhook: 'backend:3000' }, /must be an https:\/\/ or http:\/\/ URL/],
    [{ webhook: 'ftp://backend/' }, /must be an https:\/\/ or http:\/\/ URL/],
    [{ webhook: 'https://me:hunter2@backend/' }, /no user name or password/],
    [{ webhook: 'https://backend/', webhookSecret: undefined }, /needs a secret/],
    [{ webhook: 'https://backend/', webhookSecret: 'hunter2' }, /whsec_/],
    [{ webhook: 'https://backend/', webhookSecret: 'whsec_c2hvcnQ=' }, /24 to 64 bytes/],
    [{ webhook: 'https://backend/', webhookWindow: NaN }, /window/],
  ])('is told what is wrong with %j, without what may be secret', async (wishes, why) => {
    const failure = startServer({ webhookSecret: secret, ...wishes })
    await expect(failure).rejects.toThrow(why)
    await expect(failure).rejects.not.toThrow(/hunter2|c2hvcnQ/)
  })

  test('sets it by flags and environment; the secret by the environment only', () => {
    const env = { IM_WEBHOOK: 'https://a/', IM_WEBHOOK_SECRET: secret, IM_WEBHOOK_WINDOW: '9' }
    expect(readCommandLine([], env)).toMatchObject({ webhook: 'https://a/', webhookSecret: secret, webhookWindow: 9 })
    expect(readCommandLine(['--webhook', 'https://b/', '--webhook-window', '1'], env)).toMatchObject({
      webhook: 'https://b/',
      webhookWindow: 1,
    })
    expect(() => readCommandLine(['--webhook-secret', secret], env)).toThrow()
  })
})
