// The world of a fuzzed SDK: one phone with the shipped file, a broker, REST, one clock; and the question whether all is still well.
import type { HttpHandler } from '../../../simulator/links/memory-http'
import { createMemoryHttp } from '../../../simulator/links/memory-http'
import { createMemoryNetwork } from '../../../simulator/links/memory-link'
import { createPhone, type Phone } from '../../../simulator/core/phone'
import type { Link, LinkEvents } from '../../../simulator/core/link'
import type { VirtualClock } from '../../../simulator/core/virtual-clock'
import { boot } from '../../../simulator/node/boot'
import { virtualClock } from '../../../simulator/node/clocks'
import type * as Sdk from '../../../src/index'
import { createMemoryBroker, type MemoryBroker } from '../../fakes/memory-broker'
import type { Chance } from '../random'
import { faultOf } from './shape'

export const API = 'https://im.example.com'
export const BASE = `${API}/acme/chat`

export interface World {
  readonly clock: VirtualClock
  readonly broker: MemoryBroker
  readonly phone: Phone
  readonly sdk: typeof Sdk
  readonly conn: Sdk.Connection
  /** Makes of what the server sends on a link what it likes; `undefined`: nothing is changed. */
  mangle: ((data: ArrayBuffer | string) => readonly (ArrayBuffer | string)[]) | undefined
  /** To the phone, on its newest link, as if the server had said it. */
  inject(data: ArrayBuffer | string): void
  /** The newest link ends like this. */
  end(code: number, reason: string): void
  rest: HttpHandler
  /** What the app starts with; `open` by default. */
  login: Partial<Sdk.LoginByToken & Sdk.LoginByPassword>
  /** Waits for a promise while the clock runs; throws when it does not settle in `ms`, or with what is no ConnectionError. */
  settled(what: string, promise: Promise<unknown>, ms?: number): Promise<void>
  /**
   * Whatever came: soon it is online, hears the next message, and nothing was thrown into the app. `torn`: the input may have
   * swallowed the message as the rest of a packet that it began; then a new link must bring it.
   */
  well(patience?: number, torn?: boolean): Promise<void>
  check(): void
  stop(): Promise<void>
}

const minute = 60_000
/** Timers that the whole world may set while one input is worked off. */
const MOST_TIMERS = 50_000

export const goodRest: HttpHandler = ({ url }) =>
  url.includes('/endpoints')
    ? { body: { endpoints: [{ url: 'wss://im.example.com/mqtt' }], ttl: 3600 } }
    : url.endsWith('/token')
      ? { body: { access_token: 'good', expires_in: 3600, user: { username: 'alice' } } }
      : url.includes('/chatgroups')
        ? { body: { data: [{ groupid: 'g1' }] } }
        : { status: 404, body: {} }

export function createWorld(chance: Chance, file: string): World {
  const real = virtualClock()
  let timers = 0
  const clock: VirtualClock = {
    ...real,
    setTimeout(run, ms) {
      return ++timers > MOST_TIMERS ? -1 : real.setTimeout(run, ms) // the world stands still, and `check` says why
    },
  }
  const network = createMemoryNetwork({ clock })
  const broker = createMemoryBroker({ network, clock, properties: { topicAliasMaximum: 5 } })
  const http = createMemoryHttp({ clock })
  http.serve(API, (request) => world.rest(request))
  let newest: LinkEvents | undefined
  const link: Link = {
    open(request, events) {
      const mine: LinkEvents = {
        ...events,
        message: (data) => (world.mangle?.(data) ?? [data]).forEach(events.message),
      }
      newest = events
      return network.open(request, mine)
    },
  }
  const phone = createPhone({ clock, link, http, random: chance, maxSockets: 5 })
  const heard = new Set<string>()
  const faults: string[] = []
  let sdk: typeof Sdk
  let conn: Sdk.Connection
  let marks = 0
  let ending = ''

  const login = (to: Sdk.Connection) =>
    void to.open({ user: 'alice', accessToken: 'good', ...world.login }).catch(() => undefined)

  const world: World = {
    clock,
    broker,
    phone,
    get sdk() {
      return sdk
    },
    get conn() {
      return conn
    },
    mangle: undefined,
    inject: (data) => newest?.message(data),
    end: (code, reason) => newest?.closed(code, reason),
    rest: goodRest,
    login: {},
    async settled(what, promise, ms = 30 * minute) {
      let answer: { error?: unknown } | undefined
      promise.then(
        () => (answer = {}),
        (error: unknown) => (answer = { error }),
      )
      const done = await clock.runUntil(() => answer !== undefined, ms)
      world.check()
      if (!done) throw new Error(`${what} has no answer after ${ms / 1000} s`)
      const error = answer?.error
      if (error !== undefined && !sdk.isConnectionError(error))
        throw new Error(`${what} failed with what is no ConnectionError`, { cause: error })
    },
    check() {
      if (timers > MOST_TIMERS) throw new Error(`more than ${MOST_TIMERS} timers for one input`)
      const [error] = phone.errors
      if (error !== undefined) throw new Error('thrown into the app', { cause: error })
      if (faults.length > 0) throw new Error(`the app was handed what is no message: ${faults[0]}`)
      if (phone.sockets.most > 2) throw new Error(`${phone.sockets.most} sockets at once`)
    },
    async well(patience = 5 * minute, torn = false) {
      world.check()
      timers = 0
      world.mangle = undefined
      world.rest = goodRest
      const before = conn.state
      if (['stopped', 'idle'].includes(conn.state)) login(conn)
      const listens = () => broker.sessions.get('acme/chat/alice')?.subscriptions.has('acme/chat/u/alice/+') === true
      if (!(await clock.runUntil(() => conn.isOpened() && listens(), patience)))
        throw new Error(`${before}, and ${conn.state} after ${patience / 1000} s (it last ended with: ${ending})`)
      const mark = `mark-${++marks}`
      const json = JSON.stringify({ id: mark, type: 'txt', time: clock.now(), body: { msg: mark } })
      broker.publish('acme/chat/u/alice/bob', json)
      const arrived = (within: number) => clock.runUntil(() => heard.has(mark), within)
      if (torn && !(await arrived(minute))) world.end(1006, '')
      if (!(await arrived(patience)))
        throw new Error(`the next good message did not arrive; the connection is ${conn.state}`)
      world.check()
      timers = 0
    },
    async stop() {
      const gone = conn.destroy()
      await clock.advance(2 * minute)
      await gone
      world.check()
      if (phone.timersLeft() > 0) throw new Error(`${phone.timersLeft()} timers left after destroy()`)
      phone.dispose()
    },
  }

  boot(phone, {
    file,
    app: (load) => {
      sdk = load('miniprogram-im') as typeof Sdk
      sdk.logger.setConsoleLogVisibility(false)
      conn = new sdk.Connection({
        appKey: 'acme#chat',
        apiUrl: API,
        url: broker.url,
        autoReconnectNumMax: Infinity,
        enableReportLogs: true,
        delivery: true,
      })
      conn.on('onMessages', (messages) => {
        for (const message of messages) {
          const fault = faultOf(message)
          if (fault !== undefined) faults.push(fault)
        }
      })
      conn.on('onTextMessage', ({ msg }) => heard.add(msg))
      conn.on('onDisconnected', ({ message }) => (ending = message))
      login(conn)
    },
  })
  return world
}
