// The built site in a real browser: both languages, search, diagrams, a place for every code, and no link that leads nowhere.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, posix } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { ErrorCode } from '../../src/errors/codes'
import { inRoot, read, trackedFiles } from '../../tools/project'
import { pagesOf } from '../../tools/site/stage'
import { describeInBrowser, launchBrowser } from '../browser'

const SITE = inRoot('artifacts/site')
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

const htmlFiles = (readdirSync(SITE, { recursive: true }) as string[]).filter((file) => file.endsWith('.html'))
const own = htmlFiles.filter((file) => !file.startsWith('api') && file !== '404.html')

/** Pages with diagrams, and how many. */
const drawn = pagesOf(trackedFiles()).flatMap(({ source, url }): [string, number][] => {
  const count = read(source).split(/^```mermaid$/m).length - 1
  return count > 0 ? [[`${url}.html`, count]] : []
})

test('no page links to a page, a heading or a picture that is not there', () => {
  const html = new Map(
    htmlFiles.map((file) => [`/${file.replaceAll('\\', '/')}`, readFileSync(join(SITE, file), 'utf8')]),
  )
  const dead = own.flatMap((file) => {
    const at = `/${file.replaceAll('\\', '/')}`
    return [...html.get(at)!.matchAll(/(?:href|src)="([^"]+)"/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/i.test(target))
      .filter((target) => {
        const [path = '', heading] = decodeURI(target).split('#')
        const file = path === '' ? at : posix.resolve(posix.dirname(at), path)
        const page = [file, `${file}.html`, posix.join(file, 'index.html')].find((one) => html.has(one))
        if (page === undefined) return !existsSync(join(SITE, file))
        return heading !== undefined && heading !== '' && !new RegExp(`(?:id|name)="${heading}"`).test(html.get(page)!)
      })
      .map((target) => `${file}: ${target}`)
  })
  expect(dead).toEqual([])
})

describeInBrowser('the site', () => {
  let browser: Browser
  let page: Page
  let server: Server
  let url: string
  const troubles: string[] = []

  beforeAll(async () => {
    server = createServer((request, response) => {
      const path = join(SITE, decodeURI(new URL(request.url ?? '', 'http://localhost').pathname))
      const file = path.endsWith('/') ? join(path, 'index.html') : path
      if (!existsSync(file)) response.writeHead(404).end()
      else response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'image/svg+xml' }).end(readFileSync(file))
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.on('listening', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    browser = await launchBrowser()
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    page.on('pageerror', (error) => troubles.push(error.message))
    page.on('request', (request) => {
      if (!request.url().startsWith(url)) troubles.push(request.url())
    })
  })
  afterAll(async () => {
    await browser.close()
    server.close()
    expect(troubles).toEqual([]) // nothing thrown, nothing asked of another host
  })

  test.each([
    ['/', '/zh/', 'English', '简体中文'],
    ['/login.html', '/zh/login.html', 'English', '简体中文'],
  ])('%s leads to the same page in the other language', async (english, chinese) => {
    await page.goto(url + english)
    expect(await page.getAttribute('html', 'lang')).toBe('en')
    await page.locator('.VPNavBarTranslations button').hover()
    await page.locator('.VPNavBarTranslations a').click()
    await page.waitForURL(url + chinese)
    expect(await page.getAttribute('html', 'lang')).toBe('zh-CN')
  })

  test.each([
    ['/', 'token expired', /tokens?/i],
    ['/zh/', '令牌 过期', /令牌/],
  ])('searching on %s finds what is asked for', async (start, words, found) => {
    await page.goto(url + start)
    await page.keyboard.press('Control+k')
    await page.locator('.VPLocalSearchBox input').fill(words)
    await page.locator('.VPLocalSearchBox .result').first().waitFor()
    expect(await page.locator('.VPLocalSearchBox .results').textContent()).toMatch(found)
  })

  test('diagrams are drawn in the language of the page', async () => {
    await page.goto(`${url}/zh/login.html`)
    await page.locator('.mermaid svg').waitFor()
    expect(await page.locator('.mermaid svg').textContent()).toContain('小程序')
  })

  test.each(drawn)('%s shows each of its diagrams', async (path, count) => {
    await page.goto(url + path)
    await page
      .locator('.mermaid svg')
      .nth(count - 1)
      .waitFor()
    expect(await page.locator('.mermaid svg').count()).toBe(count)
    // While its kind of diagram is still being loaded, mermaid shows its mark of a mistake for a moment.
    await page.locator('.mermaid svg[aria-roledescription="error"]').first().waitFor({ state: 'detached' })
  })

  test.each(['/codes.html', '/zh/codes.html'])('%s has a place of its own for every code', async (path) => {
    await page.goto(url + path)
    const places = await page.evaluate("[...document.querySelectorAll('td a[id]')].map(({ id }) => Number(id))")
    expect(new Set(places as number[])).toEqual(new Set(Object.values(ErrorCode)))
  })
})
