// Phones whose clocks are wrong, or are set while they log: their stories lie on one time again.
import * as fc from 'fast-check'
import { analyse } from '../../report/analyse'
import { START } from './story'

interface Line {
  readonly t: number
  readonly phone: 0 | 1
  readonly event: 'sent' | 'received'
  readonly id: string
}

/** Two phones that write to each other every few seconds; what is sent arrives `late` milliseconds later. */
const conversation = (count: number, late: (i: number) => number): readonly Line[] =>
  Array.from({ length: count }, (_, i): Line[] => {
    const from = (i % 2) as 0 | 1
    const t = START + i * 5000
    return [
      { t, phone: from, event: 'sent', id: `m${i}` },
      { t: t + late(i), phone: from === 0 ? 1 : 0, event: 'received', id: `m${i}` },
    ]
  })
    .flat()
    .sort((a, b) => a.t - b.t)

const logOf = (lines: readonly Line[], phone: 0 | 1, clock: (t: number) => number) =>
  lines
    .filter((line) => line.phone === phone)
    .map(({ t, event, id }) => JSON.stringify({ t: t + clock(t), level: 1, area: 'message', event, fields: { id } }))
    .join('\n')

const told = (lines: readonly Line[], clocks: readonly [(t: number) => number, (t: number) => number]) =>
  analyse(clocks.map((clock, i) => ({ name: `${i}`, text: logOf(lines, i as 0 | 1, clock) }))).phones

/** The most that a record lies away from where it was, when one phone is laid on the other. */
const worst = (lines: readonly Line[], phones: ReturnType<typeof told>) => {
  const away = phones.flatMap(({ records }, i) =>
    lines.filter(({ phone }) => phone === i).map(({ t }, at) => records[at]!.t - t),
  )
  return Math.max(...away) - Math.min(...away)
}

test('a clock that is wrong all the time, and one that is set in between, are laid over the other', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -86400000, max: 86400000 }),
      fc.integer({ min: -86400000, max: 86400000 }),
      fc.integer({ min: 8, max: 52 }),
      fc.boolean(),
      (ahead, step, when, second) => {
        const lines = conversation(60, (i) => 40 + ((i * 37) % 400))
        const clock = (t: number) => ahead + (t > START + when * 5000 + 2500 ? step : 0)
        const phones = told(lines, second ? [() => 0, clock] : [clock, () => 0])
        // Steps as short as the pause between two messages may be placed a message too early or too late.
        expect(worst(lines, phones)).toBeLessThan(11000)
      },
    ),
    { numRuns: 200 },
  )
})

test('a clock that is right is left alone, also when messages had to wait for hours', () => {
  const lines = conversation(40, (i) => (i > 10 && i < 20 ? 3600000 : 80))
  for (const { clock } of told(lines, [() => 0, () => 0])) expect(clock).toEqual([])
})

test('what the server said the time was lays phones over each other that never met', () => {
  const log = (ahead: number) =>
    JSON.stringify({
      t: START + ahead + 200,
      level: 2,
      area: 'connection',
      event: 'accepted',
      connection: 1,
      fields: { version: 5, resumed: false, ms: 200, serverTime: START + 100 },
    })
  const { phones } = analyse([
    { name: 'right', text: log(0) },
    { name: 'fast', text: log(7 * 3600000) },
  ])
  expect(phones.map(({ clock }) => clock.map(({ ahead }) => Math.round(ahead / 3600000)))).toEqual([[], [7]])
  expect(Math.abs(phones[0]!.from - phones[1]!.from)).toBeLessThan(3000)
})
