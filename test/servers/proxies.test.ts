// The shipped SDK through TLS: nginx and HAProxy with a private authority, reloaded and restarted while people write.
import { startServer, type RunningServer } from '../../server/server'
import { missing, startProxy, type Proxy } from './fixtures/proxies'
import { until } from './fixtures/process'
import { createParty, type Party } from './party'
import { describeWith } from '../required'

describe.each(['nginx', 'haproxy'] as const)('%s', (program) => {
  describeWith(missing(program))('wss with a private authority', () => {
    let server: RunningServer
    let proxy: Proxy
    const parties: Party[] = []
    beforeAll(async () => {
      server = await startServer({ trustProxy: true, passwordWork: { logN: 4, p: 1 } })
      proxy = await startProxy(program, Number(new URL(server.url).port))
    })
    afterEach(async () => {
      await Promise.all(parties.splice(0).map((party) => party.end()))
    })
    afterAll(async () => {
      await proxy.stop()
      await server.stop()
    })

    const admin = async (path: string, body?: object): Promise<Record<string, unknown>> => {
      const answer = await fetch(`${server.apiUrl}/acme/chat/admin/${path}`, {
        method: body ? 'POST' : 'GET',
        headers: { authorization: `Bearer ${server.adminSecret}` },
        ...(body && { body: JSON.stringify(body) }),
      })
      return (await answer.json()) as Record<string, unknown>
    }
    const login = async (user: string): Promise<Party> => {
      const party = createParty(user, proxy.url, { reconnectMaxDelay: 1000 }, proxy.ca)
      parties.push(party)
      const accessToken = String((await admin('tokens', { username: user })).access_token)
      await party.connection.open({ user, accessToken })
      return party
    }

    it('carries messages, and tells the server the address of the phone', async () => {
      const [alice, bob] = [await login('alice'), await login('bob')]
      await alice.text('bob', 'through TLS')
      await until('the message', () => bob.received.includes('through TLS'))
      const { data } = (await admin('connections')) as { data: { username: string; ip: string }[] }
      expect(data.map(({ username, ip }) => [username, ip]).sort()).toEqual([
        ['alice', '127.0.0.1'],
        ['bob', '127.0.0.1'],
      ])
    })

    it('is refused by a phone that does not know the authority, with the code that says so', async () => {
      const stranger = createParty('stranger', proxy.url)
      parties.push(stranger)
      const accessToken = String((await admin('tokens', { username: 'stranger' })).access_token)
      const causes: number[] = []
      stranger.connection.addEventHandler('causes', { onReconnecting: ({ cause }) => causes.push(cause.code) })
      const opening = stranger.connection.open({ user: 'stranger', accessToken }).catch(() => undefined)
      await until('a cause', () => causes.length > 0)
      expect(causes[0]).toBe(35013)
      await stranger.connection.close()
      await opening
    })

    it.each(['reload', 'restart'] as const)(
      'a %s while people write loses nothing and doubles nothing',
      async (how) => {
        const [alice, bob] = [await login('alice'), await login('bob')]
        let sent = 0
        const writing = setInterval(() => void alice.text('bob', `${how} ${++sent}`), 20)
        try {
          await until('some messages', () => bob.received.length > 20)
          await proxy[how]()
          const there = bob.received.length
          const again = bob.told.length
          // HAProxy and nginx give the old connections a second; then the phones come back.
          await until('a new connection', () => bob.told.length > again && bob.connection.isOpened())
          await until('what came after', () => bob.received.length > there + 20)
        } finally {
          clearInterval(writing)
        }
        await alice.text('bob', 'last')
        await until('the last message', () => bob.received.includes('last'))
        expect(alice.acknowledged).toHaveLength(sent + 1)
        expect(bob.received).toEqual([...Array.from({ length: sent }, (_, at) => `${how} ${at + 1}`), 'last'])
      },
    )
  })
})
