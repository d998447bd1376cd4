// A server killed with SIGKILL at any moment, and one whose files may not grow: no acknowledged message, user or group is lost.
// CRASH_KILLS=100 kills more often, CRASH_SEED=7 at other moments.
import { killAll } from './child'
import { crashes, fullDisk } from './crash'

const KILLS = Number(process.env.CRASH_KILLS ?? 3)
const SEED = Number(process.env.CRASH_SEED ?? 1)

afterEach(killAll)

test(
  'killed at random moments it has lost nothing that it acknowledged',
  async () => {
    const { users, groups, messages } = await crashes(SEED, KILLS)
    process.stdout.write(
      `crash: CRASH_SEED=${SEED}: ${KILLS} kills, ${messages} messages, ${users} users, ${groups} groups\n`,
    )
    expect(Math.min(users, groups, messages)).toBeGreaterThan(0)
  },
  KILLS * 60_000,
)

test('where no file may grow it lives, and has everything that it acknowledged when it comes back', async () => {
  const { messages } = await fullDisk(256)
  expect(messages).toBeGreaterThan(100)
})
