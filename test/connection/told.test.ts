// Every refusal and every loss is told with its cause, and no text carries a secret.
import type * as Sdk from '../../src/index'
import type { eventNames } from '../../src/connection/event-names'
import { API, createWorld, type Device, type Line } from './world'

const second = 1_000

// A name too few is an error of the compiler.
const complete: [Exclude<Sdk.EventName, (typeof eventNames)[number]>] extends [never] ? true : never = true
const REST = `${API}/acme/chat`

/** What `onError` was told, with numbers and words. */
const errorsOf = (alice: Line): Sdk.ConnectionError[] => {
  const errors: Sdk.ConnectionError[] = []
  alice.it.on('onError', (error) => void errors.push(error))
  return errors
}
const recordsOf = (device: Device, name: string): Sdk.LogRecord[] => {
  const records: Sdk.LogRecord[] = []
  device.sdk.logger.onLog = (record) => {
    if (`${record.area}.${record.event}` === name) records.push(record)
  }
  return records
}

describe('a subscription of the user\u2019s own that is refused', () => {
  test.each([0x80, 0x87, 0x97])('SUBACK 0x%s: told, recorded, and asked for again by the next login', async (code) => {
    const { device, broker, wait } = createWorld()
    const phone = device()
    const alice = phone.connect()
    const errors = errorsOf(alice)
    const records = recordsOf(phone, 'connection.error')
    broker.suback([code, 1])
    void alice.open()
    await wait(second)
    expect(errors.map((error) => [error.code, error.detail])).toEqual([
      [35022, `acme/chat/u/alice/+ 0x${code.toString(16)}`],
    ])
    expect(records.map(({ fields }) => fields?.name)).toEqual(['SubscriptionRefused'])
    broker.crash()
    broker.restart()
    await wait(5 * second)
    expect([...broker.sessions.get('acme/chat/alice')!.subscriptions.keys()]).toContain('acme/chat/u/alice/+')
  })

  test.each([
    [{ wildcardSubscriptionAvailable: false }, /no such subscriptions/],
    [{ maximumPacketSize: 20 }, /allowed are 20/],
  ])('%j: told with its cause', async (properties, why) => {
    const { device, wait } = createWorld({ properties })
    const alice = device().connect()
    const errors = errorsOf(alice)
    void alice.open()
    await wait(second)
    expect(errors.map(({ code }) => code)).toEqual([35022])
    expect(errors[0]!.message).toMatch(why)
  })

  test('so are its groups at login', async () => {
    const { device, broker, http, wait } = createWorld()
    http.serve(REST, () => ({ body: { data: [{ groupid: 'g1' }, { groupid: 'g2' }] } }))
    const alice = device().connect({ apiUrl: API, isHttpDNS: false })
    const errors = errorsOf(alice)
    broker.forbid('acme/chat/g/g2/+')
    void alice.open()
    await wait(second)
    expect(errors.map(({ code, detail }) => [code, detail])).toEqual([[35022, 'acme/chat/g/g2/+ 0x87']])
  })
})

describe('what the server says of a message', () => {
  test('its own number wins over the reason code', async () => {
    const { online, broker, wait } = createWorld()
    const alice = await online()
    broker.forbid('acme/chat/g/#')
    broker.distort((bytes, packet) => {
      const { cmd, reasonCode } = packet as { cmd: string; reasonCode?: number }
      if (cmd !== 'puback' || reasonCode !== 0x87) return bytes
      const code = [38, 0, 4, ...Buffer.from('code'), 0, 5, ...Buffer.from('35110')]
      return Buffer.from([0x40, 4 + code.length, bytes[2]!, bytes[3]!, 0x87, code.length, ...code])
    })
    const refused = alice.it.send({ type: 'txt', chatType: 'groupChat', to: 'g1', msg: 'hi' })
    refused.catch(() => undefined)
    await wait(second)
    await expect(refused).rejects.toMatchObject({ code: 35110, name: 'NotGroupMember' })
  })
})

describe('a call that can do nothing is refused, and named', () => {
  const wrong: [what: string, call: (it: Sdk.Connection) => unknown, why: RegExp][] = [
    ['subscribe with QoS 3', (it) => it.subscribe('t', { qos: 3 as 2 }), /qos must be 0, 1 or 2, not 3/],
    ['subscribe to nothing', (it) => it.subscribe([]), /filters/],
    ['subscribe to a number', (it) => it.subscribe(5 as never), /filters/],
    ['a shared filter without a group', (it) => it.subscribe('$share//a'), /\$share\/\/a/],
    ['a shared filter without a filter', (it) => it.subscribe('$share/g'), /\$share\/g/],
    ['publish of undefined', (it) => it.publish('t', undefined as never), /payload/],
    ['publish to undefined', (it) => it.publish(undefined as never, ''), /topic/],
    ['publish with QoS 7', (it) => it.publish('t', 'x', { qos: 7 as 2 }), /not 7/],
    ['unsubscribe from undefined', (it) => it.unsubscribe(undefined as never), /filters/],
    ['on an unknown event', (it) => it.on('onx' as 'onError', () => undefined), /there is no event onx/],
    ['on a number', (it) => it.on('onError', 5 as never), /the handler of onError must be a function/],
    ['a name of every event is known', (it) => it.on('' as 'onError', () => complete), /there is no event/],
    ['no handlers', (it) => it.addEventHandler('x', null as never), /an object of handlers/],
    [
      'a misspelt handler',
      (it) => it.addEventHandler('x', { onTextMesage: () => undefined } as never),
      /nearest is onTextMessage/,
    ],
    [
      'a handler in small letters',
      (it) => it.addEventHandler('x', { onconnected: () => undefined } as never),
      /onConnected/,
    ],
    ['a handler that is none', (it) => it.addEventHandler('x', { onError: true } as never), /onError must be/],
  ]
  test.each(wrong)('%s', async (_, call, why) => {
    const { online } = createWorld()
    const { it } = await online()
    const refused = await Promise.resolve()
      .then(() => call(it))
      .then(
        () => 'taken',
        (error: Sdk.ConnectionError) => error,
      )
    expect(refused).toMatchObject({ code: 35002, message: expect.stringMatching(why) as string })
  })

  test('handlers may be methods of a class, and have members of their own', async () => {
    const { device, wait } = createWorld()
    const alice = device().connect()
    const heard: string[] = []
    class Page {
      note = 'mine'
      render() {
        heard.push(this.note)
      }
      onConnected() {
        this.render()
      }
    }
    alice.it.addEventHandler('page', new Page())
    void alice.open()
    await wait(second)
    expect(heard).toEqual(['mine'])
  })
})

describe('no error carries a secret', () => {
  /** Everything that can be read of an error. */
  const textOf = (error: unknown, depth = 0): string => {
    if (depth > 5 || Object(error) !== error) return String(error)
    const from = error as Record<string, unknown>
    return [...new Set([...Object.keys(from), 'message', 'stack', 'cause', 'remedy'])]
      .map((name) => `${name}: ${textOf(from[name], depth + 1)}`)
      .join('\n')
  }

  const SECRET = 'Geheim-1234'
  test.each<[string, unknown]>([
    ['as text', `the password ${SECRET} is wrong`],
    ['as JSON', { error: 'x', error_description: `bad {"password":"${SECRET}"}` }],
    ['in a URL', { error_description: `see https://a.b/?p=${encodeURIComponent(SECRET)}` }],
  ])('where REST echoes the password %s', async (_, body) => {
    const { device, http, wait } = createWorld()
    http.serve(REST, () => ({ status: 400, body }))
    const alice = device().connect({ apiUrl: API, isHttpDNS: false, autoReconnectNumMax: 0 })
    const told: unknown[] = []
    alice.it.on('onDisconnected', (error) => void told.push(error))
    alice.it.open({ user: 'alice', pwd: SECRET }).catch((error: unknown) => told.push(error))
    alice.it.registerUser({ username: 'alice', password: SECRET }).catch((error: unknown) => told.push(error))
    await wait(60 * second)
    expect(told.length).toBe(3)
    expect(told.map((error) => textOf(error)).join()).not.toContain(SECRET)
  })

  test('where a password is three letters, it is hidden as a word', async () => {
    const { device, http, wait } = createWorld()
    http.serve(REST, () => ({ status: 400, body: { error_description: 'not "abc" but abcdef' } }))
    const alice = device().connect({ apiUrl: API, isHttpDNS: false, autoReconnectNumMax: 0 })
    let told: Sdk.ConnectionError | undefined
    alice.it.open({ user: 'alice', pwd: 'abc' }).catch((error: Sdk.ConnectionError) => (told = error))
    await wait(60 * second)
    expect(told?.message).toContain('not "[hidden]" but abcdef')
  })

  const TOKEN = 'opaque-token-4711'
  test.each<[string, (world: ReturnType<typeof createWorld>) => void]>([
    ['the reason string of CONNACK', ({ broker }) => broker.refuseNext(0x87, { reason: `token ${TOKEN}` })],
    ['the close reason', ({ broker }) => broker.dropBeforeConnack(1013, `bad ${TOKEN}`)],
  ])('where %s echoes the token', async (_, script) => {
    const world = createWorld()
    const alice = world
      .device({ quirks: { serverClose: ['close'], serverCloseCode: 'kept' } })
      .connect({ autoReconnectNumMax: 0 })
    script(world)
    let told: unknown
    alice.it.open({ user: 'alice', accessToken: TOKEN }).catch((error: unknown) => (told = error))
    await world.wait(60 * second)
    expect(textOf(told)).toContain('[hidden]')
    expect(textOf(told)).not.toContain(TOKEN)
  })

  test('where the app\u2019s own failure carries it as a cause', async () => {
    const { device, wait } = createWorld()
    const cause = Object.assign(new Error(`cannot use ${TOKEN}`), { request: { token: 'x', url: `?t=${TOKEN}` } })
    const alice = device().connect({
      autoReconnectNumMax: 0,
      tokenProvider: () => Promise.reject(cause),
    })
    let told: unknown
    alice.it.open({ user: 'alice', accessToken: TOKEN }).catch(() => undefined)
    await wait(second)
    void alice.it.close()
    await wait(second)
    alice.it.open({ user: 'alice' }).catch((error: unknown) => (told = error))
    await wait(60 * second)
    expect(textOf(told)).not.toContain(TOKEN)
    expect(told).toMatchObject({ cause: { message: 'cannot use [hidden]' } })
    expect(cause.message).toContain(TOKEN) // the app's own object is left alone
  })
})

describe('what REST refuses', () => {
  test.each<[string, number, string[] | undefined]>([
    ['404', 404, undefined],
    ['403', 403, undefined],
    ['a domain that is not in the whitelist', 200, ['wss://im.example.com']],
  ])('/chatgroups: %s is not asked again, and recorded once', async (_, status, allowedDomains) => {
    const { device, http, wait } = createWorld()
    let calls = 0
    http.serve(`${REST}/chatgroups`, () => (calls++, { status, body: {} }))
    const phone = device(allowedDomains && { allowedDomains })
    const records = recordsOf(phone, 'rest.failed')
    const alice = phone.connect({ apiUrl: API, isHttpDNS: false })
    void alice.open()
    await wait(3600 * second)
    expect([calls, records.length]).toEqual([allowedDomains ? 0 : 1, 1])
    expect(records[0]?.fields?.name).toBe(allowedDomains ? 'DomainNotAllowed' : 'RestFailed')
  })

  test('/chatgroups: a failing server is asked ever more seldom, and a success forgets it', async () => {
    const { device, http, wait, broker } = createWorld()
    let calls = 0
    let status = 503
    http.serve(`${REST}/chatgroups`, () => (calls++, { status, body: { data: [{ groupid: 'g1' }] } }))
    const phone = device()
    const records = recordsOf(phone, 'rest.failed')
    const alice = phone.connect({ apiUrl: API, isHttpDNS: false })
    void alice.open()
    await wait(3600 * second)
    expect(calls).toBeGreaterThan(4)
    expect(calls).toBeLessThan(30)
    expect(records.length).toBe(1)
    status = 200
    await wait(1200 * second)
    expect([...broker.sessions.get('acme/chat/alice')!.subscriptions.keys()]).toContain('acme/chat/g/g1/+')
  })

  test('/chatgroups: what a lost link interrupted is asked for by the next one', async () => {
    const { device, http, wait, broker } = createWorld()
    let status = 503
    http.serve(`${REST}/chatgroups`, () => ({ status, body: { data: [{ groupid: 'g1' }] } }))
    const alice = device().connect({ apiUrl: API, isHttpDNS: false })
    void alice.open()
    await wait(second)
    broker.crash()
    broker.restart()
    status = 200
    await wait(60 * second)
    expect([...broker.sessions.get('acme/chat/alice')!.subscriptions.keys()]).toContain('acme/chat/g/g1/+')
  })
})
