/** @jest-environment ./test/demo/jsdom.ts */
// The chat page: what was typed is never lost, each failure says why, and a long conversation costs little for each message.
import type * as sdk from '../../src/index'
import { ConnectionError } from '../../src/errors/connection-error'
import type { ErrorName } from '../../src/errors/codes'
import type { FakeConnection } from './fake-sdk'
import { failOnErrors, forgetStorage, loadPage, said, settled, textOf, type Opened, type Piece } from './page'
import { logIn } from './session'

const login = loadPage('pages/login/index')
const chat = loadPage('pages/chat/index')
failOnErrors()

let page: Opened
let connection: FakeConnection

const fill = async (piece: Opened, field: string, value: string) => {
  piece.querySelector(`.${field}`)!.dispatchEvent('input', { detail: { value } })
  await settled()
}
const open = async (query: Record<string, string> = { peer: 'bob' }) => {
  page = chat(query)
  await drawn()
}
/** What the SDK reports is drawn a little later, together. */
const drawn = () => new Promise((resolve) => setTimeout(resolve, 50))
/** Where more than one turn of the page is needed. */
const shows = async (words: string) => {
  while (!textOf(page).includes(words)) await drawn()
}
const type = (text: string) => fill(page, 'draft', text)
const tap = async (selector: string) => {
  page.querySelector(selector)!.dispatchEvent('tap')
  await drawn()
}
const draft = () => page.querySelector('.draft')!.instance.data.value
const menu = (): Piece => page.querySelector('.menu')!
const pick = async (name: string) => {
  menu()
    .querySelectorAll('.choice')
    .find((choice) => choice.dom!.textContent === name)!
    .dispatchEvent('tap')
  await drawn()
}

beforeEach(async () => {
  forgetStorage()
  connection = await logIn(login)
})
afterEach(async () => {
  page.detach()
  await settled()
})

let clock = 1_700_000_000_000
const text = (id: string, msg: string, from: string, status: sdk.MessageStatus): sdk.StoredMessage => ({
  id, type: 'txt', msg, from, to: from === 'alice' ? 'bob' : 'alice', chatType: 'singleChat', status, time: (clock += 10),
}) // prettier-ignore

test('each state of a message can be seen', async () => {
  connection.messages = [
    text('1', '读过', 'alice', 'read'),
    text('2', '送到', 'alice', 'delivered'),
    text('3', '路上', 'alice', 'sending'),
    text('4', '失败', 'alice', 'failed'),
  ]
  await open()
  expect(textOf(page)).toMatch(/读过 ?已读.*送到 ?已送达.*路上.*! ?失败 ?未送出/)
  expect(page.querySelectorAll('.sending')).toHaveLength(1)
})

test('opening a conversation tells the other side that it was read, once', async () => {
  connection.messages = [text('1', '在吗', 'bob', 'received')]
  await open()
  page.triggerPageLifeTime('show')
  await settled()
  expect(connection.sent).toEqual([expect.objectContaining({ type: 'channel', to: 'bob' })])
})

test('an empty conversation invites to speak', async () => {
  await open()
  expect(textOf(page)).toContain('和 bob 打个招呼吧')
})

test('a name that no page address could carry as it is finds its conversation', async () => {
  await open({ peer: encodeURIComponent('a.b-c_D') })
  expect(said).toContain('title a.b-c_D')
})

describe('a draft', () => {
  test('leaves its box when its message is in the list, and keeps its line breaks', async () => {
    await open()
    await type('第一行\n第二行')
    await tap('.send')
    expect(connection.sent.at(-1)).toMatchObject({ type: 'txt', msg: '第一行\n第二行' })
    expect(textOf(page)).toContain('第一行')
    expect(draft()).toBe('')
  })

  test.each<[ErrorName, string]>([
    ['InvalidMessage', '这条消息发不出去（35101）'],
    ['MessageTooLarge', '消息太长（35102）'],
    ['QueueFull', '等待发送的消息太多（35025）'],
  ])('that is refused with %s stays, and the reason stands above it', async (name, words) => {
    await open()
    connection.refusal = new ConnectionError(name)
    await type('写了半天的话')
    await tap('.send')
    expect(draft()).toBe('写了半天的话')
    expect(textOf(page)).toContain(words)
    connection.refusal = undefined
    await tap('.send')
    expect(draft()).toBe('')
    expect(textOf(page)).not.toContain(words)
  })

  test('of nothing but spaces is named', async () => {
    await open()
    await type('  \n ')
    await tap('.send')
    expect(textOf(page)).toContain('不能发送空白消息')
    expect(draft()).toBe('  \n ')
  })

  test('is there again when the chat is, and belongs to its conversation', async () => {
    await open()
    await type('明天再说')
    page.detach()
    await open({ peer: 'carol' })
    expect(draft()).toBe('')
    page.detach()
    await open({ peer: 'bob' })
    expect(draft()).toBe('明天再说')
  })
})

describe('a failed message', () => {
  const failed = async (name: ErrorName) => {
    await open()
    await type('你好')
    await tap('.send')
    const { id } = connection.messages[0]!
    connection.messages = [{ ...connection.messages[0]!, status: 'failed' } as sdk.StoredMessage]
    connection.log('message', 'failed', { id, code: new ConnectionError(name).code })
    connection.fire('onMessageFailed', { id, to: 'bob', error: new ConnectionError(name) })
    await drawn()
    return id
  }

  test('says why, and offers what helps', async () => {
    const id = await failed('PublishRefused')
    expect(textOf(page)).toContain('未送出：服务器没有接受这条消息')
    await tap('.failed')
    expect(menu().dom!.textContent).toMatch(/35023.*重新发送.*改一改再发.*复制.*这条消息的一生.*删除/)
    await pick('重新发送')
    expect(connection.sent.at(-1)).toMatchObject({ id, msg: '你好' })
  })

  test('that can only fail again is not offered again as it is, but for a change', async () => {
    await failed('MessageTooLarge')
    await tap('.failed')
    expect(menu().dom!.textContent).not.toContain('重新发送')
    await pick('改一改再发')
    expect(draft()).toBe('你好')
  })

  test('has a life with every step', async () => {
    await failed('PublishRefused')
    await tap('.failed')
    await pick('这条消息的一生')
    expect(menu().dom!.textContent).toMatch(/写好，存进发件箱.*没有送出：服务器没有接受这条消息（35023）/)
  })
})

test('a deleted message is gone from this phone, for good', async () => {
  connection.messages = [text('1', '删我', 'bob', 'received'), text('2', '留我', 'bob', 'received')]
  await open()
  const instance = page.instance as unknown as { remove(id: string): Promise<void> }
  const { wx } = globalThis as unknown as { wx: { showModal: () => Promise<object> } }
  const asked = jest.spyOn(wx, 'showModal').mockResolvedValue({ confirm: true })
  await instance.remove('1')
  expect(asked).toHaveBeenCalledTimes(1)
  page.detach()
  await open()
  expect(textOf(page)).not.toContain('删我')
  expect(textOf(page)).toContain('留我')
})

test('a message can be taken back for two minutes; what is left says so, and one’s own words can be written anew', async () => {
  const now = Date.now()
  connection.messages = [
    { ...text('1', '说早了', 'alice', 'read'), time: now - 3 * 60_000 },
    { ...text('2', '说错了', 'alice', 'read'), time: now - 60_000 },
    { ...text('3', '嗯', 'bob', 'received'), time: now },
  ]
  await open()
  const choices = async (at: number) => {
    page.querySelectorAll('.bubble')[at]!.dispatchEvent('longpress')
    await settled()
    return menu()
      .querySelectorAll('.choice')
      .map((choice) => choice.dom!.textContent)
  }
  expect(await choices(0)).not.toContain('撤回')
  expect(await choices(2)).not.toContain('撤回')
  expect(await choices(1)).toContain('撤回')
  await pick('撤回')
  await shows('你撤回了一条消息')
  expect(textOf(page)).toMatch(/说早了.*你撤回了一条消息 重新编辑/)
  expect(textOf(page)).not.toContain('说错了')
  await tap('.again')
  expect(draft()).toBe('说错了')
  // The other side takes back, too: nothing of it stays, and nothing can be written anew.
  await connection.recallMessage({ mid: '3' })
  connection.fire('onRecallMessage', {
    id: 'r',
    type: 'recall',
    mid: '3',
    from: 'bob',
    to: 'alice',
    chatType: 'singleChat',
    time: now,
  })
  await shows('对方撤回了一条消息')
  expect(page.querySelectorAll('.again')).toHaveLength(1)
})

test('why a message could not be taken back is said', async () => {
  connection.messages = [{ ...text('1', '说错了', 'alice', 'read'), time: Date.now() }]
  await open()
  connection.refusal = new ConnectionError('RecallTooLate')
  page.querySelector('.bubble')!.dispatchEvent('longpress')
  await settled()
  await pick('撤回')
  await shows('不能撤回了（35112）')
  expect(textOf(page)).toContain('说错了')
})

test('a waiting message can be cancelled, one that is gone says that it is too late', async () => {
  connection.messages = [text('1', '路上', 'alice', 'sending')]
  await open()
  page.querySelector('.bubble')!.dispatchEvent('longpress')
  await settled()
  await pick('取消发送')
  expect(said).toContain('toast 已经发出，来不及取消了')
})

test('500 messages from each side: each costs a few changes of the view, not the list again', async () => {
  connection.messages = [text('first', '在吗', 'bob', 'received')]
  await open()
  let calls = 0
  let fields = 0
  const instance = page.instance as unknown as { setData(changes: Record<string, unknown>): void }
  const setData = instance.setData.bind(instance)
  instance.setData = (changes) => {
    calls++
    for (const value of Object.values(changes))
      fields += Array.isArray(value) ? value.length * 14 : typeof value === 'object' ? 14 : 1
    setData(changes)
  }
  const turns = 10
  const each = 50
  for (let turn = 0; turn < turns; turn++) {
    const mine = Array.from({ length: each }, (_, i) => text(`a${turn}-${i}`, '问', 'alice', 'sent'))
    const theirs = Array.from({ length: each }, (_, i) => text(`b${turn}-${i}`, '答', 'bob', 'received'))
    connection.messages = [
      ...connection.messages.map((one) =>
        one.from === 'alice' ? ({ ...one, status: 'read' } as sdk.StoredMessage) : one,
      ),
      ...mine,
      ...theirs,
    ]
    connection.fire('onMessages', theirs as sdk.Message[])
    // One receipt for each, as the other side sends them.
    connection.messages
      .filter(({ from }) => from === 'alice')
      .slice(-2 * each)
      .forEach(({ id }) =>
        connection.fire('onReadMessage', {
          id: `r${id}`,
          type: 'read',
          mid: id,
          from: 'bob',
          to: 'alice',
          time: clock,
        }),
      )
    await drawn()
  }
  const messages = turns * each * 2 + 1
  expect(page.querySelectorAll('.bubble')).toHaveLength(messages)
  expect(calls).toBeLessThanOrEqual(turns * 8)
  // A row has 14 fields; its receipt and the note of the row before are a few more.
  expect(fields).toBeLessThanOrEqual(messages * 24)
})
