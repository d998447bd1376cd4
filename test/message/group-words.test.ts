// The server's word in a group as it may really come: twice, in another order, too late, or made up.
import { newClock, Server } from './server'
import { Phone } from './phone'

const topic = 'acme/chat/g/g7/$'
const word = (id: string, body: object, type = 'group') =>
  JSON.stringify({ id, type, control: true, time: 1, body: { by: 'bob', ...body } })

const begin = async () => {
  const clock = newClock()
  const server = new Server(clock)
  server.groups.set('g7', new Set(['alice']))
  const phone = new Phone('alice', server)
  const app = phone.launch()
  app.connect()
  await clock.advance(100)
  const notice = async (type: string, more: object = {}) => {
    server.publish('acme/chat/s/alice', JSON.stringify({ type, group: 'g7', groupname: 'Seven', by: 'bob', ...more }))
    await clock.advance(100)
  }
  await notice('group.added')
  const say = async (...payloads: string[]) => {
    for (const payload of payloads) server.publish(topic, payload)
    await clock.advance(100)
  }
  const heard = () =>
    phone.app!.told.flatMap(({ event, payload }) =>
      event === 'onGroupEvent' && payload.operation !== 'directJoined' ? [payload] : [],
    )
  return { clock, server, phone, app, notice, say, heard }
}
const came = (id: string, user: string) => word(id, { operation: 'memberPresence', members: [user], memberCount: 2 })
const left = (id: string, user: string) => word(id, { operation: 'memberAbsence', members: [user], memberCount: 1 })

test('each word is told once, in the order in which it came, also to an app that was killed in between', async () => {
  const { clock, phone, say, heard } = await begin()
  await say(left('b', 'carol'), came('a', 'carol'), came('a', 'carol'))
  expect(heard().map(({ operation }) => operation)).toEqual(['memberAbsence', 'memberPresence'])
  phone.kill()
  phone.launch().connect()
  await clock.advance(100)
  await say(came('a', 'carol'), left('c', 'carol'))
  expect(heard()).toEqual([{ operation: 'memberAbsence', id: 'g7', from: 'carol', by: 'bob', memberCount: 1 }])
})

test('nothing is heard of a group after it was left, until the user is back', async () => {
  const { app, notice, say, heard } = await begin()
  await notice('group.removed')
  app.receive(topic, new TextEncoder().encode(came('late', 'carol')), () => undefined)
  await say()
  expect(heard()).toEqual([{ operation: 'removeMember', id: 'g7', from: 'bob' }])
  await notice('group.added')
  await say(came('again', 'carol'))
  expect(heard().at(-1)).toMatchObject({ operation: 'memberPresence', from: 'carol' })
})

test('what no server says is dropped, told once as invalid, and holds up nothing', async () => {
  const { clock, server, app, say, heard } = await begin()
  await say(
    word('1', { operation: 'memberPresence', members: ['../x'] }),
    word('2', { operation: 7 }),
    word('3', { operation: 'changeOwner', owner: '' }),
    JSON.stringify({ id: '4', type: 'txt', time: 1, body: { msg: 'from the server?' } }),
    'null',
  )
  server.publish('acme/chat/g/g7/mallory', word('5', { operation: 'changeOwner', owner: 'mallory' }))
  server.publish('acme/chat/u/alice/$', word('6', { operation: 'changeOwner', owner: 'mallory' }))
  await clock.advance(100)
  expect(app.failures.map(({ name }) => name)).toEqual(Array(7).fill('InvalidMessage'))
  // What this version does not know is nothing to worry about.
  await say(
    word('7', { operation: 'muteMember' }),
    word('8', { operation: 'memberPresence' }),
    word('9', {}, 'of-a-newer-server'),
  )
  await say(came('10', 'carol'))
  expect([heard().length, app.failures.length, app.texts()]).toEqual([1, 7, []])
  expect(server.mailbox('alice').queue).toEqual([])
})

test('what the user did on another device is followed; what this device did itself is not told again', async () => {
  const { app, notice, heard } = await begin()
  await notice('group.added', { by: 'alice' })
  expect(heard()).toEqual([]) // known already
  await notice('group.removed', { by: 'alice' })
  expect(heard()).toEqual([{ operation: 'removeMember', id: 'g7', from: 'alice' }])
  await notice('group.removed', { by: 'alice' })
  expect(heard()).toHaveLength(1)
  expect(app.failures).toEqual([])
})
