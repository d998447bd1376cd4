// What a benchmark says of its targets: nothing is reached that was not measured.
import { target, verdict } from '../../bench/benchmark'

test.each([
  ['a figure above the least', target('x', 0.8, 0.75, 'at least'), '0.8', 'reached'],
  ['a figure below the least', target('x', 0.7, 0.75, 'at least'), '0.7', 'missed'],
  ['more than the most', target('x', 3, 2, 'at most', ' ms'), '3 ms', 'missed'],
  ['what never came', target('x', Infinity, 60, 'at most', ' s'), '∞ s', 'missed'],
  ['no row to take the least of', target('x', Math.min(), 0.75, 'at least', '×'), '–', 'not measured'],
  ['no row to take the most of', target('x', Math.max(), 2, 'at most'), '–', 'not measured'],
  ['a ratio of two rows that are not there', target('x', NaN, 1, 'at least'), '–', 'not measured'],
])('%s', (_, one, value, said) => {
  expect([one.value, verdict(one)]).toEqual([value, said])
})
