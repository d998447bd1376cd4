// The page in a real browser, opened from disk: what support sees, clicks and searches, also with 3 MiB of log.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { renderReport, type NamedText } from '../../report/render'
import { describeInBrowser, launchBrowser } from '../browser'
import { faintTexts } from './contrast'
import { story, type Story } from './story'

const SHOTS = join(__dirname, '../../artifacts/report')
const EVIL = '<img src=x onerror=alert(1)></script>'

const alice = () => {
  const log = story('alice')
    .start()
    .open()
    .connect()
    .pings(12, 30000)
    .drop('LinkLost', 'close 1006 abnormal closure')
    .wait(900)
  log
    .connect()
    .pings(8, 30000)
    .hide(180000)
    .wait(3000)
    .drop('HeartbeatTimeout', 'no answer in 3000 ms')
    .wait(200)
    .connect(90)
  log
    .pings(10, 30000, (i) => (i === 4 ? 2400 : 60))
    .network('none')
    .drop('NetworkUnavailable', '', 'paused')
    .wait(45000)
    .network('4g')
  log
    .connect(300)
    .pings(6, 30000)
    .hide(4 * 3600000)
    .wait(2500)
    .drop('AppSuspended', 'close 1006 interrupted')
    .wait(300)
    .connect()
    .pings(20, 30000)
  log.drop('ServerShuttingDown', 'close 1012').wait(1200)
  for (const [i, name] of ['SocketFailed', 'SocketFailed', 'HandshakeRefused', 'SocketTimeout'].entries())
    log.fail(name, 'exception onOpen fail').wait(2000 * (i + 1))
  return log.connect().pings(14, 30000).drop('TokenExpired', 'DISCONNECT 0x87', 'stopped')
}
const bob = () => {
  const log = story('bob')
    .start('4g')
    .wait(240000)
    .open()
    .connect(420)
    .pings(5, 30000, (i) => 180 + i * 40)
  for (let i = 0; i < 5; i++)
    log.drop('UserLoginAnotherDevice', 'DISCONNECT 0x8E', 'stopped').wait(4000).open().connect(300).pings(1, 30000)
  log
    .note(4, 'log', 'listener', { event: 'onTextMessage', message: EVIL })
    .drop('SocketBudgetExhausted', 'exceed max concurrent count')
    .wait(3000)
  return log.fail('SocketBudgetExhausted', 'exceed max concurrent count').wait(3000).connect().pings(30, 30000)
}
const named = (name: string, log: Story, device?: Record<string, string>): NamedText => ({
  name,
  text: device ? log.text(device) : log.text(),
})
const two = () => [
  named('alice-android.txt', alice()),
  named('bob-iphone.txt', bob(), {
    platform: 'ios',
    model: 'iPhone 13',
    system: 'iOS 17.4',
    client: '8.0.49',
    baseLibrary: '3.4.1',
    appVersion: '1.4.0',
  }),
]

describeInBrowser('the page', () => {
  let browser: Browser
  let page: Page
  let troubles: string[]

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true })
    browser = await launchBrowser()
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    troubles = []
    page = await browser.newPage({ viewport: { width: 1360, height: 900 } })
    page.on('pageerror', (error) => troubles.push(error.message))
    page.on('console', (message) => troubles.push(message.text()))
    page.on('dialog', (dialog) => troubles.push(`dialog ${dialog.message()}`))
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) troubles.push(request.url())
    })
  })
  afterEach(async () => {
    await page.close()
    expect(troubles).toEqual([])
  })

  const open = async (texts: readonly NamedText[], name = 'report.html') => {
    const file = join(SHOTS, name)
    writeFileSync(file, renderReport(texts))
    await page.goto(pathToFileURL(file).href)
    await page.waitForSelector('.record')
  }
  const shoot = (name: string, fullPage = false) => page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage })

  test('opens in Chinese with the diagnosis on top, switches to English and back, and asks the network for nothing', async () => {
    await open(two())
    await page.evaluate('document.fonts.ready')
    expect(await page.title()).toBe('连接报告')
    expect(await page.locator('.finding h3').first().textContent()).toBe('alice-android.txt登录令牌已过期')
    await shoot('zh', true)
    await page.getByRole('button', { name: 'English' }).click()
    expect(await page.title()).toBe('Connection report')
    expect(await page.locator('.finding h3').allTextContents()).toEqual([
      'alice-android.txtThe login token has expired',
      'bob-iphone.txtTwo logins of the same user keep kicking each other',
      'bob-iphone.txtOther code holds WeChat’s sockets',
      'alice-android.txtThe server cannot be reached',
      'bob-iphone.txtA handler of the app threw an error',
      'alice-android.txtThe link was found dead after the return from the background (half-open)',
    ])
    await shoot('en', true)
    await page.getByRole('button', { name: '中文' }).click()
    expect(await page.title()).toBe('连接报告')
  })

  test('each phone has its band of states, its attempts and its refusals; pointing says what was when', async () => {
    await open(two())
    const [first] = await page.locator('.phone').all()
    for (const state of ['online', 'stopped', 'waiting', 'paused', 'hidden', 'none', 'wifi'])
      expect(await first!.locator(`.chart .s-${state}`).count()).toBeGreaterThan(0)
    expect(await first!.locator('.refusal').count()).toBeGreaterThan(5)
    expect(await first!.locator('.refusals tbody tr').count()).toBe(9)
    expect(await first!.locator('.trip.slow').count()).toBe(1)
    const chart = first!.locator('.chart')
    await chart.scrollIntoViewIfNeeded()
    const box = (await chart.boundingBox())!
    await page.mouse.move(box.x + 130, box.y + 60)
    await expect(first!.locator('.tip dd').nth(2).textContent()).resolves.toContain('在线')
  })

  test('the first screen is each phone in a sentence, the picture with the findings marked on it, and an answer to copy', async () => {
    await open(two())
    expect(await page.locator('.said > p').allTextContents()).toEqual([
      expect.stringMatching(
        /^alice 在 01-31 09:00 – 13:39 掉线 5 次，都自己恢复，最长 34秒，.*；需要处理：登录令牌已过期；服务器连不上。$/,
      ),
      expect.stringMatching(/^bob 在 .*；需要处理：同一账号在多处登录，循环互踢；/),
    ])
    const picture = page.locator('.picture')
    const markers = picture.locator('.marker')
    expect(await markers.count()).toBe(await page.locator('.finding').count())
    const { y, height } = (await picture.boundingBox())!
    expect(y + height).toBeLessThan(900)
    await picture.locator('.marker.error').first().click()
    expect(await page.evaluate("document.activeElement.querySelector('h3').textContent")).toContain('登录令牌已过期')
    await page.locator('.answer summary').first().click()
    expect(await page.locator('.answer p').first().textContent()).toBe(
      '您好，您发来的连接日志已经看过。您的登录已过期，请重新登录。当时我们的服务器无法连接，与您的手机和网络无关。请稍后再试。小程序切到后台时，微信会断开连接，回到前台后会自动恢复，期间的消息会补上。感谢您的反馈。',
    )
    await page.locator('.answer .copy').first().click()
    await page.locator('.answer .copy', { hasText: '已复制' }).waitFor()
  })

  test('a log that is dropped on the page takes the place of the others; what is no log is named', async () => {
    await open(two())
    const drop = (...files: readonly (readonly [name: string, text: string])[]) =>
      page.evaluate(
        `(() => {
          const data = new DataTransfer()
          for (const [name, text] of ${JSON.stringify(files)}) data.items.add(new File([text], name))
          document.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))
        })()`,
      )
    await drop(
      ['carol.log', story('carol').start().open().connect().pings(9, 30000).text()],
      ['cat.txt', 'miaow'],
      ['no.txt', ''],
    )
    await page.locator('.said', { hasText: 'carol' }).waitFor()
    expect(await page.locator('.said').count()).toBe(1)
    expect(await page.locator('.trouble p').allTextContents()).toEqual([
      'cat.txt: 里面没有 miniprogram-im 的记录。日志由 logger.download() 下载，每行一条 JSON 记录。',
      'no.txt: 文件是空的。',
    ])
    await drop(['cat.txt', 'miaow'])
    await page.locator('.trouble p:only-child').waitFor()
    expect(await page.locator('.said > p').textContent()).toContain('carol')
  })

  test('a page without logs waits for one', async () => {
    writeFileSync(join(SHOTS, 'waiting.html'), renderReport([]))
    await page.goto(pathToFileURL(join(SHOTS, 'waiting.html')).href)
    expect(await page.locator('.drop h2').textContent()).toBe('把日志拖到这里')
  })

  test('the keyboard zooms and moves; what lies outside of the time in view is drawn over no label', async () => {
    await open(two())
    await page.locator('.phone .chart').first().focus()
    for (const key of ['+', '+', '+', 'ArrowRight', 'ArrowRight', 'ArrowLeft']) await page.keyboard.press(key)
    await page.getByRole('button', { name: '显示全部' }).waitFor()
    const outside = await page.evaluate(`[...document.querySelectorAll('.phone .chart')].flatMap((svg) =>
      [...svg.querySelectorAll('[clip-path]')].filter((lane) => {
        const clip = svg.querySelector('clipPath rect')
        return !clip || Number(clip.getAttribute('x')) < 100
      }))`)
    expect(outside).toEqual([])
    await page.keyboard.press('0')
    await page.getByRole('button', { name: '显示全部' }).waitFor({ state: 'hidden' })
  })

  test('on paper stands the log, or how much of it does not', async () => {
    await open(two())
    await page.emulateMedia({ media: 'print' })
    await page.evaluate('onbeforeprint()')
    const printed = page.locator('.printed')
    expect(await printed.locator('p').textContent()).toMatch(/^共 \d+ 条记录，只打印前 400 条/)
    expect(await printed.locator('.record').count()).toBe(400)
    await page.evaluate('onafterprint()')
    expect(await printed.locator('.record').count()).toBe(0)
  })

  test.each(['light', 'dark'] as const)(
    'every text can be read against what is behind it (%s)',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme })
      await open(two())
      await shoot(colorScheme)
      expect(await page.evaluate(faintTexts)).toEqual([])
    },
  )

  test('dragging over the time zooms every phone in, and the table can follow', async () => {
    await open(two())
    const chart = page.locator('.chart').first()
    await chart.scrollIntoViewIfNeeded()
    const box = (await chart.boundingBox())!
    await page.mouse.move(box.x + 900, box.y + 20)
    await page.mouse.down()
    await page.mouse.move(box.x + 1100, box.y + 20)
    await page.mouse.up()
    await shoot('zoomed')
    expect(await page.locator('.phone').first().locator('.chart .s-handshaking').count()).toBeGreaterThan(0)
    const shown = async () => Number((await page.locator('.count').textContent())!.split(' ')[0]!.replace(/\D/g, ''))
    const all = await shown()
    await page.getByLabel('只看上方所选时间').check()
    const some = await shown()
    expect(some).toBeGreaterThan(0)
    expect(some).toBeLessThan(all)
    await page.getByRole('button', { name: '显示全部' }).click()
    expect(await shown()).toBe(all)
  })

  test('the table filters by words, level, event and phone; a finding leads to its record', async () => {
    await open(two())
    const count = () => page.locator('.count').textContent()
    await page.getByRole('searchbox').fill('refused tokenexpired')
    expect(await count()).toMatch(/^1 \//)
    await page.getByRole('searchbox').fill('')
    await page.locator('.filters select').nth(0).selectOption('4')
    await page.locator('.filters select').nth(2).selectOption('1')
    expect(await count()).toMatch(/^6 \//)
    await page.locator('.finding').nth(3).getByRole('button').click()
    await page.waitForSelector('.row.marked')
    expect(await page.locator('.detail').textContent()).toContain('"attempt": 6')
    await shoot('record')
    await page.locator('.table .list').press('ArrowDown')
    expect(await page.locator('.detail').textContent()).toContain('queued')
  })

  test('what an evil log contains stays text', async () => {
    await open([
      named(
        EVIL,
        story(EVIL)
          .start()
          .open(EVIL)
          .connect()
          .note(4, 'log', 'listener', { message: EVIL, [EVIL]: EVIL })
          .drop(EVIL, EVIL, EVIL),
        { model: EVIL },
      ),
    ])
    expect(await page.locator('.phone h2').textContent()).toBe(EVIL)
    expect(await page.locator('img').count()).toBe(0)
  })

  test('a healthy log, an empty one, and a phone as narrow as a phone', async () => {
    await open([named('fine.txt', story().start().open().connect().pings(3, 30000))])
    expect(await page.locator('.finding h3').textContent()).toBe('未发现异常')
    await page.setViewportSize({ width: 390, height: 800 })
    await open(two())
    await shoot('narrow', true)
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    // What a code means and what to do about it have the width of the page, not of a character.
    for (const cell of await page.locator('.refusals td[data-label]').all())
      expect((await cell.boundingBox())!.height).toBeLessThan(120)
    expect(await page.locator('.refusals td[data-label="处理办法"]').first().isVisible()).toBe(true)
    writeFileSync(join(SHOTS, 'empty.html'), renderReport([{ name: 'empty.txt', text: '' }]))
    await page.goto(pathToFileURL(join(SHOTS, 'empty.html')).href)
    expect(await page.locator('.finding h3').textContent()).toBe('没有记录')
  })

  test('3 MiB at once: ready, scrolled and searched without waiting', async () => {
    const log = story('carol').start().open().connect()
    let text = ''
    while (text.length < 3 * 1024 * 1024) {
      for (let i = 0; i < 120; i++)
        log
          .pings(20, 30000, (k) => 30 + ((k * 53 + i * 17) % 400))
          .drop('LinkLost', 'close 1006')
          .wait(800 + (i % 9) * 1000)
          .connect(100 + i)
          .hide(i % 13 ? 3000 : 7200000)
      text = log.text()
    }
    await open([{ name: 'carol.txt', text }], 'big.html')
    expect(await page.locator('.table .row').count()).toBeLessThan(60)
    await page.evaluate("document.querySelector('.table .list').scrollTop = 1e9")
    await page.locator('.table .row:last-child', { hasText: 'app.shown' }).waitFor()
    await page.getByRole('searchbox').fill('linklost')
    await page.locator('.table .row:first-child', { hasText: 'connection.refused' }).waitFor()
    await shoot('big')
  })
})
