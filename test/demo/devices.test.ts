/** @jest-environment ./test/demo/jsdom.ts */
// One user on several devices: what another one writes or reads is here, too; and whether that is wanted is asked at the login.
import type * as sdk from '../../src/index'
import { FakeConnection } from './fake-sdk'
import { failOnErrors, forgetStorage, loadPage, settled, textOf, type Opened } from './page'
import { logIn } from './session'

const pages = {
  login: loadPage('pages/login/index'),
  conversations: loadPage('pages/conversations/index'),
  chat: loadPage('pages/chat/index'),
}
failOnErrors()

let page: Opened
let connection: FakeConnection
const shows = async (words: string) => {
  while (!textOf(page).includes(words)) await settled()
}
/** The login page with its settings open, and the switch turned to this. */
const settings = async (several?: boolean) => {
  page = pages.login()
  page.querySelector('.more')!.dispatchEvent('tap')
  await settled()
  if (several !== undefined) page.querySelector('.several')!.dispatchEvent('change', { detail: { value: several } })
  return page
}

beforeEach(async () => {
  forgetStorage()
  connection = await logIn(pages.login)
})
afterEach(async () => {
  page.detach()
  await settled()
})

let clock = 1_700_000_000_000
const text = (id: string, msg: string, from: string, status: sdk.MessageStatus): sdk.StoredMessage => ({
  id, type: 'txt', msg, from, to: from === 'alice' ? 'bob' : 'alice', chatType: 'singleChat', status, time: (clock += 10),
}) // prettier-ignore

test('what another device writes stands on the right, in the chat with the other side, with its receipts', async () => {
  connection.messages = [text('1', '在吗', 'bob', 'received')]
  page = pages.chat({ peer: 'bob' })
  await shows('在吗')
  const written = text('2', '在电脑上写的', 'alice', 'sent')
  connection.messages = [...connection.messages, written]
  connection.fire('onMessages', [written as sdk.Message])
  await shows('在电脑上写的')
  expect(page.querySelector('.mine')!.dom!.textContent).toContain('在电脑上写的')
  expect(page.querySelector('.theirs')!.dom!.textContent).toContain('在吗')
  expect(page.querySelectorAll('.pill')).toHaveLength(0) // one's own words are nothing unseen
  connection.messages = [connection.messages[0]!, { ...written, status: 'read' } as sdk.StoredMessage]
  connection.fire('onReadMessage', { id: 'r', type: 'read', mid: '2', from: 'bob', to: 'alice', time: clock })
  await shows('已读')
})

test('what another device read is read here', async () => {
  const bob = { conversationId: 'bob', conversationType: 'singleChat', unReadCount: 3 } as const
  connection.conversations = [bob]
  page = pages.conversations()
  await settled()
  expect(page.querySelectorAll('.badge')).toHaveLength(1)
  connection.conversations = [{ ...bob, unReadCount: 0 }]
  connection.fire('onChannelMessage', { id: '1', type: 'channel', from: 'alice', to: 'bob', time: 1 })
  await settled()
  expect(page.querySelectorAll('.badge')).toHaveLength(0)
})

test('several devices at once is a switch of the login, off at first, and remembered', async () => {
  expect(connection.options.multiDevice).toBe(false)
  await settings(true)
  await logIn(() => page)
  expect(FakeConnection.newest.options.multiDevice).toBe(true)
  await settings()
  expect(page.querySelector('.several')!.instance.data.checked).toBe(true)
  page.detach()
  await settings(false)
  await logIn(() => page)
  expect(FakeConnection.newest.options.multiDevice).toBe(false)
})
