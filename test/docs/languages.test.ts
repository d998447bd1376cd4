// A page in two languages says the same in both: structure, links, code and every number agree.
import { existsSync } from 'node:fs'
import { inRoot, read, trackedFiles } from '../../tools/project'

/** What a page is, apart from its words. */
const skeleton = (page: string) => {
  const code = [...page.matchAll(/^```[^\n]*\n[\s\S]*?^```/gm)].map(([block]) =>
    block
      .replace(/(^|\s)(\/\/|#) .*$|\/\*\*? .*? \*\//gm, '') // comments
      .replace(/^( *(participant \w+ as|\w+-+>>\w+:)) .*$/gm, '$1') // words in a diagram
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
