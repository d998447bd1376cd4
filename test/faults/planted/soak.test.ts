// The soak can fail: with a bug planted in the SDK it stops, names the promise that was broken, and the seed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { plant } from './plant'

const bugs: readonly (readonly [what: string, file: string, good: string, bad: string, found: RegExp])[] = [
  ['a third socket', 'runtime/slots.ts', 'ledger.taken < next.max', 'ledger.taken < 5', /3 sockets at once/],
  [
    'what came before comes again',
    'messages/inbox.ts',
    'const known = history.seen(message)',
    'const known = false',
    /(handed on|kept) twice/,
  ],
  [
    'acknowledged before it is kept',
    'messages/inbox.ts',
    'queue.push(arrival)',
    'queue.push(arrival), arrival.ack()',
    /lost: |still there: /,
  ],
  ['a login that never comes back', 'machine/backoff.ts', 'random * Math.min(', '1e12 + Math.min(', /not back: /],
]

test.each(bugs)(
  '%s',
  async (_, file, good, bad, found) => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', join(__dirname, '../main.ts'), 'soak', '--seconds', '240', '--days', '1'], // it ends when it finds the bug
      { env: { ...process.env, SDK_FILE: await plant(file, good, bad) }, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)))
    const [code] = (await once(child, 'exit')) as [number | null]
    expect([code, said]).toEqual([1, expect.stringMatching(found)])
    expect(said).toMatch(/SOAK_SEED=\d+/)
  },
  300_000,
)
