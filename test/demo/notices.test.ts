/** @jest-environment ./test/demo/jsdom.ts */
// Notices while away: offered after a message, in our own words first, and asked by WeChat only in the tap that says yes.
import { FakeConnection } from './fake-sdk'
import { failOnErrors, forgetStorage, loadPage, said, settled, textOf, type Opened } from './page'

type Answer = Record<string, string> | { errCode: number; errMsg: string }
interface Asked {
  tmplIds: string[]
  success(answer: object): void
  fail(failure: object): void
}

const { wx } = globalThis as unknown as {
  wx: Record<string, unknown> & { setStorageSync(key: string, v: object): void }
}
wx.setStorageSync('settings', { template: 'tmpl', backend: 'https://api.test' })
const login = loadPage('pages/login/index')
const chat = loadPage('pages/chat/index')
failOnErrors()

let page: Opened
const asked: Asked[] = []
const posted: object[] = []
let tapping = false

const drawn = () => new Promise((resolve) => setTimeout(resolve, 50))
const tap = async (selector: string) => {
  page.querySelector(selector)!.dispatchEvent('tap')
  await drawn()
}
/** The tool runs handlers a little after the tap, WeChat in it: so this one is called here, and what it asks later is refused. */
const sayYes = async () => {
  expect(page.querySelector('.offer-yes')).toBeDefined()
  tapping = true
  ;(page.instance as unknown as { acceptOffer(): void }).acceptOffer()
  tapping = false
  await drawn()
}
const answer = async (what: Answer) => {
  const { success, fail } = asked.at(-1)!
  if ('errCode' in what) fail(what)
  else success(what)
  await drawn()
}
const open = async () => {
  page = chat({ peer: 'bob' })
  await drawn()
}
const write = async () => {
  page.querySelector('.draft')!.dispatchEvent('input', { detail: { value: '你好' } })
  await settled()
  await tap('.send')
}
const offered = () => page.querySelector('.offer') !== undefined

beforeEach(async () => {
  forgetStorage()
  asked.length = posted.length = said.length = 0
  Object.assign(wx, {
    requestSubscribeMessage(call: Asked) {
      if (!tapping) throw new Error('WeChat asks only inside a tap')
      asked.push(call)
    },
    login: ({ success }: { success: (answer: object) => void }) => success({ code: 'c-1' }),
    request: (call: { url: string; data: object }) => void posted.push({ url: call.url, ...call.data }),
  })
  const entry = login()
  for (const [field, value] of [
    ['user', 'alice'],
    ['password', 'secret'],
  ] as const) {
    entry.querySelector(`.${field}`)!.dispatchEvent('input', { detail: { value } })
    await settled()
  }
  const opening = FakeConnection.prototype.open
  FakeConnection.prototype.open = () => Promise.resolve({ user: 'alice', accessToken: 'token-1' })
  entry.querySelector('.submit')!.dispatchEvent('tap')
  await settled()
  FakeConnection.prototype.open = opening
  entry.detach()
  await open()
})
afterEach(async () => {
  page.detach()
  await settled()
})

test('nobody is asked before a message was written; then it is said why, and WeChat asks in the tap; "allow" reaches the own server', async () => {
  expect(offered()).toBe(false)
  await write()
  expect(textOf(page)).toContain('有新消息时，让微信通知你一次？')
  expect(asked).toHaveLength(0)
  await sayYes()
  expect(asked.map(({ tmplIds }) => tmplIds)).toEqual([['tmpl']])
  await answer({ tmpl: 'accept', errMsg: 'requestSubscribeMessage:ok' })
  expect(posted).toEqual([{ url: 'https://api.test/subscribed', code: 'c-1' }])
  expect(said.at(-1)).toBe('toast 好的。你离开后有新消息时，微信会通知你一次。')
  await write()
  expect(offered()).toBe(false) // once a day
  const tomorrow = Date.now() + 25 * 3_600_000
  const now = jest.spyOn(Date, 'now').mockReturnValue(tomorrow)
  await write()
  now.mockRestore()
  expect(offered()).toBe(true)
})

test('whoever refuses is not told off, and never asked again', async () => {
  await write()
  await sayYes()
  said.length = 0
  await answer({ tmpl: 'reject', errMsg: 'requestSubscribeMessage:ok' })
  expect([said, posted, offered()]).toEqual([[], [], false])
  const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 1e10)
  await write()
  now.mockRestore()
  expect(offered()).toBe(false)
})

test('"later" is later: not today, and WeChat was not asked', async () => {
  await write()
  await tap('.offer-no')
  expect([asked.length, offered()]).toEqual([0, false])
  await write()
  expect(offered()).toBe(false)
})

test.each<[Answer, RegExp]>([
  [{ tmpl: 'ban', errMsg: '' }, /这种通知目前不能发送/],
  [{ tmpl: 'filter', errMsg: '' }, /这种通知目前不能发送/],
  [{ errCode: 20004, errMsg: 'x' }, /关闭了本小程序的通知.*设置/],
  [{ errCode: 10002, errMsg: 'x' }, /网络不好/],
  [{ errCode: 20001, errMsg: 'x' }, /微信没有询问（20001）/],
])('WeChat answers %j: the user reads why', async (what, text) => {
  await write()
  await sayYes()
  await answer(what)
  expect(said.at(-1)).toMatch(text)
  expect(posted).toEqual([])
})

test('on an old WeChat, which has no such question, it is not offered', async () => {
  Reflect.deleteProperty(wx, 'requestSubscribeMessage')
  await write()
  expect(offered()).toBe(false)
})
