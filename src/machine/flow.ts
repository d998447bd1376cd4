// The moves that several states share: begin an attempt, judge a failure, give up, stop, close.
import type { ErrorName } from '../errors/codes'
import { ConnectionError } from '../errors/connection-error'
import type { Refusal } from '../protocol/refusal'
import { backoff, CROWD_WINDOW, type BackoffOptions } from './backoff'
import type { Effect } from './effect'
import { LEAST_PRICE, pay, priceOf, readyAt } from './pace'
import type { AfterClose, In, Run, State } from './state'

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
  /** Somebody waits for the link: a message that is not sent, or a call without its answer. */
  readonly wanted: boolean
}

/** One step under way: what it may know, what it changes of the machine besides the state, and what it asks for. */
export interface Turn extends Context {
  attempt: number
  visible: boolean
  connected: boolean
  paid: number
  readonly ask: (effect: Effect) => void
}

/** Milliseconds for the token and the endpoint of an attempt. */
export const AUTHORIZE_PATIENCE = 20_000
/** Milliseconds for the socket and the handshake together. */
export const CONNECT_PATIENCE = 15_000
/** Milliseconds that close() and destroy() wait at most: longer than the platform keeps a hung handshake (CONNECT_PATIENCE). */
export const CLOSE_PATIENCE = 20_000
/**
 * Milliseconds until the first attempt that the phone's word (hidden, or no network) speaks against; doubles each time. Longer
 * than a hidden app runs before it is frozen: JavaScript that still runs then is no sign of being hidden.
 */
export const DEFY_AFTER = 10_000
const DEFY_AT_MOST = 300_000
/** Milliseconds between two questions after the network while it is said to be gone. */
const ASK_AGAIN = 30_000
/** So many failures in a row may go uncounted; then they are counted like all others. */
const MAX_FREE = 4
/** Milliseconds before an attempt is repeated that the platform interrupted (community: 300 ms works); doubles each time. */
const INTERRUPTED_DELAY = 300
/** Milliseconds before an attempt is repeated that the phone had no socket for; after a minute less and less often. */
const NO_SOCKET_DELAY = 1_000
const MAX_HOPS = 3

export const canDial = ({ visible, connected }: Turn): boolean => visible && connected

/** Ends whatever the newest attempt holds. */
const abandon = ({ ask, attempt }: Turn, reason: string) => ask({ type: 'abandon', attempt, reason })

export const newRun = (limit: number, proven: boolean, giveUpAt = Infinity): Run => ({
  tries: 0,
  limit,
  giveUpAt,
  crowd: undefined,
  hops: 0,
  short: 0,
  free: 0,
  proven,
  idle: false,
})

/** The next attempt, as soon as the pace allows: the only place where one begins. */
export const attempt = (turn: Turn, run: Run, fresh = false): State => {
  const price = priceOf(turn.policy.cap)
  const until = readyAt(turn.paid, price)
  if (until > turn.now) return { kind: 'waiting', run, until, fresh }
  turn.paid = pay(turn.paid, turn.now, price)
  turn.ask({ type: 'authorize', attempt: ++turn.attempt, fresh })
  return { kind: 'authorizing', run, until: turn.now + AUTHORIZE_PATIENCE }
}

/** Starts the next attempt, or waits for the app and the network to be there. */
export const dial = (turn: Turn, run: Run, fresh = false, notBefore = turn.now): State =>
  canDial(turn) ? attempt(turn, run, fresh) : pause(turn, run, notBefore, fresh)

/** Drops what the attempt holds and starts the next one at once; nothing is spent. */
export const again = (turn: Turn, run: Run, reason: string): State => {
  abandon(turn, reason)
  return dial(turn, run)
}

/** Holds back while the phone speaks against an attempt, but not for ever. */
export const pause = (turn: Turn, run: Run, notBefore: number, fresh = false, cause = run.cause): State => {
  const { now, ask, visible, connected } = turn
  // Only a crowd's delay is kept: otherwise the pause is delay enough.
  const defyAt = Math.max(
    now + Math.min(DEFY_AT_MOST, DEFY_AFTER * Math.pow(2, Math.max(0, run.free - 1))),
    run.crowd === undefined ? now : notBefore,
  )
  if (visible && !connected) {
    const gone = new ConnectionError('NetworkUnavailable', cause?.message, cause)
    ask({ type: 'tellReconnecting', attempt: Math.max(1, run.tries), delay: defyAt - now, cause: gone })
  }
  return { kind: 'paused', run, until: Math.min(defyAt, now + ASK_AGAIN), defyAt, notBefore, fresh }
}

/** Asks the phone again, and makes the attempt that it speaks against once that has lasted long enough. */
export const doubt = (turn: Turn, state: In<'paused'>): State => {
  if (turn.now >= state.defyAt) return defy(turn, state)
  turn.ask({ type: 'queryNetwork' })
  return { ...state, until: Math.min(state.defyAt, turn.now + ASK_AGAIN) }
}

/** Makes the attempt that the phone speaks against. */
export const defy = (turn: Turn, { run, fresh }: In<'paused'>): State => {
  turn.ask({ type: 'queryNetwork' })
  return attempt(turn, run, fresh)
}

/** Leaves `paused` as soon as app and network are both there; a crowd that was dropped together does not come back together. */
export const resume = (turn: Turn, state: In<'paused'>): State => {
  if (!canDial(turn)) return state
  const { notBefore, fresh } = state
  const run = { ...state.run, free: 0, idle: false }
  return run.crowd !== undefined && notBefore > turn.now
    ? { kind: 'waiting', run, until: notBefore, fresh }
    : attempt(turn, run, fresh)
}

/** Ends the run: for good (`stopped`), or until the app or the network returns (`gaveUp`). */
const end = ({ ask }: Turn, kind: 'stopped' | 'gaveUp', error: ConnectionError): State => {
  if (kind === 'stopped') ask({ type: 'endSession', error })
  ask({ type: 'openFailed', error })
  ask({ type: 'tellDisconnected', error })
  return { kind }
}

export const stop = (turn: Turn, reason: string, error: ConnectionError): State => {
  abandon(turn, reason)
  return end(turn, 'stopped', error)
}

const wait = (turn: Turn, run: Run, delay: number, cause: ConnectionError): State => {
  const until = turn.now + delay
  if (!canDial(turn)) return pause(turn, run, until, false, cause)
  turn.ask({ type: 'tellReconnecting', attempt: Math.max(1, run.tries), delay, cause })
  return { kind: 'waiting', run, until, fresh: false }
}

/** How long to wait after a failure that is not counted, the `free`th in a row. */
const uncountedDelay = (name: ErrorName, free: number, cap: number): number =>
  name === 'SocketBudgetExhausted'
    ? Math.min(Math.max(cap, NO_SOCKET_DELAY), NO_SOCKET_DELAY * Math.ceil(free / 60))
    : name === 'AppSuspended'
      ? INTERRUPTED_DELAY * Math.pow(2, free - 1)
      : 0

/** An attempt failed, or the link of a session was lost: try again, with a fresh token, elsewhere, or not at all. */
export const fail = (turn: Turn, before: Run, refusal: Refusal, uncounted?: number): State => {
  const { ask, policy, wanted } = turn
  const { name, verdict, moveTo, retryAfter, detail } = refusal
  const error = new ConnectionError(name, detail, refusal.cause)
  /** As `error`, told when nothing is tried any more. */
  const last = new ConnectionError(name, detail, refusal.cause, true)
  const run: Run = { ...before, cause: error, change: undefined }
  abandon(turn, name)

  if (verdict === 'reauthorise' && policy.refreshable && !run.refreshed)
    return dial(turn, { ...run, refreshed: true }, true)
  if (verdict !== 'retry') return end(turn, 'stopped', last)

  const moves = moveTo !== undefined && run.hops < MAX_HOPS
  if (moves) ask({ type: 'redirect', url: moveTo })
  // The first step elsewhere costs nothing; servers that send us on and on are a failure like any other.
  if (moves && run.hops === 0) return dial(turn, { ...run, hops: 1 })
  const hops = moves ? run.hops + 1 : run.hops

  const crowd = retryAfter !== undefined ? retryAfter * 1000 : refusal.shared ? CROWD_WINDOW : run.crowd
  // The fresh token was never tried, or will be old by then: refused again, it is not the end.
  const next = { ...run, hops, crowd, refreshed: undefined, idle: run.idle && !wanted && crowd === undefined }
  const free = run.free + 1
  const noSocket = name === 'SocketBudgetExhausted'
  // No server heard of it, and it is never counted: it costs what it may be repeated for.
  if (noSocket) turn.paid -= priceOf(policy.cap) - LEAST_PRICE
  const delay = (tries: number) => backoff(tries, crowd, turn.random, policy, next.idle)
  // Nothing is spent while the app is hidden or the network is gone: the failure says nothing about the server.
  if (!canDial(turn)) return wait(turn, { ...next, free }, crowd === undefined ? 0 : delay(1), error)
  // Nor by what the network left in the lurch.
  if (before.change) return wait(turn, { ...next, free }, delay(free), error)
  if (refusal.uncounted && (noSocket || free <= MAX_FREE))
    return wait(turn, { ...next, free }, uncounted ?? uncountedDelay(name, free, policy.cap), error)
  if (run.tries >= run.limit) return end(turn, run.proven ? 'gaveUp' : 'stopped', last)
  // Some phones do not tell when the network goes, but know it when they are asked.
  ask({ type: 'queryNetwork' })
  const tries = run.tries + 1
  return wait(turn, { ...next, tries }, delay(tries), error)
}

/** Ends everything and waits for the sockets. */
export const close = (turn: Turn, next: AfterClose, until = turn.now + CLOSE_PATIENCE): State => {
  const error = new ConnectionError(next.kind === 'destroyed' ? 'Destroyed' : 'ConnectionClosed')
  turn.ask({ type: 'endSession', error })
  abandon(turn, 'closed by the app')
  turn.ask({ type: 'openFailed', error })
  turn.ask({ type: 'awaitSockets' })
  return { kind: 'closing', until, next }
}

/** The sockets are gone, or the wait for them is over. */
export const closed = (turn: Turn, { next }: In<'closing'>, confirmed: boolean): State => {
  turn.ask({ type: 'closeFinished', confirmed })
  if (next.kind === 'destroyed') return next
  turn.ask({ type: 'tellDisconnected', error: new ConnectionError('ConnectionClosed') })
  return next.kind === 'open' ? open(turn, next.timeout) : next
}

/** The first attempt of an open(). */
export const open = (turn: Turn, timeout?: number): State =>
  dial(
    turn,
    timeout === undefined
      ? newRun(turn.policy.retries, false)
      : newRun(Infinity, false, timeout > 0 ? turn.now + timeout : Infinity),
  )

/** A login that was online before tries afresh. */
export const comeBack = (turn: Turn): State => dial(turn, newRun(turn.policy.retries, true))
