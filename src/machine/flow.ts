// The moves that several states share: begin an attempt, judge a failure, give up, stop, close.
import { ConnectionError } from '../errors/connection-error'
import type { Refusal } from '../protocol/refusal'
import { backoff, CROWD_WINDOW, EARNED_AFTER, type BackoffOptions } from './backoff'
import type { Effect } from './effect'
import type { AfterClose, In, Machine, Run, State } from './state'

export interface Policy extends BackoffOptions {
  /** Retries after a drop (autoReconnectNumMax). */
  readonly retries: number
  /** A fresh token can be had without the app (tokenProvider, or the password of this login). */
  readonly refreshable: boolean
}

/** What a step may know besides the machine: the time, one random number in [0, 1), and the options. */
export interface Context {
  readonly now: number
  readonly random: number
  readonly policy: Policy
}

export interface Step {
  readonly machine: Machine
  readonly effects: readonly Effect[]
}

/** Milliseconds for the token and the endpoint of an attempt. */
export const AUTHORIZE_PATIENCE = 20_000
/** Milliseconds for the socket and the handshake together. */
export const CONNECT_PATIENCE = 15_000
/** Milliseconds that close() and destroy() wait at most: longer than the platform keeps a hung handshake (CONNECT_PATIENCE). */
export const CLOSE_PATIENCE = 20_000
/** Milliseconds between two questions after the network while it is said to be gone: the phone's word is only a hint. */
const NETWORK_PATIENCE = 30_000
/** Milliseconds before an attempt is repeated that the platform interrupted (community: 300 ms works), or had no socket for. */
const SUSPEND_DELAY = 300
const BUDGET_DELAY = 1_000
const MAX_HOPS = 3
/** A server that takes over silently shows as this many sessions in a row, each ended without a word this soon (ms). */
const SHORT_SESSIONS = 4
const SHORT_SESSION = 20_000

export const stay = (machine: Machine, ...effects: Effect[]): Step => ({ machine, effects })

export const go = (machine: Machine, state: State, ...effects: Effect[]): Step => ({
  machine: { ...machine, state },
  effects,
})

const canDial = (machine: Machine): boolean => machine.visible && machine.connected

/** The number of an error's sake: what listeners get for a refusal. */
export const errorOf = (refusal: Refusal): ConnectionError =>
  new ConnectionError(refusal.name, refusal.detail, refusal.cause)

/** Starts the next attempt, or waits for the app and the network to be there. */
export const attempt = (machine: Machine, run: Run, { now }: Context, fresh = false, ...effects: Effect[]): Step => {
  if (!canDial(machine)) return pause(machine, run, now, now, fresh, ...effects)
  const next = machine.attempt + 1
  return go({ ...machine, attempt: next }, { kind: 'authorizing', run, until: now + AUTHORIZE_PATIENCE }, ...effects, {
    type: 'authorize',
    attempt: next,
    fresh,
  })
}

export const pause = (
  machine: Machine,
  run: Run,
  now: number,
  notBefore: number,
  fresh: boolean,
  ...effects: Effect[]
): Step =>
  go(
    machine,
    { kind: 'paused', run, until: machine.connected ? undefined : now + NETWORK_PATIENCE, notBefore, fresh },
    ...effects,
  )

/** Leaves `paused` as soon as app and network are both there. */
export const resume = (
  machine: Machine,
  { run, notBefore, fresh }: In<'paused'>,
  context: Context,
  ...effects: Effect[]
): Step => {
  if (!canDial(machine)) return pause(machine, run, context.now, notBefore, fresh, ...effects)
  if (run.crowd === undefined || notBefore <= context.now) return attempt(machine, run, context, fresh, ...effects)
  const cause: Refusal = { name: 'ServerBusy', verdict: 'retry' }
  return go(machine, { kind: 'waiting', run, until: notBefore, cause }, ...effects)
}

export const stop = (machine: Machine, error: ConnectionError, ...effects: Effect[]): Step =>
  go(
    machine,
    { kind: 'stopped', error },
    ...effects,
    { type: 'endSession', error },
    { type: 'openFailed', error },
    { type: 'tellDisconnected', error },
  )

/** open()'s own time is over. */
export const timeOut = (machine: Machine, reason: string): Step =>
  stop(machine, new ConnectionError('ConnectionTimeout'), { type: 'abandon', attempt: machine.attempt, reason })

const giveUp = (machine: Machine, error: ConnectionError, ...effects: Effect[]): Step =>
  go(machine, { kind: 'gaveUp', error }, ...effects, { type: 'openFailed', error }, { type: 'tellDisconnected', error })

const wait = (
  machine: Machine,
  run: Run,
  delay: number,
  cause: Refusal,
  { now }: Context,
  ...effects: Effect[]
): Step =>
  canDial(machine)
    ? go(machine, { kind: 'waiting', run, until: now + delay, cause }, ...effects, {
        type: 'tellReconnecting',
        attempt: Math.max(1, run.tries),
        delay,
        cause,
      })
    : pause(machine, run, now, now + delay, false, ...effects)

/** An attempt failed, or the link of a session was lost: try again, with a fresh token, elsewhere, or not at all. */
export const fail = (machine: Machine, run: Run, refusal: Refusal, context: Context, counted = true): Step => {
  const { policy } = context
  const abandon: Effect = { type: 'abandon', attempt: machine.attempt, reason: refusal.name }

  if (refusal.verdict === 'fatal') return stop(machine, errorOf(refusal), abandon)
  if (refusal.verdict === 'reauthorise')
    return policy.refreshable && !run.refreshed
      ? attempt(machine, { ...run, refreshed: true }, context, true, abandon)
      : stop(machine, errorOf(refusal), abandon)
  if (refusal.moveTo !== undefined && run.hops < MAX_HOPS)
    return attempt(machine, { ...run, hops: run.hops + 1 }, context, false, abandon, {
      type: 'redirect',
      url: refusal.moveTo,
    })

  const crowd = refusal.retryAfter !== undefined ? refusal.retryAfter * 1000 : refusal.shared ? CROWD_WINDOW : run.crowd
  const next: Run = crowd === undefined ? run : { ...run, crowd }
  // Nothing is spent while the app is hidden or the network is gone: the failure says nothing about the server.
  if (refusal.uncounted || !counted || !canDial(machine)) {
    const delay =
      refusal.name === 'AppSuspended' ? SUSPEND_DELAY : refusal.name === 'SocketBudgetExhausted' ? BUDGET_DELAY : 0
    return wait(machine, next, delay, refusal, context, abandon)
  }
  if (next.tries >= next.limit) return giveUp(machine, errorOf(refusal), abandon)
  const tries = next.tries + 1
  // Some phones do not tell when the network goes, but know it when they are asked.
  return wait(machine, { ...next, tries }, backoff(tries, crowd, context.random, policy), refusal, context, abandon, {
    type: 'queryNetwork',
  })
}

/** The run that a living link carries on: the past is forgotten once the link has earned it. */
const afterOnline = (state: In<'online'>, { now, policy }: Context): Run => {
  const earned = now - state.since >= EARNED_AFTER
  const { tries, crowd, short } = state.run
  return { ...fresh(policy.retries), ...(earned ? {} : { tries, ...(crowd === undefined ? {} : { crowd }) }), short }
}

export const fresh = (limit: number): Run => ({ tries: 0, limit, hops: 0, short: 0 })

/** The link of a session was lost. */
export const lose = (machine: Machine, state: In<'online'>, refusal: Refusal, context: Context): Step => {
  const wordless = refusal.name === 'LinkLost' && canDial(machine)
  const short = wordless && context.now - state.since < SHORT_SESSION ? state.run.short + 1 : 0
  if (short >= SHORT_SESSIONS)
    return stop(
      machine,
      new ConnectionError('UserLoginAnotherDevice', 'every session is ended soon, without a word', refusal),
      {
        type: 'abandon',
        attempt: machine.attempt,
        reason: refusal.name,
      },
    )
  return fail(machine, { ...afterOnline(state, context), short }, refusal, context)
}

/** Ends everything and waits for the sockets. */
export const close = (machine: Machine, next: AfterClose, { now }: Context): Step => {
  const error = new ConnectionError(next.kind === 'destroyed' ? 'Destroyed' : 'ConnectionClosed')
  return go(
    machine,
    { kind: 'closing', until: now + CLOSE_PATIENCE, next },
    { type: 'endSession', error },
    { type: 'abandon', attempt: machine.attempt, reason: 'closed by the app' },
    { type: 'openFailed', error },
    { type: 'awaitSockets' },
  )
}

/** The sockets are gone, or the wait for them is over. */
export const closed = (machine: Machine, { next }: In<'closing'>, confirmed: boolean, context: Context): Step => {
  const finished: Effect = { type: 'closeFinished', confirmed }
  if (next.kind === 'destroyed') return go(machine, { kind: 'destroyed' }, finished)
  const told: Effect = { type: 'tellDisconnected', error: new ConnectionError('ConnectionClosed') }
  if (next.kind === 'idle') return go(machine, { kind: 'idle' }, finished, told)
  return begin(machine, next.timeout, context, finished, told)
}

/** The first attempt of an open(). */
export const begin = (machine: Machine, timeout: number | undefined, context: Context, ...effects: Effect[]): Step => {
  const limit = timeout === undefined ? context.policy.retries : Infinity
  const run = timeout !== undefined && timeout > 0 ? { ...fresh(limit), giveUpAt: context.now + timeout } : fresh(limit)
  return attempt(machine, run, context, false, ...effects)
}
