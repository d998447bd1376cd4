// The webhook's pure parts: when whose call is due, and how it is signed.
import fc from 'fast-check'
import { createNotices, type Text } from '../../server/webhook/notices'
import { keysIn, sign } from '../../server/webhook/secret'
import { secret } from './backend'

describe('the signature', () => {
  test('is that of Standard Webhooks, by its own example, and one for each secret while it is changed', () => {
    const example = ['msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, '{"test": 2432232314}'] as const
    const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    expect(sign(keysIn(secret), ...example)).toBe(signature)
    const both = sign(keysIn(`whsec_${'A'.repeat(32)}, ${secret}`), ...example).split(' ')
    expect(both).toHaveLength(2)
    expect(both[1]).toBe(signature)
  })
})

describe('the timetable', () => {
  const limits = { windowMs: 100, calls: 3, attempts: 3, ageMs: 10_000, pauseMs: 50 }
  const text: Text = { id: 'a', body: '{}', count: 1, last: 1 }

  test('never more calls at once than there may be, never two about one user, and everything ends', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('add' as const), user: fc.nat(5) }),
      fc.record({ do: fc.constant('wait' as const), ms: fc.nat(400) }),
      fc.record({ do: fc.constantFrom('taken' as const, 'failed' as const, 'drop' as const), pick: fc.nat(10) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const notices = createNotices(limits, () => 0.5)
        const calling: string[] = []
        let now = 0
        const look = (): void => {
          for (let due = notices.next(now); due; due = notices.next(now)) calling.push(due.key)
          expect(new Set(calling).size).toBe(calling.length)
          expect(calling.length).toBeLessThanOrEqual(limits.calls)
        }
        for (const each of steps) {
          if (each.do === 'add') notices.add(`u${each.user}`, now)
          else if (each.do === 'wait') now += each.ms
          else if (calling.length > 0) {
            const [key] = calling.splice(each.pick % calling.length, 1)
            if (each.do === 'taken') notices.taken(key!, now)
            else if (each.do === 'failed') notices.failed(key!, text, now, 0)
            else notices.drop(key!)
          }
          look()
        }
        for (let rounds = 0; notices.size > 0; rounds++) {
          expect(rounds).toBeLessThan(1000)
          for (const key of calling.splice(0)) notices.failed(key, text, now, 0)
          now += 50
          look()
          notices.expire(now)
        }
      }),
    )
  })

  test('while it fails one call at a time asks whether it is back, and each pause is longer, up to a bound', () => {
    const notices = createNotices({ ...limits, attempts: 1e9, ageMs: Infinity }, () => 1)
    for (let i = 0; i < 100; i++) notices.add(`u${i}`, 0)
    let now = limits.windowMs
    const gaps: number[] = []
    notices.failed(notices.next(now)!.key, text, now, 0)
    for (let i = 0; i < 15; i++) {
      const before = now
      let due = notices.next(now)
      for (; !due; due = notices.next(now)) now += 10
      expect(notices.next(now + 1e9)).toBeUndefined()
      gaps.push(now - before)
      notices.failed(due.key, text, now, 0)
    }
    expect(gaps.slice(0, 4)).toEqual([50, 100, 200, 400])
    expect(gaps.at(-1)).toBe(30_000)
    // Back: as many at once as ever.
    now += 30_000
    notices.taken(notices.next(now)!.key, now)
    expect([1, 2, 3, 4].map(() => notices.next(now) !== undefined)).toEqual([true, true, true, false])
  })

  test('a backend that says when to come again is heard', () => {
    const notices = createNotices(limits, () => 1)
    notices.add('a', 0)
    notices.failed(notices.next(100)!.key, text, 100, 5_000)
    expect(notices.next(5_099)).toBeUndefined()
    expect(notices.next(5_100)).toEqual({ key: 'a', text })
  })
})
