// What connection tests share: phones with the shipped file in them, a broker, one clock, and everything that was heard, in order.
// After every test the world is healed, everything is destroyed, and nothing may be left or have broken a promise.
import { join } from 'node:path'
import { createPhone, type Phone, type PhoneOptions } from '../../simulator/core/phone'
import { createMemoryHttp, type MemoryHttp } from '../../simulator/links/memory-http'
import { createMemoryNetwork, type MemoryNetwork } from '../../simulator/links/memory-link'
import type { SocketTask } from '../../simulator/core/socket-listeners'
import type { VirtualClock } from '../../simulator/core/virtual-clock'
import { boot, type Booted } from '../../simulator/node/boot'
import { virtualClock } from '../../simulator/node/clocks'
import type * as Sdk from '../../src/index'
import { createMemoryBroker, type MemoryBroker, type MemoryBrokerOptions } from '../fakes/memory-broker'
import { seeded } from '../fakes/seeded'

/** SDK_FILE: another build to test. */
export const SHIPPED = process.env.SDK_FILE ?? join(__dirname, '../../miniprogram_dist/index.js')
const ELSEWHERE = 'wss://elsewhere.example.com/'
export const API = 'https://im.example.com'

/** Longer than anything of the SDK waits: a socket is written off after 75 s. */
const AFTERWARDS = 90_000

export interface Line {
  readonly it: Sdk.Connection
  /** What the app heard, and how its open(), close() and destroy() ended, in order. */
  readonly events: string[]
  readonly states: string[]
  /** Delays of onReconnecting, in ms. */
  readonly delays: number[]
  /** Outcomes go to `events`; resolves when there is one. */
  open(login?: Partial<Sdk.Login>): Promise<void>
  close(): Promise<void>
  destroy(): Promise<void>
  /** Takes what was heard so far. */
  heard(): string[]
}

export interface Device {
  readonly phone: Phone
  readonly app: Booted
  /** The package, as the app of today's process required it. */
  readonly sdk: typeof Sdk
  /** `copy`: the class of another copy of the package. */
  connect(options?: Partial<Sdk.ConnectionOptions>, user?: string, copy?: typeof Sdk.Connection): Line
  /** Sockets that some other library of the app opens. */
  strangers(count: number): SocketTask[]
}

export interface DeviceOptions extends Partial<PhoneOptions> {
  readonly promise?: 'native' | 'macrotask'
  /** The most sockets that all connections of this phone may ever hold; 2. */
  readonly budget?: number
}

export interface World {
  readonly clock: VirtualClock
  readonly network: MemoryNetwork
  readonly http: MemoryHttp
  readonly broker: MemoryBroker
  device(options?: DeviceOptions): Device
  /** A device with one connection that is online, its first `opened` and `connected` taken away. */
  online(options?: Partial<Sdk.ConnectionOptions>, device?: DeviceOptions): Promise<Device & Line>
  wait(ms: number): Promise<void>
  /** Moves on until it holds; fails after `ms`. */
  until(condition: () => boolean, ms?: number): Promise<void>
}

interface Stage {
  readonly world: World
  readonly devices: Made[]
}

interface Made {
  readonly device: Device
  readonly budget: number
  /** `boots`: the process that it lives in; `gone`: the test destroyed it. */
  readonly lines: (Line & { readonly boots: number; gone: boolean })[]
  readonly strangers: SocketTask[]
}

const stages: Stage[] = []

export const createWorld = (options: Partial<MemoryBrokerOptions> = {}): World => {
  const clock = virtualClock()
  const network = createMemoryNetwork({ clock })
  const http = createMemoryHttp({ clock })
  const broker = createMemoryBroker({ network, clock, ...options })
  const devices: Made[] = []
  network.listen(ELSEWHERE, () => undefined)

  const device = ({ promise, budget = 2, ...rest }: DeviceOptions = {}): Device => {
    // More slots than the SDK may take, so that one too many shows.
    const phone = createPhone({
      clock,
      link: network,
      http,
      maxSockets: 5,
      random: seeded(devices.length + 1),
      ...rest,
      // The budget is counted at the phone, which is exact only where it releases a slot at once.
      quirks: { slotReleaseDelay: 0, ...rest.quirks },
    })
    const app = boot(phone, { file: SHIPPED, ...(promise && { promise }) })
    const lines: Made['lines'] = []
    const strangers: SocketTask[] = []
    const made: Device = {
      phone,
      app,
      get sdk() {
        return app.exports as typeof Sdk
      },
      connect(connection = {}, user = 'alice', copy = made.sdk.Connection) {
        const it = new copy({ appKey: 'acme#chat', url: broker.url, ...connection })
        const line = { ...listen(it, user), boots: phone.boots, gone: false }
        const { destroy } = line
        line.destroy = () => {
          line.gone = true
          return destroy()
        }
        lines.push(line)
        return line
      },
      strangers(count) {
        const asked = Array.from({ length: count }, () => phone.wx.connectSocket({ url: ELSEWHERE })).filter(
          (task) => (task as SocketTask | undefined) !== undefined, // some phones give none when they refuse
        )
        strangers.push(...asked)
        return asked
      },
    }
    devices.push({ device: made, budget, lines, strangers })
    return made
  }

  const world: World = {
    clock,
    network,
    http,
    broker,
    device,
    async online(connection, phone) {
      const made = device(phone)
      const line = made.connect(connection)
      void line.open()
      await world.until(() => line.it.isOpened())
      await world.wait(10)
      line.events.length = 0
      return Object.assign(made, line)
    },
    wait: (ms) => clock.advance(ms),
    async until(condition, ms = 120_000) {
      if (!(await clock.runUntil(condition, ms))) throw new Error(`still not so after ${ms} ms: ${String(condition)}`)
    },
  }
  stages.push({ world, devices })
  return world
}

/** Writes down everything that a connection says. */
const listen = (it: Sdk.Connection, user: string): Line => {
  const events: string[] = []
  const states: string[] = []
  const delays: number[] = []
  const note = (what: string) => void events.push(what)

  it.on('onConnected', ({ resumed }) => note(resumed ? 'connected, resumed' : 'connected'))
  it.on('onReconnecting', ({ attempt, delay, cause }) => {
    delays.push(delay)
    note(`reconnecting ${attempt}: ${cause.name}`)
  })
  it.on('onDisconnected', ({ name }) => note(`disconnected: ${name}`))
  it.on('onOnline', () => note('network back'))
  it.on('onOffline', () => note('network gone'))
  it.on('onError', ({ name }) => note(`error: ${name}`))
  it.on('onTokenWillExpire', () => note('token will expire'))
  it.on('onTokenExpired', () => note('token expired'))
  it.on('onRawMessage', ({ topic, payload, qos }) => note(`${topic} ${qos} ${Buffer.from(payload).toString()}`))
  it.on('onStateChange', ({ to }) => void states.push(to))

  return {
    it,
    events,
    states,
    delays,
    open: (login) =>
      it.open({ user, accessToken: 'good', ...login }).then(
        () => note('opened'),
        (error: Sdk.ConnectionError) => note(`open refused: ${error.name}`),
      ),
    close: () => it.close().then(({ confirmed }) => note(confirmed ? 'closed' : 'closed, unconfirmed')),
    destroy: () => it.destroy().then(({ confirmed }) => note(confirmed ? 'destroyed' : 'destroyed, unconfirmed')),
    heard: () => events.splice(0),
  }
}

/** What the phone's sockets went through, in order: `connect 1`, `open 1`, `close 1`, `end 1`. */
export const socketsOf = ({ phone }: Device): string[] =>
  phone.trace
    .filter(({ what }) => ['connect', 'open', 'close-asked', 'end', 'refused'].includes(what))
    .map(({ what, detail }) => `${what === 'close-asked' ? 'close' : what} ${/^#(\d+)/.exec(detail)?.[1] ?? ''}`.trim())

/** Sockets asked for so far. */
export const dials = ({ phone }: Device): number =>
  phone.trace.filter(({ what }) => what === 'connect' || what === 'refused').length

const tearDown = async ({ world, devices }: Stage): Promise<void> => {
  const { clock } = world
  for (const { device, lines, strangers } of devices) {
    const { phone } = device
    Object.assign(phone.quirks, {
      closeFailure: undefined,
      sendFailure: undefined,
      handshake: 'normal',
      suspendEcho: 0,
    })
    phone.network.halfOpen(false)
    phone.network.stall(false)
    phone.network.set('wifi')
    const { boots } = phone
    phone.show()
    for (const stranger of strangers) stranger.close({ code: 1000 })
    for (const line of lines) if (line.boots === boots && phone.boots === boots && !line.gone) void line.destroy()
  }
  await clock.advance(AFTERWARDS)
  const before = devices.map(({ device, lines }) => [dials(device), lines.map(({ events }) => events.length)])
  await clock.advance(AFTERWARDS)
  const after = devices.map(({ device, lines }) => [dials(device), lines.map(({ events }) => events.length)])
  // Nothing happens after destroy(), and nothing is left.
  expect(after).toEqual(before)
  for (const { device, budget, lines } of devices) {
    const { phone } = device
    const current = lines.filter(({ boots }) => boots === phone.boots)
    expect(current.map(({ it }) => [it.state, it.stats().sockets])).toEqual(current.map(() => ['destroyed', 0]))
    expect({ errors: phone.errors, sockets: phone.sockets.open, timers: phone.timersLeft() }).toEqual({
      errors: [],
      sockets: 0,
      timers: 0,
    })
    // Never more than the budget, whatever happened.
    expect(phone.sockets.most).toBeLessThanOrEqual(budget)
    phone.dispose()
  }
  expect(world.broker.violations).toEqual([])
  await clock.advance(AFTERWARDS)
  expect(clock.pending()).toEqual([])
}

/** Ends every world there is; by itself after each test. */
export const endWorlds = async (): Promise<void> => {
  for (const stage of stages.splice(0)) await tearDown(stage)
}

afterEach(endWorlds)
