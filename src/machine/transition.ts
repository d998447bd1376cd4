// The one exhaustive table: (state, event) → state and effects. Read this to know the connection.
import { ConnectionError } from '../errors/connection-error'
import { EARNED_AFTER } from './backoff'
import type { Effect } from './effect'
import type { Event, EventName, EventOf } from './event'
import {
  again,
  AUTHORIZE_PATIENCE,
  canDial,
  close,
  closed,
  comeBack,
  CONNECT_PATIENCE,
  defy,
  DEFY_AFTER,
  dial,
  doubt,
  fail,
  newRun,
  open,
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

/** An attempt younger than this (ms) may finish when the network changes under it, if it does so within CHANGE_PATIENCE. */
const YOUNG = 2_000
const CHANGE_PATIENCE = 3_000
/** The phone causes a drop that follows so soon (ms) upon a return or a change of network. */
const HINT_WORKS = 10_000

const stay = (_turn: Turn, state: State) => state

/** What a state does not mention leaves it as it is: answers of the past, and news that `transition` remembers for all. */
const unmoved: Row<State> = {
  openCalled: stay, // refused by the connection where it is not mentioned
  closeCalled: stay,
  destroyCalled: stay,
  tokenReplaced: stay,
  demanded: stay,
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

const atRest: Row<State> = { ...alive, openCalled: (turn, _state, { timeout }) => open(turn, timeout) }

/** What is known of the network: the phone's word, until a login proves the contrary. */
const believe = (turn: Turn, connected: boolean) => {
  if (turn.connected === connected) return
  turn.connected = connected
  turn.ask({ type: 'tellNetwork', connected })
}

/** Asks whether the link still lives, and remembers that the phone gave cause to. */
const probe = ({ ask, now }: Turn, state: In<'online'>): State => {
  ask({ type: 'probe' })
  return { ...state, hinted: now }
}

type Running = State & { readonly run: Run }

/** open()'s own time is over, or another wait is. */
const overdue =
  <S extends Running>(what: string, otherwise: Handler<S, 'due'>): Handler<S, 'due'> =>
  (turn, state, event) =>
    turn.now >= state.run.giveUpAt ? stop(turn, what, timedOut(state.run, what)) : otherwise(turn, state, event)

/** Says what stood in the way. */
const timedOut = ({ cause }: Run, what: string) =>
  new ConnectionError('ConnectionTimeout', cause ? cause.message : what, cause)

/** Where attempts fail, too, short sessions are the server's own trouble: nobody takes them over. */
const inTrouble = (run: Run): Run => ({ ...run, short: 0 })

const unanswered = (name: 'SocketTimeout' | 'TokenUnavailable', what: string) =>
  overdue(what, (turn, { run }, { late }) =>
    run.change === 'pending'
      ? replace(turn, run)
      : fail(turn, inTrouble(run), { name, verdict: 'retry', detail: what, uncounted: late }),
  )

/** Starts over on the new network, once: an attempt that was made for it has its whole time. */
const replace = (turn: Turn, run: Run) => again(turn, { ...run, change: 'spent' }, 'network changed')

/** A change of network may have cut the attempt off, or not: `patience` is what it had from the start. */
const changed =
  (patience: number): Handler<Running & { readonly until: number }, 'networkChanged'> =>
  (turn, state, { connected }) => {
    const { run, until } = state
    if (!connected) return { ...state, run: { ...run, change: run.change ?? 'lost' } }
    if (run.change === 'pending' || run.change === 'spent') return state
    return !run.change && until - patience + YOUNG > turn.now
      ? { ...state, run: { ...run, change: 'pending' }, until: Math.min(until, turn.now + CHANGE_PATIENCE) }
      : replace(turn, run)
  }

const trying: Row<Running> = {
  ...(alive as Row<Running>),
  refused: (turn, { run }, { refusal }) => fail(turn, inTrouble(run), refusal),
  tokenReplaced: (turn, { run }) => again(turn, run, 'new token'),
}

/** An attempt that a suspension or a change of network makes void, though nobody may ever say so. */
const attempting = (patience: number): Row<Running & { readonly until: number }> => ({
  ...(trying as Row<Running & { readonly until: number }>),
  shown: (turn, state, { away }) =>
    away > SUSPENDED_AFTER
      ? fail(turn, { ...state.run, free: 0 }, { name: 'AppSuspended', verdict: 'retry', uncounted: true })
      : state,
  networkChanged: changed(patience),
})

export const table: Table = {
  idle: atRest,

  authorizing: {
    ...attempting(AUTHORIZE_PATIENCE),
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
    ...attempting(CONNECT_PATIENCE),
    socketOpened: ({ ask }, { run, until }, { attempt }) => {
      ask({ type: 'shakeHands', attempt })
      return { kind: 'handshaking', run, until }
    },
    due: unanswered('SocketTimeout', 'the socket did not open in time'),
  },

  handshaking: {
    ...attempting(CONNECT_PATIENCE),
    accepted: (turn, { run: { tries, short, limit, crowd, doubted, hops, free, refreshed } }) => {
      const { ask, now, policy } = turn
      believe(turn, true)
      ask({ type: 'openSucceeded' })
      ask({ type: 'tellConnected' })
      // What a login with its own time limit spent is not charged to the drops that follow it.
      const spent = limit === policy.retries ? tries : 0
      const run = { ...newRun(policy.retries, true), tries: spent, short, crowd, doubted, hops, free, refreshed }
      return { kind: 'online', run, since: now, hinted: -Infinity }
    },
    due: unanswered('SocketTimeout', 'the server did not answer the login in time'),
  },

  online: {
    ...trying,
    refused: (turn, { run, since, hinted }, { refusal }) => {
      const { name, told, abrupt = false } = refusal
      const age = turn.now - since
      const ownDoing = turn.now - hinted <= HINT_WORKS
      // A second short session in a row may have been taken over: then who is the newer one must show soon.
      const idle = abrupt && !ownDoing && run.short === 0 && (name === 'LinkLost' || name === 'SocketFailed')
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
      const next = age < EARNED_AFTER ? run : newRun(run.limit, true)
      // A network that changes again and again costs no retries, where there are any.
      return fail(turn, { ...next, short, idle, ...(ownDoing && run.limit > 0 && { change: 'lost' }) }, refusal)
    },
    shown: (turn, state, { away }) => (away > SUSPENDED_AFTER ? probe(turn, state) : state),
    networkChanged: probe,
  },

  waiting: {
    ...alive,
    due: overdue('retrying', (turn, { run, fresh }) => dial(turn, run, fresh)),
    tokenReplaced: (turn, { run }) => dial(turn, run),
    // Whoever had time has it no longer.
    demanded: (turn, state) => (state.run.idle ? dial(turn, { ...state.run, idle: false }, state.fresh) : state),
    hidden: (turn, { run, until, fresh }) => pause(turn, run, until, fresh),
    // A new network is a new chance; a crowd that was dropped together must not come back together.
    networkChanged: (turn, state, { connected }) =>
      connected && state.run.crowd !== undefined
        ? state
        : dial(turn, { ...state.run, idle: false }, state.fresh, state.until),
  },

  paused: {
    ...alive,
    shown: resume,
    networkChanged: resume,
    // Whoever asks is in front of the screen; once, for the phone's word still counts for something.
    demanded: (turn, state) => (state.run.free > 1 ? state : defy(turn, state)),
    // A phone that slept over it has only just woken: it may be about to say that all is well.
    due: overdue('no network, or not on screen', (turn, state, { late }) =>
      late ? { ...state, until: turn.now + DEFY_AFTER, defyAt: turn.now + DEFY_AFTER } : doubt(turn, state),
    ),
  },

  gaveUp: {
    ...atRest,
    shown: comeBack,
    networkChanged: (turn, state, { connected }) => (connected ? comeBack(turn) : state),
    tokenReplaced: comeBack,
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
  // Whoever logs in is in front of the screen, whatever the phone said or did not say.
  if (event.type === 'shown' || event.type === 'openCalled') turn.visible = true
  if (event.type === 'hidden') turn.visible = false
  if (event.type === 'networkChanged') believe(turn, event.connected)
}

/** One step. An event of an older attempt changes nothing, whatever it says: this is the only place that drops it. */
export const transition = (machine: Machine, event: Event, context: Context): Step => {
  const effects: Effect[] = []
  if ('attempt' in event && event.attempt !== machine.attempt) return { machine, effects }
  const turn: Turn = { ...machine, ...context, ask: (effect) => effects.push(effect) }
  if (machine.state.kind !== 'destroyed') remember(turn, event)
  const handler = table[machine.state.kind][event.type] as Handler<State, EventName>
  const state = handler(turn, machine.state, event)
  const { attempt, visible, connected, paid } = turn
  return { machine: { state, attempt, visible, connected, paid }, effects }
}
