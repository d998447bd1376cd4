// Feeding the parsers can fail: for each a bug is planted in the SDK's sources, and found, for the right reason.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { feed, type Parser } from '../fuzz/feed'
import { plant } from './plant'

const bugs: readonly (readonly [parser: string, file: string, good: string, bad: string, found: RegExp])[] = [
  ['decoder', 'mqtt/codec/reader.ts', 'error.reason = reason', 'void reason', /is no violation/],
  [
    'decoder',
    'mqtt/codec/decoder.ts',
    'kept = Math.min(HEAD, maximumPacketSize - 1)',
    'kept = size',
    /a buffer of \d+ bytes/,
  ],
  ['decoder', 'mqtt/codec/decoder.ts', 'come += at - from', 'come = at - from', /in one piece/],
  ['session', 'mqtt/session.ts', 'unanswered.forEach(({ outcome }) => outcome(error))', '', /was answered 0 times/],
  ['session', 'mqtt/codec/reader.ts', 'error.reason = reason', 'void reason', /reason 0x/],
  ['utf8', 'text/utf8.ts', 'code < least ||', '', /TextDecoder disagrees/],
  ['messages', 'messages/payload.ts', "must(isId(id), 'id')", '', /the app is handed/],
  ['messages', 'messages/payload.ts', "must(isMap(body), 'body')", '', /refused with another error/],
  ['messages', 'messages/payload.ts', 'body[name] = message[name]', 'body[name] = 1', /messages: invalid message: /],
  ['history', 'messages/history.ts', ' && status !== failed', '', /it is another history/],
  ['groups', 'messages/groups.ts', ' || !isName(group)', '', /the app hears onGroupEvent/],
  ['answers', 'logins/password.ts', "typeof token !== 'string' || !token", 'false', /a token of/],
  ['endpoints', 'access/endpoints.ts', "=== 'string' && allowed(one)) : []", "=== 'string') : []", /is dialled/],
  ['claims', 'access/token-life.ts', 'Math.abs(value) < 1e13', 'true', /a token of the time/],
  ['settings', 'text/option.ts', '!Object.prototype.hasOwnProperty.call(rules, name)', 'false', /not refused as/],
  ['redaction', 'errors/secrets.ts', 'if (text.includes(secret))', 'if (false)', /a secret in the log/],
  [
    'redaction',
    'log/redact.ts',
    'left -= shown.length\n        copy[shown] = walk(hidden ? HIDDEN : from[key], depth + 1)',
    'copy[shown] = hidden ? HIDDEN : walk(from[key], depth + 1)',
    /a record of \d+/,
  ],
  ['log-text', 'text/binary-text.ts', 'toUtf8(wellFormed(text))', 'text', /is kept as/],
  ['close-codes', 'protocol/verdicts.ts', 'Math.min(seconds, 3600)', 'seconds', /retryAfter \d+/],
  ['failures', 'wx/failures.ts', "'SocketBudgetExhausted', 600007", "'Budget', 600007", /by the name|iterable/],
  ['urls', 'text/url.ts', '\\[::1\\])$/i', '\\[::1\\])/i', /is dialled in plain/],
]

test.each(bugs)(
  '%s finds what is planted in %s: %s',
  async (name, file, good, bad, found) => {
    const planted = await plant(file, good, bad, join(__dirname, '../fuzz/parsers.ts'))
    const { parsers } = jest.requireActual<{ parsers: readonly Parser[] }>(planted)
    const parser = parsers.find((one) => one.name === name)!
    await expect(feed(parser, { seed: 1, inputs: 100_000, ms: 60_000 })).rejects.toThrow(found)
  },
  120_000,
)

const never = new Promise<never>(() => undefined)
const faults: readonly (readonly [what: string, one: Parser['one'], found: RegExp])[] = [
  [
    'an input that takes too long',
    () => {
      const before = process.cpuUsage()
      for (let spent = { user: 0, system: 0 }; spent.user + spent.system < 300_000;) spent = process.cpuUsage(before)
      return 'taken'
    },
    /one input took \d+ ms of CPU/,
  ],
  ['an input that is never answered', () => never, /nobody was ever answered/],
]

test.each(faults)('%s is found in any parser', async (_, one, found) => {
  const wrong = feed({ name: 'wrong', what: '', one }, { seed: 7, inputs: 2_048, ms: Infinity })
  await expect(wrong).rejects.toThrow(found)
})

// Not inside jest, which has its own word on these, and a heap of its own.
test.each([
  [
    'a rejection that nobody hears of',
    "Promise.reject(new Error('unheard')).finally()",
    /rejected and nobody was told\nError: unheard/,
  ],
  [
    'memory that is kept',
    '(globalThis.kept ??= []).push(new Array(12_500).fill(0))', // 100 KB each
    /the heap grew by \d+ MB/,
  ],
  ['an input without end', 'for (;;);', /no end in sight: wrong, FUZZ_SEED=7/],
])('%s is found in any parser', async (_, work, found) => {
  const code = `
    const { feed } = require(${JSON.stringify(join(__dirname, '../fuzz/feed.ts'))})
    const { startWatchdog } = require(${JSON.stringify(join(__dirname, '../fuzz/watchdog.ts'))})
    const wrong = { name: 'wrong', what: '', one: () => { ${work}; return 'taken' } }
    feed(wrong, { seed: 7, inputs: 2048, ms: 60000 }, startWatchdog(1000)).catch((error) => {
      console.error(error.message)
      process.exit(1)
    })`
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', '-e', code], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk) => (said += String(chunk)))
  await once(child, 'exit')
  expect(said).toMatch(found)
})

test('a failure names the seed that plays it again, alone', async () => {
  const wrong: Parser = {
    name: 'wrong',
    what: '',
    one(chance) {
      if (chance() < 0.001) throw new Error('found')
      return 'taken'
    },
  }
  const { message } = await feed(wrong, { seed: 7, inputs: 1e6, ms: 60_000 }).then(
    () => new Error('not found'),
    (error: Error) => error,
  )
  const [, seed] = /^wrong: found\n {2}FUZZ_SEED=(\d+) FUZZ_ONLY=wrong plays it again/.exec(message)!
  await expect(feed(wrong, { seed: Number(seed), inputs: 1, ms: 60_000 })).rejects.toThrow('found')
})
