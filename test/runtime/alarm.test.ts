// One timer for all deadlines: whatever the platform's timers do, what is due happens, and a sleep is noticed.
import { createAlarm, type Due } from '../../src/runtime/alarm'
import type { Clock } from '../../src/ports/clock'

const setUp = () => {
  let now = 0
  let timer: { run: () => void; at: number } | undefined
  const clock: Clock = {
    now: () => now,
    schedule: (run, delay) => {
      timer = { run, at: now + delay }
      return () => (timer = undefined)
    },
  }
  const happened: string[] = []
  const source = (name: string, at: number): Due => {
    let deadline: number | undefined = at
    return {
      deadline: () => deadline,
      tick: (time, late) => {
        deadline = undefined
        happened.push(`${name} at ${time}${late ? ' late' : ''}`)
      },
    }
  }
  return {
    happened,
    source,
    alarmOf: (...sources: Due[]) => {
      const alarm = createAlarm(
        clock,
        sources,
        () => {
          alarm.check()
          alarm.arm()
        },
        (duration) => happened.push(`slept ${duration}`),
      )
      alarm.arm()
      return alarm
    },
    /** The platform fires its timer when the clock shows this. */
    fireAt: (time: number) => {
      now = time
      const due = timer
      timer = undefined
      due?.run()
    },
    timer: () => timer?.at,
  }
}

test('a timer that fires a moment early is set again, and nothing is forgotten', () => {
  const { happened, source, alarmOf, fireAt } = setUp()
  alarmOf(source('reconnect', 500))
  fireAt(499)
  expect(happened).toEqual([])
  fireAt(500)
  expect(happened).toEqual(['reconnect at 500'])
})

test('every deadline has its turn with a single timer', () => {
  const { happened, source, alarmOf, fireAt, timer } = setUp()
  alarmOf(source('ping', 300), source('token', 100))
  fireAt(100)
  fireAt(300)
  expect(happened).toEqual(['token at 100', 'ping at 300'])
  expect(timer()).toBeUndefined()
})

test('a phone that slept over a deadline is noticed before what was due happens', () => {
  const { happened, source, alarmOf, fireAt } = setUp()
  alarmOf(source('ping', 1_000))
  fireAt(61_000)
  expect(happened).toEqual(['slept 60000', 'ping at 61000 late'])
})

test('nothing happens after stop', () => {
  const { happened, source, alarmOf, fireAt } = setUp()
  alarmOf(source('ping', 1_000)).stop()
  fireAt(5_000)
  expect(happened).toEqual([])
})
