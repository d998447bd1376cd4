// Every way in which a server says no, and what it means: reason codes, its own numbers, close codes.
import { conditions, ErrorCode, type ErrorName } from '../../src/errors/codes'
import { mayRefuseVersion, refusalOfClose } from '../../src/protocol/close-codes'
import type { Refusal, Verdict } from '../../src/protocol/refusal'
import { verdictOf } from '../../src/errors/codes'
import { stage } from './stage'

const hex = (value: number): string => value.toString(16).padStart(2, '0')

/** What a CONNACK of this version means. */
function refusedLogin(version: 4 | 5, reason: number): Refusal {
  const s = stage()
  s.start(version)
  s.raw(version > 4 ? `20 03 00 ${hex(reason)} 00` : `20 02 00 ${hex(reason)}`)
  return s.refusals[0] ?? s.session.linkLost()
}
/** What a DISCONNECT means. */
function ended(reason: number, userProperties?: Record<string, string>): Refusal {
  const s = stage()
  s.online()
  s.says({ cmd: 'disconnect', reasonCode: reason, properties: { ...(userProperties && { userProperties }) } })
  return s.refusals[0]!
}
const gist = ({ name, verdict, shared }: Refusal): string => `${name} ${verdict}${shared ? ' shared' : ''}`

const meanings: [reason: number, gist: string][] = [
  [0x80, 'ServerRefused retry'],
  [0x81, 'ServerRefused retry'],
  [0x82, 'ServerRefused retry'],
  [0x83, 'ServerRefused retry'],
  [0x85, 'IdentifierRejected fatal'],
  [0x86, 'TokenIncorrect reauthorise'],
  [0x87, 'TokenIncorrect reauthorise'],
  [0x88, 'ServerUnavailable retry shared'],
  [0x89, 'ServerBusy retry shared'],
  [0x8a, 'UserBlocked fatal'],
  [0x8b, 'ServerShuttingDown retry shared'],
  [0x8c, 'ServerRefused retry'],
  [0x8d, 'HeartbeatTimeout retry'],
  [0x8e, 'UserLoginAnotherDevice fatal'],
  [0x8f, 'ServerRefused fatal'],
  [0x90, 'ServerRefused fatal'],
  [0x93, 'ServerRefused retry'],
  [0x94, 'ServerRefused retry'],
  [0x95, 'PacketTooLarge retry'],
  [0x96, 'ServerBusy retry'],
  [0x97, 'ServerBusy retry shared'],
  [0x98, 'UserKicked fatal'],
  [0x99, 'ServerRefused fatal'],
  [0x9a, 'ServerRefused fatal'],
  [0x9b, 'ServerRefused fatal'],
  [0x9c, 'ServerMoved retry'],
  [0x9d, 'ServerMoved retry'],
  [0x9e, 'ServerRefused fatal'],
  [0x9f, 'ServerBusy retry shared'],
  [0xa0, 'LinkLost retry'],
  [0xa1, 'ServerRefused fatal'],
  [0xa2, 'ServerRefused fatal'],
]

describe('MQTT 5', () => {
  test.each(meanings.map(([reason, meaning]) => [hex(reason), meaning, reason] as const))(
    '0x%s: %s',
    (_, meaning, reason) => {
      expect(gist(refusedLogin(5, reason))).toBe(meaning)
      expect(gist(ended(reason))).toBe(meaning)
    },
  )

  test('a DISCONNECT without a complaint', () => expect(gist(ended(0))).toBe('LinkLost retry'))

  test('the detail names packet, code and the words of the server', () => {
    const s = stage()
    s.online()
    s.says({ cmd: 'disconnect', reasonCode: 0x98, properties: { reasonString: 'spam' } })
    expect(s.refusals[0]?.detail).toBe('DISCONNECT 0x98 spam')
    expect(refusedLogin(5, 0x87).detail).toBe('CONNACK 0x87')
  })

  test('a redirect names where to', () => {
    const s = stage()
    s.start()
    s.says({ cmd: 'connack', reasonCode: 0x9c, sessionPresent: false, properties: { serverReference: 'other:8084' } })
    expect(s.refusals[0]).toMatchObject({ name: 'ServerMoved', verdict: 'retry', moveTo: 'other:8084' })
  })

  test.each([
    ['217', 'KickedByOtherDevice fatal'],
    ['216', 'KickedByChangePassword fatal'],
    ['31020', 'TokenExpired reauthorise'],
    ['31028', 'PlatformMismatch reauthorise'],
    ['31003', 'ServerUnavailable retry'],
    ['99999', 'UserKicked fatal'],
    ['x', 'UserKicked fatal'],
  ])('the number of our own server wins: code=%s', (code, meaning) => {
    expect(gist(ended(0x98, { code }))).toBe(meaning)
  })

  test('the server says how long to stay away', () => {
    expect(ended(0x8b, { retryAfter: '90' })).toMatchObject({ shared: true, retryAfter: 90 })
    expect(ended(0x8b, { retryAfter: 'soon' })).not.toHaveProperty('retryAfter')
    // A slip of the server must not keep a phone away for years.
    for (const ages of ['99999999999', '1e300', 'Infinity'])
      expect(ended(0x8b, { retryAfter: ages })).toMatchObject({ retryAfter: 3600 })
  })
})

describe('MQTT 3.1.1', () => {
  test.each([
    [2, 'IdentifierRejected fatal'],
    [3, 'ServerUnavailable retry shared'],
    [4, 'TokenIncorrect reauthorise'],
    [5, 'TokenIncorrect reauthorise'],
  ])('CONNACK %i: %s', (code, meaning) => expect(gist(refusedLogin(4, code))).toBe(meaning))
})

describe('the end of a WebSocket', () => {
  test.each<[number, string, string]>([
    [1000, '', 'LinkLost retry'],
    [1000, 'MQTT died', 'LinkLost retry'],
    [1001, 'going away', 'ServerShuttingDown retry shared'],
    [1002, 'unauthenticated', 'TokenIncorrect reauthorise'],
    [1002, 'protocol error', 'LinkLost retry'],
    [1006, '', 'LinkLost retry'],
    [1011, '', 'LinkLost retry'],
    [1012, '', 'ServerShuttingDown retry shared'],
    [1013, '', 'ServerBusy retry shared'],
    [1000, 'code=31009', 'UserBlocked fatal'],
    [1000, 'code=31020', 'TokenExpired reauthorise'],
    [1012, 'code=31003 retryAfter=60', 'ServerUnavailable retry shared'],
    [1000, 'code=424242', 'LinkLost retry'],
  ])('%i %j: %s', (code, reason, meaning) => expect(gist(refusalOfClose(code, reason))).toBe(meaning))

  test('what the platform cut in the background is not counted', () => {
    expect(refusalOfClose(1006, 'interrupted', true)).toMatchObject({ name: 'AppSuspended', uncounted: true })
  })

  test('how long to stay away', () => expect(refusalOfClose(1012, 'code=31003 retryAfter=60').retryAfter).toBe(60))

  test.each<[number, string, boolean]>([
    [1011, '', true],
    [1002, '', true],
    [1000, '', true],
    [1002, 'unauthenticated', false],
    [1006, '', false],
    [1001, '', false],
    [1000, 'code=31009', false],
  ])('before CONNACK, %i %j may refuse the version: %s', (code, reason, expected) =>
    expect(mayRefuseVersion(code, reason)).toBe(expected),
  )
})

test('every condition has a verdict, and every number that a server may tell has the right one', () => {
  const expected: Partial<Record<Verdict, number[]>> = {
    retry: [31003],
    reauthorise: [31004, 31020, 31027, 31028],
  }
  for (const name of Object.keys(conditions) as ErrorName[]) {
    const verdict = verdictOf(name)
    expect(['retry', 'reauthorise', 'fatal']).toContain(verdict)
    const code = ErrorCode[name]
    if (code < 0 || code >= 33000) continue
    const wanted = (Object.keys(expected) as Verdict[]).find((its) => expected[its]!.includes(code)) ?? 'fatal'
    expect([name, verdict]).toEqual([name, wanted])
  }
})
