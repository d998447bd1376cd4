/** @jest-environment ./test/demo/jsdom.ts */
// Voices of the demo against a recorder that does what a phone's does: asks first, is refused, is let go too early, ends by itself.
import '../page'
import { letGo, record } from '../../../miniprogram-demo/miniprogram/im/recorder'

type Tell = (event: object) => void
const told: Record<string, Tell> = {}
const asked: string[] = []
const on = (event: string) => (tell: Tell) => void (told[event] = tell)
Object.assign((globalThis as unknown as { wx: object }).wx, {
  getRecorderManager: () => ({
    start: () => void asked.push('start'),
    stop: () => void asked.push('stop'),
    onStart: on('start'),
    onStop: on('stop'),
    onError: on('error'),
  }),
})
const stopped = (duration: number) => told.stop!({ tempFilePath: 'wxfile://tmp/v.mp3', duration, fileSize: 9 })
beforeEach(() => void asked.splice(0))

test('held and let go: it is there, with its length', async () => {
  const outcome = record()
  told.start!({})
  letGo(true)
  stopped(2_340)
  expect([await outcome, asked]).toEqual([{ path: 'wxfile://tmp/v.mp3', seconds: 2.3, size: 9 }, ['start', 'stop']])
})

test('a minute is over while the finger still holds: it is there; letting go later does nothing', async () => {
  const outcome = record()
  told.start!({})
  stopped(60_000)
  letGo(true)
  expect([await outcome, asked]).toMatchObject([{ seconds: 60 }, ['start']])
})

test('slid away: nothing', async () => {
  const outcome = record()
  told.start!({})
  letGo(false)
  stopped(5_000)
  expect(await outcome).toBeUndefined()
})

test('too short, and without leave: each is said', async () => {
  const short = record()
  told.start!({})
  letGo(true)
  stopped(400)
  const refused = record()
  told.error!({ errMsg: 'operateRecorder:fail auth deny' })
  expect([await short, await refused]).toMatchObject([
    { refusal: expect.stringContaining('太短') as string },
    { refusal: expect.stringContaining('权限') as string },
  ])
})

test('let go before the phone has asked for leave: it stops as soon as it begins', async () => {
  const outcome = record()
  letGo(false)
  expect(asked).toEqual(['start'])
  told.start!({})
  stopped(10)
  expect([await outcome, asked]).toEqual([undefined, ['start', 'stop']])
})
