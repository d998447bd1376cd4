// The probe is right: whatever is set on a simulated phone, it finds out; what it cannot know, it says so, and why.
import type { Json } from '../../miniprogram-demo/miniprogram/probe/finding'
import { steps } from '../../miniprogram-demo/miniprogram/probe/steps'
import { type Profile, type Quirks, harsh, quirksOf } from '../../simulator/core/quirks'
import { bundleProbe } from './bundle'
import { disagreement } from './expected'
import { visit, type VisitOptions } from './visit'

const second = 1000
const minute = 60 * second

const probe = bundleProbe()
afterAll(() => probe.remove())

type Ends = Quirks['lost']
const ends: readonly Ends[] = [['close'], ['error'], ['close', 'close'], ['close', 'error'], ['error', 'close'], []]
const codes = [
  { code: 1006, reason: 'interrupted' },
  { code: 1000, reason: '' },
]
const orders: readonly Quirks['resumeOrder'][] = [
  ['show', 'events', 'timers'],
  ['show', 'timers', 'events'],
  ['events', 'show', 'timers'],
  ['events', 'timers', 'show'],
  ['timers', 'show', 'events'],
  ['timers', 'events', 'show'],
]

/** Every switch, each way. */
const values: { readonly [Name in keyof Quirks]: readonly Quirks[Name][] } = {
  refusal: ['fail', 'onError', 'both'],
  refusedTask: ['dead', 'undefined'],
  givenTask: ['task', 'promised', 'unheard'],
  promiseDelay: [0, 40],
  timeoutOption: ['honoured', 'ignored'],
  success: ['at-once', 'soon', 'after-open', 'never'],
  lateListeners: ['heard', 'lost'],
  protocolString: ['fails', 'works'],
  handshake: ['normal', 'hangs', 'hangs-silently'],
  openDelay: [0, 400],
  messageBeforeOpen: [false, true],
  connectTimeout: [60 * second, 20 * second],
  readyState: ['true', 'absent', 0, 1, 2, 3],
  socketErrno: [false, true],
  failureTexts: [{}, { refused: '无法连接', http: '握手失败', timeout: '请求超时', transport: '网络不可用' }],
  given: ['result', { instead: undefined }, { instead: null }, { instead: 'closed' }, { instead: {} }],
  offThrows: [false, true],
  absent: ['undefined', 'throws'],
  typedArray: ['sent', 'nothing', 'garbage'],
  sendFailure: [undefined, 'sendSocketMessage:fail broken'],
  closeWhileConnecting: ['refused', 'ignored', 'honoured'],
  closeFailure: [undefined, 'closeSocket:fail broken'],
  goneText: [undefined, 'closeSocket:fail task not found'],
  closeDelay: [0, 300],
  slotReleaseDelay: [0, 100, 1000],
  closeTimeout: [2 * second, 5 * second, Infinity],
  ownClose: ends,
  ownCloseCode: ['as-asked', ...codes],
  serverClose: ends,
  serverCloseCode: ['kept', ...codes],
  lost: ends,
  lostCode: codes,
  connectFailure: ends,
  suspendAfter: [5 * second, 12 * second, Infinity],
  destroyAfter: [5 * second, 30 * minute, Infinity],
  freezes: [true, false],
  backgroundCut: [true, false],
  background: ends,
  backgroundCode: codes,
  backgroundToServer: ['close-frame', 'drop', 'nothing'],
  suspendEcho: [0, 1500],
  resumeOrder: orders,
  showEvents: [true, false],
  offlineType: ['none', 'offline'],
  networkLoss: ['silent', 'ends'],
  networkSwitch: ['survives', 'silent', 'ends'],
  networkEnd: ends.filter(({ length }) => length > 0),
  networkEvents: [true, false],
  networkAnswer: ['true', 'none'],
  isConnected: ['true', true, false],
  diskQuota: [5 * 1024 * 1024, 200 * 1024 * 1024],
  fileDelay: [1, 40],
  appendCreates: [false, true],
  tornWrites: [false, true],
  diskBroken: [false, true],
  storageBroken: [false, true],
}

/** What must hold for a switch to show at all. */
const beside: { readonly [Name in keyof Quirks]?: VisitOptions } = {
  promiseDelay: { quirks: { givenTask: 'promised' } },
  absent: { without: ['uploadFile'] },
  networkEnd: { quirks: { networkSwitch: 'ends' } },
}

const cases = (Object.keys(values) as (keyof Quirks)[]).flatMap((name) =>
  values[name].map((value) => ({ name, value, shown: value === undefined ? 'undefined' : JSON.stringify(value) })),
)

test.each(cases)('$name $shown is found out', async ({ name, value }) => {
  const options = beside[name] ?? {}
  // A disk of the usual size takes a second to fill: once is enough.
  const quirks = { diskQuota: 8 * 1024 * 1024, ...options.quirks, [name]: value }
  const only = steps.filter(({ finds }) => finds.includes(name)).map(({ id }) => id)
  const { phone, journal } = await visit(probe.file, { ...options, quirks, only })
  const finding = journal.findings[name]
  expect(finding).toHaveProperty('value')
  expect(disagreement(phone, name, (finding as { value: Json }).value)).toBeUndefined()
  expect(phone.errors).toEqual([])
})

test('every switch of the simulator is a question of some step', () => {
  const asked = steps.flatMap(({ finds }) => finds)
  expect(Object.keys(quirksOf('android')).filter((name) => !asked.includes(name))).toEqual([])
})

test.each([1, 2, 5, 8])('%i sockets are counted', async (maxSockets) => {
  const { journal } = await visit(probe.file, { maxSockets, only: ['budget'] })
  expect(journal.findings.maxSockets).toMatchObject({ value: maxSockets })
})

test.each(['native', 'macrotask'] as const)('promises are seen to be %s', async (promise) => {
  const { journal } = await visit(probe.file, { promise, only: ['machine', 'opening'] })
  expect(journal.findings).toMatchObject({ promise: { value: promise }, handshake: { value: 'normal' } })
})

test.each([0, -7_200_000, 86_400_000])('a clock that is %i ms wrong is seen', async (skewMs) => {
  const { journal } = await visit(probe.file, { skewMs, only: ['opening'] })
  expect(journal.findings.skewMs).toEqual({ value: skewMs })
})

test('APIs that are not there are named', async () => {
  const without = ['onAppShow', 'getLogManager']
  const { journal } = await visit(probe.file, { without, only: ['machine'] })
  expect(journal.findings.without).toEqual({ value: without })
})

test('domains: whether they are checked shows in the text', async () => {
  const texts = await Promise.all(
    [undefined, ['ws://im.test']].map(async (allowedDomains) => {
      const { journal } = await visit(probe.file, { only: ['failing'], ...(allowedDomains && { allowedDomains }) })
      return JSON.stringify(journal.facts.otherDomainText)
    }),
  )
  expect(texts.map((text) => text.includes('domain list'))).toEqual([false, true])
})

test.each([true, false])('a global that is there or not is told: %s', async (there) => {
  const own = bundleProbe(there ? 'var TextEncoder = function () {}' : '')
  const { journal } = await visit(own.file, { only: ['machine'] })
  own.remove()
  expect(journal.facts.globals).toMatchObject({ TextEncoder: there, URL: false })
})

/** What stays unknown: no phone here lacks an API or promises its tasks, and the rest never happens on these. */
const always = ['absent', 'promiseDelay']
const neverSuspended = [
  'background', 'backgroundCode', 'backgroundCut', 'backgroundToServer', 'destroyAfter', 'freezes', 'resumeOrder',
] // prettier-ignore
const kinds: readonly (readonly [Profile, 'best' | 'worst', readonly string[]])[] = [
  ['android', 'best', ['networkEnd']],
  ['android', 'worst', ['isConnected', 'lostCode', 'networkEnd', 'refusedTask']],
  ['ios', 'best', []],
  ['ios', 'worst', ['backgroundCode']],
  ['pc', 'best', ['networkEnd']],
  ['pc', 'worst', ['networkEnd', 'refusedTask']],
  ['devtools', 'best', ['networkEnd', ...neverSuspended]],
  ['devtools', 'worst', ['networkEnd', ...neverSuspended]],
]

test.each(kinds)('%s at its %s: what the whole probe says of it is so', async (profile, how, unknown) => {
  const quirks = { diskQuota: 8 * 1024 * 1024, ...(how === 'worst' && harsh(profile)) }
  const { phone, journal } = await visit(probe.file, { profile, quirks, maxSockets: 3 })
  const wrong = Object.entries(journal.findings).map(([name, finding]) =>
    'value' in finding && name in phone.quirks ? disagreement(phone, name as keyof Quirks, finding.value) : undefined,
  )
  expect(wrong.filter((difference) => difference !== undefined)).toEqual([])
  const unanswered = Object.entries(journal.findings).filter(([, finding]) => 'unknown' in finding)
  expect(unanswered.map(([name]) => name).sort()).toEqual([...always, ...unknown].sort())
  for (const [, finding] of unanswered) expect(JSON.stringify(finding)).toMatch(/\p{Script=Han}/u)
  expect(phone.errors).toEqual([])
})
