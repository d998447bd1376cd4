/** @jest-environment ./test/demo/jsdom.ts */
// Every state of the demo has a face: each page in WeChat's own test tool, told by a fake SDK what happened.
import type * as sdk from '../../src/index'
import { ConnectionError } from '../../src/errors/connection-error'
import type { ErrorName } from '../../src/errors/codes'
import { FakeConnection, setLog } from './fake-sdk'
import { failOnErrors, journeys, loadPage, said, settled, textOf, type Opened } from './page'
import { logIn } from './session'

const pages = {
  login: loadPage('pages/login/index'),
  conversations: loadPage('pages/conversations/index'),
  connection: loadPage('pages/connection/index'),
  logs: loadPage('pages/logs/index'),
  ended: loadPage('pages/ended/index'),
}
failOnErrors()

let page: Opened
const open = async (name: keyof typeof pages, query?: Record<string, string>): Promise<Opened> => {
  page = pages[name](query)
  await settled()
  return page
}
afterEach(async () => {
  page.detach()
  await settled()
})

const type = async (field: string, value: string) => {
  page.querySelector(`.${field}`)!.dispatchEvent('input', { detail: { value } })
  await settled()
}
const tap = async (selector: string) => {
  page.querySelector(selector)!.dispatchEvent('tap')
  await settled()
}
const failure = (name: ErrorName) => new ConnectionError(name)
const submit = () => page.querySelector('.submit')!.instance as unknown as { data: { disabled: boolean } }

const text = (id: string, msg: string, from: string, status: sdk.MessageStatus): sdk.StoredMessage => ({
  id, type: 'txt', msg, from, to: from === 'alice' ? 'bob' : 'alice', chatType: 'singleChat', status, time: Date.now(),
}) // prettier-ignore

describe('login', () => {
  test('the button waits for a user and a secret', async () => {
    await open('login')
    await type('user', '')
    expect(submit().data.disabled).toBe(true)
    await type('user', 'alice')
    expect(submit().data.disabled).toBe(true)
    await type('password', 'secret')
    expect(submit().data.disabled).toBe(false)
  })

  test('while it connects it says so and can be cancelled', async () => {
    await open('login')
    await type('user', 'alice')
    await type('password', 'secret')
    await tap('.submit')
    expect(textOf(page)).toContain('正在连接…')
    expect(FakeConnection.newest.opened).toEqual([{ user: 'alice', pwd: 'secret', timeout: 10 }])
    expect(page.querySelector('.cancel')).toBeDefined()
  })

  test.each<[ErrorName, string]>([
    ['TokenIncorrect', '用户名或密码不正确'],
    ['UserBlocked', '账号已被封禁'],
    ['ConnectionTimeout', '连接超时'],
    ['NetworkUnavailable', '网络不可用'],
    ['DomainNotAllowed', '域名不在白名单'],
    ['IdentifierRejected', 'App Key 不正确'],
  ])('%s has words of its own', async (name, words) => {
    await open('login')
    await type('user', 'alice')
    await type('password', 'secret')
    const opening = FakeConnection.prototype.open
    FakeConnection.prototype.open = () => Promise.reject(failure(name))
    await tap('.submit')
    FakeConnection.prototype.open = opening
    expect(textOf(page)).toContain(words)
    expect(textOf(page)).toContain(String(failure(name).code))
    expect(journeys).toEqual([])
  })

  test.each<[string, string, string]>([
    ['user', '张三', '只能用英文字母'],
    ['user', 'bob smith', '中间不能有空格'],
    ['server', 'im.example.com', '要以 https:// 开头'],
    ['server', 'https://', '不完整'],
    ['app-key', 'acme', 'org#app'],
    ['timeout', 'soon', '超时请填数字'],
  ])('%s "%s" is answered before anything is sent', async (field, value, words) => {
    await open('login')
    await type('user', 'alice')
    await type('password', 'secret')
    await tap('.more')
    const before = FakeConnection.newest
    await type(field, value)
    await tap('.submit')
    expect(textOf(page)).toContain(words)
    expect(FakeConnection.newest).toBe(before)
  })

  test('a space behind the name is not meant', async () => {
    await open('login')
    await type('user', 'alice ')
    await type('password', 'secret')
    await tap('.submit')
    expect(FakeConnection.newest.opened[0]).toMatchObject({ user: 'alice' })
  })

  test('a password of five letters does not register', async () => {
    await open('login')
    page.querySelectorAll('.tab')[2]!.dispatchEvent('tap')
    await type('user', 'alice')
    await type('password', 'short')
    await tap('.submit')
    expect(textOf(page)).toContain('密码至少 6 位')
  })

  test('a refused token is called a token', async () => {
    await open('login')
    page.querySelectorAll('.tab')[1]!.dispatchEvent('tap')
    await type('user', 'alice')
    await type('token', 'a.b.c')
    const opening = FakeConnection.prototype.open
    FakeConnection.prototype.open = () => Promise.reject(failure('TokenIncorrect'))
    await tap('.submit')
    FakeConnection.prototype.open = opening
    expect(textOf(page)).toContain('令牌不正确')
  })

  test('without a network it says at once that it waits for one', async () => {
    await open('login')
    await type('user', 'alice')
    await type('password', 'secret')
    await tap('.submit')
    FakeConnection.newest.fire('onOffline', undefined)
    await settled()
    expect(textOf(page)).toContain('正在等待网络')
  })

  test('success leads to the conversations', async () => {
    await logIn(pages.login)
    expect(journeys).toEqual(['switchTab /pages/conversations/index'])
  })
})

describe('logged in', () => {
  let connection: FakeConnection
  beforeEach(async () => {
    connection = await logIn(pages.login)
    journeys.length = 0
    said.length = 0
  })

  test('a conversation is pinned and let go by a long press; a draft and what was taken back stand in its line', async () => {
    const tombstone = {
      id: '1',
      type: 'recalled',
      status: 'recalled',
      chatType: 'singleChat',
      from: 'bob',
      to: 'alice',
    }
    connection.conversations = [
      {
        conversationId: 'bob',
        conversationType: 'singleChat',
        unReadCount: 0,
        lastMessage: { ...tombstone, time: 1 } as sdk.StoredMessage,
      },
      { conversationId: 'carol', conversationType: 'singleChat', unReadCount: 0, customField: { draft: '没写完' } },
    ]
    await open('conversations')
    expect(textOf(page)).toMatch(/bob.*对方撤回了一条消息.*carol.*\[草稿\] ?没写完/)
    page.querySelector('.row')!.dispatchEvent('longpress')
    await settled()
    expect(page.querySelectorAll('.pinned')).toHaveLength(1)
    page.querySelector('.pinned')!.dispatchEvent('longpress')
    await settled()
    expect(page.querySelectorAll('.pinned')).toHaveLength(0)
    expect(said.filter((line) => line.includes('置顶'))).toEqual(['toast 已置顶', 'toast 已取消置顶'])
  })

  test('the conversations are there before the connection, with what is unread', async () => {
    connection.conversations = [
      {
        conversationId: 'bob',
        conversationType: 'singleChat',
        unReadCount: 3,
        lastMessage: text('1', '在吗', 'bob', 'received'),
      },
      {
        conversationId: 'carol',
        conversationType: 'singleChat',
        unReadCount: 0,
        lastMessage: text('2', '好', 'alice', 'failed'),
      },
    ]
    await open('conversations')
    expect(textOf(page)).toMatch(/B3bob.*在吗.*carol.*\[发送失败\] ?好/)
    expect(said).toContain('title 消息(连接中…)')
    expect(said).toContain('badge 3')
  })

  test('an empty list says how to begin', async () => {
    await open('conversations')
    expect(textOf(page)).toContain('还没有会话')
    await tap('.new')
    expect(journeys).toEqual(['navigateTo /pages/new/index'])
  })

  test.each<[string, (one: FakeConnection) => void, string]>([
    ['no network', (one) => one.fire('onOffline', undefined), '当前网络不可用'],
    ['waiting to retry', (one) => one.fire('onReconnecting', { attempt: 2, delay: 3000, cause: failure('LinkLost') }), '连接断开，3 秒后第 2 次重连'],
    ['connecting', (one) => one.fire('onOnline', undefined), '正在连接服务器'],
  ])('the banner of %s', async (_, happen, words) => {
    await open('conversations')
    happen(connection)
    await settled()
    expect(textOf(page)).toContain(words)
    connection.fire('onConnected', { resumed: false } as sdk.SessionInfo)
    await settled()
    expect(textOf(page)).not.toContain(words)
    expect(said.at(-1)).toBe('title 消息')
  }) // prettier-ignore

  test('while it waits, one tap connects at once', async () => {
    await open('conversations')
    connection.fire('onReconnecting', { attempt: 5, delay: 29_000, cause: failure('ServerUnavailable') })
    await settled()
    expect(textOf(page)).toContain('立即重连')
    page.querySelector('.status')!.querySelector('.action')!.dispatchEvent('tap')
    await settled()
    expect(connection.renewed).toEqual(['token-1'])
    expect(textOf(page)).toContain('正在连接服务器')
  })

  test('it never gives up by itself', () => {
    expect(connection.options.autoReconnectNumMax).toBe(Infinity)
  })

  test.each<[ErrorName, string, string]>([
    ['UserLoginAnotherDevice', '账号在别处登录', '重新登录'],
    ['UserKicked', '已被管理员下线', '重新登录'],
    ['KickedByOtherDevice', '被其他设备下线', '重新登录'],
    ['TokenExpired', '登录已过期', '去登录'],
    ['TokenIncorrect', '登录已失效', '去登录'],
    ['KickedByChangePassword', '密码已修改', '去登录'],
    ['UserBlockedWhileConnected', '账号已被封禁', '换个账号'],
    ['UserRemoved', '账号已被移除', '换个账号'],
    ['UserDeletedAccount', '账号已注销', '换个账号'],
  ])('%s ends the session with its own page, and the way on is its green button', async (name, words, way) => {
    connection.state = 'stopped'
    connection.fire('onDisconnected', failure(name))
    expect(journeys).toEqual(['reLaunch /pages/ended/index'])
    await open('ended')
    expect(textOf(page)).toContain(words)
    expect(textOf(page)).toContain(`错误码 ${failure(name).code}`)
    expect(page.querySelector('.button-primary')!.dom!.textContent).toBe(way)
  })

  test('the connection page counts the seconds to the next attempt', async () => {
    connection.fire('onReconnecting', { attempt: 3, delay: 5000, cause: failure('HeartbeatTimeout') })
    await open('connection')
    expect(textOf(page)).toMatch(/[45] 秒后重连 ?服务器没有响应 · 第 3 次/)
    expect(textOf(page)).toContain('1 / 2')
  })

  test('the log is filtered by level and word', async () => {
    setLog([
      { t: 1, level: 2, area: 'slot', event: 'taken', fields: { taken: 1 } },
      { t: 2, level: 4, area: 'connection', event: 'refused', fields: { name: 'TokenExpired' } },
    ])
    await open('logs')
    expect(textOf(page)).toMatch(/connection\.refused.*slot\.taken/)
    expect(textOf(page)).toContain('2 条')
    page.querySelectorAll('.level')[3]!.dispatchEvent('tap')
    await settled()
    expect(textOf(page)).not.toContain('slot.taken')
    await type('search-input', ' CONNECTION.Refused ')
    expect(textOf(page)).toContain('TokenExpired')
    await type('search-input', 'nothing like it')
    expect(textOf(page)).toContain('没有符合的记录')
  })
})
