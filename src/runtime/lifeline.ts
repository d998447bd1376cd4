// Makes the machine move: carries out its effects on the ports, and turns what comes back into its events.
import type { ConnectionError } from '../errors/connection-error'
import type { Events, Level, Log } from '../log/record'
import type { Effect } from '../machine/effect'
import type { Event } from '../machine/event'
import type { Policy } from '../machine/flow'
import { deadlineOf, start, type StateName } from '../machine/state'
import { transition } from '../machine/transition'
import type { AppPort, NetworkStatus } from '../ports/app'
import type { Clock, Random } from '../ports/clock'
import type { SocketPort, SocketRequest } from '../ports/socket'
import type { Refusal } from '../protocol/refusal'
import type { Credentials, IncomingMessage, Session, SessionHost, SessionInfo } from '../protocol/session'
import { createAlarm, type Due } from './alarm'
import { createMailbox } from './mailbox'
import type { Slots } from './slots'
import { createSockets, type Judge } from './sockets'

/** Everything that an attempt needs to know before it may take a socket. */
export interface Permit {
  readonly request: SocketRequest
  readonly credentials: Credentials
  /** The protocol version that this server is known to speak; only where the server is another than before. */
  readonly version: 4 | 5 | undefined
}

export interface LifelineDeps {
  readonly clock: Clock
  readonly random: Random
  readonly sockets: SocketPort
  readonly judge: Judge
  readonly app: AppPort
  readonly slots: Slots
  readonly policy: () => Policy
  /** Whether anybody waits for the link: a message, a publish or a call. */
  readonly wanted: () => boolean
  readonly createSession: (host: SessionHost) => Session
  /** Fetches a token and an endpoint; answers once, unless the returned function is called first. */
  readonly authorize: (
    fresh: boolean,
    granted: (permit: Permit) => void,
    refused: (refusal: Refusal) => void,
  ) => () => void
  readonly redirect: (url: string) => void
  readonly log: Log
  /** More deadlines to keep (the token's life). */
  readonly due: readonly Due[]
  readonly ears: LifelineEars
}

/** What listeners of the app hear, after the change is complete. */
export interface Tidings {
  onReconnecting: { readonly attempt: number; readonly delay: number; readonly cause: ConnectionError }
  onDisconnected: ConnectionError
  onOnline: undefined
  onOffline: undefined
  onError: ConnectionError
  onStateChange: { readonly from: StateName; readonly to: StateName }
}

/** What the connection hears. Every call but the answers (opened, ended, closed) comes after the change is complete. */
export interface LifelineEars {
  emit<E extends keyof Tidings>(event: E, payload: Tidings[E]): void
  connected(info: SessionInfo): void
  /** Was online, and is no longer. */
  offline(): void
  opened(): void
  /** The login is over: whatever waits for it fails. */
  ended(error: ConnectionError): void
  closed(confirmed: boolean): void
  message(message: IncomingMessage, acknowledge: () => void): void
  /** Every failure of an attempt or a link, before it is judged. Returns what it is with all that is known. */
  refused(refusal: Refusal, whileOnline: boolean): Refusal
  /** A ping was answered; milliseconds. */
  alive(roundTrip: number): void
  reauthenticated(refusal?: Refusal): void
}

/** Where somebody who waits may hasten the next attempt. */
const waits: Partial<Record<StateName, true>> = { waiting: true, paused: true }

/** Moves the machine inside a job. */
export type Step = (event: Event) => void

export interface Lifeline {
  readonly session: Session
  state(): StateName
  /**
   * Runs something that may lead to calls of the session or the machine, after all that was asked before it; what it produces
   * leaves together. `step` moves the machine inside the job.
   */
  run(job: (step: Step) => void): void
  /** As `run`, but what it produces may wait for the end of the turn and leave with what comes after it. */
  append(job: (step: Step) => void): void
  post(event: Event): void
  /** Somebody waits for the link. */
  demand(): void
  /** Ends whatever is under way, for a reason of our own. */
  refuse(refusal: Refusal): void
  /** Sockets that are not proven to be gone. */
  sockets(): number
}

/** A probe after a return or a change of network: an answer within this time (ms), or the link is dead. */
const PROBE_PATIENCE = 3_000
/** On a slow link it has so many round trips, but no more than this (ms). */
const PROBE_ROUND_TRIPS = 3
const PROBE_PATIENCE_AT_MOST = 10_000

export const createLifeline = (deps: LifelineDeps): Lifeline => {
  const { clock, log, ears, slots } = deps
  let machine = start
  let permit: Permit | undefined
  let release: (() => void) | undefined
  /** Ends the fetch, or leaves the queue for a slot: whatever the attempt waits for outside its socket. */
  let letGo: () => void = () => undefined
  let accepted: SessionInfo | undefined
  /** When the newest attempt began. */
  let began = 0
  /** What the phone said of the network last. */
  let network: NetworkStatus | undefined
  /** Milliseconds that the server lately took to answer, the login included. */
  let roundTrip = 0
  let askedAt = 0
  let hiddenAt = Infinity
  /** What `append` produced waits for the end of the turn, so that a burst leaves in one piece. */
  let soft = false
  let settling = false
  /** The moment of what happens now. */
  let time = 0
  const tellings: (() => void)[] = []
  const tellAll = () => {
    for (let next = tellings.shift(); next; next = tellings.shift()) next()
  }
  const tell = <E extends keyof Tidings>(event: E, payload: Tidings[E]) =>
    tellings.push(() => ears.emit(event, payload))
  const number = () => machine.attempt

  const session = deps.createSession({
    send: (bytes) => sockets.send(bytes),
    accepted: (info) => {
      accepted = info
      const { protocolVersion: version, resumed, serverTime } = info
      const ms = clock.now() - began
      log(2, 'connection', 'accepted', () => ({ version, resumed, ms, serverTime }), number())
      roundTrip = clock.now() - askedAt
      post({ type: 'accepted', attempt: number() })
    },
    refused: (refusal) => post({ type: 'refused', attempt: number(), refusal }),
    // At once: the payload is a view that lives as long as this call. Whatever the listener calls waits in the mailbox.
    message: ears.message,
    unsubscribed: (error) => tell('onError', error),
    skipped: (error) => {
      log(3, 'message', 'skipped', () => ({ detail: error.detail }), number())
      tell('onError', error)
    },
    pinged: (patience) => log(1, 'heartbeat', 'ping', () => ({ patience }), number()),
    alive: (ms) => {
      log(1, 'heartbeat', 'pong', () => ({ ms }), number())
      // One quick answer does not make a slow link quick.
      roundTrip = Math.max(ms, roundTrip / 2)
      ears.alive(ms)
    },
    reauthenticated: (refusal) => tellings.push(() => ears.reauthenticated(refusal)),
  })

  const sockets = createSockets(
    deps.sockets,
    deps.judge,
    {
      opened: (attempt) => post({ type: 'socketOpened', attempt }),
      data: (attempt, data) => {
        const receive = () => {
          if (attempt === number()) session.receive(data, time)
        }
        // The first of a turn is answered at once (a promise may be a timer), the others together.
        if (settling) append(receive)
        else {
          mailbox.run(receive)
          settleSoon()
        }
      },
      ended: (attempt, refusal, deliberate) =>
        mailbox.run(() => {
          const judged = attempt === number() ? session.linkLost(refusal, deliberate) : refusal
          step({ type: 'refused', attempt, refusal: { ...judged, abrupt: true } })
        }),
      ending: () => (sockets.count() === 0 ? post({ type: 'socketsGone' }) : mailbox.run(() => undefined)),
    },
    clock.now,
    log,
  )

  const effects: { [E in Effect['type']]: (effect: Extract<Effect, { type: E }>) => unknown } = {
    authorize: ({ attempt, fresh }) => {
      began = clock.now()
      letGo = deps.authorize(
        fresh,
        (granted) => {
          if (attempt === number()) permit = granted
          post({ type: 'authorized', attempt })
        },
        (refusal) => post({ type: 'refused', attempt, refusal }),
      )
    },
    takeSlot: ({ attempt }) => {
      const note = (level: Level, event: keyof Events['slot']) => log(level, 'slot', event, slots.stats, attempt)
      letGo = slots.take((giveBack) => {
        note(1, 'taken')
        release = () => {
          giveBack()
          note(1, 'returned')
        }
        post({ type: 'slotGranted', attempt })
      })
      if (!release) note(2, 'wait')
    },
    openSocket: ({ attempt }) => {
      const giveBack = release
      release = undefined
      if (permit && giveBack) sockets.open(attempt, permit.request, giveBack)
    },
    shakeHands: () => {
      askedAt = clock.now()
      if (permit) session.start(permit.credentials, clock.now(), permit.version)
    },
    abandon: ({ attempt, reason }) => {
      letGo()
      letGo = () => undefined
      release?.() // granted, but never used
      release = undefined
      session.linkLost()
      sockets.abandon(attempt, reason)
    },
    endSession: ({ error }) => {
      session.end()
      session.reset(error)
    },
    awaitSockets: () => {
      if (sockets.count() === 0) post({ type: 'socketsGone' })
    },
    probe: () => {
      const patience = Math.max(PROBE_PATIENCE, Math.min(PROBE_PATIENCE_AT_MOST, roundTrip * PROBE_ROUND_TRIPS))
      session.probe(patience, clock.now())
    },
    queryNetwork: () => deps.app.queryNetwork(),
    redirect: ({ url }) => deps.redirect(url),
    // Answers to calls, not news: no listener runs, and the first listener of the change finds them given.
    openSucceeded: ears.opened,
    openFailed: ({ error }) => ears.ended(error),
    closeFinished: ({ confirmed }) => ears.closed(confirmed),
    tellConnected: () => tellings.push(() => accepted && ears.connected(accepted)),
    tellReconnecting: ({ attempt, delay, cause }) => tell('onReconnecting', { attempt, delay, cause }),
    tellDisconnected: ({ error }) => tell('onDisconnected', error),
    tellNetwork: ({ connected }) => tell(connected ? 'onOnline' : 'onOffline', undefined),
  }

  const step = (event: Event) => {
    const { state } = machine
    if (event.type === 'refused' && event.attempt === number()) {
      const refusal = ears.refused(event.refusal, state.kind === 'online')
      const { name, verdict, detail } = refusal
      log(verdict === 'fatal' ? 4 : 3, 'connection', 'refused', () => ({ name, verdict, detail }), number())
      event = { ...event, refusal }
    }
    const next = transition(machine, event, {
      now: clock.now(),
      random: deps.random(),
      policy: deps.policy(),
      wanted: deps.wanted(),
    })
    machine = next.machine
    const from = state.kind
    const to = machine.state.kind
    if (from !== to) {
      log(2, 'connection', 'state', () => ({ from, to, event: event.type }), number())
      if (from === 'online') tellings.push(ears.offline)
      tell('onStateChange', { from, to })
      if (to === 'destroyed') unwatch()
    }
    for (const effect of next.effects) (effects[effect.type] as (effect: Effect) => void)(effect)
    tellAll()
  }

  const mailbox = createMailbox(
    step,
    () => {
      time = alarm.check()
    },
    () => {
      // What listeners of messages have to say belongs to the same event.
      tellAll()
      if (soft) settleSoon()
      else settle()
    },
  )
  const settleSoon = () => {
    if (settling) return
    settling = true
    void Promise.resolve().then(() => {
      settling = false
      settle()
    })
  }
  const settle = () => {
    session.flush()
    // A socket that outlives destroy() unproven is still to be closed again, and at last written off: its slot is the app's.
    if (machine.state.kind !== 'destroyed' || sockets.deadline() < Infinity) alarm.arm()
    else alarm.stop()
  }
  const post = (event: Event) => mailbox.run(() => step(event))
  const append = (job: (step: Step) => void) => {
    const before = soft
    soft = true
    try {
      mailbox.run(job)
    } finally {
      soft = before
    }
  }

  const alarm = createAlarm(
    clock,
    [
      { deadline: () => deadlineOf(machine.state), tick: (_now, late) => post({ type: 'due', late }) },
      session,
      sockets,
      ...deps.due,
    ],
    () => mailbox.run(() => undefined),
    (duration) => session.slept(duration),
  )

  const unwatch = deps.app.watch({
    shown: () => {
      const away = Math.max(0, clock.now() - hiddenAt)
      hiddenAt = Infinity
      log(2, 'app', 'shown', () => ({ away }))
      post({ type: 'shown', away })
      deps.app.queryNetwork() // events of the meantime may be lost
    },
    hidden: () => {
      hiddenAt = clock.now()
      log(2, 'app', 'hidden')
      post({ type: 'hidden' })
    },
    network: (status) => {
      const { connected, type } = status
      if (network?.type === type && network.connected === connected) return
      // The first word is no change, unless it is a bad one.
      const first = network === undefined
      network = status
      log(2, 'app', 'network', () => ({ connected, type }))
      if (!first || !connected) post({ type: 'networkChanged', connected })
    },
    weak: (weak) => {
      log(2, 'app', 'weak', () => ({ weak }))
      if (!weak) post({ type: 'networkChanged', connected: machine.connected })
    },
  })
  deps.app.queryNetwork()

  return {
    session,
    state: () => machine.state.kind,
    run: mailbox.run,
    append,
    post,
    demand: () => {
      if (waits[machine.state.kind]) post({ type: 'demanded' })
    },
    refuse: (refusal) => post({ type: 'refused', attempt: number(), refusal }),
    sockets: sockets.count,
  }
}
