// The public object: Easemob's `connection`, each call validated and handed to the core.
import { createCore, type CloseResult, type Core } from '../core'
import { ConnectionError } from '../errors/connection-error'
import type { ConnectionEvents, HandlersOf, ListenerOf } from './events'
import type { Home } from '../home'
import { eventsOf, whyDeaf } from './event-names'
import { checkLogin, checkToken, type Login } from './login'
import type { StateName } from '../machine/state'
import { checked, debugRules, settle, type BaseOptions, type Settings } from './options'
import type { Part } from '../part'

export interface PublishOptions {
  /** 0 at most once, 1 at least once, 2 exactly once. Default 1. */
  readonly qos?: 0 | 1 | 2
  /** Default false. */
  readonly retain?: boolean
}

/**
 * One login of one user. Keeps to the app's socket budget, comes back by itself after drops, and says why when it cannot.
 *
 * Calls reject with a `ConnectionError`; its `code` is listed in docs/codes.md.
 */
export class BaseConnection<Events extends ConnectionEvents = ConnectionEvents> {
  private readonly core: Core
  private readonly settings: Settings
  /** How to remove the handlers that were added under a name. */
  private readonly handlers: Partial<Record<string, (() => void)[]>> = {}

  /** Opens nothing. Throws InvalidOption (35001), which names the option that is wrong. `home` is the entry's business. */
  constructor(options: BaseOptions, home: object) {
    const { platform, logger } = home as Home
    this.settings = settle(options)
    this.core = createCore(this.settings, logger, (missing) => {
      const found = platform(this.settings.wx, missing)
      if (!found) throw new ConnectionError('UnsupportedHere', 'there is no global wx; pass the option wx')
      return found
    })
  }

  /**
   * Hands a part to this connection, early or late, and gives its calls: always the same for the same part. What arrived for
   * it meanwhile is handed to it in order. Throws InvalidArgument on a part of another version of this package, and what is
   * wrong with the part's options.
   */
  use<Api>(part: Part<Api>): Api {
    return this.core.use(part)
  }

  /**
   * Logs in. Resolves once the server has accepted; the link is then kept until `close()`.
   *
   * Definite refusals reject at once and are not retried; time-outs are, within `timeout` (seconds) or autoReconnectNumMax.
   * Errors: InvalidArgument, ConnectionExist 34001, ConnectionTimeout 34006, any refusal of the server. Source: RongCloud, 连接; Easemob, 初始化及登录.
   */
  open(login: Login): Promise<{ readonly user: string; readonly accessToken: string }> {
    return attempted(() => {
      const checked = checkLogin(login, this.settings.tokenProvider !== undefined, this.settings.apiUrl !== undefined)
      return this.core.open(checked).then(() => ({ user: checked.user, accessToken: this.core.token() }))
    })
  }

  /**
   * Logs out. Wins over everything under way. Resolves when the socket is closed, or after at most 20 s, and then says
   * whether the platform confirmed it. Does not forget messages that wait to be sent. Source: Easemob, 初始化及登录.
   */
  close(): Promise<CloseResult> {
    return this.core.close()
  }

  /**
   * As `close()`, and for good: from this call on no handler is called, and when it resolves no timer and no socket is left.
   * A socket whose end was not confirmed is still asked to close, for 75 s at most; then its slot is given back all the same.
   * `done` is called when it resolves, with CloseUnconfirmed 35035 where the platform never said that the socket is closed. Source: NIM, 登录登出.
   */
  destroy(options?: { readonly done?: ((error?: ConnectionError) => void) | undefined }): Promise<CloseResult> {
    const done = options?.done
    const gone = this.core.destroy()
    void gone.then(({ confirmed }) => done?.(confirmed ? undefined : new ConnectionError('CloseUnconfirmed')))
    return gone
  }

  /**
   * Uses a new token from now on, without dropping the link where the server can, else with a quick reconnect that loses
   * nothing. Resolves when the server has accepted it. Errors: NotConnected when no login is under way. Source: Easemob, 初始化及登录.
   */
  renewToken(token: string): Promise<void> {
    return attempted(() => this.core.renewToken(checkToken(token)))
  }

  /** Changes the options `debug` and `logFunc`; what is left out or undefined stays. Throws InvalidOption. Source: NIM, 登录登出. */
  setDebug(options: Pick<BaseOptions, 'debug' | 'logFunc'>): void {
    Object.assign(this.settings, checked(debugRules, options))
  }

  /** Whether messages flow right now. */
  isOpened(): boolean {
    return this.core.state() === 'online'
  }

  /** Where the connection stands; docs/states.md lists the states. */
  get state(): StateName {
    return this.core.state()
  }

  /** The user of the last `open()`; empty before it. */
  get user(): string {
    return this.core.user()
  }

  /** The option, or what was drawn for this phone. */
  get deviceId(): string {
    return this.core.deviceId
  }

  /** For a status page: sockets of this connection, slots of the whole app, milliseconds of the last answered ping. */
  stats(): {
    readonly sockets: number
    readonly slots: { readonly taken: number; readonly most: number; readonly max: number }
    readonly roundTrip: number | undefined
  } {
    return this.core.stats()
  }

  /**
   * Adds handlers under a name; the same name replaces them. Throws InvalidArgument, and adds none, where a name is no event or a
   * handler no function; `undefined` counts as left out. Source: Easemob, 初始化及登录.
   */
  addEventHandler(id: string, handlers: HandlersOf<Events>): void {
    if (handlers !== Object(handlers)) refuse('addEventHandler() takes a name and an object of handlers')
    const given = handlers as Readonly<Record<string, (payload: unknown) => void>>
    const events = eventsOf(given)
    for (const event of events) refuse(whyDeaf(event, given[event]))
    this.removeEventHandler(id)
    this.handlers[id] = events.map((event) => this.core.on(event, (payload) => given[event]!.call(handlers, payload)))
  }

  /** Removes what was added under this name. Source: Easemob, 初始化及登录. */
  removeEventHandler(id: string): void {
    this.handlers[id]?.forEach((remove) => remove())
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the names are the app's
    delete this.handlers[id]
  }

  /** Listens to one event; a listener that throws does not keep others from hearing. Throws InvalidArgument for what is no event or no function. */
  on<E extends keyof Events & string>(event: E, listener: ListenerOf<Events, E>): this {
    refuse(whyDeaf(event, listener))
    this.core.on(event, listener)
    return this
  }

  off<E extends keyof Events & string>(event: E, listener: ListenerOf<Events, E>): this {
    this.core.off(event, listener)
    return this
  }

  /**
   * Publishes raw bytes or text to a topic. Resolves when the server has it (QoS 0: when it was handed to the socket).
   * Not queued: rejects with NotConnected while there is no link; once in flight, QoS 1 and 2 survive lost links.
   * Errors: InvalidArgument, NotConnected, PublishRefused or the server's own number, PacketTooLarge, QueueFull.
   */
  publish(topic: string, payload: string | Uint8Array, options?: PublishOptions): Promise<void> {
    return attempted(() => {
      const { qos = 1, retain = false } = Object(options) as PublishOptions
      if (typeof topic !== 'string') refuse('topic must be text')
      if (typeof payload !== 'string' && Object.prototype.toString.call(payload) !== '[object Uint8Array]')
        refuse('payload must be text or a Uint8Array')
      checkQos(qos)
      return this.core.publish({ topic, payload, qos, retain })
    })
  }

  /**
   * Subscribes to topic filters; restored by itself whenever the server lost the session. Messages arrive through `onRawMessage`.
   * While the link is down it waits for the link. Errors: InvalidArgument, NotConnected when no login is under way, SubscriptionRefused.
   */
  subscribe(filters: string | readonly string[], options?: Pick<PublishOptions, 'qos'>): Promise<void> {
    return attempted(() => {
      const { qos = 1 } = Object(options) as PublishOptions
      checkQos(qos)
      return this.core.subscribe(checkFilters(filters), qos)
    })
  }

  unsubscribe(filters: string | readonly string[]): Promise<void> {
    return attempted(() => this.core.unsubscribe(checkFilters(filters)))
  }
}

const refuse = (why: string | undefined): void => {
  if (why) throw new ConnectionError('InvalidArgument', why)
}

const checkQos = (qos: unknown): void => {
  if (qos !== 0 && qos !== 1 && qos !== 2) refuse(`qos must be 0, 1 or 2, not ${String(qos)}`)
}

const checkFilters = (filters: string | readonly string[]): string[] => {
  const list = ([] as string[]).concat(filters)
  if (!list.length || !list.every((filter: unknown) => typeof filter === 'string'))
    refuse('filters must be a text or a list of texts')
  return list
}

/** A refusal of the arguments arrives where every other refusal does: in the promise. */
const attempted = <T>(call: () => Promise<T>): Promise<T> => {
  try {
    return call()
  } catch (error) {
    return Promise.reject(error)
  }
}
