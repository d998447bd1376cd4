// Attachments and groups: what goes over REST, how it fails, and what the app is told.
import { ConnectionError } from '../../src/errors/connection-error'
import type { Http, Uploading, HttpRequest, HttpResponse, UploadRequest } from '../../src/ports/http'
import type { NewMessage } from '../../src/messages/types'
import { Phone, type PhoneOptions } from './phone'
import { newClock, Server } from './server'

const json = (status: number, body: unknown): HttpResponse => ({ status, header: {}, body: JSON.stringify(body) })
const stored = (uuid = 'f1') =>
  json(200, { uri: 'https://im.example.com/acme/chat/chatfiles', entities: [{ uuid, size: 123 }] })

interface Pending {
  readonly request: UploadRequest
  answer(response: HttpResponse): void
  fail(errMsg: string): void
  aborted: boolean
}

const world = (options: PhoneOptions = {}) => {
  const clock = newClock()
  const server = new Server(clock)
  const uploads: Pending[] = []
  const calls: HttpRequest[] = []
  let reply: (request: HttpRequest) => HttpResponse = () => json(200, { data: [] })
  const http: Http = {
    request: (request) => {
      calls.push(request)
      return Promise.resolve(reply(request))
    },
  }
  const upload: Uploading = (request) => {
    const upload = { request, aborted: false } as Pending
    uploads.push(upload)
    const done = new Promise<HttpResponse>((resolve, reject) => {
      upload.answer = resolve
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as the port says
      upload.fail = (errMsg) => reject({ errMsg })
    })
    return { done, abort: () => (upload.aborted = true) }
  }
  server.mailbox('bob').filters.add('acme/chat/u/bob/+')
  const phone = new Phone('alice', server, { ...options, http, upload })
  const arrived = () =>
    server.mailbox('bob').queue.map(({ payload }) => (JSON.parse(payload) as { body: Record<string, unknown> }).body)
  const answer = (next: typeof reply) => (reply = next)
  return { clock, server, phone, app: phone.launch(), uploads, calls, arrived, answer }
}
const image = (more: object = {}) =>
  ({ type: 'img', to: 'bob', file: { url: 'wxfile://tmp_1.jpg' }, width: 4, ...more }) as NewMessage
const name = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: unknown) => (error instanceof ConnectionError ? error.name : String(error)),
  )

describe('attachments', () => {
  test('the file goes up with the token and with progress, then the message with its address', async () => {
    const { clock, app, uploads, arrived } = world()
    app.connect()
    const progress: unknown[] = []
    const sent = app.messaging.send(image(), { onProgress: (p) => progress.push(p) })
    await clock.advance(50)
    expect(uploads[0]!.request).toMatchObject({
      url: 'https://im.example.com/acme/chat/chatfiles',
      header: { authorization: 'Bearer token of alice' },
      filePath: 'wxfile://tmp_1.jpg',
      name: 'file',
      formData: { filename: 'tmp_1.jpg', to: 'bob' },
    })
    uploads[0]!.request.onProgress!(50, 100)
    expect(arrived()).toEqual([])
    uploads[0]!.answer(stored())
    await clock.advance(50)
    const url = 'https://im.example.com/acme/chat/chatfiles/f1'
    expect(arrived()).toEqual([{ url, filename: 'tmp_1.jpg', file_length: 123, width: 4 }])
    expect(progress).toEqual([{ loaded: 50, total: 100 }])
    expect((await sent).message).toMatchObject({ type: 'img', url })
    expect((await sent).message).not.toHaveProperty('file')
  })

  test('a still picture goes up first; taken back in between, nothing more goes up', async () => {
    const { clock, app, uploads, arrived } = world()
    app.connect()
    const file = { url: 'wxfile://tmp_1.mp4', thumb: 'wxfile://tmp_1.jpg' }
    const send = (id: string) => name(app.messaging.send({ type: 'video', to: 'bob', id, file }))
    void send('kept')
    await clock.advance(50)
    uploads[0]!.answer(stored())
    await clock.advance(50)
    expect(uploads.map(({ request }) => request.filePath)).toEqual([file.thumb, file.url])
    uploads[1]!.answer(stored())
    await clock.advance(50)
    expect(arrived()).toMatchObject([{ filename: 'tmp_1.mp4', thumb: expect.stringMatching(/f1$/) as string }])
    const back = send('back')
    await clock.advance(50)
    expect(app.messaging.cancelMessage('back')).toBe(true)
    uploads[2]!.answer(stored())
    await clock.advance(60_000)
    expect([await back, uploads.length, arrived().length]).toEqual(['MessageCancelled', 3, 1])
  })

  test('what follows in the same conversation waits for the upload, other conversations do not', async () => {
    const { clock, server, app, uploads } = world()
    app.connect()
    for (const message of [image({ id: 'first' }), { type: 'txt', to: 'bob', msg: 'x', id: 'second' }])
      void app.messaging.send(message as NewMessage)
    void app.messaging.send({ type: 'txt', to: 'carol', msg: 'x', id: 'other' })
    const order = () => server.taken.map(({ payload }) => (JSON.parse(payload) as { id: string }).id)
    await clock.advance(50)
    expect(order()).toEqual(['other'])
    uploads[0]!.answer(stored())
    await clock.advance(50)
    expect(order()).toEqual(['other', 'first', 'second'])
  })

  test('an upload that breaks off is tried again; once it is up, a kill of the app does not repeat it', async () => {
    const { clock, phone, app, uploads, arrived } = world()
    app.connect()
    void app.messaging.send(image())
    await clock.advance(50)
    uploads[0]!.fail('uploadFile:fail network interrupted')
    await clock.advance(4_000)
    uploads[1]!.answer(json(503, {}))
    await clock.advance(8_000)
    app.drop()
    uploads[2]!.answer(stored())
    await clock.advance(50)
    phone.kill()
    phone.launch().connect()
    await clock.advance(100)
    expect(uploads).toHaveLength(3)
    expect(arrived()).toMatchObject([{ url: 'https://im.example.com/acme/chat/chatfiles/f1' }])
  })

  test('without a connection no try is used up: it goes on when the connection is back', async () => {
    const { clock, app, uploads } = world()
    app.connect()
    const sent = name(app.messaging.send(image()))
    for (let i = 0; i < 6; i++) {
      await clock.advance(50)
      app.drop()
      uploads[i]!.fail('uploadFile:fail network is down')
      await clock.advance(60_000)
      expect(uploads).toHaveLength(i + 1)
      app.connect()
    }
    await clock.advance(50)
    uploads[6]!.answer(stored())
    await clock.advance(50)
    expect(await sent).toBe('done')
  })

  test('after four tries it fails and lets go of what follows; sent again under its id it starts over', async () => {
    const { clock, app, uploads, arrived } = world()
    app.connect()
    const failed = name(app.messaging.send(image({ id: 'i1' })))
    void app.messaging.send({ type: 'txt', to: 'bob', msg: 'after' })
    for (let i = 0; i < 4; i++) {
      await clock.advance(20_000)
      uploads[i]!.fail('uploadFile:fail timeout')
    }
    await clock.advance(100)
    expect(await failed).toBe('UploadFailed')
    expect(arrived()).toEqual([{ msg: 'after' }])
    const again = name(app.messaging.send(image({ id: 'i1' })))
    await clock.advance(50)
    uploads[4]!.answer(stored())
    await clock.advance(50)
    expect(await again).toBe('done')
  })

  test.each([
    [413, {}, 'FileTooLarge'],
    [415, {}, 'FileRefused'],
    [413, { code: 35105 }, 'FileTooLarge'],
    [403, { code: 35110, error_description: 'not a member' }, 'NotGroupMember'],
    [200, { unexpected: true }, 'UploadFailed'],
  ])('an answer %i %j of the server means %s', async (status, body, error) => {
    const { clock, app, uploads } = world()
    app.connect()
    const failed = name(app.messaging.send(image()))
    for (let i = 0; i < 4; i++) {
      await clock.advance(20_000)
      uploads[i]?.answer(json(status, body))
    }
    await clock.advance(20_000)
    expect(await failed).toBe(error)
    expect(uploads).toHaveLength(error === 'UploadFailed' ? 4 : 1)
  })

  test('taken back, the upload stops, and the next one may begin: at most two at a time', async () => {
    const { clock, app, uploads } = world()
    app.connect()
    const all = ['a', 'b', 'c'].map((to) => name(app.messaging.send(image({ to, id: to }))))
    await clock.advance(50)
    expect(uploads).toHaveLength(2)
    expect(app.messaging.cancelMessage('a')).toBe(true)
    await clock.advance(50)
    expect(await all[0]).toBe('MessageCancelled')
    expect(uploads.map(({ aborted }) => aborted)).toEqual([true, false, false])
    uploads[0]!.answer(stored())
    uploads[1]!.answer(stored())
    await clock.advance(50)
    expect(await all[1]).toBe('done')
  })

  test('too large a file is refused before it goes up', async () => {
    const { app, uploads } = world({ fileMaxBytes: 1000 })
    expect(await name(app.messaging.send(image({ file: { url: 'x', size: 1001 } })))).toBe('FileTooLarge')
    expect(uploads).toEqual([])
  })

  test('useOwnUploadFun: the address of the app goes out as it is, and a file without one is refused', async () => {
    const { clock, app, uploads, arrived } = world({ useOwnUploadFun: true })
    app.connect()
    await clock.advance(10)
    void app.messaging.send({ type: 'file', to: 'bob', url: 'cloud://bucket/1', filename: 'a.pdf', file_length: 9 })
    await clock.advance(50)
    expect(arrived()).toEqual([{ url: 'cloud://bucket/1', filename: 'a.pdf', file_length: 9 }])
    expect(await name(app.messaging.send(image()))).toBe('InvalidMessage')
    expect(uploads).toEqual([])
  })

  test('the token goes along only to our own server', () => {
    const { app } = world()
    const header = (url: string) => app.messaging.downloadRequest(url).header
    expect(header('https://im.example.com/acme/chat/chatfiles/f1')).toEqual({ authorization: 'Bearer token of alice' })
    expect(header('https://im.example.com.evil.org/acme/chat/chatfiles/f1')).toEqual({})
    expect(header('https://im.example.com/acme/chat/chatfiles.evil/f1')).toEqual({})
    expect(header('https://im.example.com/acme/chat/chatfiles/../users')).toEqual({})
    expect(header('https://im.example.com/acme/chat/chatfiles/?x=/f1')).toEqual({})
    expect(header('https://evil.org/?https://im.example.com/acme/chat/chatfiles/f1')).toEqual({})
  })
})

describe('groups', () => {
  test('every call asks what docs/rest.md says', async () => {
    const { clock, app, calls, answer } = world()
    app.connect()
    await clock.advance(10)
    calls.length = 0
    answer(({ method }) => json(200, { data: method === 'POST' ? { groupid: 'g9' } : [] }))
    const { messaging } = app
    await messaging.createGroup({ data: { groupname: 'Nine', desc: 'all nine', public: true, members: ['bob'] } })
    await messaging.joinGroup({ groupId: 'g9' })
    await messaging.inviteUsersToGroup({ groupId: 'g9', users: ['carol'] })
    await messaging.listGroupMembers({ groupId: 'g9', pageNum: 2, pageSize: 50 })
    await messaging.getGroupInfo({ groupId: 'g9' })
    await messaging.getJoinedGroups()
    await messaging.removeGroupMember({ groupId: 'g9', username: 'carol' })
    await messaging.leaveGroup({ groupId: 'g9' })
    await messaging.destroyGroup({ groupId: 'g9' })
    const said = calls.map(({ method, url, body }) => [
      method,
      url.replace('https://im.example.com/acme/chat', ''),
      body && (JSON.parse(body) as unknown),
    ])
    expect(said).toEqual([
      ['POST', '/chatgroups', { groupname: 'Nine', description: 'all nine', public: true, members: ['bob'] }],
      ['POST', '/chatgroups/g9/users', {}],
      ['POST', '/chatgroups/g9/users', { usernames: ['carol'] }],
      ['GET', '/chatgroups/g9/users?pagenum=2&pagesize=50', undefined],
      ['GET', '/chatgroups/g9', undefined],
      ['GET', '/chatgroups', undefined],
      ['DELETE', '/chatgroups/g9/users/carol', undefined],
      ['DELETE', '/chatgroups/g9/users/alice', undefined],
      ['DELETE', '/chatgroups/g9', undefined],
    ])
    calls.forEach(({ header }) => expect(header!.authorization).toBe('Bearer token of alice'))
  })

  test('who creates or joins hears the group, who leaves no longer does', async () => {
    const { clock, server, app, answer } = world()
    app.connect()
    await clock.advance(10)
    answer(() => json(200, { data: { groupid: 'g9' } }))
    const hears = () => server.mailbox('alice').filters.has('acme/chat/g/g9/+')
    await app.messaging.createGroup({ data: { groupname: 'Nine' } })
    expect(hears()).toBe(true)
    await app.messaging.leaveGroup({ groupId: 'g9' })
    expect(hears()).toBe(false)
    await app.messaging.joinGroup({ groupId: 'g9' })
    expect(hears()).toBe(true)
  })

  test('an answer without data is a failure, and what is no group is not listened to', async () => {
    const { clock, server, app, answer } = world()
    app.connect()
    await clock.advance(10)
    answer(() => json(200, {}))
    await expect(app.messaging.createGroup({ data: { groupname: 'Nine' } })).rejects.toMatchObject({
      name: 'RestFailed',
    })
    const before = [...server.mailbox('alice').filters]
    answer(() => json(200, { data: { groupid: '#' } }))
    await app.messaging.createGroup({ data: { groupname: 'Nine' } })
    expect([...server.mailbox('alice').filters]).toEqual(before)
  })

  test.each(['', '5', '{}', '[', '[null,"+",7]'])(
    'a list of groups that storage damaged (%s) ends no login',
    async (kept) => {
      const { clock, phone } = world()
      phone.kill()
      phone.values.set('im/groups/acme/chat/alice', kept)
      const app = phone.launch()
      app.connect()
      await clock.advance(100)
      expect(app.events()).toContain('onStoreOpened')
      expect([...phone.server.mailbox('alice').filters].filter((filter) => filter.includes('/g/'))).toEqual([])
    },
  )

  test('failures carry the code of the server, or say what was seen', async () => {
    const { clock, app, answer } = world()
    app.connect()
    await clock.advance(10)
    answer(() => json(404, { error: 'group_not_found', error_description: 'no group g0', code: 35109 }))
    await expect(app.messaging.joinGroup({ groupId: 'g0' })).rejects.toMatchObject({
      name: 'GroupNotFound',
      code: 35109,
    })
    answer(() => ({ status: 502, header: {}, body: '<html>bad gateway</html>' }))
    await expect(app.messaging.getJoinedGroups()).rejects.toMatchObject({ name: 'RestFailed', cause: { status: 502 } })
    app.messaging.closed()
    await expect(app.messaging.leaveGroup({ groupId: 'g0' })).rejects.toMatchObject({ name: 'NotConnected' })
  })

  test('a list of groups that fails is asked for again', async () => {
    const { clock, server, app, calls, answer } = world()
    answer(() => json(500, {}))
    app.connect()
    await clock.advance(10)
    answer(() => json(200, { data: [{ groupid: 'g1' }] }))
    await clock.advance(16_000)
    expect(calls).toHaveLength(2)
    expect([...server.mailbox('alice').filters]).toContain('acme/chat/g/g1/+')
  })
})
