// A new phone is not empty: what a user sees of a history that goes on in an archive, whatever the archive does.
import fc from 'fast-check'
import type { ArchivePage, HistoryProvider } from '../../src/messages/types'
import { archiveWorld, answers, text } from './archive-world'
import { numbers, texts } from './reader'

const down = (from: number, to: number) => numbers(from, to).reverse()

test('a new phone shows the conversation as it was, page by page, with one end', async () => {
  const it = archiveWorld()
  for (let n = 1; n <= 70; n++) it.kept.push(text(n, n % 2 ? 'bob' : 'alice'))
  it.app.connect()
  await it.clock.advance(50)
  const first = await it.page()
  expect(texts(first.messages)).toEqual(down(51, 70))
  expect(first.isLast).toBe(false)
  expect(first.messages.slice(0, 2)).toMatchObject([
    { id: 'n70', from: 'alice', to: 'bob', chatType: 'singleChat', status: 'sent', time: 70 },
    { id: 'n69', from: 'bob', to: 'alice', chatType: 'singleChat', status: 'received', time: 69 },
  ])
  expect(await it.read()).toEqual(down(1, 70))
  expect(await it.read(7, 'down')).toEqual(numbers(1, 70))
})

test('a phone with a hole between an old login and now shows what it missed, each once, in its place', async () => {
  const it = archiveWorld()
  it.app.connect()
  for (let n = 1; n <= 30; n++) it.say(n)
  await it.clock.advance(200)
  it.app.drop()
  it.server.mailboxes.delete('alice') // away for longer than the server keeps a session
  for (let n = 31; n <= 90; n++) it.kept.push(text(n))
  it.app.connect()
  it.server.mailbox('alice').filters.add('acme/chat/u/alice/+')
  for (let n = 91; n <= 120; n++) it.say(n)
  await it.clock.advance(200)
  expect(await it.read()).toEqual(down(1, 120))
  expect(await it.read(50, 'down')).toEqual(numbers(1, 120))
})

test('any split of a conversation between phone and archive gives the same list, with any page size, up and down', async () => {
  await fc.assert(
    fc.asyncProperty(
      // Of each message: who has it.
      fc.array(fc.constantFrom('phone', 'archive', 'both'), { minLength: 1, maxLength: 150 }),
      fc.integer({ min: 1, max: 50 }),
      async (places, pageSize) => {
        const it = archiveWorld()
        it.app.connect()
        await it.clock.advance(50)
        places.forEach((place, n) => {
          if (place === 'archive') it.kept.push(text(n))
          else it.say(n, { archived: place === 'both' })
        })
        await it.clock.advance(2000)
        const all = numbers(0, places.length - 1)
        expect(await it.read(pageSize, 'down')).toEqual(all)
        expect(await it.read(pageSize)).toEqual(all.reverse())
      },
    ),
    { numRuns: 40 },
  )
}, 60_000)

test('clocks of senders that are wrong cost no message and double none, and no page size changes the list', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom('phone', 'archive', 'both'), fc.nat(50)), { minLength: 1, maxLength: 100 }),
      fc.integer({ min: 1, max: 50 }),
      async (places, pageSize) => {
        const it = archiveWorld()
        it.app.connect()
        await it.clock.advance(50)
        places.forEach(([place, time], n) => {
          if (place === 'archive') it.kept.push(text(n, 'bob', time))
          else it.say(n, { archived: place === 'both', time })
        })
        await it.clock.advance(2000)
        const list = await it.read(50)
        expect(await it.read(pageSize)).toEqual(list)
        expect([...list].sort()).toEqual(numbers(0, places.length - 1).sort())
      },
    ),
    { numRuns: 40 },
  )
}, 60_000)

test('offline it shows what the phone has, says that there may be more, and goes on from there when the network is back', async () => {
  const it = archiveWorld()
  for (let n = 1; n <= 40; n++) it.kept.push(text(n))
  it.app.connect()
  await it.clock.advance(50)
  for (let n = 41; n <= 50; n++) it.say(n)
  await it.clock.advance(200)
  it.app.drop()
  const offline = await it.page()
  expect([texts(offline.messages), offline.isLast, offline.error?.name]).toEqual([down(41, 50), false, 'NotConnected'])
  const more = await it.page(offline.cursor)
  expect([more.messages, more.isLast]).toEqual([[], false])
  expect(it.asked).toEqual([])
  it.app.connect()
  await it.clock.advance(50)
  const back = await it.page(more.cursor)
  expect([texts(back.messages), back.isLast, back.error]).toEqual([down(21, 40), false, undefined])
})

test('an app that asks offline until the last page does not spin: it gets an empty page twice a second at most', async () => {
  const it = archiveWorld()
  await it.clock.advance(50)
  let pages = 0
  const forever = async (): Promise<void> => {
    const { isLast } = await it.app.messaging.getHistoryMessages({ targetId: 'bob' })
    if (!isLast && ++pages < 1000) return forever()
  }
  void forever()
  await it.clock.advance(10_000)
  expect(pages).toBeLessThanOrEqual(22)
})

test('what arrives while a page is on its way is in the list once', async () => {
  const it = archiveWorld()
  it.app.connect()
  await it.clock.advance(50)
  for (let n = 1; n <= 30; n++) it.say(n)
  await it.clock.advance(300)
  it.kept.unshift(text(0))
  let release = (): void => undefined
  it.answer = async (query) => {
    const page = await it.usual(query)
    await new Promise<void>((resolve) => (release = resolve))
    return page
  }
  const pending = it.app.messaging.getHistoryMessages({ targetId: 'bob', pageSize: 25 })
  await it.clock.advance(50)
  it.say(31)
  await it.clock.advance(50)
  expect(it.app.texts()).toContain('31')
  release()
  it.answer = it.usual
  const first = await it.within(pending)
  expect(texts(first.messages)).toEqual(down(7, 31))
  expect(texts((await it.page(first.cursor, 25)).messages)).toEqual(down(0, 6))
})

test('the cursor goes on where it was after another conversation was read, and after the app was started again', async () => {
  const it = archiveWorld()
  for (let n = 1; n <= 60; n++) it.kept.push(text(n))
  it.app.connect()
  await it.clock.advance(50)
  const { cursor } = await it.page('', 13)
  await it.within(it.app.messaging.getHistoryMessages({ targetId: 'carol' }))
  expect(texts((await it.page(cursor, 7)).messages)).toEqual(down(41, 47))
  const next = it.restart()
  next.connect()
  await it.clock.advance(50)
  expect(texts((await it.page(cursor, 7, 'up', next)).messages)).toEqual(down(41, 47))
})

describe('an archive that does not do what it should', () => {
  const wrong: Record<string, [provider: HistoryProvider, says: RegExp]> = {
    'throws at once': [
      () => {
        throw new Error('the table is gone')
      },
      /the table is gone/,
    ],
    'rejects with nothing': [
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what an app's code may do
      () => Promise.reject(undefined),
      /historyProvider/,
    ],
    'never answers': [() => new Promise<never>(() => undefined), /no answer in 10 s/],
    'answers nothing': [() => Promise.resolve(undefined as unknown as ArchivePage), /no \{ messages, isLast \}/],
    'answers a page of an error': [
      () => Promise.resolve({ messages: '<html>', isLast: 'no' } as unknown as ArchivePage),
      /no \{ messages, isLast \}/,
    ],
    'answers messages that nobody sent': [
      () => Promise.resolve({ messages: [{ id: 'x' }, null] as never, isLast: false }),
      /no message with id, from/,
    ],
    'answers the same page for ever': [
      () => Promise.resolve({ messages: [text(9), text(8)], isLast: false }),
      /nothing new/,
    ],
    'answers empty pages for ever': [() => Promise.resolve({ messages: [], isLast: false }), /nothing new/],
  }
  test.each(Object.keys(wrong))('%s: the phone shows its own, and why, and not the end', async (name) => {
    const [provider, says] = wrong[name]!
    const it = archiveWorld(provider)
    it.app.connect()
    await it.clock.advance(50)
    for (let n = 10; n <= 15; n++) it.say(n)
    await it.clock.advance(200)
    const page = await it.page()
    expect(texts(page.messages).slice(0, 6)).toEqual(down(10, 15))
    expect(page).toMatchObject({ isLast: false, error: { name: 'RestFailed', code: 35031 } })
    expect(page.error!.message).toMatch(says)
    // Not asked again and again meanwhile; and when it is well again, nothing is missing.
    const before = it.asked.length
    expect((await it.app.messaging.getHistoryMessages({ targetId: 'bob' })).error).toBe(page.error)
    expect(it.asked.length).toBe(before)
    for (let n = 1; n <= 15; n++) it.kept[n - 1] = text(n)
    it.answer = it.usual
    await it.clock.advance(2000)
    expect(await it.read()).toEqual(down(1, 15))
  })

  test('one that answers far too much is taken at its first fifty, and the rest comes later', async () => {
    const it = archiveWorld(() =>
      Promise.resolve({ messages: Array.from({ length: 5000 }, (_, n) => text(5000 - n)), isLast: true }),
    )
    it.app.connect()
    await it.clock.advance(50)
    const page = await it.page('', 50)
    expect([texts(page.messages), page.isLast]).toEqual([down(4951, 5000), false])
  })

  test('one that is out of order, or has everything twice, shows each message once', async () => {
    const twice = Array.from({ length: 120 }, (_, n) => text(Math.floor(n / 2)))
    const shuffled = [...Array.from({ length: 120 }, (_, n) => text((n * 37) % 60)), text(3), text(58)]
    for (const list of [twice, shuffled]) {
      const it = archiveWorld(answers(() => list))
      it.app.connect()
      await it.clock.advance(50)
      for (let n = 20; n < 40; n++) it.say(n)
      await it.clock.advance(200)
      const found = await it.read(9).catch((error: Error) => error.message)
      if (list === twice) expect(found).toEqual(down(0, 59))
      const page = await it.page('', 50)
      expect(new Set(texts(page.messages)).size).toBe(page.messages.length)
    }
  })

  test('a message that is none, of a stranger, or of no kind for the history, is left out and told once; the others are there', async () => {
    const it = archiveWorld()
    it.kept.push(
      text(1),
      { ...text(2), body: {} },
      text(3, 'mallory'),
      { ...text(4), type: 'read', body: { ids: ['n1'] } },
      { ...text(5), type: 'cmd', body: { action: 'x' } },
      { ...text(7), id: 7 } as never,
      { ...text(8), from: '$' },
      null as never,
      text(6),
    )
    it.app.connect()
    await it.clock.advance(50)
    expect(await it.read()).toEqual(['6', '1'])
    expect(await it.read()).toEqual(['6', '1'])
    expect(
      it.app.failures.map(({ name, message }) => [name, /bob\/n2|mallory\/n3|id, from/.exec(message)?.[0]]),
    ).toEqual([
      ['InvalidMessage', 'id, from'],
      ['InvalidMessage', 'mallory/n3'],
      ['InvalidMessage', 'bob/n2'],
    ])
  })

  test('a definite refusal is the end of it: told, and not asked again before the next login', async () => {
    const refusal = Object.assign(new Error('not a member'), { status: 403 })
    const it = archiveWorld(() => Promise.reject(refusal))
    it.app.connect()
    await it.clock.advance(50)
    it.say(1)
    await it.clock.advance(50)
    const page = await it.page()
    expect([texts(page.messages), page.isLast, page.error?.name]).toEqual([['1'], true, 'RestFailed'])
    await it.clock.advance(600_000)
    await it.page()
    expect(it.asked).toHaveLength(1)
    it.app.drop()
    it.app.connect()
    await it.clock.advance(50)
    await it.page()
    expect(it.asked).toHaveLength(2)
  })

  test('one that fails is asked again ever more rarely', async () => {
    const it = archiveWorld(() => Promise.reject(new Error('busy')))
    it.app.connect()
    await it.clock.advance(50)
    for (let second = 0; second < 600; second++) {
      await it.app.messaging.getHistoryMessages({ targetId: 'bob' }).catch(() => undefined)
      await it.clock.advance(1000)
    }
    expect(it.asked.length).toBeLessThan(60)
  })
})

test('the newest page is asked for once while the link lasts, however often it is drawn; and again after the next login', async () => {
  const it = archiveWorld()
  for (let n = 1; n <= 10; n++) it.kept.push(text(n))
  it.app.connect()
  await it.clock.advance(50)
  for (let n = 11; n <= 14; n++) {
    it.say(n)
    await it.clock.advance(50)
    expect(texts((await it.page()).messages)).toEqual(down(1, n))
  }
  expect(it.asked).toHaveLength(1)
  it.app.drop()
  it.kept.push(text(15))
  it.app.connect()
  await it.clock.advance(50)
  expect(texts((await it.page()).messages)).toEqual(down(1, 15))
  expect(it.asked).toHaveLength(2)
})

test('what was taken back, or deleted on this phone, does not come back from the archive', async () => {
  const it = archiveWorld()
  it.app.connect()
  await it.clock.advance(50)
  for (let n = 1; n <= 6; n++) it.say(n)
  await it.clock.advance(200)
  const recall = { id: 'r1', type: 'recall', control: true, time: 7, body: { mid: 'n3' } }
  it.server.publish('acme/chat/u/alice/bob', JSON.stringify(recall))
  await it.clock.advance(100)
  it.kept[3] = { ...text(4), type: 'recalled', body: {} }
  const tombs = (await it.page()).messages.map(({ id, type }) => `${id} ${type}`)
  expect(tombs).toEqual(['n6 txt', 'n5 txt', 'n4 recalled', 'n3 recalled', 'n2 txt', 'n1 txt'])
  // Another phone of alice's, which had none of it: what the archive says of them.
  const fresh = archiveWorld(answers(() => it.kept))
  fresh.app.connect()
  await fresh.clock.advance(50)
  expect((await fresh.page()).messages.find(({ id }) => id === 'n4')).toMatchObject({
    type: 'recalled',
    status: 'recalled',
  })
})

test('what only the archive has can be deleted here: it does not come back, from the archive or late from the server', async () => {
  const it = archiveWorld()
  it.app.connect()
  await it.clock.advance(50)
  for (let n = 1; n <= 4; n++) it.kept.push(text(n))
  it.say(5)
  await it.clock.advance(200)
  expect(await it.read()).toEqual(down(1, 5))
  const remove = (...messageIds: string[]) =>
    it.within(it.app.messaging.removeHistoryMessages({ targetId: 'bob', messageIds }))
  await remove('n2', 'n3', 'n5')
  expect(await it.read()).toEqual(['4', '1'])
  const { from, ...late } = text(3)
  it.server.publish(`acme/chat/u/alice/${from}`, JSON.stringify(late))
  await it.clock.advance(200)
  const next = it.restart()
  next.connect()
  await it.clock.advance(50)
  expect([...it.app.texts(), ...next.texts()]).toEqual(['5'])
  expect([await it.read(20, 'up', next), await it.read(20, 'down', next)]).toEqual([
    ['4', '1'],
    ['1', '4'],
  ])
  const unread = await it.within(next.messaging.getLocalConversations())
  expect(unread.data.map(({ unReadCount }) => unReadCount)).toEqual([])
})

test('what was taken back while the phone was away for too long to hear of it is shown as taken back', async () => {
  const it = archiveWorld()
  it.app.connect()
  await it.clock.advance(50)
  for (let n = 1; n <= 3; n++) it.say(n)
  await it.clock.advance(200)
  it.kept[1] = { ...text(2), type: 'recalled', body: {} }
  expect((await it.page()).messages.map(({ type }) => type)).toEqual(['txt', 'recalled', 'txt'])
})

test('a conversation that was removed from this phone stays removed, also after a restart; what is said later is there', async () => {
  const it = archiveWorld()
  it.app.connect()
  await it.clock.advance(50)
  for (let n = 1; n <= 5; n++) it.kept.push(text(n))
  for (let n = 6; n <= 9; n++) it.say(n)
  await it.clock.advance(200)
  expect(await it.read()).toEqual(down(1, 9))
  await it.within(it.app.messaging.removeLocalConversation({ conversationId: 'bob', conversationType: 'singleChat' }))
  expect(await it.read()).toEqual([])
  it.say(10)
  it.kept.push(text(11)) // that this phone never got
  await it.clock.advance(200)
  const next = it.restart()
  next.connect()
  await it.clock.advance(50)
  expect(await it.read(20, 'up', next)).toEqual(['11', '10'])
  expect(await it.read(20, 'down', next)).toEqual(['10', '11'])
  await it.within(next.messaging.deleteAllMessagesAndConversations())
  expect(await it.read(20, 'up', next)).toEqual([])
})

test('a user who leaves while a page is on its way is not answered with it', async () => {
  const it = archiveWorld(() => new Promise(() => undefined))
  it.app.connect()
  await it.clock.advance(50)
  const page = it.app.messaging.getHistoryMessages({ targetId: 'bob' })
  await it.clock.advance(50)
  it.app.close()
  await expect(page).rejects.toMatchObject({ name: 'ConnectionClosed' })
})
