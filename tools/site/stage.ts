// Turns the repository's pages into those of the site: a folder a language, links that lead within it, an anchor for each code.
import { posix } from 'node:path'
import { pathIn, type Language } from '../language'
import { families, groups, type Group } from './pages'

export interface Page {
  /** Path in the repository. */
  readonly source: string
  readonly language: Language
  /** Path on the site without its ending: `/zh/login`, `/` for the first page. */
  readonly url: string
}

const CHINESE = '.zh-CN.md'
const ONLY_ENGLISH = '> 本页目前只有英文版。\n\n'

const urlOf = (english: string): string => {
  const path = english === 'README.md' ? 'index' : english.replace(/^docs\//, '').replace(/\.md$/, '')
  return `/${path.replace(/(^|\/)README$/, '$1index')}`.toLowerCase()
}

/** The groups with every page that there is. */
export const groupsOf = (files: readonly string[]): readonly Group[] => {
  const named = new Set(groups.flatMap(({ pages }) => pages))
  return groups.map((group) => ({
    ...group,
    pages: [
      ...group.pages.filter((page) => files.includes(page)),
      ...files.filter(
        (file) =>
          file.endsWith('.md') &&
          !file.endsWith(CHINESE) &&
          !named.has(file) &&
          families.some(({ begins, group: name }) => name === group.en && file.startsWith(begins)),
      ),
    ],
  }))
}

/** Every page of the site, in both languages: what was not translated stands in its place in English. */
export const pagesOf = (files: readonly string[]): readonly Page[] =>
  groupsOf(files)
    .flatMap(({ pages }) => pages)
    .flatMap((english): Page[] => {
      const chinese = pathIn('zh', english)
      const url = urlOf(english)
      return [
        { source: english, language: 'en', url },
        { source: files.includes(chinese) ? chinese : english, language: 'zh', url: `/zh${url}` },
      ]
    })

const isAway = (target: string): boolean => /^[a-z]+:|^#|^\/\//i.test(target)

/** What a page says on the site. `image` is told each picture that it shows, and answers where the site has it. */
export const staged = (page: Page, text: string, pages: readonly Page[], image: (source: string) => string): string => {
  const folder = posix.dirname(page.source)
  const relink = (whole: string, before: string, label: string, target: string): string => {
    if (isAway(target)) return whole
    const [path = '', anchor] = target.split('#')
    const source = posix.normalize(posix.join(folder, path)).replace(/\/$/, '')
    if (before === '!' || /\.(png|jpe?g|svg)$/.test(source)) return `${before}[${label}](${image(source)})`
    const sources = [source, `${source}/README.md`]
    const there = pages.filter((one) => sources.includes(one.source))
    const found = there.find(({ language }) => language === page.language) ?? there[0]
    // What is only in the repository keeps its words.
    return found ? `[${label}](${found.url}${anchor === undefined ? '' : `#${anchor}`})` : label
  }
  const prose = (part: string) =>
    part
      .replace(/(!?)\[((?:[^\]]|\]\()*?)\]\(([^)\s]+)\)/g, relink)
      .replace(/^\| (-?\d+) \| `/gm, (_, code: string) => `| <a id="${code}"></a>${code} | \``)
  // The languages are in the head of every page of the site.
  const body = text.replace(/^\[(?:简体中文|English)\]\([^)]*\)\n/m, '')
  const only = page.language === 'zh' && !page.source.endsWith(CHINESE) ? ONLY_ENGLISH : ''
  return (only + body)
    .split(/(^```[\s\S]*?^```)/gm)
    .map((part) => (part.startsWith('```') ? part.replace(/^```js \S+$/m, '```js') : prose(part)))
    .join('')
}
