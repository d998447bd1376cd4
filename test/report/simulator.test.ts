// Each known pattern is recognised in a log that the shipped SDK wrote while it really happened to a simulated phone.
import { analyse } from '../../report/analyse'
import { world, type World } from './simulated'

const MINUTE = 60000

describe('what really happened is what the report says', () => {
  let here: World
  beforeEach(() => (here = world()))
  afterEach(() => here.end())

  const said = (...texts: string[]) => {
    const { findings, phones } = analyse(texts.map((text, i) => ({ name: `phone${i}`, text })))
    expect(phones.map(({ unread }) => unread)).toEqual(texts.map(() => 0))
    return findings.map(({ severity, rule }) => `${severity} ${rule}`)
  }

  test('an hour without trouble, with visits to the background: nothing unusual', async () => {
    const alice = here.phone('alice')
    alice.connect('alice')
    await here.wait(20 * MINUTE)
    alice.phone.hide()
    await here.wait(3000)
    alice.phone.show()
    await here.wait(40 * MINUTE)
    const text = await alice.log()
    expect(said(text)).toEqual([])
    const { phones } = analyse([{ name: 'alice', text }])
    const [phone] = phones
    expect(phone!.connections.map(({ user, states }) => [user, states.at(-1)!.what])).toEqual([['alice', 'online']])
    expect(phone!.attempts.map(({ outcome }) => outcome)).toEqual(['online'])
    expect(phone!.app.map(({ what }) => what)).toEqual(['shown', 'hidden', 'shown'])
    expect(phone!.network.map(({ what }) => what)).toEqual(['wifi'])
    expect(phone!.sockets.map(({ value }) => value)).toEqual([1])
    expect(phone!.roundTrips.length).toBeGreaterThan(30)
    expect(phone!.roundTrips.every(({ value }) => value >= 40)).toBe(true)
  })

  test('the domain is not in the whitelist', async () => {
    const alice = here.phone('alice', { allowedDomains: ['wss://other.example.com'] })
    alice.connect('alice')
    await here.wait(MINUTE)
    const text = await alice.log()
    expect(said(text)).toEqual(['error domain'])
    expect(analyse([{ name: 'a', text }]).findings[0]!.en.text).toContain('wss://im.example.com')
  })

  test('the token expires while connected, and nobody brings another', async () => {
    const alice = here.phone('alice')
    alice.connect('alice')
    await here.wait(5 * MINUTE)
    here.broker.kick('alice', 0x87, { code: 31020 })
    await here.wait(MINUTE)
    expect(said(await alice.log())).toEqual(['error token-expired'])
  })

  test('two phones of one user that log in by themselves kick each other in a loop', async () => {
    const both = ['one', 'two'].map((name) => here.phone(name))
    for (const phone of both) {
      const connection = phone.connect('alice')
      connection.on(
        'onDisconnected',
        () => void phone.phone.timers.setTimeout(() => phone.open(connection, 'alice'), 2000),
      )
      await here.wait(1000)
    }
    await here.wait(MINUTE)
    const logs = await Promise.all(both.map(({ log }) => log()))
    expect(said(...logs)).toEqual(['error kick-loop', 'error kick-loop'])
  })

  test.each([0, 1])('other code of the app holds the sockets that are left, while the SDK holds %i', async (own) => {
    const alice = here.phone('alice')
    for (let i = 0; i < own; i++) alice.connect('bob', { multiDevice: true })
    await here.wait(1000)
    here.network.listen('wss://push.example.com/', () => undefined)
    for (let i = own; i < 2; i++) alice.phone.wx.connectSocket({ url: 'wss://push.example.com/' })
    await here.wait(1000)
    alice.connect('alice')
    await here.wait(MINUTE)
    const text = await alice.log()
    expect(said(text)).toContain('error socket-budget')
    expect(analyse([{ name: 'a', text }]).findings[0]!.en.text).toContain(`held only ${own}`)
  })

  test.each([
    ['WeChat cut it and did not say so', { background: [], backgroundToServer: 'nothing' }],
    ['it looks open and nothing passes', { backgroundCut: false }],
  ] as const)('the link died in the background without a word: %s', async (_, quirks) => {
    const alice = here.phone('alice', { profile: 'ios', quirks })
    alice.connect('alice')
    await here.wait(MINUTE)
    alice.phone.hide()
    alice.phone.network.cutSilently()
    await here.wait(10 * MINUTE)
    alice.phone.show()
    await here.wait(MINUTE)
    expect(said(await alice.log())).toEqual(['info half-open'])
  })

  test('the server is down', async () => {
    const alice = here.phone('alice')
    alice.connect('alice', { autoReconnectNumMax: Infinity })
    await here.wait(MINUTE)
    here.broker.crash()
    await here.wait(5 * MINUTE)
    expect(said(await alice.log())).toEqual(['error server-down'])
    here.broker.restart()
    await here.wait(2 * MINUTE)
    expect(said(await alice.log())).toEqual(['warn server-down'])
  })
})
