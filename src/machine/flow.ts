// The moves that several states share: begin an attempt, judge a failure, give up, stop, close.
import type { ErrorName } from '../errors/codes'
import { ConnectionError } from '../errors/connection-error'
import type { Refusal } from '../protocol/refusal'
import { backoff, CROWD_WINDOW, type BackoffOptions } from './backoff'
import type { Effect } from './effect'
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
}

/** One step under way: what it may know, what it changes of the machine besides the state, and what it asks for. */
export interface Turn extends Context {
  attempt: number
  visible: boolean
  connected: boolean
  readonly ask: (effect: Effect) => void
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
const UNCOUNTED_DELAY: Partial<Record<ErrorName, number>> = { AppSuspended: 300, SocketBudgetExhausted: 1_000 }
const MAX_HOPS = 3

export const canDial = ({ visible, connected }: Turn): boolean => visible && connected

/** Ends whatever the newest attempt holds. */
const abandon = ({ ask, attempt }: Turn, reason: string) => ask({ type: 'abandon', attempt, reason })

export const newRun = (limit: number, giveUpAt = Infinity): Run => ({
  tries: 0,
  limit,
  giveUpAt,
  crowd: undefined,
  hops: 0,
  short: 0,
})

/** Starts the next attempt, or waits for the app and the network to be there. */
export const dial = (turn: Turn, run: Run, fresh = false, notBefore = turn.now): State => {
  if (!canDial(turn)) return pause(turn, run, notBefore, fresh)
  turn.ask({ type: 'authorize', attempt: ++turn.attempt, fresh })
  return { kind: 'authorizing', run, until: turn.now + AUTHORIZE_PATIENCE }
}

/** Drops what the attempt holds and starts the next one at once; nothing is spent. */
export const again = (turn: Turn, run: Run, reason: string): State => {
  abandon(turn, reason)
  return dial(turn, run)
}

export const pause = ({ connected, now }: Turn, run: Run, notBefore: number, fresh = false): State => ({
  kind: 'paused',
  run,
  until: connected ? Infinity : now + NETWORK_PATIENCE,
  notBefore,
  fresh,
})

/** Leaves `paused` as soon as app and network are both there; a crowd that was dropped together does not come back together. */
export const resume = (turn: Turn, { run, notBefore, fresh }: In<'paused'>): State =>
  canDial(turn) && run.crowd !== undefined && notBefore > turn.now
    ? { kind: 'waiting', run, until: notBefore }
    : dial(turn, run, fresh, notBefore)

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
  if (!canDial(turn)) return pause(turn, run, until)
  turn.ask({ type: 'tellReconnecting', attempt: Math.max(1, run.tries), delay, cause })
  return { kind: 'waiting', run, until }
}

/** An attempt failed, or the link of a session was lost: try again, with a fresh token, elsewhere, or not at all. */
export const fail = (turn: Turn, run: Run, refusal: Refusal, delay = UNCOUNTED_DELAY[refusal.name] ?? 0): State => {
  const { ask, policy } = turn
  const { name, verdict, moveTo, retryAfter } = refusal
  const error = new ConnectionError(name, refusal.detail, refusal.cause)
  abandon(turn, name)

  if (verdict === 'reauthorise' && policy.refreshable && !run.refreshed)
    return dial(turn, { ...run, refreshed: true }, true)
  if (verdict !== 'retry') return end(turn, 'stopped', error)
  if (moveTo !== undefined && run.hops < MAX_HOPS) {
    ask({ type: 'redirect', url: moveTo })
    return dial(turn, { ...run, hops: run.hops + 1 })
  }

  const crowd = retryAfter !== undefined ? retryAfter * 1000 : refusal.shared ? CROWD_WINDOW : run.crowd
  // The fresh token was never tried, or will be old by then: refused again, it is not the end.
  const next = { ...run, crowd, refreshed: undefined }
  // Nothing is spent while the app is hidden or the network is gone: the failure says nothing about the server.
  if (refusal.uncounted || !canDial(turn)) return wait(turn, next, delay, error)
  if (run.tries >= run.limit) return end(turn, 'gaveUp', error)
  // Some phones do not tell when the network goes, but know it when they are asked.
  ask({ type: 'queryNetwork' })
  const tries = run.tries + 1
  return wait(turn, { ...next, tries }, backoff(tries, crowd, turn.random, policy), error)
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
  return next.kind === 'open' ? begin(turn, next.timeout) : next
}

/** The first attempt of an open(). */
export const begin = (turn: Turn, timeout?: number): State =>
  dial(
    turn,
    timeout === undefined ? newRun(turn.policy.retries) : newRun(Infinity, timeout > 0 ? turn.now + timeout : Infinity),
  )
