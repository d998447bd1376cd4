// The promises of the design, proven on every reachable state against every event; and docs/states.md, in both languages, says
// what this one search found (npm run docs:states after a change of src/machine).
import type { Effect } from '../../src/machine/effect'
import { EARNED_AFTER } from '../../src/machine/backoff'
import { LEAST_PRICE, priceOf } from '../../src/machine/pace'
import type { StateName } from '../../src/machine/state'
import { deadlineOf } from '../../src/machine/state'
import { table, transition } from '../../src/machine/transition'
import { dials, exploreAll, type Exploration, type Visit } from '../../tools/states/explore'
import { statesPage } from '../../tools/states/page'
import { read } from '../../tools/project'

const holding: readonly StateName[] = ['authorizing', 'queued', 'opening', 'handshaking', 'online']
const resting: readonly StateName[] = ['idle', 'stopped', 'gaveUp', 'destroyed']

const describeVisit = ({ before, event, step }: Visit) =>
  `${JSON.stringify(before.machine.state)} + ${JSON.stringify(event)} -> ${JSON.stringify(step.machine.state)} ${JSON.stringify(step.effects)}`

/** Each promise by its sentence; all are checked on every step of one search. */
const promises: [sentence: string, holds: (visit: Visit) => boolean][] = []
const everywhere = (sentence: string, holds: (visit: Visit) => boolean) => promises.push([sentence, holds])

const has = ({ step }: Visit, type: Effect['type']) => step.effects.some((effect) => effect.type === type)

everywhere(
  'after destroy nothing happens any more',
  (visit) =>
    visit.before.machine.state.kind !== 'destroyed' ||
    (visit.step.machine.state.kind === 'destroyed' && visit.step.effects.every(({ type }) => type === 'closeFinished')),
)

everywhere('a connection that is closed, stopped or closing never dials unless open() is called', (visit) => {
  const { kind } = visit.before.machine.state
  if (!visit.step.effects.some(dials) || visit.event.type === 'openCalled') return true
  if (kind === 'closing') return visit.before.opening
  return kind !== 'idle' && kind !== 'stopped' && kind !== 'destroyed'
})

everywhere(
  'while the app is hidden or the network is gone, an attempt begins only after a pause, or for somebody who waits',
  (visit) => {
    const { visible, connected } = visit.step.machine
    if (!has(visit, 'authorize') || (visible && connected)) return true
    const { state } = visit.before.machine
    if (state.kind !== 'paused') return false
    return (
      visit.event.type === 'demanded' ||
      (visit.event.type === 'due' && !visit.event.late && state.defyAt <= visit.context.now)
    )
  },
)

everywhere('no word of the phone ends a link, nor an attempt that was made for such a word', (visit) => {
  const { before, event, step } = visit
  if (event.type !== 'networkChanged' && event.type !== 'hidden' && event.type !== 'demanded') return true
  const { state } = before.machine
  if (state.kind === 'online') return step.machine.state.kind === 'online'
  return !has(visit, 'abandon') || ('run' in state && state.run.change !== 'spent' && state.run.change !== 'pending')
})

everywhere('a login that was never accepted does not come back by itself once it was refused', (visit) => {
  const { before, step } = visit
  if (!('run' in before.machine.state) || before.machine.state.run.proven) return true
  return step.machine.state.kind !== 'gaveUp'
})

everywhere('no more than three redirects, until a link has earned a fresh count', (visit) => {
  const { state } = visit.before.machine
  const earned = state.kind === 'online' && visit.context.now - state.since >= EARNED_AFTER
  return !has(visit, 'redirect') || earned || ('run' in state && state.run.hops < 3)
})

everywhere('no retry is spent while the app is hidden or the network is gone', (visit) => {
  const { before, step } = visit
  if (!('run' in before.machine.state && 'run' in step.machine.state)) return true
  if (step.machine.visible && step.machine.connected) return true
  return step.machine.state.run.tries <= before.machine.state.run.tries
})

everywhere(
  'one step asks for one thing at most: a token, a slot, or a socket',
  (visit) => visit.step.effects.filter(dials).length <= 1,
)

everywhere(
  'a socket is asked for only with a slot in the hand',
  (visit) =>
    !has(visit, 'openSocket') || (visit.before.machine.state.kind === 'queued' && visit.event.type === 'slotGranted'),
)

everywhere(
  'whatever an attempt holds is given up before the next one begins, and when there is no next one',
  (visit) => {
    const { before, step } = visit
    const held = holding.includes(before.machine.state.kind)
    const goesOn = holding.includes(step.machine.state.kind) && step.machine.attempt === before.machine.attempt
    return (
      !held ||
      goesOn ||
      step.effects.some((effect) => effect.type === 'abandon' && effect.attempt === before.machine.attempt)
    )
  },
)

everywhere('attempts are numbered one by one', ({ before, step }) => {
  const grown = step.machine.attempt - before.machine.attempt
  return step.effects.some(({ type }) => type === 'authorize') ? grown === 1 : grown === 0
})

everywhere('what an older attempt still says changes nothing', ({ before, event, context }) => {
  if (!('attempt' in event)) return true
  const late = transition(before.machine, { ...event, attempt: before.machine.attempt - 1 }, context)
  return late.machine === before.machine && late.effects.length === 0
})

everywhere('no state waits for ever: each has a deadline, or waits for a slot or the link', ({ step: { machine } }) => {
  const { state } = machine
  if (resting.includes(state.kind) || state.kind === 'online' || state.kind === 'queued') return true
  return deadlineOf(state) < Infinity
})

everywhere('every open() is answered before the connection comes to rest, and none is answered twice', (visit) => {
  const { after, step } = visit
  if (resting.includes(step.machine.state.kind) && after.opening) return false
  return !(has(visit, 'openSucceeded') && has(visit, 'openFailed'))
})

everywhere(
  'every close() and destroy() is answered once the sockets are gone or the wait is over, not before',
  (visit) => {
    if (!has(visit, 'closeFinished')) return !(visit.after.closing && visit.step.machine.state.kind !== 'closing')
    return (
      visit.before.machine.state.kind === 'destroyed' ||
      (visit.before.machine.state.kind === 'closing' && ['socketsGone', 'due'].includes(visit.event.type))
    )
  },
)

everywhere(
  'close() is believed only when every socket is known to be gone',
  (visit) =>
    !visit.step.effects.some((effect) => effect.type === 'closeFinished' && effect.confirmed) ||
    visit.event.type === 'socketsGone' ||
    visit.before.machine.state.kind === 'destroyed',
)

everywhere('a definite refusal is never retried', ({ before, event, step }) => {
  if (event.type !== 'refused' || event.refusal.verdict !== 'fatal' || !holding.includes(before.machine.state.kind))
    return true
  return step.machine.state.kind === 'stopped'
})

everywhere('a fresh token is tried once, where one can be had', ({ before, event, step, context }) => {
  if (event.type !== 'refused' || event.refusal.verdict !== 'reauthorise' || !('run' in before.machine.state))
    return true
  if (!holding.includes(before.machine.state.kind)) return true
  const may =
    context.policy.refreshable &&
    (before.machine.state.run.refreshed === undefined ||
      (before.machine.state.kind === 'online' && context.now - before.machine.state.since >= EARNED_AFTER))
  return (step.machine.state.kind === 'stopped') === !may
})

everywhere(
  'retries never exceed what is allowed',
  ({ step }) => !('run' in step.machine.state) || step.machine.state.run.tries <= step.machine.state.run.limit,
)

everywhere('a connection that gave up begins afresh when the app or the network returns', ({ before, event, step }) => {
  if (before.machine.state.kind !== 'gaveUp') return true
  const returned = event.type === 'shown' || (event.type === 'networkChanged' && event.connected)
  return !returned || ['authorizing', 'paused', 'waiting'].includes(step.machine.state.kind)
})

everywhere('an attempt is paid for, and nothing is paid back but for one that the phone had no socket for', (visit) => {
  const { before, event, step, context } = visit
  const price = priceOf(context.policy.cap)
  const noSocket = event.type === 'refused' && event.refusal.name === 'SocketBudgetExhausted'
  if (has(visit, 'authorize')) return step.machine.paid >= context.now + (noSocket ? LEAST_PRICE : price)
  const { paid } = before.machine
  return step.machine.paid === paid || (noSocket && step.machine.paid === paid - price + LEAST_PRICE)
})

const broken = new Map<string, string>()
const reached = new Set<string>()
let found: Exploration

beforeAll(() => {
  found = exploreAll((visit) => {
    reached.add(`${visit.before.machine.state.kind} ${visit.event.type}`)
    for (const [sentence, holds] of promises)
      if (!broken.has(sentence) && !holds(visit)) broken.set(sentence, describeVisit(visit))
  })
})

test('every state of the table is reached, with every event', () => {
  const pairs = Object.entries(table).flatMap(([state, row]) => Object.keys(row).map((event) => `${state} ${event}`))
  process.stdout.write(
    `machine: ${pairs.length} (state, event) pairs, ${found.states} states, ${found.steps} steps explored\n`,
  )
  expect([...reached].sort()).toEqual(pairs.sort())
})

test.each(promises)('%s', (sentence) => {
  expect(broken.get(sentence)).toBeUndefined()
})

const impossible = 'a connection never gives up (false: shows that the search can fail)'
promises.push([impossible, (visit) => visit.step.machine.state.kind !== 'gaveUp'])
test(impossible, () => {
  expect(broken.get(impossible)).toBeDefined()
})

test.each([
  ['docs/states.md', 'en'],
  ['docs/states.zh-CN.md', 'zh'],
] as const)('%s is what the machine does', (page, language) => {
  expect(read(page)).toBe(statesPage(language, found.moves))
})
