// What the server has in memory under the worst that clients found to fill it with, against what its account says of that.
//
// Measured is what is in use once the garbage is gone: JavaScript's heap and the buffers outside it, in a process of its own. Resident
// memory is no measure for a test: how much of what is free the allocators give back, and when, differs from run to run and machine
// to machine (docs/decisions/0051 has what it was).
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Measured } from './memory-attack'

const MB = 1024 * 1024

async function under(attack: 'properties' | 'small' | 'groups'): Promise<Measured> {
  const script = join(__dirname, 'memory-attack.ts')
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--import', 'tsx', script, attack])
  return JSON.parse(stdout) as Measured
}

test.each([
  ['properties', 'messages that are nothing but properties, until there is no room', 1_112],
  ['small', 'twenty thousand messages of twenty bytes', 20_000],
  ['groups', 'twenty-five groups of 1,990 people, each told of it, and one byte to each', 25 * 1_991],
] as const)('%s: %s', async (attack, _title, taken) => {
  const measured = await under(attack)
  expect(measured.taken).toBe(taken)
  // The account says at least what is there, but for what the code itself grows by while it works.
  expect(measured.used).toBeLessThan(1.5 * measured.booked + 2 * MB)
  // And does not say so much that honest people are refused for nothing.
  expect(measured.used).toBeGreaterThan(measured.booked / 5)
})
