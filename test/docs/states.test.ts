// docs/states.md, in both languages, says what the machine does: npm run docs:states after a change of src/machine.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { table } from '../../src/machine/transition'
import { translated } from '../../tools/states/chinese'
import { moves } from '../../tools/states/explore'
import { meaningsOf } from '../../tools/states/meanings'
import { statesPage } from '../../tools/states/page'

const found = moves()

test.each([
  ['docs/states.md', 'en'],
  ['docs/states.zh-CN.md', 'zh'],
] as const)('%s is what the machine does', (page, language) => {
  expect(readFileSync(join(__dirname, '../..', page), 'utf8')).toBe(statesPage(language, found))
})

test('every state and every event is explained in the source, and translated', () => {
  const states = meaningsOf('src/machine/state.ts', 'State')
  const events = meaningsOf('src/machine/event.ts', 'Event')
  expect([...states.keys()].sort()).toEqual(Object.keys(table).sort())
  expect([...events.keys()].sort()).toEqual(Object.keys(table.idle).sort())
  expect([...states, ...events].filter(([, meaning]) => !/^\w.*\.$/.test(meaning))).toEqual([])
  expect([...translated].sort()).toEqual([...states.values(), ...events.values()].sort())
})
