// What an app brings: tokens and what they claim, when they age by any clock, logins, options.
import { isConnectionError } from '../../../../src/errors/connection-error'
import { checkLogin } from '../../../../src/connection/login'
import { settle } from '../../../../src/connection/options'
import { lifeOf, userOfToken } from '../../../../src/access/token-life'
import { createTokenSource } from '../../../../src/access/token-source'
import type { Parser, Way } from '../feed'
import { hostile, mutateText, mutateValue } from '../mutate'
import { tokenOf } from '../tokens'

const START = Date.UTC(2026, 0, 1)

/** The claims as Node reads them; `undefined` where the token is none that both read alike. */
function claimsOf(token: string): { iat?: unknown; exp?: unknown; sub?: unknown } | undefined {
  const part = token.split('.')[1] ?? ''
  if (!/^[\w-]*$/.test(part)) return undefined
  try {
    return Object(JSON.parse(Buffer.from(part, 'base64url').toString('latin1'))) as object
  } catch {
    return {}
  }
}

export const claims: Parser = {
  name: 'claims',
  what: 'claims of access tokens, and the deadlines that follow',
  one(chance): Way {
    const token = chance.yes(0.9) ? tokenOf(chance) : mutateText(chance, tokenOf(chance))
    const life = lifeOf(token)
    const user = userOfToken(token)
    for (const time of [life.issuedAt, life.expiresAt])
      if (time !== undefined && !(Math.abs(time) <= 1e16)) throw new Error(`a token of the time ${time}`)
    const expected = claimsOf(token)
    if (expected) {
      const seconds = (value: unknown) =>
        typeof value === 'number' && Math.abs(value) < 1e13 ? value * 1000 : undefined
      const { iat, exp, sub } = expected
      if (life.issuedAt !== seconds(iat) || life.expiresAt !== seconds(exp))
        throw new Error('another life than it claims')
      if (user !== (typeof sub === 'string' ? sub : undefined)) throw new Error('another user than it claims')
    }
    let now = chance.one([0, 1e6])
    let told = 0
    const tell = () => {
      told++
    }
    const ears = { willExpire: tell, expired: tell, renewed: tell, refused: tell }
    const source = createTokenSource(() => now, () => START + now, ears, () => undefined) // prettier-ignore
    source.begin(token, undefined)
    if (chance.yes(0.5)) source.serverTime(chance.one([0, 1, START, 1e15 - 1]))
    for (let due = source.deadline(), times = 0; due !== undefined; due = source.deadline()) {
      if (!Number.isFinite(due)) throw new Error(`a deadline of ${due}`)
      if (++times > 3 || told > 2)
        throw new Error(`a token without a provider is looked at ${times} times, ${told} told`)
      now = Math.max(now, due)
      source.tick(now)
    }
    return life.expiresAt === undefined ? 'refused' : 'taken'
  },
}

const login = { user: 'alice', pwd: 'secret', accessToken: 'a.b.c', timeout: 60 }
const options = {
  appKey: 'acme#chat',
  url: 'wss://im.example.com/mqtt',
  apiUrl: 'https://im.example.com/',
  isHttpDNS: true,
  https: false,
  heartBeatWait: 30_000,
  autoReconnectNumMax: 5,
  reconnectBaseDelay: 1_000,
  reconnectMaxDelay: 30_000,
  deviceId: 'phone-1',
  maxSockets: 2,
  usernameFormat: '{user}',
  sessionExpiry: 600,
  outboxMaxCount: 10,
  messageMaxBytes: 65_536,
}

/** Only this error comes out, and it says what was wrong in few words. */
function way(name: string, work: () => unknown): Way {
  try {
    work()
    return 'taken'
  } catch (error) {
    if (!isConnectionError(error) || error.name !== name) throw new Error(`not refused as ${name}`, { cause: error })
    if (error.message.length > 70_000)
      throw new Error(`refused in ${error.message.length} characters`, { cause: error })
    return 'refused'
  }
}

export const settings: Parser = {
  name: 'settings',
  what: 'options and logins',
  one(chance): Way {
    if (chance.yes(0.5)) {
      const given = chance.yes(0.97) ? mutateValue(chance, login) : hostile(chance)
      return way('InvalidArgument', () => checkLogin(given, chance.yes(0.5), chance.yes(0.5)))
    }
    const given = chance.yes(0.97) ? mutateValue(chance, options) : hostile(chance)
    return way('InvalidOption', () => {
      const settled = settle(given)
      if (!settled.org || !settled.app) throw new Error('no app')
      if (!settled.url && !settled.apiUrl) throw new Error('nowhere to go')
    })
  },
}
