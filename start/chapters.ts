// What the main job shows, chapter by chapter: each is something that breaks other SDKs.
import { PASSWORD, type Actor, type Stage } from './stage'

type Chapter = (stage: Stage, alice: Actor, bob: Actor) => Promise<void>

/** Milliseconds after which a hidden phone is suspended: 5,000 on real ones; here the wait is shortened, the rest is real. */
const SUSPEND_AFTER = 300

const ends = ({ endings }: Actor, code: number, since: number) => endings.slice(since).includes(code)

const login: Chapter = async ({ say }, ...actors) => {
  for (const { name, connection } of actors) {
    await connection.registerUser({ username: name, password: PASSWORD })
    say(name, 'registered')
    await connection.open({ user: name, pwd: PASSWORD, timeout: 10 })
  }
}

const talk: Chapter = async ({ text, ledger, until, say }, alice, bob) => {
  for (let i = 1; i <= 10; i++) await Promise.all([text(alice, bob, `hello ${i}`), text(bob, alice, `你好 ${i}`)])
  await until('every message there', () => ledger.missing().length === 0)
  say('both', 'sent ten messages each way; all arrived')
}

const serverRestart: Chapter = async (stage, alice, bob) => {
  const { text, say, until, ledger } = stage
  await stage.kill()
  const waiting = [1, 2, 3, 4, 5].flatMap((i) => [
    text(alice, bob, `while it is down ${i}`),
    text(bob, alice, `趁它不在 ${i}`),
  ])
  say('both', 'send five messages each way to a server that is not there')
  await until('both notice', () => !alice.connection.isOpened() && !bob.connection.isOpened())
  await stage.restart()
  await Promise.all(waiting)
  await until('every message there', () => ledger.missing().length === 0)
  say('both', 'are back by themselves; what was sent meanwhile arrived once')
}

const background: Chapter = async ({ say, until, text, ledger }, alice, bob) => {
  const { phone } = alice
  phone.quirks.suspendAfter = SUSPEND_AFTER
  phone.quirks.background = []
  phone.hide()
  await until('suspended', () => phone.state === 'suspended')
  await text(bob, alice, 'are you there?')
  phone.skewMs += 10 * 60_000
  say('alice', 'was ten minutes in the background; her socket was cut, and no onClose came')
  const shown = Date.now()
  phone.show()
  await until('the message of the meantime', () => ledger.missing().length === 0)
  say('alice', `is back, with bob's message, ${((Date.now() - shown) / 1000).toFixed(1)} s after her return`)
}

const networkChange: Chapter = async ({ say, until, text, ledger }, alice, bob) => {
  const { phone, connection } = bob
  phone.network.set('none')
  await until('offline', () => !connection.isOpened())
  await text(alice, bob, 'you are out of reach')
  phone.network.set('4g')
  await until('back', () => connection.isOpened() && ledger.missing().length === 0)
  say('bob', 'changed from wifi to 4g, with a gap; nothing was lost in it')
}

const tokenLife: Chapter = async (stage, alice, bob) => {
  const { admin, say, until } = stage
  const token = async (ttl: number) =>
    ((await admin('POST', '/tokens', { username: 'carol', ttl })) as { access_token: string }).access_token
  await admin('POST', '/users', { username: 'carol', password: PASSWORD }).catch(() => undefined)
  let fetched = 0
  const carol = stage.actor('carol', {
    tokenProvider: () => {
      say('carol', `tokenProvider: asks the app's own server (${++fetched})`)
      return token(fetched === 1 ? 5 : 3600)
    },
  })
  await carol.connection.registerUser({ username: 'carol', password: PASSWORD })
  await carol.connection.open({ user: 'carol' })
  await until('renewed', () => fetched >= 2)
  await until('still there', () => carol.connection.isOpened())
  say('carol', 'renewed her token before it expired')

  await admin('POST', '/secret')
  say('server', 'rotated its secret: every token is void')
  await until('carol is back with a new token', () => fetched >= 3 && carol.connection.isOpened())
  say('carol', 'was told, fetched a new token and is back by herself')
  await until(
    'alice and bob exchanged their passwords again',
    () => alice.connection.isOpened() && bob.connection.isOpened(),
  )
  await carol.connection.close()
}

const secondDevice: Chapter = async (stage, alice) => {
  const { until, say } = stage
  const before = alice.endings.length
  const tablet = stage.actor('alice', { phoneName: 'alice-2' })
  await tablet.connection.open({ user: 'alice', pwd: PASSWORD })
  await until('the first is told', () => ends(alice, 206, before))
  say('alice', 'logged in on a second phone; the first was told 206 and does not fight back')
  await tablet.connection.close()
  await alice.connection.open({ user: 'alice', pwd: PASSWORD })
}

const kicks: Chapter = async ({ admin, until, say }, alice, bob) => {
  let before = bob.endings.length
  await admin('POST', '/users/bob/kick')
  await until('kicked', () => ends(bob, 31010, before))
  await bob.connection.open({ user: 'bob', pwd: PASSWORD })

  before = alice.endings.length
  await admin('POST', '/users/alice/block')
  await until('blocked', () => ends(alice, 31011, before))
  const refused = await alice.connection.open({ user: 'alice', pwd: PASSWORD }).then(
    () => 'was let in',
    (error: unknown) => `${(error as { code: number }).code} ${(error as Error).message}`,
  )
  say('alice', `tries to log in while blocked: ${refused}`)
  await admin('POST', '/users/alice/unblock')
  await alice.connection.open({ user: 'alice', pwd: PASSWORD })
}

/** Three hundred messages while everything breaks. */
const storm: Chapter = async (stage, alice, bob) => {
  const { text, until, ledger, say } = stage
  const faults = [
    () => alice.phone.network.cutSilently(),
    () => bob.phone.network.set('none'),
    () => bob.phone.network.set('4g'),
    () => stage.kill(),
    () => stage.restart(),
    () => alice.phone.network.set('wifi'),
  ]
  const sending: Promise<void>[] = []
  for (let i = 0; i < 150; i++) {
    sending.push(text(alice, bob, `storm ${i}`), text(bob, alice, `风暴 ${i}`))
    if (i % 25 === 12) await Promise.resolve(faults[Math.floor(i / 25)]?.())
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await Promise.all(sending)
  await until('every message there', () => ledger.missing().length === 0, 40)
  say('both', 'exchanged 300 messages through a cut link, a lost network and a killed server')
}

const farewell: Chapter = async ({ say, actors }) => {
  for (const { name, phone, connection } of actors) {
    const { confirmed } = await connection.destroy()
    say(
      name,
      `destroyed after onClose (${confirmed ? 'confirmed' : 'NOT confirmed'}); sockets left: ${phone.sockets.open}`,
    )
  }
}

interface Told {
  readonly title: string
  /** What has been shown when it ends. */
  readonly proves: string
  readonly play: Chapter
}

export const chapters: readonly Told[] = [
  { title: 'registration and login', proves: 'a user registers and is connected', play: login },
  { title: 'ten messages each way', proves: 'every message arrived once', play: talk },
  {
    title: 'the server is killed and comes back',
    proves: 'both phones came back by themselves, and what was sent meanwhile arrived once',
    play: serverRestart,
  },
  {
    title: 'ten minutes in the background',
    proves: 'the link that WeChat cut without onClose was found dead, and nothing was missed',
    play: background,
  },
  {
    title: 'the network is lost, and comes back as another one',
    proves: 'no attempt without a network, and nothing lost in the gap',
    play: networkChange,
  },
  {
    title: 'a second device',
    proves: 'the first device is told 206, and the two do not chase each other',
    play: secondDevice,
  },
  { title: 'a kick and a block', proves: 'each end has its code: 31010, 31011, 31009', play: kicks },
  {
    title: 'a token expires, and the secret is rotated',
    proves: 'a fresh token was fetched before it was needed, and again when every token was void',
    play: tokenLife,
  },
  { title: 'a storm', proves: '300 messages through a cut link, a lost network and a killed server', play: storm },
  { title: 'farewell', proves: 'destroy() waits for onClose; no socket and no timer is left', play: farewell },
]
