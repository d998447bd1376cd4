// The probe comes to its end whatever happens: the app dies, the person skips, the server is not there; and its file says nothing of whose phone it was.
import { steps } from '../../miniprogram-demo/miniprogram/probe/steps'
import { bundleProbe } from './bundle'
import { SERVER, visit, type Visit } from './visit'

const probe = bundleProbe()
afterAll(() => probe.remove())
const quirks = { diskQuota: 8 * 1024 * 1024 }

/** Steps in which the app dies anyway have tests of their own. */
const dying = ['away', 'killed', 'longAway']

test.each(steps.map(({ id }) => id).filter((id) => !dying.includes(id)))(
  'the app dies in the step %s: it goes on there and finds the same',
  async (id) => {
    const [whole, torn] = [
      await visit(probe.file, { quirks, only: [id] }),
      await visit(probe.file, { quirks, only: [id], dieIn: id }),
    ]
    expect([whole.phone.boots, torn.phone.boots]).toEqual([1, 2])
    const names = ({ journal }: Visit) =>
      Object.entries(journal.findings).map(([name, finding]) => `${name} ${'value' in finding ? 'found' : 'unknown'}`)
    expect(names(torn).sort()).toEqual(names(whole).sort())
  },
)

test('the app dies while it is away: that is told, and the other steps are taken', async () => {
  const { journal, phone } = await visit(probe.file, { quirks: { ...quirks, destroyAfter: 10_000 } })
  expect(journal.findings.destroyAfter).toMatchObject({ value: { atMost: 32_000 } })
  expect(journal.findings.background).toEqual({ unknown: '离开期间小程序被销毁，请再开一次探测' })
  expect(journal.findings.networkLoss).toEqual({ value: 'silent' })
  expect(phone.errors).toEqual([])
})

test('who skips everything gets an end, each question with its reason', async () => {
  const { journal } = await visit(probe.file, { quirks, instead: () => Promise.resolve('skipped' as const) })
  expect(journal.step).toBe(steps.length)
  expect(journal.findings).toMatchObject({
    background: { unknown: '这一步被跳过' },
    networkSwitch: { unknown: '这一步被跳过' },
    destroyAfter: { unknown: '这一步被跳过' },
    tornWrites: { unknown: '小程序没有被结束' },
    maxSockets: { value: 2 },
  })
})

test('a phone that keeps nothing is asked what needs no memory', async () => {
  const { journal } = await visit(probe.file, { quirks: { ...quirks, storageBroken: true } })
  expect(journal.findings).toMatchObject({
    storageBroken: { value: true },
    background: { value: ['close'] },
    tornWrites: { unknown: '这部手机存不下东西，被结束之后无法继续' },
    destroyAfter: { unknown: '这部手机存不下东西，销毁之后无法继续' },
  })
})

test('a server without --probe: every question about sockets says why', async () => {
  const { journal } = await visit(probe.file, { quirks, server: 'http://elsewhere.test:7380' })
  const why = (name: string) => (journal.findings[name] as { unknown: string }).unknown
  expect(why('handshake')).toContain('Connection refused')
  expect(why('maxSockets')).toContain('连不上服务器')
  expect(journal.findings.fileDelay).toEqual({ value: 1 })
})

test('every socket and file that it opened is gone at the end', async () => {
  const { phone } = await visit(probe.file, { quirks })
  expect([phone.sockets.open, phone.disk.list('usr')]).toEqual([0, []])
})

test('the file names neither the server nor the app', async () => {
  const failureTexts = { refused: `connect to ${SERVER} failed` }
  const { file, phone } = await visit(probe.file, { quirks: { ...quirks, failureTexts } })
  const { appId } = phone.wx.getAccountInfoSync().miniProgram
  expect(file).toContain('connect to http://<server>:7380 failed')
  for (const secret of ['im.test', appId]) expect(file).not.toContain(secret)
})

test('each step says in Chinese what it does and whether the person has to do something', () => {
  for (const { title, does } of steps) {
    expect(title).toMatch(/\p{Script=Han}/u)
    expect(does).toMatch(/不用操作|再|拒接/)
  }
})
