// A soak: users write to each other for days of simulated time while everything goes wrong around them. A ledger holds what
// was acknowledged; the promises of the design are checked all the way.
import type * as Sdk from '../../src/index'
import { createMemoryDisk } from '../../simulator/core/disk'
import { createPhone, type Phone } from '../../simulator/core/phone'
import { harsh } from '../../simulator/core/quirks'
import { createMemoryNetwork } from '../../simulator/links/memory-link'
import { boot } from '../../simulator/node/boot'
import { virtualClock } from '../../simulator/node/clocks'
import { createMemoryBroker } from '../fakes/memory-broker'
import { inRoot } from '../package/project'
import { CLEAR, createFaultyLink, FAULTS, type Counts, type Weather } from './faulty-link'

export interface SoakResult {
  readonly seed: number
  /** Simulated hours. */
  readonly hours: number
  readonly written: number
  readonly acknowledged: number
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  readonly disordered: readonly string[]
  readonly broken: readonly string[]
  readonly faults: Counts & { background: number; networks: number; kills: number; crashes: number; shutdowns: number }
  readonly logins: number
}

const MINUTE = 60_000
const USERS = ['alice', 'bob', 'carol'] as const
type User = (typeof USERS)[number]

/** A small generator, so that a seed plays the same everywhere. */
const randomOf = (seed: number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

interface Party {
  readonly user: User
  readonly phone: Phone
  connection: Sdk.Connection
  readonly handled: string[]
}

/** Runs until `enough` says so, then lets the weather clear and counts. */
export const soak = async (seed: number, enough: (hours: number) => boolean): Promise<SoakResult> => {
  const random = randomOf(seed)
  const chance = (share: number) => random() < share
  const clock = virtualClock()
  const begin = clock.now()
  const network = createMemoryNetwork({ clock, latency: 10 })
  const broker = createMemoryBroker({ network, clock, url: 'wss://im.test/mqtt' })
  const link = createFaultyLink(network, clock, random)
  const faults = { background: 0, networks: 0, kills: 0, crashes: 0, shutdowns: 0 }
  const written = new Map<string, string[]>() // by from>to, in order
  const acknowledged = new Set<string>()
  const broken: string[] = []
  let count = 0
  let logins = 0

  const parties = USERS.map((user, index): Party => {
    const profile = index === 1 ? 'ios' : 'android'
    const phone = createPhone({
      name: user,
      clock,
      link,
      random,
      profile,
      disk: createMemoryDisk(() => clock.now()),
      quirks: { ...harsh(profile), tornWrites: true },
    })
    const party: Party = { user, phone, connection: undefined as unknown as Sdk.Connection, handled: [] }
    boot(phone, {
      file: inRoot('miniprogram_dist', 'index.js'),
      app: (load) => {
        const sdk = load('miniprogram-im') as typeof Sdk
        sdk.logger.setConsoleLogVisibility(false)
        const connection = new sdk.Connection({
          appKey: 'acme#chat',
          url: broker.url,
          isHttpDNS: false,
          autoReconnectNumMax: Infinity,
          outboxMaxCount: 100_000,
          outboxMaxBytes: 20_000_000,
          outboxMaxAge: Infinity,
          historyMaxBytes: 50_000_000,
        })
        party.connection = connection
        connection.addEventHandler('soak', {
          onConnected: () => logins++,
          onTextMessage: ({ msg }) => party.handled.push(msg),
          onReceivedMessage: ({ id }) => acknowledged.add(id),
          onMessageFailed: ({ id, error }) => broken.push(`${id} was given up: ${error.message}`),
          onDisconnected: (error) =>
            broken.push(`${user} was ended: ${error.code} ${error.message} ${JSON.stringify(error.cause)}`),
        })
        connection.open({ user, accessToken: 'good' }).catch(() => undefined) // a killed app hears no answer
      },
    })
    return party
  })
  const write = ({ user, connection, phone }: Party) => {
    if (phone.state !== 'front') return
    const to = USERS[Math.floor(random() * USERS.length)] ?? 'alice'
    if (to === user) return
    const id = `${user}-${to}-${++count}`
    const key = `${user}>${to}`
    const list = written.get(key) ?? []
    written.set(key, list)
    list.push(id)
    connection.send({ type: 'txt', to, msg: id, id }).then(
      () => acknowledged.add(id),
      () => undefined, // it is still in the outbox
    )
  }
  const check = () => {
    for (const { user, phone } of parties) {
      if (phone.sockets.most > 2) broken.push(`${user} held ${phone.sockets.most} sockets`)
      if (phone.errors.length > 0) broken.push(`${user} threw ${String(phone.errors[0])}`)
    }
    if (broker.violations.length > 0) broken.push(...broker.violations)
  }

  const weathers: readonly (() => Weather)[] = [
    () => ({ ...CLEAR, delay: 50 }),
    () => ({ ...CLEAR, delay: 3000, stall: 0.05 }),
    () => Object.assign({ ...CLEAR, delay: 500 }, ...FAULTS.map((fault) => ({ [fault]: 0.01 }))) as Weather,
    () => ({ ...CLEAR, delay: 200, [FAULTS[Math.floor(random() * FAULTS.length)] ?? 'reset']: 0.1 }),
    () => ({ ...CLEAR, delay: 100, refuse: 0.5, hang: 0.2 }),
  ]
  const hours = () => (clock.now() - begin) / (60 * MINUTE)
  let down = false
  while (!enough(hours()) && broken.length === 0) {
    link.weather = weathers[Math.floor(random() * weathers.length)]!()
    for (let step = 0; step < 20; step++) {
      for (const party of parties) {
        for (let n = Math.floor(random() * 4); n > 0; n--) write(party)
        const { phone } = party
        if (chance(0.03)) {
          faults.background++
          phone.hide()
        } else if (phone.state !== 'front' && chance(0.3)) phone.show()
        if (chance(0.02)) {
          faults.networks++
          phone.network.set((['wifi', '4g', 'none', '5g'] as const)[Math.floor(random() * 4)]!)
        } else if (phone.network.type === 'none' && chance(0.3)) phone.network.set('wifi')
        if (chance(0.005)) {
          faults.kills++
          phone.kill()
          phone.show()
        }
      }
      if (down) {
        broker.restart()
        down = false
      } else if (chance(0.005)) {
        down = true
        if (chance(0.5)) {
          faults.crashes++
          broker.crash()
        } else {
          faults.shutdowns++
          broker.shutdown()
        }
      }
      await clock.advance(random() * 30_000)
      check()
    }
  }

  // The weather clears: everything that waits arrives.
  link.weather = CLEAR
  if (down) broker.restart()
  for (const { phone } of parties) {
    if (phone.state !== 'front') phone.show()
    phone.network.set('wifi')
  }
  const every = [...written.values()].flat()
  await clock.runUntil(
    () =>
      every.every((id) => acknowledged.has(id)) && [...broker.sessions.values()].every(({ waiting }) => waiting === 0),
    60 * MINUTE,
  )
  await clock.advance(MINUTE)
  check()

  const lost: string[] = []
  const doubled: string[] = []
  const disordered: string[] = []
  for (const [key, list] of written) {
    const [from = '', to = ''] = key.split('>')
    const handled =
      parties.find(({ user }) => user === to)?.handled.filter((id) => id.startsWith(`${from}-${to}-`)) ?? []
    const seen = new Set(handled)
    lost.push(...list.filter((id) => acknowledged.has(id) && !seen.has(id)))
    doubled.push(...handled.filter((id, at) => handled.indexOf(id) !== at))
    const due = list.filter((id) => seen.has(id))
    if (doubled.length === 0 && due.some((id, at) => handled[at] !== id)) disordered.push(key)
  }
  const result: SoakResult = {
    seed,
    hours: hours(),
    written: every.length,
    acknowledged: acknowledged.size,
    lost,
    doubled,
    disordered,
    broken,
    faults: { ...link.counts, ...faults },
    logins,
  }

  // Nothing is left of anybody.
  for (const { connection, phone, user } of parties) {
    const gone = connection.destroy()
    await clock.advance(2 * MINUTE)
    await gone
    if (phone.sockets.open > 0 || phone.timersLeft() > 0)
      broken.push(`${user} left ${phone.sockets.open} sockets and ${phone.timersLeft()} timers`)
    phone.dispose()
  }
  return result
}
