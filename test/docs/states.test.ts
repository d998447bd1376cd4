// docs/states.md says what the machine does: npm run docs:states after a change of src/machine.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { table } from '../../src/machine/transition'
import { meaningsOf } from '../../tools/states/meanings'
import { statesPage } from '../../tools/states/page'

test('docs/states.md is what the machine does', () => {
  expect(readFileSync(join(__dirname, '../../docs/states.md'), 'utf8')).toBe(statesPage())
})

test('every state and every event is explained in the source', () => {
  const states = meaningsOf('src/machine/state.ts', 'State')
  const events = meaningsOf('src/machine/event.ts', 'Event')
  expect([...states.keys()].sort()).toEqual(Object.keys(table).sort())
  expect([...events.keys()].sort()).toEqual(Object.keys(table.idle).sort())
  expect([...states, ...events].filter(([, meaning]) => !/^\w.*\.$/.test(meaning))).toEqual([])
})
