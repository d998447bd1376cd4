// The shipped SDK against Mosquitto: one node, passwords for tokens.
import { missing, startMosquitto } from './fixtures/mosquitto'
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
})
