// Each kind of fuzzing can fail: a bug is planted in the SDK, and found, for the right reason.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fuzz } from '../fuzz/fuzz'
import { plant } from './plant'
import { targets } from '../fuzz/targets'

const bugs: readonly (readonly [target: string, file: string, good: string, bad: string, found: RegExp])[] = [
  ['packets', 'mqtt/codec/decoder.ts', 'if (whole > maximumPacketSize) {', 'if (false) {', /allocated \d+ MB/],
  ['packets', 'mqtt/codec/reader.ts', 'error.reason = reason', 'void reason', /thrown into the app/],
  [
    'payloads',
    'messages/inbox.ts',
    'return undefined',
    "throw new Error('planted')",
    /thrown into the app|did not arrive/,
  ],
  ['rest', 'messages/groups.ts', 'if (!data) throw', 'if (false) throw', /no ConnectionError/],
  ['storage', 'part.ts', '} catch {', '} catch (error) { throw error', /idle|opening|thrown into the app/],
  ['tokens', 'access/token-life.ts', 'Math.abs(value) < 1e13', 'true', /more than \d+ timers/],
  ['closes', 'protocol/verdicts.ts', 'Math.min(seconds, 3600)', 'seconds', /waiting after/],
]

test.each(bugs)(
  '%s finds what is planted in %s',
  async (name, file, good, bad, found) => {
    const target = targets.find((one) => one.name === name)!
    const planted = await plant(file, good, bad)
    const run = () => fuzz(target, { seed: 1, inputs: 3_000, ms: 60_000, file: planted })
    await expect(run()).rejects.toThrow(found)
  },
  120_000,
)

test('an input without end is named, and the process ended', async () => {
  const planted = await plant(
    'mqtt/codec/decoder.ts',
    'if (at >= chunk.length) return',
    'if (at >= chunk.length) if (header >= 0) continue; else return',
  )
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(__dirname, '../main.ts'), 'fuzz', '--only', 'packets', '--seconds', '60'],
    { env: { ...process.env, SDK_FILE: planted, WATCHDOG_MS: '1500' }, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  child.stderr.on('data', (chunk) => (said += String(chunk)))
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
  expect([signal, said]).toEqual(['SIGKILL', expect.stringMatching(/no end in sight: packets, FUZZ_SEED=\d+, /)])
}, 120_000)
