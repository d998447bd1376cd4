// The world of a soak: three citizens, one broker, one REST server that fails when told to, one clock.
import type { VirtualClock } from '../../../simulator/core/virtual-clock'
import { createMemoryNetwork } from '../../../simulator/links/memory-link'
import type { HttpHandler, HttpReply } from '../../../simulator/links/memory-http'
import { virtualClock } from '../../../simulator/node/clocks'
import { createMemoryBroker, type MemoryBroker } from '../../fakes/memory-broker'
import { chanceOf, count, type Chance, type Tally } from '../random'
import { createCitizen, type Citizen } from './citizen'
import { createLedger, type Ledger } from './ledger'
import { API } from './places'

export interface Town {
  readonly clock: VirtualClock
  readonly broker: MemoryBroker
  readonly citizens: readonly Citizen[]
  readonly ledger: Ledger
  readonly tally: Tally
  readonly wrong: string[]
  /** Part of the REST calls, and of the fetches of a token, that fail. */
  trouble: number
}

const TOKEN_LIFE = 2 * 3_600

const inBase64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const tokenFor = (sub: string, now: number) => {
  const iat = Math.floor(now / 1000)
  return [inBase64({ alg: 'none' }), inBase64({ sub, iat, exp: iat + TOKEN_LIFE }), 'unsigned'].join('.')
}
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sub: string; exp: number }

const badAnswer = (chance: Chance): HttpReply =>
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

export function createTown(seed: number): Town {
  const chance = chanceOf(seed)
  const clock = virtualClock()
  const network = createMemoryNetwork({ clock })
  const broker = createMemoryBroker({
    network,
    clock,
    properties: { receiveMaximum: 20 },
    authenticate: (user, token) => {
      const { sub, exp } = claimsOf(token)
      return sub === user && exp * 1000 > clock.now() ? undefined : 0x87
    },
  })

  const rest: HttpHandler = ({ url }) => {
    if (chance.yes(town.trouble)) {
      count(town.tally, 'REST answered badly')
      return badAnswer(chance)
    }
    const path = url.slice(API.length).replace(/\?.*/, '')
    if (path.endsWith('/chatgroups')) return { body: { data: [{ groupid: 'g1' }] } }
    if (!path.endsWith('/endpoints')) return { status: 404, body: {} }
    const urls = [...(chance.yes(0.5) ? ['wss://dead.example.com/mqtt'] : []), broker.url, 'not a url']
    return { body: { endpoints: urls.map((url) => ({ url })), ttl: 7_200 } }
  }
  const tokenOf = (user: string) => (): Promise<string> => {
    if (!chance.yes(town.trouble)) return Promise.resolve(tokenFor(user, clock.now()))
    count(town.tally, 'no token to be had')
    return chance.yes(0.5) ? Promise.reject(new Error('the app server is down')) : new Promise<string>(() => undefined)
  }

  const citizens: Citizen[] = []
  const town: Town = { clock, broker, citizens, ledger: createLedger(), tally: {}, wrong: [], trouble: 0 }
  for (const [n, [user, profile, retries, fileDelay]] of (
    [
      ['alice', 'android', Infinity, 1],
      ['bob', 'ios', Infinity, 300],
      ['carol', 'pc', 5, 60],
    ] as const
  ).entries())
    citizens.push(
      createCitizen({
        user,
        profile,
        retries,
        fileDelay,
        seed: seed * 100 + 10 * n,
        clock,
        network,
        url: broker.url,
        rest,
        token: tokenOf(user),
        ledger: town.ledger,
        tally: town.tally,
        wrong: town.wrong,
      }),
    )
  return town
}
