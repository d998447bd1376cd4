// Random walks: an app, a phone and a server that do anything at any time. After every step the promises of the design hold,
// and once the world is well again everything is answered and online.
//
// A failure prints its seed and path, and the shortest walk that fails: WALK_SEED=... WALK_PATH=... replays it;
// WALK_RUNS=1000 walks further, WALK_SEED=$RANDOM elsewhere.
import fc from 'fast-check'
import type { Quirks } from '../../simulator/core/quirks'
import { check, recover, seatOf, steps, users, type Walk } from './walk'
import { createWorld, endWorlds } from './world'

const SEED = Number(process.env.WALK_SEED ?? 20_26)
const RUNS = Number(process.env.WALK_RUNS ?? 150)
const PATH = process.env.WALK_PATH
const second = 1_000

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
    step('heal', none, 4),
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

test(
  'whatever happens: never above the budget, nothing after destroy, nothing acknowledged lost, and online again when the world is well',
  async () => {
    let taken = 0
    let online = 0
    const property = fc.asyncProperty(walks, async (path) => {
      const world = createWorld()
      const device = world.device({ budget: 6, quirks: { closeTimeout: 5 * second } })
      const well = { ...device.phone.quirks }
      const partial = { world, device, well, strangers: [], retired: [], up: true, count: 0 }
      const walk: Walk = { ...partial, seats: { alice: seatOf(partial, 'alice'), bob: seatOf(partial, 'bob') } }
      try {
        for (const user of users) steps.open(walk, user)
        await world.wait(second)
        for (const [name, argument] of path) {
          await (steps[name] as (walk: Walk, argument: unknown) => unknown)(walk, argument)
          await world.wait(0)
          check(walk)
          taken++
          if (users.some((user) => walk.seats[user].line.it.isOpened())) online++
        }
        await recover(walk)
        check(walk)
      } finally {
        await endWorlds()
      }
    })
    await fc.assert(property, { seed: SEED, numRuns: RUNS, ...(PATH !== undefined && { path: PATH }) })
    process.stdout.write(`walks: ${RUNS}, ${taken} steps, ${online} of them online, seed ${SEED}\n`)
    if (PATH === undefined) expect(online).toBeGreaterThan(taken / 4) // else the walks prove nothing
  },
  10 * 60 * second,
)
