// Codes and reasons of closed WebSockets, from servers, proxies and platforms, in every phase: a documented end, or back in time.
import type { Target } from './fuzz'
import { mutateText } from './mutate'
import { createWorld } from './world'

export const reasons = [
  'code=206',
  'code=31003 retryAfter=5',
  'code=31010',
  'retryAfter=99999999999999999999',
  'code=99999999999999999999999 retryAfter=0',
  'interrupted',
  'Stream end encountered',
  'unauthenticated',
  'abnormal closure',
  'bye',
]

export const closes: Target = {
  name: 'closes',
  what: 'close codes and reasons of the WebSocket',
  async begin(beginning, file) {
    const world = createWorld(beginning, file)
    await world.well()
    return {
      async feed(chance) {
        const code = chance.one([1000, 1001, 1005, 1006, 1008, 1011, 1012, 1013, 4000, 4999, 0, -1, 65_536, NaN, 1e9])
        const reason = chance.yes(0.4) ? chance.one(reasons) : mutateText(chance, chance.one(reasons), reasons)
        // In the middle of a session, of a handshake, or before anything.
        if (chance.yes(0.5)) {
          world.mangle = () => []
          world.end(1006, '')
          await world.clock.advance(chance.one([900, 1_200, 5_000]))
        }
        world.end(code, reason)
        await world.clock.advance(chance.one([1, 3_000]))
        await world.well(2 * 60 * 60_000)
      },
      end: () => world.stop(),
    }
  },
}
