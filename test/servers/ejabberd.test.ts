// The shipped SDK against ejabberd as a cluster of two nodes, behind a load balancer.
import { startBalancer } from './fixtures/balancer'
import { HOST, missing, startEjabberd } from './fixtures/ejabberd'
import { token } from './fixtures/token'
import { describeWith } from '../required'
import type { Site } from './site'
import { provesItself } from './suite'

const open = async (): Promise<Site> => {
  const cluster = await startEjabberd({ app: 'acme/chat' })
  const balancer = await startBalancer(cluster.urls)
  const operate = async (command: string, user: string, more: object = {}) => {
    await cluster.call(command, { user, host: HOST, ...more })
  }
  return {
    name: 'ejabberd, two nodes',
    nodes: cluster.urls,
    url: balancer.url,
    token: (user, ttl) => Promise.resolve(token(user, ttl === undefined ? {} : { ttl })),
    // Every refusal is CONNACK 0x87; the token itself tells that it is old.
    badTokens: {
      forged: {
        token: (user) => Promise.resolve(token(user, { secret: 'another secret that is long enough' })),
        code: 31004,
      },
      "another user's": { token: () => Promise.resolve(token('somebody')), code: 31004 },
      expired: { token: (user) => Promise.resolve(token(user, { ttl: -60 })), code: 31020 },
    },
    down: (node, how) => (how === 'stop' ? cluster.stopNode(node) : cluster.killNode(node)),
    up: cluster.startNode,
    keepsSessions: false,
    kick: (user, code) => operate('im_kick', user, { code }),
    block: { on: (user) => operate('im_block', user), off: (user) => operate('im_unblock', user), atLogin: 31004 },
    async stop() {
      await balancer.stop()
      await cluster.stop()
    },
  }
}

describeWith(missing())('ejabberd, a cluster of two nodes', () => {
  provesItself(open, { tokensEnd: true, operator: true })
})
