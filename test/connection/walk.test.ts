// Random walks: an app, a phone and a server that do anything at any time. After every step the promises of the design hold,
// and once the world is well again everything is answered and online.
//
// A failure prints its seed and path, and the shortest walk that fails: WALK_SEED=... WALK_PATH=... replays it;
// WALK_RUNS=1000 walks further, WALK_SEED=$RANDOM elsewhere.
import fc from 'fast-check'
import type { Quirks } from '../../simulator/core/quirks'
import type { SocketTask } from '../../simulator/core/socket-listeners'
import { createWorld, dials, endWorlds, type Device, type Line, type World } from './world'

const SEED = Number(process.env.WALK_SEED ?? 20_26)
const RUNS = Number(process.env.WALK_RUNS ?? 150)
const PATH = process.env.WALK_PATH
const second = 1_000
const users = ['alice', 'bob'] as const
type User = (typeof users)[number]

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

interface Walk {
  readonly world: World
  readonly device: Device
  readonly seats: Record<User, Seat>
  readonly strangers: SocketTask[]
  up: boolean
  count: number
}

const seatOf = (walk: Pick<Walk, 'device'>, user: User, old?: Seat): Seat => {
  const seat: Seat = {
    line: walk.device.connect({ heartBeatWait: 10 * second, tokenProvider: () => Promise.resolve('good') }, user),
    wanted: false,
    waiting: new Set(),
    acknowledged: old?.acknowledged ?? [],
    heard: old?.heard ?? [],
    promised: old?.promised ?? new Set(),
  }
  seat.line.it.on('onRawMessage', ({ payload }) => void seat.heard.push(Buffer.from(payload).toString()))
  seat.line.it.on('onStateChange', ({ to }) => {
    if (to === 'stopped') seat.wanted = false
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
const steps = {
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
    const silent = seat.line.events.length
    walk.device.phone.on(() =>
      expect(seat.line.events.filter((event) => !event.startsWith('destroyed')).length).toBe(silent),
    )
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
  stranger: ({ device, strangers }: Walk) => void (strangers.length < 4 && strangers.push(...device.strangers(1))),
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

type Name = keyof typeof steps
const step = <N extends Name>(name: N, argument: fc.Arbitrary<Parameters<(typeof steps)[N]>[1]>, weight = 1) => ({
  arbitrary: argument.map((drawn) => [name, drawn] as const),
  weight,
})
const none = fc.constant(undefined as never)
const some = <const T>(...values: readonly T[]) => fc.constantFrom(...values)
const user = some(...users)

const walks = fc.array(
  fc.oneof(
    step('wait', some(1, 50, second, 4 * second, 16 * second, 70 * second, 600 * second), 14),
    step('open', user, 5),
    step('close', user, 2),
    step('destroy', user),
    step('publish', user, 3),
    step('subscribe', user, 2),
    step('news', user, 2),
    step('renewToken', user),
    step('hide', none, 2),
    step('show', none, 3),
    step('kill', none),
    step('network', some('none', 'wifi', '4g'), 3),
    step('weak', fc.boolean()),
    step('halfOpen', fc.boolean()),
    step('stall', fc.boolean()),
    step('cut', none),
    step('clock', some(-3_600 * second, -5 * second, 3 * second)),
    step(
      'quirk',
      some<Partial<Quirks>>(
        { closeWhileConnecting: 'refused' },
        { closeWhileConnecting: 'ignored' },
        { closeWhileConnecting: 'honoured' },
        { handshake: 'hangs' },
        { handshake: 'hangs-silently' },
        { handshake: 'normal' },
        { openDelay: 3 * second },
        { openDelay: 20 * second },
        { openDelay: 0 },
        { ownClose: [] },
        { ownClose: ['close', 'close'] },
        { lost: [] },
        { lost: ['error'] },
        { lost: ['close', 'error', 'close'] },
        { serverClose: ['error', 'close'] },
        { connectFailure: ['close', 'error'] },
        { closeDelay: 0 },
        { closeDelay: 25 * second },
        { closeTimeout: 1 * second },
        { closeTimeout: 30 * second },
        { background: [] },
        { background: ['error', 'close'] },
        { backgroundCut: false },
        { backgroundToServer: 'nothing' },
        { backgroundToServer: 'close-frame' },
        { suspendEcho: 1_500 },
        { resumeOrder: ['timers', 'events', 'show'] },
        { resumeOrder: ['events', 'show', 'timers'] },
        { networkSwitch: 'silent' },
        { networkSwitch: 'ends' },
        { networkLoss: 'ends' },
        { networkEvents: false },
        { refusal: 'onError' },
        { refusal: 'both', refusedTask: 'undefined' },
        { success: 'never' },
        { sendFailure: 'sendSocketMessage:fail' },
        { sendFailure: undefined },
        { messageBeforeOpen: true },
      ),
      5,
    ),
    step('stranger', none),
    step('strangerLeaves', none),
    step('server', some('crash', 'shutdown', 'vanish', 'restart', 'restart', 'restart', 'forget'), 4),
    step('silent', none),
    step(
      'kick',
      some(
        [0x00, {}] as const,
        [0x8b, {}] as const,
        [0x89, { retryAfter: 5 }] as const,
        [0x98, { code: 31010 }] as const,
      ),
    ),
    step('refuse', some(0x88, 0x97, 0x86, 0x8a)),
    step('drop', some(1006, 1011, 1013)),
    step('ignore', none),
    step('late', some(0, 0, 2 * second, 12 * second)),
    step('lose', some('connack', 'puback', 'pingresp', 'suback')),
    step('only311', fc.boolean()),
  ),
  { minLength: 1, maxLength: 60, size: 'max' },
)

/** What holds at any time. */
const check = ({ world, device, seats }: Walk): void => {
  expect(device.phone.sockets.list.filter(({ url }) => url === world.broker.url).length).toBeLessThanOrEqual(2)
  expect(device.phone.errors).toEqual([])
  for (const name of users) {
    const { line, acknowledged } = seats[name]
    expect(line.it.stats().slots.taken).toBeLessThanOrEqual(2)
    const taken = new Set(world.broker.taken.map(({ text }) => text))
    expect(acknowledged.filter((text) => !taken.has(text))).toEqual([])
  }
}

/** The world is well again: everything is answered, who wants to be online is, and what was promised has come. */
const recover = async (walk: Walk, well: Quirks): Promise<void> => {
  const { world, device, seats, strangers } = walk
  const { phone } = device
  for (const stranger of strangers.splice(0)) stranger.close({ code: 1000 })
  Object.assign(phone.quirks, well)
  world.broker.answerLate(0)
  for (const cmd of ['connack', 'puback', 'pingresp', 'suback'] as const) world.broker.lose(cmd, 0)
  phone.network.halfOpen(false)
  phone.network.stall(false)
  phone.network.weak(false)
  if (walk.up) world.broker.crash() // scripts of what it still meant to refuse stay: each costs one attempt
  world.broker.restart()
  steps.show(walk)
  phone.network.set('none')
  await world.wait(5 * second)
  phone.network.set('wifi')
  // Who gave up meanwhile comes back with the app.
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

test(
  'whatever happens: never above the budget, nothing after destroy, nothing acknowledged lost, and online again when the world is well',
  async () => {
    let taken = 0
    const property = fc.asyncProperty(walks, async (path) => {
      const world = createWorld()
      const device = world.device({ budget: 6, quirks: { closeTimeout: 5 * second } })
      const well = { ...device.phone.quirks }
      const partial = { world, device, strangers: [], up: true, count: 0 }
      const walk: Walk = { ...partial, seats: { alice: seatOf(partial, 'alice'), bob: seatOf(partial, 'bob') } }
      try {
        for (const [name, argument] of path) {
          await (steps[name] as (walk: Walk, argument: unknown) => unknown)(walk, argument)
          await world.wait(0)
          check(walk)
          taken++
        }
        await recover(walk, well)
        check(walk)
      } finally {
        await endWorlds()
      }
    })
    await fc.assert(property, { seed: SEED, numRuns: RUNS, ...(PATH !== undefined && { path: PATH }) })
    process.stdout.write(`walks: ${RUNS}, ${taken} steps, seed ${SEED}\n`)
  },
  10 * 60 * second,
)
