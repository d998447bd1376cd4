// The composition root: joins runtime, mqtt, wx, token, message and log into one connection.
import { ConnectionError } from './errors/connection-error'
import type { ErrorName } from './errors/codes'
import type { EventMap, EventName, Listener } from './events'
import type { LogCore } from './log/api'
import type { Log } from './log/record'
import type { CheckedLogin } from './login'
import { isId } from './message/kinds'
import { createMessaging } from './message/messaging'
import type { Messaging } from './message/link'
import { createMqttSession } from './mqtt/session'
import { mayRefuseVersion, refusalOfClose } from './protocol/close-codes'
import type { Outcome, OutgoingMessage } from './protocol/session'
import type { Refusal } from './protocol/refusal'
import { createEmitter } from './runtime/emitter'
import { createEndpoints } from './runtime/endpoints'
import { createLifeline, type Lifeline } from './runtime/lifeline'
import { slotsOf, type Slots } from './runtime/slots'
import { steadyClock } from './runtime/steady-clock'
import type { Settings } from './options'
import { exchangePassword } from './token/password'
import { createTokenSource } from './token/token-source'
import { whyNot } from './url'
import { VERSION } from './version'
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

interface Waiter<T> {
  readonly resolve: (value: T) => void
  readonly reject: (error: ConnectionError) => void
}

const settleAll = <T>(queue: Waiter<T>[], settle: (waiter: Waiter<T>) => void) => queue.splice(0).forEach(settle)

/** Failures before the login that speak against the address, not against the user. */
const OF_THE_ADDRESS: readonly ErrorName[] = [
  'SocketFailed',
  'SocketTimeout',
  'TlsFailed',
  'HandshakeRefused',
  'LinkLost',
  'ServerUnavailable',
  'ServerShuttingDown',
  'ServerBusy',
]

const randomId = (): string => {
  let id = ''
  while (id.length < 16) id += Math.floor(Math.random() * 16).toString(16)
  return id
}

let connections = 0

export type Core = ReturnType<typeof createCore>

export const createCore = (settings: Settings, wx: WxApi, logger: LogCore) => {
  const { org, app, url, apiUrl, tokenProvider } = settings
  const log: Log = logger.scope(++connections, {
    debug: settings.debug,
    ...(settings.logFunc && { logFunc: settings.logFunc }),
  })
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

  const kept = storage.get('miniprogram-im.device')
  const deviceId = settings.deviceId ?? (isId(kept) ? kept : randomId())
  if (settings.deviceId === undefined) storage.set('miniprogram-im.device', deviceId)
  const { platform: system } = device.info()
  /** Absent where the phone does not tell: a server with an app check on refuses that (31005). */
  const platform: Record<string, string> = system ? { platform: `wechat-${system.toLowerCase()}` } : {}
  const restBase = apiUrl === undefined ? undefined : `${apiUrl}/${org}/${app}`

  let user = ''
  let roundTrip: number | undefined
  const opening: Waiter<void>[] = []
  const closing: Waiter<CloseResult>[] = []
  const renewing: Waiter<void>[] = []

  /** Brings a new token to the server: on the living link where the protocol can, else by coming back with it. */
  const present = (token: string) =>
    lifeline.run(() => {
      if (lifeline.state() === 'online' && lifeline.session.reauthenticate(token, clock.now())) return
      lifeline.post({ type: 'tokenReplaced' })
    })

  const stopFor = (refusal: Refusal) => lifeline.refuse(refusal)

  const tokens = createTokenSource(
    clock.now,
    wxClock.now,
    {
      willExpire: (remaining) => emit('onTokenWillExpire', { remaining }),
      expired: () => emit('onTokenExpired', undefined),
      renewed: present,
      refused: stopFor,
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
          userProperties: { ...platform, deviceId, sdk: VERSION },
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
              request: {
                url: address,
                protocols: ['mqtt'],
                header: {
                  ...(system && { 'x-im-platform': `wechat-${system.toLowerCase()}` }),
                  'x-im-device': deviceId,
                },
              },
              credentials: {
                userName: settings.usernameFormat.replace('{user}', user).replace('{org}', org).replace('{app}', app),
                clientId: `${org}/${app}/${user}${settings.multiDevice ? `/${deviceId}` : ''}`,
                token,
              },
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
        settleAll(renewing, ({ resolve }) => resolve())
        messaging.online(info)
        emit('onConnected', info)
      },
      opened: () => settleAll(opening, ({ resolve }) => resolve()),
      ended: (error) => {
        settleAll(opening, ({ reject }) => reject(error))
        settleAll(renewing, ({ reject }) => reject(error))
      },
      closed: (confirmed) => settleAll(closing, ({ resolve }) => resolve({ confirmed })),
      message: (message, acknowledge) => {
        if (messaging.received(message.topic, message.payload, () => lifeline.append(acknowledge))) return
        emit('onRawMessage', message)
        acknowledge()
      },
      refused: (refusal, whileOnline) => {
        if (refusal.name === 'TokenExpired' && tokens.expire()) emit('onTokenExpired', undefined)
        if (!whileOnline && OF_THE_ADDRESS.indexOf(refusal.name) >= 0) endpoints.failed()
      },
      alive: (ms) => {
        roundTrip = ms
      },
      reauthenticated: (refusal) => {
        if (!refusal) settleAll(renewing, ({ resolve }) => resolve())
        // Unanswered. A link that ended over it comes back by itself, with this token or, if it was refused, a fresh one.
        else if (lifeline.state() === 'online') lifeline.post({ type: 'tokenReplaced' })
      },
    },
  })

  const messaging: Messaging = createMessaging({
    ...settings,
    clock,
    random: Math.random,
    files,
    http,
    storage,
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
      token: () => tokens.current() ?? '',
    },
  })

  const disallowUpload =
    settings.enableReportLogs && restBase !== undefined
      ? logger.allowUpload({ base: restBase, token: () => tokens.current() ?? '' })
      : () => undefined

  let destroyed = false
  const usable = (): Promise<never> | undefined =>
    destroyed ? Promise.reject(new ConnectionError('Destroyed')) : undefined

  /** A call that means the login under way, in its turn: without one nobody would ever answer it. */
  const duringLogin = (call: (outcome: Outcome) => void): Promise<void> =>
    usable() ??
    new Promise((resolve, reject) =>
      lifeline.append(() => {
        const state = lifeline.state()
        if (state === 'idle' || state === 'stopped' || state === 'closing')
          reject(new ConnectionError('NotConnected', 'call open() first'))
        else call((error) => (error ? reject(error) : resolve()))
      }),
    )

  return {
    messaging,
    on: <E extends EventName>(event: E, listener: Listener<E>) => {
      if (!destroyed) emitter.on(event, listener)
    },
    off: emitter.off,
    state: lifeline.state,
    user: () => user,
    token: tokens.current,
    deviceId,
    restBase,
    http,
    stats: () => ({
      sockets: lifeline.sockets(),
      slots: slots.stats(),
      roundTrip,
    }),

    // Asked inside a handler, these wait for what was asked before them: whether they may is decided when their turn comes.
    open: ({ user: who, pwd, accessToken, timeout }: CheckedLogin): Promise<void> =>
      usable() ??
      new Promise((resolve, reject) =>
        lifeline.run((step) => {
          const state = lifeline.state()
          const free = state === 'idle' || state === 'stopped' || state === 'gaveUp' || state === 'closing'
          if (!free || opening.length > 0) return reject(new ConnectionError('ConnectionExist'))
          if (pwd !== undefined) logger.protect(pwd)
          log(2, 'connection', 'open', () => ({ user: who, with: pwd === undefined ? 'token' : 'password' }))
          opening.push({ resolve, reject })
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
      ),

    close: (): Promise<CloseResult> =>
      new Promise((resolve, reject) =>
        lifeline.run((step) => {
          if (lifeline.state() === 'idle' && lifeline.sockets() === 0) return resolve({ confirmed: true })
          log(2, 'connection', 'close')
          closing.push({ resolve, reject })
          hadSession = false
          step({ type: 'closeCalled' })
          tokens.end()
          messaging.close()
        }),
      ),

    destroy: (): Promise<CloseResult> => {
      if (!destroyed) {
        destroyed = true
        log(2, 'connection', 'destroy')
        emitter.clear()
        disallowUpload()
      }
      return new Promise((resolve, reject) =>
        lifeline.run((step) => {
          closing.push({ resolve, reject })
          step({ type: 'destroyCalled' })
          tokens.end()
          messaging.close()
        }),
      )
    },

    renewToken: (token: string): Promise<void> =>
      duringLogin((outcome) => {
        tokens.replace(token)
        renewing.push({ resolve: () => outcome(), reject: outcome })
        present(token)
      }),

    publish: (message: OutgoingMessage): Promise<void> =>
      duringLogin((outcome) => lifeline.session.publish(message, outcome, clock.now())),

    subscribe: (filters: readonly string[], qos: 0 | 1 | 2): Promise<void> =>
      duringLogin((outcome) => lifeline.session.subscribe(filters, qos, outcome, clock.now())),

    unsubscribe: (filters: readonly string[]): Promise<void> =>
      duringLogin((outcome) => lifeline.session.unsubscribe(filters, outcome, clock.now())),
  }
}
