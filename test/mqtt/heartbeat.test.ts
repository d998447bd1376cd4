// A dead link is found in time, a sleeping phone is not mistaken for one, and the server is never left in silence.
import { stage, type Stage } from './stage'

const online = (options: Parameters<typeof stage>[0] = {}, properties: Record<string, unknown> = {}): Stage => {
  const s = stage({ keepAlive: 30_000, ...options })
  s.online({ properties })
  s.happened()
  return s
}
const tick = (s: Stage, now: number): void => {
  s.clock.now = now
  s.session.tick(now)
}
const DEAD = 'refused HeartbeatTimeout retry'

test('silence is broken by a ping, and the answer is told with its round trip', () => {
  const s = online()
  expect(s.session.deadline()).toBe(31_000)
  tick(s, 30_999)
  tick(s, 31_000)
  expect(s.session.deadline()).toBe(41_000)
  s.clock.now = 31_080
  s.says({ cmd: 'pingresp' })
  expect(s.happened()).toEqual(['> pingreq', 'alive 80'])
  expect(s.session.deadline()).toBe(61_000)
})

test('no answer in time is the end of the link', () => {
  const s = online()
  tick(s, 31_000)
  tick(s, 40_999)
  tick(s, 41_000)
  expect(s.happened()).toEqual(['> pingreq', DEAD])
  expect(s.session.deadline()).toBe(Infinity)
})

test('a late wake-up still asks before it judges', () => {
  const s = online()
  tick(s, 500_000)
  expect(s.happened()).toEqual(['> pingreq'])
  expect(s.session.deadline()).toBe(510_000)
})

test('hearing much does not hide that we are silent: the server would miss us', () => {
  const s = online()
  s.clock.now = 29_000
  s.says({ cmd: 'publish', topic: 'a', payload: 'x', qos: 0 })
  expect(s.session.deadline()).toBe(31_000)
})

test('sending much does not hide that the server is silent', () => {
  const s = online()
  s.clock.now = 29_000
  s.publish('a', 'x', 0)
  s.session.flush()
  expect(s.session.deadline()).toBe(31_000)
})

test('talk in both directions needs no ping', () => {
  const s = online()
  s.clock.now = 29_000
  s.says({ cmd: 'publish', topic: 'a', payload: 'x', qos: 1, messageId: 1 })
  expect(s.session.deadline()).toBe(59_000)
})

test('a slow download before the answer is a sign of life', () => {
  const s = online()
  tick(s, 31_000)
  s.clock.now = 40_000
  s.says({ cmd: 'publish', topic: 'a', payload: 'x', qos: 0 })
  expect(s.session.deadline()).toBe(50_000)
})

test.each([
  ['shorter than ours is kept to', 10, 11_000],
  ['longer than ours changes nothing', 100, 31_000],
  ['none from the server leaves ours', 0, 31_000],
])('a keep alive of the server %s', (_, serverKeepAlive, deadline) => {
  expect(online({}, { serverKeepAlive }).session.deadline()).toBe(deadline)
})

describe('a question that is not answered', () => {
  test.each<[string, (s: Stage) => void]>([
    ['a publish', (s) => s.publish('a', 'x', 1)],
    ['a subscription', (s) => s.subscribe(['a'])],
  ])('%s: after 2.5 s of silence a ping asks, so that a half-open link is found within 12.5 s', (_, ask) => {
    const s = online()
    s.clock.now = 2000
    ask(s)
    s.session.flush()
    s.happened()
    expect(s.session.deadline()).toBe(4500)
    tick(s, 4500)
    expect(s.happened()).toEqual(['> pingreq'])
    tick(s, 14_500)
    expect(s.happened()).toEqual([DEAD])
  })

  test('more questions do not put the ping off, and what was heard since does', () => {
    const s = online()
    s.publish('a', '1', 1)
    s.clock.now = 3000
    s.publish('a', '2', 1)
    expect(s.session.deadline()).toBe(3500)
    s.says({ cmd: 'puback', messageId: 1 })
    s.clock.now = 3400
    s.publish('a', '3', 1)
    expect(s.session.deadline()).toBe(5900)
  })

  test('a server that takes its time is asked once', () => {
    const s = online()
    s.publish('a', '1', 1)
    s.session.flush()
    tick(s, 6000)
    s.says({ cmd: 'pingresp' })
    expect(s.session.deadline()).toBe(36_000)
  })

  test('what the server does not answer is no question', () => {
    const s = online()
    s.publish('a', 'x', 0)
    s.session.flush()
    expect(s.session.deadline()).toBe(31_000)
  })
})

describe('the probe', () => {
  test('asks at once and waits only as long as it is told', () => {
    const s = online()
    s.clock.now = 5000
    s.session.probe(3000, 5000)
    expect(s.happened()).toEqual(['> pingreq'])
    expect(s.session.deadline()).toBe(8000)
    tick(s, 8000)
    expect(s.happened()).toEqual([DEAD])
  })

  test('shortens the wait for a ping that is open, and the answer to that one does not count', () => {
    const s = online()
    tick(s, 31_000)
    s.session.probe(3000, 32_000)
    s.clock.now = 32_100
    // Held back by the platform while the app slept, this says nothing about now.
    s.says({ cmd: 'pingresp' })
    expect(s.session.deadline()).toBe(35_100)
    s.clock.now = 32_200
    s.says({ cmd: 'pingresp' })
    expect(s.happened()).toEqual(['> pingreq', '> pingreq', 'alive 200'])
  })

  test('is nothing without a session', () => {
    const s = stage()
    s.session.probe(3000, 0)
    expect(s.happened()).toEqual([])
    expect(s.session.deadline()).toBe(Infinity)
  })
})

describe('clocks', () => {
  test('time that the app slept is not the silence of the server', () => {
    const s = online()
    tick(s, 31_000)
    s.session.slept(600_000)
    // A ping that was open gets its 10 s anew: the answer may come right after the app woke.
    tick(s, 650_000)
    expect(s.happened()).toEqual(['> pingreq'])
    tick(s, 651_000)
    expect(s.happened()).toEqual([DEAD])
  })
})
