// What a developer sees when the app leaves the screen, and when it comes back.
import type { Profile, Quirks } from '../../simulator/core/quirks'
import { setUp } from './set-up'

const MINUTE = 60_000

async function running(quirks: Partial<Quirks> = {}, profile: Profile = 'android') {
  const all = setUp({ profile, quirks })
  all.phone.wx.onAppShow(all.note('show'))
  all.phone.wx.onAppHide(all.note('hide'))
  const task = all.connect()
  await all.clock.advance(10)
  all.told()
  return { ...all, task }
}

test('less than 5 s away: the socket lives, timers run, messages arrive', async () => {
  const { clock, phone, task, told, note } = await running()
  phone.timers.setTimeout(note('timer'), 2000)
  phone.hide()
  await clock.advance(4000)
  task.send({ data: 'x' })
  await clock.advance(10)
  phone.show()
  await clock.advance(60_000)
  expect(told()).toEqual(['hide', 'timer', 's message x', 'show'])
  expect([phone.state, phone.sockets.open]).toEqual(['front', 1])
})

test('after 5 s: timers stand still, callbacks are held, all of it comes on return', async () => {
  const { clock, phone, told, note, heardByServer } = await running()
  phone.timers.setTimeout(note('timer'), 10_000)
  const every = phone.timers.setInterval(note('every'), 4000)
  phone.hide()
  await clock.advance(10 * MINUTE)
  expect(phone.state).toBe('suspended')
  expect(heardByServer).toEqual(['closed 1006'])
  expect(told()).toEqual(['hide', 'every'])
  phone.show()
  await clock.advance(0)
  expect(told()).toEqual(['show', 's close 0 interrupted', 'every', 'timer'])
  phone.timers.clearInterval(every)
  expect(phone.timersLeft()).toBe(0)
})

test('the clock goes on while the timers stand still', async () => {
  const { clock, phone } = await running()
  const before = phone.timers.now()
  phone.hide()
  await clock.advance(MINUTE)
  expect(phone.timers.now() - before).toBe(MINUTE)
})

test.each([
  [
    ['timers', 'events', 'show'],
    ['timer', 's close 0 interrupted', 'show'],
  ],
  [
    ['events', 'show', 'timers'],
    ['s close 0 interrupted', 'show', 'timer'],
  ],
] as const)('on return the order may be %j', async (resumeOrder, expected) => {
  const { clock, phone, told, note } = await running({ resumeOrder })
  phone.timers.setTimeout(note('timer'), 10_000)
  phone.hide()
  await clock.advance(MINUTE)
  told()
  phone.show()
  await clock.advance(0)
  expect(told()).toEqual(expected)
})

test.each([
  ['android', ['s close 0 interrupted'], 'closed 1006'],
  ['ios', ['s close 1000 interrupted'], 'closed 1001'],
  ['pc', ['s close 1006 interrupted'], 'closed 1006'],
] as const)('%s: the socket is cut with its own code', async (profile, expected, server) => {
  const { clock, phone, told, heardByServer } = await running({}, profile)
  phone.hide()
  await clock.advance(MINUTE)
  told()
  phone.show()
  await clock.advance(0)
  expect(told().filter((line) => line !== 'show')).toEqual(expected)
  expect(heardByServer).toEqual([server])
})

test('cut without onClose, and without a word to the server', async () => {
  const { clock, phone, told, heardByServer } = await running({ background: [], backgroundToServer: 'nothing' })
  phone.hide()
  await clock.advance(MINUTE)
  phone.show()
  await clock.advance(MINUTE)
  expect(told()).toEqual(['hide', 'show'])
  expect([phone.sockets.open, heardByServer]).toEqual([0, []])
})

test('DevTools never suspends', async () => {
  const { clock, phone, told } = await running({}, 'devtools')
  phone.hide()
  await clock.advance(MINUTE)
  phone.show()
  await clock.advance(10)
  expect(told()).toEqual(['hide', 'show'])
  expect(phone.sockets.open).toBe(1)
})

test('just after return Android still refuses the network with "suspend"', async () => {
  const { clock, phone, task, connect, told, outcome } = await running({
    suspendEcho: 400,
    background: [],
    backgroundCut: false,
  })
  phone.hide()
  await clock.advance(MINUTE)
  phone.show()
  await clock.advance(100)
  told()
  const text =
    'fail:jsapi has no permission, event=createSocketTask, runningState=suspend, permissionMsg=permission ok, ' +
    'detail=network api interrupted in suspend state'
  connect({}, 'again')
  task.send({ data: 'x', ...outcome('send') })
  task.close({ code: 1000, ...outcome('close') })
  await clock.advance(1)
  expect(told()).toEqual([
    `again fail connectSocket:${text}`,
    `send sendSocketMessage:${text.replace('createSocketTask', 'operateSocketTask')}`,
    `close closeSocket:${text.replace('createSocketTask', 'operateSocketTask')}`,
  ])
  await clock.advance(400)
  connect({}, 'again')
  await clock.advance(10)
  expect(told()).toEqual(['again success', 'again open'])
})

test('with JS going on in the background, the network is refused all the same', async () => {
  const { clock, phone, connect, told, note } = await running({ freezes: false })
  phone.hide()
  await clock.advance(MINUTE)
  expect(told()).toEqual(['hide', 's close 0 interrupted'])
  phone.timers.setTimeout(note('timer'), 10)
  connect({}, 'again')
  await clock.advance(10)
  expect(told()).toEqual([expect.stringContaining('interrupted in suspend state'), 'timer'])
})

test('after 30 minutes the process is gone: nothing of it ever runs again, and the next start is cold', async () => {
  const { clock, phone, told, note } = await running()
  const { wx } = phone
  phone.timers.setTimeout(note('timer'), 10_000)
  phone.wx.setStorageSync('key', 'kept')
  phone.hide()
  await clock.advance(31 * MINUTE)
  expect([phone.state, phone.timersLeft(), phone.sockets.open]).toEqual(['destroyed', 0, 0])
  const launched: number[] = []
  phone.onLaunch(() => launched.push(phone.boots))
  phone.show()
  await clock.advance(MINUTE)
  expect(told()).toEqual(['hide'])
  expect(launched).toEqual([2])
  expect(phone.wx).not.toBe(wx)
  expect(phone.wx.getStorageSync('key')).toBe('kept')
})

test('a killed process leaves no timer behind, and the server sees its link break', async () => {
  const { clock, phone, told, heardByServer, note, connect } = await running()
  phone.timers.setInterval(note('every'), 10)
  connect({}, 'on its way')
  phone.kill()
  await clock.advance(100)
  expect(told()).toEqual([])
  expect(heardByServer).toEqual(['closed 1006'])
  expect(clock.pending()).toEqual([])
})

test('hidden and shown again and again: only the last hiding counts', async () => {
  const { clock, phone, told } = await running()
  for (let i = 0; i < 3; i++) {
    phone.hide()
    await clock.advance(3000)
    phone.show()
    await clock.advance(100)
  }
  expect(phone.sockets.open).toBe(1)
  expect(told()).toEqual(['hide', 'show', 'hide', 'show', 'hide', 'show'])
})

test('a timer of more than 24 days fires at once, as engines have it', async () => {
  const { clock, phone, told, note } = setUp()
  phone.timers.setTimeout(note('too long'), 2 ** 31)
  phone.timers.setTimeout(note('long'), 2 ** 31 - 1)
  await clock.advance(1)
  expect(told()).toEqual(['too long'])
  expect(phone.timersLeft()).toBe(1)
})

test('a listener taken off is not told any more; the next one is told although this one throws', async () => {
  const { clock, phone, told, note } = setUp()
  const gone = note('gone')
  phone.wx.onAppHide(gone)
  phone.wx.onAppHide(() => {
    throw new Error('oops')
  })
  phone.wx.onAppHide(note('here'))
  phone.wx.offAppHide(gone)
  phone.hide()
  await clock.advance(0)
  expect(told()).toEqual(['here'])
  expect(phone.errors).toHaveLength(1)
})

test('what happened is in the trace', async () => {
  const { clock, phone } = await running()
  phone.hide()
  await clock.advance(6000)
  phone.show()
  phone.network.set('none')
  expect(phone.trace.map(({ what }) => what)).toEqual([
    'launch',
    'connect',
    'open',
    'hide',
    'suspend',
    'end',
    'resume',
    'network',
  ])
})
