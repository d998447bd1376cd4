// docs/reliability.md states what the long runs wrote down: npm run docs:reliability after npm run faults -- all --record.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { reliabilityPage } from './page'

test('docs/reliability.md is what test/faults/results say', () => {
  expect(readFileSync(join(__dirname, '../../../docs/reliability.md'), 'utf8')).toBe(reliabilityPage())
})
