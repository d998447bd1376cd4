// Tokens: JWTs whose claims are anything, and what is none; given at login and as a renewal, with server clocks that are anything too.
import type { Chance } from '../random'
import type { Target } from './fuzz'
import { mutateBytes, mutateJson, mutateText } from './mutate'
import { createWorld } from './world'

const now = Date.UTC(2026, 0, 1) / 1000
const base64 = (text: string) => Buffer.from(text).toString('base64url')

export function tokenOf(chance: Chance): string {
  const numbers = [0, -1, 1, now, now + 5, now + 3600, now * 1000, 2 ** 31, 2 ** 53, 1e300, 1.7e308, -1e308]
  const claims = chance.yes(0.5)
    ? JSON.stringify({ sub: 'alice', iat: chance.one(numbers), exp: chance.one(numbers) })
    : mutateJson(chance, { sub: 'alice', app: 'acme#chat', iat: now, exp: now + 3600 })
  const token = `${base64('{"alg":"HS256"}')}.${base64(claims)}.c2ln`
  const written = chance.yes(0.7) ? token : Buffer.from(mutateBytes(chance, Buffer.from(token))).toString('latin1')
  return written.replace(/[^\x21-\x7e]/g, 'A').slice(0, 8192) || 'x'
}

export const tokens: Target = {
  name: 'tokens',
  what: "access tokens (JWT or not), and the server's clock",
  async begin(beginning, file) {
    const world = createWorld(beginning, file)
    await world.well()
    return {
      async feed(chance) {
        const { conn, clock, sdk, broker } = world
        const token = tokenOf(chance)
        sdk.userOfToken(mutateText(chance, token))
        if (chance.yes(0.3))
          broker.greet({
            time: chance.one(['Infinity', '-Infinity', '1e308', '0', '-1', 'NaN', '1e400', 'x', '1767225600000']),
          })
        if (chance.yes(0.5)) await world.settled('renewToken()', conn.renewToken(token))
        else {
          void conn.close()
          await clock.advance(30_000)
          await world.settled('open()', conn.open({ user: 'alice', accessToken: token, timeout: 60 }))
        }
        await clock.advance(10 * 60_000)
        broker.greet({})
        await world.well()
      },
      end: () => world.stop(),
    }
  },
}
