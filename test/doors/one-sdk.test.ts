// An app that uses several doors has one budget of sockets, whichever SDK is behind each.
import type * as Nim from '../../src/doors/nim'
import type * as Rong from '../../src/doors/rongcloud'
import type * as Sdk from '../../src/index'
import { createWorld, until, type World } from './world'

let world: World
beforeAll(async () => {
  world = await createWorld('acme#chat')
})
afterAll(() => world.stop())

test('NIM, RongCloud and Easemob names in one app share two sockets; the third login waits for a slot', async () => {
  const { NIM } = world.booted.require('miniprogram-im/nim') as typeof Nim
  const { RongIMClient } = world.booted.require('miniprogram-im/rongcloud') as typeof Rong
  const { Connection } = world.booted.exports as typeof Sdk
  const { url } = world.server

  NIM.configure({ url })
  const nim = NIM.getInstance({ appKey: 'acme#chat', account: 'one', token: await world.token('one') })
  expect(nim.connection).toBeInstanceOf((world.booted.require('miniprogram-im/connection') as typeof Sdk).Connection)
  await until(() => nim.connection.isOpened())

  const connected: string[] = []
  const rong = RongIMClient.init('acme#chat', { url })
  expect(rong).toBeInstanceOf(Connection)
  RongIMClient.connect(await world.token('two'), { onSuccess: (user) => connected.push(user) })
  await until(() => connected.includes('two'))

  const third = new Connection({ appKey: 'acme#chat', url })
  const opening = third.open({ user: 'three', accessToken: await world.token('three') })
  await until(() => third.state === 'queued')
  expect(third.stats().slots).toMatchObject({ taken: 2, max: 2 })
  await rong.destroy()
  await opening
  expect(world.phone.sockets.most).toBe(2)
  await Promise.all([third.destroy(), new Promise<void>((done) => nim.destroy({ done: () => done() }))])
})

test('who imports no door carries none: the SDK names neither vendor’s calls', () => {
  const names = Object.keys(world.booted.exports as object)
  expect(names.filter((name) => /nim|rong|engine/i.test(name))).toEqual([])
})
