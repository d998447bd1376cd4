// The embedded server's REST: every call of docs/rest.md, wrong in every part, and bytes that are hardly HTTP. Never a 500, always an answer.
import { connect } from 'node:net'
import { startServer } from '../../../server/server'
import type { Chance } from '../random'
import type { Target } from '../fuzz/fuzz'
import { mutateBytes, mutateJson, mutateText } from '../fuzz/mutate'
import { tokensOf } from './tokens-of'
import { PATIENCE } from '../../patience'

/** Method, path and a good body. What would end the server or void every token is left out. */
const calls: readonly (readonly [string, string, unknown?])[] = [
  ['POST', 'token', { grant_type: 'password', username: 'mallory', password: 'secret', ttl: 60 }],
  ['POST', 'users', { username: 'somebody', password: 'secret' }],
  ['GET', 'endpoints'],
  ['POST', 'chatgroups', { groupname: 'G', description: 'd', public: true, members: ['bob'] }],
  ['GET', 'chatgroups'],
  ['GET', 'chatgroups/1'],
  ['GET', 'chatgroups/1/users?pagenum=1&pagesize=10'],
  ['POST', 'chatgroups/1/users', { usernames: ['bob'] }],
  ['DELETE', 'chatgroups/1/users/bob'],
  ['DELETE', 'chatgroups/1'],
  ['POST', 'chatfiles'],
  ['GET', 'chatfiles/00000000-0000-0000-0000-000000000000'],
  ['POST', 'logs', { name: 'a.log', size: 1000, sha: 'x' }],
  ['PUT', 'logs/1?offset=0', 'text'],
  ['GET', 'admin/connections'],
  ['POST', 'admin/users/bob/kick', { code: 31010 }],
  ['POST', 'admin/users/bob/block'],
  ['POST', 'admin/users/bob/unblock'],
  ['DELETE', 'admin/users/carol?by=user'],
  ['PUT', 'admin/users/bob/password', { password: 'the next' }],
  ['POST', 'admin/tokens', { username: 'bob', ttl: 60, oneTime: true, platform: 'wechat' }],
  ['POST', 'admin/users/bob/expire'],
  ['POST', 'admin/app', { blocked: false, check: false, unavailable: false }],
  ['GET', 'admin/logs'],
  ['GET', 'admin/logs/1'],
  ['GET', 'admin/logs/1/report?lang=en'],
  ['OPTIONS', 'chatgroups'],
  ['PATCH', 'chatgroups'],
]

const multipart = (chance: Chance): Buffer => {
  const part = (name: string, value: string, more = '') =>
    `--b\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`
  const good =
    part('to', 'bob') +
    part('filename', 'a.png') +
    part('file', '\x89PNG\r\n\x1a\nxxxx', '; filename="a.png"') +
    '--b--\r\n'
  return Buffer.from(chance.yes(0.9) ? mutateBytes(chance, Buffer.from(good, 'latin1')) : Buffer.from(good, 'latin1'))
}

/** Sends raw bytes; answers what came until the end. */
function exchange(port: number, request: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new Error(`no end of the answer in ${PATIENCE} ms to ${request.subarray(0, 300).toString('latin1')}`))
    }, PATIENCE)
    socket.on('data', (data) => (answer += data.toString('latin1')))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(answer)
    })
    // Our half is over: the server must not wait for the rest of what was cut short.
    socket.end(request)
  })
}

export const serverRest: Target = {
  name: 'server-rest',
  what: 'the server: REST requests',
  async begin() {
    const errors: string[] = []
    const server = await startServer({
      passwordWork: { logN: 4, p: 1 },
      limits: { failuresPerUser: 1e9, failuresPerAddress: 1e9, failuresPerUserAndAddress: 1e9 },
      log: (event, fields) => {
        if (event === 'error' || event === 'fatal') errors.push(`${event} ${JSON.stringify(fields)}`)
      },
      onFatal: (error) => errors.push(String(error)),
    })
    const port = Number(new URL(server.apiUrl).port)
    const token = tokensOf(server)
    await token('bob')
    await token('carol')
    let mallory = await token('mallory')

    return {
      async feed(chance) {
        const [method, path, body] = chance.one(calls)
        const bearer = path.startsWith('admin') ? server.adminSecret : mallory
        const wounded = (text: string) => mutateText(chance, text).replace(/[\r\n]/g, '')
        const target = chance.yes(0.3) ? wounded(`/acme/chat/${path}`) : `/acme/chat/${path}`
        const files = path === 'chatfiles' && method === 'POST'
        const content = files
          ? multipart(chance)
          : Buffer.from(body === undefined ? '' : chance.yes(0.9) ? mutateJson(chance, body) : JSON.stringify(body))
        const length = chance.yes(0.9) ? content.length : chance.one([0, -1, 1e12, content.length + 1])
        const head = [
          `${method} ${target.replaceAll(' ', '%20') || '/'} HTTP/1.1`,
          'Host: 127.0.0.1',
          'Connection: close',
          `Authorization: Bearer ${chance.yes(0.15) ? wounded(bearer) : bearer}`,
          `Content-Type: ${files ? 'multipart/form-data; boundary=b' : chance.yes(0.9) ? 'application/json' : wounded('application/json')}`,
          `Content-Length: ${length}`,
          ...(chance.yes(0.1) ? [`X-Forwarded-For: ${wounded('1.2.3.4')}`] : []),
        ]
        const request = Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), content])
        const answer = await exchange(port, chance.yes(0.1) ? Buffer.from(mutateBytes(chance, request)) : request)
        if (errors.length > 0) throw new Error(`the server failed inside: ${errors[0]}`)
        const status = /^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1]
        if (answer !== '' && status === undefined) throw new Error(`not an answer: ${answer.slice(0, 200)}`)
        if (status === '500') throw new Error(`500 to ${request.toString('latin1').slice(0, 400)}`)
        const alive = await fetch(`${server.apiUrl}/acme/chat/endpoints`)
        if (alive.status !== 200 && alive.status !== 403) throw new Error(`then nobody is served: ${alive.status}`)
        await alive.arrayBuffer()
        // The app may have been blocked, and the token voided: both by rights.
        await fetch(`${server.apiUrl}/acme/chat/admin/app`, {
          method: 'POST',
          headers: { authorization: `Bearer ${server.adminSecret}` },
          body: JSON.stringify({ blocked: false, check: false, unavailable: false }),
        }).then((answered) => answered.arrayBuffer())
        if (chance.yes(0.05)) mallory = await token('mallory')
      },
      end: () => server.stop(),
    }
  },
}
