// The configurations of docs/servers hold with a client that is not ours: nobody writes as another or reads another's inbox.
import mqtt from 'mqtt'
import { missing as noEjabberd, startEjabberd, type Ejabberd } from './fixtures/ejabberd'
import { missing as noMosquitto, startMosquitto, type Mosquitto } from './fixtures/mosquitto'
import { until } from './fixtures/process'
import { token } from './fixtures/token'
import { describeWith } from '../required'

const APP = 'acme/chat'
const clients: mqtt.MqttClient[] = []
const login = async (url: string, user: string, password: string, version: 4 | 5 = 5): Promise<mqtt.MqttClient> => {
  const client = await mqtt.connectAsync(
    url,
    {
      username: user,
      password,
      clientId: `${APP}/${user}`,
      protocolVersion: version,
      clean: false,
      reconnectPeriod: 0,
      ...(version === 5 && { properties: { sessionExpiryInterval: 600 } }),
    },
    false,
  )
  clients.push(client)
  return client
}
afterEach(() => clients.splice(0).forEach((client) => client.end(true)))

const outcome = (done: Promise<unknown>): Promise<'yes' | 'no'> =>
  done.then(
    () => 'yes',
    () => 'no',
  )
const publish = (client: mqtt.MqttClient, topic: string) =>
  outcome(client.publishAsync(`${APP}/${topic}`, 'x', { qos: 1 }))
const subscribe = (client: mqtt.MqttClient, filter: string) =>
  outcome(client.subscribeAsync(`${APP}/${filter}`, { qos: 1 }))

/** What reached a client, topics without the app. */
const heard = (client: mqtt.MqttClient): string[] => {
  const topics: string[] = []
  client.on('message', (topic) => topics.push(topic.slice(APP.length + 1)))
  return topics
}

interface Site {
  url(user: string): string
  password(user: string): string
  group(id: string, members: readonly string[]): Promise<void>
}

const rules = (site: () => Site, refusesSubscriptions: boolean) => {
  const enter = (user: string) => login(site().url(user), user, site().password(user))

  it('lets a user write only under its own name, and to no server topic', async () => {
    const alice = await enter('alice')
    expect(await publish(alice, 'u/bob/alice')).toBe('yes')
    expect(await publish(alice, 'u/bob/eve')).toBe('no')
    expect(await publish(alice, 's/bob')).toBe('no')
    expect(await outcome(alice.publishAsync('other/app/u/bob/alice', 'x', { qos: 1 }))).toBe('no')
  })

  it('delivers an inbox to its owner and to nobody else', async () => {
    const [alice, bob, eve] = [await enter('alice'), await enter('bob'), await enter('eve')]
    const [atBob, atEve] = [heard(bob), heard(eve)]
    await subscribe(bob, 'u/bob/+')
    const answers = [await subscribe(eve, 'u/bob/+'), await subscribe(eve, 'u/+/+'), await subscribe(eve, '#')]
    if (refusesSubscriptions) expect(answers).toEqual(['no', 'no', 'no'])
    await subscribe(eve, 'u/eve/+')
    await publish(alice, 'u/bob/alice')
    await publish(alice, 'u/eve/alice') // once this is there, the other would have been too
    await until('both messages', () => atBob.length > 0 && atEve.includes('u/eve/alice'))
    expect(atBob).toEqual(['u/bob/alice'])
    expect(atEve.filter((topic) => topic !== 'u/eve/alice')).toEqual([])
  })

  it('lets members use their group, and nobody else', async () => {
    await site().group('g1', ['alice', 'bob'])
    const [alice, bob, eve] = [await enter('alice'), await enter('bob'), await enter('eve')]
    const [atBob, atEve] = [heard(bob), heard(eve)]
    await until('alice may write', async () => (await publish(alice, 'g/g1/alice')) === 'yes')
    await subscribe(bob, 'g/g1/+')
    await subscribe(eve, 'g/g1/+')
    await subscribe(eve, 'u/eve/+')
    expect(await publish(eve, 'g/g1/eve')).toBe('no')
    expect(await publish(alice, 'g/g1/bob')).toBe('no')
    await publish(alice, 'g/g1/alice')
    await publish(alice, 'u/eve/alice')
    await until('both messages', () => atBob.length > 0 && atEve.includes('u/eve/alice'))
    expect(atBob).toEqual(['g/g1/alice'])
    expect(atEve.filter((topic) => topic !== 'u/eve/alice')).toEqual([])
  })

  it('lets the server write to a user', async () => {
    const [server, bob] = [await enter('server'), await enter('bob')]
    const atBob = heard(bob)
    await subscribe(bob, 's/bob')
    expect(await publish(server, 's/bob')).toBe('yes')
    await until('the notice', () => atBob.length > 0)
  })
}

describeWith(noMosquitto())('Mosquitto', () => {
  let server: Mosquitto
  const users = { alice: 'pa', bob: 'pb', eve: 'pe', server: 'ps' }
  beforeAll(async () => (server = await startMosquitto({ app: APP, users })))
  afterAll(() => server.stop())
  // Its ACL file grants every subscription and filters what is delivered.
  rules(
    () => ({
      url: () => server.url,
      password: (user) => users[user as keyof typeof users],
      group: (id, members) => server.setGroups({ [id]: members }),
    }),
    false,
  )

  it('keeps a queued message over kill -9', async () => {
    const alice = await login(server.url, 'alice', 'pa')
    const bob = await login(server.url, 'bob', 'pb')
    await subscribe(bob, 'u/bob/+')
    await bob.endAsync()
    expect(await publish(alice, 'u/bob/alice')).toBe('yes')
    await server.down('kill')
    await server.up()
    const back = mqtt.connect(server.url, {
      username: 'bob',
      password: 'pb',
      clientId: `${APP}/bob`,
      protocolVersion: 5,
      clean: false,
      properties: { sessionExpiryInterval: 600 },
      reconnectPeriod: 0,
    })
    clients.push(back)
    const atBob = heard(back)
    await until('the message', () => atBob.length > 0)
  })
})

describeWith(noEjabberd())('ejabberd, two nodes', () => {
  let cluster: Ejabberd
  beforeAll(async () => (cluster = await startEjabberd({ app: APP })))
  afterAll(() => cluster.stop())
  // bob sits on the second node, everybody else on the first.
  rules(
    () => ({
      url: (user) => cluster.urls[user === 'bob' ? 1 : 0] ?? '',
      password: (user) => token(user),
      group: (id, members) => cluster.createGroup(id, members),
    }),
    true,
  )

  /** Reason code and our own code of the DISCONNECT that ends the link; `closed` where the link just ended. */
  const ending = (client: mqtt.MqttClient): Promise<string> =>
    new Promise((resolve) => {
      client.on('packetreceive', (packet) => {
        if (packet.cmd === 'disconnect')
          resolve(`${packet.reasonCode} ${String(packet.properties?.userProperties?.code)}`)
      })
      client.once('close', () => resolve('closed'))
    })
  const operate = (command: string, user: string, more: object = {}) =>
    cluster.call(command, { user, host: 'localhost', ...more })

  it('kicks a user on the other node, with the code', async () => {
    const end = ending(await login(cluster.urls[1] ?? '', 'bob', token('bob')))
    await operate('im_kick', 'bob', { code: 217 })
    expect(await end).toBe('152 217')
  })

  it('kicks an MQTT 3.1.1 client by closing its link', async () => {
    const end = ending(await login(cluster.urls[1] ?? '', 'bob', token('bob'), 4))
    await operate('im_kick', 'bob', { code: 217 })
    expect(await end).toBe('closed')
  })

  it('blocks a user on every node, until unblocked', async () => {
    const end = ending(await login(cluster.urls[1] ?? '', 'dave', token('dave')))
    await operate('im_block', 'dave')
    expect(await end).toBe('152 31011')
    for (const url of cluster.urls) expect(await outcome(login(url, 'dave', token('dave')))).toBe('no')
    await operate('im_unblock', 'dave')
    for (const url of cluster.urls) expect(await outcome(login(url, 'dave', token('dave')))).toBe('yes')
  })

  it('ends a link when its token ends, and keeps the queue', async () => {
    const carol = await login(cluster.urls[1] ?? '', 'carol', token('carol', { ttl: 6 }))
    const end = ending(carol)
    await subscribe(carol, 'u/carol/+')
    expect(await end).toBe('135 31020')
    const alice = await login(cluster.urls[0] ?? '', 'alice', token('alice'))
    await publish(alice, 'u/carol/alice')
    const back = mqtt.connect(cluster.urls[1] ?? '', {
      username: 'carol',
      password: token('carol'),
      clientId: `${APP}/carol`,
      protocolVersion: 5,
      clean: false,
      properties: { sessionExpiryInterval: 600 },
      reconnectPeriod: 0,
    })
    clients.push(back)
    const atCarol = heard(back)
    await until('the message', () => atCarol.length > 0)
  })

  it('voids every token issued before an expiry', async () => {
    const old = token('frank', { claims: { iat: Math.floor(Date.now() / 1000) - 10 } })
    const end = ending(await login(cluster.urls[1] ?? '', 'frank', old))
    await operate('im_expire', 'frank')
    expect(await end).toBe('135 31020')
    expect(await outcome(login(cluster.urls[0] ?? '', 'frank', old))).toBe('no')
    expect(await outcome(login(cluster.urls[0] ?? '', 'frank', token('frank')))).toBe('yes')
  })

  it('refuses forged, foreign and expired tokens', async () => {
    const [url = ''] = cluster.urls
    expect(await outcome(login(url, 'bob', token('bob', { secret: 'another secret of the same length ...' })))).toBe(
      'no',
    )
    expect(await outcome(login(url, 'bob', token('eve')))).toBe('no')
    expect(await outcome(login(url, 'bob', token('bob', { ttl: -5 })))).toBe('no')
    expect(await outcome(login(url, 'bob', token('bob', { claims: { jid: 'eve@localhost' } })))).toBe('no')
  })
})
