/** @jest-environment ./test/demo/jsdom.ts */
// What a chat says of its beginning, on a phone whose history goes on in an archive.
import type * as sdk from '../../src/index'
import type { FakeConnection } from './fake-sdk'
import { failOnErrors, forgetStorage, loadPage, settled, textOf, type Opened } from './page'
import { logIn } from './session'

const login = loadPage('pages/login/index')
const chat = loadPage('pages/chat/index')
failOnErrors()

let page: Opened
let connection: FakeConnection
const shows = async (words: string) => {
  while (!textOf(page).includes(words)) await settled()
}
const open = (last: string) => {
  page = chat({ peer: 'bob' })
  return shows(last)
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
const message = (number: number): sdk.StoredMessage => ({
  id: `${number}`, type: 'txt', msg: `第 ${number} 条`, from: 'bob', to: 'alice', chatType: 'singleChat', status: 'received', time: (clock += 10),
}) // prettier-ignore
const many = (from: number, length: number) => Array.from({ length }, (_, index) => message(from + index))

describe('the beginning of a conversation', () => {
  const online = () => connection.fire('onConnected', { resumed: true } as sdk.SessionInfo)
  const offline = () => connection.fire('onOffline', undefined)

  test('is told only where there is nothing before it', async () => {
    connection.messages = many(0, 60)
    await open('第 59 条')
    expect(textOf(page)).not.toContain('没有更多了')
    await (page.instance as unknown as { older(): Promise<void> }).older()
    expect(textOf(page)).toMatch(/没有更多了.*第 0 条/)
  })

  test('is not claimed without a network; what lies before comes by itself with it', async () => {
    const [earlier, later] = [many(0, 10), many(10, 10)]
    connection.messages = later
    connection.archive = 'unreachable'
    offline()
    await open('第 19 条')
    expect(textOf(page)).toMatch(/网络恢复后可能还有更早的消息.*第 10 条/)
    connection.archive = 'none'
    connection.messages = [...earlier, ...later]
    online()
    await shows('没有更多了')
    expect(textOf(page)).toMatch(/没有更多了.*第 0 条.*第 19 条/)
  })

  test('where the archive does not answer, one tap asks again', async () => {
    connection.archive = 'unreachable'
    connection.messages = many(10, 10)
    online()
    await open('第 19 条')
    expect(textOf(page)).toContain('更早的消息暂时读不到，点这里再试')
    connection.archive = 'none'
    page.querySelector('.beginning')!.dispatchEvent('tap')
    await shows('没有更多了')
  })
})
