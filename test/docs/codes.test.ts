// What the pages of codes say is what the source does: every row, in both languages.
import * as rongcloud from '../../src/doors/rongcloud'
import { conditionOf, conditions, verdictOf, type ErrorName } from '../../src/errors/codes'
import EC from '../../src/index'
import { read } from '../../tools/project'
import { codesPage } from '../../tools/codes/page'

const pages = [
  ['docs/codes.md', 'en', { yes: 'retry', once: 'reauthorise', no: 'fatal' }],
  ['docs/codes.zh-CN.md', 'zh', { 会: 'retry', 一次: 'reauthorise', 不会: 'fatal' }],
] as const

/** The cells of every row that begins with a number, without backticks. */
const rowsOf = (page: string): string[][] =>
  page
    .split('\n')
    .filter((line) => /^\| -?\d/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.replaceAll('`', '').trim()),
    )

/** Where a page and the source disagree; empty when they do not. */
const disagreements = (page: string, verdicts: Readonly<Record<string, string>>): string[] => {
  const rows = rowsOf(page)
  const names = Object.keys(conditions) as ErrorName[]
  const wrong = names.flatMap((name) => {
    const row = rows.find(([, told]) => told === name)
    if (!row) return [`${name} has no row`]
    const [code, , meaning, cause, retried = '', remedy, easemob, , vendor] = row
    const number = conditions[name][0]
    const named = (list: Readonly<Record<string, number>>) => Object.keys(list).filter((key) => list[key] === number)
    return [
      code !== String(number) && 'number',
      !meaning && 'meaning',
      !cause && 'cause',
      verdicts[/^[^;；]*/.exec(retried)![0]] !== verdictOf(name) && 'retried',
      conditionOf(name)[1] !== '' && !remedy && 'what to do',
      easemob !== named(EC.statusCode).join() && 'Easemob',
      [rongcloud.EngineError, rongcloud.ConnectionErrorCode]
        .flatMap(named)
        .some((theirs) => !vendor?.split(' ').includes(theirs)) && 'RongCloud',
    ]
      .filter((what) => what !== false)
      .map((what) => `${name}: ${what}`)
  })
  const strangers = rows.filter(([, name = '']) => !(name in conditions)).map(([, name]) => `${name} is no code`)
  return [...wrong, ...strangers]
}

describe.each(pages)('%s', (path, language, verdicts) => {
  test('has every code of the source in its row, and no other', () => {
    expect(disagreements(read(path), verdicts)).toEqual([])
    expect(rowsOf(read(path)).map(([code]) => Number(code))).toEqual(Object.values(conditions).map(([code]) => code))
  })

  test('is what npm run docs:codes writes now', () => {
    expect(read(path)).toBe(codesPage(language))
  })

  test('tells of both meanings of 31028', () => {
    expect(read(path)).toMatch(/31028[^\n]*ConnectPlatformError[\s\S]*RC_CONN_PROXY_UNAVAILABLE/)
  })

  test('a missing row, a wrong number, another verdict, another name and a stranger are found', () => {
    const page = read(path)
    const row = (name: string) => page.split('\n').find((line) => line.includes(`| \`${name}\` |`))!
    const found = (from: string, to: string) => {
      expect(page).toContain(from)
      return disagreements(page.replace(from, to), verdicts)
    }
    expect(found(`${row('TokenExpired')}\n`, '')).toEqual(['TokenExpired has no row'])
    expect(found('| 31020 |', '| 31021 |')).toEqual(['TokenExpired: number'])
    expect(
      found(row('UserBlocked'), row('UserBlocked').replace(/\| (no|不会) \|/, `| ${Object.keys(verdicts)[0]} |`)),
    ).toEqual(['UserBlocked: retried'])
    expect(found('`WEBIM_CONNCTION_USER_REMOVED`', '')).toEqual(['UserRemoved: Easemob'])
    expect(found('`RC_CONN_ID_REJECT` ', '')).toEqual(['IdentifierRejected: RongCloud'])
    expect(found(row('Unknown'), `${row('Unknown')}\n| 9 | \`Nonsense\` |`)).toEqual(['Nonsense is no code'])
  })
})

test('the numbers of the vendors’ documents all have a row', () => {
  // Seeds 000, 001, 003 (as it arrives through the door) and 004.
  const seeds = [
    -1, 206, 207, 216, 217, 31002, 31004, 31005, 31008, 31009, 31010, 31011, 31020, 31027, 31028, 31029, 33001, 34001,
    34006,
  ]
  const told = rowsOf(read('docs/codes.md'))
  expect(seeds.filter((code) => !told.some(([number]) => number === String(code)))).toEqual([])
  const nim = new Set(told.map((row) => row[7]).filter((code) => code !== ''))
  expect([...nim].sort()).toEqual(['302', '417', 'kicked'])
})
