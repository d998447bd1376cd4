// The SDK on a platform that is not WeChat: logs in, talks, comes back. Nothing of src/ knows that there is one.
import { startServer, type RunningServer } from '../../server/server'
import { logins } from '../../src/logins/part'
import { messagesPart } from '../../src/messages/part'
import { until } from '../doors/world'
import { createNodePlatform, memoryFiles, NodeConnection } from './node-platform'

let server: RunningServer
const open: NodeConnection[] = []
beforeAll(async () => {
  server = await startServer({ apps: ['acme#chat'] })
})
afterAll(async () => {
  await Promise.all(open.map((connection) => connection.destroy()))
  await server.stop()
})

const bot = async (user: string) => {
  const platform = createNodePlatform()
  const connection = new NodeConnection(
    { appKey: 'acme#chat', url: server.url, apiUrl: server.apiUrl, autoReconnectNumMax: Infinity },
    platform,
  )
  open.push(connection)
  await connection.use(logins()).registerUser({ username: user, password: 'correct horse' })
  const chat = connection.use(messagesPart(memoryFiles))
  const heard: string[] = []
  chat.on('onTextMessage', ({ msg }) => heard.push(msg))
  await connection.open({ user, pwd: 'correct horse' })
  return { connection, chat, heard, cut: platform.cut }
}

test('two bots in Node register, log in by password, talk, and come back when their link is cut', async () => {
  const alice = await bot('alice')
  const bob = await bot('bob')
  await alice.chat.send({ type: 'txt', to: 'bob', msg: 'hello' })
  await until(() => bob.heard.length === 1)

  const events: string[] = []
  bob.connection.on('onReconnecting', () => events.push('reconnecting'))
  bob.connection.on('onConnected', ({ resumed }) => events.push(resumed ? 'resumed' : 'new session'))
  bob.cut()
  await alice.chat.send({ type: 'txt', to: 'bob', msg: 'again' })
  await until(() => bob.heard.length === 2)
  expect(bob.heard).toEqual(['hello', 'again'])
  expect(events).toEqual(['reconnecting', 'resumed'])
})
