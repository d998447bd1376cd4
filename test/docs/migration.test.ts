// What the migration pages show runs, and every name they promise exists.
import { readFileSync } from 'node:fs'
import type * as NimDoor from '../../src/doors/nim'
import type * as RongCloudDoor from '../../src/doors/rongcloud'
import { conditions } from '../../src/errors/codes'
import { createWorld, until, type World } from '../doors/world'
import { inRoot, read } from '../../tools/project'
import { here, run, snippets } from './snippets'

const LANGUAGES = ['', '.zh-CN'] as const

/** One world per vendor; each snippet is told apart by what it printed. */
const onPhone = (appKey: string) => {
  const own: { world?: World } = {}
  beforeAll(async () => {
    own.world = await createWorld(appKey)
  })
  afterAll(() => own.world?.stop())
  return {
    world: () => own.world!,
    /** What the snippet prints until `last` comes. */
    printed: async (start: number, last: string): Promise<string[]> => {
      const lines = () =>
        own.world!.booted.console.slice(start).flatMap(({ level, parts }) => (level === 'log' ? [parts.join(' ')] : [])) // warnings are the SDK's
      await until(() => lines().some((line) => line.startsWith(last)), lines)
      return lines()
    },
    mark: () => own.world!.booted.console.length,
  }
}

describe.each(LANGUAGES)('moving from Easemob%s', (language) => {
  const { world, printed, mark } = onPhone('acme#chat')
  const page = read(`docs/migration/easemob${language}.md`)

  test.each([
    ['before', (code: string) => code.replace('easemob-websdk', 'miniprogram-im')],
    ['after', (code: string) => code],
  ] as const)('the code %s connects', async (info, adapted) => {
    const token = await world().token('alice')
    const [code = ''] = snippets(page, `js ${info}`)
    const from = mark()
    const connection = run(
      world(),
      here(world(), adapted(code)).replace(`'token'`, `'${token}'`),
      { fetchToken: () => token },
      'conn',
    ) as { close(): Promise<unknown> }
    expect(await printed(from, 'login success')).toEqual(['onConnected', 'login success'])
    await connection.close()
  })
})

describe.each(LANGUAGES)('moving from NIM%s', (language) => {
  const { world, printed, mark } = onPhone('nim#abcdefghijk')
  const page = read(`docs/migration/nim${language}.md`)

  test.each(['before', 'after'] as const)('the code %s connects, and is told when it is kicked', async (info) => {
    const token = await world().token('foo')
    const { NIM } = world().booted.require('miniprogram-im/nim') as typeof NimDoor
    NIM.configure({ url: world().server.url, apiUrl: world().server.apiUrl })
    const [code = ''] = snippets(page, `js ${info}`)
    const from = mark()
    const globals = info === 'before' ? { NIM } : {}
    const nim = run(world(), here(world(), code).replace(`'token'`, `'${token}'`), globals, 'nim') as NimDoor.NIM
    expect(await printed(from, 'onconnect')).toEqual(['onconnect'])
    await world().admin('POST', '/admin/users/foo/kick')
    expect((await printed(from, 'ondisconnect'))[1]).toMatch(/^ondisconnect kicked/)
    await new Promise<void>((done) => nim.destroy({ done: () => done() }))
  })
})

describe.each(LANGUAGES)('moving from RongCloud%s', (language) => {
  const { world, printed, mark } = onPhone('rongcloud#key')
  const page = read(`docs/migration/rongcloud${language}.md`)

  test.each([
    ['before', ['onSuccess ark']],
    ['after', ['onDatabaseOpened 0', 'onChanged 0', 'onSuccess ark']],
  ] as const)('the code %s connects', async (info, lines) => {
    const token = await world().token('ark')
    const { RongIMClient } = world().booted.require('miniprogram-im/rongcloud') as typeof RongCloudDoor
    const [code = ''] = snippets(page, `js ${info}`)
    const from = mark()
    const address = `{ url: '${world().server.url}', apiUrl: '${world().server.apiUrl}' }`
    const adapted = code.replace(`init('key')`, `init('key', ${address})`).replace(`'token'`, `'${token}'`)
    run(world(), here(world(), adapted), info === 'before' ? { RongIMClient } : {}, '0')
    expect(await printed(from, 'onSuccess')).toEqual(lines)
    await RongIMClient.disconnect()
    RongIMClient.setConnectionStatusListener(undefined)
  })

  test('init gives the connection that sends messages', async () => {
    const { RongIMClient } = world().booted.require('miniprogram-im/rongcloud') as typeof RongCloudDoor
    const connection = RongIMClient.init('key', { url: world().server.url, apiUrl: world().server.apiUrl })
    await connection.open({ user: 'ark', accessToken: await world().token('ark') })
    await world().token('other')
    expect(await connection.send({ type: 'txt', to: 'other', msg: 'hello' })).toMatchObject({
      message: { to: 'other' },
    })
    await connection.destroy()
  })
})

describe('every name in the middle column', () => {
  const declared = ['index', 'nim', 'rongcloud']
    .map((door) => readFileSync(inRoot(`docs/api/${door}.d.ts`), 'utf8'))
    .join('\n')
  // `EC` is the default export; what a snippet calls its variables; NIM's codes, which are values.
  const own = ['EC', 'conn', 'nim', 'logger', 'new', 'options', 'kicked', 'userId', 'code', 'id']

  const unknown = (page: string): string[] =>
    page
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .flatMap((line) => [...(line.split(/(?<=[^\\]) \| /)[1] ?? '').matchAll(/`([^`]+)`/g)])
      .flatMap(([, code = '']) => code.match(/[A-Za-z_]\w*/g) ?? [])
      .filter((name) => !own.includes(name) && !(name in conditions) && !new RegExp(`\\b${name}\\b`).test(declared))

  test.each(['easemob', 'nim', 'rongcloud'].flatMap((vendor) => LANGUAGES.map((language) => `${vendor}${language}`)))(
    'of %s exists',
    (name) => {
      const page = read(`docs/migration/${name}.md`)
      expect(unknown(page)).toEqual([])
      expect(unknown(page.replace('| --- | --- | --- |', '| --- | --- | --- |\n| `a` | `noSuchCall()` | |'))).toEqual([
        'noSuchCall',
      ])
    },
  )
})
