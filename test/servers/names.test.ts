// ejabberd takes user names for lower case; the mapping of docs/servers/ejabberd.md keeps names apart there all the same.
import { read } from '../../tools/project'
import { missing, startEjabberd, type Ejabberd } from './fixtures/ejabberd'
import { until } from './fixtures/process'
import { token } from './fixtures/token'
import { createParty, type Party } from './party'
import { describeWith } from '../required'

/** As the page shows it. */
const mapping = () => {
  const code = /```js\n(const toServer[\s\S]*?)```/.exec(read('docs/servers/ejabberd.md'))?.[1] ?? ''
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- the page's own code, run as it stands
  return new Function(`${code}; return { toServer, fromServer }`)() as Record<
    'toServer' | 'fromServer',
    (id: string) => string
  >
}

test('the mapping loses nothing, and gives no two users one name', () => {
  const { toServer, fromServer } = mapping()
  const ids = ['alice', 'Alice', 'aLICE', '_alice', '__alice', '_Alice', 'A_b', 'a_B', 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o']
  expect(ids.map((id) => fromServer(toServer(id)))).toEqual(ids)
  expect(new Set(ids.map(toServer)).size).toBe(ids.length)
  for (const id of ids) expect(toServer(id)).toMatch(/^[a-z0-9_.-]{1,64}$/)
})

describeWith(missing())('ejabberd', () => {
  let cluster: Ejabberd
  const parties: Party[] = []
  beforeAll(async () => {
    cluster = await startEjabberd({ app: 'acme/chat', nodes: 1 })
  })
  afterAll(async () => {
    await Promise.all(parties.map((party) => party.end()))
    await cluster.stop()
  })
  const login = async (user: string): Promise<Party> => {
    const party = createParty(user, cluster.urls[0]!)
    parties.push(party)
    await party.connection.open({ user, accessToken: token(user), timeout: 30 })
    return party
  }

  test('users that differ only in case are two, with an openid beside them, and hear what is theirs', async () => {
    const { toServer } = mapping()
    const [upper, lower, openid] = await Promise.all(
      ['Alice', 'alice', 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'].map((id) => login(toServer(id))),
    )
    // A server without mailboxes keeps nothing for whoever has not subscribed yet: both must be heard first.
    for (const one of [upper!, lower!])
      await until('the first word', async () => {
        await openid!.text(one.user, 'hello')
        return one.received.includes('hello')
      })
    const heard = ({ received }: Party) => received.filter((text) => text !== 'hello')
    await openid!.text(toServer('Alice'), 'to Alice')
    await openid!.text(toServer('alice'), 'to alice')
    await upper!.text(toServer('alice'), 'from Alice')
    await until('three texts', () => heard(upper!).length === 1 && heard(lower!).length === 2)
    expect(heard(upper!)).toEqual(['to Alice'])
    expect(heard(lower!)).toEqual(['to alice', 'from Alice'])
  })

  test('without it, a name with capitals is refused at login', async () => {
    const party = createParty('Bob', cluster.urls[0]!)
    parties.push(party)
    await expect(party.connection.open({ user: 'Bob', accessToken: token('Bob'), timeout: 20 })).rejects.toMatchObject({
      code: 31004,
    })
  })
})
