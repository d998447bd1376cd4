// Whoever reads docs/states.md finds every state and every event explained, in both languages; that the page says what the
// machine does is test/machine/promises.test.ts, which explores the machine.
import { table } from '../../src/machine/transition'
import { translated } from '../../tools/states/chinese'
import { meaningsOf } from '../../tools/states/meanings'

test('every state and every event is explained in the source, and translated', () => {
  const states = meaningsOf('src/machine/state.ts', 'State')
  const events = meaningsOf('src/machine/event.ts', 'Event')
  expect([...states.keys()].sort()).toEqual(Object.keys(table).sort())
  expect([...events.keys()].sort()).toEqual(Object.keys(table.idle).sort())
  expect([...states, ...events].filter(([, meaning]) => !/^\w.*\.$/.test(meaning))).toEqual([])
  expect([...translated].sort()).toEqual([...states.values(), ...events.values()].sort())
})
