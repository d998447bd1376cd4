// Two phones on a desk: the demo in Chromium against the embedded server, driven and read as a user would.
// Extend: what a user does or sees is one more method of `Hand`; a selector is written here and nowhere else.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { FrameLocator, Locator, Page } from 'playwright-core'
import { buildPreview } from '../../preview/build'
import { miniprogramRoot } from '../../preview/miniprogram-root'
import type { PhoneHandle, Reach } from '../../preview/browser/phone-handle'
import { servePreview, type Preview } from '../../preview/serve'
import { startServer, type RunningServer } from '../../server/server'
import { launchBrowser } from '../browser'

export const APP_KEY = 'demo#chat'
export const PASSWORD = 'correct-horse'
const artifacts = path.join(__dirname, '../../artifacts/demo')

/** Everything that outlives one test: the server, the built pages, the browser. */
export interface Desk {
  readonly server: () => RunningServer
  /** The server dies without a word; what is answered starts it again. */
  crashServer(): Promise<() => Promise<void>>
  /** A fresh pair of phones; `problems` is what the consoles complained of. */
  phones(
    query?: string,
  ): Promise<{ alice: Hand; bob: Hand; page: Page; problems: string[]; putAway: () => Promise<void> }>
  admin(method: string, path: string, body?: object): Promise<unknown>
  close(): Promise<void>
}

export async function layDesk(): Promise<Desk> {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'desk-data-'))
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'desk-pages-'))
  const start = (port: number) =>
    startServer({ port, data, apps: [APP_KEY], probe: true, passwordWork: { logN: 4, p: 1 } })
  let server = await start(0)
  const port = Number(new URL(server.apiUrl).port)
  await buildPreview(miniprogramRoot, folder)
  const config = () => ({
    phones: ['alice', 'bob'],
    server: server.apiUrl,
    appKey: APP_KEY,
    password: '',
    secret: server.adminSecret,
    canRestart: true,
  })
  const restart = async () => {
    await server.stop()
    server = await start(port)
  }
  const preview: Preview = await servePreview({ folder, port: 0, config, restart })
  const browser = await launchBrowser()
  fs.mkdirSync(artifacts, { recursive: true })

  return {
    server: () => server,
    async crashServer() {
      await server.kill()
      return async () => {
        server = await start(port)
      }
    },
    async phones(query = '') {
      const context = await browser.newContext({ viewport: { width: 1320, height: 860 }, locale: 'zh-CN' })
      const page = await context.newPage()
      const problems: string[] = []
      page.on('pageerror', (error) => problems.push(error.stack ?? error.message))
      page.on('console', (message) => {
        // The SDK's own records say what happened to the link; only a handler of the demo that threw is a fault.
        const text = message.text()
        const isRecord = text.startsWith('[im') && !text.includes('log.listener')
        if (message.type() === 'error' && !isRecord) problems.push(text)
      })
      await page.goto(preview.url + query)
      const [alice, bob] = [createHand(page, 'alice'), createHand(page, 'bob')]
      await Promise.all([alice.ready(), bob.ready()])
      return { alice, bob, page, problems, putAway: () => context.close() }
    },
    async admin(method, call, body) {
      const response = await fetch(`${server.apiUrl}/${APP_KEY.replace('#', '/')}/admin/${call}`, {
        method,
        headers: { authorization: `Bearer ${server.adminSecret}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      })
      if (!response.ok) throw new Error(`${call}: HTTP ${response.status} ${await response.text()}`)
      return response.json()
    },
    async close() {
      await browser.close()
      await preview.close()
      await server.stop()
      for (const left of [data, folder]) fs.rmSync(left, { recursive: true, force: true })
    },
  }
}

export type Hand = ReturnType<typeof createHand>

function createHand(page: Page, name: string) {
  const screen: FrameLocator = page.frameLocator(`iframe[name=${name}]`)
  const shown = screen.locator('.mp-page:not([hidden])')
  const top = (selector: string): Locator => shown.locator(selector)
  const panel = page.locator('.device', { has: page.locator('h2', { hasText: name }) })
  const field = (label: string) => top(`.${label} input`)

  const hand = {
    name,
    screen,
    top,
    ready: () => screen.locator('.mp-page').first().waitFor(),
    /** Asks the simulated phone itself. */
    ask: <Answer>(question: (phone: PhoneHandle) => Answer): Promise<Answer> => {
      const frame = page.frames().find((one) => one.name() === name)!
      return frame.evaluate(`(${question.toString()})(window.phone)`)
    },
    /** A picture of the desk for people to look at. */
    shot: (title: string) => page.screenshot({ path: path.join(artifacts, `${title}.png`) }),
    /** The same as docs/images/demo-TITLE.jpg, when SCREENSHOTS=1 asks for new ones. */
    async shotForDocs(title: string) {
      await hand.shot(title)
      const file = path.join(__dirname, `../../docs/images/demo-${title}.jpg`)
      if (process.env.SCREENSHOTS) await page.screenshot({ path: file, type: 'jpeg', quality: 72 })
    },
    title: (text: string) => screen.locator('.mp-title', { hasText: text }).waitFor(),
    sees: (text: string | RegExp) => shown.getByText(text).first().waitFor(),
    tab: (index: number) => screen.locator('.mp-tab').nth(index).click(),
    back: () => screen.locator('.mp-back').click(),
    confirm: () => screen.locator('.mp-dialog .yes').click(),
    toast: (text: string) => screen.locator('.mp-toast', { hasText: text }).waitFor(),

    // login
    async fill(values: Record<string, string>) {
      for (const [label, value] of Object.entries(values)) await field(label).fill(value)
    },
    mode: (text: '密码登录' | '令牌登录' | '注册') => top('.tab').filter({ hasText: text }).click(),
    submit: () => top('.submit').click(),
    async register() {
      await hand.mode('注册')
      await hand.fill({ user: name, password: PASSWORD })
      await hand.submit()
      await hand.online()
    },
    async login(password = PASSWORD) {
      await hand.fill({ user: name, password })
      await hand.submit()
    },
    /** On the list of conversations, connected. */
    online: () => screen.locator('.mp-title', { hasText: /^消息$/ }).waitFor(),

    // chat
    async chatWith(peer: string) {
      await top('.new').click()
      await hand.title('发起聊天')
      await field('peer').fill(peer)
      await hand.submit()
      await hand.title(peer)
    },
    async say(text: string) {
      await hand.draft().fill(text)
      await top('.send').click()
    },
    draft: () => top('.draft textarea'),
    /** Holds the bubble with this text until its menu is there. */
    async hold(text: string) {
      await hand.bubble(text).locator('.bubble').click({ delay: 500 })
      await hand.sheet().waitFor()
    },
    sheet: () => top('[class*="--sheet"]'),
    pick: (name: string) => hand.sheet().getByText(name, { exact: true }).click(),
    attach: async () => {
      await top('.plus').click()
      await top('.picture-of').click()
    },
    /** Holds the button and speaks until it says so many seconds; `away`: slides up before letting go. */
    async speak(seconds: number, away = false) {
      const box = (await top('.talk').boundingBox())!
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
      await page.mouse.down()
      await hand.sees('松开发送')
      await hand.sees(`${seconds}″`)
      if (away) await page.mouse.move(box.x + box.width / 2, box.y - 200, { steps: 4 })
      await page.mouse.up()
    },
    /** The bubble with this text. */
    bubble: (text: string) => top('.message').filter({ hasText: text }).last(),
    reads: (text: string) => hand.bubble(text).waitFor(),
    texts: () => top('.bubble').allInnerTexts(),

    // the phone
    home: () => panel.getByText('Home 键').click(),
    launch: () => screen.locator('.mp-app').click(),
    kill: () => panel.getByText('杀掉小程序').click(),
    cut: () => panel.getByText('切断链路').click(),
    network: (reach: Reach) =>
      panel
        .getByRole('group', { name: '网络' })
        .getByText({ wifi: 'Wi-Fi', '4g': '4G', weak: '弱网', none: '无网络' }[reach])
        .click(),
    state: (text: string) => panel.locator('h2 b', { hasText: text }).waitFor(),
  }
  return hand
}
