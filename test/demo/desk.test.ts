// The desk around the phones: what it counts, what it shows at every width, one tab at a time, and the guided minute.
import { createLedger } from '../../preview/browser/desk/ledger'
import { describeInBrowser } from '../browser'
import { PATIENCE } from '../patience'
import { layDesk, PASSWORD, type Desk } from './desk'

describe('the account of messages', () => {
  test('counts what was written once, however often it was sent, and what came twice', () => {
    const ledger = createLedger()
    ledger.note('alice', '1', 'written', 0)
    ledger.note('alice', '1', 'sent', 1)
    ledger.note('alice', '1', 'sent', 2)
    ledger.note('bob', '1', 'received', 3)
    ledger.note('bob', '1', 'received', 4)
    ledger.note('alice', '2', 'written', 5)
    ledger.note('bob', 'of an earlier time', 'received', 6)
    ledger.sockets(2)
    ledger.sockets(1)
    const always = { sent: 2, delivered: 1, doubled: 1, mostSockets: 2 }
    expect(ledger.count(false)).toEqual({ ...always, underway: 1, lost: 0 })
    expect(ledger.count(true)).toEqual({ ...always, underway: 0, lost: 1 })
  })

  test('a message whose failure was told is not lost, and counts again once it is sent again', () => {
    const ledger = createLedger()
    ledger.note('alice', '1', 'written', 0)
    ledger.note('alice', '1', 'failed', 1)
    expect(ledger.count(true)).toMatchObject({ sent: 0, lost: 0 })
    ledger.note('alice', '1', 'written', 2)
    expect(ledger.count(true)).toMatchObject({ sent: 1, lost: 1 })
  })
})

describeInBrowser('the desk in Chromium', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await layDesk()
    for (const username of ['alice', 'bob'])
      await fetch(`${desk.server().apiUrl}/demo/chat/users`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username, password: PASSWORD }),
      })
  })
  afterAll(() => desk.close())

  test.each([360, 390, 768, 1024, 1440, 2560])(
    'at %i px both phones can be reached, by day and by night',
    async (width) => {
      const { page, alice, putAway } = await desk.phones()
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize({ width, height: 900 })
        await page.emulateMedia({ colorScheme })
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
        for (const name of ['alice', 'bob']) {
          await page.locator(`#device-${name}`).scrollIntoViewIfNeeded()
          const box = (await page.locator(`iframe[name=${name}]`).boundingBox())!
          expect(box.x).toBeGreaterThanOrEqual(0)
          expect(box.x + box.width).toBeLessThanOrEqual(width)
        }
        await page.locator('#device-alice').scrollIntoViewIfNeeded()
        await alice.shot(`desk-${width}-${colorScheme}`)
      }
      await putAway()
    },
  )

  test('a second tab says that the phones are open elsewhere, and can take them', async () => {
    const { page, putAway } = await desk.phones()
    const second = await page.context().newPage()
    await second.goto(page.url())
    await second.getByText('这两部手机已经在另一个标签页打开').waitFor()
    expect(await page.locator('iframe').count()).toBe(2)
    await second.getByText('在这里打开').click()
    await second.locator('iframe[name=alice]').waitFor()
    await page.getByText('这两部手机已移到另一个标签页').waitFor()
    expect(await page.locator('iframe').count()).toBe(0)
    await putAway()
  })

  test('the guided minute breaks everything, loses nothing, doubles nothing, and shows what a plain client loses', async () => {
    const { page, alice, bob, problems, putAway } = await desk.phones('?pace=0.3')
    await page.setViewportSize({ width: 1440, height: 1160 })
    for (const hand of [alice, bob]) {
      await hand.login()
      await hand.online()
    }
    await page.locator('#tour').focus()
    await page.keyboard.press('Enter')
    await page.locator('.caption').getByText('2 / 8').waitFor()
    await page.locator('.caption[data-end]').waitFor({ timeout: PATIENCE * 2 })
    await alice.shotForDocs('tour')
    const [ours, plain] = await page.locator('.count tbody tr').all()
    const figure = async (row: typeof ours, name: string) => Number(await row!.locator(`.${name}`).innerText())
    expect(await figure(ours, 'sent')).toBe(10)
    expect(await figure(ours, 'delivered')).toBe(10)
    expect(await figure(ours, 'lost')).toBe(0)
    expect(await figure(ours, 'doubled')).toBe(0)
    expect(await figure(ours, 'mostSockets')).toBeLessThanOrEqual(2)
    expect(await figure(plain, 'lost')).toBeGreaterThan(0)
    // The browser itself complains of each connection that the restart refused.
    expect(problems.filter((text) => !text.includes('ERR_CONNECTION'))).toEqual([])
    await putAway()
  })
})
