// The operator's console in a real browser: the door, who is online, one user, and each action with its question.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { describeInBrowser, launchBrowser } from '../browser'
import { settle } from './console-town'
import { app, startWorld, type World } from './world'

const artifacts = join(__dirname, '../../artifacts/console')
const documents = join(__dirname, '../../docs/images')

describeInBrowser("the operator's console", () => {
  let browser: Browser
  let world: World
  let page: Page
  let troubles: string[]

  beforeAll(async () => {
    mkdirSync(artifacts, { recursive: true })
    browser = await launchBrowser()
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    world = await startWorld({ trustProxy: true })
    await settle(world)
  })
  afterEach(async () => {
    await page.context().close()
    await world.end()
    expect(troubles).toEqual([])
  })

  async function visit(options: BrowserContextOptions = {}): Promise<void> {
    troubles = []
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', ...options })
    page = await context.newPage()
    page.on('pageerror', (error) => troubles.push(error.message))
    page.on('console', (message) => {
      // A refused call is what some of these tests are about; Chromium names each.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        troubles.push(message.text())
    })
    await page.goto(`${world.server.apiUrl}/admin`)
  }
  async function enter(secret = world.server.adminSecret): Promise<void> {
    await page.fill('#secret', secret)
    await page.keyboard.press('Enter')
  }
  const shoot = (name: string, folder = artifacts) =>
    page.screenshot({ path: join(folder, `console-${name}.jpg`), type: 'jpeg', quality: 80 })
  /** The documents' own picture too, when SCREENSHOTS=1 asks for new ones. */
  const picture = async (name: string): Promise<void> => {
    await shoot(name)
    if (process.env.SCREENSHOTS) await shoot(name, documents)
  }
  const row = (text: string) => page.locator('tbody tr', { hasText: text })
  const visible = (text: string) => page.getByText(text).first().waitFor()

  it('asks for the secret, says when it is wrong, and keeps it for this tab alone', async () => {
    await visit()
    await enter('not the secret')
    await visible('This is not the administrator’s secret.')
    await enter()
    await row('tablet-2').waitFor()
    await page.reload()
    await row('tablet-2').waitFor()
    const stored = await page.evaluate('JSON.stringify(localStorage) + document.cookie')
    expect(stored).not.toContain(world.server.adminSecret)
    const other = await page.context().newPage()
    await other.goto(`${world.server.apiUrl}/admin`)
    await other.locator('#secret').waitFor()
    await page.getByRole('button', { name: 'Lock' }).click()
    await page.locator('#secret').waitFor()
    expect(await page.evaluate('sessionStorage.length')).toBe(0)
  })

  it('shows who is online, finds them, and goes on by itself', async () => {
    await visit()
    await enter()
    await row('bob').getByText('wechat-android').waitFor()
    await expectRows(15)
    await world.login('zoe', { platform: 'wechat-ios' })
    await row('zoe').waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('ios')
    await page.locator('.online tbody tr').filter({ hasNotText: 'wechat-ios' }).first().waitFor({ state: 'detached' })
    await page.fill('.online input', 'osc')
    await page.locator('.others', { hasText: 'oscar' }).getByText('blocked').waitFor()
    await page.fill('.online input', 'nobody at all')
    await visible('Nothing fits the search.')
    await page.fill('.online input', '')
    await page.getByRole('button', { name: 'Queue' }).click()
    await page.locator('.online tbody tr').first().filter({ hasText: /^bob/ }).waitFor()
    await page.locator('.codes tr', { hasText: '31009' }).getByText('the user is blocked').waitFor()
    await picture('overview')
  })
  const expectRows = async (count: number) => {
    const rows = page.locator('.online tbody tr')
    await rows.nth(count - 1).waitFor()
    await rows.nth(count).waitFor({ state: 'detached' })
  }

  it('one device is kicked after a question that names the code the phone shows', async () => {
    await visit()
    await enter()
    await row('tablet-2').getByRole('button', { name: 'Kick' }).click()
    await page.locator('dialog', { hasText: '31010' }).waitFor()
    await shoot('question')
    await page.keyboard.press('Enter') // the way out has the focus
    await page.locator('dialog').waitFor({ state: 'detached' })
    await expectRows(15)
    await row('tablet-2').getByRole('button', { name: 'Kick' }).click()
    await page.locator('dialog').getByRole('button', { name: 'Kick' }).click()
    await visible('alice: 1 disconnected.')
    await expectRows(14)
    await row('alice').waitFor()
  })

  it('one user: devices here and away, groups and logs, and what can be done about them', async () => {
    await visit()
    await page.goto(`${world.server.apiUrl}/admin#/${app}/users/alice`)
    await enter()
    await row('old-phone').getByText('away for').waitFor()
    await visible('Tea on Tuesday')
    await row('2026-11-27.log').getByText('incomplete').waitFor()
    await picture('user')
    const [report] = await Promise.all([
      page.context().waitForEvent('page'),
      row('2026-11-26.log').getByRole('link', { name: 'Report' }).click(),
    ])
    await report.locator('#page > *').first().waitFor()
    // Whatever a phone wrote into its log: the report has no origin, and so no secret.
    expect(await report.evaluate('self.origin')).toBe('null')
    await report.close()

    const act = async (button: string): Promise<void> => {
      await page.locator('.actions').getByRole('button', { name: button, exact: true }).click()
      await page.locator('dialog').getByRole('button', { name: button, exact: true }).click()
      await page.locator('dialog').waitFor({ state: 'detached' })
    }
    await act('Block')
    await page.locator('.person').getByText('blocked').waitFor()
    expect((await world.admin('GET', 'users/alice')).body).toMatchObject({
      data: { status: 'blocked', connections: [] },
    })
    await act('Unblock')
    await page.locator('.person').getByText('offline').waitFor()
    await act('Expire tokens')
    await page.locator('.actions').getByRole('button', { name: 'Reset password' }).click()
    await page.locator('dialog', { hasText: '216' }).waitFor()
    await page.fill('dialog input', 'a new password')
    await page.keyboard.press('Enter')
    await visible('alice: Reset password. Done.')
    const login = { grant_type: 'password', username: 'alice', password: 'a new password' }
    expect((await world.call('POST', `${app}/token`, { body: login })).status).toBe(200)
    await page.keyboard.press('Escape')
    await page.locator('.online').waitFor()
  })

  it('says when the server does not answer, keeps what it knew, and goes on when it is back', async () => {
    await visit()
    await enter()
    await row('bob').waitFor()
    await page.context().setOffline(true)
    await page.locator('.banner', { hasText: 'The server does not answer.' }).waitFor()
    await row('bob').waitFor()
    await page.context().setOffline(false)
    await page.locator('.banner').waitFor({ state: 'detached' })
  })

  it.each([
    [360, 'light', 'zh-CN'],
    [768, 'dark', 'zh-CN'],
    [2560, 'dark', 'en-GB'],
  ] as const)('fits into %i px', async (width, colorScheme, locale) => {
    await visit({ viewport: { width, height: 900 }, colorScheme, locale })
    await enter()
    for (const place of ['', '/users/alice', '/logs']) {
      await page.goto(`${world.server.apiUrl}/admin#/${app}${place}`)
      await page.locator('tbody tr').first().waitFor()
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
      if (place === '') await shoot(`${width}`)
    }
  })
})
