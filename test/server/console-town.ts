// People for the console's tests and pictures: some online on several platforms, some away, one blocked, one with a log.
import { createHash } from 'node:crypto'
import { app, inbox, publish, subscribe, to, type World } from './world'

const platforms = ['wechat-ios', 'wechat-android', 'wechat-windows', 'wechat-mac', 'wechat-devtools']
const names = [
  'alice',
  'bob',
  'carol',
  'dave',
  'erin',
  'frank',
  'grace',
  'heidi',
  'ivan',
  'judy',
  'ken',
  'lin',
  'mei',
  'nina',
]

/** A log as the SDK sends it: its header, then a login and what came of it. */
const log = [
  { v: 1, t: 1790000000000, zone: 480, sdk: '0.1.0', platform: 'ios', model: 'iPhone 13', system: 'iOS 17.4' },
  { t: 1790000001000, level: 2, area: 'connection', event: 'connection.opened', fields: {} },
]
  .map((line) => JSON.stringify(line))
  .join('\n')

export async function settle(world: World): Promise<void> {
  const clients = await Promise.all(
    names.map((user, at) =>
      world.login(user, {
        clientId: `${app}/${user}/phone-${createHash('sha256').update(user).digest('hex').slice(0, 6)}`,
        keepalive: 300,
        platform: platforms[at % platforms.length]!,
        version: at % 5 === 3 ? 4 : 5,
        headers: { 'x-forwarded-for': `203.0.113.${10 + at * 7}` },
      }),
    ),
  )
  const [alice, bob] = clients
  await world.login('alice', {
    clientId: `${app}/alice/tablet-2`,
    platform: 'wechat-ios',
    keepalive: 300,
    headers: { 'x-forwarded-for': '203.0.113.10' },
  })
  await subscribe(bob!, inbox('bob'))
  for (let at = 0; at < 7; at++) await publish(alice!, to('bob', 'alice'), `message ${at}`)

  const away = await world.login('alice', { clientId: `${app}/alice/old-phone`, platform: 'wechat-android' })
  await subscribe(away, inbox('alice'))
  await away.bye()
  await publish(bob!, to('alice', 'bob'), 'waits for the old phone')

  const oscar = await world.token('oscar')
  await world.admin('POST', 'users/oscar/block')
  await world.refused({ user: 'oscar', token: oscar })
  await world.refused({ user: 'peggy', token: 'forged' })
  await world.call('POST', `${app}/token`, {
    body: { grant_type: 'password', username: 'alice', password: 'a guess' },
  })

  const token = await world.token('alice')
  await world.call('POST', `${app}/chatgroups`, {
    token,
    body: { groupname: 'Tea on Tuesday', members: ['bob', 'carol'], public: true },
  })
  for (const name of ['2026-11-26.log', '2026-11-27.log']) {
    const { body } = await world.call('POST', `${app}/logs`, { token, body: { name, size: Buffer.byteLength(log) } })
    const raw = Buffer.from(name.includes('27') ? log.slice(0, 40) : log)
    await world.call('PUT', `${app}/logs/${String(body.id)}?offset=0`, { token, raw })
  }
}
