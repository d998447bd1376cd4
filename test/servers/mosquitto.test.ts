// The shipped SDK against Mosquitto: one node, passwords for tokens.
import { missing, startMosquitto } from './fixtures/mosquitto'
import { until } from './fixtures/process'
import { createParty, type Party } from './party'
import { describeWith } from '../required'
import type { Site } from './site'
import { provesItself } from './suite'

/** Everybody that the suite may invent, with a password made of the name. */
const users = Object.fromEntries(
  ['alice', 'bob', 'twin', 'mallory', 'carol', 'dave', 'erin'].flatMap((name) =>
    Array.from({ length: 40 }, (_, at) => [`${name}${at}`, `secret-of-${name}${at}`]),
  ),
)

const open = async (): Promise<Site> => {
  const server = await startMosquitto({ app: 'acme/chat', users })
  return {
    name: 'Mosquitto',
    nodes: [server.url],
    url: server.url,
    token: (user) => Promise.resolve(users[user] ?? 'no-such-user'),
    badTokens: { wrong: { token: () => Promise.resolve('something-else'), code: 31004 } },
    down: (_, how) => server.down(how),
    up: () => server.up(),
    keepsSessions: true,
    stop: server.stop,
  }
}

describeWith(missing())('Mosquitto', () => {
  provesItself(open, { tokensEnd: false, operator: false })

  it('lets the team’s own server speak in a group, and no member in its place', async () => {
    const site = await startMosquitto({ app: 'acme/chat', users: { ...users, server: 'secret-of-server' } })
    const parties = ['alice0', 'bob0', 'server'].map((user) =>
      createParty(user, site.url, { inbox: user !== 'server' }),
    )
    const [alice, bob, server] = parties as [Party, Party, Party]
    try {
      await site.setGroups({ g1: ['alice0', 'bob0'] })
      for (const { connection, user } of parties)
        await connection.open({ user, accessToken: user === 'server' ? 'secret-of-server' : users[user]! })
      const heard: string[] = []
      alice.connection.on('onGroupEvent', ({ operation, from }) => heard.push(`${operation} ${from}`))
      const word = (id: string, member: string) =>
        JSON.stringify({
          id,
          type: 'group',
          control: true,
          time: 1,
          body: { operation: 'memberPresence', members: [member], memberCount: 2, by: 'alice0' },
        })
      const say = (from: Party, topic: string, payload: string) =>
        from.connection.publish(topic, payload, { qos: 1 }).catch(() => undefined)
      const added = JSON.stringify({ type: 'group.added', group: 'g1', groupname: 'One', by: 'bob0' })
      await until('the group', async () => {
        await say(server, 'acme/chat/s/alice0', added)
        await say(server, 'acme/chat/g/g1/$', word('first', 'bob0'))
        return heard.includes('memberPresence bob0')
      })
      await say(bob, 'acme/chat/g/g1/$', word('forged', 'mallory'))
      await say(server, 'acme/chat/g/g1/$', word('second', 'carol0'))
      await until('the second word', () => heard.includes('memberPresence carol0'))
      expect(heard.filter((line) => line.startsWith('memberPresence'))).toEqual([
        'memberPresence bob0',
        'memberPresence carol0',
      ])
    } finally {
      await Promise.all(parties.map((party) => party.end()))
      await site.stop()
    }
  })
})
