// The shipped SDK against RabbitMQ: MQTT 3.1.1 only, one node, passwords for tokens.
import { missing, startRabbitMq } from './fixtures/rabbitmq'
import { describeWith } from '../required'
import type { Site } from './site'
import { provesItself } from './suite'

/** Everybody that the suite may invent, with a password made of the name. */
const users = Object.fromEntries(
  ['alice', 'bob', 'twin', 'mallory'].flatMap((name) =>
    Array.from({ length: 40 }, (_, at) => [`${name}${at}`, `secret-of-${name}${at}`]),
  ),
)

const open = async (): Promise<Site> => {
  const server = await startRabbitMq({ app: 'acme/chat', users })
  return {
    name: 'RabbitMQ',
    nodes: [server.url],
    url: server.url,
    token: (user) => Promise.resolve(users[user] ?? 'no-such-user'),
    badTokens: { wrong: { token: () => Promise.resolve('something-else'), code: 31004 } },
    down: (_, how) => server.down(how),
    up: () => server.up(),
    legacy: true,
    keepsSessions: true,
    stop: server.stop,
  }
}

describeWith(missing())('RabbitMQ', () => {
  provesItself(open, { tokensEnd: false, operator: false })
})
