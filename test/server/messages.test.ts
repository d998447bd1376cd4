// What users see of the embedded server when they talk: messages arrive, in order, also after everybody was away.
import { app, inbox, publish, receive, startWorld, subscribe, to, type World } from './world'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.end())

test.each([4, 5] as const)('two users talk to each other over MQTT %s', async (version) => {
  const alice = await world.login('alice', { version })
  const bob = await world.login('bob', { version })
  expect(await subscribe(bob, inbox('bob'))).toEqual([1])
  expect(await publish(alice, to('bob', 'alice'), 'hello')).toBe(0)
  expect(await receive(bob)).toMatchObject({ topic: `${app}/u/bob/alice`, text: 'hello' })
  await alice.bye()
  await bob.bye()
})
