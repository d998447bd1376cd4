// Simulated days of an ordinary life with faults in it: nothing lost, doubled or out of order, at most two sockets, and everybody
// comes back. SOAK_SECONDS=3600 goes on for longer, SOAK_SEED=7 plays that seed, SOAK_DAYS=14 lets one world live for longer.
import { soaks } from '../runs'

/** One world of so many simulated days; SOAK_SECONDS lets others follow it. */
const SECONDS = Number(process.env.SOAK_SECONDS ?? 0)
const DAYS = Number(process.env.SOAK_DAYS ?? 2)

test(
  'days of faults: the books balance, and everybody comes back',
  async () => {
    const results = await soaks({
      seconds: SECONDS,
      seed: Number(process.env.SOAK_SEED ?? 1),
      days: DAYS,
      say: (line) => void process.stdout.write(`${line}\n`),
    })
    const all = results.flatMap(({ injected }) => Object.values(injected)).reduce((sum, times) => sum + times, 0)
    expect(all).toBeGreaterThan(1_000) // else nothing was proven
    for (const { messages, mostSockets } of results) {
      expect(messages).toMatchObject({ lost: 0, doubled: 0, outOfOrder: 0, ghosts: 0 })
      expect(messages.recalled).toBeGreaterThan(10)
      expect(messages.deleted).toBeGreaterThan(10)
      expect(messages.delivered).toBeGreaterThan(1_000)
      expect(mostSockets).toBe(2)
    }
  },
  (SECONDS + 1_800) * 1000,
)
