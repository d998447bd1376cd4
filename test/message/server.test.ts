// The shipped file in phones against the embedded server over real sockets: what the other tests promise with fakes.
import { app, receive, subscribe } from '../server/world'
import type * as Sdk from '../../src/index'
import {
  begin,
  code,
  end,
  filesOf,
  hears,
  online,
  say,
  sayTo,
  serverOfNow,
  settle,
  texts,
  until,
  uploadsAre,
  type Person,
} from './people'

beforeEach(() => begin())
afterEach(end)

describe('groups', () => {
  test('the app hears of its groups; whoever is out neither writes nor reads, and learns why', async () => {
    const [alice, bob, carol] = [await online('alice'), await online('bob'), await online('carol')]
    const { data } = await alice.conn.createGroup({ data: { groupname: 'friends', public: true, members: ['bob'] } })
    const groupId = data.groupid
    await hears(bob, `directJoined: ${groupId} alice`)
    await carol.conn.joinGroup({ groupId })
    expect((await carol.conn.listGroupMembers({ groupId })).data).toEqual([
      { owner: 'alice' },
      { member: 'bob' },
      { member: 'carol' },
    ])
    for (const one of [alice, bob, carol])
      expect((await one.conn.getJoinedGroups()).data).toMatchObject([{ groupid: groupId, affiliations_count: 3 }])
    await sayTo(bob, groupId, 'hello')
    await hears(alice, 'text: hello')
    await hears(carol, 'text: hello')

    await alice.conn.removeGroupMember({ groupId, username: 'bob' })
    await hears(bob, `removeMember: ${groupId} alice`)
    expect(await code(sayTo(bob, groupId, 'still here?'))).toBe(35110)
    expect(await code(bob.conn.getGroupInfo({ groupId }))).toBe(35110)
    await sayTo(alice, groupId, 'behind his back')
    await hears(carol, 'text: behind his back')
    await settle(alice, bob, 'bob')
    expect(texts(bob)).toEqual([])

    await carol.conn.leaveGroup({ groupId })
    expect(await code(sayTo(carol, groupId, 'still here?'))).toBe(35110)
    expect(await code(carol.conn.inviteUsersToGroup({ groupId, users: ['bob'] }))).toBe(35110)
    await alice.conn.inviteUsersToGroup({ groupId, users: ['bob'] })
    await until(() => bob.told.filter((line) => line.startsWith('directJoined')).length === 2)
    await sayTo(alice, groupId, 'back again')
    await hears(bob, 'text: back again')
    expect(await code(bob.conn.destroyGroup({ groupId }))).toBe(35111)
    await alice.conn.destroyGroup({ groupId })
    await hears(bob, `destroy: ${groupId} alice`)
    expect(await code(sayTo(alice, groupId, 'anyone?'))).toBe(35110)
    expect(await code(alice.conn.getGroupInfo({ groupId }))).toBe(35109)
    await settle(alice, carol, 'carol')
    expect(texts(carol)).toEqual(['hello', 'behind his back'])
  })

  test('what happened to a group while the app was dead is true after its next start', async () => {
    const [alice, bob] = [await online('alice'), await online('bob')]
    const old = await alice.conn.createGroup({ data: { groupname: 'old', members: ['bob'] } })
    await hears(bob, `directJoined: ${old.data.groupid} alice`)
    bob.phone.kill()
    await alice.conn.removeGroupMember({ groupId: old.data.groupid, username: 'bob' })
    const { data } = await alice.conn.createGroup({ data: { groupname: 'new', members: ['bob'] } })
    await sayTo(alice, old.data.groupid, 'secret')
    await sayTo(alice, data.groupid, 'welcome')
    bob.phone.show()
    await hears(bob, 'text: welcome')
    expect(await code(sayTo(bob, old.data.groupid, 'still here?'))).toBe(35110)
    expect(texts(bob)).toEqual(['welcome'])
  })

  test('a group of 500: each message reaches everyone who is here once, and the others when they come', async () => {
    const names = Array.from({ length: 496 }, (_, i) => `user${i}`)
    await Promise.all(['dave', ...names].map((name) => serverOfNow().token(name)))
    const [alice, bob, carol] = [await online('alice'), await online('bob'), await online('carol')]
    const groupname = 'everyone'
    const made = await alice.conn.createGroup({ data: { groupname, members: ['bob', 'carol', 'dave', ...names] } })
    const group = made.data.groupid
    expect((await alice.conn.getGroupInfo({ groupId: group })).data).toMatchObject([{ affiliations_count: 500 }])
    for (const one of [bob, carol]) await hears(one, `directJoined: ${group} alice`)
    const here = await Promise.all(names.map((name) => serverOfNow().login(name)))
    await Promise.all(here.map((client) => subscribe(client, `${app}/g/${group}/+`)))
    carol.phone.network.set('none')

    const words = ['one', 'two', 'three']
    for (const word of words) await sayTo(alice, group, word)
    for (const client of here)
      for (const msg of words) expect(JSON.parse((await receive(client)).text)).toMatchObject({ body: { msg } })
    await until(() => texts(bob).length === 3)
    carol.phone.network.set('wifi')
    const dave = await online('dave')
    for (const one of [carol, dave]) await until(() => texts(one).length === 3)
    for (const one of [bob, carol, dave]) {
      await settle(alice, one, one.conn.user)
      expect(texts(one)).toEqual(words)
    }
    expect(here.map(({ packets }) => packets).flat()).toEqual([])
  }, 60_000)
})

describe('attachments', () => {
  const put = ({ phone }: Person, name: string, text: string): string => {
    const path = `${phone.wx.env.USER_DATA_PATH}/${name}`
    phone.wx.getFileSystemManager().writeFileSync(path, text, 'utf8')
    return path
  }
  const fetched = ({ phone, conn }: Person, url: string) =>
    new Promise<{ statusCode: number; text: string }>((resolve, reject) => {
      phone.wx.downloadFile({
        ...conn.downloadRequest(url),
        success: ({ statusCode, tempFilePath }) =>
          resolve({
            statusCode,
            text: phone.wx.getFileSystemManager().readFileSync(tempFilePath, 'utf8') as string,
          }),
        fail: ({ errMsg }) => reject(new Error(errMsg)),
      })
    })

  test('a picture goes up with progress, is tried again when the way breaks, and is for its receiver alone', async () => {
    const [alice, bob, carol] = [await online('alice'), await online('bob'), await online('carol')]
    const url = put(alice, 'cat.jpg', 'meow')
    const progress: number[] = []
    uploadsAre('refuse')
    const sent = alice.conn.send(
      { type: 'img', to: 'bob', width: 4, height: 3, file: { url, size: 4 } },
      { onProgress: ({ loaded, total }) => progress.push(loaded / total) },
    )
    const after = say(alice, 'bob', 'did you see it?')
    await until(() => progress.length > 0)
    uploadsAre('pass')
    await Promise.all([sent, after])
    expect(progress[progress.length - 1]).toBe(1)
    await hears(bob, 'text: did you see it?')
    expect(bob.images).toMatchObject([{ filename: 'cat.jpg', file_length: 4, width: 4, height: 3, from: 'alice' }])
    const address = bob.images[0]!.url!
    expect(await fetched(bob, address)).toEqual({ statusCode: 200, text: 'meow' })
    expect(await fetched(carol, address)).toMatchObject({ statusCode: 403 })
    expect(bob.conn.downloadRequest(address.replace('127.0.0.1', 'localhost')).header).toEqual({})
  })

  test('a picture that was taken back can be fetched by nobody any more; nobody takes back what another uploaded', async () => {
    const [alice, bob] = [await online('alice'), await online('bob')]
    const file = { url: put(alice, 'cat.jpg', 'meow') }
    const sent = alice.conn.send({ type: 'img', to: 'bob', id: 'cat', file })
    await until(() => bob.images.length)
    await sent
    const address = bob.images[0]!.url!
    const forged = {
      id: 'forged',
      type: 'recall',
      control: true,
      time: Date.now(),
      body: { mid: 'cat', files: [] as string[] },
    }
    forged.body.files.push(address.replace(/.*\//, ''))
    await bob.conn.publish('acme/chat/u/alice/bob', JSON.stringify(forged))
    expect(await fetched(bob, address)).toEqual({ statusCode: 200, text: 'meow' })
    const recalled = new Promise((resolve) => bob.conn.on('onRecallMessage', resolve))
    await alice.conn.recallMessage({ mid: 'cat', to: 'bob' })
    expect([await fetched(bob, address), await fetched(alice, address)]).toMatchObject([
      { statusCode: 404 },
      { statusCode: 404 },
    ])
    expect(await recalled).toMatchObject({ mid: 'cat', from: 'alice' })
    const { messages } = await bob.conn.getHistoryMessages({ targetId: 'alice' })
    expect(messages).toMatchObject([{ id: 'cat', type: 'recalled', status: 'recalled' }])
    expect(messages[0]).not.toHaveProperty('url')
  })

  test('a voice and a video arrive with their length, the still picture of the video too, and all can be fetched', async () => {
    const [alice, bob] = [await online('alice'), await online('bob')]
    const voice = { url: put(alice, 'voice.mp3', 'la la'), size: 5 }
    await alice.conn.send({ type: 'audio', to: 'bob', file: voice, length: 3.2, filetype: 'mp3' })
    const film = { url: put(alice, 'film.mp4', 'moving'), thumb: put(alice, 'film.jpg', 'still') }
    const sent = alice.conn.send({ type: 'video', to: 'bob', file: film, width: 16, height: 9, length: 60 })
    await until(() => bob.recordings.length === 2)
    expect(bob.recordings).toMatchObject([
      { type: 'audio', filename: 'voice.mp3', file_length: 5, length: 3.2, filetype: 'mp3' },
      { type: 'video', filename: 'film.mp4', file_length: 6, width: 16, height: 9, length: 60 },
    ])
    const [heard, seen] = bob.recordings as [Sdk.AudioMessage, Sdk.VideoMessage]
    const all = [heard.url, seen.url, seen.thumb].map(async (address) => (await fetched(bob, address!)).text)
    expect(await Promise.all(all)).toEqual(['la la', 'moving', 'still'])
    expect((await sent).message).toMatchObject({ type: 'video', url: seen.url, thumb: seen.thumb })
    const { messages } = await bob.conn.getHistoryMessages({ targetId: 'alice' })
    expect(messages.map(({ type }) => type)).toEqual(['video', 'audio'])
  })

  test('an upload that is taken back is taken off the air, and what it held goes out', async () => {
    const [alice, bob] = [await online('alice'), await online('bob')]
    uploadsAre('hold')
    const file = { url: put(alice, 'cat.jpg', 'meow') }
    const picture = code(alice.conn.send({ type: 'img', to: 'bob', id: 'cat', file }))
    const text = say(alice, 'bob', 'hello')
    await until(() => alice.phone.requests === 1)
    expect(alice.conn.cancelMessage('cat')).toBe(true)
    expect(await picture).toBe(35104)
    await text
    await hears(bob, 'text: hello')
    expect([alice.phone.requests, bob.images]).toEqual([0, []])
    expect(alice.conn.cancelMessage('cat')).toBe(false)
  })

  test('too large and not allowed, on the phone and at the server, each with its code', async () => {
    await end()
    await begin({ limits: { fileBytes: 1000 } })
    const alice = await online('alice', { fileMaxBytes: 2000 })
    await serverOfNow().token('bob')
    const send = (name: string, bytes: number, size?: number) =>
      code(
        alice.conn.send({
          type: 'file',
          to: 'bob',
          file: { url: put(alice, name, 'x'.repeat(bytes)), ...(size && { size }) },
        }),
      )
    uploadsAre('hold') // nothing goes up when the phone itself says no
    expect(await send('a.txt', 2001, 2001)).toBe(35105)
    uploadsAre('pass')
    expect(await send('b.txt', 1001)).toBe(35105)
    expect(await send('b.html', 10)).toBe(35106)
    expect(await send('b.txt', 1000)).toBe('done')
    expect(await code(say(alice, 'bob', 'x'.repeat(70_000)))).toBe(35102)
  })

  test('with useOwnUploadFun the app’s own address goes out as it is, and nothing is uploaded', async () => {
    const [alice, bob] = [await online('alice', { useOwnUploadFun: true }), await online('bob')]
    uploadsAre('hold')
    const url = 'https://cdn.example.com/cat.jpg'
    await alice.conn.send({ type: 'img', to: 'bob', url })
    await until(() => bob.images.length)
    expect(bob.images).toMatchObject([{ url }])
    expect(bob.conn.downloadRequest(url)).toEqual({ url, header: {} })
    expect(await code(alice.conn.send({ type: 'img', to: 'bob', file: { url: put(alice, 'a.jpg', 'x') } }))).toBe(35101)
  })
})

describe('one-to-one', () => {
  test('what waited on the server arrives between its two announcements, what comes later outside', async () => {
    const [alice, bob] = [await online('alice'), await online('bob')]
    bob.phone.kill()
    for (const word of ['one', 'two', 'three']) await say(alice, 'bob', word)
    bob.told.length = 0
    bob.phone.show()
    await hears(bob, 'that was all')
    await say(alice, 'bob', 'four')
    await hears(bob, 'text: four')
    expect(bob.told).toEqual([
      'store: true',
      'offline messages',
      'text: one',
      'text: two',
      'text: three',
      'that was all',
      'text: four',
    ])
  })

  test('receipts: delivered by itself, read when the app says so, and nobody answers a receipt', async () => {
    const options = { delivery: true }
    const [alice, bob] = [await online('alice', options), await online('bob', options)]
    await say(alice, 'bob', 'hello', { id: 'h1' })
    await hears(alice, 'delivered: h1 bob')
    await bob.conn.send({ type: 'read', to: 'alice', id: 'h1' })
    await hears(alice, 'read: h1 bob')
    await say(alice, 'bob', 'hello?', { id: 'h2' })
    await hears(alice, 'delivered: h2 bob')
    await bob.conn.send({ type: 'channel', to: 'alice' })
    await hears(alice, 'all read: bob')
    const { messages } = await alice.conn.getHistoryMessages({ targetId: 'bob' })
    expect(messages.map(({ id, status }) => `${id} ${status}`)).toEqual(['h2 read', 'h1 read'])
    expect((await bob.conn.getLocalConversations()).data).toMatchObject([{ conversationId: 'alice', unReadCount: 0 }])
    await settle(alice, bob, 'bob')
    await until(() => alice.told.filter((line) => line.startsWith('delivered')).length === 3)
    expect(bob.told.filter((line) => !line.startsWith('text: '))).toEqual(['store: true'])
  })

  test('the history is there after a restart, before any connection and without one', async () => {
    const [alice, bob] = [await online('alice'), await online('bob')]
    for (const word of ['one', 'two', 'three']) await say(alice, 'bob', word)
    await until(() => texts(bob).length === 3)
    bob.phone.kill()
    bob.phone.network.set('none')
    bob.told.length = 0
    bob.phone.show()
    await hears(bob, 'store: true')
    const { data } = await bob.conn.getLocalConversations()
    expect(data).toMatchObject([{ conversationId: 'alice', unReadCount: 3, lastMessage: { msg: 'three' } }])
    const page = await bob.conn.getHistoryMessages({ targetId: 'alice', pageSize: 2 })
    expect(page).toMatchObject({ messages: [{ msg: 'three' }, { msg: 'two' }], isLast: false })
    expect(bob.conn.isOpened()).toBe(false)
    bob.phone.network.set('wifi')
    await until(() => bob.conn.isOpened())
    await settle(alice, bob, 'bob')
    expect(texts(bob)).toEqual([])
  })

  test('a message sent without network from an app that is then killed goes out after the next login, once', async () => {
    const [alice, bob] = [await online('alice'), await online('bob')]
    alice.phone.network.set('none')
    for (const msg of ['one', 'two']) void code(say(alice, 'bob', msg, { id: msg }))
    await until(() => filesOf(alice).includes('"two"'))
    alice.phone.kill()
    alice.phone.network.set('wifi')
    alice.phone.show()
    await hears(alice, 'acked: two')
    await settle(alice, bob, 'bob')
    expect(texts(bob)).toEqual(['one', 'two'])
    expect(alice.told.filter((line) => /one|two/.test(line))).toEqual(['acked: one', 'acked: two'])
  })
})
