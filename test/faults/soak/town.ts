// The world of a soak: three phones with the shipped file, each behind a faulty link, one broker, one REST server, one clock.
import { join } from 'node:path'
import type { HttpRequest } from '../../../simulator/core/http-port'
import { createPhone, type Phone } from '../../../simulator/core/phone'
import { harsh, type Profile } from '../../../simulator/core/quirks'
import type { VirtualClock } from '../../../simulator/core/virtual-clock'
import { createMemoryHttp, type HttpReply } from '../../../simulator/links/memory-http'
import { createMemoryNetwork } from '../../../simulator/links/memory-link'
import { boot } from '../../../simulator/node/boot'
import { virtualClock } from '../../../simulator/node/clocks'
import type * as Sdk from '../../../src/index'
import { createMemoryBroker, type MemoryBroker } from '../../fakes/memory-broker'
import { createFaultyLink, type FaultyLink } from '../faulty-link'
import { chanceOf, count, type Chance, type Tally } from '../random'
import { createLedger, idOf, type Ledger } from './ledger'

/** SDK_FILE: another build to test. */
export const SHIPPED = process.env.SDK_FILE ?? join(__dirname, '../../../miniprogram_dist/index.js')
const API = 'https://im.example.com'
const TOKEN_LIFE = 2 * 3_600
/** Definite ends that a storm may bring: several short sessions in a row are read as another device that fights back. */
const mayEnd = ['UserLoginAnotherDevice']

export interface Citizen {
  readonly user: string
  readonly phone: Phone
  readonly link: FaultyLink
  conn: Sdk.Connection | undefined
  /** Events that a destroyed connection still said, and the connections that were destroyed. */
  readonly ghosts: string[]
  readonly destroyed: Sdk.Connection[]
  start(): void
  destroy(): void
  write(): void
}

export interface Town {
  readonly clock: VirtualClock
  readonly broker: MemoryBroker
  readonly citizens: readonly Citizen[]
  readonly ledger: Ledger
  readonly tally: Tally
  /** Part of the REST calls that fail. */
  restTrouble: number
  /** What went wrong for good, in words; stays empty. */
  readonly wrong: string[]
}

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const tokenFor = (sub: string, now: number) =>
  `${base64url({ alg: 'none' })}.${base64url({ sub, iat: Math.floor(now / 1000), exp: Math.floor(now / 1000) + TOKEN_LIFE })}.x`
const claims = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sub: string; exp: number }

export const createTown = (seed: number): Town => {
  const chance = chanceOf(seed)
  const clock = virtualClock()
  const network = createMemoryNetwork({ clock })
  const tally: Tally = {}
  const ledger = createLedger()
  const wrong: string[] = []
  const broker = createMemoryBroker({
    network,
    clock,
    properties: { receiveMaximum: 20 },
    authenticate: (user, token) => {
      const { sub, exp } = claims(token)
      return sub === user && exp * 1000 > clock.now() ? undefined : 0x87
    },
  })
  const town = { clock, broker, ledger, tally, wrong, restTrouble: 0 }
  const users = ['alice', 'bob', 'carol']
  const rest = (request: HttpRequest): HttpReply => {
    if (chance.yes(town.restTrouble)) {
      count(tally, 'REST trouble')
      return troubleOf(chance)
    }
    const path = request.url.slice(API.length).replace(/\?.*/, '')
    if (path.endsWith('/endpoints')) {
      const urls = ['wss://dead.example.com/mqtt', broker.url, 'not a url']
      return { body: { endpoints: (chance.yes(0.5) ? urls : urls.slice(1)).map((url) => ({ url })), ttl: 7200 } }
    }
    return path.endsWith('/chatgroups') ? { body: { data: [{ groupid: 'g1' }] } } : { status: 404, body: {} }
  }
  const citizens = users.map((user, n) => settle(user, n))

  function settle(user: string, n: number): Citizen {
    const profile = (['android', 'ios', 'pc'] as const satisfies readonly Profile[])[n]!
    const link = createFaultyLink(clock, network, chanceOf(seed * 100 + n), tally)
    const http = createMemoryHttp({ clock })
    http.serve(API, rest)
    const phone = createPhone({
      clock,
      link,
      http,
      profile,
      name: user,
      maxSockets: 5, // more than the SDK may take, so that one too many shows
      random: chanceOf(seed * 1000 + n),
      quirks: { ...harsh(profile), tornWrites: true },
    })
    const make = ({ Connection }: typeof Sdk): Sdk.Connection => {
      const conn = new Connection({
        appKey: 'acme#chat',
        apiUrl: API,
        url: broker.url,
        delivery: true,
        historyMaxBytes: 64 << 20,
        outboxMaxBytes: 4 << 20,
        outboxMaxCount: 20_000,
        outboxMaxAge: Infinity,
        autoReconnectNumMax: user === 'carol' ? 5 : Infinity,
        tokenProvider: () =>
          chance.yes(town.restTrouble)
            ? chance.yes(0.5)
              ? Promise.reject(new Error('the app server is down'))
              : new Promise<string>(() => undefined)
            : Promise.resolve(tokenFor(user, clock.now())),
      })
      const heard = (what: string) => {
        if (citizen.destroyed.includes(conn)) citizen.ghosts.push(`${user}: ${what}`)
      }
      conn.on('onStateChange', ({ to }) => heard(`state ${to}`))
      conn.on('onReconnecting', () => {
        heard('reconnecting')
        count(tally, '(came back or tried to)')
      })
      conn.on('onTextMessage', ({ msg }) => {
        heard(msg)
        ledger.handled(user, msg)
      })
      conn.on('onReceivedMessage', ({ id }) => {
        heard(`acknowledged ${id}`)
        ledger.acknowledged(id)
      })
      conn.on('onMessageFailed', ({ id, error }) => wrong.push(`${user}: ${id} failed: ${error.message}`))
      conn.on('onDisconnected', ({ name, message }) => {
        heard(`disconnected ${name}`)
        if (conn.state !== 'stopped') return // gave up: the app's return brings it back
        if (mayEnd.includes(name)) login(conn)
        else wrong.push(`${user}: stopped: ${message}`)
      })
      return conn
    }
    const login = (conn: Sdk.Connection): void => {
      conn.open({ user, timeout: 0 }).catch((error: unknown) => {
        const { name } = error as Sdk.ConnectionError
        if (!['ConnectionClosed', 'Destroyed', ...mayEnd].includes(name)) wrong.push(`${user}: open: ${String(error)}`)
      })
    }

    const app = boot(phone, {
      file: SHIPPED,
      app: (load) => {
        citizen.conn = undefined
        sdk = load('miniprogram-im') as typeof Sdk
        sdk.logger.setConsoleLogVisibility(false)
        citizen.start()
      },
    })
    void app
    return citizen
  }

  // Declared apart from `settle`, whose callbacks run while it is being made.
  return Object.assign(town, { citizens })
}

const troubleOf = (chance: Chance): HttpReply =>
  chance.one<HttpReply>([
    undefined,
    { status: 500, body: 'oops' },
    { status: 503, body: { error: 'busy', code: 31003 } },
    { status: 429, body: '' },
    { status: 200, body: '<html>captive portal</html>' },
    { status: 200, body: '{"data":[{"groupid":' },
    { failure: { kind: 'refused' } },
    { failure: { kind: 'timeout' } },
  ])
