// The shipped SDK against the embedded server, killed and restarted in place.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer } from '../../server/server'
import type { Site } from './site'
import { provesItself } from './suite'

const open = async (): Promise<Site> => {
  const data = await mkdtemp(join(tmpdir(), 'miniprogram-im-embedded-'))
  const wishes = { apps: ['acme#chat'], data, passwordWork: { logN: 4, p: 1 } } as const
  let server = await startServer(wishes)
  const port = Number(new URL(server.url).port)
  const admin = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${server.apiUrl}/acme/chat/admin${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.adminSecret}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const told = (await answer.json()) as Record<string, unknown>
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(told)}`)
    return told
  }
  const known = new Set<string>()
  const register = async (user: string) => {
    if (known.has(user)) return
    known.add(user)
    await fetch(`${server.apiUrl}/acme/chat/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: user, password: `secret of ${user}` }),
    })
  }
  const token = async (user: string, ttl?: number): Promise<string> => {
    await register(user)
    return String((await admin('/tokens', { username: user, ...(ttl !== undefined && { ttl }) })).access_token)
  }
  return {
    name: 'the embedded server',
    nodes: [server.url],
    url: server.url,
    token,
    badTokens: {
      forged: { token: async (user) => `${(await token(user)).slice(0, -4)}AAAA`, code: 31004 },
      "another user's": { token: () => token('somebody'), code: 31004 },
      void: {
        token: async (user) => {
          const made = await token(user)
          await admin(`/users/${user}/expire`, {})
          return made
        },
        code: 31020,
      },
    },
    down: (_, how) => server[how](),
    up: async () => {
      server = await startServer({ ...wishes, port })
    },
    keepsSessions: true,
    kick: (user, code) => admin(`/users/${user}/kick`, { code }),
    block: {
      on: (user) => admin(`/users/${user}/block`, {}),
      off: (user) => admin(`/users/${user}/unblock`, {}),
      atLogin: 31009,
    },
    async stop() {
      await server.stop()
      await rm(data, { recursive: true, force: true })
    },
  }
}

describe('the embedded server', () => {
  provesItself(open, { tokensEnd: true, operator: true })
})
