// What every server is put through with the shipped SDK: the promises of the design, on software that we did not write.
import { until } from './fixtures/process'
import { createParty, type Party } from './party'
import type { Site } from './site'
import type * as Sdk from '../../src/index'

/** Of these, what did not arrive. */
const missing = (sent: readonly string[], received: readonly string[]): string[] =>
  sent.filter((words) => !received.includes(words))
const twice = (received: readonly string[]): string[] => received.filter((words, at) => received.indexOf(words) !== at)

/** For a `catch`: what befell them, after the failure's own words. */
const tellStory =
  (...parties: readonly Party[]) =>
  (error: unknown): never => {
    const stories = parties.map(
      ({ user, told, phone }) =>
        `${user} was told: ${told.join(', ')}\n${phone.trace.map(({ at, what, detail }) => `  ${at} ${what} ${detail}`).join('\n')}`,
    )
    throw new Error([String(error), ...stories].join('\n'), { cause: error })
  }

/** What a server can do at all; of what it cannot, there is no test. */
export interface Traits {
  /** Links end when their token does. */
  readonly tokensEnd: boolean
  /** An operator can end sessions. */
  readonly operator: boolean
}

const where = (can: boolean) => (name: string, test: () => Promise<void>) => {
  if (can) it(name, test)
}

export const provesItself = (open: () => Promise<Site>, { tokensEnd, operator }: Traits): void => {
  let site: Site
  const parties: Party[] = []
  beforeAll(async () => (site = await open()))
  afterEach(async () => {
    await Promise.all(parties.splice(0).map((party) => party.end()))
  })
  afterAll(() => site.stop())

  const party = (user: string, url: string, options?: Partial<Sdk.ConnectionOptions>): Party => {
    const made = createParty(user, url, options)
    parties.push(made)
    return made
  }
  const login = async (
    user: string,
    node: number | 'any' = 'any',
    options?: Partial<Sdk.ConnectionOptions>,
  ): Promise<Party> => {
    const made = party(user, node === 'any' ? site.url : (site.nodes[node] ?? site.url), options)
    await made.connection.open({ user, accessToken: await site.token(user) })
    return made
  }
  const last = () => site.nodes.length - 1
  const codeOf = (attempt: Promise<unknown>): Promise<number> =>
    attempt.then(
      () => 0,
      (error: Sdk.ConnectionError) => error.code,
    )
  let names = 0
  /** A user that no other test knows, so that no session is left over. */
  const fresh = (name: string) => `${name}${++names}`

  it('says why a token is refused, and does not try again', async () => {
    for (const [what, { token, code }] of Object.entries(site.badTokens)) {
      const user = fresh('mallory')
      const refused = party(user, site.url)
      expect([what, await codeOf(refused.connection.open({ user, accessToken: await token(user) }))]).toEqual([
        what,
        code,
      ])
      expect(refused.told.filter((word) => word === 'reconnecting')).toHaveLength(site.legacy ? 1 : 0)
    }
  })

  it('delivers to another node, in order, both ways', async () => {
    const [alice, bob] = [await login(fresh('alice'), 0), await login(fresh('bob'), last())]
    const words = Array.from({ length: 50 }, (_, at) => `m${at}`)
    for (const word of words) void alice.text(bob.user, word)
    for (const word of words) void bob.text(alice.user, word)
    await until('all messages', () => bob.received.length >= 50 && alice.received.length >= 50)
    expect([bob.received, alice.received]).toEqual([words, words])
  })

  it('keeps what is sent to somebody who is away', async () => {
    const [alice, bob] = [await login(fresh('alice'), 0), await login(fresh('bob'), last())]
    await bob.connection.close()
    const words = Array.from({ length: 20 }, (_, at) => `away${at}`)
    for (const word of words) await alice.text(bob.user, word)
    await bob.connection.open({ user: bob.user, accessToken: await site.token(bob.user) })
    await until('the messages', () => bob.received.length >= 20)
    expect([alice.acknowledged, bob.received]).toEqual([words, words])
  })

  it('shows what one device sends on the other devices of its user, once', async () => {
    const user = fresh('twin')
    const devices = { multiDevice: true }
    const [phone, tablet] = [await login(user, 0, devices), await login(user, last(), devices)]
    const bob = await login(fresh('bob'))
    // A server without mailboxes keeps nothing for whoever has not subscribed yet: all must be heard first.
    for (const one of [phone, tablet])
      await until('the first word', async () => {
        await bob.text(user, 'hello')
        return one.received.includes('hello')
      })
    await until('bob to be heard', async () => {
      await phone.text(bob.user, 'hi')
      return bob.received.includes('hi')
    })
    const words = Array.from({ length: 20 }, (_, at) => `d${at}`)
    for (const word of words.slice(0, 10)) await phone.text(bob.user, word)
    await until('the first half on the tablet', () => tablet.received.includes('d9'))
    for (const word of words.slice(10)) await tablet.text(bob.user, word)
    await until('the second half on the phone', () => phone.received.includes('d19'))
    await bob.text(user, 'last')
    await until('the last word', () => phone.received.includes('last') && tablet.received.includes('last'))
    const written = ({ received }: Party) => received.filter((word) => word.startsWith('d'))
    expect([written(tablet), written(phone), written(bob)]).toEqual([words.slice(0, 10), words.slice(10), words])
    expect([phone, tablet].map(({ told }) => told.filter((word) => word.startsWith('error')))).toEqual([[], []])
  })

  describe('when a second device logs in', () => {
    /** Starts both, waits until one is told 206 and the other is there, and gives the war that must not be time to break out. */
    const contest = async (first: number, second: number, gap: number) => {
      const user = fresh('twin')
      const [one, two] = [await login(user, first), party(user, site.nodes[second] ?? site.url)]
      await new Promise((resolve) => setTimeout(resolve, gap)) // the fault is about the clock, so the clock must pass
      await two.connection.open({ user, accessToken: await site.token(user) }).catch(() => undefined)
      const ended = () => [one, two].filter(({ told }) => told.includes('disconnected 206'))
      const open = () => [one, two].filter(({ connection }) => connection.isOpened())
      // Where the server does not say why it ends a session, four short ones tell; and who has nothing to send takes its time to return.
      await until('one of them to be left', () => ended().length === 1 && open().length === 1, 140_000).catch(
        tellStory(one, two),
      )
      const dials = () =>
        [one, two].reduce((sum, { phone }) => sum + phone.trace.filter(({ what }) => what === 'connect').length, 0)
      const before = dials()
      await new Promise((resolve) => setTimeout(resolve, 2000))
      return { one, two, open: open(), ended: ended(), more: dials() - before }
    }

    it('ends the first with 206, and there is no war', async () => {
      const { one, two, open, ended, more } = await contest(0, 0, 1200)
      expect([ended[0] === one, open[0] === two, more]).toEqual([true, true, 0])
    })

    it('does so across nodes', async () => {
      const { one, two, open, ended, more } = await contest(0, last(), 1200)
      expect([ended[0] === one, open[0] === two, more]).toEqual([true, true, 0])
    })

    it('leaves one of them, and no war, even in the same second', async () => {
      for (const [first, second] of [
        [0, last()],
        [last(), 0],
      ] as const) {
        const { open, ended, more } = await contest(first, second, 0)
        expect([open.length, ended.length, more]).toEqual([1, 1, 0])
      }
    })
  })

  describe('under traffic', () => {
    /** Two users write to each other while something happens; then both must be reachable again. */
    const traffic = async (happen: () => Promise<void>) => {
      // A graceful stop spreads its clients over 30 s: what is written meanwhile must fit into the outbox.
      const quick = { reconnectMaxDelay: 2000, outboxMaxCount: 5000, outboxMaxBytes: 2_000_000 }
      const [alice, bob] = [await login(fresh('alice'), 'any', quick), await login(fresh('bob'), 'any', quick)]
      // A server without mailboxes keeps nothing for whoever has not subscribed yet: both must be heard first.
      for (const [from, to] of [
        [alice, bob],
        [bob, alice],
      ] as const)
        await until('the first word', async () => {
          await from.text(to.user, 'hello')
          return to.received.includes('hello')
        })
      const written = (words: readonly string[]) => words.filter((word) => word !== 'hello')
      let at = 0
      const chat = setInterval(() => {
        at++
        void alice.text(bob.user, `a${at}`)
        void bob.text(alice.user, `b${at}`)
      }, 25)
      try {
        await until('some messages', () => bob.received.length > 20)
        await happen()
        await until('both to be back', () => alice.connection.isOpened() && bob.connection.isOpened())
      } catch (error) {
        tellStory(alice, bob)(error)
      } finally {
        clearInterval(chat) // else a failure here would keep jest alive for ever
      }
      // Everything that waits goes out, and what is behind it arrives: then what is not here will not come.
      await alice.text(bob.user, 'last')
      await bob.text(alice.user, 'last')
      await until('the last message', () => alice.received.includes('last') && bob.received.includes('last'))
      const between = (from: Party, to: Party) => ({
        lost: missing(written(from.acknowledged), to.received),
        twice: twice(written(to.received)),
        /** The receiver's app knows that something may be missing. */
        told: to.told.includes('error 35026'),
      })
      const ways = [between(alice, bob), between(bob, alice)]
      const acknowledged = written(alice.acknowledged).length + written(bob.acknowledged).length
      return { sent: at * 2 + 2, acknowledged, ways }
    }

    it.each(['stop', 'kill'] as const)(
      'survives that every node goes (%s) and returns, one after the other',
      async (how) => {
        const { sent, acknowledged, ways } = await traffic(async () => {
          for (let node = 0; node < site.nodes.length; node++) {
            await site.down(node, how)
            await new Promise((resolve) => setTimeout(resolve, 300))
            await site.up(node)
            await new Promise((resolve) => setTimeout(resolve, 2500)) // clients settle, as in a careful roll-out
          }
        })
        expect(ways.flatMap((way) => way.twice)).toEqual([])
        expect(acknowledged).toBe(sent)
        // Where the server loses a queue, nobody can bring it back; but whoever misses something was told.
        for (const { lost, told } of ways) if (site.keepsSessions || !told) expect(lost).toEqual([])
        const all = ways.reduce((sum, { lost }) => sum + lost.length, 0)
        process.stderr.write(
          `${site.name}, every node: ${how}; ${sent} sent, ${acknowledged} acknowledged, ${all} lost by the server\n`,
        )
      },
      120_000,
    )
  })

  where(tokensEnd)('tells the app when its token ends', async () => {
    const user = fresh('carol')
    const carol = party(user, site.url)
    await carol.connection.open({ user, accessToken: await site.token(user, 8) })
    await until('the end', () => carol.told.includes('disconnected 31020'))
    expect(carol.told.filter((word) => word === 'token expired')).toHaveLength(1)
  })

  where(tokensEnd)('stays, and loses nothing, where a tokenProvider brings new tokens', async () => {
    const user = fresh('carol')
    const [alice, carol] = [
      await login(fresh('alice')),
      party(user, site.url, { tokenProvider: () => site.token(user, 4) }),
    ]
    await carol.connection.open({ user, accessToken: await site.token(user, 4) })
    const words: string[] = []
    for (let at = 0; at < 40; at++) {
      words.push(`t${at}`)
      await alice.text(user, `t${at}`)
      await new Promise((resolve) => setTimeout(resolve, 200)) // two lives of a token
    }
    await until('all messages', () => carol.received.length >= words.length)
    expect(carol.received).toEqual(words)
    expect(carol.told.filter((word) => word.startsWith('disconnected'))).toEqual([])
  })

  where(operator)('passes on why the operator ended the session', async () => {
    if (!site.kick || !site.block) throw new Error('an operator has to be able to kick and block')
    const dave = await login(fresh('dave'), last())
    await site.kick(dave.user, 31010)
    await until('the kick', () => dave.told.includes('disconnected 31010'))
    const erin = await login(fresh('erin'), last())
    const accessToken = await site.token(erin.user)
    await site.block.on(erin.user)
    await until('the block', () => erin.told.includes('disconnected 31011'))
    expect(await codeOf(erin.connection.open({ user: erin.user, accessToken }))).toBe(site.block.atLogin)
    await site.block.off(erin.user)
    await erin.connection.open({ user: erin.user, accessToken })
  })
}
