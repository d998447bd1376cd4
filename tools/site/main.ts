// npm run docs: the documentation as one static site in artifacts/site, in both languages, with search and the API reference.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { from, installed } from '../../dependencies/install'
import type { Language } from '../language'
import { inRoot, manifest, read, trackedFiles } from '../project'
import { groupsOf, pagesOf, staged, type Page } from './stage'

const STAGE = inRoot('artifacts/site-source')
export const SITE = inRoot('artifacts/site')

const FIRST: Readonly<Record<Language, string>> = { en: 'Overview', zh: '概览' }

const titleOf = ({ source }: Page): string =>
  /^# (.*)$/m
    .exec(read(source))?.[1]
    ?.replace(/[`*]/g, '')
    .replace(/[:：].*$/, '') ?? source

/** The pages and pictures as VitePress wants them. */
const stage = (): void => {
  rmSync(STAGE, { recursive: true, force: true })
  const files = trackedFiles()
  const pages = pagesOf(files)
  const put = (path: string, write: (file: string) => void) => {
    const file = join(STAGE, path)
    mkdirSync(dirname(file), { recursive: true })
    write(file)
  }
  const image = (source: string): string => {
    put(`public/${source}`, (file) => copyFileSync(inRoot(source), file))
    return `/${source}`
  }
  for (const page of pages)
    put(`${page.url}.md`, (file) => writeFileSync(file, staged(page, read(page.source), pages, image)))

  const sidebar = (language: Language) =>
    groupsOf(files).map((group) => ({
      text: group[language],
      items: pages
        .filter((page) => page.language === language && group.pages.includes(page.source.replace('.zh-CN.md', '.md')))
        .map((page) => ({ text: page.source.startsWith('README') ? FIRST[language] : titleOf(page), link: page.url })),
    }))
  put('.vitepress/config.mjs', (file) => copyFileSync(join(__dirname, 'config.mjs'), file))
  put('.vitepress/site.json', (file) =>
    writeFileSync(
      file,
      JSON.stringify({ version: manifest.version, sidebar: { en: sidebar('en'), zh: sidebar('zh') } }),
    ),
  )
  symlinkSync(installed('site'), join(STAGE, 'node_modules'), 'dir')
}

stage()
rmSync(SITE, { recursive: true, force: true })
execFileSync(process.execPath, [from('site', 'vitepress/bin/vitepress.js'), 'build', STAGE, '--outDir', SITE], {
  stdio: ['ignore', 'inherit', 'inherit'],
})
execFileSync(process.execPath, [from('reference', 'typedoc/bin/typedoc'), '--out', join(SITE, 'api')], {
  cwd: inRoot(),
  stdio: ['ignore', 'inherit', 'inherit'],
})
process.stdout.write('the site: artifacts/site/index.html\n')
