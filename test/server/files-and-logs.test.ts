// Attachments and logs: sent, fetched by those they are for, resumed where they broke off, bounded in every way.
import { createHash } from 'node:crypto'
import { app, startLastingWorld, startWorld, type Answer, type World } from './world'

let world: World
const tokens = new Map<string, string>()
const begin = async (wishes: Parameters<typeof startWorld>[0] = {}, start = startWorld): Promise<void> => {
  world = await start(wishes)
  for (const user of ['alice', 'bob', 'carol']) tokens.set(user, await world.token(user))
}
beforeEach(() => begin())
afterEach(() => world.end())

const as = (user: string, method: string, path: string, options: Parameters<World['call']>[2] = {}): Promise<Answer> =>
  world.call(method, `${app}/${path}`, { token: tokens.get(user)!, ...options })

describe('attachments', () => {
  const send = (
    content: string,
    fields: Record<string, string>,
    { name = 'cat.png', type = 'image/png' } = {},
  ): Promise<Answer> => {
    const form = new FormData()
    for (const [field, value] of Object.entries(fields)) form.set(field, value)
    form.set('file', new Blob([content], { type }), name)
    return as('alice', 'POST', 'chatfiles', { raw: form })
  }
  const idOf = (answer: Answer): string => (answer.body.entities as { uuid: string }[])[0]!.uuid

  test('the receiver fetches what was sent; nobody else does', async () => {
    const answer = await send('meow', { to: 'bob', filename: '猫 "1".png' })
    const id = idOf(answer)
    expect(answer.body).toEqual({
      uri: `${world.server.apiUrl}/${app}/chatfiles`,
      entities: [{ uuid: id, size: 4, type: 'image/png' }],
    })
    const fetched = await as('bob', 'GET', `chatfiles/${id}`)
    expect(fetched.body).toEqual({ text: 'meow' })
    expect(Object.fromEntries(fetched.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent('猫 "1".png')}`,
      'x-content-type-options': 'nosniff',
    })
    expect((await as('alice', 'GET', `chatfiles/${id}`)).status).toBe(200)
    expect(await as('carol', 'GET', `chatfiles/${id}`)).toMatchObject({ status: 403 })
    expect((await world.call('GET', `${app}/chatfiles/${id}`)).status).toBe(401)
    expect((await as('bob', 'GET', 'chatfiles/..%2f..%2fjwt.secret')).status).toBe(404)
  })

  test('a group’s attachment is for its members, as long as they are in it', async () => {
    const made = await as('alice', 'POST', 'chatgroups', { body: { groupname: 'g', members: ['bob'] } })
    const { groupid } = made.body.data as { groupid: string }
    const id = idOf(await send('x', { group: groupid }))
    expect((await as('bob', 'GET', `chatfiles/${id}`)).status).toBe(200)
    expect((await as('carol', 'GET', `chatfiles/${id}`)).status).toBe(403)
    await as('bob', 'DELETE', `chatgroups/${groupid}/users/bob`)
    expect((await as('bob', 'GET', `chatfiles/${id}`)).status).toBe(403)
    expect(await send('x', { group: '123' })).toMatchObject({ status: 404, body: { code: 35109 } })
  })

  test('what a phone or a desk could run is refused', async () => {
    for (const name of ['a.html', 'a.SVG', 'setup.exe', 'a.apk']) {
      expect(await send('x', { to: 'bob' }, { name })).toMatchObject({ status: 415, body: { code: 35106 } })
    }
    expect(await send('x', { to: 'bob' }, { type: 'text/html' })).toMatchObject({ status: 415, body: { code: 35106 } })
    expect(await send('x', { to: 'bob', filename: 'a.js' })).toMatchObject({ status: 415, body: { code: 35106 } })
  })

  test('too large is refused, however it is sent', async () => {
    await world.end()
    await begin({ limits: { fileBytes: 1000 } })
    expect((await send('x'.repeat(1000), { to: 'bob' })).status).toBe(200)
    expect(await send('x'.repeat(1001), { to: 'bob' })).toMatchObject({ status: 413, body: { code: 35105 } })
    expect(await send('x'.repeat(300_000), { to: 'bob' })).toMatchObject({ status: 413, body: { code: 35105 } })
  })

  test('bad forms are refused', async () => {
    expect((await send('x', {})).status).toBe(400)
    expect((await send('x', { to: 'bob', group: '1' })).status).toBe(400)
    expect((await send('x', { to: 'nobody' })).status).toBe(404)
    expect((await as('alice', 'POST', 'chatfiles', { body: { to: 'bob' } })).status).toBe(400)
    const form = new FormData()
    form.set('to', 'bob')
    form.set('file', 'only text')
    expect((await as('alice', 'POST', 'chatfiles', { raw: form })).status).toBe(400)
  })

  test('the oldest of a user make room', async () => {
    await world.end()
    await begin({ limits: { filesPerUser: 2 } })
    const ids = []
    for (const content of ['1', '2', '3']) ids.push(idOf(await send(content, { to: 'bob' })))
    const found = await Promise.all(ids.map(async (id) => (await as('bob', 'GET', `chatfiles/${id}`)).status))
    expect(found).toEqual([404, 200, 200])
  })
})

describe('logs', () => {
  const text = '{"event":"state"}\n'.repeat(100)
  const start = (fields: object = {}): Promise<Answer> =>
    as('alice', 'POST', 'logs', { body: { name: 'today.ndjson', size: text.length, ...fields } })
  const put = (id: unknown, offset: number, chunk: string, user = 'alice'): Promise<Answer> =>
    as(user, 'PUT', `logs/${String(id)}?offset=${offset}`, { raw: Buffer.from(chunk) })

  test('a log comes in chunks, and the administrator reads it', async () => {
    const { id, received } = (await start()).body
    expect(received).toBe(0)
    expect((await put(id, 0, text.slice(0, 700))).body).toEqual({ received: 700 })
    expect((await put(id, 700, text.slice(700))).body).toEqual({ received: text.length })
    const { body } = await world.admin('GET', 'logs')
    expect(body.data).toMatchObject([
      { id, username: 'alice', name: 'today.ndjson', size: text.length, received: text.length },
    ])
    const read = await world.admin('GET', `logs/${String(id)}`)
    expect(read.body).toEqual({ text })
    expect(read.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  })

  test('a log has its report; the operator’s page is there for whoever has the secret', async () => {
    const { id } = (await start()).body
    await put(id, 0, text)
    const report = await world.admin('GET', `logs/${String(id)}/report?lang=en`)
    expect(report.headers.get('content-type')).toContain('text/html')
    expect(report.body.text).toContain('<html lang="en">')
    const page = await world.call('GET', 'admin')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page.body.text).not.toContain(world.server.adminSecret)
  })

  test('an upload goes on where it broke off, also after the server was killed', async () => {
    await world.end()
    await begin({}, startLastingWorld)
    const { id } = (await start()).body
    await put(id, 0, text.slice(0, 700))
    await world.restart('kill')
    expect((await start()).body).toEqual({ id, received: 700 })
    await put(id, 700, text.slice(700))
    expect((await world.admin('GET', `logs/${String(id)}`)).body).toEqual({ text })
  })

  test('a chunk that comes twice is no error; one from elsewhere tells where to go on', async () => {
    const { id } = (await start()).body
    await put(id, 0, text.slice(0, 700))
    expect(await put(id, 0, text.slice(0, 700))).toMatchObject({ status: 200, body: { received: 700 } })
    expect(await put(id, 800, text.slice(800))).toMatchObject({ status: 409, body: { received: 700 } })
    expect(await put(id, 600, text.slice(600))).toMatchObject({ status: 409, body: { received: 700 } })
    expect(await put(id, 700, `${text.slice(700)}more`)).toMatchObject({ status: 409, body: { received: 700 } })
  })

  test('the same chunk twice at the same time is written once', async () => {
    const { id } = (await start()).body
    await Promise.all([put(id, 0, text), put(id, 0, text), start()])
    expect((await world.admin('GET', `logs/${String(id)}`)).body).toEqual({ text })
  })

  test('a log that does not have its digest starts again', async () => {
    const wrong = (await start({ sha: '0'.repeat(64) })).body
    expect(await put(wrong.id, 0, text)).toMatchObject({ status: 409, body: { received: 0 } })
    const right = (await start({ sha: createHash('sha256').update(text).digest('hex') })).body
    expect(await put(right.id, 0, text)).toMatchObject({ status: 200, body: { received: text.length } })
  })

  test('everything is bounded, and of its owner', async () => {
    const { id } = (await start()).body
    expect((await put(id, 0, 'x', 'bob')).status).toBe(404)
    expect((await put('constructor', 0, 'x')).status).toBe(404)
    expect((await put(id, 0, 'x'.repeat(256 * 1024 + 1))).status).toBe(413)
    expect((await as('alice', 'PUT', `logs/${String(id)}?offset=-1`, { raw: Buffer.from('x') })).status).toBe(400)
    expect((await as('alice', 'PUT', `logs/${String(id)}`, { raw: Buffer.from('x') })).status).toBe(400)
    expect((await start({ size: 9 * 1024 * 1024 })).status).toBe(413)
    for (const fields of [
      { size: 0 },
      { size: '1' },
      { size: undefined },
      { name: '../x' },
      { name: '' },
      { sha: 'x' },
    ]) {
      expect((await start(fields)).status).toBe(400)
    }
    expect((await world.call('GET', `${app}/admin/logs`, { token: tokens.get('alice')! })).status).toBe(401)
    expect((await world.admin('GET', 'logs/constructor')).status).toBe(404)
  })

  test('the oldest logs of a user make room', async () => {
    await world.end()
    await begin({ limits: { logsPerUser: 2 } })
    for (const name of ['1', '2', '3']) await start({ name })
    const { body } = await world.admin('GET', 'logs')
    expect((body.data as { name: string }[]).map(({ name }) => name).sort()).toEqual(['2', '3'])
  })
})
