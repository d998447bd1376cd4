// The decisions are listed, have one shape, and quote the numbers that the source has.
import { readdirSync } from 'node:fs'
import { inRoot, read, trackedFiles } from '../../tools/project'

const FOLDER = 'docs/decisions'
const pages = readdirSync(inRoot(FOLDER)).filter((name) => name !== 'README.md')

test('each has a number of its own, and the index lists it under its title', () => {
  expect(pages.map((name) => /^\d{4}-/.exec(name)?.[0])).toEqual([...new Set(pages.map((name) => name.slice(0, 5)))])
  const listed = pages.map((name) => `| ${name.slice(0, 4)} | [${/^# (.*)/.exec(read(FOLDER, name))?.[1]}](${name}) |`)
  expect(
    read(FOLDER, 'README.md')
      .split('\n')
      .filter((line) => /^\| \d/.test(line)),
  ).toEqual(listed)
})

test.each(pages)('%s says context, decision and consequences, on one page', (name) => {
  const page = read(FOLDER, name)
  const parts = ['Context', 'Decision', 'Consequences'].map((part) => page.search(new RegExp(`^\\*\\*${part}\\b`, 'm')))
  expect(parts.every((at) => at > 0)).toBe(true)
  expect(parts).toEqual(parts.slice().sort((a, b) => a - b))
  expect(page.split('\n').length).toBeLessThan(45)
})

const source = trackedFiles()
  .filter((path) => /^src\/.*\.ts$/.test(path))
  .flatMap((path) => [...read(path).matchAll(/^(?:export )?const ([A-Z_]+) = ([\d_]+)$/gm)])

/** Numbers that a page quotes as `NAME` (1,000 ms) and the source has otherwise. */
const misquoted = (page: string): string[] =>
  [...page.matchAll(/`([A-Z_]+)` \(([\d,]+) ms\)/g)].flatMap(([, name = '', value = '']) => {
    const values = source
      .filter(([, known]) => known === name)
      .map(([, , number = '']) => Number(number.replaceAll('_', '')))
    return values.includes(Number(value.replaceAll(',', '')))
      ? []
      : [`${name} is ${values.join() || 'nowhere'}, not ${value}`]
  })

test('every number of the source that a page quotes is right', () => {
  const all = pages.map((name) => read(FOLDER, name)).join('\n')
  expect((all.match(/`[A-Z_]+` \([\d,]+ ms\)/g) ?? []).length).toBeGreaterThan(6)
  expect(misquoted(all)).toEqual([])
  expect(misquoted('`WRITE_OFF` (6,000 ms) `GONE` (1 ms)')).toEqual([
    'WRITE_OFF is 75000, not 6,000',
    'GONE is nowhere, not 1',
  ])
})
