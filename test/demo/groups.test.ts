/** @jest-environment ./test/demo/jsdom.ts */
// Groups speak: what happens in one stands in its chat as a grey line, its page follows live, and invitations are answered.
import type * as sdk from '../../src/index'
import { ConnectionError } from '../../src/errors/connection-error'
import type { FakeConnection } from './fake-sdk'
import {
  answerModals,
  failOnErrors,
  forgetStorage,
  journeys,
  loadPage,
  said,
  settled,
  textOf,
  type Opened,
} from './page'
import { logIn } from './session'

const pages = {
  login: loadPage('pages/login/index'),
  conversations: loadPage('pages/conversations/index'),
  chat: loadPage('pages/chat/index'),
  group: loadPage('pages/group/index'),
  new: loadPage('pages/new/index'),
  invites: loadPage('pages/invites/index'),
}
failOnErrors()

let page: Opened
let connection: FakeConnection

const fill = async (field: string, value: string) => {
  page.querySelector(`.${field}`)!.dispatchEvent('input', { detail: { value } })
  await settled()
}
const flip = async (name: string, value: boolean) => {
  page.querySelector(`.${name}`)!.dispatchEvent('change', { detail: { value } })
  await settled()
}
const tap = async (selector: string) => {
  page.querySelector(selector)!.dispatchEvent('tap')
  await settled()
}
const open = async (name: keyof typeof pages, query?: Record<string, string>) => {
  page = pages[name](query)
  await settled()
}
/** What the SDK reports is drawn a little later, together. */
const shows = async (words: string | RegExp) => {
  while (!new RegExp(words).test(textOf(page))) await settled()
}

beforeEach(async () => {
  forgetStorage()
  await logIn(pages.login, 'nobody') // lines of the test before are another user's
  forgetStorage()
  connection = await logIn(pages.login)
})
afterEach(async () => {
  page.detach()
  await settled()
})

let clock = 1_700_000_000_000
const text = (id: string, from: string): sdk.StoredMessage & { type: 'txt' } => ({
  id, type: 'txt', msg: `说了${id}`, from, to: 'g1', chatType: 'groupChat', status: 'received', time: (clock += 10),
}) // prettier-ignore
const arrives = (message: sdk.StoredMessage & { type: 'txt' }) => {
  connection.messages = [...connection.messages, message]
  connection.fire('onTextMessage', message)
  connection.fire('onMessages', [message])
}
const happens = (operation: string, event: Partial<sdk.GroupEvent>) =>
  connection.fire('onGroupEvent', { operation, id: 'g1', ...event })
const chat = () => open('chat', { peer: 'g1', chatType: 'groupChat' })

describe('the chat of a group', () => {
  test.each<[string, Partial<sdk.GroupEvent>, string]>([
    ['memberPresence', { from: 'bob' }, 'bob 加入了群聊'],
    ['memberPresence', { from: 'bob', by: 'alice' }, '你邀请 bob 加入了群聊'],
    ['membersPresence', { members: ['bob', 'carol', 'dave', 'eve'], by: 'frank' }, 'frank 邀请 bob、carol、dave 等 4 人加入了群聊'],
    ['memberAbsence', { from: 'carol' }, 'carol 离开了群聊'],
    ['memberAbsence', { from: 'carol', by: 'bob' }, 'bob 把 carol 移出了群聊'],
    ['updateInfo', { from: 'bob', name: '夜跑', detail: { name: '夜跑' } }, 'bob 把群名改为“夜跑”'],
    ['changeOwner', { from: 'alice', userId: 'bob' }, 'bob 成为新群主'],
    ['changeOwner', { from: 'bob', userId: 'alice' }, '你成为新群主'],
    ['directJoined', { from: 'bob' }, 'bob 邀请你加入了群聊'],
    ['removeMember', { from: 'bob' }, 'bob 把你移出了群聊'],
    ['destroy', { from: 'bob' }, 'bob 解散了群聊'],
  ])('says of %s %j: %s', async (operation, event, words) => {
    await chat()
    happens(operation, event)
    await shows(words)
    expect(page.querySelectorAll('.line-of-group').map((line) => line.dom!.textContent)).toEqual([words])
  }) // prettier-ignore

  test('shows the new name in its title', async () => {
    await chat()
    happens('updateInfo', { from: 'bob', name: '夜跑', detail: { name: '夜跑' } })
    expect(said.at(-1)).toBe('title 夜跑')
  })

  test('says nothing of other groups, and nothing of what it does not know', async () => {
    await chat()
    connection.fire('onGroupEvent', { operation: 'memberPresence', id: 'g2', from: 'bob' })
    happens('somethingNew', { from: 'bob' })
    happens('memberAbsence', { from: 'carol' })
    await shows('carol 离开了群聊')
    expect(page.querySelectorAll('.line-of-group')).toHaveLength(1)
  })

  test('has each line where it happened among the messages, although all of it waited while the phone was away', async () => {
    happens('memberPresence', { from: 'bob' })
    arrives(text('一', 'bob'))
    happens('memberAbsence', { from: 'carol' })
    happens('changeOwner', { userId: 'bob' })
    arrives(text('二', 'bob'))
    await chat()
    await shows(/bob 加入了群聊.*说了一.*carol 离开了群聊 ?bob 成为新群主.*说了二/)
  })

  test('has a line behind what was said in an earlier run of the app, and behind what one wrote oneself', async () => {
    const earlier = text('一', 'bob')
    connection.messages = [earlier]
    connection.conversations = [
      { conversationId: 'g1', conversationType: 'groupChat', unReadCount: 0, lastMessage: earlier },
    ]
    connection.fire('onStoreOpened', { success: true, user: 'alice' })
    await settled()
    happens('memberAbsence', { from: 'carol' })
    await chat()
    await shows('carol 离开了群聊')
    await fill('draft', '再见')
    await tap('.send')
    await shows('再见')
    happens('memberAbsence', { from: 'dave' })
    await shows(/说了一.*carol 离开了群聊.*再见.*dave 离开了群聊/)
  })

  test('has its lines in the next run of the app, and another user has none of them', async () => {
    happens('memberPresence', { from: 'bob' })
    connection = await logIn(pages.login, 'bob')
    await chat()
    expect(page.querySelectorAll('.line-of-group')).toHaveLength(0)
    page.detach()
    connection = await logIn(pages.login)
    await chat()
    await shows('bob 加入了群聊')
  })

  test('shows no line above older messages that are still to be read', async () => {
    happens('memberPresence', { from: 'bob' })
    Array.from({ length: 60 }, (_, index) => text(`第${index}`, 'bob')).forEach(arrives)
    await chat()
    await shows('说了第59')
    expect(textOf(page)).not.toContain('bob 加入了群聊')
    await (page.instance as unknown as { older(): Promise<void> }).older()
    const { older } = page.instance.data as { older: { text: string }[] } // the oldest last
    expect(older.slice(-2).map((row) => row.text)).toEqual(['说了第0', 'bob 加入了群聊'])
  })
})

describe('the page of a group', () => {
  const group = async (owner: string, ...members: string[]) => {
    connection.group = { ...connection.group, owner }
    connection.members = members
    await open('group', { id: 'g1' })
  }
  const answersYes = () => answerModals({ confirm: true })

  test('members come and go while one looks', async () => {
    await group('alice')
    connection.members = ['bob']
    happens('memberPresence', { from: 'bob' })
    await shows('bob')
  })

  test('its owner gives it another name; what is refused stays typed, and says why', async () => {
    await group('alice')
    await fill('typed', '夜跑')
    connection.refusal = new ConnectionError('NotGroupOwner')
    await tap('.rename')
    expect(textOf(page)).toContain('只有群主可以这样做（35111）')
    expect(page.querySelector('.typed')!.instance.data.value).toBe('夜跑')
    connection.refusal = undefined
    await tap('.rename')
    expect(connection.group.groupname).toBe('夜跑')
    expect(page.querySelector('.rename')).toBeUndefined()
  })

  test('its owner passes it on after a question, and can then do only what a member can', async () => {
    await group('alice', 'bob')
    answerModals({ confirm: false })
    await tap('.pass-on')
    expect(connection.group.owner).toBe('alice')
    answersYes()
    await tap('.pass-on')
    expect(connection.group.owner).toBe('bob')
    expect(textOf(page)).toMatch(/bob ?群主.*退出群/)
    expect(page.querySelector('.pass-on')).toBeUndefined()
    expect(page.querySelector('.typed')).toBeUndefined()
  })

  test('its owner decides whether people are asked first', async () => {
    await group('alice')
    await flip('consent', true)
    expect(connection.group.inviteNeedConfirm).toBe(true)
  })

  test('who is removed meanwhile is told', async () => {
    await group('bob', 'alice')
    happens('removeMember', { from: 'bob' })
    await shows('bob 把你移出了群聊')
  })
})

test('a new group can ask everybody first', async () => {
  await open('new')
  page.querySelectorAll('.segment')[1]!.dispatchEvent('tap')
  await settled()
  await fill('name', '爬山')
  await flip('consent', true)
  await tap('.submit')
  expect(connection.created).toEqual([{ groupname: '爬山', members: [], inviteNeedConfirm: true }])
})

describe('an invitation', () => {
  const invite = { groupid: 'g1', groupname: '爬山', owner: 'bob', affiliations_count: 3, by: 'bob', invited: 1 }
  const invited = async () => {
    connection.invites = [invite]
    happens('inviteToJoin', { from: 'bob', name: '爬山' })
    await settled()
  }

  test('stands above the conversations, on the tab, and leads to the two answers', async () => {
    await open('conversations')
    expect(textOf(page)).not.toContain('入群邀请')
    await invited()
    expect(textOf(page)).toMatch(/入群邀请 ?1/)
    expect(said).toContain('badge 1')
    await tap('.invites')
    expect(journeys.at(-1)).toBe('navigateTo /pages/invites/index')
  })

  test('that came while the phone was away is there after the login', async () => {
    connection.invites = [invite]
    await open('conversations')
    connection.fire('onConnected', { resumed: false } as sdk.SessionInfo)
    await shows('入群邀请')
  })

  test('is accepted, and leads into the group', async () => {
    await invited()
    await open('invites')
    expect(textOf(page)).toContain('bob 邀请你加入，3 人')
    await tap('.accept')
    expect(connection.invites).toEqual([])
    expect(journeys.at(-1)).toBe('redirectTo /pages/chat/index?peer=g1&chatType=groupChat')
  })

  test('is rejected, and gone', async () => {
    await invited()
    await open('invites')
    await tap('.reject')
    expect(connection.invites).toEqual([])
    expect(textOf(page)).toContain('没有等你回答的邀请')
  })

  test('that nobody can answer any more says so', async () => {
    await invited()
    await open('invites')
    connection.refusal = new ConnectionError('NotGroupMember')
    connection.invites = []
    await tap('.accept')
    expect(textOf(page)).toContain('这个邀请已经失效（35110）')
    expect(textOf(page)).toContain('没有等你回答的邀请')
  })
})
