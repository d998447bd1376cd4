// Nothing that was acknowledged is lost, whether the server was stopped or killed: with a real process and SIGKILL.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { WebSocket } from 'ws'
import { app, inbox, onceForBob, publish, receive, startWorld, subscribe, to, type World } from './world'

let data: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'im-restart-'))
})
afterEach(() => rm(data, { recursive: true, force: true }))

describe.each(['stop', 'kill'] as const)('after %s and a new start', (how) => {
  let world: World
  beforeEach(async () => {
    world = await startWorld({ data })
  })
  afterEach(() => world.end())

  test('users, groups, tokens and the administrator’s secret are as before', async () => {
    await world.call('POST', `${app}/users`, { body: { username: 'alice', password: 'secret' } })
    const { adminSecret } = world.server
    const token = await world.token('alice')
    await world.call('POST', `${app}/chatgroups`, { token, body: { groupname: 'friends' } })
    await world.admin('POST', 'users/alice/block')
    await world.admin('POST', 'users/alice/unblock')
    await world.restart(how)
    expect(world.server.adminSecret).toBe(adminSecret)
    const login = await world.call('POST', `${app}/token`, {
      body: { grant_type: 'password', username: 'alice', password: 'secret' },
    })
    expect(login.status).toBe(200)
    expect((await world.call('GET', `${app}/chatgroups`, { token })).body.data).toMatchObject([
      { groupname: 'friends' },
    ])
  })

  test('a rotated secret stays rotated, a changed password changed, a block a block', async () => {
    const [alice, bob] = [await world.token('alice'), await world.token('bob')]
    await world.admin('PUT', 'users/bob/password', { password: 'new one' })
    await world.admin('POST', 'users/alice/block')
    await world.restart(how)
    for (const [token, code] of [
      [alice, 31009],
      [bob, 31004],
    ] as const) {
      expect((await world.call('GET', `${app}/chatgroups`, { token })).body).toMatchObject({ code })
    }
    await world.admin('POST', 'secret')
    const renewed = await world.token('carol')
    await world.restart(how)
    expect((await world.call('GET', `${app}/chatgroups`, { token: renewed })).status).toBe(200)
    expect((await world.call('GET', `${app}/chatgroups`, { token: alice })).body).toMatchObject({ code: 31004 })
  })

  test('sessions, subscriptions and waiting messages are there, in order', async () => {
    const bob = await world.login('bob')
    await subscribe(bob, inbox('bob'))
    await bob.bye()
    const alice = await world.login('alice')
    for (let i = 0; i < 50; i++) await publish(alice, to('bob', 'alice'), String(i))
    await world.token('carol')
    await publish(alice, to('carol', 'alice'), 'for carol, who was never here')
    await world.restart(how)
    const back = await world.knock({ user: 'bob' })
    expect(await back.next('connack')).toMatchObject({ sessionPresent: true })
    for (let i = 0; i < 50; i++) expect((await receive(back)).text).toBe(String(i))
    await publish(await world.login('alice'), to('bob', 'alice'), 'and on')
    expect((await receive(back)).text).toBe('and on')
    const carol = await world.login('carol')
    await subscribe(carol, inbox('carol'))
    expect((await receive(carol)).text).toContain('never here')
  })

  test('a QoS 2 message that was half handed over is neither lost nor doubled', async () => {
    const bob = await world.login('bob')
    bob.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: inbox('bob'), qos: 2 }] })
    await bob.next('suback')
    const alice = await world.login('alice')
    alice.send({ ...onceForBob, dup: false })
    await alice.next('pubrec')
    const { messageId } = await bob.next('publish')
    bob.send({ cmd: 'pubrec', messageId: messageId!, reasonCode: 0 })
    await bob.next('pubrel')
    await world.restart(how)

    const again = await world.login('alice')
    again.send({ ...onceForBob, dup: true })
    await again.next('pubrec')
    again.send({ cmd: 'pubrel', messageId: 7, reasonCode: 0 })
    await again.next('pubcomp')
    const back = await world.login('bob')
    expect((await back.next('pubrel')).messageId).toBe(messageId)
    back.send({ cmd: 'pubcomp', messageId: messageId!, reasonCode: 0 })
    back.send({ cmd: 'pingreq' })
    await back.next('pingresp')
    expect(back.packets).toEqual([])
  })

  test('whoever was acknowledged as removed from a group stays out', async () => {
    const token = await world.token('alice')
    await world.token('bob')
    const { body } = await world.call('POST', `${app}/chatgroups`, {
      token,
      body: { groupname: 'g', members: ['bob'] },
    })
    const { groupid } = body.data as { groupid: string }
    const bob = await world.login('bob')
    await subscribe(bob, `${app}/g/${groupid}/+`)
    await world.call('DELETE', `${app}/chatgroups/${groupid}/users/bob`, { token })
    await world.restart(how)
    const back = await world.login('bob')
    await publish(await world.login('alice', { token }), `${app}/g/${groupid}/alice`, 'secret')
    back.send({ cmd: 'pingreq' })
    await back.next('pingresp')
    expect(back.packets).toEqual([])
  })
})

describe('a server process', () => {
  let child: ChildProcess | undefined
  const running = new Set<ChildProcess>()

  async function start(): Promise<{ url: string; api: string; admin: string }> {
    // Not through tsx's command, which would put a process between the signal and the server.
    const main = join(__dirname, '../../server/main.ts')
    child = spawn(process.execPath, ['--import', 'tsx', main, '--port', '0', '--data', data, '--quiet'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    running.add(child)
    let text = ''
    const said = child.stdout!
    await new Promise<void>((resolve) =>
      said.on('data', (chunk) => {
        text += String(chunk)
        if (text.includes('Stop it with')) resolve()
      }),
    )
    const find = (pattern: RegExp): string => pattern.exec(text)![1]!
    return { url: find(/(ws:\S+)/), api: find(/(http:\S+)/), admin: find(/Bearer (\S+)/) }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child!
    const exited = once(ending, 'exit')
    ending.kill(signal)
    await exited
    running.delete(ending)
  }

  afterEach(() => {
    for (const left of running) left.kill('SIGKILL')
    running.clear()
  })

  /** `heard` is told of every message, also of those that come in one piece with the CONNACK. */
  async function connect(
    server: { url: string; api: string; admin: string },
    user: string,
    heard: (text: string) => void = () => undefined,
  ): Promise<MqttClient> {
    const response = await fetch(`${server.api}/admin/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.admin}` },
      body: JSON.stringify({ username: user }),
    })
    const { access_token: password } = (await response.json()) as { access_token: string }
    const client = mqtt.connect(server.url, {
      protocolVersion: 5,
      clientId: `${app}/${user}`,
      username: user,
      password,
      clean: false,
      reconnectPeriod: 0,
      properties: { sessionExpiryInterval: 3600 },
    })
    client.on('message', (_topic, payload) => heard(payload.toString()))
    return new Promise((resolve, reject) => {
      client.once('connect', () => resolve(client)).once('error', reject)
    })
  }

  test('killed in the middle of a burst it has lost no message that it acknowledged', async () => {
    const first = await start()
    const bob = await connect(first, 'bob')
    await bob.subscribeAsync(inbox('bob'), { qos: 1 })
    await bob.endAsync()

    const alice = await connect(first, 'alice')
    const acknowledged: number[] = []
    let sent = 0
    const killed = new Promise<void>((resolve) => {
      const next = (): void => {
        const number = sent++
        alice.publish(to('bob', 'alice'), String(number), { qos: 1 }, (error) => {
          if (error) return
          acknowledged.push(number)
          if (acknowledged.length === 300) resolve()
          next()
        })
      }
      for (let i = 0; i < 20; i++) next()
    })
    alice.on('error', () => undefined)
    await killed
    await end('SIGKILL')
    alice.end(true)

    const second = await start()
    const received: number[] = []
    const back = await new Promise<MqttClient>((resolve, reject) => {
      const connected = connect(second, 'bob', (text) => {
        received.push(Number(text))
        if (acknowledged.every((number) => received.includes(number))) resolve(connected)
      })
      connected.catch(reject)
    })
    expect(received).toEqual([...received].sort((a, b) => a - b))
    expect(new Set(received).size).toBe(received.length)
    await back.endAsync()
    await end('SIGTERM')
  })

  test('stopped by a signal under load it tells everybody, exits with 0 though one client reads nothing, and has lost no message that it acknowledged', async () => {
    const first = await start()
    const bob = await connect(first, 'bob')
    await bob.subscribeAsync(inbox('bob'), { qos: 1 })
    await bob.endAsync()
    // Open, and deaf: it never answers the server's close.
    const deaf = new WebSocket(first.url, 'mqtt')
    await once(deaf, 'open')
    deaf.pause()

    const names = ['alice', 'carol', 'dave']
    const writers = await Promise.all(names.map((name) => connect(first, name)))
    const acknowledged = new Set<string>()
    const told: Promise<unknown>[] = []
    const busy = new Promise<void>((resolve) => {
      for (const [at, writer] of writers.entries()) {
        writer.on('error', () => undefined)
        told.push(new Promise((say) => writer.on('disconnect', ({ reasonCode }) => say(reasonCode))))
        let sent = 0
        const next = (): void => {
          const text = `${names[at]} ${sent++}`
          writer.publish(to('bob', names[at]!), text, { qos: 1 }, (error) => {
            if (error || acknowledged.has(text)) return
            acknowledged.add(text)
            if (acknowledged.size === 400) resolve()
            next()
          })
        }
        for (let i = 0; i < 30; i++) next()
      }
    })
    await busy
    const exit = once(child!, 'exit')
    child!.kill('SIGTERM')
    expect(await Promise.all(told)).toEqual(names.map(() => 0x8b))
    expect(await exit).toEqual([0, null])
    running.clear()
    deaf.terminate()
    for (const writer of writers) writer.end(true)

    const second = await start()
    const received: string[] = []
    const back = await new Promise<MqttClient>((resolve, reject) => {
      const connected = connect(second, 'bob', (text) => {
        received.push(text)
        if ([...acknowledged].every((each) => received.includes(each))) resolve(connected)
      })
      connected.catch(reject)
    })
    // Each writer's in order, and none twice.
    for (const name of names) {
      const own = received.filter((each) => each.startsWith(name)).map((each) => Number(each.split(' ')[1]))
      expect(own).toEqual([...new Set(own)].sort((a, b) => a - b))
    }
    await back.endAsync()
    await end('SIGTERM')
  })

  test('stopped by a signal it says good-bye and exits with 0', async () => {
    const server = await start()
    const alice = await connect(server, 'alice')
    const reason = new Promise<number | undefined>((resolve) =>
      alice.on('disconnect', ({ reasonCode }) => resolve(reasonCode)),
    )
    alice.on('error', () => undefined)
    const exit = once(child!, 'exit')
    child!.kill('SIGTERM')
    expect(await reason).toBe(0x8b)
    expect(await exit).toEqual([0, null])
    running.clear()
  })
})
