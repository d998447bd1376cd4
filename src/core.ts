// The composition: joins machine, runtime, protocol, access, platform and parts into one connection.
import { nameOf } from './errors/codes'
import { ConnectionError } from './errors/connection-error'
import type { ConnectionEvents } from './connection/events'
import type { LogCore } from './log/api'
import type { Log } from './log/record'
import { identityOf } from './access/identity'
import type { CheckedLogin } from './connection/login'
import { createMqttSession } from './mqtt/session'
import { mayRefuseVersion, refusalOfClose } from './protocol/close-codes'
import type { IncomingMessage, Outcome, OutgoingMessage } from './protocol/session'
import type { StateName } from './machine/state'
import { groupFilter, keptGroups, type Arrival, type Host, type Part } from './part'
import type { Platform } from './ports/platform'
import { createEmitter } from './runtime/emitter'
import { createEndpoints, OF_THE_ADDRESS } from './access/endpoints'
import { listen } from './runtime/listening'
import { createLifeline, type Lifeline, type Step } from './runtime/lifeline'
import { createParts } from './runtime/parts'
import { slotsOf, type Slots } from './runtime/slots'
import { steadyClock } from './runtime/steady-clock'
import type { Settings } from './connection/options'
import { createTokenSource } from './access/token-source'
import { whyNot } from './text/url'

/** How a close ended: `confirmed` is false where the platform never said that the socket is gone. */
export interface CloseResult {
  readonly confirmed: boolean
}

const settle = <T>(waiting: ((outcome: T) => void)[], outcome: T) =>
  waiting.splice(0).forEach((answer) => answer(outcome))

/** No login is under way. */
const isOver = (state: StateName): boolean => state === 'idle' || state === 'stopped' || state === 'closing'

/**
 * What the server may send before the first of it is acknowledged (its receive maximum), while nobody is there to take it: it
 * bounds the memory, and the rest waits on the server.
 */
const HELD_AT_ONCE = 100

let connections = 0

export type Core = ReturnType<typeof createCore>

/** `platform` is asked for with whom to tell what it lacks. */
export const createCore = (
  settings: Settings,
  logger: LogCore,
  platformOf: (missing: (api: string) => void) => Platform,
) => {
  const { org, app, url, apiUrl, tokenProvider } = settings
  const log: Log = logger.scope(++connections, settings)
  const emitter = createEmitter<ConnectionEvents>((event, error) =>
    log(4, 'log', 'listener', () => ({ event, message: error instanceof Error ? error.message : String(error) })),
  )
  const emit: typeof emitter.emit = (event, payload) => {
    if (event === 'onError') {
      const { name, code, detail } = payload as ConnectionError
      log(3, 'connection', 'error', () => ({ name, code, detail }))
    }
    emitter.emit(event, payload)
  }

  const platform = platformOf((api) => log(2, 'app', 'missing', () => ({ api })))
  const { storage, random, judge } = platform
  const clock = steadyClock(platform.clock)
  const slots: Slots = slotsOf(platform.native, settings.maxSockets)
  logger.attach(platform)

  const self = identityOf(settings, platform)
  const root = `${org}/${app}`
  const restBase = apiUrl === undefined ? undefined : `${apiUrl}/${root}`

  let user = ''
  let roundTrip: number | undefined
  const opening: Outcome[] = []
  const renewing: Outcome[] = []
  const closing: ((result: CloseResult) => void)[] = []

  /** Brings a new token to the server: on the living link where the protocol can, else by coming back with it. */
  const present = (token: string) =>
    lifeline.run(() => {
      if (lifeline.state() === 'online' && lifeline.session.reauthenticate(token, clock.now())) return
      lifeline.post({ type: 'tokenReplaced' })
    })

  const tokens = createTokenSource(
    clock.now,
    platform.clock.now,
    {
      willExpire: (remaining) => emit('onTokenWillExpire', { remaining }),
      expired: () => emit('onTokenExpired', undefined),
      renewed: present,
      refused: (refusal) => lifeline.refuse(refusal),
    },
    log,
  )

  const allowed = (address: string) => whyNot(address, 'ws', !settings.https) === undefined
  const endpoints = createEndpoints({
    storage,
    now: clock.now,
    log,
    url,
    lister: () => (settings.isHttpDNS ? parts.find('endpoints') : undefined),
    allowed,
    key: `miniprogram-im.endpoints.${org}.${app}`,
  })

  /** The server of the newest attempt, and where its version is remembered: 3.1.1 only, since 5 is tried anyway. */
  let server = ''
  const versionKey = () => `miniprogram-im.mqtt4.${server}`
  const versionOf = (address: string): 4 | 5 | undefined => {
    if (address === server) return undefined
    server = address
    return storage.get(versionKey()) === undefined ? 5 : 4
  }
  const remember = (version: 4 | 5) => {
    if (version === 5) storage.remove(versionKey())
    else if (lifeline.session.protocolVersion === 4) storage.set(versionKey(), '4')
  }
  let hadSession = false
  /** The server took the token of this login, and its age can be judged. */
  let taken = false

  const lifeline: Lifeline = createLifeline({
    clock,
    random,
    sockets: platform.sockets,
    judge: {
      ...judge,
      close: (code, reason) => refusalOfClose(code, reason, judge.interrupted(reason)),
      mayRefuseVersion: (code, reason) => !judge.interrupted(reason) && mayRefuseVersion(code, reason),
    },
    app: platform.app,
    slots,
    policy: () => ({
      retries: settings.autoReconnectNumMax,
      base: settings.reconnectBaseDelay,
      cap: settings.reconnectMaxDelay,
      refreshable: tokens.refreshable(),
    }),
    wanted: () => opening.length > 0 || renewing.length > 0 || lifeline.session.pending() || parts.waiting(),
    createSession: (host) =>
      createMqttSession(
        {
          keepAlive: settings.heartBeatWait,
          sessionExpiry: settings.sessionExpiry,
          firstId: Math.floor(random() * 0x10000),
          userProperties: self.properties,
          receiveMaximum: () => (takesMessages() && !parts.find('arrived') ? HELD_AT_ONCE : undefined),
        },
        host,
      ),
    authorize: (fresh, granted, refused) => {
      let cancelToken: () => void = () => undefined
      const cancelEndpoint = endpoints.resolve((address) => {
        cancelToken = tokens.get(
          fresh,
          (token) =>
            granted({
              request: { url: address, protocols: ['mqtt'], header: self.header },
              credentials: { ...self.named(user), token },
              version: versionOf(address),
            }),
          refused,
        )
      }, refused)
      return () => {
        cancelEndpoint()
        cancelToken()
      }
    },
    redirect: endpoints.redirect,
    log,
    // What the phone's clock says of a token before the server took it may be wrong by hours.
    due: [{ deadline: () => (taken ? tokens.deadline() : undefined), tick: tokens.tick }],
    ears: {
      emit,
      offline: () => parts.offline(),
      connected: (info) => {
        if (info.serverTime !== undefined) tokens.serverTime(info.serverTime)
        // Without the server's clock: one that calls a token expired which was just taken is wrong.
        taken = info.serverTime !== undefined || !tokens.isExpired()
        endpoints.worked()
        remember(info.protocolVersion)
        if (hadSession && !info.resumed) emit('onError', new ConnectionError('SessionLost'))
        hadSession = true
        settle(renewing, undefined)
        subscribeInbox()
        parts.online(info)
        emit('onConnected', info)
      },
      opened: () => settle(opening, undefined),
      ended: (error) => {
        subscribed = undefined
        settle(opening, error)
        settle(renewing, error)
      },
      closed: (confirmed) => settle(closing, { confirmed }),
      message: (message, acknowledge) => {
        const arrival = arrivalOf(message, acknowledge)
        if (arrival) return parts.arrived(arrival)
        emit('onRawMessage', message)
        acknowledge()
      },
      refused: (refusal, whileOnline) => {
        // Most servers refuse a bad token and an old one with the same code; its own date tells them apart.
        const old = refusal.name === 'TokenIncorrect' && !refusal.told && tokens.isExpired()
        const moveTo = endpoints.usable(refusal.moveTo)
        const known = { ...refusal, moveTo, ...(old && { name: 'TokenExpired' as const }) }
        if (known.name === 'TokenExpired' && tokens.expire()) emit('onTokenExpired', undefined)
        if (!whileOnline && OF_THE_ADDRESS.indexOf(known.name) >= 0) endpoints.failed()
        return known
      },
      alive: (ms) => {
        roundTrip = ms
      },
      reauthenticated: (refusal) => {
        if (!refusal) settle(renewing, undefined)
        // Unanswered. A link that ended over it comes back by itself, with this token or, if it was refused, a fresh one.
        else if (lifeline.state() === 'online') lifeline.post({ type: 'tokenReplaced' })
      },
    },
  })

  const token = () => tokens.current() ?? ''
  const host: Host = {
    settings: { ...settings, root, restBase },
    platform,
    clock,
    log,
    logger,
    errors: { ConnectionError, nameOf },
    events: emitter,
    publish: (topic, payload, outcome) =>
      lifeline.append(() => lifeline.session.publish({ topic, payload, qos: 1 }, outcome, clock.now())),
    subscribe: (filters, outcome) =>
      lifeline.append(() => lifeline.session.subscribe(filters, 1, outcome, clock.now())),
    failed: (error) => emit('onError', error),
    listen: (filters) => listen(host.subscribe, host.failed, filters, () => undefined),
    unsubscribe: (filters) =>
      lifeline.append(() => lifeline.session.unsubscribe(filters, () => undefined, clock.now())),
    wanted: () => lifeline.demand(),
    acknowledge: (acks) => lifeline.append(() => acks.forEach((ack) => ack())),
    token,
  }
  const parts = createParts(host, lifeline.run, (count) => emit('onWaiting', { count }))

  /** Whether the inbox is subscribed, and what arrives in it is no raw message. */
  const takesMessages = () => settings.inbox || parts.find('arrived') !== undefined
  /** The user whose inbox is subscribed; from then on the session keeps it so. */
  let subscribed: string | undefined
  const subscribeInbox = () => {
    if (subscribed === user || !takesMessages()) return
    subscribed = user
    const inbox = [`${root}/u/${user}/+`, `${root}/s/${user}`]
    // Without it nothing would ever arrive: told, and asked for again by the next login.
    listen(host.subscribe, host.failed, inbox, () => (subscribed = undefined))
    host.listen(keptGroups(storage, root, user).map((group) => groupFilter(root, group)))
  }

  /** What arrives in `u/{user}/{from}`, `g/{group}/{from}` and `s/{user}` below the root (docs/protocol.md). */
  const arrivalOf = ({ topic, payload }: IncomingMessage, ack: () => void): Arrival | undefined => {
    if (!takesMessages() || !topic.startsWith(`${root}/`)) return undefined
    const [box, to, from = '', more] = topic.slice(root.length + 1).split('/')
    const known = box === 'g' ? from : to === user && (box === 'u' ? from : box === 's' && !from)
    return known && to && more === undefined ? { box: box as Arrival['box'], to, from, payload, ack } : undefined
  }

  let destroyed = false
  const asked = (job: (outcome: Outcome, step: Step) => void): Promise<void> =>
    new Promise((resolve, reject) =>
      destroyed
        ? reject(new ConnectionError('Destroyed'))
        : lifeline.append((step) => job((error) => (error ? reject(error) : resolve()), step)),
    )

  /** A call that means the login under way, in its turn: without one nobody would ever answer it. */
  const duringLogin = (call: (outcome: Outcome) => void): Promise<void> =>
    asked((outcome) => {
      if (isOver(lifeline.state())) return outcome(new ConnectionError('NotConnected', 'call open() first'))
      lifeline.demand()
      call(outcome)
    })

  const leave = (event: 'closeCalled' | 'destroyCalled'): Promise<CloseResult> =>
    new Promise((resolve) =>
      lifeline.run((step) => {
        if (event === 'closeCalled' && lifeline.state() === 'idle' && lifeline.sockets() === 0)
          return resolve({ confirmed: true })
        closing.push(resolve)
        hadSession = false
        step({ type: event })
        tokens.end()
        subscribed = undefined
        parts.closed()
        if (event === 'destroyCalled') parts.destroyed()
      }),
    )

  return {
    use: <Api>(part: Part<Api>): Api => {
      if (destroyed) throw new ConnectionError('Destroyed')
      const api = parts.use(part)
      lifeline.run(() => {
        if (lifeline.state() === 'online') subscribeInbox()
      })
      return api
    },
    /** Returns how to stop listening. */
    on: (event: string, listener: (payload: never) => void) => {
      if (!destroyed) host.events.on(event as never, listener)
      return () => host.events.off(event as never, listener)
    },
    off: (event: string, listener: (payload: never) => void) => host.events.off(event as never, listener),
    state: lifeline.state,
    user: () => user,
    token,
    deviceId: self.deviceId,
    stats: () => ({
      sockets: lifeline.sockets(),
      slots: slots.stats(),
      roundTrip,
    }),

    // Asked inside a handler, these wait for what was asked before them: whether they may is decided when their turn comes.
    open: ({ user: who, pwd, accessToken, timeout }: CheckedLogin): Promise<void> =>
      asked((outcome, step) => {
        const state = lifeline.state()
        if ((state !== 'gaveUp' && !isOver(state)) || opening.length > 0) {
          // Refused, but a sign that somebody waits.
          lifeline.demand()
          return outcome(new ConnectionError('ConnectionExist'))
        }
        const login = parts.find('login')
        if (pwd !== undefined && accessToken === undefined && !login)
          return outcome(new ConnectionError('InvalidArgument', 'a login by password needs use(logins())'))
        log(2, 'connection', 'open', () => ({ user: who, with: pwd === undefined ? 'token' : 'password' }))
        opening.push(outcome)
        if (state !== 'closing' && user !== who) {
          lifeline.session.reset(new ConnectionError('ConnectionClosed'))
          hadSession = false
        }
        user = who
        const byPassword = pwd !== undefined && login && accessToken === undefined ? () => login(who, pwd) : undefined
        taken = false
        tokens.begin(accessToken, tokenProvider ?? byPassword)
        parts.opened(user)
        step({ type: 'openCalled', timeout })
      }),

    close: (): Promise<CloseResult> => {
      log(2, 'connection', 'close')
      return leave('closeCalled')
    },

    destroy: (): Promise<CloseResult> => {
      if (!destroyed) {
        destroyed = true
        log(2, 'connection', 'destroy')
        emitter.clear()
      }
      return leave('destroyCalled')
    },

    renewToken: (renewed: string): Promise<void> =>
      duringLogin((outcome) => {
        tokens.replace(renewed)
        renewing.push(outcome)
        present(renewed)
      }),

    publish: (message: OutgoingMessage): Promise<void> =>
      duringLogin((outcome) => lifeline.session.publish(message, outcome, clock.now())),

    subscribe: (filters: readonly string[], qos: 0 | 1 | 2): Promise<void> =>
      duringLogin((outcome) => lifeline.session.subscribe(filters, qos, outcome, clock.now())),

    unsubscribe: (filters: readonly string[]): Promise<void> =>
      duringLogin((outcome) => lifeline.session.unsubscribe(filters, outcome, clock.now())),
  }
}
