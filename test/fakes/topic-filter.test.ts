// The fake broker's idea of topics is MQTT's.
import { covers, isValidFilter } from './topic-filter'

test.each([
  ['#', 'a/b', true], ['a/#', 'a', true], ['a/#', 'b', false], ['+', 'a', true], ['+', 'a/b', false], ['a/+/c', 'a//c', true],
  ['+/b', 'a/b', true], ['a', 'a/b', false], ['a/b', 'a', false], ['#', '$SYS', false], ['$SYS/#', '$SYS/a', true],
])('the filter %s and the topic %s: %s', (filter, topic, expected) => expect(covers(filter, topic)).toBe(expected)) // prettier-ignore

test('malformed filters are known', () => {
  expect(['', 'a#', '#/a', 'a/b+', 'a+/b'].filter(isValidFilter)).toEqual([])
  expect(['#', '+', 'a/#', '+/a/+'].filter((filter) => !isValidFilter(filter))).toEqual([])
})
