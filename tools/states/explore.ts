// Walks every reachable (state, event) pair of the machine, by a search from the start state, for the tests and docs/states.md.
import type { Effect } from '../../src/machine/effect'
import type { Event, EventName } from '../../src/machine/event'
import type { Context } from '../../src/machine/flow'
import { start, type Machine, type State, type StateName } from '../../src/machine/state'
import { BURST, priceOf } from '../../src/machine/pace'
import { transition, type Step } from '../../src/machine/transition'
import type { Refusal } from '../../src/protocol/refusal'

/** What the search adds to the machine: promises that only show over time. */
export interface Walker {
  readonly machine: Machine
  /** An open() waits for its answer. */
  readonly opening: boolean
  /** A close() or destroy() waits for its answer. */
  readonly closing: boolean
}

export interface Visit {
  readonly before: Walker
  readonly event: Event
  readonly context: Context
  readonly step: Step
  readonly after: Walker
}

const refusals: readonly Refusal[] = [
  { name: 'SocketFailed', verdict: 'retry' },
  { name: 'LinkLost', verdict: 'retry' },
  { name: 'LinkLost', verdict: 'retry', abrupt: true },
  { name: 'ServerShuttingDown', verdict: 'retry', shared: true },
  { name: 'ServerBusy', verdict: 'retry', retryAfter: 30 },
  { name: 'AppSuspended', verdict: 'retry', uncounted: true },
  { name: 'SocketBudgetExhausted', verdict: 'retry', uncounted: true },
  { name: 'ServerMoved', verdict: 'retry', moveTo: 'wss://other' },
  { name: 'TokenExpired', verdict: 'reauthorise' },
  { name: 'UserKicked', verdict: 'fatal' },
]

export const eventsFor = (attempt: number): Event[] => [
  { type: 'openCalled', timeout: undefined },
  { type: 'openCalled', timeout: 0 },
  { type: 'openCalled', timeout: 5_000 },
  { type: 'closeCalled' },
  { type: 'destroyCalled' },
  { type: 'tokenReplaced' },
  { type: 'demanded' },
  { type: 'authorized', attempt },
  { type: 'slotGranted', attempt },
  { type: 'socketOpened', attempt },
  { type: 'accepted', attempt },
  ...refusals.map((refusal): Event => ({ type: 'refused', attempt, refusal })),
  { type: 'shown', away: 0 },
  { type: 'shown', away: 600_000 },
  { type: 'hidden' },
  { type: 'networkChanged', connected: true },
  { type: 'networkChanged', connected: false },
  { type: 'due', late: false },
  { type: 'due', late: true },
  { type: 'socketsGone' },
]

/** Policies that differ in what they allow. */
export const policies: readonly Context['policy'][] = [
  { retries: 0, refreshable: false, base: 1_000, cap: 30_000 },
  { retries: 2, refreshable: true, base: 1_000, cap: 30_000 },
  { retries: Infinity, refreshable: true, base: 1_000, cap: 30_000 },
]

/** A step is taken soon after the one before, or long after it; somebody waits for the link, or nobody. */
const circumstances = [
  [1_000, true],
  [1_000, false],
  [60_000, true],
  [60_000, false],
] as const

/**
 * What a machine may remember besides its state. The search tells each of these from none; several at once are left to the
 * random walks of pace.test.ts, which have no such limit.
 */
const memories = ['hops', 'short', 'free', 'refreshed', 'doubted', 'idle', 'change', 'crowd'] as const

const isWalked = ({ machine: { state, paid } }: Walker): boolean =>
  !('run' in state) || memories.filter((name) => state.run[name]).length + (paid > 0 ? 1 : 0) <= 1

/** Times relative to the last step and bounded, so that the search ends; the attempt's number starts over. */
const settle = ({ machine, opening, closing }: Walker, now: number, price: number): Walker => {
  const relative = (time: number) => (time === Infinity ? time : Math.sign(time - now))
  const state: Record<string, unknown> = { ...machine.state }
  for (const key of ['until', 'since', 'notBefore', 'defyAt', 'hinted'])
    if (typeof state[key] === 'number') state[key] = relative(state[key])
  if ('run' in machine.state) {
    const { giveUpAt, tries, hops, short, free, cause: _, ...run } = machine.state.run
    // What is counted only to a bound is counted in one stride: the bound behaves as it would after every step.
    const stride = (count: number) => (count > 0 ? 3 : 0)
    state.run = {
      ...run,
      tries: Math.min(tries, 2),
      hops: stride(hops),
      short: stride(short),
      free: free && 4,
      giveUpAt: relative(giveUpAt) * 5_000,
    }
  }
  // Nothing is owed, or so much that one attempt more is too much.
  const paid = machine.paid <= now ? -Infinity : BURST * price
  return { machine: { ...machine, attempt: 1, paid, state: state as unknown as State }, opening, closing }
}

export const dials = (effect: Effect): boolean =>
  effect.type === 'authorize' || effect.type === 'takeSlot' || effect.type === 'openSocket'

const unmoved = (before: Walker, after: Walker): boolean =>
  before.opening === after.opening &&
  before.closing === after.closing &&
  (Object.keys(before.machine) as (keyof Machine)[]).every((key) => before.machine[key] === after.machine[key])

/** Everything that can be reached under a policy; `visit` is told each pair once per distinct outcome. */
const explore = (policy: Context['policy'], visit: (visit: Visit) => void): { states: number; steps: number } => {
  const first: Walker = { machine: start, opening: false, closing: false }
  const known = new Set([JSON.stringify(first)])
  const todo = [first]
  let steps = 0
  for (let before = todo.pop(); before; before = todo.pop()) {
    for (const [pause, wanted] of circumstances) {
      const context: Context = { now: pause, random: 0.5, policy, wanted }
      let stayed = false
      for (const event of eventsFor(before.machine.attempt)) {
        // Only a failure asks whether anybody waits.
        if (wanted && event.type !== 'refused') continue
        const step = transition(before.machine, event, context)
        const has = (type: Effect['type']) => step.effects.some((effect) => effect.type === type)
        const takesOpen =
          event.type === 'openCalled' &&
          ['idle', 'stopped', 'gaveUp', 'closing'].includes(before.machine.state.kind) &&
          step.machine.state !== before.machine.state
        const asksClose = event.type === 'closeCalled' || event.type === 'destroyCalled'
        const after: Walker = {
          machine: step.machine,
          opening: (before.opening || takesOpen) && !has('openSucceeded') && !has('openFailed'),
          closing: (before.closing || asksClose) && !has('closeFinished'),
        }
        visit({ before, event, context, step, after })
        steps++
        // What leaves everything as it is leads on like time alone.
        if (unmoved(before, after)) {
          if (stayed) continue
          stayed = true
        }
        const next = settle(after, context.now, priceOf(policy.cap))
        const key = JSON.stringify(next)
        if (!known.has(key) && isWalked(next)) {
          known.add(key)
          todo.push(next)
        }
      }
    }
  }
  return { states: known.size, steps }
}

export interface Exploration {
  /** For each state and event: the states it may lead to, over all policies. */
  readonly moves: ReadonlyMap<StateName, ReadonlyMap<EventName, ReadonlySet<StateName>>>
  readonly states: number
  readonly steps: number
}

/** Explores every policy; `visit` is told every step. Takes seconds: whoever wants several answers gets them from one search. */
export const exploreAll = (visit: (visit: Visit) => void = () => undefined): Exploration => {
  const moves = new Map<StateName, Map<EventName, Set<StateName>>>()
  let states = 0
  let steps = 0
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0 // nobody reads where the thousands of refusals came from, and it is a third of the time
  try {
    for (const policy of policies) {
      const found = explore(policy, (one) => {
        const { before, event, step } = one
        const row = moves.get(before.machine.state.kind) ?? new Map<EventName, Set<StateName>>()
        moves.set(before.machine.state.kind, row)
        row.set(event.type, (row.get(event.type) ?? new Set()).add(step.machine.state.kind))
        visit(one)
      })
      states += found.states
      steps += found.steps
    }
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
  return { moves, states, steps }
}
