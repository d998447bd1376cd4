// The six rules in CONTRIBUTING.md: each names the tests that hold it, and they are there.
import { existsSync } from 'node:fs'
import { inRoot, read } from '../../tools/project'

test('each of the six rules names a test that exists', () => {
  const part = /## Six rules[^]*?(?=\n## )/.exec(read('CONTRIBUTING.md'))?.[0] ?? ''
  const named = part
    .split(/\n(?=\d\. )/)
    .slice(1)
    .map((rule) => [...rule.matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path))
  expect(named.map((paths) => paths.length > 0)).toEqual([true, true, true, true, true, true])
  expect(named.flat().filter((path) => !existsSync(inRoot(path)))).toEqual([])
})
