// What a developer sees when the network changes, slows down, or is gone without saying so.
import type { PhoneOptions } from '../../simulator/core/phone'
import { setUp } from './set-up'

async function online(options: Partial<PhoneOptions> = {}) {
  const all = setUp(options)
  all.phone.wx.onNetworkStatusChange(({ isConnected, networkType }) => all.diary.push(`${networkType} ${isConnected}`))
  all.phone.wx.onNetworkWeakChange(({ weakNet }) => all.diary.push(`weak ${weakNet}`))
  const task = all.connect()
  await all.clock.advance(10)
  all.told()
  return { ...all, task }
}

test.each([
  ['android', 'none'],
  ['ios', 'offline'],
] as const)('%s: the network goes: %s, and the socket is dead without a word', async (profile, name) => {
  const { clock, phone, task, told, heardByServer } = await online({ profile })
  phone.network.set('none')
  task.send({ data: 'lost' })
  await clock.advance(60_000)
  expect(told()).toEqual([`${name} false`])
  phone.network.set('wifi')
  task.send({ data: 'lost too' })
  await clock.advance(60_000)
  expect(told()).toEqual(['wifi true'])
  expect(heardByServer).toEqual([])
  expect(phone.sockets.open).toBe(1)
})

test('or the socket ends at once', async () => {
  const { clock, phone, told } = await online({ quirks: { networkLoss: 'ends' } })
  phone.network.set('none')
  await clock.advance(10)
  expect(told()).toEqual([
    'none false',
    's error errcode:10011 network change, cancel all task',
    's close 1006 abnormal closure',
  ])
})

test('connecting without a network fails soon', async () => {
  const { clock, phone, connect, told } = await online()
  phone.network.set('none')
  told()
  connect({}, 'next')
  await clock.advance(10)
  expect(told()).toEqual(['next success', 'next error exception onOpen fail code:2, msg:Underlying Transport Error'])
})

test.each([
  ['android', []],
  ['ios', ['s error errcode:10011 network change, cancel all task', 's close 1006 abnormal closure']],
  ['pc', ['s message x']],
] as const)('%s: wifi to 4g', async (profile, expected) => {
  const { clock, phone, task, told } = await online({ profile })
  phone.network.set('4g')
  task.send({ data: 'x' })
  await clock.advance(60_000)
  expect(told()).toEqual(['4g true', ...expected])
})

test('4g to 5g keeps the address: nothing happens to the socket', async () => {
  const { clock, phone, connect, told } = await online({ profile: 'ios' })
  phone.network.set('4g')
  const task = connect()
  await clock.advance(10)
  told()
  phone.network.set('5g')
  task.send({ data: 'still here' })
  await clock.advance(10)
  expect(told()).toEqual(['5g true', 's message still here'])
})

test('the change of network may go untold; asked, the phone knows', async () => {
  const { clock, phone, told, diary } = await online({ quirks: { networkEvents: false } })
  phone.network.set('4g')
  void phone.wx.getNetworkType({ success: ({ networkType }) => diary.push(networkType) })
  await clock.advance(10)
  expect(told()).toEqual(['4g'])
})

test('getNetworkType without callbacks is a promise', async () => {
  const { clock, phone } = await online({ profile: 'ios' })
  phone.network.set('none')
  const asked = phone.wx.getNetworkType()
  await clock.settle()
  expect(await asked).toEqual({ networkType: 'offline', weakNet: false, errMsg: 'getNetworkType:ok' })
})

test('half-open: nothing passes, nobody is told, new sockets hang; those that lived through it stay dead', async () => {
  const { clock, phone, task, connect, told, peers, heardByServer } = await online()
  phone.network.halfOpen(true)
  task.send({ data: 'lost' })
  peers[0]!.send('lost')
  connect({}, 'next')
  await clock.advance(30_000)
  expect(told()).toEqual(['next success'])
  phone.network.halfOpen(false)
  task.send({ data: 'lost' })
  await clock.advance(40_000)
  expect(told()).toEqual(['next error exception onOpen fail code:9, msg:Timer Expired'])
  connect({}, 'last')
  await clock.advance(10)
  expect(told()).toEqual(['last success', 'last open'])
  expect([heardByServer, peers.length]).toEqual([[], 2])
})

test('closing a dead link: onClose only when the platform gives up waiting for the server', async () => {
  const { clock, phone, task, told, heardByServer } = await online()
  phone.network.cutSilently()
  task.close({ code: 1000, reason: 'bye' })
  await clock.advance(4000)
  expect([told(), phone.sockets.open]).toEqual([[], 1])
  await clock.advance(2000)
  expect([told(), phone.sockets.open]).toEqual([['s close 1000 bye'], 0])
  expect(heardByServer).toEqual([])
})

test('a platform without patience limit hears of the close only when the server speaks again', async () => {
  const { clock, phone, task, told } = await online({ quirks: { closeTimeout: Infinity } })
  phone.network.stall(true)
  task.close({ code: 1000, reason: 'bye' })
  await clock.advance(10 * 60_000)
  expect([told(), phone.sockets.open]).toEqual([[], 1])
  phone.network.stall(false)
  await clock.advance(10)
  expect([told(), phone.sockets.open]).toEqual([['s close 1000 bye'], 0])
})

test('a switched-off phone leaves no link behind, dead ones included', async () => {
  const { clock, phone, heardByServer, network } = await online()
  phone.network.cutSilently()
  phone.dispose()
  await clock.advance(10)
  expect([heardByServer, network.connections, clock.pending()]).toEqual([['closed 1006'], 0, []])
})

test('latency delays, loss delays more, neither changes the order', async () => {
  let turn = 0
  const random = () => [0.1, 0.9, 0.9][turn++ % 3]! // every third message is sent twice
  const { clock, phone, task, told } = await online({ random })
  phone.network.latency(100)
  task.send({ data: 'a' })
  await clock.advance(150)
  expect(told()).toEqual([])
  await clock.advance(60)
  expect(told()).toEqual(['s message a'])
  phone.network.loss(0.5)
  for (const data of ['b', 'c', 'd', 'e']) task.send({ data })
  await clock.advance(250)
  expect(told()).toEqual([])
  await clock.advance(5000)
  expect(told()).toEqual(['s message b', 's message c', 's message d', 's message e'])
})

test('a network that gets faster lets nothing overtake what is still under way', async () => {
  const { clock, phone, task, told } = await online()
  phone.network.latency(100)
  task.send({ data: 'slow' })
  await clock.advance(10)
  phone.network.latency(0)
  task.send({ data: 'fast' })
  await clock.advance(1000)
  expect(told()).toEqual(['s message slow', 's message fast'])
})

test('a lift: everything waits, and arrives in order when the doors open', async () => {
  const { clock, phone, task, told, peers } = await online()
  phone.network.stall(true)
  task.send({ data: 'a' })
  task.send({ data: 'b' })
  peers[0]!.send('from the server')
  await clock.advance(30_000)
  expect(told()).toEqual([])
  phone.network.stall(false)
  await clock.advance(10)
  expect(told()).toEqual(['s message from the server', 's message a', 's message b'])
})

test('a weak network is slow, and says so', async () => {
  const { clock, phone, task, told } = await online()
  phone.network.weak(true)
  task.send({ data: 'x' })
  await clock.advance(900)
  expect(told()).toEqual(['weak true'])
  await clock.advance(5000)
  phone.network.weak(false)
  task.send({ data: 'y' })
  await clock.advance(10)
  expect(told()).toEqual(['s message x', 'weak false', 's message y'])
})
