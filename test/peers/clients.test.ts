// Clients that nobody here wrote against the embedded server: MQTT.js and Mosquitto's, at QoS 0 to 2, MQTT 3.1.1 and 5.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import mqtt, { type MqttClient } from 'mqtt'
import { app, inbox, startLastingWorld, to, type World } from '../server/world'
import { installed, run, until, type Running } from '../servers/fixtures/process'
import { describeWith } from '../required'
import { startTcpBridge, type TcpBridge } from './tcp-bridge'

const versions = [4, 5] as const
const levels = [0, 1, 2] as const
const pairs = versions.flatMap((version) => levels.map((qos) => [version, qos] as const))

let world: World
beforeEach(async () => {
  world = await startLastingWorld()
})
afterEach(() => world.end())

describe('MQTT.js', () => {
  const clients: MqttClient[] = []
  afterEach(() => clients.splice(0).forEach((client) => client.end(true)))

  async function login(user: string, protocolVersion: 4 | 5, clean = false): Promise<MqttClient> {
    const client = await mqtt.connectAsync(world.server.url, {
      username: user,
      password: await world.token(user),
      clientId: `${app}/${user}`,
      protocolVersion,
      clean,
      reconnectPeriod: 50,
      ...(protocolVersion === 5 && { properties: { sessionExpiryInterval: 600 } }),
    })
    clients.push(client)
    return client
  }
  const heard = (client: MqttClient): string[] => {
    const texts: string[] = []
    client.on('message', (_, payload) => texts.push(payload.toString()))
    return texts
  }
  const words = Array.from({ length: 100 }, (_, at) => `m${at}`)

  it.each(pairs)('version %i, QoS %i: a hundred messages arrive once each, in order', async (version, qos) => {
    const [alice, bob] = [await login('alice', version), await login('bob', version)]
    const received = heard(bob)
    expect(await bob.subscribeAsync(inbox('bob'), { qos })).toMatchObject([{ qos }])
    await Promise.all(words.map((word) => alice.publishAsync(to('bob', 'alice'), word, { qos })))
    await until('all messages', () => received.length >= words.length)
    expect(received).toEqual(words)
  })

  it.each(versions)(
    'version %i: what comes while it is away waits, and a crash of the server loses none',
    async (version) => {
      const bob = await login('bob', version)
      await bob.subscribeAsync(inbox('bob'), { qos: 2 })
      await bob.endAsync()
      const alice = await login('alice', version)
      for (const word of words) await alice.publishAsync(to('bob', 'alice'), word, { qos: 2 })
      await alice.endAsync()
      await world.restart('kill')
      const back = mqtt.connect(world.server.url, {
        username: 'bob',
        password: await world.token('bob'),
        clientId: `${app}/bob`,
        protocolVersion: version,
        clean: false,
        ...(version === 5 && { properties: { sessionExpiryInterval: 600 } }),
      })
      clients.push(back)
      const received = heard(back)
      await until('all messages', () => received.length >= words.length)
      expect(received).toEqual(words)
    },
  )

  it('version 5: properties travel, aliases both ways', async () => {
    const [alice, bob] = [await login('alice', 5), await login('bob', 5)]
    await bob.subscribeAsync(inbox('bob'), { qos: 1 })
    const came = new Promise((resolve) => bob.once('message', (_, __, packet) => resolve(packet.properties)))
    const properties = {
      contentType: 'application/json',
      responseTopic: to('alice', 'bob'),
      correlationData: Buffer.from([1, 2, 3]),
      payloadFormatIndicator: true,
      userProperties: { a: ['1', '2'], b: '3' },
    }
    await alice.publishAsync(to('bob', 'alice'), '{}', { qos: 1, properties })
    expect(await came).toMatchObject(properties)
  })

  it('comes back by itself after the server was restarted, with its subscriptions', async () => {
    const bob = await login('bob', 5)
    const received = heard(bob)
    await bob.subscribeAsync(inbox('bob'), { qos: 1 })
    const { port } = new URL(world.server.url)
    await world.restart('kill', Number(port))
    const alice = await login('alice', 5)
    await alice.publishAsync(to('bob', 'alice'), 'after', { qos: 1 })
    await until('the message', () => received.includes('after'))
  })
})

const noClients =
  installed('mosquitto_pub') && installed('mosquitto_sub')
    ? undefined
    : "Mosquitto's clients are not installed: apt-get install mosquitto-clients"

describeWith(noClients)("Mosquitto's clients", () => {
  let bridge: TcpBridge
  const running: Running[] = []
  beforeEach(async () => {
    bridge = await startTcpBridge(world.server.url)
  })
  afterEach(async () => {
    for (const client of running.splice(0)) await client.kill()
    await bridge.stop()
  })

  const as = async (user: string, version: 4 | 5, qos: number): Promise<string[]> => [
    ...['-h', '127.0.0.1', '-p', String(bridge.port), '-q', String(qos)],
    ...['-V', version === 5 ? 'mqttv5' : 'mqttv311'],
    ...['-u', user, '-P', await world.token(user), '-i', `${app}/${user}`],
  ]
  const send = async (version: 4 | 5, qos: number, topic: string, text: string) =>
    promisify(execFile)('mosquitto_pub', [...(await as('alice', version, qos)), '-t', topic, '-m', text])

  // Through stdbuf: into a pipe it would keep its lines to itself.
  it.each(pairs)('version %i, QoS %i: mosquitto_pub reaches mosquitto_sub', async (version, qos) => {
    const sub = run('stdbuf', [
      '-oL',
      'mosquitto_sub',
      ...(await as('bob', version, qos)),
      '-d',
      '-t',
      inbox('bob'),
      '-F',
      'GOT %p',
    ])
    running.push(sub)
    await until('the subscription', () => sub.tail().includes(`Subscribed (mid: 1): ${qos}`))
    for (const word of ['one', 'two', 'three']) await send(version, qos, to('bob', 'alice'), word)
    await until('the messages', () => sub.tail().includes('GOT three'))
    expect(sub.tail().match(/GOT \w+/g)).toEqual(['GOT one', 'GOT two', 'GOT three'])
  })

  it('says in MQTT 5 why a message and a subscription are refused', async () => {
    const refused = await send(5, 1, to('bob', 'eve'), 'forged').then(
      ({ stderr }) => stderr,
      (error: { stderr: string }) => error.stderr,
    )
    expect(refused).toMatch(/Not authorized/i)
    const sub = run('stdbuf', ['-oL', 'mosquitto_sub', ...(await as('bob', 5, 1)), '-d', '-t', inbox('alice')])
    running.push(sub)
    await until('the refusal', () => /Subscribed \(mid: 1\): 135|Not authorized/i.test(sub.tail()))
  })
})
