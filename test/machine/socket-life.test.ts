// When one socket may be called gone: every order of events that the platform is known for.
import fc from 'fast-check'
import {
  live,
  newborn,
  socketDeadline,
  WRITE_OFF,
  type SocketEvent,
  type SocketLife,
} from '../../src/machine/socket-life'

const through = (events: readonly (SocketEvent | number)[]) => {
  let life: SocketLife = newborn(0)
  let now = 0
  const closes: number[] = []
  for (const event of events) {
    if (typeof event === 'number') now = event
    const step = live(life, typeof event === 'number' ? { type: 'due' } : event, now)
    life = step.life
    if (step.close !== undefined) closes.push(now)
  }
  return { kind: life.kind, proven: life.kind === 'ended' ? life.proven : undefined, closes }
}
const opened: SocketEvent = { type: 'opened' }
const closed: SocketEvent = { type: 'closed' }
const failed: SocketEvent = { type: 'failed' }
const abandoned: SocketEvent = { type: 'abandoned', reason: 'test' }
const unheard: SocketEvent = { type: 'unheard' }
const unknown: SocketEvent = { type: 'unknownToPlatform' }

test.each<[string, (SocketEvent | number)[], object]>([
  ['opened and closed by the server', [opened, closed], { kind: 'ended', proven: true, closes: [] }],
  ['onError before the opening is its end', [failed], { kind: 'ended', proven: true, closes: [] }],
  ['onError while open is only a sign', [opened, failed], { kind: 'open', proven: undefined, closes: [] }],
  ['closed at our wish', [opened, abandoned, closed], { kind: 'ended', proven: true, closes: [0] }],
  [
    'close() unanswered: repeated, ever more rarely',
    [opened, abandoned, 1_000, 3_000, 7_000],
    { kind: 'closing', proven: undefined, closes: [0, 1_000, 3_000, 7_000] },
  ],
  [
    'close() unanswered for a minute: written off',
    [opened, abandoned, WRITE_OFF],
    { kind: 'ended', proven: false, closes: [0] },
  ],
  [
    'close() refused because the platform knows no such socket',
    [opened, abandoned, unknown],
    { kind: 'ended', proven: true, closes: [0] },
  ],
  ['abandoned while connecting: a zombie', [abandoned], { kind: 'zombie', proven: undefined, closes: [0] }],
  [
    'a zombie is not gone because close() finds it "not connected"',
    [abandoned, unknown],
    { kind: 'zombie', proven: undefined, closes: [0] },
  ],
  [
    'a zombie that opens is closed',
    [abandoned, 5_000, opened],
    { kind: 'closing', proven: undefined, closes: [0, 5_000] },
  ],
  ['a zombie that fails is gone', [abandoned, failed], { kind: 'ended', proven: true, closes: [0] }],
  [
    'a zombie that stays silent is written off after the platform’s own limit',
    [abandoned, WRITE_OFF],
    { kind: 'ended', proven: false, closes: [0] },
  ],
  [
    'a zombie is asked again, for its opening may never be told',
    [abandoned, 19_000, 20_000, 22_000],
    { kind: 'zombie', proven: undefined, closes: [0, 20_000, 22_000] },
  ],
  [
    'one that nobody can hear is closed until the platform knows no such socket',
    [unheard, 1_000, 3_000, unknown],
    { kind: 'ended', proven: true, closes: [0, 1_000, 3_000] },
  ],
  [
    'a dead socket that opens after all is closed, and counts until it is gone',
    [abandoned, WRITE_OFF, opened, WRITE_OFF + 1_000],
    { kind: 'closing', proven: undefined, closes: [0, WRITE_OFF, WRITE_OFF + 1_000] },
  ],
  ['doubled onClose', [opened, closed, closed], { kind: 'ended', proven: true, closes: [] }],
])('%s', (_name, events, expected) => {
  expect(through(events)).toEqual(expected)
})

test('an abandoned socket always has an end in sight, whatever the platform says in whatever order', () => {
  const event = fc.constantFrom<SocketEvent>(opened, closed, failed, abandoned, unheard, unknown, { type: 'due' })
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      let life: SocketLife = newborn(0)
      let now = 0
      for (const one of [...events, abandoned]) life = live(life, one, (now += 10)).life
      for (let turns = 0; life.kind !== 'ended'; turns++) {
        const deadline = socketDeadline(life)
        expect(deadline).toBeLessThan(Infinity)
        expect(turns).toBeLessThan(20)
        life = live(life, { type: 'due' }, (now = Math.max(now, deadline))).life
      }
      expect(now).toBeLessThanOrEqual(WRITE_OFF + 1_000)
    }),
  )
})
