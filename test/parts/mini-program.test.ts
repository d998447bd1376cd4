// A mini-program in two packages, made by WeChat's own compiler: what is in which, and that a chat which comes late misses nothing.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inRoot } from '../../tools/project'
import { bundle } from '../../tools/size/bundle'
import { buildMiniProgram } from '../../tools/wechat/build'
import { createMiniProgram } from './mini-program'

const folder = mkdtempSync(join(tmpdir(), 'miniprogram-im-'))
let built: string
beforeAll(() => {
  built = buildMiniProgram(inRoot('examples/parts'), folder)
})
const apps: ReturnType<typeof createMiniProgram>[] = []
afterEach(() => apps.splice(0).forEach((app) => app.stop()))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const start = async () => {
  const app = createMiniProgram(built)
  apps.push(app)
  app.open('pages/home/index')
  await app.wait(2_000)
  return app
}
const CHAT = 'chat/pages/talk/index'
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `${from + i}`)
const texts = (app: ReturnType<typeof createMiniProgram>) =>
  (app.shown().lines as { text: string }[]).map(({ text }) => text)

test('the main package brings the connection and not one byte of messages; the subpackage brings the messages alone', async () => {
  const sdk = (readdirSync(built, { recursive: true }) as string[]).filter((name) => /miniprogram-im.*\.js$/.test(name))
  expect(sdk.sort()).toEqual([
    'chat/miniprogram_npm/miniprogram-im/messages.js',
    'miniprogram_npm/miniprogram-im/connection.js',
  ])
  const [chat, main] = sdk.map((name) => readFileSync(join(built, name), 'utf8')) as [string, string]
  for (const words of ['serverMsgId', 'chatgroups', 'outbox'])
    expect([words, chat.includes(words), main.includes(words)]).toEqual([words, true, false])
  expect([chat.includes('connectSocket'), main.includes('connectSocket')]).toEqual([false, true])

  const sources = async (door: string) => (await bundle([inRoot('src/doors', door)])).modules
  const ofMessages = (name: string) => /^src\/(messages|log\/(part|cache|upload)|logins|rest)\b/.test(name)
  expect((await sources('connection.ts')).filter(ofMessages)).toEqual([])
  expect((await sources('messages.ts')).filter(ofMessages)).not.toEqual([])
})

test('before the subpackage is entered, nothing of it can be required', async () => {
  const app = await start()
  expect(() => app.require('./chat/messages')).toThrow(/is not defined/)
  app.open(CHAT)
  expect(app.require('./chat/messages')).toHaveProperty('listen')
})

test('what came before the chat is counted on the home page, shown in order when it opens, and nothing twice', async () => {
  const app = await start()
  app.say(3)
  await app.wait(100)
  expect(app.shown().waiting).toBe(3)
  app.open(CHAT)
  await app.wait(1_000)
  app.say(2)
  await app.wait(1_000)
  expect(texts(app)).toEqual(numbers(1, 5))
})

test('an app that is killed before the chat opens is sent all of it again, and shows it once', async () => {
  const app = await start()
  app.say(3)
  await app.wait(100)
  app.phone.kill()
  app.say(2)
  await app.wait(100)
  app.phone.show()
  app.open('pages/home/index')
  await app.wait(5_000)
  expect(app.shown().waiting).toBe(5)
  app.open(CHAT)
  await app.wait(1_000)
  expect(texts(app)).toEqual(numbers(1, 5))

  // What was shown was acknowledged: the next start hears nothing of it.
  app.phone.kill()
  await app.wait(100)
  app.phone.show()
  app.open('pages/home/index')
  await app.wait(5_000)
  expect(app.shown().waiting).toBe(0)
})

test('the chat sends through the connection of the main package', async () => {
  const app = await start()
  app.open(CHAT)
  app.shown().text = 'hello'
  app.act('send')
  await app.wait(1_000)
  expect(texts(app)).toEqual(['hello'])
  expect(app.broker.received.filter(({ cmd }) => cmd === 'publish')).toHaveLength(1)
})
