// The composition root: joins runtime, mqtt, wx, token, message and log into one connection.
import { ConnectionError } from './errors/connection-error'
import type { EventMap, EventName, Listener } from './connection/events'
import type { LogCore } from './log/api'
import type { Log } from './log/record'
import { identityOf } from './access/identity'
import type { CheckedLogin } from './connection/login'
import { createMessaging } from './messages/messaging'
import type { Messaging } from './messages/contract'
import { createMqttSession } from './mqtt/session'
import { mayRefuseVersion, refusalOfClose } from './protocol/close-codes'
import type { Outcome, OutgoingMessage } from './protocol/session'
import type { StateName } from './machine/state'
import { createEmitter } from './runtime/emitter'
import { createEndpoints, OF_THE_ADDRESS } from './access/endpoints'
import { createLifeline, type Lifeline, type Step } from './runtime/lifeline'
import { slotsOf, type Slots } from './runtime/slots'
import { steadyClock } from './runtime/steady-clock'
import type { Settings } from './connection/options'
import { exchangePassword } from './logins/password'
import { createTokenSource } from './access/token-source'
import { whyNot } from './text/url'
import { judgeFailure, saysGone } from './wx/failures'
import type { WxApi } from './wx/wx-api'
import { wxClock } from './wx/wx-clock'
import { wxPlatform } from './wx/wx-platform'
import { wxSocketPort } from './wx/wx-socket'
import { wxStorage } from './wx/wx-storage'

/** How a close ended: `confirmed` is false where the platform never said that the socket is gone. */
export interface CloseResult {
  readonly confirmed: boolean
}

const settle = <T>(waiting: ((outcome: T) => void)[], outcome: T) =>
  waiting.splice(0).forEach((answer) => answer(outcome))

/** No login is under way. */
const isOver = (state: StateName): boolean => state === 'idle' || state === 'stopped' || state === 'closing'

let connections = 0

export type Core = ReturnType<typeof createCore>

export const createCore = (settings: Settings, wx: WxApi, logger: LogCore) => {
  const { org, app, url, apiUrl, tokenProvider } = settings
  const log: Log = logger.scope(++connections, settings)
  const emitter = createEmitter<EventMap>((event, error) =>
    log(4, 'log', 'listener', () => ({ event, message: error instanceof Error ? error.message : String(error) })),
  )
  const { emit } = emitter

  const clock = steadyClock(wxClock)
  const storage = wxStorage(wx)
  const slots: Slots = slotsOf(wx, settings.maxSockets)
  const phone = wxPlatform(wx, (api) => log(2, 'app', 'missing', () => ({ api })))
  const { app: appPort, device, files, http } = phone
  logger.attach(phone)

  const self = identityOf(settings, storage, device)
  const restBase = apiUrl === undefined ? undefined : `${apiUrl}/${org}/${app}`

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
    wxClock.now,
    {
      willExpire: (remaining) => emit('onTokenWillExpire', { remaining }),
      expired: () => emit('onTokenExpired', undefined),
      renewed: present,
      refused: (refusal) => lifeline.refuse(refusal),
    },
    log,
    logger.protect,
  )

  const allowed = (address: string) => whyNot(address, 'ws', !settings.https) === undefined
  const endpoints = createEndpoints({
    http,
    storage,
    now: clock.now,
    log,
    url,
    listUrl: settings.isHttpDNS && restBase !== undefined ? `${restBase}/endpoints` : undefined,
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

  const lifeline: Lifeline = createLifeline({
    clock,
    random: Math.random,
    sockets: wxSocketPort(wx),
    judge: { failure: judgeFailure, close: refusalOfClose, mayRefuseVersion, saysGone },
    app: appPort,
    slots,
    policy: () => ({
      retries: settings.autoReconnectNumMax,
      base: settings.reconnectBaseDelay,
      cap: settings.reconnectMaxDelay,
      refreshable: tokens.refreshable(),
    }),
    createSession: (host) =>
      createMqttSession(
        {
          keepAlive: settings.heartBeatWait,
          sessionExpiry: settings.sessionExpiry,
          firstId: Math.floor(Math.random() * 0x10000),
          userProperties: self.properties,
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
    due: [tokens],
    ears: {
      emit,
      offline: () => messaging.offline(),
      connected: (info) => {
        if (info.serverTime !== undefined) tokens.serverTime(info.serverTime)
        endpoints.worked()
        remember(info.protocolVersion)
        if (hadSession && !info.resumed) emit('onError', new ConnectionError('SessionLost'))
        hadSession = true
        settle(renewing, undefined)
        messaging.online(info)
        emit('onConnected', info)
      },
      opened: () => settle(opening, undefined),
      ended: (error) => {
        settle(opening, error)
        settle(renewing, error)
      },
      closed: (confirmed) => settle(closing, { confirmed }),
      message: (message, acknowledge) => {
        if (messaging.received(message.topic, message.payload, acknowledge)) return
        emit('onRawMessage', message)
        acknowledge()
      },
      refused: (refusal, whileOnline) => {
        // Most servers refuse a bad token and an old one with the same code; its own date tells them apart.
        const old = refusal.name === 'TokenIncorrect' && !refusal.told && tokens.isExpired()
        const known = old ? { ...refusal, name: 'TokenExpired' as const } : refusal
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
  const messaging: Messaging = createMessaging({
    ...settings,
    clock,
    random: Math.random,
    files,
    http,
    storage,
    root: `${org}/${app}`,
    restBase,
    log,
    emit,
    link: {
      publish: (topic, payload, outcome) =>
        lifeline.append(() => lifeline.session.publish({ topic, payload, qos: 1 }, outcome, clock.now())),
      subscribe: (filters, outcome) =>
        lifeline.append(() => lifeline.session.subscribe(filters, 1, outcome ?? (() => undefined), clock.now())),
      unsubscribe: (filters) =>
        lifeline.append(() => lifeline.session.unsubscribe(filters, () => undefined, clock.now())),
      acknowledge: (acks) => lifeline.append(() => acks.forEach((ack) => ack())),
      token,
    },
  })

  const disallowUpload =
    settings.enableReportLogs && restBase !== undefined
      ? logger.allowUpload({ base: restBase, token })
      : () => undefined

  let destroyed = false
  const asked = (job: (outcome: Outcome, step: Step) => void): Promise<void> =>
    new Promise((resolve, reject) =>
      destroyed
        ? reject(new ConnectionError('Destroyed'))
        : lifeline.append((step) => job((error) => (error ? reject(error) : resolve()), step)),
    )

  /** A call that means the login under way, in its turn: without one nobody would ever answer it. */
  const duringLogin = (call: (outcome: Outcome) => void): Promise<void> =>
    asked((outcome) =>
      isOver(lifeline.state()) ? outcome(new ConnectionError('NotConnected', 'call open() first')) : call(outcome),
    )

  const leave = (event: 'closeCalled' | 'destroyCalled'): Promise<CloseResult> =>
    new Promise((resolve) =>
      lifeline.run((step) => {
        if (event === 'closeCalled' && lifeline.state() === 'idle' && lifeline.sockets() === 0)
          return resolve({ confirmed: true })
        closing.push(resolve)
        hadSession = false
        step({ type: event })
        tokens.end()
        messaging.close()
      }),
    )

  return {
    messaging,
    /** Returns how to stop listening. */
    on: <E extends EventName>(event: E, listener: Listener<E>) => {
      if (!destroyed) emitter.on(event, listener)
      return () => emitter.off(event, listener)
    },
    off: emitter.off,
    state: lifeline.state,
    user: () => user,
    token,
    deviceId: self.deviceId,
    restBase,
    http,
    stats: () => ({
      sockets: lifeline.sockets(),
      slots: slots.stats(),
      roundTrip,
    }),

    // Asked inside a handler, these wait for what was asked before them: whether they may is decided when their turn comes.
    open: ({ user: who, pwd, accessToken, timeout }: CheckedLogin): Promise<void> =>
      asked((outcome, step) => {
        const state = lifeline.state()
        if ((state !== 'gaveUp' && !isOver(state)) || opening.length > 0)
          return outcome(new ConnectionError('ConnectionExist'))
        if (pwd !== undefined) logger.protect(pwd)
        log(2, 'connection', 'open', () => ({ user: who, with: pwd === undefined ? 'token' : 'password' }))
        opening.push(outcome)
        if (state !== 'closing' && user !== who) {
          lifeline.session.reset(new ConnectionError('ConnectionClosed'))
          hadSession = false
        }
        user = who
        const byPassword =
          pwd !== undefined && restBase !== undefined && accessToken === undefined
            ? () => exchangePassword(http, restBase, who, pwd)
            : undefined
        tokens.begin(accessToken, tokenProvider ?? byPassword)
        messaging.open(user)
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
        disallowUpload()
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
