// The first program of the README works for whoever copies it, the first time and the second.
import { createWorld, until, type World } from '../doors/world'
import { read } from '../../tools/project'
import { here, run, snippets } from './snippets'

describe.each(['README.md', 'README.zh-CN.md'])('the first program of %s', (page) => {
  let world: World
  beforeAll(async () => {
    world = await createWorld('acme#chat')
  })
  afterAll(() => world.stop())

  const [program = ''] = snippets(read(page), 'js')
  const printed = () => world.booted.console.flatMap(({ level, parts }) => (level === 'log' ? [parts.join(' ')] : []))
  const start = (code: string) => run(world, here(world, code), {}, 'conn') as { destroy(): Promise<unknown> }
  const connected = page === 'README.md' ? 'connected' : '已连接'

  test('says hello to a friend, who reads it with the same program', async () => {
    const alice = start(program)
    await until(() => world.booted.console.length > 0)
    const bob = start(program.replace(`['alice', 'bob']`, `['bob', 'alice']`))
    await until(() => printed().includes('alice 你好') && printed().includes('bob 你好'), printed)
    expect(printed().slice().sort()).toEqual(['alice 你好', 'bob 你好', connected, connected].sort())
    await Promise.all([alice.destroy(), bob.destroy()])
  })

  test('runs again, when the users exist', async () => {
    const before = printed().length
    const again = start(program)
    await until(() => printed().length > before)
    expect(printed().slice(before)).toEqual([connected])
    await again.destroy()
  })
})
