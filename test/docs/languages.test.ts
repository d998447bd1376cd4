// A page in two languages says the same in both: structure, links, code and every number agree.
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathIn } from '../../tools/language'
import { inRoot, read, trackedFiles } from '../../tools/project'
import { groupsOf } from '../../tools/site/stage'

/** A diagram without what it says of its participants, arrows, notes and boxes. */
const wordless = (diagram: string): string =>
  diagram.replace(/"[^"\n]*"/g, '""').replace(/^( *(?:participant \w+ as|alt|else|.*?:)) .*$/gm, '$1')

/** What a page is, apart from its words. */
const skeleton = (page: string) => {
  const code = [...page.matchAll(/^```[^\n]*\n[\s\S]*?^```/gm)].map(([block]) =>
    block
      .replace(/(^|\s)(\/\/|#) .*$|\/\*\*? .*? \*\//gm, '') // comments
      .replace(/^```mermaid\n[^]*/, wordless)
      .replace(/'[^'\n]*\P{ASCII}[^'\n]*'|`[^`\n]*\P{ASCII}[^`\n]*`|'[A-Za-z ]*'|`[^`\n]*\$\{[^`\n]*`/gu, 'text')
      .replace(/--lang \w+/, '')
      .replace(/[ \t]+/g, ' '),
  )
  const prose = page.replace(/^```[^\n]*\n[\s\S]*?^```/gm, '')
  // The third line leads to the other language.
  const lines = prose.split('\n').filter((_, i) => i !== 2)
  return {
    headings: lines.filter((line) => line.startsWith('#')).map((line) => line.indexOf(' ')),
    rows: lines.filter((line) => line.startsWith('|')).map((line) => line.split(/(?<!\\)\|/).length),
    items: lines.filter((line) => /^ *(-|\d+\.) /.test(line)).length,
    links: [...lines.join('\n').matchAll(/\]\(([^)#\s]+)(#[^)\s]*)?\)/g)]
      .map(([, target = '']) => target.replace('.zh-CN.', '.'))
      .sort(),
    numbers: [...prose.replace(/\]\([^)]*\)/g, '').matchAll(/(?<![\w.,])\d[\d,.]*\d/g)]
      .map(([number]) => number)
      .sort(),
    code,
  }
}

const pairs = trackedFiles()
  .filter((path) => path.endsWith('.zh-CN.md') && existsSync(inRoot(path)))
  .map((chinese) => [chinese.replace('.zh-CN.md', '.md'), chinese] as const)

test.each(pairs)('%s and %s', (english, chinese) => {
  expect(skeleton(read(chinese))).toEqual(skeleton(read(english)))
})

/** For those who change the SDK, or a list of changes: in English only. */
const onlyEnglish = [/^CONTRIBUTING\.md$/, /^docs\/decisions\//, /^simulator\/README\.md$/, /^CHANGELOG\.md$/]

test('every page for developers and operators is there in both languages, and on the site', () => {
  const files = trackedFiles()
  const forUsers = (path: string) => path.endsWith('.md') && !onlyEnglish.some((some) => some.test(path))
  const onTheSite = groupsOf(files).flatMap(({ pages }) => pages)
  const documents = files.filter(
    (path) => /^(README|docs\/)/.test(path) && !path.endsWith('.zh-CN.md') && forUsers(path),
  )
  expect(documents.filter((path) => !files.includes(pathIn('zh', path)))).toEqual([])
  expect(documents.filter((path) => !onTheSite.includes(path))).toEqual([])
  expect(onTheSite.filter((path) => forUsers(path) && !documents.includes(path))).toEqual([])
})

test.each(pairs)('%s: the Chinese page leads on to Chinese pages', (_, chinese) => {
  const lines = read(chinese).split('\n')
  lines.splice(2, 1) // leads to the other language
  const targets = [...lines.join('\n').matchAll(/\]\(([^)#\s:]+\.md)/g)].map(([, target = '']) => target)
  const translated = (target: string) => existsSync(inRoot(dirname(chinese), pathIn('zh', target)))
  expect(targets.filter((target) => !target.endsWith('.zh-CN.md') && translated(target))).toEqual([])
})

/** What is called otherwise in Chinese here. */
const otherWords = [/台手机/, /(?<!access |Web )\btokens?\b/i, /伺服器|用户端/]

test.each(pairs)('%s: the Chinese page keeps to our words', (_, chinese) => {
  const prose = read(chinese)
    .replace(/^```[^\n]*\n[\s\S]*?^```/gm, '')
    .replace(/`[^`\n]*`|\]\([^)]*\)|<[^>\n]*>/g, '')
  expect(prose.split('\n').filter((line) => otherWords.some((word) => word.test(line)))).toEqual([])
})

test('a missing row, item, link or number is found', () => {
  const page = '# A\n\n[other](a.zh-CN.md)\n\n| a | b |\n| - | - |\n| 1 | 200 |\n\n- see [b](b.md)\n'
  for (const other of [
    page.replace('| 1 | 200 |\n', ''),
    page.replace('- see', 'see'),
    page.replace('b.md', 'c.md'),
    page.replace('200', '300'),
  ])
    expect(skeleton(other)).not.toEqual(skeleton(page))
  expect(skeleton(page.replace('b.md', 'b.zh-CN.md').replace('A', '甲'))).toEqual(skeleton(page))
})

test('a diagram that lacks an arrow, a note or a box is found, whatever its words', () => {
  const diagram = '```mermaid\nflowchart\n  a["one"] --> b["two"]\n  a->>b: says\n  Note over a: notes\n```\n'
  for (const missing of ['  a["one"] --> b["two"]\n', '  a->>b: says\n', '  Note over a: notes\n'])
    expect(skeleton(diagram.replace(missing, ''))).not.toEqual(skeleton(diagram))
  expect(skeleton(diagram.replace('->>', '-->>'))).not.toEqual(skeleton(diagram))
  const chinese = diagram.replace('one', '一').replace('two', '二').replace('says', '说').replace('notes', '记下')
  expect(skeleton(chinese)).toEqual(skeleton(diagram))
})
