// What may happen in a random walk, what holds after every step of it, and what must be true once the world is well again.
import type { Quirks } from '../../simulator/core/quirks'
import type { SocketTask } from '../../simulator/core/socket-listeners'
import { dials, type Device, type Line, type World } from './world'

const second = 1_000
export const users = ['alice', 'bob'] as const
type User = (typeof users)[number]

/** What may end a session for good here. The last is how several short sessions in a row are read. */
const definite = ['UserKicked', 'UserBlocked', 'TokenIncorrect', 'UserLoginAnotherDevice']

/** One user: the connection of now, what was asked of it, and what must not be lost. */
interface Seat {
  line: Line
  /** The app wants to be logged in, and nobody refused for good. */
  wanted: boolean
  readonly waiting: Set<string>
  readonly acknowledged: string[]
  readonly heard: string[]
  /** What the server promised to deliver. */
  readonly promised: Set<string>
}

export interface Walk {
  readonly world: World
  readonly device: Device
  /** The phone's quirks before anything happened to them. */
  readonly well: Quirks
  readonly seats: Record<User, Seat>
  /** Destroyed ones, and how much they had heard by then. */
  readonly retired: { readonly line: Line; readonly heard: number }[]
  readonly strangers: SocketTask[]
  up: boolean
  count: number
}

export const seatOf = (walk: Pick<Walk, 'device'>, user: User, old?: Seat): Seat => {
  const seat: Seat = {
    line: walk.device.connect({ heartBeatWait: 10 * second, tokenProvider: () => Promise.resolve('good') }, user),
    wanted: false,
    waiting: new Set(),
    acknowledged: old?.acknowledged ?? [],
    heard: old?.heard ?? [],
    promised: old?.promised ?? new Set(),
  }
  seat.line.it.on('onRawMessage', ({ payload }) => void seat.heard.push(Buffer.from(payload).toString()))
  seat.line.it.on('onDisconnected', ({ name }) => {
    if (seat.line.it.state !== 'stopped') return
    seat.wanted = false
    expect(definite).toContain(name)
  })
  return seat
}

const ask = (walk: Walk, seat: Seat, what: string, call: Promise<unknown>, done?: () => void): void => {
  const name = `${what} ${++walk.count}`
  seat.waiting.add(name)
  void call.then(done, () => undefined).then(() => seat.waiting.delete(name))
}

const login = (user: User) => ({ user, accessToken: 'good' })

/** What may happen; the argument is drawn with the step. */
export const steps = {
  open: (walk: Walk, user: User) => {
    const seat = walk.seats[user]
    const { state } = seat.line.it
    ask(walk, seat, 'open', seat.line.it.open(login(user)))
    if (['idle', 'stopped', 'gaveUp', 'closing'].includes(state)) seat.wanted = true
  },
  close: (walk: Walk, user: User) => {
    const seat = walk.seats[user]
    seat.wanted = false
    ask(walk, seat, 'close', seat.line.it.close())
  },
  destroy: (walk: Walk, user: User) => {
    const seat = walk.seats[user]
    ask(walk, seat, 'destroy', seat.line.destroy())
    walk.retired.push({ line: seat.line, heard: seat.line.events.length })
    walk.seats[user] = seatOf(walk, user, seat)
  },
  publish: (walk: Walk, user: User) => {
    const seat = walk.seats[user]
    const text = `from ${user} ${++walk.count}`
    ask(walk, seat, 'publish', seat.line.it.publish('ledger', text), () => seat.acknowledged.push(text))
  },
  subscribe: (walk: Walk, user: User) => {
    const seat = walk.seats[user]
    ask(walk, seat, 'subscribe', seat.line.it.subscribe(`news/${user}`))
  },
  renewToken: (walk: Walk, user: User) => {
    const seat = walk.seats[user]
    ask(walk, seat, 'renewToken', seat.line.it.renewToken('good'))
  },

  hide: ({ device }: Walk) => device.phone.hide(),
  show: (walk: Walk) => {
    const { phone } = walk.device
    const { boots } = phone
    phone.show()
    if (phone.boots !== boots) coldStart(walk)
  },
  kill: (walk: Walk) => {
    walk.device.phone.kill()
    walk.device.phone.show()
    coldStart(walk)
  },
  network: ({ device }: Walk, type: 'none' | 'wifi' | '4g') => device.phone.network.set(type),
  weak: ({ device }: Walk, on: boolean) => device.phone.network.weak(on),
  halfOpen: ({ device }: Walk, on: boolean) => device.phone.network.halfOpen(on),
  stall: ({ device }: Walk, on: boolean) => device.phone.network.stall(on),
  cut: ({ device }: Walk) => device.phone.network.cutSilently(),
  clock: ({ device }: Walk, jump: number) => void (device.phone.skewMs += jump),
  quirk: ({ device }: Walk, quirks: Partial<Quirks>) => void Object.assign(device.phone.quirks, quirks),
  stranger: ({ device, strangers }: Walk) => {
    if (strangers.length < 4) strangers.push(...device.strangers(1))
  },
  strangerLeaves: ({ strangers }: Walk) => strangers.pop()?.close({ code: 1000 }),

  server: (walk: Walk, what: 'crash' | 'shutdown' | 'vanish' | 'restart' | 'forget') => {
    const { broker } = walk.world
    if (what === 'forget') {
      broker.crash({ loseSessions: true })
      for (const user of users) walk.seats[user].promised.clear()
    } else if (what !== 'restart') broker[what]()
    if (what === 'vanish' || (what === 'restart' && walk.up)) broker.crash()
    if (what === 'restart') broker.restart()
    walk.up = what === 'restart'
  },
  silent: ({ world }: Walk) => world.broker.silent(),
  kick: ({ world }: Walk, [code, words]: readonly [number, object]) =>
    users.forEach((user) => world.broker.kick(user, code, words)),
  refuse: ({ world }: Walk, code: number) => world.broker.refuseNext(code),
  drop: ({ world }: Walk, code: number) => world.broker.dropBeforeConnack(code),
  ignore: ({ world }: Walk) => world.broker.ignoreConnect(),
  late: ({ world }: Walk, ms: number) => world.broker.answerLate(ms),
  lose: ({ world }: Walk, cmd: 'connack' | 'puback' | 'pingresp' | 'suback') => world.broker.lose(cmd),
  only311: ({ world }: Walk, on: boolean) => world.broker.only311(on),
  news: (walk: Walk, user: User) => {
    const text = `news ${++walk.count}`
    if (walk.world.broker.sessions.get(`acme/chat/${user}`)?.subscriptions.has(`news/${user}`))
      walk.seats[user].promised.add(text)
    walk.world.broker.publish(`news/${user}`, text)
  },

  /** Everything outside the app is well. */
  heal: (walk: Walk) => {
    const { world, device, strangers, well } = walk
    const { phone } = device
    for (const stranger of strangers.splice(0)) stranger.close({ code: 1000 })
    Object.assign(phone.quirks, well)
    world.broker.answerLate(0)
    for (const cmd of ['connack', 'puback', 'pingresp', 'suback'] as const) world.broker.lose(cmd, 0)
    phone.network.halfOpen(false)
    phone.network.stall(false)
    phone.network.weak(false)
    phone.network.set('wifi')
    steps.server(walk, 'restart')
    steps.show(walk)
  },

  wait: async ({ world, device, seats }: Walk, ms: number) => {
    const atRest = users.every((user) => ['idle', 'stopped', 'destroyed'].includes(seats[user].line.it.state))
    const before = dials(device)
    await world.wait(ms)
    // Who is logged out, and not about to log in, never dials.
    if (atRest) expect(dials(device)).toBe(before)
  },
}

/** The app starts again and logs in whom it had logged in. */
const coldStart = (walk: Walk): void => {
  for (const user of users) {
    const { wanted } = walk.seats[user]
    walk.seats[user] = seatOf(walk, user, walk.seats[user])
    if (wanted) steps.open(walk, user)
  }
}

/** What holds at any time. */
export const check = ({ world, device, seats, retired }: Walk): void => {
  expect(device.phone.sockets.list.filter(({ url }) => url === world.broker.url).length).toBeLessThanOrEqual(2)
  expect(device.phone.errors).toEqual([])
  for (const { line, heard } of retired)
    expect(line.events.slice(heard).filter((event) => !event.startsWith('destroyed'))).toEqual([])
  for (const name of users) {
    const { line, acknowledged } = seats[name]
    expect(line.it.stats().slots.taken).toBeLessThanOrEqual(2)
    const taken = new Set(world.broker.taken.map(({ text }) => text))
    expect(acknowledged.filter((text) => !taken.has(text))).toEqual([])
  }
}

/** The world is well again: everything is answered, who wants to be online is, and what was promised has come. */
export const recover = async (walk: Walk): Promise<void> => {
  const { world, device, seats } = walk
  const { phone } = device
  steps.heal(walk)
  phone.network.set('none')
  await world.wait(5 * second)
  phone.network.set('wifi')
  // What the server still meant to refuse costs an attempt each; who gave up over it comes back with the app.
  for (let again = 0; again < 12; again++) {
    await world.wait(100 * second)
    phone.hide()
    phone.show()
  }
  await world.wait(100 * second)
  for (const name of users) {
    const { line, wanted, waiting, promised, heard } = seats[name]
    expect({ name, state: line.it.state, wanted, waiting: [...waiting] }).toEqual({
      name,
      state: wanted ? 'online' : (expect.stringMatching(/idle|stopped/) as string),
      wanted,
      waiting: [],
    })
    if (wanted) expect([...promised].filter((text) => !heard.includes(text))).toEqual([])
  }
}
