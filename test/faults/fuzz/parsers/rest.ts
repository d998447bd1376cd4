// Answers of the REST server: read, exchanged for a token, taken as the list of servers or of groups.
import { ConnectionError, isConnectionError } from '../../../../src/errors/connection-error'
import { createGroups } from '../../../../src/messages/groups'
import type { MessagesHost } from '../../../../src/messages/contract'
import type { Http, HttpResponse } from '../../../../src/ports/http'
import { rest } from '../../../../src/rest/rest'
import { createEndpoints } from '../../../../src/access/endpoints'
import { fetchEndpoints } from '../../../../src/logins/endpoint-list'
import { exchangePassword } from '../../../../src/logins/password'
import { nameOf } from '../../../../src/errors/codes'
import { takeErrors } from '../../../../src/part'
import { whyNot } from '../../../../src/text/url'
import type { Chance } from '../../random'
import type { Parser, Way } from '../feed'
import { mutateJson } from '../mutate'
import { noticeOf } from '../payloads'
import { answerOf } from '../rest'

takeErrors({ ConnectionError, nameOf })

const BASE = 'https://im.example.com/acme/chat'
const SECRET = 'pa55-w0rd-x'
const silent = () => undefined

/** The server behind these calls: what `answerOf` says, or JSON that was good once. */
const httpOf = (chance: Chance, good: unknown): Http => ({
  request() {
    const reply = (chance.yes(0.4) ? undefined : answerOf(chance)) ?? { body: mutateJson(chance, good) }
    if ('failure' in reply) {
      const { kind } = reply.failure
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the port's contract
      return Promise.reject({ kind, errMsg: `request:fail ${kind}` })
    }
    const { status = 200, body = '' } = reply
    const bytes = body instanceof Uint8Array
    const text = bytes ? Buffer.from(body).toString() : typeof body === 'string' ? body : JSON.stringify(body)
    return Promise.resolve({ status, body: text, header: {} } as HttpResponse)
  },
})

const refusedIn = (error: unknown): Way => {
  if (!isConnectionError(error)) throw new Error('no ConnectionError', { cause: error })
  if (error.message.length > 600) throw new Error(`refused in ${error.message.length} characters`)
  if (error.message.includes(SECRET)) throw new Error(`a secret in an error: ${error.message}`)
  return 'refused'
}

export const answers: Parser = {
  name: 'answers',
  what: 'REST answers, and tokens in them',
  one(chance) {
    const http = httpOf(chance, { access_token: 'a.b.c', expires_in: 86_400 })
    if (chance.yes(0.5))
      return exchangePassword(http, BASE, 'alice', SECRET).then((token): Way => {
        if (typeof token !== 'string' || !token) throw new Error(`a token of ${typeof token}`)
        return 'taken'
      }, refusedIn)
    return rest(http, { method: 'GET', url: `${BASE}/users?pwd=${SECRET}`, token: SECRET }).then((answer): Way => {
      if (Object(answer) !== answer) throw new Error(`an answer of ${typeof answer}`)
      return 'taken'
    }, refusedIn)
  },
}

const list = { endpoints: [{ url: 'wss://im.example.com/mqtt' }, { url: 'wss://b.example.com/mqtt' }], ttl: 3600 }
const configured = 'wss://c.example.com/'

export const endpoints: Parser = {
  name: 'endpoints',
  what: 'lists of message servers, fetched and kept',
  async one(chance): Promise<Way> {
    let kept: string | undefined = chance.yes(0.5)
      ? mutateJson(
          chance,
          list.endpoints.map(({ url }) => url),
        )
      : undefined
    let time = 0
    const url = chance.yes(0.8) ? configured : undefined
    const allowed = (address: string) => whyNot(address, 'ws', false) === undefined
    const http = httpOf(chance, list)
    const servers = createEndpoints({
      storage: { get: () => kept, set: (_, value) => ((kept = value), true), remove: silent },
      now: () => time,
      log: silent,
      url,
      lister: () => () => fetchEndpoints(http, BASE),
      allowed,
      key: 'k',
    })
    let way: Way = 'refused'
    for (let n = chance.between(1, 4); n > 0; n--) {
      const dialled: (string | undefined)[] = []
      servers.resolve((to) => dialled.push(to), ({ name }) => dialled.push(name === 'EndpointsUnavailable' ? undefined : name)) // prettier-ignore
      // A list that was fetched takes a few promises; none of them is a timer.
      for (let turns = 0; turns < 12 && dialled.length === 0; turns++) await Promise.resolve()
      const [to] = dialled
      if (dialled.length !== 1) throw new Error(`answered ${dialled.length} times`)
      if (to !== undefined && !allowed(to)) throw new Error(`${JSON.stringify(to)} is dialled`)
      if (to === undefined && url !== undefined) throw new Error('nowhere to go, with a server configured')
      if (to !== undefined && to !== url) way = 'taken'
      if (chance.yes(0.6)) servers.failed()
      else servers.worked()
      if (chance.yes(0.2)) {
        const reference = servers.usable(chance.one(['', 'ws://evil.example', 'javascript:', 'wss://d.example/x']))
        if (reference !== undefined) servers.redirect(reference)
      }
      time += chance.one([0, 1e5, 1e8])
    }
    return way
  },
}

const FILTER = /^acme\/chat\/g\/[\w.-]{1,64}\/\+$/

export const groups: Parser = {
  name: 'groups',
  what: 'groups: kept, listed by the server, told by notices',
  one(chance): Way {
    let kept: string | undefined = chance.yes(0.7) ? mutateJson(chance, ['g1', 'g2', 'a.b-c_d']) : undefined
    let way: Way = 'refused'
    const subscribed = (filters: readonly string[]): void => {
      for (const filter of filters) if (!FILTER.test(filter)) throw new Error(`${JSON.stringify(filter)} is subscribed`)
    }
    const deps = {
      settings: { root: 'acme/chat', restBase: undefined },
      clock: { now: () => 0, schedule: () => silent },
      log: silent,
      platform: { storage: { get: () => kept, set: (_: string, value: string) => ((kept = value), true) } },
      subscribe: subscribed,
      listen: subscribed,
      failed: silent,
      unsubscribe: subscribed,
      token: silent,
      emit(event: string, told: { operation?: unknown; id?: unknown; from?: unknown }) {
        const { operation, id, from = '' } = told
        if (event !== 'onGroupEvent' || ![operation, id, from].every((one) => typeof one === 'string'))
          throw new Error(`the app hears ${event} ${JSON.stringify(told)}`)
        way = 'taken'
      },
    } as unknown as MessagesHost
    const { enter, online, notice } = createGroups(deps)
    enter('alice')
    online(true)
    for (let n = chance.between(1, 3); n > 0; n--) notice(noticeOf(chance))
    enter('alice')
    online(true)
    return way
  },
}
