// Answers of the REST server: tokens, endpoint lists, users, groups, uploads, logs. Every call is answered, by a value or a ConnectionError.
import type { HttpReply } from '../../../simulator/links/memory-http'
import type { Chance } from '../random'
import type { Target } from './fuzz'
import { hostile, mutateJson, mutateText } from './mutate'
import { createWorld, type World } from './world'

const good: Readonly<Record<string, unknown>> = {
  token: { access_token: 'a.b.c', expires_in: 86_400, user: { username: 'alice' } },
  users: { entities: [{ username: 'alice', created: 1.7e12 }] },
  endpoints: { endpoints: [{ url: 'wss://im.example.com/mqtt' }, { url: 'wss://b.example.com/mqtt' }], ttl: 3600 },
  group: { data: { groupid: 'g7' } },
  groups: { data: [{ groupid: 'g1', groupname: 'G', owner: 'bob', affiliations_count: 2 }] },
  members: { data: [{ owner: 'bob' }, { member: 'alice' }], count: 2 },
  done: { data: { result: true } },
  file: { uri: 'https://im.example.com/acme/chat/chatfiles', entities: [{ uuid: 'u1', size: 10, type: 'image/png' }] },
  log: { id: 'l1', received: 0 },
  chunk: { received: 131_072 },
  error: { error: 'busy', error_description: 'later', code: 31_003 },
}

export const answerOf = (chance: Chance): HttpReply => {
  const status = chance.one([200, 200, 200, 200, 201, 204, 301, 400, 401, 403, 404, 409, 413, 429, 500, 503, 0, 999])
  const header = chance.yes(0.2) ? { 'retry-after': mutateText(chance, '5') } : {}
  if (chance.yes(0.05)) return chance.one<HttpReply>([{ failure: { kind: 'timeout' } }, { failure: { kind: 'dns' } }])
  if (chance.yes(0.1)) return { status, header, body: chance.bytes(chance.below(2_000)) }
  if (chance.yes(0.1)) return { status, header, body: JSON.stringify(hostile(chance)) }
  return { status, header, body: mutateJson(chance, good[chance.one(Object.keys(good))]) }
}

/** What an app calls; each leads to one or more REST calls. */
const calls: Readonly<Record<string, (world: World, chance: Chance) => Promise<unknown>>> = {
  'open() by password': ({ conn }) => conn.close().then(() => conn.open({ user: 'alice', pwd: 'secret', timeout: 60 })),
  'registerUser()': ({ conn }) => conn.registerUser({ username: 'alice', password: 'secret' }),
  'createGroup()': ({ conn }) => conn.createGroup({ data: { groupname: 'G', members: ['bob'] } }),
  'joinGroup()': ({ conn }) => conn.joinGroup({ groupId: 'g2' }),
  'leaveGroup()': ({ conn }) => conn.leaveGroup({ groupId: 'g2' }),
  'destroyGroup()': ({ conn }) => conn.destroyGroup({ groupId: 'g2' }),
  'getJoinedGroups()': ({ conn }) => conn.getJoinedGroups(),
  'getGroupInfo()': ({ conn }) => conn.getGroupInfo({ groupId: 'g1' }),
  'listGroupMembers()': ({ conn }) => conn.listGroupMembers({ groupId: 'g1' }),
  'send() of a picture': ({ conn, phone }, chance) => {
    phone.wx.getFileSystemManager().writeFileSync(`${phone.wx.env.USER_DATA_PATH}/a.png`, 'picture', 'utf8')
    const file = { url: `${phone.wx.env.USER_DATA_PATH}/a.png`, filename: 'a.png' }
    return conn.send({ type: 'img', to: 'bob', chatType: 'singleChat', id: `p${chance.below(1e9)}`, file } as never)
  },
  'logger.upload()': ({ sdk }) => sdk.logger.upload({ consent: () => true }),
}

export const rest: Target = {
  name: 'rest',
  what: 'REST answers: token, users, endpoints, groups, uploads, logs',
  async begin(beginning, file) {
    const world = createWorld(beginning, file)
    await world.well()
    return {
      async feed(chance) {
        const name = chance.one(Object.keys(calls))
        const bad = chance.yes(0.3) ? 1 : Infinity
        let answered = 0
        world.rest = (request) => {
          answered++
          return answered <= bad ? answerOf(chance) : { body: good[request.url.includes('/logs') ? 'chunk' : 'group'] }
        }
        await world.settled(name, calls[name]!(world, chance))
        if (answered > 2_000) throw new Error(`${name} asked ${answered} times`)
        await world.clock.advance(20_000)
        await world.well(10 * 60_000)
      },
      end: () => world.stop(),
    }
  },
}
