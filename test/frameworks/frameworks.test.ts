// The SDK in the frameworks that mini-programs are written in: built from the tarball, run in a bare VM against a real server.
import { startServer, type RunningServer } from '../../server/server'
import { buildExample, frameworks } from './build'
import { runApp, type RunningApp } from './phone'

let server: RunningServer
beforeAll(async () => {
  server = await startServer({})
})
afterAll(() => server.stop())

/** Waits until it is so; how long that takes is the machine's affair. */
const until = async (what: string | (() => string), condition: () => boolean): Promise<void> => {
  for (let looks = 0; !condition(); looks++) {
    if (looks > 6_000) throw new Error(`in vain: ${typeof what === 'string' ? what : what()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const shows = (app: RunningApp, words: string) =>
  until(
    () => `${words} in ${app.shown()}`,
    () => app.shown().includes(words),
  )

const apps: RunningApp[] = []
afterEach(() => apps.splice(0).forEach((app) => app.kill()))

describe.each(frameworks.map((framework) => [framework.name, framework] as const))(
  'an app in %s',
  (name, framework) => {
    let built: ReturnType<typeof buildExample>
    beforeAll(() => {
      built = buildExample(framework)
    })

    test('has types that its own tsconfig.json is content with', () => {
      expect(built.checkTypes()).toBe('')
    })

    test('logs in, sends, receives, and comes back after a lost connection', async () => {
      const [me, friend] = [`${name}-a`, `${name}-b`]
      const open = (user: string, to: string) =>
        runApp(built.folder, { server: encodeURIComponent(server.apiUrl), user, to })
      const [mine, other] = [open(me, friend), open(friend, me)]
      apps.push(mine, other)
      for (const app of [mine, other]) {
        await until('the page is drawn', () => app.shown().includes('未登录'))
        app.tap('登录')
        await shows(app, '已连接')
      }
      mine.type('消息', '你好，第一条')
      mine.tap('发送')
      await shows(other, '你好，第一条')
      await shows(mine, '你好，第一条')

      other.cut()
      await until('the loss is noticed', () => !other.shown().includes('已连接'))
      mine.type('消息', '第二条')
      mine.tap('发送')
      await shows(other, '已连接')
      await shows(other, '第二条')
    })

    test('weighs what is printed here', () => {
      const { weight } = built
      process.stdout.write(`${name}: ${weight.bytes} bytes in all, its scripts ${weight.gzip} after gzip\n`)
      expect(weight.bytes).toBeLessThan(2 * 1024 * 1024) // the limit of one package
    })
  },
)
