// The one exhaustive table: (state, event) → state and effects. Read this to know the connection.
import { ConnectionError } from '../errors/connection-error'
import type { Effect } from './effect'
import type { Event, EventName, EventOf } from './event'
import {
  attempt,
  begin,
  close,
  closed,
  CONNECT_PATIENCE,
  fail,
  fresh,
  go,
  lose,
  pause,
  resume,
  stay,
  timeOut,
} from './flow'
import type { Context, Step } from './flow'
import type { In, Machine, Run, State, StateName } from './state'

type Handler<K extends StateName, E extends EventName> = (
  machine: Machine,
  state: In<K>,
  event: EventOf<E>,
  context: Context,
) => Step
type Row<K extends StateName> = { readonly [E in EventName]: Handler<K, E> }
type Table = { readonly [K in StateName]: Row<K> }

/** Away longer than this (ms), the platform has suspended the app and cut its sockets. */
export const SUSPENDED_AFTER = 5_000

const ignore = (machine: Machine): Step => stay(machine)

// What the world tells is remembered in every state.
const seen = (machine: Machine): Machine => ({ ...machine, visible: true })
const unseen = (machine: Machine): Machine => ({ ...machine, visible: false })
const network = (machine: Machine, connected: boolean): [Machine, Effect[]] => [
  { ...machine, connected },
  connected === machine.connected ? [] : [{ type: 'tellNetwork', connected }],
]

const remember = {
  shown: (machine: Machine) => stay(seen(machine)),
  hidden: (machine: Machine) => stay(unseen(machine)),
  networkChanged: (machine: Machine, _state: State, event: EventOf<'networkChanged'>) => {
    const [next, told] = network(machine, event.connected)
    return stay(next, ...told)
  },
}

// Answers that only one state awaits; everywhere else they come too late.
const unawaited = {
  authorized: ignore,
  slotGranted: ignore,
  socketOpened: ignore,
  accepted: ignore,
  refused: ignore,
  socketsGone: ignore,
}

const leave = {
  closeCalled: (machine: Machine, _state: State, _event: Event, context: Context) =>
    close(machine, { kind: 'idle' }, context),
  destroyCalled: (machine: Machine, _state: State, _event: Event, context: Context) =>
    close(machine, { kind: 'destroyed' }, context),
}

const opens = (machine: Machine, _state: State, event: EventOf<'openCalled'>, context: Context): Step =>
  begin(machine, event.timeout, context)

const atRest = { ...unawaited, ...leave, ...remember, openCalled: opens, tokenReplaced: ignore, due: ignore }

// open() is refused by the connection in all states below but `closing`.
const underWay = { ...unawaited, ...leave, ...remember, openCalled: ignore }

type Attempting = { readonly run: Run }

/** Drops what the attempt holds and starts the next one at once; nothing is spent. */
const again = (machine: Machine, { run }: Attempting, reason: string, context: Context): Step =>
  attempt(machine, run, context, false, { type: 'abandon', attempt: machine.attempt, reason })

const outOfTime = ({ run }: Attempting, { now }: Context): boolean => run.giveUpAt !== undefined && now >= run.giveUpAt

/** Where attempts fail, too, short sessions are the server's own trouble: nobody takes them over. */
const inTrouble = ({ run }: Attempting): Run => ({ ...run, short: 0 })

const refusedWhileTrying = (machine: Machine, state: Attempting, event: EventOf<'refused'>, context: Context): Step =>
  fail(machine, inTrouble(state), event.refusal, context)

/** An attempt that a suspension or a change of network has made void, though nobody may ever say so. */
const attempting = {
  ...underWay,
  refused: refusedWhileTrying,
  tokenReplaced: (machine: Machine, state: Attempting, _event: Event, context: Context) =>
    again(machine, state, 'new token', context),
  shown: (machine: Machine, { run }: Attempting, { away }: EventOf<'shown'>, context: Context) =>
    away > SUSPENDED_AFTER
      ? fail(seen(machine), run, { name: 'AppSuspended', verdict: 'retry', uncounted: true }, context)
      : stay(seen(machine)),
  networkChanged: (
    machine: Machine,
    state: Attempting,
    { connected }: EventOf<'networkChanged'>,
    context: Context,
  ): Step => {
    const [next, told] = network(machine, connected)
    if (!connected) return stay(next, ...told)
    const step = again(next, state, 'network changed', context)
    return { machine: step.machine, effects: [...told, ...step.effects] }
  },
}

const overdue =
  (what: string, name: 'SocketTimeout' | 'TokenUnavailable') =>
  (machine: Machine, state: Attempting, { late }: EventOf<'due'>, context: Context): Step =>
    outOfTime(state, context)
      ? timeOut(machine, what)
      : fail(machine, inTrouble(state), { name, verdict: 'retry', detail: what }, context, !late)

export const table: Table = {
  idle: atRest,

  authorizing: {
    ...attempting,
    authorized: (machine, { run }, { attempt }) => go(machine, { kind: 'queued', run }, { type: 'takeSlot', attempt }),
    due: overdue('no token or endpoint in time', 'TokenUnavailable'),
  },

  queued: {
    ...underWay,
    refused: refusedWhileTrying,
    tokenReplaced: attempting.tokenReplaced,
    slotGranted: (machine, { run }, { attempt }, { now }) =>
      go(machine, { kind: 'opening', run, until: now + CONNECT_PATIENCE }, { type: 'openSocket', attempt }),
    due: (machine) => timeOut(machine, 'no socket slot in time'),
  },

  opening: {
    ...attempting,
    socketOpened: (machine, { run, until }, { attempt }) =>
      go(machine, { kind: 'handshaking', run, until }, { type: 'shakeHands', attempt }),
    due: overdue('the socket did not open in time', 'SocketTimeout'),
  },

  handshaking: {
    ...attempting,
    accepted: (machine, { run: { tries, short, limit, crowd } }, _event, { now, policy }) => {
      // What a login with its own time limit spent is not charged to the drops that follow it.
      const spent = limit === policy.retries ? tries : 0
      const run = { ...fresh(policy.retries), tries: spent, short, ...(crowd !== undefined && { crowd }) }
      return go(machine, { kind: 'online', run, since: now }, { type: 'openSucceeded' }, { type: 'tellConnected' })
    },
    due: overdue('the server did not answer the login in time', 'SocketTimeout'),
  },

  online: {
    ...underWay,
    refused: (machine, state, { refusal }, context) => lose(machine, state, refusal, context),
    tokenReplaced: (machine, state, _event, context) => again(machine, state, 'new token', context),
    shown: (machine, _state, { away }) =>
      away > SUSPENDED_AFTER ? stay(seen(machine), { type: 'probe' }) : stay(seen(machine)),
    networkChanged: (machine, _state, { connected }) => {
      const [next, told] = network(machine, connected)
      return stay(next, ...told, { type: 'probe' })
    },
    due: ignore,
  },

  waiting: {
    ...underWay,
    due: (machine, state, _event, context) =>
      outOfTime(state, context) ? timeOut(machine, 'retrying') : attempt(machine, state.run, context),
    tokenReplaced: (machine, state, _event, context) => attempt(machine, state.run, context),
    hidden: (machine, { run, until }, _event, { now }) => pause(unseen(machine), run, now, until, false),
    networkChanged: (machine, { run, until }, { connected }, context) => {
      const [next, told] = network(machine, connected)
      // A new network is a new chance; a crowd that was dropped together must not come back together.
      if (!connected || run.crowd === undefined) return attemptOrPause(next, run, until, context, told)
      return stay(next, ...told)
    },
  },

  paused: {
    ...underWay,
    tokenReplaced: ignore,
    shown: (machine, state, _event, context) => resume(seen(machine), state, context),
    hidden: (machine) => stay(unseen(machine)),
    networkChanged: (machine, state, { connected }, context) => {
      const [next, told] = network(machine, connected)
      return resume(next, state, context, ...told)
    },
    due: (machine, state, _event, context) => {
      if (outOfTime(state, context)) return timeOut(machine, 'no network, or not on screen')
      return pause(machine, state.run, context.now, state.notBefore, state.fresh, { type: 'queryNetwork' })
    },
  },

  gaveUp: {
    ...atRest,
    shown: (machine, _state, _event, context) => begin(seen(machine), undefined, context),
    networkChanged: (machine, _state, { connected }, context) => {
      const [next, told] = network(machine, connected)
      return connected ? begin(next, undefined, context, ...told) : stay(next, ...told)
    },
    tokenReplaced: (machine, _state, _event, context) => begin(machine, undefined, context),
  },

  stopped: atRest,

  closing: {
    ...underWay,
    tokenReplaced: ignore,
    openCalled: (machine, state, { timeout }) =>
      state.next.kind === 'idle' ? go(machine, { ...state, next: { kind: 'open', timeout } }) : stay(machine),
    closeCalled: (machine, state) =>
      state.next.kind === 'open'
        ? go(
            machine,
            { ...state, next: { kind: 'idle' } },
            { type: 'openFailed', error: new ConnectionError('ConnectionClosed') },
          )
        : stay(machine),
    destroyCalled: (machine, state) =>
      go(
        machine,
        { ...state, next: { kind: 'destroyed' } },
        { type: 'openFailed', error: new ConnectionError('Destroyed') },
      ),
    socketsGone: (machine, state, _event, context) => closed(machine, state, true, context),
    due: (machine, state, _event, context) => closed(machine, state, false, context),
  },

  destroyed: {
    ...unawaited,
    openCalled: ignore,
    tokenReplaced: ignore,
    shown: ignore,
    hidden: ignore,
    networkChanged: ignore,
    due: ignore,
    closeCalled: (machine) => stay(machine, { type: 'closeFinished', confirmed: true }),
    destroyCalled: (machine) => stay(machine, { type: 'closeFinished', confirmed: true }),
  },
}

const attemptOrPause = (machine: Machine, run: Run, until: number, context: Context, told: Effect[]): Step =>
  machine.connected
    ? attempt(machine, run, context, false, ...told)
    : pause(machine, run, context.now, until, false, ...told)

/** One step. An event of an older attempt changes nothing, whatever it says: this is the only place that drops it. */
export const transition = (machine: Machine, event: Event, context: Context): Step => {
  if ('attempt' in event && event.attempt !== machine.attempt) return stay(machine)
  const handler = table[machine.state.kind][event.type] as (
    machine: Machine,
    state: State,
    event: Event,
    context: Context,
  ) => Step
  return handler(machine, machine.state, event, context)
}
