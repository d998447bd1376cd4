// From the probe's file to a profile of the simulator, by the command a person types; and a test run under it.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { inForce, putInForce } from '../../simulator/core/found-profile'
import { createPhone } from '../../simulator/core/phone'
import { harsh, quirksOf } from '../../simulator/core/quirks'
import { createMemoryNetwork } from '../../simulator/links/memory-link'
import { virtualClock } from '../../simulator/node/clocks'
import { profileOf, readProfile, UnusableFile, written } from '../../simulator/profile/profile'
import { inRoot } from '../../tools/project'
import { bundleProbe } from './bundle'
import { visit } from './visit'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'profile-'))
const worst = { diskQuota: 8 * 1024 * 1024, ...harsh('ios') }
let file: string
beforeAll(async () => {
  const probe = bundleProbe()
  ;({ file } = await visit(probe.file, { profile: 'ios', maxSockets: 3, quirks: worst }))
  probe.remove()
})
afterAll(() => fs.rmSync(folder, { recursive: true }))

const command = (...args: string[]) => {
  const main = [inRoot('simulator/profile/main.ts'), ...args]
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', ...main], {
    cwd: inRoot('.'),
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}
const save = (name: string, text: string): string => {
  const saved = path.join(folder, name)
  fs.writeFileSync(saved, text)
  return saved
}
/** The file with something changed in it. */
const spoilt = (change: (parsed: Record<string, never> & { findings: Record<string, unknown> }) => void): string => {
  const parsed = JSON.parse(file) as Parameters<typeof change>[0]
  change(parsed)
  return JSON.stringify(parsed)
}
const problemsOf = (text: string): readonly string[] => {
  try {
    profileOf(text)
  } catch (error) {
    if (error instanceof UnusableFile) return error.problems
    throw error
  }
  return []
}

test('the command writes a profile of the phone, and says what was not found and how to test under it', () => {
  const target = path.join(folder, 'ios.json')
  const { status, stdout } = command(save('found.json', file), target)
  expect(stdout).toContain('iPhone')
  expect(stdout).toContain('backgroundCode: 没有带代码的 onClose')
  expect(stdout).toContain(`SIMULATOR_PROFILE=${target} npm test`)
  expect(status).toBe(0)
  const { base, maxSockets, quirks } = readProfile(fs.readFileSync(target, 'utf8'))
  expect([base, maxSockets]).toEqual(['ios', 3])
  const wanted: Record<string, unknown> = { ...quirksOf('ios'), ...worst }
  // Measured in turns of 25 ms: what it comes to exactly is not the profile's business.
  const { slotReleaseDelay, ...exact } = harsh('ios')
  expect(quirks.slotReleaseDelay! - slotReleaseDelay!).toBeLessThan(30)
  for (const name of Object.keys(exact) as (keyof typeof exact)[])
    expect([name, quirks[name]]).toEqual([name, wanted[name]])
})

test('a file that is none is refused by name, exit 1', () => {
  const { status, stderr } = command(save('photo.json', 'PNG'))
  expect(stderr).toMatch(/photo\.json: not JSON/)
  expect(status).toBe(1)
  expect(command(path.join(folder, 'nowhere.json'))).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/nowhere\.json: ENOENT/) as string,
  })
  expect(command()).toMatchObject({ status: 1, stderr: expect.stringContaining('FILE') as string })
})

test.each([
  ['{}', 'not a file of the probe'],
  ['[]', 'not an object'],
  [() => spoilt((all) => void Object.assign(all, { format: 2 })), 'format 2: only 1 is known here'],
  [() => spoilt((all) => void Object.assign(all, { complete: false })), 'complete: the probe was not taken to its end'],
  [
    () => spoilt((all) => void (all.findings.refusal = { value: 'shrug' })),
    'findings.refusal: "shrug" is no value of it',
  ],
  [() => spoilt((all) => void (all.findings.mood = { value: 1 })), 'findings.mood: no switch'],
  [() => spoilt((all) => void (all.findings.lost = 'close')), 'findings.lost: neither a value nor a reason'],
  [
    () =>
      spoilt((all) => {
        delete all.findings.lost
      }),
    'findings.lost: missing',
  ],
  [() => spoilt((all) => void (all.findings.maxSockets = { value: 0 })), 'findings.maxSockets: no count'],
  [() => spoilt((all) => void (all.findings.destroyAfter = { value: { atLeast: 2, atMost: 1 } })), 'are no bounds'],
  [() => file.replace('"platform": "ios"', '"platform": "nokia"'), 'nokia is none of'],
] as const)('refused: %p', (make, problem) => {
  expect(problemsOf(typeof make === 'string' ? make : make()).join('\n')).toContain(problem)
})

test('a destruction within bounds is as usual where they allow it', () => {
  const found = (value: object) =>
    profileOf(spoilt((all) => void (all.findings.destroyAfter = { value }))).profile.quirks.destroyAfter
  expect(found({ atLeast: 1000, atMost: 2_000_000 })).toBe(1_800_000)
  expect(found({ atMost: 600_000 })).toBe(600_000)
  expect(found({ atLeast: 1_900_000 })).toBe(1_900_000)
})

test('what is an accident of the day is left out of the profile, and named', () => {
  const { leftOut, profile } = profileOf(spoilt((all) => void (all.findings.diskBroken = { value: true })))
  expect(leftOut).toEqual(['diskBroken'])
  expect(profile.quirks).not.toHaveProperty('diskBroken')
})

test('in force, it is what every phone is of which nothing else is said; a switch or a profile that is named wins', () => {
  const before = inForce()
  const clock = virtualClock()
  const make = (options: object) => createPhone({ clock, link: createMemoryNetwork({ clock }), ...options })
  const { profile } = profileOf(file)
  putInForce(readProfile(written(profile)))
  const [plain, named, set] = [make({}), make({ profile: 'ios' }), make({ quirks: { refusal: 'fail' }, maxSockets: 1 })]
  putInForce(before)
  expect([plain.profile, plain.quirks.refusal, plain.maxSockets]).toEqual(['ios', 'both', 3])
  expect([named.quirks.refusal, named.maxSockets]).toEqual(['fail', 2])
  expect([set.quirks.refusal, set.quirks.readyState, set.maxSockets]).toEqual(['fail', 1, 1])
})
