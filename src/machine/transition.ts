// The one exhaustive table: (state, event) → state and effects. Read this to know the connection.
import { ConnectionError } from '../errors/connection-error'
import { EARNED_AFTER } from './backoff'
import type { Effect } from './effect'
import type { Event, EventName, EventOf } from './event'
import {
  again,
  begin,
  canDial,
  close,
  closed,
  CONNECT_PATIENCE,
  dial,
  fail,
  newRun,
  pause,
  resume,
  stop,
  type Context,
  type Turn,
} from './flow'
import type { In, Machine, Run, State, StateName } from './state'

type Handler<S, E extends EventName> = (turn: Turn, state: S, event: EventOf<E>) => State
type Row<S> = { readonly [E in EventName]: Handler<S, E> }
type Table = { readonly [K in StateName]: Row<In<K>> }

export interface Step {
  readonly machine: Machine
  readonly effects: readonly Effect[]
}

/** Away longer than this (ms), the platform has suspended the app and cut its sockets. */
export const SUSPENDED_AFTER = 5_000
/** A server that takes over silently shows as this many sessions in a row, each ended without a word this soon (ms). */
const SHORT_SESSIONS = 4
const SHORT_SESSION = 20_000
/**
 * ejabberd orders the sessions of a user by the second: one that is younger than this (ms) may have been taken for the older
 * one. A second later the server knows better.
 */
const HARDLY_THERE = 1_000

const stay = (_turn: Turn, state: State) => state

/** What a state does not mention leaves it as it is: answers of the past, and news that `transition` remembers for all. */
const unmoved: Row<State> = {
  openCalled: stay, // refused by the connection where it is not mentioned
  closeCalled: stay,
  destroyCalled: stay,
  tokenReplaced: stay,
  authorized: stay,
  slotGranted: stay,
  socketOpened: stay,
  accepted: stay,
  refused: stay,
  shown: stay,
  hidden: stay,
  networkChanged: stay,
  due: stay,
  socketsGone: stay,
}

const confirm = ({ ask }: Turn, state: State) => {
  ask({ type: 'closeFinished', confirmed: true })
  return state
}

const alive: Row<State> = {
  ...unmoved,
  closeCalled: (turn) => close(turn, { kind: 'idle' }),
  destroyCalled: (turn) => close(turn, { kind: 'destroyed' }),
}

const atRest: Row<State> = { ...alive, openCalled: (turn, _state, { timeout }) => begin(turn, timeout) }

type Running = State & { readonly run: Run }

/** open()'s own time is over, or another wait is. */
const overdue =
  <S extends Running>(what: string, otherwise: Handler<S, 'due'>): Handler<S, 'due'> =>
  (turn, state, event) =>
    turn.now >= state.run.giveUpAt
      ? stop(turn, what, new ConnectionError('ConnectionTimeout'))
      : otherwise(turn, state, event)

/** Where attempts fail, too, short sessions are the server's own trouble: nobody takes them over. */
const inTrouble = (run: Run): Run => ({ ...run, short: 0 })

const unanswered = (name: 'SocketTimeout' | 'TokenUnavailable', what: string) =>
  overdue(what, (turn, { run }, { late }) =>
    fail(turn, inTrouble(run), { name, verdict: 'retry', detail: what, uncounted: late }),
  )

const trying: Row<Running> = {
  ...(alive as Row<Running>),
  refused: (turn, { run }, { refusal }) => fail(turn, inTrouble(run), refusal),
  tokenReplaced: (turn, { run }) => again(turn, run, 'new token'),
}

/** An attempt that a suspension or a change of network makes void, though nobody may ever say so. */
const attempting: Row<Running> = {
  ...trying,
  shown: (turn, state, { away }) =>
    away > SUSPENDED_AFTER ? fail(turn, state.run, { name: 'AppSuspended', verdict: 'retry', uncounted: true }) : state,
  networkChanged: (turn, state, { connected }) => (connected ? again(turn, state.run, 'network changed') : state),
}

export const table: Table = {
  idle: atRest,

  authorizing: {
    ...attempting,
    authorized: ({ ask }, { run }, { attempt }) => {
      ask({ type: 'takeSlot', attempt })
      return { kind: 'queued', run }
    },
    due: unanswered('TokenUnavailable', 'no token or endpoint in time'),
  },

  queued: {
    ...trying,
    slotGranted: ({ ask, now }, { run }, { attempt }) => {
      ask({ type: 'openSocket', attempt })
      return { kind: 'opening', run, until: now + CONNECT_PATIENCE }
    },
    due: overdue('no socket slot in time', stay),
  },

  opening: {
    ...attempting,
    socketOpened: ({ ask }, { run, until }, { attempt }) => {
      ask({ type: 'shakeHands', attempt })
      return { kind: 'handshaking', run, until }
    },
    due: unanswered('SocketTimeout', 'the socket did not open in time'),
  },

  handshaking: {
    ...attempting,
    accepted: ({ ask, now, policy: { retries } }, { run: { tries, short, limit, crowd, doubted } }) => {
      ask({ type: 'openSucceeded' })
      ask({ type: 'tellConnected' })
      // What a login with its own time limit spent is not charged to the drops that follow it.
      const spent = limit === retries ? tries : 0
      return { kind: 'online', run: { ...newRun(retries), tries: spent, short, crowd, doubted }, since: now }
    },
    due: unanswered('SocketTimeout', 'the server did not answer the login in time'),
  },

  online: {
    ...trying,
    refused: (turn, { run, since }, { refusal }) => {
      const { name, told } = refusal
      const age = turn.now - since
      if (name === 'UserLoginAnotherDevice' && !told && age < HARDLY_THERE && !run.doubted) {
        const later = { ...refusal, verdict: 'retry', uncounted: true } as const
        return fail(turn, { ...run, doubted: true }, later, 1_000 + 2_000 * turn.random)
      }
      const short = name === 'LinkLost' && canDial(turn) && age < SHORT_SESSION ? run.short + 1 : 0
      if (short >= SHORT_SESSIONS) {
        const why = 'every session is ended soon, without a word'
        return stop(turn, name, new ConnectionError('UserLoginAnotherDevice', why, refusal))
      }
      // The past is forgotten once the link has earned it.
      return fail(turn, { ...(age < EARNED_AFTER ? run : newRun(run.limit)), short }, refusal)
    },
    shown: ({ ask }, state, { away }) => {
      if (away > SUSPENDED_AFTER) ask({ type: 'probe' })
      return state
    },
    networkChanged: ({ ask }, state) => {
      ask({ type: 'probe' })
      return state
    },
  },

  waiting: {
    ...alive,
    due: overdue('retrying', (turn, { run }) => dial(turn, run)),
    tokenReplaced: (turn, { run }) => dial(turn, run),
    hidden: (turn, { run, until }) => pause(turn, run, until),
    // A new network is a new chance; a crowd that was dropped together must not come back together.
    networkChanged: (turn, state, { connected }) =>
      connected && state.run.crowd !== undefined ? state : dial(turn, state.run, false, state.until),
  },

  paused: {
    ...alive,
    shown: resume,
    networkChanged: resume,
    due: overdue('no network, or not on screen', (turn, { run, notBefore, fresh }) => {
      turn.ask({ type: 'queryNetwork' })
      return pause(turn, run, notBefore, fresh)
    }),
  },

  gaveUp: {
    ...atRest,
    shown: (turn) => begin(turn),
    networkChanged: (turn, state, { connected }) => (connected ? begin(turn) : state),
    tokenReplaced: (turn) => begin(turn),
  },

  stopped: atRest,

  closing: {
    ...unmoved,
    openCalled: (_turn, state, { timeout }) =>
      state.next.kind === 'idle' ? { ...state, next: { kind: 'open', timeout } } : state,
    closeCalled: (turn, state) => (state.next.kind === 'open' ? close(turn, { kind: 'idle' }, state.until) : state),
    destroyCalled: (turn, { until }) => close(turn, { kind: 'destroyed' }, until),
    socketsGone: (turn, state) => closed(turn, state, true),
    due: (turn, state) => closed(turn, state, false),
  },

  destroyed: { ...unmoved, closeCalled: confirm, destroyCalled: confirm },
}

/** What the world tells is remembered in every state but the last. */
const remember = (turn: Turn, event: Event) => {
  if (event.type === 'shown') turn.visible = true
  if (event.type === 'hidden') turn.visible = false
  if (event.type === 'networkChanged' && event.connected !== turn.connected) {
    turn.connected = event.connected
    turn.ask({ type: 'tellNetwork', connected: event.connected })
  }
}

/** One step. An event of an older attempt changes nothing, whatever it says: this is the only place that drops it. */
export const transition = (machine: Machine, event: Event, context: Context): Step => {
  const effects: Effect[] = []
  if ('attempt' in event && event.attempt !== machine.attempt) return { machine, effects }
  const turn: Turn = { ...machine, ...context, ask: (effect) => effects.push(effect) }
  if (machine.state.kind !== 'destroyed') remember(turn, event)
  const handler = table[machine.state.kind][event.type] as Handler<State, EventName>
  const state = handler(turn, machine.state, event)
  const { attempt, visible, connected } = turn
  return { machine: { state, attempt, visible, connected }, effects }
}
