// What is committed reads well elsewhere: no trace of this machine, no dead link, a changelog that knows the version.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { offences } from './committed-text'
import { anchorsOf, deadLinks } from './links'
import { missing, type Packages } from './lock'
import { inRoot, manifest, read, trackedFiles } from '../../tools/project'
import { readBudget, withSize } from '../../tools/size/size'

const files = trackedFiles().filter((path) => existsSync(inRoot(path)))

describe('committed text', () => {
  test('names no machine path and no registry', () => {
    const text = files.filter((path) => !/\.(png|ico|woff2?|gz|tgz)$/.test(path))
    expect(text.flatMap((path) => offences(read(path)).map((what) => `${path}:${what}`))).toEqual([])
  })

  test.each(files.filter((path) => path.endsWith('package-lock.json')))(
    '%s pins every package of every platform, without saying where it came from',
    (lock) => {
      const { packages } = JSON.parse(read(lock)) as { packages: Packages }
      const others = Object.entries(packages).filter(([path]) => path !== '')
      expect(others.filter(([, { resolved }]) => resolved !== undefined)).toEqual([])
      expect(others.filter(([, { link, version }]) => !link && version === undefined)).toEqual([])
      expect(missing(packages)).toEqual([])
    },
  )

  test('a lock with a hole is found', () => {
    const packages = {
      'node_modules/a': { dependencies: { b: '1' }, optionalDependencies: { c: '1' } },
      'node_modules/b': { dependencies: { c: '1', a: '1' } },
      'node_modules/a/node_modules/b': { dependencies: { c: '1' } },
      'node_modules/a/node_modules/c': {},
    }
    expect(missing(packages)).toEqual(['node_modules/b needs c'])
  })

  test('every offence is found, and a page about a package is none', () => {
    const [machine, host] = [['', 'srv', 'app'].join('/'), ['registry', 'npmjs', 'org'].join('.')]
    const bad = [
      `see ${machine}/x`,
      ['', 'home', 'jo', 'x'].join('/'),
      ['C:', 'Users', 'jo', 'x'].join('/'),
      `https://${host}/a/-/a.tgz`,
      `http://${['npm', host].join('.')}`,
    ]
    for (const text of bad) expect(offences(`fine\n${text}`, [machine])).toHaveLength(1)
    expect(offences('https://www.npmjs.com/package/mqtt ./home/page /users/alice', [machine])).toEqual([])
  })
})

describe('links', () => {
  const pages = files.filter((path) => path.endsWith('.md') && !path.startsWith('test/'))
  const lookup = (path: string) =>
    !existsSync(inRoot(path))
      ? undefined
      : statSync(inRoot(path)).isFile() && path.endsWith('.md')
        ? readFileSync(inRoot(path), 'utf8')
        : ''

  test('of every page lead somewhere', () => {
    expect(pages.flatMap((path) => deadLinks(path, read(path), lookup).map((target) => `${path} → ${target}`))).toEqual(
      [],
    )
  })

  test('that are dead are found', () => {
    const known: Record<string, string> = { 'docs/a.md': '# One\n## 二 three?\n## One', 'docs/b.svg': '', LICENSE: '' }
    const page =
      '# Here\n[a](a.md) [a](a.md#one-1) [a](./a.md#二-three) ![b](b.svg) [l](../LICENSE "x") [h](#here) [w](https://x.y/z) `[no](no)`'
    expect(deadLinks('docs/p.md', page, (path) => known[path])).toEqual([])
    const dead = '[x](x.md) [a](a.md#two) [h](#there) ![b](../b.svg) <img src="c.png">\n```\n[no](no)\n# There\n```'
    expect(deadLinks('docs/p.md', dead, (path) => known[path])).toEqual([
      'x.md',
      'a.md#two',
      '#there',
      '../b.svg',
      'c.png',
    ])
  })

  test('are anchored as GitHub does it', () => {
    expect([...anchorsOf('# A `b` & c!\n## [d](e.md), f\n### 中文 标题：好\n')]).toEqual([
      'a-b--c',
      'd-f',
      '中文-标题好',
    ])
  })
})

describe('the changelog', () => {
  test('has the version of package.json, and its size', () => {
    const changelog = read('CHANGELOG.md')
    expect(changelog).toMatch(new RegExp(`^## ${manifest.version.replaceAll('.', '\\.')}\\b`, 'm'))
    expect(withSize(changelog, manifest.version, readBudget().files['miniprogram_dist/index.js']!)).toBe(changelog)
    expect(withSize(changelog, manifest.version, { min: 1, gzip: 1 })).not.toBe(changelog)
  })

  test('the version that ships is the version of package.json', () => {
    expect(read('src/version.ts')).toContain(`VERSION = '${manifest.version}'`)
  })
})
