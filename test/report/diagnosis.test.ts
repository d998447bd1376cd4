// The rules that simulator.test.ts does not meet, each on a log of its shape; and what is no problem gives no finding.
import { rules } from '../../report/diagnosis'
import { analyse } from '../../report/analyse'
import { story, type Story } from './story'

const found = (log: Story) => analyse([{ name: 'a.txt', text: log.text() }]).findings
const said = (log: Story) => found(log).map(({ severity, rule }) => `${severity} ${rule}`)
const online = () => story().start().open().connect().pings(5, 30000)

test('a day of ordinary drops is nothing unusual', () => {
  const log = online()
  for (let i = 0; i < 20; i++) log.drop('LinkLost', 'close 1006').wait(900).connect().pings(40, 30000)
  log.drop('ServerShuttingDown', 'close 1012').wait(1000).fail('SocketFailed').wait(2000).connect().pings(5, 30000)
  expect(said(log)).toEqual([])
})

test.each<[string, (log: Story) => Story, string]>([
  [
    'a token of another environment',
    (log) => log.drop('LinkLost').wait(500).fail('TokenIncorrect', 'CONNACK 0x86', 'stopped'),
    'error token-wrong',
  ],
  [
    'a token that expires and is replaced',
    (log) => log.drop('TokenExpired', '', 'authorizing', 'reauthorise').connect(),
    '',
  ],
  ['one kick', (log) => log.drop('UserLoginAnotherDevice', 'DISCONNECT 0x8E', 'stopped'), 'warn kicked-206'],
  [
    'kicks hours apart',
    (log) => [1, 2, 3].reduce((told) => told.drop('UserKicked', '', 'stopped').wait(3600000).open().connect(), log),
    'warn kicked-31010',
  ],
  ['the user is blocked', (log) => log.drop('UserBlockedWhileConnected', 'code=31011', 'stopped'), 'error refused'],
  [
    'an old certificate',
    (log) =>
      log.drop('LinkLost').fail('TlsFailed', 'code:8').wait(1000).fail('TlsFailed', 'code:8').wait(1000).connect(),
    'error tls',
  ],
  [
    'a wrong path',
    (log) =>
      log
        .drop('LinkLost')
        .fail('HandshakeRefused', '404')
        .wait(1000)
        .fail('HandshakeRefused', '404')
        .wait(1000)
        .connect(),
    'error handshake',
  ],
  ['retries that are spent', (log) => log.drop('LinkLost').fail('SocketTimeout', '', 'gaveUp'), 'warn gave-up'],
  [
    'an hour without a network',
    (log) => log.network('none').drop('NetworkUnavailable', '', 'paused').wait(3600000).network('4g').connect(),
    'info offline',
  ],
  [
    'failures without a network',
    (log) =>
      log
        .network('none')
        .drop('LinkLost')
        .fail('SocketFailed')
        .fail('SocketFailed')
        .fail('SocketFailed')
        .wait(60000)
        .network('4g')
        .connect(),
    'info offline',
  ],
  [
    'a handler of the app that throws',
    (log) => log.note(4, 'log', 'listener', { event: 'onTextMessage', message: 'x is undefined' }),
    'warn app-error',
  ],
  [
    'a full disk',
    (log) => log.note(3, 'log', 'failed', { detail: 'writeFile:fail storage limit exceeded' }),
    'warn storage',
  ],
  [
    'a request domain that is not listed',
    (log) => log.note(3, 'endpoint', 'failed', { detail: 'request:fail url not in domain list' }),
    'error domain',
  ],
])('%s', (_, happen, expected) => {
  expect(said(happen(online()))).toEqual(expected ? [expected] : [])
})

test('every finding says in both languages what happened and what to do, with nothing left to fill in', () => {
  const log = online()
  log.note(4, 'log', 'listener', { message: 'boom' }).note(3, 'store', 'failed', { detail: 'full' })
  log.network('none').wait(7200000).network('wifi')
  for (let i = 0; i < 4; i++) log.drop('UserLoginAnotherDevice', '0x8E', 'stopped').wait(2000).open().connect()
  log.hide(600000).wait(3000).drop('HeartbeatTimeout').wait(20000).connect()
  log.drop('SocketBudgetExhausted', 'exceed max').wait(3000)
  for (const name of ['TlsFailed', 'TlsFailed', 'HandshakeRefused', 'HandshakeRefused', 'SocketFailed'])
    log.fail(name).wait(3000)
  log.fail('SocketTimeout', '', 'gaveUp').wait(1000).open()
  log.fail('TokenExpired', '', 'stopped').open().fail('TokenIncorrect', '', 'stopped').open()
  log.fail('AppBlockedOrDeleted', '', 'stopped').open().fail('DomainNotAllowed', 'url not in domain list', 'stopped')
  const findings = found(log)
  const silent = rules.map(({ id }) => id).filter((id) => !findings.some(({ rule }) => rule === id))
  expect(silent).toEqual(['kicked-206', 'kicked-217', 'kicked-31010']) // the loop takes its place
  for (const { zh, en } of findings)
    for (const text of [zh, en].flatMap(({ title, text: told, remedy, answer }) => [title, told, remedy, answer])) {
      expect(text).not.toBe('')
      expect(text).not.toMatch(/[{}]|undefined|NaN/)
    }
  expect(findings.map(({ severity }) => severity)).toEqual(
    [...findings.map(({ severity }) => severity)].sort((a, b) => order(a) - order(b)),
  )
})

const order = (severity: string) => ['error', 'warn', 'info', 'ok'].indexOf(severity)

test('another login, another device that ended it, and the operator are three different things', () => {
  const told = ['UserLoginAnotherDevice', 'KickedByOtherDevice', 'UserKicked'].map((name) => {
    const [finding] = found(online().drop(name, '', 'stopped'))
    return [finding!.zh.title, finding!.en.title, finding!.zh.answer]
  })
  expect(told).toEqual([
    [
      '账号在另一台设备登录',
      'The account was logged in on another device',
      '您的账号在另一台设备登录，所以这台下线了。如果不是您本人登录，请立即修改密码。',
    ],
    [
      '被该用户的另一台设备踢下线',
      'Another device of the user ended the session',
      '这台设备是从您的另一台设备上下线的。如果不是您本人操作，请立即修改密码。',
    ],
    ['被服务器一侧踢下线', 'The server side ended the session', '您的登录被我们的后台结束了，可以重新登录。'],
  ])
})

test('a phone that is rarely online is never called healthy', () => {
  const log = online()
  for (let i = 0; i < 30; i++) log.drop('LinkLost').wait(20000).connect().pings(1, 1000)
  expect(said(log)).toEqual(['warn rarely-online'])
})

test('time in the background and without a network is not held against the connection', () => {
  const log = online().hide(3000).wait(100).drop('AppSuspended', '', 'paused').hide(600000).connect().pings(4, 30000)
  log.network('none').drop('NetworkUnavailable', '', 'paused').wait(300000).network('wifi').connect().pings(4, 30000)
  const [summary] = analyse([{ name: 'a.txt', text: log.text() }]).summaries
  expect(summary!.zh.text).toBe(
    'alice 在 01-31 09:00 – 09:21 掉线 2 次，都自己恢复，最长 343毫秒，可以在线的时间里在线 99.7 %；没有需要处理的问题。',
  )
  expect(summary!.en.text).toBe(
    'alice, 01-31 09:00 – 09:21: dropped 2 times, recovered by itself each time, at most in 343 ms; connected for 99.7 % of the time in which it could be. Nothing to be dealt with.',
  )
})

test('times are the phone’s own', () => {
  const [finding] = found(online().drop('TokenExpired', '', 'stopped'))
  expect(finding!.en.text).toContain('last at 09:02:3') // UTC+8: the story starts at 01:00 UTC
})
