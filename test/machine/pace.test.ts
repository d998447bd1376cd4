// The bound on attempts, for every sequence of events: walks of random events at random moments (the rule that they stand on is
// proven in promises.test.ts on every state).
import fc from 'fast-check'
import type { Event } from '../../src/machine/event'
import type { Context } from '../../src/machine/flow'
import { BURST, mostWithin, priceOf } from '../../src/machine/pace'
import { deadlineOf, start, type Machine } from '../../src/machine/state'
import { transition } from '../../src/machine/transition'
import { eventsFor, policies } from '../../tools/states/explore'

const MINUTE = 60_000

/** Most of `times` in any minute. */
const busiest = (times: readonly number[]): number =>
  times.reduce((most, from, at) => {
    const until = times.findIndex((time, later) => later > at && time >= from + MINUTE)
    return Math.max(most, (until < 0 ? times.length : until) - at)
  }, 0)

/** A walk: which event (an index, or the one that leads an attempt onward), after how long, and by which chance. */
const steps = fc.array(
  fc.record({
    which: fc.oneof({ weight: 2, arbitrary: fc.nat(200) }, { weight: 3, arbitrary: fc.constant(undefined) }),
    after: fc.oneof(fc.nat(50), fc.nat(2_000), fc.constant(-1)),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    wanted: fc.boolean(),
  }),
  { minLength: 50, maxLength: 400 },
)

/** What brings the state further by itself. */
const onward = ({ state, attempt }: Machine): Event =>
  state.kind === 'authorizing'
    ? { type: 'authorized', attempt }
    : state.kind === 'queued'
      ? { type: 'slotGranted', attempt }
      : state.kind === 'opening'
        ? { type: 'socketOpened', attempt }
        : state.kind === 'handshaking'
          ? { type: 'accepted', attempt }
          : state.kind === 'closing'
            ? { type: 'socketsGone' }
            : 'run' in state
              ? { type: 'due', late: false }
              : { type: 'openCalled', timeout: undefined }

interface Step {
  readonly which: number | undefined
  readonly after: number
  readonly random: number
  readonly wanted: boolean
}

/** When a server heard of an attempt. */
const attemptsOf = (walk: readonly Step[], policy: Context['policy']): number[] => {
  let machine: Machine = start
  let now = 0
  const heard: number[] = []
  for (const { which, after, random, wanted } of walk) {
    // -1: just when the state wants to be looked at.
    const deadline = deadlineOf(machine.state)
    now = after < 0 && deadline < Infinity ? Math.max(now, deadline) : now + Math.max(0, after)
    const events = eventsFor(machine.attempt).filter(({ type }) => type !== 'destroyCalled')
    const event = which === undefined ? onward(machine) : events[which % events.length]!
    const step = transition(machine, event, { now, random, policy, wanted })
    // One that the phone had no socket for was heard by nobody.
    const before = machine.paid
    if (step.machine.paid < before) heard.pop()
    if (step.effects.some(({ type }) => type === 'authorize')) heard.push(now)
    machine = step.machine
  }
  return heard
}

const caps = [1, 250, 6_000, 30_000, 3_600_000]

test.each(caps)('with reconnectMaxDelay %i, whatever happens: a bounded number of attempts in any minute', (cap) => {
  let most = 0
  fc.assert(
    fc.property(steps, fc.constantFrom(...policies), (walk, { retries, refreshable }) => {
      const heard = attemptsOf(walk, { retries, refreshable, base: Math.min(1_000, cap), cap })
      most = Math.max(most, busiest(heard))
      expect(busiest(heard)).toBeLessThanOrEqual(mostWithin(MINUTE, priceOf(cap)))
    }),
    // The same walks each time: that they come near the bound is asserted too.
    { numRuns: 200, seed: 2026 },
  )
  expect(most).toBeGreaterThanOrEqual(BURST) // else the walks prove nothing
})

/** The same few events over and over, as a server or a phone may repeat them for ever. */
const rounds = fc.array(fc.record({ which: fc.oneof(fc.nat(200), fc.constant(undefined)), after: fc.nat(400) }), {
  minLength: 1,
  maxLength: 8,
})

test('nor does any round of events, repeated for ever', () => {
  fc.assert(
    fc.property(rounds, fc.constantFrom(...policies), (round, policy) => {
      const repeated = Array.from({ length: Math.ceil(300 / round.length) }, () => round).reduce((a, b) => a.concat(b))
      const heard = attemptsOf(
        repeated.map((step) => ({ ...step, random: 0, wanted: false })),
        policy,
      )
      expect(busiest(heard)).toBeLessThanOrEqual(mostWithin(MINUTE, priceOf(policy.cap)))
    }),
    { numRuns: 500 },
  )
})

/** What real servers and phones repeat: each round brings an attempt to where it is answered so. */
test.each(eventsFor(0).map((event) => [JSON.stringify(event), event.type] as const))(
  'nor does %s, in whatever state it comes',
  (text) => {
    for (const policy of policies)
      for (let leads = 0; leads < 6; leads++) {
        const which = eventsFor(0)
          .filter(({ type }) => type !== 'destroyCalled')
          .findIndex((event) => JSON.stringify(event) === text)
        if (which < 0) return
        const round = Array.from({ length: leads }, () => ({ which: undefined, after: 1, random: 0, wanted: false }))
        const walk = Array.from({ length: 200 }, () => [...round, { which, after: 1, random: 0, wanted: false }])
        const heard = attemptsOf(
          walk.reduce((a, b) => a.concat(b)),
          policy,
        )
        expect(busiest(heard)).toBeLessThanOrEqual(mostWithin(MINUTE, priceOf(policy.cap)))
      }
  },
)

test('by default that is 22 attempts a minute, and never more than 70', () => {
  expect(mostWithin(MINUTE, priceOf(30_000))).toBe(22)
  expect(mostWithin(MINUTE, priceOf(1))).toBe(70)
})
