// The pages about the archive: the archiver is the same in both languages, and what they say of providers holds.
import { runInNewContext } from 'node:vm'
import { archiveWorld, text } from '../message/archive-world'
import { texts } from '../message/reader'
import { read } from '../../tools/project'
import { snippets } from './snippets'
import type { ConnectionOptions, HistoryProvider } from '../../src/index'

const pages = ['docs/archive.md', 'docs/archive.zh-CN.md']

test('both pages show the archiver that test/servers runs', () => {
  const [one, other] = pages.map((page) => snippets(read(page), 'js archiver.mjs'))
  expect(one).toHaveLength(1)
  expect(other).toEqual(one)
})

test.each(pages)('the provider of %s brings pages, and its refusals arrive with their status', async (page) => {
  let answer: { statusCode: number; data?: unknown } | { errMsg: string } = { statusCode: 200, data: {} }
  const asked: { url: string; data: object; header: object }[] = []
  const wx = {
    getStorageSync: () => 'session-1',
    request: (call: Record<string, (result: unknown) => void> & { url: string; data: object; header: object }) => {
      asked.push({ url: call.url, data: call.data, header: call.header })
      if ('errMsg' in answer) call.fail!(answer)
      else call.success!(answer)
    },
  }
  const seen: { options?: ConnectionOptions } = {}
  const EC = {
    connection: function connection(options: ConnectionOptions) {
      seen.options = options
    },
  }
  const code = snippets(read(page), 'js')[0]!.replace(/^import .*$/m, '')
  runInNewContext(code, { EC, wx, Promise, Object, Error })

  const it = archiveWorld(seen.options!.historyProvider as HistoryProvider)
  it.app.connect()
  await it.clock.advance(50)
  answer = { statusCode: 200, data: { messages: [text(2), text(1)], isLast: true } }
  const found = await it.page()
  expect([texts(found.messages), found.isLast]).toEqual([['2', '1'], true])
  expect(asked[0]).toEqual({
    url: 'https://api.example.com/im-history',
    data: { targetId: 'bob', chatType: 'singleChat', searchDirection: 'up', pageSize: 50 },
    header: { authorization: 'Bearer session-1' },
  })
  // Read once for each link.
  it.app.drop()
  it.app.connect()
  await it.clock.advance(50)
  answer = { errMsg: 'request:fail timeout' }
  const failed = await it.page()
  expect([failed.isLast, failed.error?.message]).toEqual([false, expect.stringMatching(/request:fail timeout/)])
  await it.clock.advance(60_000)
  answer = { statusCode: 403 }
  const refused = await it.page()
  expect([refused.isLast, refused.error?.message]).toEqual([true, expect.stringMatching(/HTTP 403/)])
})
