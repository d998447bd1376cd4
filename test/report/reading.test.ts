// Logs as they really arrive: with a header or without, cut, joined, edited, or not logs at all.
import * as fc from 'fast-check'
import { analyse } from '../../report/analyse'
import { renderReport } from '../../report/render'
import { START, story } from './story'

const read = (text: string) => analyse([{ name: 'a.txt', text }]).phones[0]!

test('attempts know what they waited for, why, how long each phase took, and how they ended', () => {
  const log = story()
    .start()
    .open()
    .connect(100)
    .pings(2, 30000)
    .drop('LinkLost', 'close 1006')
    .wait(900)
    .fail('SocketTimeout')
    .wait(2500)
    .connect(200)
    .wait(5000)
  const phone = read(log.note(2, 'app', 'hidden').text())
  expect(phone.attempts.map(({ number, delay, cause, outcome }) => [number, delay, cause, outcome])).toEqual([
    [1, 0, '', 'online'],
    [2, 940, 'LinkLost', 'SocketTimeout'],
    [3, 2540, 'SocketTimeout', 'online'],
  ])
  expect(phone.attempts[0]!.phases.slice(0, 4)).toEqual([
    ['authorizing', 3],
    ['queued', 0],
    ['opening', 180],
    ['handshaking', 100],
  ])
  expect(phone.attempts[2]!.phases.at(-1)).toEqual(['online', 5000])
  expect(phone.refusals.map(({ code, name, state }) => [code, name, state])).toEqual([
    [35015, 'LinkLost', 'online'],
    [35012, 'SocketTimeout', 'handshaking'],
  ])
  expect(phone.roundTrips.map(({ value }) => value)).toEqual([40, 77])
})

test('a cold start ends what was open before it; the connection keeps its row', () => {
  const phone = read(
    story()
      .start()
      .open()
      .connect()
      .wait(1000)
      .note(2, 'app', 'hidden')
      .wait(3600000)
      .start('4g')
      .open()
      .connect()
      .wait(10)
      .note(2, 'app', 'hidden')
      .text(),
  )
  expect(phone.starts).toHaveLength(2)
  expect(phone.connections).toHaveLength(1)
  const onlines = phone.connections[0]!.states.filter(({ what }) => what === 'online')
  expect(onlines.map(({ from, to }) => to - from)).toEqual([1000, 10])
  expect(phone.network.map(({ what }) => what)).toEqual(['wifi', '4g'])
})

test('a clock that is set back makes no span run backwards', () => {
  const text = story().start().open().connect().wait(60000).drop('LinkLost').text()
  const back = text
    .split('\n')
    .map((line, i) =>
      i > 12 && line ? line.replace(/"t":(\d+)/, (_, t: string) => `"t":${Number(t) - 3600000}`) : line,
    )
  const phone = read(back.join('\n'))
  expect(phone.clockJumps).toBe(1)
  for (const { states } of phone.connections) for (const { from, to } of states) expect(to).toBeGreaterThanOrEqual(from)
})

test('a cut line, a missing header, a byte order mark, Windows line ends, two logs in one: what can be read is read', () => {
  const text = story().start().open().connect().text()
  const [header, ...lines] = text.trimEnd().split('\n')
  expect(read(lines.join('\r\n')).records).toHaveLength(lines.length)
  expect(read(`\ufeff${text}`).header?.sdk).toBe('0.1.0')
  expect(read(`${text}${header}\n${lines.join('\n')}`).records).toHaveLength(2 * lines.length)
  const cut = read(text.slice(0, -20))
  expect([cut.records.length, cut.unread]).toEqual([lines.length - 1, 1])
})

test('whatever is fed in, nothing throws', () => {
  const record = fc.record(
    {
      t: fc.oneof(fc.integer(), fc.double(), fc.constant(START)),
      level: fc.anything(),
      area: fc.oneof(fc.constantFrom('connection', 'socket', 'slot', 'app', 'heartbeat', 'log'), fc.string()),
      event: fc.oneof(
        fc.constantFrom('state', 'refused', 'started', 'network', 'shown', 'taken', 'pong', 'open', 'listener', 'weak'),
        fc.string(),
      ),
      fields: fc.oneof(
        fc.anything(),
        fc.dictionary(
          fc.constantFrom('from', 'to', 'name', 'taken', 'max', 'ms', 'type', 'away', 'connected'),
          fc.oneof(fc.constantFrom('online', 'stopped', 'LinkLost', '__proto__', 'toString'), fc.anything()),
        ),
      ),
      connection: fc.oneof(fc.nat(3), fc.anything()),
      attempt: fc.oneof(fc.nat(9), fc.anything()),
    },
    { requiredKeys: ['t', 'area', 'event'] },
  )
  const line = fc.oneof(
    record.map((value) => JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? 0 : part))),
    fc.json(),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
      const { phones } = analyse([{ name: 'a', text: lines.join('\n') }])
      for (const { connections, app, network } of phones)
        for (const { from, to } of [...connections.flatMap(({ states }) => states), ...app, ...network])
          expect(to).toBeGreaterThanOrEqual(from)
    }),
    { numRuns: 300 },
  )
})

test('nothing in a log can end the script elements of the page', () => {
  const evil = '</script><script>alert(1)</script><!--'
  const html = renderReport([
    {
      name: evil,
      text: story(evil).start().open().note(4, 'log', 'listener', { message: evil }).text({ model: evil }),
    },
  ])
  expect(html).not.toContain('alert(1)<')
  expect(html.match(/<script/g)).toHaveLength(3) // the model, one log, the page's own
})
