// No test is about how fast a machine is: none shortens its time, and none compares what a clock says with a bound.
import { read, trackedFiles } from '../../tools/project'

const hasty = [
  /\bjest\.setTimeout\(/, // jest.config.js has one limit for all
  /expect\((?:Date|performance)\.now\(\) - \w+\)\.toBeLess/,
  /\.setDefault\w*Timeout\(\d|\.waitFor\w*\(.*\btimeout: \d|\.waitForTimeout\(/, // pages have test/browser.ts's patience
]
const offences = (code: string) => code.split('\n').filter((line) => hasty.some((pattern) => pattern.test(line)))

test('no test lowers the time limit or asserts that something was quick', () => {
  const files = trackedFiles().filter((path) => /^test\/.*\.ts$/.test(path) && path !== 'test/package/limits.test.ts')
  expect(files.flatMap((path) => offences(read(path)).map((line) => `${path}: ${line.trim()}`))).toEqual([])
})

test('one that does is found', () => {
  const code =
    'jest.setTimeout(20_000)\nexpect(Date.now() - began).toBeLessThan(900)\nexpect(turns).toBeLessThan(20)\npage.setDefaultTimeout(5)\nawait it.waitFor({ timeout: 9 })'
  expect(offences(code)).toHaveLength(4)
})
